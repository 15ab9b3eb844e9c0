"""The books say none, and it is in somebody's hand: put the books right, and count it soon."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import holds, levels, micro_counts, places, products, sites, stock
from shop.errors import Refusal
from shop.ledger import MoveReason
from shop.levels import StockLevel
from shop.places import Kind


class KeptForSomebody(Refusal):
    """The unit is there because somebody is waiting for it.

    `whom` is what it is kept for, as `holds.kept_for` says it, and `elsewhere` the free units of
    other clinics, from which a transfer could come.
    """

    def __init__(self, name: str, site: str, whom: list[str], elsewhere: Mapping[str, int]) -> None:
        why = "for " + " and ".join(whom) if whom else "and paid for"
        free = ", ".join(f"{units} at {clinic}" for clinic, units in elsewhere.items())
        offer = f"Free elsewhere: {free}. Ask for a transfer." if free else "No other is free."
        super().__init__(f"The {name} at {site} is kept {why}. {offer}")
        self.whom, self.elsewhere = whom, dict(elsewhere)


def in_hand(
    work: Session,
    site_id: str,
    sku: str,
    units: int = 1,
    *,
    note: str,
    by: str,
    at: datetime,
) -> None:
    """Add units that are here though the books say that none is free.

    Raises KeptForSomebody when units of it are here for an order, and Refusal when the shelf
    has free ones anyway. The product is put on the next micro-count.
    """
    site, product = sites.get(work, site_id), products.get(work, sku)
    levels.locked(work, places.shelf(site_id), sku)  # of two who find one, the second sees it
    free = stock.free(work, [sku], at=at).get(sku, {})
    if free.get(site_id, 0) > 0:
        raise Refusal(f"{site.name} has {free[site_id]} {product.name} free. Sell one of those.")
    whom = holds.kept_for(work, places.shelf(site_id), sku, at=at)
    kept = select(StockLevel.on_hand).where(
        StockLevel.place == places.place(Kind.KEPT, site_id), StockLevel.sku == sku
    )
    if whom or work.scalar(kept):
        names = {each.id: each.name for each in sites.listed(work)}
        elsewhere = {names[other]: n for other, n in sorted(free.items()) if n > 0}
        raise KeptForSomebody(product.name, site.name, whom, elsewhere)
    stock.adjust(work, site_id, sku, units, MoveReason.FOUND, note=note, by=by, at=at)
    micro_counts.ask(work, site_id, sku, by=by, at=at)
