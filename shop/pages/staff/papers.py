"""Papers at the desk: a credit note printed again, and a full VAT invoice for who asks for one."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from shop import buyers, clock, credit_notes, invoices, orders, sites
from shop.db import reading, retried, transaction
from shop.errors import NotFound
from shop.pages import pages, papers
from shop.pages.papers import InvoiceForm
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.sale_page import of_staff


@pages.get("/staff/credit-notes/<number>")
def credit_note(number: str) -> ResponseReturnValue:
    """The credit note with this number, for staff with a role where it was issued."""
    with reading() as work:
        site, note = site_here(work), credit_notes.numbered(work, number)
        if not staff_here().role_at(note.site):
            raise NotFound("There is no such credit note.")
        facts = papers.credit_note(work, note)
    back = url_for(".sale", number=facts["receipt"].number)
    return show("credit_note", site, back=back, **facts)


@pages.get("/staff/sales/<number>/invoice")
def sale_invoice(number: str) -> ResponseReturnValue:
    """The full invoice of a sale, as it was given, or who it is for."""
    staff_here()
    return _draw(number, InvoiceForm(formdata=None), again="again" in request.args)


@pages.post("/staff/sales/<number>/invoice")
@retried
def sale_invoice_give(number: str) -> ResponseReturnValue:
    """Give one. It is kept as it is printed, and given again as that."""
    staff, form = staff_here(), InvoiceForm()
    if not form.complete():
        return _draw(number, form), 400
    with transaction() as work:
        receipt = of_staff(work, number)
        issuer = sites.get(work, receipt.site)
        staff.require_sale_at(issuer.id, issuer.name)
        order = orders.get(work, receipt.order_id)
        papers.give(work, order, form, by=staff.name, at=clock.now())
    return redirect(url_for(".sale_invoice", number=number), 303)


def _draw(number: str, form: InvoiceForm, *, again: bool = False) -> str:
    with reading() as work:
        site, receipt = site_here(work), of_staff(work, number)
        given = invoices.latest(work, receipt.order_id)
        buyer = buyers.of_order(work, receipt.order_id)
        name, address = (buyer.name, buyer.address) if buyer else ("", "")
        if given:
            name, address = given.name, given.address
        asks = again or form.problems or not (name and address)
        order = orders.get(work, receipt.order_id)
        facts = {} if asks else papers.invoice(work, order, name, address, given)
    if again:
        form.name.data, form.address.data = name, ", ".join(address.splitlines())
    back = url_for(".sale", number=receipt.number)
    return show("invoice", site, form=form, back=back, again=given is not None, **facts)
