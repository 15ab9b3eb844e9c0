"""Unmet demand: how often somebody wanted a product here while it was out. Counts, no people."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Insert, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, table_of, whole


class Source(StrEnum):
    FINDER = "finder"  # the best fit was out at the chosen clinic
    TILL = "till"  # somebody asked for it at the desk
    PLAN = "plan"  # a practitioner suggested it


class DemandCount(Base):
    __tablename__ = "shop_demand_count"
    __table_args__ = (
        CheckConstraint("source IN ('finder', 'till', 'plan')", name="source_known"),
        whole("wanted", 1, 2_000_000_000),
    )

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    wanted: Mapped[int]


def missed(work: Session, site_id: str, sku: str, source: Source, *, day: date) -> None:
    """Somebody wanted one and there was none."""
    values = {"of_day": day, "of_site": site_id, "of_sku": sku, "of_source": source}
    work.execute(_MISSED[work.get_bind().dialect.name], values)


def over(
    work: Session, first: date, after: date, site: str | None = None
) -> dict[tuple[str, str], int]:
    """How often each was missed from a day on and before another one, by site and product.

    Of one site alone, where it is named.
    """
    statement = (
        select(DemandCount.site, DemandCount.sku, func.sum(DemandCount.wanted))
        .where(DemandCount.day >= first, DemandCount.day < after)
        .group_by(DemandCount.site, DemandCount.sku)
    )
    if site is not None:
        statement = statement.where(DemandCount.site == site)
    return {(site, sku): wanted for site, sku, wanted in work.execute(statement)}


def _missing(insert_count: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    statement = insert_count(_COUNT).values(
        day=bindparam("of_day", type_=Date),
        site=bindparam("of_site"),
        sku=bindparam("of_sku"),
        source=bindparam("of_source"),
        wanted=1,
    )
    return statement.on_conflict_do_update(
        index_elements=["day", "site", "sku", "source"], set_={"wanted": _COUNT.c.wanted + 1}
    )


_COUNT = table_of(DemandCount)
_MISSED = {"sqlite": _missing(sqlite.insert), "postgresql": _missing(postgresql.insert)}
