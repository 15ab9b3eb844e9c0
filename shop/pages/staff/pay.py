"""Taking the payment: a card on the clinic's machine with one press, or on to another way."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import AnyOf

from shop.db import retried
from shop.errors import Refusal
from shop.gateways import counter
from shop.pages import pages
from shop.pages.fields import LineField
from shop.pages.staff import staff_here, till
from shop.pages.staff.basket import just_added
from shop.pages.staff.frame import show
from shop.pages.staff.scan import ScanForm
from shop.pages.staff.taking import LONGEST_SLIP, TakingForm, scan_instead, sell, to_pay


class PayForm(ScanForm, TakingForm):
    """Cash is here for the exact amount, without any change."""

    method = StringField(
        default=counter.Method.CARD, validators=[AnyOf([*counter.TAKEN], "Use Card or Cash.")]
    )
    slip = LineField("Reference on the card slip (optional)", most=LONGEST_SLIP)


@pages.route("/staff/till/pay", methods=["GET", "POST"])
@retried
def till_pay() -> ResponseReturnValue:
    """The card machine says approved, or the exact cash is in the drawer: sell."""
    staff_here()
    form = PayForm()
    if request.method == "GET":
        return _draw(form)
    try:
        if not form.sent():
            return _draw(form, 400)
        if typed := form.typed():
            return redirect(scan_instead(typed), 303)
        method, slip = counter.Method(form.method.data), form.slip.data
        slip = slip if method == counter.Method.CARD else ""
        number = sell(
            form,
            lambda order: [
                counter.part(method, order.total_pence, order.currency, slip=slip),
            ],
        )
    except Refusal as refusal:
        form.refuse_scan(refusal)
        return _draw(form, refusal.status)
    return redirect(url_for(".till", sold=number), 303)


def _draw(form: PayForm, status: int = 200) -> ResponseReturnValue:
    """The pay page with a new one-time token; the till where nothing is in the basket."""
    site, basket = to_pay()
    if not basket.lines:
        return redirect(url_for(".till"), 303) if status == 200 else (till.draw(form), status)
    form.on(basket)
    form.slip.data = ""
    return show("pay", site, form=form, basket=basket, said=just_added(basket)), status
