"""Sets: products that cost less together. What is found in a basket, and what it takes off.

A set has no stock and no line of its own. Putting one into a basket puts its parts in, and
wherever a basket is priced, whole sets are found in it again, however they came together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from shop.money import share_out

MOST_FOUND = 20  # different sets in one basket


@dataclass(frozen=True, slots=True)
class Part:
    """So many of a product, at today's price of one."""

    sku: str
    units: int
    unit_pence: int

    @property
    def full_pence(self) -> int:
        return self.units * self.unit_pence


@dataclass(frozen=True)
class Offer:
    """A set that is on sale. Where its parts got cheaper than it, it costs what they cost."""

    code: str
    name: str
    summary: str
    asked_pence: int
    parts: tuple[Part, ...]

    @cached_property
    def full_pence(self) -> int:
        """What its parts cost one by one."""
        return sum(part.full_pence for part in self.parts)

    @property
    def price_pence(self) -> int:
        return min(self.asked_pence, self.full_pence)

    @property
    def saving_pence(self) -> int:
        return self.full_pence - self.price_pence

    @property
    def slug(self) -> str:
        """What its page's address ends with."""
        return self.code.lower()

    def whole_in(self, units: Mapping[str, int]) -> int:
        """How many whole sets so many units by sku make: the least of its parts decides."""
        return min(units.get(part.sku, 0) // part.units for part in self.parts)

    def free_at(self, free: Mapping[str, Mapping[str, int]], site: str) -> int:
        """How many whole sets a clinic's shelf has, in the form of `stock.free`."""
        return self.whole_in({part.sku: free.get(part.sku, {}).get(site, 0) for part in self.parts})


@dataclass(frozen=True, slots=True)
class Found:
    """So many whole sets in a basket, what they take off, and what of that off which product."""

    name: str
    units: int
    saving_pence: int
    shares: tuple[tuple[str, int], ...]


def found(basket: Mapping[str, int], offers: Iterable[Offer]) -> tuple[Found, ...]:
    """The whole sets among these units by sku. No unit is in two of them.

    The largest saving goes first, then the name: the same basket always has the same sets, and
    `MOST_FOUND` of them at most. Each set's saving is shared out among its own parts, to the penny.
    """
    left, sets = dict(basket), list[Found]()
    for offer in sorted(offers, key=lambda each: (-each.saving_pence, each.name, each.code)):
        times = offer.whole_in(left)
        if times and offer.saving_pence and len(sets) < MOST_FOUND:
            sets.append(_found(offer, times))
            left |= {part.sku: left[part.sku] - times * part.units for part in offer.parts}
    return tuple(sets)


def saving_pence(sets: Iterable[Found]) -> int:
    """What these take off together."""
    return sum(each.saving_pence for each in sets)


def shares(sets: Iterable[Found]) -> dict[str, int]:
    """What these take off each product, by sku."""
    off: dict[str, int] = {}
    for each in sets:
        for sku, pence in each.shares:
            off[sku] = off.get(sku, 0) + pence
    return off


def _found(offer: Offer, times: int) -> Found:
    saving = times * offer.saving_pence
    off = share_out(saving, [times * part.full_pence for part in offer.parts])
    skus = [part.sku for part in offer.parts]
    return Found(offer.name, times, saving, tuple(zip(skus, off, strict=True)))
