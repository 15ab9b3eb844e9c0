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
        whole("amount_pence", 1, MOST_PENCE),
        CheckConstraint("method IN ('card', 'cash')", name="method_known"),
        CheckConstraint("session_id IS NULL OR gateway = 'counter'", name="session_at_the_desk"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"), unique=True)
    gateway: Mapped[str]
    method: Mapped[str]
    amount_pence: Mapped[int]
    currency: Mapped[str]
    reference: Mapped[str | None] = mapped_column(unique=True)  # the gateway's own name for it
    session_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("shop_till_session.id"), index=True
    )
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


def settle(
    work: Session,
    order: PlacedOrder,
    captured: Captured,
    *,
    zone: ZoneInfo,
    session_id: int | None = None,
    by: str,
    at: datetime,
) -> str:
    """The money is there: settle its order and number the receipt. Returns that number.

    `session_id` is the till session in whose drawer it lies; `till.taking` gives it.

    The sale counts into the business day that `at` falls in, in the business's own `zone`.

    An order that was settled before keeps its first payment and receipt. Raises Refusal
    when the money is not this order's exact total, and OutOfStock; nothing is kept then.
    """
    _require_exact(order, captured)
    if not orders.settle(work, order, by=by, at=at):
        return receipts.of_order(work, order.id).number
    return _record(work, order, captured, zone=zone, session_id=session_id, by=by, at=at)


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
    session_id: int | None = None,
    by: str,
    at: datetime,
) -> str:
    """The payment, its day and its receipt, in this order: the receipt's number comes last."""
    its = {"order_id": order.id, "session_id": session_id, "by": by, "at": at}
    work.execute(_RECORD, {**its, **asdict(captured)})
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
