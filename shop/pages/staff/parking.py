"""Parking a sale while its customer looks for a purse, and taking it up again, also elsewhere."""

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import clock, parked
from shop.db import retried
from shop.pages import pages
from shop.pages.staff import staff_here, till
from shop.pages.staff.basket import device, forget_last, selling_at
from shop.pages.staff.press import PressForm, act_once
from shop.pages.staff.said import say
from shop.pages.text import whole_number

_LAST_ID = 999_999_999


class ResumeForm(PressForm):
    which = StringField()


@pages.post("/staff/till/park")
@retried
def till_park() -> ResponseReturnValue:
    """Put the basket aside."""

    def park(work: Session) -> None:
        site = selling_at(work)
        parked.park(work, device(), site.id, by=staff_here().name, at=clock.now())
        forget_last()
        say("Parked. Resume it from any device at this clinic.")

    return act_once(PressForm(), park, url_for(".till"), till.draw)


@pages.post("/staff/till/resume")
@retried
def till_resume() -> ResponseReturnValue:
    """Take a parked sale up on this device."""
    form = ResumeForm()

    def resume(work: Session) -> None:
        which = whole_number(form.which.data or "", 1, _LAST_ID)
        parked.resume(work, device(), which, selling_at(work).id, at=clock.now())
        say("Here it is again.")

    return act_once(form, resume, url_for(".till"), till.draw)
