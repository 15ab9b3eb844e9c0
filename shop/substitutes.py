"""What goes out in place of a product that was paid for and is not there.

An order line stays as it was paid. Beside it stands, once, which product its buyer gets instead,
under the name of that day. Never changed afterwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, bindparam, false, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.errors import Unreadable
from shop.order_lines import MOST_UNITS_A_LINE, OrderLine
from shop.products import Product

_FAR = 9  # further apart than any two firmnesses: nobody has measured one of them


class Substitute(Base):
    """`units` are all those of its order line. `by` says who agreed on it with the buyer."""

    __tablename__ = "shop_substitute"
    __table_args__ = (whole("units", 1, MOST_UNITS_A_LINE),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_line_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order_line.id"), unique=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    name: Mapped[str]
    units: Mapped[int]
    sealed: Mapped[bool] = mapped_column(default=False, server_default=false())  # for hygiene
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


def write(
    work: Session,
    lines: Sequence[OrderLine],
    instead: Mapping[int, Product],
    *,
    by: str,
    at: datetime,
) -> None:
    """Write down what goes out for which of an order's lines.

    Raises Unreadable for a line of another order, and for what is no other product.
    """
    known = {line.id: line for line in lines}
    for line_id, product in sorted(instead.items()):
        if line_id not in known:
            raise Unreadable("There is no such line in that order.")
        line = known[line_id]
        if product.sku == line.sku or not product.on_sale:
            raise Unreadable(f"Choose another product that is on sale instead of {line.name}.")
        row = {
            "order_line_id": line_id, "sku": product.sku, "name": product.name,
            "units": line.units, "sealed": product.sealed, "by": by, "at": at,
        }  # fmt: skip
        work.execute(_WRITE, row)


def of_lines(work: Session, line_ids: Iterable[int]) -> Mapping[int, Substitute]:
    """What goes out instead, by order line, of those that have something else."""
    its = select(Substitute).where(Substitute.order_line_id.in_(sorted(line_ids)))
    return {each.order_line_id: each for each in work.scalars(its)}


def nearest_first(ordered: Product, others: Iterable[Product]) -> list[Product]:
    """What could go out for it: of the same kind, as firm and as large, before what is less alike.

    At the same distance the softer one comes first. Only what bears the same VAT, because the
    line that was paid keeps its own.
    """
    fit = [each for each in others if each.sku != ordered.sku and each.vat_bp == ordered.vat_bp]
    return sorted(fit, key=lambda each: (*_apart(ordered, each), each.sku))


def _apart(ordered: Product, other: Product) -> tuple[bool, int, bool, bool, int]:
    both_known = ordered.firmness is not None and other.firmness is not None
    firmer = (other.firmness or 0) - (ordered.firmness or 0)
    size = abs((other.diameter_mm or 0) - (ordered.diameter_mm or 0)) + abs(
        (other.length_mm or 0) - (ordered.length_mm or 0)
    )
    return (
        other.kind != ordered.kind,
        abs(firmer) if both_known else _FAR,
        firmer > 0,
        other.surface != ordered.surface,
        size,
    )


_LINE, _INSTEAD = table_of(OrderLine), table_of(Substitute)
_WRITE = insert(_INSTEAD)
# What leaves for an order: product, units and line. Built once, because a sale reads it too.
GOING = (
    select(func.coalesce(_INSTEAD.c.sku, _LINE.c.sku), _LINE.c.units, _LINE.c.id)
    .outerjoin_from(_LINE, _INSTEAD, _INSTEAD.c.order_line_id == _LINE.c.id)
    .where(_LINE.c.order_id == bindparam("order"))
)
