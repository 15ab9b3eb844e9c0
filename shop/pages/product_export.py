"""Products and what stands on the shelves, as a file that can be imported again."""

from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import product_import
from shop.errors import NotReady
from shop.pages import product_rows, sheets
from shop.products import Product
from shop.sites import Site

A_BATCH = 500
IN_MEMORY = 1_000_000  # bytes of a file before it goes to disk


def rows(work: Session, clinics: Sequence[Site]) -> Iterator[list[str]]:
    """The names of the columns, then every product by its code, a few at a time."""
    names, last = product_rows.all_columns(clinics), ""
    yield names
    while True:
        statement = select(Product).where(Product.sku > last).order_by(Product.sku).limit(A_BATCH)
        found = work.scalars(statement).all()
        if not found:
            return
        there = product_import.on_shelves(work, [product.sku for product in found])
        for product in found:
            yield product_rows.written(product, names, there.get(product.sku, {}))
        last = found[-1].sku
        work.expunge_all()


def csv_file(found: Iterator[list[str]]) -> IO[bytes]:
    """A CSV file that a spreadsheet opens as UTF-8, rewound."""
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    file.write("\ufeff".encode())
    for line in sheets.lines(found):
        file.write(line.encode())
    file.seek(0)
    return file


def xlsx_file(found: Iterator[list[str]]) -> IO[bytes]:
    """An XLSX file, rewound. Every cell is text, so no barcode loses its noughts."""
    try:
        from openpyxl import Workbook
    except ModuleNotFoundError as missing:
        raise NotReady("XLSX files need sorespot[xlsx]. Choose CSV.") from missing
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Products")
    for row in found:
        sheet.append([sheets.safe(cell) for cell in row])
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file
