"""The coverage board as staff see it: each place's cells, and the shelves behind them.

What comes out depends on the content and the range alone, so it is worked out once; the
shelves are read anew for every look.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from catalog.body import Region
from catalog.coverage import Cell, Mark, cells
from catalog.library import Library
from catalog.outcomes import Candidate
from catalog.tools import noun
from shop.products import Product
from shop.sites import Site
from shop.state import here

Free = Mapping[str, Mapping[str, int]]
_IN_WORDS = {
    "no-position": "another position",
    "very-high": "the calm-down plan, and a person",
    "no-guide": "a person: no exercise is for it",
    "no-tool": "a person: no tool of ours fits",
}


@dataclass(frozen=True, slots=True)
class Square:
    """One cell with what is free to sell of it now, over all clinics."""

    cell: Cell
    free: int
    mark: Mark | None

    @property
    def position(self) -> str:
        return " or ".join(sorted(self.cell.able))

    @property
    def tools(self) -> str:
        return ", ".join(noun(kind) for kind in self.cell.kinds)

    @property
    def referral(self) -> str:
        """Why there is no tool, in words for staff; "" where there is one."""
        code = self.cell.reason
        return "never pressed" if code.startswith("never-press") else _IN_WORDS.get(code, code)


@dataclass(frozen=True, slots=True)
class Row:
    """One soreness of a place. `same` is the one referral of all its squares, if they agree."""

    soreness: str
    squares: tuple[Square, ...]

    @property
    def same(self) -> str:
        told = {square.referral for square in self.squares}
        alike = len(told) == 1 and not any(square.mark for square in self.squares)
        return told.pop() if alike else ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One product of a place, and what each clinic has free to sell of it."""

    sku: str
    name: str
    free: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Area:
    """One place on the body with all that is shown of it, so that its drawing can be kept.

    `same` is the one referral of the whole place, if there is one.
    """

    region: Region
    rows: tuple[Row, ...]
    shelves: tuple[Shelf, ...]

    @property
    def same(self) -> str:
        told = {row.same for row in self.rows}
        return told.pop() if len(told) == 1 else ""

    @property
    def squares(self) -> Iterable[Square]:
        return (square for row in self.rows for square in row.squares)


@dataclass(frozen=True, slots=True)
class Look:
    """The squares of one place that have the same mark: "high, chair"; and what fits them."""

    region: Region
    squares: tuple[str, ...]
    products: tuple[str, ...]


def areas(
    range_: Sequence[Product], free: Free, clinics: Sequence[Site], library: Library
) -> list[Area]:
    """The whole board, each cell marked by what the clinics' shelves hold now."""
    units = {product.sku: sum(free.get(product.sku, {}).values()) for product in range_}
    in_stock = {sku for sku, left in units.items() if left}
    shelves = [
        Shelf(p.sku, p.name, tuple((c.name, free.get(p.sku, {}).get(c.id, 0)) for c in clinics))
        for p in range_
    ]
    found = []
    for region_id, of_region in groupby(_board(range_, library), key=lambda cell: cell.region):
        squares = [
            Square(cell, sum(units[sku] for sku in cell.skus), cell.mark(in_stock))
            for cell in of_region
        ]
        rows = tuple(
            Row(band.word, tuple(of_band))
            for band, of_band in groupby(squares, key=lambda square: square.cell.band)
        )
        used = {sku for square in squares for sku in square.cell.skus}
        behind = tuple(shelf for shelf in shelves if shelf.sku in used)
        found.append(Area(library.regions[region_id], rows, behind))
    return found


def looks(found: Iterable[Area]) -> dict[Mark, list[Look]]:
    """What needs a look, by what is wrong with it, the worst first."""
    marked: dict[Mark, list[Look]] = {mark: [] for mark in Mark}
    for area in found:
        names = {shelf.sku: shelf.name for shelf in area.shelves}
        for mark, of_place in marked.items():
            squares = [square for square in area.squares if square.mark is mark]
            if squares:
                skus = dict.fromkeys(sku for square in squares for sku in square.cell.skus)
                where = tuple(f"{s.cell.band.word}, {s.position}" for s in squares)
                of_place.append(Look(area.region, where, tuple(names[sku] for sku in skus)))
    return {mark: of_place for mark, of_place in marked.items() if of_place}


def _board(range_: Iterable[Product], library: Library) -> tuple[Cell, ...]:
    candidates = tuple(Candidate(p.sku, p.name, p.tool, p.price_pence, 0, 0) for p in range_)
    return _kept(library.version, candidates)


@lru_cache(maxsize=4)  # an older range or another shop's content is soon asked no more
def _kept(version: str, candidates: tuple[Candidate, ...]) -> tuple[Cell, ...]:
    """The cells of this content, which its version names, and this range."""
    return tuple(cells(candidates, here().library))
