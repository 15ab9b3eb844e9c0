"""The ways in which a basket can reach its buyer: collected from a clinic, or by post.

All of an order comes from one shelf. What can't be quoted rightly is not offered at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shop import postage
from shop.drafts import Fulfilment
from shop.post_zones import PostZone
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
    zone: PostZone | None = None  # where to; none where the post costs the same everywhere


@dataclass(frozen=True, slots=True)
class Offered:
    """The ways that there are, the clinics without all of it, and what keeps it from the post.

    `not_to` are the zones to which all of this is not posted, though it is to others.
    """

    ways: tuple[Way, ...]
    short_at: tuple[Site, ...]
    too_large: tuple[Product, ...] = ()
    smaller: tuple[Product, ...] = ()  # of the same kind, that the post takes
    not_to: tuple[PostZone, ...] = ()

    @property
    def posts(self) -> tuple[Way, ...]:
        """The ways by post, the cheapest first."""
        by_post = [way for way in self.ways if way.fulfilment == Fulfilment.POST]
        return tuple(sorted(by_post, key=lambda way: way.postage_pence))


def offered(
    basket: Mapping[str, int],
    prices: Prices,
    *,
    range_: Range,
    free: Mapping[str, Mapping[str, int]],
    free_from: int | None = None,
    zones: Mapping[PostZone, Prices] | None = None,
) -> Offered:
    """What can be chosen for this basket now, going by what was read of the goods and shelves.

    From goods of `free_from` pence on the post is free, with what sets take off, but before any
    discount. `zones` has the prices of those that have their own; `prices` are then the
    mainland's. Nothing is kept by being offered.
    """
    goods = {sku: range_.by_sku[sku] for sku in basket}
    clinics = range_.clinics
    full = {site.id for site in clinics if _has_all(free, site.id, basket)}
    collecting = [site for site in clinics if site.collects]
    ways = [Way(Fulfilment.COLLECT, site) for site in collecting if site.id in full]
    sender = next((site for site in clinics if site.posts and site.id in full), None)
    packed = [(goods[sku], units) for sku, units in basket.items()]
    worth = range_.goods_pence(basket)
    is_free = free_from is not None and worth >= free_from
    costs = {zone: parcel(packed, its) for zone, its in _by_zone(prices, zones or {}).items()}
    sends = sender is not None and any(price is not None for price in costs.values())
    for zone, price in costs.items():
        if sender is not None and price is not None:
            ways.append(Way(Fulfilment.POST, sender, 0 if is_free else price, zone))
    too_large = tuple(g for g in goods.values() if prices and each(g, prices) is None)
    return Offered(
        tuple(ways),
        tuple(site for site in collecting if site.id not in full),
        too_large,
        _smaller(range_, too_large, prices),
        tuple(zone for zone, price in costs.items() if zone and price is None) if sends else (),
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


def cheapest(
    goods: Sequence[tuple[Product, int]], prices: Prices, zones: Mapping[PostZone, Prices]
) -> int | None:
    """Pence that all of this costs in one parcel to where it costs least, None where none goes."""
    costs = (parcel(goods, its) for its in (prices, *zones.values()))
    return min((pence for pence in costs if pence is not None), default=None)


def _by_zone(prices: Prices, zones: Mapping[PostZone, Prices]) -> Mapping[PostZone | None, Prices]:
    """What the post costs to each zone; to none in particular where it costs the same."""
    if not zones:
        return {None: prices}
    return dict([(PostZone.MAINLAND, prices), *zones.items()])


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
