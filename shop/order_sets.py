"""Which sets were found in an order when it was placed, and what they took off. Never changed."""

from collections.abc import Sequence

from sqlalchemy import ForeignKey, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, whole
from shop.money import MOST_PENCE
from shop.order_lines import MOST_UNITS_A_LINE
from shop.set_offers import MOST_FOUND, Found


class OrderSet(Base):
    """A set under the name of that moment. Its saving is in the lines of its parts already."""

    __tablename__ = "shop_order_set"
    __table_args__ = (
        whole("position", 1, MOST_FOUND),
        whole("units", 1, MOST_UNITS_A_LINE),
        whole("saving_pence", 1, MOST_PENCE),
    )

    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    units: Mapped[int]
    saving_pence: Mapped[int]


def write(work: Session, order_id: int, sets: Sequence[Found]) -> None:
    """Freeze them on their order. Nothing is written where there are none."""
    if sets:
        work.execute(insert(OrderSet), [
            {"order_id": order_id, "position": n, "name": each.name, "units": each.units,
             "saving_pence": each.saving_pence}
            for n, each in enumerate(sets, 1)
        ])  # fmt: skip


def of_order(work: Session, order_id: int, sets_pence: int) -> Sequence[OrderSet]:
    """Those of an order, the one that took most off first; nothing is asked where none did."""
    if not sets_pence:
        return ()
    its = select(OrderSet).where(OrderSet.order_id == order_id)
    return work.scalars(its.order_by(OrderSet.position)).all()
