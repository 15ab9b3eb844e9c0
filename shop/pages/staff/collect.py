"""Handing an order over on the till: its code is scanned, and one press does it."""

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import AnyOf

from shop import clock, online_orders, reservations
from shop.db import retried
from shop.errors import Refusal
from shop.gateways import counter
from shop.pages import pages
from shop.pages.staff import staff_here, till
from shop.pages.staff.online_page import of_staff
from shop.pages.staff.press import PressForm, act_once, handling_at
from shop.pages.staff.said import say
from shop.pages.text import line
from shop.state import here
from shop.till import taking


class CollectForm(PressForm):
    """`method` is how it is paid, where it was only reserved. A scan in the field wins."""

    code = StringField()
    method = StringField(
        default=counter.Method.CARD, validators=[AnyOf([*counter.TAKEN], "Use Card or Cash.")]
    )


@pages.post("/staff/till/collect/<number>")
@retried
def till_collect(number: str) -> ResponseReturnValue:
    """Its buyer is here: handed over, and paid at the same moment where it was reserved."""
    staff_here()
    form = CollectForm()

    def hand_over(work: Session) -> None:
        site, who, now = handling_at(work), staff_here(), clock.now()
        order = online_orders.locked(work, of_staff(work, number).id)
        if order.site != site.id:
            raise Refusal(f"Order {order.number} is kept at another clinic.")
        placed = online_orders.placed(order)
        if reservations.is_reservation(work, order):
            money = counter.capture(placed, counter.Method(form.method.data))
            receipt = reservations.sell(
                work, order, money, zone=here().settings.zone,
                session_id=taking(work, site.id), by=who.name, at=now,
            )  # fmt: skip
            say(f"Order {order.number} is paid and handed over. Receipt {receipt}.")
        else:
            online_orders.hand_over(work, placed, by=who.name, at=now)
            say(f"Order {order.number} is handed over.")

    if line(form.code.data or ""):
        return till.scanned()
    return act_once(form, hand_over, url_for(".till"), till.draw)
