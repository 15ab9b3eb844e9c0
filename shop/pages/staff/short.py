"""A product that the basket has and the shelf has not: for whom it is kept, and what else can be
done for who stands at the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from shop import holds, online_orders, places, reservations, sites, stock
from shop.pages.staff import staff_here
from shop.pages.staff.basket import Counter
from shop.pages.staff.posting import by_post
from shop.sites import Site
from shop.ways import Way


@dataclass(frozen=True, slots=True)
class Kept:
    """Units that wait for an order or a plan. `may_release` says that who is signed in may let
    them go, which an order can be, and `ask` that somebody else may."""

    whom: str
    order: int | None
    until: datetime
    units: int
    may_release: bool
    ask: bool


@dataclass(frozen=True, slots=True)
class Short:
    """`at_zero`: nothing is kept for anybody, so it can only be the books that are wrong. `post` is
    how it comes by post from another clinic, if it can."""

    sku: str
    name: str
    units: int
    kept: tuple[Kept, ...]
    elsewhere: tuple[tuple[Site, int], ...]
    at_zero: bool
    post: Way | None


def short(work: Session, basket: Counter, site: Site, *, at: datetime) -> list[Short]:
    """Each line of the basket that this clinic's shelf can't give."""
    lines = [line for line in basket.lines if line.short]
    if not lines:
        return []
    others = [each for each in sites.listed(work) if each.id != site.id]
    free = stock.free(work, [line.sku for line in lines], at=at)
    found = []
    for line in lines:
        kept = _kept(work, site, line.sku, at=at)
        there = free.get(line.sku, {})
        elsewhere = [(each, there[each.id]) for each in others if there.get(each.id, 0) > 0]
        at_zero = line.left == 0 and not kept
        post = by_post(work, line.sku, line.units, site, free)
        its = (tuple(kept), tuple(elsewhere), at_zero, post)
        found.append(Short(line.sku, line.name, line.units, *its))
    return found


def _kept(work: Session, site: Site, sku: str, *, at: datetime) -> Sequence[Kept]:
    found = []
    for hold in holds.waiting(work, places.shelf(site.id), sku, at=at):
        number = hold.order_number
        order = online_orders.numbered(work, number) if number else None
        waits = order is not None and reservations.is_reservation(work, order)
        may = waits and staff_here().may_decide_stock_at(site.id)
        found.append(Kept(hold.whom, number, hold.until, hold.units, may, waits and not may))
    return found
