"""Something else for what is owed: agreed with its buyer, and put aside at one press."""

from functools import partial

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, owed
from shop.db import retried
from shop.pages import pages
from shop.pages.staff import staff_here
from shop.pages.staff.online_page import draw, of_staff, require_at
from shop.pages.staff.press import act_once, handling_at
from shop.pages.staff.said import say
from shop.pages.staff.substitute_form import SubstituteForm


@pages.post("/staff/online/<number>/substitute")
@retried
def online_substitute(number: str) -> ResponseReturnValue:
    """Put something else aside for who has paid. The buyer is told, and pays nothing more."""
    staff_here()
    form = SubstituteForm()

    def send(work: Session) -> None:
        site, order = handling_at(work), of_staff(work, number)
        require_at(site, order)
        owed.substitute(work, order.id, form.chosen(), by=staff_here().name, at=clock.now())
        say(f"Order {order.number} is put aside, with another product in it.")

    return act_once(form, send, url_for(".online_order", number=number), partial(draw, number))
