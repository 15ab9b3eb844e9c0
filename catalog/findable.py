"""What the search looks at: a guide, a product and a set, as texts with the telling ones first."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from catalog.body import Region
from catalog.guides import Guide
from catalog.spelling import folded_words
from catalog.tools import Tool, noun


@dataclass(frozen=True, slots=True)
class Named:
    """A product as the search sees it."""

    sku: str
    name: str
    brand: str
    tool: Tool


@dataclass(frozen=True, slots=True)
class NamedSet:
    """A set of products as the search sees it, with the names of what is in it."""

    code: str
    name: str
    summary: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to find: its texts, the telling ones first, and in the last one what it
    mentions only by the way. They are folded and have a space round every word."""

    id: str
    texts: tuple[str, ...]

    @classmethod
    def of(cls, id_: str, *texts: str) -> Self:
        return cls(id_, tuple(f" {folded_words(text)} " for text in texts))

    def place(self, words: str) -> int | None:
        return next((n for n, text in enumerate(self.texts) if words in text), None)


def guide_item(guide: Guide, regions: Mapping[str, Region]) -> Item:
    muscles = [muscle.name for muscle in guide.muscles]
    places = [regions[region] for region in guide.regions]
    return Item.of(
        guide.id,
        guide.title,
        " / ".join(place.label for place in places),
        *(" / ".join(names) for names in (muscles[:1], muscles[1:])),
        guide.kit,
        guide.lead.partition(". ")[0],  # the rest says how it goes, not what it is for
        " / ".join([guide.refers_to, *(place.group for place in places)]),
    )


@lru_cache(maxsize=4096)
def product_item(product: Named) -> Item:
    tool = product.tool
    sizes = [f"{size} mm" for size in (tool.diameter_mm, tool.length_mm) if size]
    feel = [tool.surface or "", tool.firmness.word if tool.firmness else "", noun(tool.kind)]
    every_tool_is_for = "sore spot"
    return Item.of(
        product.sku,
        " ".join([*sizes, *feel]),
        product.name,
        product.brand,
        product.sku,
        every_tool_is_for,
    )


@lru_cache(maxsize=512)
def set_item(offered: NamedSet) -> Item:
    kind_and_parts = " / ".join(["set", *offered.parts])
    return Item.of(offered.code, offered.name, offered.summary, offered.code, kind_and_parts)
