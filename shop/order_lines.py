"""What was ordered, under the name and at the price of that moment. Never changed afterwards."""

from collections.abc import Sequence

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, whole
from shop.money import BASIS, MOST_PENCE

MOST_UNITS_A_LINE = 99
MOST_LINES = 20


class OrderLine(Base):
    __tablename__ = "shop_order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "sku"),
        UniqueConstraint("order_id", "position"),
        whole("position", 1, MOST_LINES),
        whole("units", 1, MOST_UNITS_A_LINE),
        whole("unit_pence", 1, MOST_PENCE),
        whole("vat_bp", 0, BASIS),
        whole("vat_pence", 0, MOST_PENCE),
        whole("discount_pence", 0, MOST_PENCE),
        CheckConstraint("discount_pence <= units * unit_pence", name="discount_within_price"),
        CheckConstraint(
            "vat_pence <= units * unit_pence - discount_pence", name="vat_within_total"
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"))
    position: Mapped[int]
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    name: Mapped[str]
    units: Mapped[int]
    unit_pence: Mapped[int]
    vat_bp: Mapped[int]
    vat_pence: Mapped[int]
    discount_pence: Mapped[int] = mapped_column(default=0, server_default="0")
    sealed: Mapped[bool] = mapped_column(default=False, server_default=false())  # for hygiene

    @property
    def full_pence(self) -> int:
        """What it would cost without a discount."""
        return self.units * self.unit_pence

    @property
    def total_pence(self) -> int:
        """What is paid for it: VAT and refunds go by this."""
        return self.full_pence - (self.discount_pence or 0)

    def paid_for(self, units: int) -> int:
        """What was paid for the first so many of its units, down to the whole penny."""
        return self.total_pence * units // self.units


def lines_of(work: Session, order_ids: Sequence[int]) -> Sequence[OrderLine]:
    """The frozen lines of these orders, in the order they were rung up."""
    statement = select(OrderLine).where(OrderLine.order_id.in_(order_ids))
    return work.scalars(statement.order_by(OrderLine.order_id, OrderLine.position)).all()
