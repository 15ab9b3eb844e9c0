"""What a gateway says of a payment page, compared with our order and put into our records.

All of it happens under the order's lock, and none of it twice.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import (
    attention,
    buyers,
    identity,
    online_orders,
    order_mail,
    payment_sessions,
    payments,
    vouchers,
)
from shop.attention import Kind
from shop.gateways import Captured, Online, PageSeen, PageState
from shop.order_states import UNPAID, OrderState
from shop.orders import Order, PlacedOrder
from shop.payment_sessions import UNFINISHED, PaymentSession, SessionState
from shop.post_zones import EVERYWHERE, Zones

_HAS_MONEY = (SessionState.PAID, SessionState.PAID_TWICE)
METHOD = "card"  # wallets are cards too, and no page of ours offers anything else


class Outcome(StrEnum):
    SETTLED = "settled"  # it is a sale, and its units are put aside
    OWED = "owed"  # it is a sale, and the shelf was empty
    PAID_TWICE = "paid-twice"
    WRONG_AMOUNT = "wrong-amount"
    UNKNOWN_ORDER = "unknown-order"
    CANCELLED = "cancelled"  # nobody paid, and nobody can any more
    FOREIGN = "foreign"  # another shop's
    NOTHING = "nothing"  # that we did not know


def apply(
    work: Session,
    gateway: Online,
    seen: PageSeen,
    *,
    zone: ZoneInfo,
    by: str,
    now: Callable[[], datetime],
    owing: bool = False,
    zones: Zones = EVERYWHERE,
) -> Outcome:
    """Bring one order and its session to what the gateway says. Safe in any order, and twice.

    Raises OutOfStock where what was paid is not on the shelf: nothing of the transaction is to be
    kept then, and the same again, `owing`, makes it a sale that is owed.
    """
    known = payment_sessions.locked(work, seen.reference) or _by_order(work, seen)
    at = now()  # after the lock was granted, however long that took
    if isinstance(known, Outcome):
        return _unknown(work, seen, at) if known is Outcome.UNKNOWN_ORDER else known
    order, session, shop_uid = known
    if seen.state == PageState.PAID:
        if session is None:
            placed = online_orders.placed(order)
            session = payment_sessions.found(work, placed, gateway.name, seen, at=at)
        due = (shop_uid, order.uid, order.total_pence, order.currency, gateway.live)
        exact = (seen.shop, seen.order, seen.amount_pence, seen.currency, seen.live) == due
        if not exact:
            return _wrong(work, order, session, seen, by=by, at=at)
        if order.state in UNPAID:
            _look_where_to(work, order, seen.person.address, zones, at=at)
        return _paid(work, gateway.name, order, session, seen, owing, zone=zone, by=by, at=at)
    if session is None or session.state not in UNFINISHED:
        return Outcome.NOTHING
    if seen.state == PageState.EXPIRED:
        return ended(work, order, session, SessionState.EXPIRED, by=by, at=at)
    session.state = SessionState.OPEN
    work.flush()
    return Outcome.NOTHING


def _by_order(work: Session, seen: PageSeen) -> tuple[Order, PaymentSession | None, str] | Outcome:
    """The order of a page that no session names, locked: its name never reached us."""
    shop_uid = identity.uid(work)
    if seen.shop != shop_uid or seen.order is None:
        return Outcome.FOREIGN
    order = online_orders.with_uid(work, seen.order)
    if order is None:
        return Outcome.UNKNOWN_ORDER
    return order, _session_of(work, order, seen), shop_uid


def ended(
    work: Session,
    order: Order,
    session: PaymentSession,
    state: SessionState,
    *,
    by: str,
    at: datetime,
) -> Outcome:
    """Nobody paid on this page, and nobody can any more: its order is over."""
    if session.state not in UNFINISHED:
        return Outcome.NOTHING
    payment_sessions.end(session, state, at)
    work.flush()
    if order.state != OrderState.PLACED:
        return Outcome.NOTHING
    online_orders.cancel(work, online_orders.placed(order), by=by, at=at)
    return Outcome.CANCELLED


def _session_of(work: Session, order: Order, seen: PageSeen) -> PaymentSession | None:
    """The page's session, also where it was opened and its name never reached us."""
    its = payment_sessions.of_order(work, order.id)
    known = [session for session in its if session.reference == seen.reference]
    waiting = [session for session in its if session.reference is None]
    for session in known or waiting[-1:]:
        session.reference = seen.reference
        return session
    return None


def _unknown(work: Session, seen: PageSeen, at: datetime) -> Outcome:
    """Our id, and no such order: the database was brought back from before it was placed."""
    if seen.state != PageState.PAID:
        return Outcome.NOTHING
    reference = seen.payment or seen.reference
    pence = seen.amount_pence
    kind = Kind.UNKNOWN_ORDER
    attention.raise_(work, kind, reference, order_id=None, amount_pence=pence, at=at)
    waits = attention.is_waiting(work, kind, reference)
    return Outcome.UNKNOWN_ORDER if waits else Outcome.NOTHING


def _wrong(
    work: Session, order: Order, session: PaymentSession, seen: PageSeen, *, by: str, at: datetime
) -> Outcome:
    """Money that is not what the order costs, or not for it: nobody may pay any more."""
    if session.state in (*_HAS_MONEY, SessionState.WRONG_AMOUNT):
        return Outcome.NOTHING
    session.payment = seen.payment or seen.reference
    if session.state in UNFINISHED and order.state == OrderState.PLACED:
        online_orders.cancel(work, online_orders.placed(order), by=by, at=at)
    return _look_at(
        work, order, session, SessionState.WRONG_AMOUNT, Kind.WRONG_AMOUNT, seen.amount_pence, at
    )


def _paid(
    work: Session,
    gateway: str,
    order: Order,
    session: PaymentSession,
    seen: PageSeen,
    owing: bool,
    *,
    zone: ZoneInfo,
    by: str,
    at: datetime,
) -> Outcome:
    if session.state in _HAS_MONEY:
        return Outcome.NOTHING
    payment, pence = seen.payment or seen.reference, seen.amount_pence
    session.payment = payment
    if session.state == SessionState.WRONG_AMOUNT:  # as it seemed before
        attention.settle(work, Kind.WRONG_AMOUNT, payment, by=by, at=at)
    if order.state not in UNPAID:
        return _look_at(work, order, session, SessionState.PAID_TWICE, Kind.PAID_TWICE, pence, at)
    payment_sessions.end(session, SessionState.PAID, at)
    work.flush()
    captured = Captured(gateway, METHOD, pence, seen.currency, payment)
    told, placed = seen.person, online_orders.placed(order)
    buyer = buyers.learn(work, order.id, email=told.email, name=told.name, address=told.address)
    if order.state == OrderState.CANCELLED and order.voucher_code:
        vouchers.use_late(work, order.voucher_code)
    if owing:
        _owe(work, placed, captured, zone=zone, by=by, at=at)
    else:
        payments.settle(work, placed, captured, zone=zone, by=by, at=at)
    order_mail.paid(work, order, buyer, at=at)
    return Outcome.OWED if owing else Outcome.SETTLED


def _look_where_to(
    work: Session, order: Order, address: str, zones: Zones, *, at: datetime
) -> None:
    """It is to be posted to where the post costs something else: a person decides about that."""
    if zones.other(order.postage_zone, address):
        number, pence = str(order.number), order.postage_pence
        attention.raise_(
            work, Kind.OTHER_ZONE, number, order_id=order.id, amount_pence=pence, at=at
        )


def _owe(
    work: Session, order: PlacedOrder, captured: Captured, *, zone: ZoneInfo, by: str, at: datetime
) -> None:
    """The shelf is empty: a person has to find one, or to give the money back."""
    payments.owe(work, order, captured, zone=zone, by=by, at=at)
    number, pence = str(order.number), captured.amount_pence
    attention.raise_(work, Kind.OWED, number, order_id=order.id, amount_pence=pence, at=at)


def _look_at(
    work: Session,
    order: Order,
    session: PaymentSession,
    state: SessionState,
    kind: Kind,
    pence: int,
    at: datetime,
) -> Outcome:
    """Money is here that settles nothing: say so to a person, once."""
    payment_sessions.end(session, state, at)
    work.flush()
    assert session.payment is not None
    attention.raise_(work, kind, session.payment, order_id=order.id, amount_pence=pence, at=at)
    return Outcome(state.value)


def session_of_payment(work: Session, payment: str) -> PaymentSession | None:
    """The session that brought this money, if one of ours did."""
    return work.scalars(
        select(PaymentSession).where(PaymentSession.payment == payment)
    ).one_or_none()
