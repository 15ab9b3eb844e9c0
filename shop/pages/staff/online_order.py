"""One online order at the desk: packed, handed over, posted, taken back to the shelf, paid."""

from collections.abc import Callable
from functools import partial

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import AnyOf

from shop import buyers, clock, online_orders, order_mail, orders, owed, reservations, till
from shop.buyers import LONGEST_TRACKING
from shop.db import retried
from shop.errors import Refusal
from shop.gateways import counter
from shop.orders import Order
from shop.pages import pages
from shop.pages.fields import LineField
from shop.pages.staff import staff_here
from shop.pages.staff.online_page import draw, of_staff, require_at
from shop.pages.staff.press import PressForm, act_once, handling_at
from shop.pages.staff.said import say
from shop.state import here


class PostedForm(PressForm):
    tracking = LineField("Tracking number (optional)", most=LONGEST_TRACKING)


class SoldForm(PressForm):
    method = StringField(validators=[AnyOf([*counter.TAKEN], "Use Card or Cash.")])


@pages.get("/staff/online/<number>")
def online_order(number: str) -> ResponseReturnValue:
    """The order with this number, for people of its clinic."""
    staff_here()
    return draw(number)


@pages.get("/staff/online/<number>/packing")
def packing_slip(number: str) -> ResponseReturnValue:
    """What goes into the parcel or the bag, on paper."""
    staff_here()
    return draw(number, template="packing")


@pages.post("/staff/online/<number>/ready")
@retried
def online_ready(number: str) -> ResponseReturnValue:
    """It is packed: its buyer is told to come, and with which code."""

    def pack(work: Session, order: Order) -> None:
        by, at = staff_here().name, clock.now()
        online_orders.pack(work, online_orders.placed(order), by=by, at=at)
        order_mail.ready(work, order, at=at)
        say(f"Order {order.number} is ready.")

    return _act(number, PressForm(), pack)


@pages.post("/staff/online/<number>/hand-over")
@retried
def online_over(number: str) -> ResponseReturnValue:
    """Its buyer is here with the code, and takes it along."""

    def hand_over(work: Session, order: Order) -> None:
        online_orders.hand_over(
            work, online_orders.placed(order), by=staff_here().name, at=clock.now()
        )
        say(f"Order {order.number} is handed over.")

    return _act(number, PressForm(), hand_over)


@pages.post("/staff/online/<number>/posted")
@retried
def online_posted(number: str) -> ResponseReturnValue:
    """The post has it: its buyer is told, with the tracking number where there is one."""
    form = PostedForm()

    def post(work: Session, order: Order) -> None:
        by, at = staff_here().name, clock.now()
        buyers.learn(work, order.id)
        buyers.sent_with(work, order.id, form.tracking.data)
        online_orders.hand_over(work, online_orders.placed(order), by=by, at=at)
        work.expire_all()
        order_mail.posted(work, orders.get(work, order.id), at=at)
        say(f"Order {order.number} is posted.")

    return _act(number, form, post)


@pages.post("/staff/online/<number>/back")
@retried
def online_back(number: str) -> ResponseReturnValue:
    """Nobody came: its units go back on the shelf, and its money waits for a decision."""

    def put_back(work: Session, order: Order) -> None:
        online_orders.nobody_came(
            work, online_orders.placed(order), by=staff_here().name, at=clock.now()
        )
        say(f"Order {order.number} is back on the shelf. Give its money back below.")

    return _act(number, PressForm(), put_back)


@pages.post("/staff/online/<number>/supply")
@retried
def online_supply(number: str) -> ResponseReturnValue:
    """There is one again for who has paid: put it aside."""

    def supply(work: Session, order: Order) -> None:
        owed.supply(work, order.id, by=staff_here().name, at=clock.now())
        say(f"Order {order.number} is put aside.")

    return _act(number, PressForm(), supply)


@pages.post("/staff/online/<number>/sell")
@retried
def online_sell(number: str) -> ResponseReturnValue:
    """It was reserved, and its buyer pays now: a sale, and handed over."""
    form = SoldForm()

    def sell(work: Session, order: Order) -> None:
        if not reservations.is_reservation(work, order):
            raise Refusal(f"Order {order.number} is paid online, not here.")
        money = counter.capture(online_orders.placed(order), counter.Method(form.method.data))
        receipt = reservations.sell(
            work, order, money, zone=here().settings.zone,
            session_id=till.taking(work, order.site), by=staff_here().name, at=clock.now(),
        )  # fmt: skip
        say(f"Order {order.number} is paid and handed over. Receipt {receipt}.")

    return _act(number, form, sell)


@pages.post("/staff/online/<number>/let-go")
@retried
def online_let_go(number: str) -> ResponseReturnValue:
    """It was reserved, and nobody wants it any more."""

    def let_go(work: Session, order: Order) -> None:
        if not reservations.give_up(work, order.id, by=staff_here().name, at=clock.now()):
            raise Refusal(f"Order {order.number} is not waiting to be paid here.")
        say(f"Order {order.number} is let go.")

    return _act(number, PressForm(), let_go)


def _act(
    number: str, form: PressForm, act: Callable[[Session, Order], None]
) -> ResponseReturnValue:
    """Show the order as it is then."""

    def handled(work: Session) -> None:
        site, order = handling_at(work), of_staff(work, number)
        require_at(site, order)
        act(work, online_orders.locked(work, order.id))

    return act_once(form, handled, url_for(".online_order", number=number), partial(draw, number))
