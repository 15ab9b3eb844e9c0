"""Kept now, paid at the desk: an online order that nobody pays for on a page.

It is an order like any other, with its units held for some days and no payment page. It is no
distance sale: whoever comes and pays has bought in the shop.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from shop import buyers, clock, online_orders, order_mail, orders, payments
from shop.buyers import Buyer
from shop.drafts import Channel, Draft
from shop.errors import Refusal, TooManyTries
from shop.gateways import Captured, counter
from shop.holds import Hold
from shop.order_states import OrderState
from shop.orders import Order, PlacedOrder
from shop.payment_sessions import PaymentSession

DAYS = 3  # that its units are kept, and to the end of the last one
MOST_OPEN = 2  # at once, by one address


def reserve(
    work: Session,
    draft: Draft,
    *,
    press: str,
    email: str,
    zone: ZoneInfo,
    at: datetime,
    plans: Sequence[int] = (),
) -> PlacedOrder:
    """Keep the units of an order that is paid at the desk. Pressing twice is once.

    Raises OutOfStock, and TooManyTries for an address that has too much kept already. Without an
    address it was asked for at the desk, where nobody is told by mail.
    """
    if earlier := orders.pressed(work, press):
        return online_orders.placed(earlier)
    its = _open().join(Buyer, Buyer.order_id == Order.id).where(Buyer.email == email)
    if email and len(work.scalars(its).all()) >= MOST_OPEN:
        raise TooManyTries(f"We keep {MOST_OPEN} orders for one person. Fetch one of them first.")
    order = orders.place(work, draft, press=press, at=at, hold_until=until(at, zone), plans=plans)
    buyers.learn(work, order.id, email=email)
    order_mail.reserved(work, orders.get(work, order.id), at=at)
    return order


def take_free(
    work: Session,
    draft: Draft,
    *,
    press: str,
    email: str,
    zone: ZoneInfo,
    at: datetime,
    plans: Sequence[int] = (),
) -> PlacedOrder:
    """Sell what a discount has taken the whole price off: there is no page to pay on.

    Raises OutOfStock, and then nothing is kept. Pressing twice is once.
    """
    if earlier := orders.pressed(work, press):
        return online_orders.placed(earlier)
    order = orders.place(work, draft, press=press, at=at, plans=plans)
    buyer = buyers.learn(work, order.id, email=email)
    nothing = counter.capture(order, counter.Method.DISCOUNT)
    payments.settle(work, order, nothing, zone=zone, by="customer", at=at)
    order_mail.paid(work, orders.get(work, order.id), buyer, at=at)
    return order


def until(at: datetime, zone: ZoneInfo) -> datetime:
    """When what is reserved now goes back on sale."""
    return clock.bounds(clock.day_of(at, zone) + timedelta(days=DAYS), zone)[1]


def is_reservation(work: Session, order: Order) -> bool:
    """Whether this is paid at the desk: it costs something, and was never shown a payment page."""
    has_page = exists().where(PaymentSession.order_id == order.id)
    may_be = order.channel == Channel.WEB and order.total_pence > 0
    return may_be and not work.scalar(select(has_page))


def sell(
    work: Session,
    order: Order,
    captured: Captured,
    *,
    zone: ZoneInfo,
    session_id: int | None,
    by: str,
    at: datetime,
) -> str:
    """Its buyer is here and has paid, into the drawer of this session: a sale, and handed over.

    Gives the receipt's number.
    """
    if order.state != OrderState.PLACED:
        raise Refusal(f"Order {order.number} is {order.state}. It can't be paid here now.")
    placed = online_orders.placed(order)
    number = payments.settle(work, placed, captured, zone=zone, session_id=session_id, by=by, at=at)
    online_orders.hand_over(work, placed, by=by, at=at)
    return number


def overdue(work: Session, *, at: datetime) -> Sequence[int]:
    """Reservations of which nothing is kept any more."""
    kept = exists().where(
        Hold.order_number == Order.number, Hold.ended_at.is_(None), Hold.until > at
    )
    return [order.id for order in work.scalars(_open().where(~kept).order_by(Order.id))]


def give_up(work: Session, order_id: int, *, by: str, at: datetime) -> bool:
    """Nobody came for it, or nobody will. False if it was paid or cancelled before."""
    order = online_orders.locked(work, order_id)
    if order.state != OrderState.PLACED or not is_reservation(work, order):
        return False
    online_orders.cancel(work, online_orders.placed(order), by=by, at=at)
    order_mail.cancelled(work, order, was_paid=False, at=at)
    return True


def _open() -> Select[Order]:
    has_page = exists().where(PaymentSession.order_id == Order.id)
    return select(Order).where(
        Order.channel == Channel.WEB, Order.state == OrderState.PLACED, ~has_page
    )
