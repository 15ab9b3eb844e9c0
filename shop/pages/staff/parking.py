"""Parking a sale while its customer looks for a purse, and taking it up again, also elsewhere."""

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import agreed, clock, parked, vouchers
from shop.db import retried
from shop.discounts import Discount
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.staff import staff_here, till
from shop.pages.staff.basket import device, forget_last, on_counter, selling_at
from shop.pages.staff.press import PressForm, act_once
from shop.pages.staff.said import say
from shop.pages.text import whole_number

_LAST_ID = 999_999_999


class ResumeForm(PressForm):
    which = StringField()


@pages.post("/staff/till/park")
@retried
def till_park() -> ResponseReturnValue:
    """Put the basket aside, with what was agreed to take off it."""

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
        site_id = selling_at(work).id
        off = parked.resume(work, device(), which, site_id, at=clock.now())
        forget_last()
        say("Here it is again.")
        if off is not None:
            _take_off_again(work, off, site_id)

    return act_once(form, resume, url_for(".till"), till.draw)


def _take_off_again(work: Session, off: Discount, site_id: str) -> None:
    """What was agreed still holds, or the next page says why it does not any more.

    It is asked about the basket as it stands now: a price, or a voucher, may be another one.
    """
    goods = on_counter(work, site_id).goods_pence
    try:
        off.require_enough(goods)
        if off.voucher:
            off = vouchers.find(work, off.voucher, goods_pence=goods, at=clock.now())
    except Refusal as refusal:
        say(f"Here it is again, with nothing taken off. {refusal}", warns=True)
    else:
        agreed.agree(work, device(), off)
