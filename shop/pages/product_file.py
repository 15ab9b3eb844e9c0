"""A product file from its first line to its last: looked through, imported, and written."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO

from sqlalchemy.orm import Session

from shop import product_import
from shop.errors import Unreadable
from shop.pages import product_rows
from shop.pages.sheet_reader import Line, batches, lines
from shop.product_import import Mistake, ProductRow
from shop.sites import Site

A_BATCH = 500  # lines that are looked up, or saved, together
MOST_SHOWN = 100  # mistakes that are named; the others are only counted


@dataclass
class Report:
    """What an import would do. Nothing is imported while there is a mistake."""

    lines: int = 0
    new: int = 0
    changed: int = 0
    units: int = 0
    wrong: int = 0
    mistakes: list[Mistake] = field(default_factory=list)

    def add(self, mistake: Mistake) -> None:
        self.wrong += 1
        if len(self.mistakes) < MOST_SHOWN:
            self.mistakes.append(mistake)


class _Twins:
    """What the file has named so far, on disk rather than in memory, to find what is in twice."""

    def __init__(self) -> None:
        self.seen = sqlite3.connect("")  # a database of its own, gone when it is closed
        self.seen.execute("CREATE TABLE seen (what, value, line, PRIMARY KEY (what, value))")

    def close(self) -> None:
        self.seen.close()

    def find(self, row: ProductRow) -> Mistake | None:
        """The first thing of this row that an earlier one has too."""
        named = {"code": row.sku, **{name: row.values.get(name) for name in ("name", "barcode")}}
        for what, value in named.items():
            if value is None:
                continue
            key = (what, value)
            earlier = self.seen.execute(
                "SELECT line FROM seen WHERE what = ? AND value = ?", key
            ).fetchone()
            if earlier:
                return Mistake(row.line, f"Line {earlier[0]} has the same {what}.")
            self.seen.execute("INSERT INTO seen VALUES (?, ?, ?)", (*key, row.line))
        return None


def head(file: IO[bytes], name: str, clinics: Sequence[Site]) -> tuple[list[str], Iterator[Line]]:
    """The columns of a file, and its other lines. The file is read from its start."""
    file.seek(0)
    found = lines(file, name)
    first = next(found, None)
    if first is None:
        raise Unreadable("There is nothing in this file.")
    return product_rows.columns(first[1], clinics), found


def check(work: Session, file: IO[bytes], name: str, clinics: Sequence[Site]) -> Report:
    """Look through all of a file and change nothing: a dry run."""
    columns, found = head(file, name, clinics)
    report = Report()
    with closing(_Twins()) as twins:
        for batch in batches(found, A_BATCH):
            rows = list(_rows(batch, columns, report, twins))
            for mistake in product_import.clashes(work, rows):
                report.add(mistake)
            known = product_import.known(work, rows)
            report.lines += len(batch)
            report.changed += len(known)
            report.new += len(rows) - len(known)
            opening = product_import.opening(work, rows)
            report.units += sum(sum(units.values()) for units in opening.values())
    if not report.lines:
        raise Unreadable("There are no products in this file, only the names of its columns.")
    return report


def _rows(
    batch: Sequence[Line], columns: Sequence[str], report: Report, twins: _Twins
) -> Iterator[ProductRow]:
    """The lines that can be used; the others are put into the report."""
    for number, cells in batch:
        try:
            row = product_rows.read(number, columns, cells)
        except Unreadable as refusal:
            report.add(Mistake(number, str(refusal)))
            continue
        if twin := twins.find(row):
            report.add(twin)
        else:
            yield row
