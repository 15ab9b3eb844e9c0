"""A long file takes as much memory as a short one: its lines come, are used, and go."""

import tracemalloc
from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import IO

import openpyxl
from flask import Flask
from sqlalchemy.orm import Session

from shop import clock, product_import, sites
from shop.pages import product_file, product_rows
from shop.pages.sheet_reader import batches
from tests.conftest import database_of

SHORT, LONG = 2_000, 10_000
HEAD = ["sku", "name", "price", "kind", "stock ely"]
A_MEGABYTE = 1_000_000

Make = Callable[[int], IO[bytes]]


def rows(lines: int) -> Iterator[list[str]]:
    yield HEAD
    for number in range(lines):
        yield [f"N-{number}", f"Ball {number}", "5.50", "ball", "3"]


def csv_of(lines: int) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115 - the test closes it
    for row in rows(lines):
        file.write((",".join(row) + "\n").encode())
    return file


def xlsx_of(lines: int) -> IO[bytes]:
    book = openpyxl.Workbook(write_only=True)
    file = TemporaryFile()  # noqa: SIM115 - the test closes it
    sheet = book.create_sheet()
    for row in rows(lines):
        sheet.append(row)
    book.save(file)
    return file


def peak(act: Callable[[], object]) -> int:
    """The most memory that was in use at once while this ran."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def look_through(work: Session, file: IO[bytes], name: str, lines: int) -> None:
    report = product_file.check(work, file, name, sites.listed(work))

    assert (report.lines, report.new, report.wrong) == (lines, lines, 0)


def bring_in(app: Flask, file: IO[bytes], name: str) -> None:
    with database_of(app).reading() as work:
        columns, found = product_file.head(file, name, sites.listed(work))
    for batch in batches(found, product_file.A_BATCH):
        read = [product_rows.read(number, columns, cells) for number, cells in batch]
        with database_of(app).transaction() as work:
            product_import.save(work, read, source=name, by="test", at=clock.now())


def test_looking_through_a_long_csv_file_takes_no_more_memory_than_a_short_one(
    app: Flask,
) -> None:
    few, many = peaks(app, csv_of, "a.csv")

    assert many < few + A_MEGABYTE


def test_a_line_of_an_xlsx_file_leaves_next_to_nothing_behind(app: Flask) -> None:
    """Its reader keeps the bare element of each row: 20 MB for the longest file we take."""
    few, many = peaks(app, xlsx_of, "a.xlsx")

    assert many < few + 200 * (LONG - SHORT)


def peaks(app: Flask, make: Make, name: str) -> tuple[int, int]:
    """The memory that a short and a long file take."""
    with database_of(app).reading() as work, make(SHORT) as short, make(LONG) as long:
        look_through(work, short, name, SHORT)  # what is loaded once is loaded now
        few = peak(lambda: look_through(work, short, name, SHORT))
        many = peak(lambda: look_through(work, long, name, LONG))
    return few, many


def test_importing_a_long_file_takes_no_more_memory_than_a_short_one(app: Flask) -> None:
    with csv_of(SHORT) as short, csv_of(LONG) as long:
        bring_in(app, short, "a.csv")
        few = peak(lambda: bring_in(app, short, "a.csv"))
        many = peak(lambda: bring_in(app, long, "a.csv"))

    assert many < few + A_MEGABYTE
