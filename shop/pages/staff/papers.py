"""Papers at the desk: a credit note printed again, and a full VAT invoice for who asks for one."""

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import buyers, credit_notes, orders, receipts
from shop.db import reading
from shop.errors import NotFound
from shop.pages import pages, papers
from shop.pages.papers import InvoiceForm
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.receipts import Receipt


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


@pages.route("/staff/sales/<number>/invoice", methods=["GET", "POST"])
def sale_invoice(number: str) -> ResponseReturnValue:
    """A full invoice of a sale. At the desk who it is for is printed, and not kept."""
    staff, form = staff_here(), InvoiceForm()
    good = form.complete()
    with reading() as work:
        site, receipt = site_here(work), receipts.numbered(work, number)
        if not staff.role_at(receipt.site):
            raise NotFound("There is no receipt with that number.")
        name, address = _customer(work, receipt)
        if good:
            name, address = form.name.data, form.address.data
        order = orders.get(work, receipt.order_id)
        facts = papers.invoice(work, order, name, address) if name and address else {}
    page = show("invoice", site, form=form, back=url_for(".sale", number=receipt.number), **facts)
    return page, 400 if form.problems else 200


def _customer(work: Session, receipt: Receipt) -> tuple[str, str]:
    """Whose sale it was, as far as they said when they ordered it online."""
    buyer = buyers.of_order(work, receipt.order_id)
    return (buyer.name, buyer.address) if buyer else ("", "")
