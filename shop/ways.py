"""The ways in which a basket can reach its buyer: collected from a clinic, or by post.

All of an order comes from one shelf. What can't be quoted rightly is not offered at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shop import postage
from shop.drafts import Fulfilment
from shop.postage import Band
from shop.product_range import Range
from shop.products import Product
from shop.sites import Site

Prices = Mapping[Band, int]


@dataclass(frozen=True, slots=True)
class Way:
    fulfilment: Fulfilment
    site: Site
    postage_pence: int = 0


@dataclass(frozen=True, slots=True)
class Offered:
    """The ways that there are, the clinics without all of it, and what keeps it from the post."""

    ways: tuple[Way, ...]
    short_at: tuple[Site, ...]
    too_large: tuple[Product, ...] = ()
    smaller: tuple[Product, ...] = ()  # of the same kind, that the post takes


def offered(
    basket: Mapping[str, int],
    prices: Prices,
    *,
    range_: Range,
    free: Mapping[str, Mapping[str, int]],
    free_from: int | None = None,
) -> Offered:
    """What can be chosen for this basket now, going by what was read of the goods and shelves.

    From goods of `free_from` pence on the post is free, with what sets take off, but before any
    discount. Nothing is kept by being offered.
    """
    goods = {sku: range_.by_sku[sku] for sku in basket}
    clinics = range_.clinics
    full = {site.id for site in clinics if _has_all(free, site.id, basket)}
    collecting = [site for site in clinics if site.collects]
    ways = [Way(Fulfilment.COLLECT, site) for site in collecting if site.id in full]
    sender = next((site for site in clinics if site.posts and site.id in full), None)
    price = parcel([(goods[sku], units) for sku, units in basket.items()], prices)
    if sender is not None and price is not None:
        worth = range_.goods_pence(basket)
        is_free = free_from is not None and worth >= free_from
        ways.append(Way(Fulfilment.POST, sender, 0 if is_free else price))
    too_large = tuple(g for g in goods.values() if prices and each(g, prices) is None)
    return Offered(
        tuple(ways),
        tuple(site for site in collecting if site.id not in full),
        too_large,
        _smaller(range_, too_large, prices),
    )


def each(product: Product, prices: Prices) -> int | None:
    """Pence that one of it costs by post; None where it can only be collected."""
    return parcel([(product, 1)], prices)


def parcel(goods: Sequence[tuple[Product, int]], prices: Prices) -> int | None:
    """Pence that all of this costs in one parcel, None where no parcel takes it."""
    packed = [product.packed for product, units in goods for _ in range(units)]
    if not packed or None in packed:
        return None
    band = postage.band(postage.together(thing for thing in packed if thing))
    return prices.get(band) if band else None


def _has_all(free: Mapping[str, Mapping[str, int]], site: str, basket: Mapping[str, int]) -> bool:
    return all(free.get(sku, {}).get(site, 0) >= units for sku, units in basket.items())


def _smaller(range_: Range, too_large: Sequence[Product], prices: Prices) -> tuple[Product, ...]:
    """What the post does take, of the same kinds and as firm."""
    alike = {(product.kind, product.firmness) for product in too_large}
    return tuple(
        product
        for product in range_.listed
        if (product.kind, product.firmness) in alike and each(product, prices) is not None
    )
