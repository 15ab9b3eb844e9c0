"""What each clinic sold of each product on each business day, kept in the sale's transaction.

It is the sum of the settled lines (`flask shop verify` holds it to that), so that a report
over years reads days and not sales.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from sqlalchemy import Date, ForeignKey, Index, Insert, String, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, table_of, whole
from shop.order_lines import OrderLine
from shop.orders import PlacedOrder


class DayTotal(Base):
    __tablename__ = "shop_day_total"
    __table_args__ = (
        whole("units", 0, 2_000_000_000),
        whole("pence", 0, 2_000_000_000),
        whole("vat_pence", 0, 2_000_000_000),
        Index("ix_shop_day_total_site_sku_day", "site", "sku", "day"),
    )

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    units: Mapped[int]
    pence: Mapped[int]
    vat_pence: Mapped[int]


def add(work: Session, order: PlacedOrder, day: date) -> None:
    """Count an order that has just been settled into its day."""
    values = {"of_day": day, "of_site": order.site, "of_order": order.id}
    work.execute(_ADD[work.get_bind().dialect.name], values)


def sold(
    work: Session, first: date, after: date, site: str | None = None
) -> dict[tuple[str, str], int]:
    """Units sold from a day on and before another one, by site and product.

    Of one site alone, where it is named.
    """
    statement = (
        select(DayTotal.site, DayTotal.sku, func.sum(DayTotal.units))
        .where(DayTotal.day >= first, DayTotal.day < after)
        .group_by(DayTotal.site, DayTotal.sku)
    )
    if site is not None:
        statement = statement.where(DayTotal.site == site)
    return {(site, sku): units for site, sku, units in work.execute(statement)}


def best(work: Session, site: str, first: date, *, most: int) -> Sequence[str]:
    """The products that a clinic has sold most of since a day, the first one first."""
    its = (
        select(DayTotal.sku)
        .where(DayTotal.site == site, DayTotal.day >= first)
        .group_by(DayTotal.sku)
        .order_by(func.sum(DayTotal.units).desc(), DayTotal.sku)
    )
    return work.scalars(its.limit(most)).all()


def _adding(insert_total: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    total, line = table_of(DayTotal), table_of(OrderLine)
    lines = (
        select(
            bindparam("of_day", type_=Date),
            bindparam("of_site", type_=String),
            line.c.sku,
            line.c.units,
            line.c.units * line.c.unit_pence - line.c.discount_pence,
            line.c.vat_pence,
        )
        .where(line.c.order_id == bindparam("of_order"))
        .order_by(line.c.sku)  # two sales of the same two products never wait in a circle
    )
    figures: Iterable[str] = ("units", "pence", "vat_pence")
    statement = insert_total(total).from_select(["day", "site", "sku", *figures], lines)
    more = {name: total.c[name] + statement.excluded[name] for name in figures}
    return statement.on_conflict_do_update(index_elements=["day", "site", "sku"], set_=more)


_ADD = {"sqlite": _adding(sqlite.insert), "postgresql": _adding(postgresql.insert)}
