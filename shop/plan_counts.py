"""How many plans were written, opened and bought: counts by day, clinic and area, and no people.

A plan counts once in each, on the day on which it was written. What it was that was bought, by
whom and when, is nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, ForeignKey, Insert, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, table_of, whole


class PlanCount(Base):
    __tablename__ = "shop_plan_count"
    __table_args__ = tuple(
        whole(what, 0, 2_000_000_000) for what in ("written", "opened", "bought")
    )

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"), primary_key=True)
    area: Mapped[str] = mapped_column(primary_key=True)
    written: Mapped[int]
    opened: Mapped[int]
    bought: Mapped[int]


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the plans that were written in some days: how many, how many opened, how many bought."""

    written: int
    opened: int
    bought: int


def add(
    work: Session,
    day: date,
    site_id: str,
    area: str,
    *,
    written: int = 0,
    opened: int = 0,
    bought: int = 0,
) -> None:
    """Count one more. Call it before a level is shifted, so that locks are taken in one order."""
    values = {"day": day, "site": site_id, "area": area}
    counts = {"written": written, "opened": opened, "bought": bought}
    work.execute(_ADD[work.get_bind().dialect.name], {**values, **counts})


def over(work: Session, first: date, after: date, site_id: str | None = None) -> Tally:
    """Of the plans written from a day on and before another one, at one clinic or at all."""
    counted = (_COUNT.c.written, _COUNT.c.opened, _COUNT.c.bought)
    sums = (func.coalesce(func.sum(column), 0) for column in counted)
    statement = select(*sums).where(_COUNT.c.day >= first, _COUNT.c.day < after)
    if site_id is not None:
        statement = statement.where(_COUNT.c.site == site_id)
    return Tally(*(int(each) for each in work.execute(statement).one()))


def _adding(insert_count: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    names, statement = ("written", "opened", "bought"), insert_count(_COUNT)
    return statement.on_conflict_do_update(
        index_elements=["day", "site", "area"],
        set_={name: _COUNT.c[name] + statement.excluded[name] for name in names},
    )


_COUNT = table_of(PlanCount)
_ADD = {"sqlite": _adding(sqlite.insert), "postgresql": _adding(postgresql.insert)}
