"""Taking something off at the desk: a voucher's code, or a discount with the reason for it."""

from dataclasses import replace

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import Field

from shop import agreed, clock, discounts, vouchers
from shop.db import reading, retried, transaction
from shop.discounts import LONGEST_REASON, Discount
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.fields import LineField, MoneyField, WholeField
from shop.pages.staff import staff_here
from shop.pages.staff.basket import device, on_counter, selling_at
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, answer, blank
from shop.state import here

LONGEST_CODE = 40  # characters of a voucher's code that are read


class DiscountForm(PressForm):
    """A code, or else how much and why. Nothing at all takes nothing off."""

    code = LineField("Voucher code", most=LONGEST_CODE)
    percent = WholeField("Or per cent off", low=0, high=100, empty=0)
    pounds = MoneyField("Or pounds off")
    reason = LineField("Why? (for a discount without a code)", most=LONGEST_REASON)

    def refused(self, refusal: Refusal) -> None:
        blamed: Field = self.code if self.code.data else self.percent
        self.refuse(blamed, str(refusal))


@pages.get("/staff/till/pay/discount")
def till_discount() -> ResponseReturnValue:
    staff_here()
    return _draw(blank(DiscountForm))


@pages.post("/staff/till/pay/discount")
@retried
def till_take_off() -> ResponseReturnValue:
    """Take it off what is in the basket. The code is used when the sale is made."""
    form = DiscountForm()

    def take() -> str:
        with transaction() as work:
            if off := _meant(work, form):
                agreed.agree(work, device(), off)
            else:
                agreed.take(work, device())
        return url_for(".till_pay")

    return answer(form, take, _draw)


def _meant(work: Session, form: DiscountForm) -> Discount | None:
    pence, site, who = form.pounds.pence or 0, selling_at(work), staff_here()
    goods = on_counter(work, site.id).goods_pence
    if form.code.data:
        return vouchers.find(work, form.code.data, goods_pence=goods, at=clock.now())
    if not form.percent.number and not pence:
        return None
    found = discounts.by_staff(
        percent=form.percent.number, pence=pence, reason=form.reason.data, by=who.name
    )
    limit = here().settings.discount_limit_percent
    most = Discount(percent=limit).off(goods)  # rounded as what comes off is
    who.require_discount_at(site.id, site.name, found.off(goods), most, limit)
    return replace(found, least_pence=goods) if pence else found


def _draw(form: DiscountForm) -> str:
    with reading() as work:
        site = selling_at(work)
        basket = on_counter(work, site.id)
    return show("discount", site, form=form, basket=basket)
