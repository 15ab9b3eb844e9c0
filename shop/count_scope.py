"""What a count is of: places and products, as something the database can list by itself."""

from collections.abc import Iterable

from sqlalchemy import Select, Subquery, literal, select, union
from sqlalchemy.orm import Session

from shop import places, products
from shop.errors import NotFound
from shop.levels import StockLevel
from shop.places import Kind
from shop.products import Product

COUNTED = (Kind.SHELF, Kind.KEPT)


def only(place: str, sku: str) -> Subquery:
    """One product at one place, as something that is wanted."""
    return select(literal(place).label("place"), literal(sku).label("sku")).subquery("wanted")


def whole_site(site_id: str) -> Subquery:
    """The shelf of all that is on sale, and whatever else the books say is here."""
    return union(
        select(literal(places.shelf(site_id)).label("place"), Product.sku).where(
            Product.on_sale.is_(True)
        ),
        _here(site_id),
    ).subquery("wanted")


def listed(work: Session, site_id: str, skus: Iterable[str]) -> Subquery:
    """The shelf of these products, and what is kept of them. Raises NotFound for a strange one."""
    codes = sorted(set(skus))
    known = products.by_sku(work, codes)
    for sku in codes:
        if sku not in known:
            raise NotFound(f"There is no product with the code {sku}.")
    return union(
        select(literal(places.shelf(site_id)).label("place"), Product.sku).where(
            Product.sku.in_(codes)
        ),
        _here(site_id).where(StockLevel.sku.in_(codes)),
    ).subquery("wanted")


def _here(site_id: str) -> Select[str, str]:
    counted = [places.place(kind, site_id) for kind in COUNTED]
    return select(StockLevel.place, StockLevel.sku).where(
        StockLevel.place.in_(counted), StockLevel.on_hand > 0
    )
