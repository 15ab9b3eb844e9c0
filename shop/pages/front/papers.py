"""A customer's papers, behind their order's secret link: credit notes, and a full VAT invoice."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from shop import buyers, credit_notes, invoices, refunds
from shop.db import reading, retried, transaction
from shop.errors import NotFound
from shop.order_states import UNPAID
from shop.pages import pages, papers
from shop.pages.front.order import followed
from shop.pages.papers import InvoiceForm
from shop.pages.when import time_in_words


@pages.get("/order/<token>/credit-note/<number>")
def my_credit_note(token: str, number: str) -> ResponseReturnValue:
    """A credit note of this order. Another order's is not there."""
    order = followed(token)
    with reading() as work:
        note = credit_notes.numbered(work, number)
        if refunds.get(work, note.refund_id).order_id != order.id:
            raise NotFound("There is no such credit note.")
        facts = papers.credit_note(work, note)
    return render_template(
        "shop/front/credit_note.html", token=token, time_in_words=time_in_words, **facts
    )


@pages.route("/order/<token>/invoice", methods=["GET", "POST"])
@retried
def my_invoice(token: str) -> ResponseReturnValue:
    """A full invoice. Who it is for is asked where we don't know, and kept with the order."""
    order, form = followed(token), InvoiceForm()
    if order.state in UNPAID:
        raise NotFound("Nothing is paid yet, so there is no invoice.")
    if form.complete():
        with transaction() as work:
            buyers.learn(work, order.id, email="", name=form.name.data, address=form.address.data)
        return redirect(url_for(".my_invoice", token=token), 303)
    with reading() as work:
        given, buyer = invoices.latest(work, order.id), buyers.of_order(work, order.id)
        of = given or buyer
        known = of is not None and of.name and of.address
        facts = papers.invoice(work, order, of.name, of.address, given) if of and known else {}
    page = render_template(
        "shop/front/invoice.html", token=token, form=form, time_in_words=time_in_words, **facts
    )
    return page, 400 if form.problems else 200
