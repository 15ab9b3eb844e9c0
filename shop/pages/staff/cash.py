"""Cash over the counter, with the change that is due."""

import re

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from shop.db import retried
from shop.errors import Refusal, Unreadable
from shop.gateways import Captured, counter
from shop.gateways.counter import Method
from shop.money import in_words
from shop.orders import PlacedOrder
from shop.pages import pages
from shop.pages.staff import staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.taking import TakingForm, scan_instead, sell, to_pay
from shop.pages.text import line, pence

NOTES = (500, 1000, 2000, 5000)  # pence of the notes that people pay with
_AMOUNT = re.compile(r"£? ?\d{1,4}(\.\d{1,2})?", re.ASCII)


class CashForm(TakingForm):
    """`note` is the button of a bank note. What is typed or scanned wins over it."""

    given = StringField("Cash given")
    note = StringField()


@pages.route("/staff/till/pay/cash", methods=["GET", "POST"])
@retried
def till_cash() -> ResponseReturnValue:
    """Say what was given: a sale, and the till says what goes back."""
    staff_here()
    form = CashForm()
    if request.method == "GET":
        return _draw(form)
    try:
        if not form.sent():
            return _draw(form, 400)
        typed = line(form.given.data or "") or line(form.note.data or "")
        if typed and not is_amount(typed):
            return redirect(scan_instead(typed), 303)
        number = sell(form, lambda order: [_cash(order, typed)])
    except Refusal as refusal:
        form.refuse_at(form.given, refusal)
        return _draw(form, refusal.status)
    return redirect(url_for(".till", sold=number), 303)


def is_amount(typed: str) -> bool:
    """Whether it is money. A barcode has more digits than anybody pays in pounds."""
    return _AMOUNT.fullmatch(typed) is not None


def _cash(order: PlacedOrder, typed: str) -> Captured:
    if not typed:
        raise Unreadable("Type what you were given, or press a note.")
    given = pence(typed)
    if given < order.total_pence:
        short = in_words(order.total_pence - given)
        raise Refusal(f"{in_words(given)} is {short} too little. Nothing was sold.")
    return counter.part(Method.CASH, order.total_pence, order.currency, tendered_pence=given)


def _draw(form: CashForm, status: int = 200) -> ResponseReturnValue:
    site, basket = to_pay()
    if not basket.lines:
        return redirect(url_for(".till"), 303)
    form.on(basket)
    due = basket.total_pence
    notes = [due, *(note for note in NOTES if note > due)]
    return show("cash", site, form=form, basket=basket, notes=notes), status
