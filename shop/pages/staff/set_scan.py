"""What the till's field sells: products and sets of them, by their code or by words of the name."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from shop import product_range, products
from shop.pages.staff import scan
from shop.products import Product
from shop.set_offers import Offer

MOST_HITS = 10


def exactly(work: Session, code: str) -> Product | Offer | None:
    """The product whose barcode or code is exactly this, or else the set on sale with this code."""
    return products.scanned(work, code) or _coded(work, code)


def find(work: Session, code: str) -> Sequence[Product | Offer]:
    """What can be sold of what this code or these words mean: sets stand behind the products.

    Raises Refusal for a product that is no longer sold, and Unreadable where nothing fits.
    """
    exact = exactly(work, code)
    if isinstance(exact, Product):
        scan.require_sold(exact)
    if exact is not None:
        return [exact]
    found: list[Product | Offer] = [*products.search(work, code, most=MOST_HITS)]
    found += _named(work, code)
    return found[:MOST_HITS] or scan.find(work, code)  # which says in words that there is none


def _coded(work: Session, code: str) -> Offer | None:
    sets = product_range.now(work).sets
    return next((each for each in sets if each.code == code.upper()), None)


def _named(work: Session, words: str) -> list[Offer]:
    """The sets whose name or code has every one of these words."""
    wanted = [word.casefold() for word in words.split()]
    return [
        each
        for each in product_range.now(work).sets
        if all(word in f"{each.name} {each.code}".casefold() for word in wanted)
    ]
