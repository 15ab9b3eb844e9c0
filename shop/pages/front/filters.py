"""The shop's filters: what the address asks for, and what that leaves of the range."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from catalog.tools import Firmness, Kind, noun
from shop.products import Product
from shop.sites import Site

Free = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Filter:
    """One question of the form. `words` are its answers, as in the address and as on screen."""

    name: str
    label: str
    words: Mapping[str, str]
    keeps: Callable[[Product, str], bool]
    asked: str
    sentence: str = "{}"

    @property
    def chosen(self) -> str:
        return self.asked if self.asked in self.words else ""

    @property
    def misread(self) -> bool:
        return self.asked != self.chosen


@dataclass(frozen=True, slots=True)
class Tag:
    """A filter in use: its words, the address without it, and how many items that would show."""

    words: str
    address: str
    would_show: int


def offered(clinics: Sequence[Site], free: Free, asked: Mapping[str, str]) -> list[Filter]:
    kinds = {kind.value: noun(kind).capitalize() for kind in Kind}
    firmness = {firmness.word: firmness.word.capitalize() for firmness in Firmness}
    return [
        Filter("kind", "Kind", kinds, _is_a, asked.get("kind", "")),
        Filter("firmness", "Firmness", firmness, _feels, asked.get("firmness", "")),
        Filter(
            "clinic",
            "In stock at",
            {clinic.id: clinic.name for clinic in clinics},
            lambda product, clinic: free.get(product.sku, {}).get(clinic, 0) > 0,
            asked.get("clinic", ""),
            "In stock at {}",
        ),
    ]


def left_by(filters: Sequence[Filter], range_: Sequence[Product]) -> list[Product]:
    """The products that every chosen filter keeps, in their order."""
    return [p for p in range_ if all(f.keeps(p, f.chosen) for f in filters if f.chosen)]


def tags(filters: Sequence[Filter], range_: Sequence[Product]) -> list[Tag]:
    """The filters in use, each with its way out."""
    return [
        _tag(one, [f for f in filters if f is not one], range_) for one in filters if one.chosen
    ]


def _tag(one: Filter, others: Sequence[Filter], range_: Sequence[Product]) -> Tag:
    rest: dict[str, Any] = {other.name: other.chosen for other in others if other.chosen}
    words = one.sentence.format(one.words[one.chosen])
    return Tag(words, url_for(".shop", **rest), len(left_by(others, range_)))


def _is_a(product: Product, kind: str) -> bool:
    return product.kind == kind


def _feels(product: Product, word: str) -> bool:
    return product.firmness is not None and Firmness(product.firmness).word == word
