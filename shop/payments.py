"""Money that came in: one row a payment, appended and never changed.

At the desk an order may be paid in parts, in cash and by card; online it is paid at once. What
came in for a sale is its total, to the penny.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import clock, day_totals, failpoints, online_orders, orders, receipts, signals
from shop.db import Base, BigId, UTCTime, announce, table_of, whole
from shop.errors import Refusal
from shop.gateways import Captured
from shop.money import MOST_PENCE
from shop.orders import PlacedOrder

MOST_PARTS = 4  # payments of one order


class Payment(Base):
    """`position` is 1 for the first part of what an order was paid with, and for the only one.

    `tendered_pence` is the cash that was handed over, None where nobody noted it. `slip` is the
    reference that the clinic's own card machine printed.
    """

    __tablename__ = "shop_payment"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        whole("position", 1, MOST_PARTS),
        whole("amount_pence", 0, MOST_PENCE),
        CheckConstraint("method IN ('card', 'cash', 'discount')", name="method_known"),
        CheckConstraint("(method = 'discount') = (amount_pence = 0)", name="free_by_a_discount"),
        CheckConstraint("position = 1 OR gateway = 'counter'", name="parts_at_the_desk"),
        CheckConstraint(
            "tendered_pence IS NULL OR (method = 'cash' AND "
            f"tendered_pence BETWEEN amount_pence AND {MOST_PENCE})",
            name="tendered_in_cash",
        ),
        CheckConstraint(
            "slip IS NULL OR (method = 'card' AND gateway = 'counter')", name="slip_of_a_card"
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"))
    position: Mapped[int] = mapped_column(default=1, server_default="1")
    gateway: Mapped[str]
    method: Mapped[str]
    amount_pence: Mapped[int]
    currency: Mapped[str]
    reference: Mapped[str | None] = mapped_column(unique=True)  # the gateway's own name for it
    tendered_pence: Mapped[int | None]
    slip: Mapped[str | None]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)

    @property
    def change_pence(self) -> int:
        """What went back out of the drawer at once."""
        return 0 if self.tendered_pence is None else self.tendered_pence - self.amount_pence


def settle(
    work: Session,
    order: PlacedOrder,
    *captured: Captured,
    zone: ZoneInfo,
    by: str,
    at: datetime,
) -> str:
    """The money is there: settle its order and number the receipt. Returns that number.

    At the desk it may have come in several parts.

    The sale counts into the business day that `at` falls in, in the business's own `zone`.

    An order that was settled before keeps its first payments and receipt. Raises Refusal
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
    _require_exact(order, [captured])
    if not online_orders.owe(work, order, by=by, at=at):
        return receipts.of_order(work, order.id).number
    return _record(work, order, [captured], zone=zone, by=by, at=at)


def _require_exact(order: PlacedOrder, captured: Sequence[Captured]) -> None:
    if len(captured) > MOST_PARTS:
        raise Refusal(f"One sale is paid in at most {MOST_PARTS} parts. Nothing was settled.")
    foreign = any(part.currency != order.currency for part in captured)
    if foreign or sum(part.amount_pence for part in captured) != order.total_pence:
        raise Refusal(f"Order {order.number} is for another amount. Nothing was settled.")


def _record(
    work: Session,
    order: PlacedOrder,
    captured: Sequence[Captured],
    *,
    zone: ZoneInfo,
    by: str,
    at: datetime,
) -> str:
    """The payments, their day and the receipt, in this order: the receipt's number comes last."""
    its = {"order_id": order.id, "by": by, "at": at}
    parts = enumerate(captured, 1)
    work.execute(_RECORD, [{**its, "position": n, **asdict(part)} for n, part in parts])
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


def of_order(work: Session, order_id: int) -> Sequence[Payment]:
    """What an order was paid with, part by part."""
    its = select(Payment).where(Payment.order_id == order_id).order_by(Payment.position)
    return work.scalars(its).all()


def of_orders(work: Session, order_ids: Iterable[int]) -> Mapping[int, Sequence[Payment]]:
    """The payments of these orders in one query, by order."""
    its = select(Payment).where(Payment.order_id.in_(sorted(order_ids)))
    found: dict[int, list[Payment]] = {}
    for payment in work.scalars(its.order_by(Payment.order_id, Payment.position)):
        found.setdefault(payment.order_id, []).append(payment)
    return found


_RECORD = insert(table_of(Payment))
