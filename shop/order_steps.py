"""Every step that an online order took, by whom and when. Appended, never changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, table_of
from shop.order_states import OrderState

_STATES = ", ".join(f"'{state}'" for state in OrderState)


class OrderStep(Base):
    """`state` is the one that the order stepped into. It was placed before its first step."""

    __tablename__ = "shop_order_step"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        Index("ix_shop_order_step_order_id_id", "order_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"))
    state: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


def record(work: Session, order_id: int, state: OrderState, *, by: str, at: datetime) -> None:
    """Write a step down in the transaction that takes it."""
    work.execute(_RECORD, {"order_id": order_id, "state": state, "by": by, "at": at})


def of_order(work: Session, order_id: int) -> Sequence[OrderStep]:
    """An order's steps, the first one first."""
    found = select(OrderStep).where(OrderStep.order_id == order_id)
    return work.scalars(found.order_by(OrderStep.id)).all()


def latest(work: Session, order_ids: Iterable[int]) -> Mapping[int, datetime]:
    """When each of these orders took its last step, those that have taken one."""
    its = select(OrderStep.order_id, func.max(OrderStep.at)).where(
        OrderStep.order_id.in_(sorted(order_ids))
    )
    return dict(work.execute(its.group_by(OrderStep.order_id)).all())


_RECORD = insert(table_of(OrderStep))
