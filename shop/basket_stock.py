"""What a basket may buy of each shelf: what is free, and what is kept for whoever fills it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from shop import holds, places, plan_holds, stock


def free(
    work: Session,
    plans: Sequence[int],
    skus: Iterable[str],
    *,
    order: int | None = None,
    at: datetime,
) -> dict[str, dict[str, int]]:
    """What is free on each site's shelf, and what is kept there for the basket's plans, and for
    the `order` of this number: one that it has open, and that ends before the next one is made.

    In the form of `stock.free`.
    """
    units = stock.free(work, skus, at=at)
    for kept in plan_holds.kept(work, plans, at=at).values() if plans else ():
        for sku, (site, _) in kept.items():
            _more(units, sku, site, 1)
    for hold in holds.of_orders(work, [order], at=at) if order else ():
        _more(units, hold.sku, places.site_of(hold.place), hold.units)
    return units


def _more(units: dict[str, dict[str, int]], sku: str, site: str, more: int) -> None:
    at_sites = units.setdefault(sku, {})
    at_sites[site] = at_sites.get(site, 0) + more
