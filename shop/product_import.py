"""Products from a file: what would clash with what we have, and saving them batch by batch.

A row that is there already is changed, never doubled, so an import that was broken off is
simply run again. Opening stock is written as moves, and only where nothing was said before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shop import audit, places, sets, sites, stock
from shop.db import table_of
from shop.errors import Refusal
from shop.levels import StockLevel
from shop.products import Product

_UNIQUE = ("name", "slug", "barcode")  # besides the code


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A line of a file. `values` are columns of a product, `opening` units by site."""

    line: int
    sku: str
    values: Mapping[str, object]
    opening: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a line of the file, in a sentence."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Saved:
    new: int
    changed: int
    units: int  # of opening stock


def clashes(work: Session, rows: Sequence[ProductRow]) -> list[Mistake]:
    """What stands against saving these rows. Looks only, in a few statements for a batch."""
    mistakes = [*_taken(work, rows), *_sets(work, rows), *_stocked(work, rows)]
    return sorted(mistakes, key=lambda mistake: mistake.line)


def known(work: Session, rows: Iterable[ProductRow]) -> set[str]:
    """Those of their codes that are products already."""
    skus = sorted({row.sku for row in rows})
    return set(work.scalars(select(Product.sku).where(Product.sku.in_(skus))))


def on_shelves(work: Session, skus: Iterable[str]) -> dict[str, dict[str, int]]:
    """What stands on each clinic's shelf, of the shelves that ever had some, by code and site."""
    units: dict[str, dict[str, int]] = {}
    found = select(StockLevel.sku, StockLevel.place, StockLevel.on_hand).where(
        StockLevel.sku.in_(sorted(set(skus))), StockLevel.place.like("shelf:%")
    )
    for sku, place, on_hand in work.execute(found):
        units.setdefault(sku, {})[places.site_of(place)] = on_hand
    return units


def save(work: Session, rows: Sequence[ProductRow], *, source: str, by: str, at: datetime) -> Saved:
    """Save a batch: products by their code, and what stands on the shelves already.

    Raises Refusal for the first row that clashes, and then nothing of the batch is saved.
    """
    wrong = clashes(work, rows)
    if wrong:
        raise Refusal(f"Line {wrong[0].line}: {wrong[0].text}")
    there = known(work, rows)
    upsert = _upsert(work, rows[0].values)
    work.execute(upsert, [{"sku": row.sku, **row.values} for row in rows])
    # A set may have been made meanwhile: whoever of us writes second waits, and sees the other.
    for mistake in _sets(work, rows):
        raise Refusal(f"Line {mistake.line}: {mistake.text}")
    units = _open(work, rows, by=by, at=at)
    audit.record(work, "products.imported", f"{len(rows)} from {source}", by=by, at=at)
    new = len({row.sku for row in rows} - there)
    return Saved(new, len(rows) - new, units)


def _upsert(work: Session, values: Mapping[str, object]) -> Insert:
    """One statement for a batch, since every row of a file has the same columns.

    A product's address is made once and stays: links that people have kept go on working.
    """
    statement = _INSERT[work.get_bind().dialect.name](table_of(Product))
    changed = {name: statement.excluded[name] for name in values if name != "slug"}
    return statement.on_conflict_do_update(index_elements=["sku"], set_=changed)


def opening(work: Session, rows: Sequence[ProductRow]) -> dict[str, dict[str, int]]:
    """What these rows would put on shelves that never had any, by site and code."""
    there = on_shelves(work, [row.sku for row in rows])
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        for site, units in row.opening.items():
            if units and site not in there.get(row.sku, {}):
                found.setdefault(site, {})[row.sku] = units
    return found


def _open(work: Session, rows: Sequence[ProductRow], *, by: str, at: datetime) -> int:
    found = opening(work, rows)
    for site, units_by_sku in sorted(found.items()):
        stock.open_with(work, site, units_by_sku, by=by, at=at)
    return sum(sum(units_by_sku.values()) for units_by_sku in found.values())


def _taken(work: Session, rows: Sequence[ProductRow]) -> Iterable[Mistake]:
    """Names, addresses and barcodes that another product has."""
    wanted = {
        name: sorted({str(row.values[name]) for row in rows if row.values.get(name)})
        for name in _UNIQUE
    }
    columns = [getattr(Product, name) for name in _UNIQUE]
    same: list[ColumnElement[bool]] = [
        column.in_(wanted[name]) for name, column in zip(_UNIQUE, columns, strict=True)
    ]
    owners = {
        (name, value): sku
        for sku, *values in work.execute(select(Product.sku, *columns).where(or_(*same)))
        for name, value in zip(_UNIQUE, values, strict=True)
    }
    there = known(work, rows)
    for row in rows:
        for name in _UNIQUE:
            if name == "slug" and row.sku in there:
                continue  # it keeps its own
            value = row.values.get(name)
            owner = None if value is None else owners.get((name, value))
            if owner not in (None, row.sku):
                yield Mistake(row.line, f"{owner} has the {name} {value} already.")


def _sets(work: Session, rows: Sequence[ProductRow]) -> Iterable[Mistake]:
    """Codes and barcodes that are a set's: the till's one field has to tell them apart."""
    codes = [{row.sku, str(row.values.get("barcode") or "").upper()} for row in rows]
    taken = sets.among(work, set().union(*codes))
    for row, its in zip(rows, codes, strict=True):
        for code in sorted(its & taken):
            yield Mistake(row.line, f"There is a set with the code {code}. Choose another code.")


def _stocked(work: Session, rows: Sequence[ProductRow]) -> Iterable[Mistake]:
    """Opening stock for a shelf that has a number of its own by now."""
    names = {site.id: site.name for site in sites.listed(work)}
    there = on_shelves(work, [row.sku for row in rows])
    for row in rows:
        for site, units in row.opening.items():
            now = there.get(row.sku, {}).get(site, units)
            if now != units:
                yield Mistake(
                    row.line,
                    f"{row.sku} has {now} at {names[site]} already. Count it there instead.",
                )


_INSERT: Mapping[str, Callable[..., postgresql.Insert | sqlite.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
