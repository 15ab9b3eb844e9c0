"""What becomes of an order that was placed online: owed, supplied, packed, collected, posted.

Each verb is one step of `order_states.NEXT`, refused where the order does not stand before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shop import (
    attention,
    holds,
    kept,
    order_lines,
    order_steps,
    orders,
    places,
    returns,
    substitutes,
    vouchers,
)
from shop.attention import Kind
from shop.drafts import Channel, Fulfilment
from shop.errors import Refusal
from shop.order_states import IN_HAND, NEXT, UNPAID, OrderState, before
from shop.orders import Order, PlacedOrder
from shop.products import Product
from shop.stock import Outgoing


def with_uid(work: Session, uid: str) -> Order | None:
    """The order that a payment page was opened for, if it is in this database.

    Nobody else can change it until this transaction ends.
    """
    mine = select(Order).where(Order.uid == uid).with_for_update()
    return work.scalars(mine.execution_options(populate_existing=True)).one_or_none()


def locked(work: Session, order_id: int) -> Order:
    """An order that nobody else can change until this transaction ends."""
    mine = select(Order).where(Order.id == order_id).with_for_update()
    return work.scalars(mine.execution_options(populate_existing=True)).one()


def numbered(work: Session, number: int) -> Order | None:
    its = select(Order).where(Order.number == number, Order.channel == Channel.WEB)
    return work.scalars(its).one_or_none()


def placed(order: Order) -> PlacedOrder:
    posts = order.fulfilment == Fulfilment.POST
    return PlacedOrder(
        order.id, order.number, order.site, order.currency, order.total_pence, order.uid, posts
    )


def at_site(
    work: Session, site_id: str, states: Iterable[OrderState], *, most: int
) -> Sequence[Order]:
    """Online orders of a clinic that stand so, those that have waited longest first."""
    its = select(Order).where(
        Order.channel == Channel.WEB, Order.site == site_id, Order.state.in_(list(states))
    )
    return work.scalars(its.order_by(Order.id).limit(most)).all()


def waiting_since(work: Session, before: datetime) -> Sequence[Order]:
    """Orders, of every clinic, that have been ready since before then."""
    step = order_steps.OrderStep
    its = select(Order).join(step, (step.order_id == Order.id) & (step.state == Order.state))
    late = its.where(Order.state == OrderState.READY, step.at < before)
    return work.scalars(late.order_by(Order.id)).all()


def latest_over(work: Session, site_id: str, *, most: int) -> Sequence[Order]:
    """Online orders of a clinic that are over, the latest first."""
    over = [state for state, later in NEXT.items() if not later]
    its = select(Order).where(
        Order.channel == Channel.WEB, Order.site == site_id, Order.state.in_(over)
    )
    return work.scalars(its.order_by(Order.id.desc()).limit(most)).all()


def owe(work: Session, order: PlacedOrder, *, by: str, at: datetime) -> bool:
    """It is paid, and the shelf can't give it: nothing leaves until a person has decided.

    What was still held for it is let go, because an order doesn't go out in parts. False if it
    was paid before.
    """
    values = {"state": OrderState.OWED, "settled_at": at, "settled_by": by}
    unpaid = update(Order).where(Order.id == order.id, Order.state.in_(UNPAID)).values(**values)
    if work.scalar(unpaid.returning(Order.id)) is None:
        return False
    holds.release(work, order.number, by=by, at=at)
    order_steps.record(work, order.id, OrderState.OWED, by=by, at=at)
    return True


def supply(
    work: Session,
    order: PlacedOrder,
    *,
    instead: Mapping[int, Product] | None = None,
    by: str,
    at: datetime,
) -> None:
    """There is stock again for what is owed: put it aside. Raises OutOfStock.

    `instead` says, by order line, which other product goes out for it from now on.
    """
    _step(work, order.id, OrderState.PAID, [OrderState.OWED], by=by, at=at)
    if instead:
        substitutes.write(work, order_lines.lines_of(work, [order.id]), instead, by=by, at=at)
    kept.put_aside(work, order.site, orders.outgoing(work, order, {}), by=by, at=at)
    attention.settle(work, Kind.OWED, str(order.number), by=by, at=at)


def cancel(work: Session, order: PlacedOrder, *, by: str, at: datetime) -> None:
    """Nobody has paid for it, and nobody can any more: let go of its units and its voucher."""
    _step(work, order.id, OrderState.CANCELLED, [OrderState.PLACED], by=by, at=at)
    if code := orders.get(work, order.id).voucher_code:
        vouchers.give_back(work, code)
    holds.release(work, order.number, by=by, at=at)


def pack(work: Session, order: PlacedOrder, *, by: str, at: datetime) -> None:
    """It is packed, and its buyer may come for it."""
    if orders.get(work, order.id).fulfilment != Fulfilment.COLLECT:
        raise Refusal(f"Order {order.number} goes by post, so nobody comes for it.")
    _step(work, order.id, OrderState.READY, [OrderState.PAID], by=by, at=at)


def hand_over(work: Session, order: PlacedOrder, *, by: str, at: datetime) -> None:
    """Its buyer is here, or the post: its units leave the clinic."""
    posted = orders.get(work, order.id).fulfilment == Fulfilment.POST
    to = OrderState.POSTED if posted else OrderState.COLLECTED
    _step(work, order.id, to, before(to), by=by, at=at)
    kept.hand_over(work, order.site, put_aside(work, order), by=by, at=at)
    attention.settle(work, Kind.OTHER_ZONE, str(order.number), by=by, at=at)


def nobody_came(work: Session, order: PlacedOrder, *, by: str, at: datetime) -> None:
    """It has waited long enough: its units go back on the shelf, and its money is owed back."""
    _step(work, order.id, OrderState.UNCOLLECTED, [OrderState.READY], by=by, at=at)
    kept.put_back(work, order.site, put_aside(work, order), by=by, at=at)
    attention.raise_(
        work,
        Kind.UNCOLLECTED,
        str(order.number),
        order_id=order.id,
        amount_pence=order.total_pence,
        at=at,
    )


def refund(work: Session, order: PlacedOrder, *, by: str, at: datetime) -> None:
    """All of it is given back before anything was handed over: it is over."""
    _step(work, order.id, OrderState.REFUNDED, before(OrderState.REFUNDED), by=by, at=at)


def put_aside(work: Session, order: PlacedOrder) -> list[Outgoing]:
    """What of a paid order still waits at the clinic: all of it but what was refunded there."""
    lines = orders.outgoing(work, order, {})
    taken = returns.taken_back(
        work, [line.order_line_id for line in lines], from_place=places.kept(order.site)
    )
    still = [(line, line.units - taken.get(line.order_line_id, 0)) for line in lines]
    return [replace(line, units=units) for line, units in still if units]


def waiting_for(work: Session, site_id: str, sku: str) -> Mapping[str, int]:
    """Units of a product that are put aside at a clinic, by whom they wait for: "order 1043"."""
    its = select(Order).where(Order.site == site_id, Order.state.in_(IN_HAND))
    waiting: dict[str, int] = {}
    for order in work.scalars(its.order_by(Order.id)):
        aside = put_aside(work, placed(order))
        if units := sum(line.units for line in aside if line.sku == sku):
            waiting[f"order {order.number}"] = units
    return waiting


def _step(
    work: Session,
    order_id: int,
    to: OrderState,
    earlier: Sequence[OrderState],
    *,
    by: str,
    at: datetime,
) -> None:
    """Take one step, if the order stands where it may be taken from. Raises Refusal."""
    step = update(Order).where(Order.id == order_id, Order.state.in_(earlier)).values(state=to)
    if work.scalar(step.returning(Order.id)) is None:
        order = orders.get(work, order_id)
        raise Refusal(f"Order {order.number} is {order.state}. It can't be {to} now.")
    order_steps.record(work, order_id, to, by=by, at=at)
