"""What the public pages show of products and clinics, read once a process and kept.

A row of the database says which version the range is of, and triggers renew it with every change
of a product, its photo, a set or a clinic, whoever makes it. So a page asks for one word and
reads the rest only when that word is new. Stock is never kept: it is read live.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import set_offers, sets, sites
from shop.errors import NotFound
from shop.identity import Setting
from shop.products import Price, Product, everything
from shop.set_offers import Found, Offer
from shop.sites import Site

_KEPT = "kept"  # in a session's `info`: what this process keeps of the database
NAME = "range"  # of the setting whose value is another one after each change


@dataclass(frozen=True, eq=False)
class Range:
    """Products in the order the shop lists them, by code also those that were withdrawn; and the
    sets that are on sale, by name."""

    version: str
    listed: Sequence[Product]
    by_sku: Mapping[str, Product]
    clinics: Sequence[Site]
    sets: Sequence[Offer] = ()

    @cached_property
    def _by_slug(self) -> Mapping[str, Product]:
        return {product.slug: product for product in self.listed}

    def at(self, slug: str) -> Product:
        """The product a public address names. What was withdrawn is gone for the public."""
        return _found(self._by_slug.get(slug))

    def prices(self, skus: Iterable[str]) -> Mapping[str, Price]:
        """Name, price and VAT of these products, as an order freezes them."""
        return {
            sku: Price(each.name, each.price_pence, each.vat_bp, each.on_sale, each.sealed)
            for sku in skus
            for each in (self.by_sku.get(sku),)
            if each
        }

    def on_sale(self, sku: str) -> Product:
        """The product with this code, for who wants to buy it. Raises NotFound."""
        return _found(self.by_sku.get(sku))

    def found(self, basket: Mapping[str, int]) -> tuple[Found, ...]:
        """The whole sets among these units by sku."""
        return set_offers.found(basket, self.sets)

    def goods_pence(self, basket: Mapping[str, int]) -> int:
        """What these units cost, less what the sets among them take off."""
        full = sum(self.by_sku[sku].price_pence * units for sku, units in basket.items())
        return full - set_offers.saving_pence(self.found(basket))

    def set_on_sale(self, code: str) -> Offer:
        """The set with this code, in any case. Raises NotFound, also where it was stopped."""
        offer = next((each for each in self.sets if each.code == code.upper()), None)
        if offer is None:
            raise NotFound("We don't have that set.")
        return offer

    def sets_with(self, sku: str) -> list[Offer]:
        """The sets that a product is part of."""
        return [each for each in self.sets if any(part.sku == sku for part in each.parts)]


def now(work: Session) -> Range:
    """The range as it is at this moment."""
    return of(work, work.scalars(_VERSION).one())


def of(work: Session, version: str) -> Range:
    """The range whose version a statement of this transaction has just read."""
    kept: Range | None = work.info.setdefault(_KEPT, {}).get(NAME)
    if kept is None or kept.version != version:
        kept = work.info[_KEPT][NAME] = _read(work, version)
    return kept


def _read(work: Session, version: str) -> Range:
    """Read after its version was: what changes in between is read again under the next one.

    In a session of its own, whose rows no rollback of the caller's can empty.
    """
    with Session(work.connection(), autoflush=False) as own:
        goods, clinics = everything(own), sites.listed(own)
        offers = sets.offers(own, {each.sku: each for each in goods})
        own.expunge_all()
    listed = tuple(product for product in goods if product.on_sale)
    return Range(version, listed, {each.sku: each for each in goods}, tuple(clinics), offers)


def _found(product: Product | None) -> Product:
    if product is None or not product.on_sale:
        raise NotFound("We don't have that product.")
    return product


_VERSION = select(Setting.value).where(Setting.name == NAME)
