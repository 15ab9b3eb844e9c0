"""A payment in several parts: some in cash and the rest by card, or two cards."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from shop.db import retried
from shop.errors import Refusal
from shop.gateways import Captured, counter
from shop.gateways.counter import Method
from shop.money import in_words
from shop.orders import PlacedOrder
from shop.pages import pages
from shop.pages.fields import LineField, MoneyField
from shop.pages.staff import staff_here
from shop.pages.staff.cash import is_amount
from shop.pages.staff.frame import show
from shop.pages.staff.taking import LONGEST_SLIP, TakingForm, scan_instead, sell, to_pay
from shop.pages.text import line, pence


class SplitForm(TakingForm):
    given = StringField("Pounds in cash")
    card = MoneyField("Pounds by card (empty: the rest)")
    slip = LineField("Reference on its slip (optional)", most=LONGEST_SLIP)
    second = MoneyField("Pounds by a second card (optional)")
    second_slip = LineField("Reference on the second slip (optional)", most=LONGEST_SLIP)

    def parts(self, order: PlacedOrder, cash: int) -> list[Captured]:
        """The parts, whose sum is the order's total. Raises Refusal where it isn't."""
        second = self.second.pence or 0
        rest = order.total_pence - cash - second
        card = rest if self.card.pence is None else self.card.pence
        if card < 0 or card != rest:
            taken = in_words(cash + second + (self.card.pence or 0))
            raise Refusal(f"The parts come to {taken}, not {in_words(order.total_pence)}.")
        made = [
            counter.part(Method.CASH, cash, order.currency),
            counter.part(Method.CARD, card, order.currency, slip=self.slip.data),
            counter.part(Method.CARD, second, order.currency, slip=self.second_slip.data),
        ]
        return [part for part in made if part.amount_pence]


@pages.route("/staff/till/pay/split", methods=["GET", "POST"])
@retried
def till_split() -> ResponseReturnValue:
    """All parts are taken: sell. A scan in the first field goes into the basket."""
    staff_here()
    form = SplitForm()
    if request.method == "GET":
        return _draw(form)
    try:
        if not form.sent():
            return _draw(form, 400)
        typed = line(form.given.data or "")
        if typed and not is_amount(typed):
            return redirect(scan_instead(typed), 303)
        cash = pence(typed) if typed else 0
        number = sell(form, lambda order: form.parts(order, cash))
    except Refusal as refusal:
        form.refuse(form.given, str(refusal))
        return _draw(form, refusal.status)
    return redirect(url_for(".till", sold=number), 303)


def _draw(form: SplitForm, status: int = 200) -> ResponseReturnValue:
    site, basket = to_pay()
    if not basket.lines:
        return redirect(url_for(".till"), 303)
    form.on(basket)
    form.slip.data = form.second_slip.data = ""  # it may have been a card number
    return show("split", site, form=form, basket=basket), status
