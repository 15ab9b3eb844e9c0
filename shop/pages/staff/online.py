"""Online orders of this clinic: what to pack, what waits, and the scan that finds one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import attention, buyers, clock, online_orders, order_steps, orders, outbox
from shop.buyers import Buyer
from shop.db import reading
from shop.drafts import Fulfilment
from shop.errors import NotFound, Refusal
from shop.order_states import OrderState
from shop.orders import Order
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.said import said
from shop.pages.text import line
from shop.reservations import is_reservation
from shop.sites import Site

MOST_LISTED = 20  # that are over
MOST_WAITING = 200  # of each kind
_WORDS = {
    OrderState.PLACED: "to be paid here",
    OrderState.PAID: "to prepare",
    OrderState.OWED: "paid, and the shelf was empty",
    OrderState.READY: "ready",
    OrderState.COLLECTED: "collected",
    OrderState.POSTED: "posted",
    OrderState.UNCOLLECTED: "not collected",
    OrderState.REFUNDED: "given back",
    OrderState.CANCELLED: "cancelled",
}


class FindForm(Form):
    code = StringField("Scan or type a customer’s code, or an order number")


@dataclass(frozen=True, slots=True)
class Row:
    """`late` says that it has waited to be collected for longer than the clinic keeps it."""

    number: int
    name: str
    how: str
    state: str
    since: datetime
    total_pence: int
    late: bool = False


@pages.get("/staff/online")
def online() -> ResponseReturnValue:
    staff_here()
    return _draw(FindForm(formdata=None))


@pages.post("/staff/online")
def online_find() -> ResponseReturnValue:
    """Lead to the order whose code was scanned. Nothing is handed over by that."""
    staff_here()
    form = FindForm()
    form.sent()
    try:
        with reading() as work:
            order = _meant(work, line(form.code.data or ""))
    except Refusal as refusal:
        form.refuse(form.code, str(refusal))
        form.code.data = ""
        return _draw(form), refusal.status
    return redirect(url_for(".online_order", number=order.number), 303)


def state_in_words(order: Order) -> str:
    return _WORDS.get(OrderState(order.state), order.state)


def how_in_words(order: Order) -> str:
    return "post" if order.fulfilment == Fulfilment.POST else "collect"


def _meant(work: Session, typed: str) -> Order:
    if buyer := buyers.with_code(work, typed):
        return orders.get(work, buyer.order_id)
    found = None
    if typed.isdecimal() and typed.isascii() and len(typed) <= 9:
        found = online_orders.numbered(work, int(typed))
    if found is None:
        raise NotFound("There is no online order with that code or number.")
    return found


def _draw(form: FindForm) -> str:
    with reading() as work:
        site = site_here(work)
        staff_here().require_sale_at(site.id, site.name)
        placed = online_orders.at_site(work, site.id, [OrderState.PLACED], most=MOST_WAITING)
        to_pay = [order for order in placed if is_reservation(work, order)]
        lists = {
            "owed": _waiting(work, site, OrderState.OWED),
            "to_prepare": _waiting(work, site, OrderState.PAID),
            "ready": _waiting(work, site, OrderState.READY),
            "to_pay": _rows(work, site, to_pay),
            "over": _rows(work, site, online_orders.latest_over(work, site.id, most=MOST_LISTED)),
        }
        cases = len(attention.waiting(work, staff_here()))
        letters = len(outbox.failed(work, site=site.id))
    return show("online", site, form=form, said=said(), cases=cases, letters=letters, **lists)


def _waiting(work: Session, site: Site, state: OrderState) -> list[Row]:
    found = online_orders.at_site(work, site.id, [state], most=MOST_WAITING)
    return _rows(work, site, found)


def _rows(work: Session, site: Site, found: Sequence[Order]) -> list[Row]:
    known = buyers.of_orders(work, [order.id for order in found])
    steps = order_steps.latest(work, [order.id for order in found])
    return [_row(site, order, known.get(order.id), steps.get(order.id)) for order in found]


def _row(site: Site, order: Order, buyer: Buyer | None, last: datetime | None) -> Row:
    since = last or order.placed_at
    waited = clock.now() - since > timedelta(days=site.keeps_days)
    return Row(
        order.number,
        buyer.name if buyer else "",
        how_in_words(order),
        state_in_words(order),
        since,
        order.total_pence,
        late=waited and order.state == OrderState.READY,
    )
