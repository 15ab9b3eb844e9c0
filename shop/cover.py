"""Days of cover: for how long what is free will do, at the pace at which it has been selling.

The pace counts only the days on which the shelf had some. Ten sold in the two days before it
ran out is five a day, not ten in a month.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shop import clock, day_totals, demand
from shop.places import shelf, site_of
from shop.spells import StockSpell

DAYS = 28  # whole business days before today


@dataclass(frozen=True, slots=True)
class Pace:
    """What one shelf sold in so many days of having some, and how often it was missed."""

    sold: int = 0
    days_in_stock: int = 0
    missed: int = 0

    def days_left(self, free: int) -> int | None:
        """Whole days that `free` units will do. None while nothing says how fast they sell."""
        if not self.sold or not self.days_in_stock:
            return None
        return free * self.days_in_stock // self.sold

    def units_for(self, days: int) -> int:
        """Units that so many days will need, rounded up."""
        return -(-self.sold * days // self.days_in_stock) if self.days_in_stock else 0


def paces(
    work: Session, zone: ZoneInfo, *, at: datetime, site: str | None = None
) -> dict[tuple[str, str], Pace]:
    """The pace of every shelf that sold, had or missed something, by site and product.

    Of one site's alone, where it is named.
    """
    today = clock.day_of(at, zone)
    first = today - timedelta(days=DAYS)
    sold, missed = day_totals.sold(work, first, today, site), demand.over(work, first, today, site)
    had = _days_in_stock(work, first, today, zone, site)
    return {
        key: Pace(sold.get(key, 0), len(had.get(key, ())), missed.get(key, 0))
        for key in sold.keys() | missed.keys() | had.keys()
    }


def _days_in_stock(
    work: Session, first: date, after: date, zone: ZoneInfo, site: str | None
) -> dict[tuple[str, str], set[date]]:
    """The days, of these, on which a shelf had some at any time."""
    start, end = clock.bounds(first, zone)[0], clock.bounds(after, zone)[0]
    spells = select(
        StockSpell.place, StockSpell.sku, StockSpell.began_at, StockSpell.ended_at
    ).where(
        StockSpell.began_at < end, or_(StockSpell.ended_at.is_(None), StockSpell.ended_at >= start)
    )
    if site is not None:
        spells = spells.where(StockSpell.place == shelf(site))
    found: dict[tuple[str, str], set[date]] = {}
    for place, sku, began, ended in work.execute(spells):
        last = after - timedelta(days=1) if ended is None else clock.day_of(ended, zone)
        days = found.setdefault((site_of(place), sku), set())
        days.update(_days(max(first, clock.day_of(began, zone)), min(last, after)))
    for days in found.values():
        days.discard(after)
    return found


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
