"""Money that came in, one row an order, appended and never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import clock, day_totals, failpoints, online_orders, orders, receipts, signals
from shop.db import Base, BigId, UTCTime, announce, table_of, whole
from shop.errors import Refusal
from shop.gateways import Captured
from shop.money import MOST_PENCE
from shop.orders import PlacedOrder


class Payment(Base):
    __tablename__ = "shop_payment"
    __table_args__ = (
        whole("amount_pence", 0, MOST_PENCE),
        CheckConstraint("method IN ('card', 'cash', 'discount')", name="method_known"),
        CheckConstraint("(method = 'discount') = (amount_pence = 0)", name="free_by_a_discount"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"), unique=True)
    gateway: Mapped[str]
    method: Mapped[str]
    amount_pence: Mapped[int]
    currency: Mapped[str]
    reference: Mapped[str | None] = mapped_column(unique=True)  # the gateway's own name for it
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


def settle(
    work: Session,
    order: PlacedOrder,
    captured: Captured,
    *,
    zone: ZoneInfo,
    by: str,
    at: datetime,
) -> str:
    """The money is there: settle its order and number the receipt. Returns that number.

    The sale counts into the business day that `at` falls in, in the business's own `zone`.

    An order that was settled before keeps its first payment and receipt. Raises Refusal
    when the money is not this order's exact total, and OutOfStock; nothing is kept then.
    """
    _require_exact(order, captured)
    if not orders.settle(work, order, by=by, at=at):
        return receipts.of_order(work, order.id).number
    return _record(work, order, captured, zone=zone, by=by, at=at)


def owe(
    work: Session,
    order: PlacedOrder,
    captured: Captured,
    *,
    zone: ZoneInfo,
    by: str,
    at: datetime,
) -> str:
    """The money is there and the shelf is empty: it is a sale all the same, and it is owed."""
    _require_exact(order, captured)
    if not online_orders.owe(work, order, by=by, at=at):
        return receipts.of_order(work, order.id).number
    return _record(work, order, captured, zone=zone, by=by, at=at)


def _require_exact(order: PlacedOrder, captured: Captured) -> None:
    if (captured.amount_pence, captured.currency) != (order.total_pence, order.currency):
        raise Refusal(f"Order {order.number} is for another amount. Nothing was settled.")


def _record(
    work: Session,
    order: PlacedOrder,
    captured: Captured,
    *,
    zone: ZoneInfo,
    by: str,
    at: datetime,
) -> str:
    """The payment, its day and its receipt, in this order: the receipt's number comes last."""
    work.execute(_RECORD, {"order_id": order.id, **asdict(captured), "by": by, "at": at})
    failpoints.reached("counter.after_payment", work)
    day_totals.add(work, order, clock.day_of(at, zone))
    number = receipts.issue(work, order, by=by, at=at)
    announce(
        work,
        signals.sale_made,
        order_id=order.id,
        number=number,
        site=order.site,
        total_pence=order.total_pence,
    )
    return number


def of_order(work: Session, order_id: int) -> Payment:
    return work.scalars(select(Payment).where(Payment.order_id == order_id)).one()


def of_orders(work: Session, order_ids: Iterable[int]) -> Mapping[int, Payment]:
    """The payments of these orders in one query, by order."""
    found = work.scalars(select(Payment).where(Payment.order_id.in_(sorted(order_ids))))
    return {payment.order_id: payment for payment in found}


_RECORD = insert(table_of(Payment))
