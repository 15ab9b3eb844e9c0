"""The demo range: the made-up merchandise that `flask shop demo` loads and cases run against."""

from dataclasses import dataclass
from typing import Self

from catalog.drawing import product
from catalog.entries import Entry
from catalog.tools import Tool

_LATEX = {"yes": True, "no": False, "unknown": None}


@dataclass(frozen=True, slots=True)
class RangeItem:
    sku: str
    slug: str
    name: str
    brand: str
    price_pence: int
    barcode: str
    colour: str
    summary: str
    made_of: str
    cleaning: str
    latex: bool | None  # None: the maker doesn't say
    tool: Tool

    @classmethod
    def read(cls, entry: Entry) -> Self:
        latex = entry.text("latex", "unknown")
        if latex not in _LATEX:
            raise entry.refuse(f"'latex' is one of: {', '.join(_LATEX)}.")
        item = cls(
            sku=entry.id,
            slug=entry.text("slug"),
            name=entry.text("name"),
            brand=entry.text("brand", ""),
            price_pence=entry.number("price_pence", 1, 100_000),
            barcode=entry.text("barcode"),
            colour=entry.text("colour"),
            summary=entry.text("summary"),
            made_of=entry.text("made_of", ""),
            cleaning=entry.text("cleaning", ""),
            latex=_LATEX[latex],
            tool=Tool.read(entry),
        )
        if item.colour not in product.COLOURS:
            raise entry.refuse(f"'colour' is one of: {', '.join(product.COLOURS)}.")
        entry.done()
        return item
