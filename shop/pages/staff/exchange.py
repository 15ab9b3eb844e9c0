"""Exchanging a tool of a sale for another one: one scan, and the difference."""

from functools import partial

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from shop import clock, exchanges, online_orders, order_lines, orders, products, refunds
from shop.db import reading, retried
from shop.drafts import Channel, Draft
from shop.errors import NotFound, Refusal
from shop.exchanges import Back
from shop.gateways.counter import TAKEN, Method
from shop.order_lines import OrderLine
from shop.pages import pages
from shop.pages.staff import scan, site_here, staff_here
from shop.pages.staff.back_form import DAMAGED, PLACES, SHELF, WHERE
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, act_once
from shop.pages.staff.said import say
from shop.pages.staff.sale_page import of_staff
from shop.pages.staff.sales import drawer_here, require_refund
from shop.pages.text import line, whole_number
from shop.receipts import Receipt
from shop.refunds import Given
from shop.state import here

_LAST_ID = 999_999_999


class ExchangeForm(PressForm):
    """`code` is what they take instead, `line` what comes back. `seen` is the difference that the
    person saw."""

    code = HiddenField()
    line = HiddenField()
    seen = HiddenField()
    place = SelectField(
        "Put the old one back on the shelf?",
        choices=[SelectChoice(SHELF, PLACES[SHELF]), SelectChoice(DAMAGED, PLACES[DAMAGED])],
    )
    method = StringField(default=Method.CARD, validators=[AnyOf([*TAKEN], "Use Card or Cash.")])


@pages.get("/staff/sales/<number>/exchange")
def sale_exchange(number: str) -> ResponseReturnValue:
    """What was scanned, against a line of the sale: what there is to pay or to give back."""
    staff_here()
    form = ExchangeForm(formdata=None)
    form.renew()
    form.code.data = line(request.args.get("code", ""))
    form.line.data = line(request.args.get("line", ""))
    return _draw(number, form)


@pages.post("/staff/sales/<number>/exchange")
@retried
def sale_exchanged(number: str) -> ResponseReturnValue:
    """The old one is back and the difference is paid: both papers, once."""
    form = ExchangeForm()

    def swap(work: Session) -> None:
        drawer = drawer_here(work)
        receipt, old, draft = _meant(work, number, form)
        online_orders.locked(work, receipt.order_id)  # what went back of it before is counted now
        condition, on_shelf = WHERE[form.place.data]
        back = Back(old.id, _pence(work, old), condition, on_shelf)
        difference = draft.total_pence - back.pence
        if form.seen.data != str(difference):
            raise Refusal("The price changed. Check what there is to pay now, then press again.")
        require_refund(work, max(-difference, 0), refunds.so_far(work, receipt.order_id))
        sold = exchanges.exchange(
            work, receipt, back, draft, Method(form.method.data), press=form.press.data,
            zone=here().settings.zone, session_id=drawer, by=staff_here().name,
            at=clock.now(),
        )  # fmt: skip
        say(f"Exchanged. The new sale is {sold}.")

    return act_once(form, swap, url_for(".sale", number=number), partial(_draw, number))


def _meant(work: Session, number: str, form: ExchangeForm) -> tuple[Receipt, OrderLine, Draft]:
    """The sale, the line that comes back, and the new sale that it is exchanged for."""
    receipt, site = of_staff(work, number), site_here(work)
    exchanges.require_paid_here(work, receipt)
    found = scan.find(work, form.code.data or "")
    if len(found) > 1:
        raise Refusal(f"{len(found)} products fit {form.code.data}. Scan the one they take.")
    wanted = whole_number(form.line.data or "", 1, _LAST_ID)
    lines = order_lines.lines_of(work, [receipt.order_id])
    old = next((each for each in lines if each.id == wanted), None)
    if old is None:
        raise NotFound("There is no such line in that sale.")
    draft = orders.new(
        work, site.id, {found[0].sku: 1}, channel=Channel.DESK,
        currency=here().settings.currency, vat_registered=bool(here().settings.vat_number),
    )  # fmt: skip
    return receipt, old, draft


def _pence(work: Session, old: OrderLine) -> int:
    """What one of that line gives back."""
    so_far = refunds.given(work, old.order_id).get(old.id, Given())
    return exchanges.paid_for_one(old, so_far)


def _draw(number: str, form: ExchangeForm) -> str:
    with reading() as work:
        receipt, old, draft = _meant(work, number, form)
        pence = _pence(work, old)
        site = site_here(work)
        new = products.get(work, draft.lines[0].sku)
    difference = draft.total_pence - pence
    form.seen.data = str(difference)
    return show(
        "exchange", site, form=form, receipt=receipt, old=old, new=new, difference=difference
    )
