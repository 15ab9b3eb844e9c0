"""Reading a CSV or XLSX file line by line, without ever holding all of it."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import IO

from shop.errors import Unreadable
from shop.pages.text import clean

MOST_LINES = 100_000
MOST_FILE_BYTES = 25_000_000
MOST_UNPACKED_BYTES = 250_000_000  # of an XLSX, which is a zip file
MOST_SHARED_BYTES = 20_000_000  # of its list of texts, the one part that is held in memory
LONGEST_CELL = 2_000

_SAVED_FROM_FORMULA = ("'=", "'+", "'-", "'@")  # as our own files write them

Line = tuple[int, list[str]]  # its number in the file, and its cells


def lines(file: IO[bytes], name: str) -> Iterator[Line]:
    """The lines of a file that have anything in them. Raises Unreadable for another kind."""
    if name.lower().endswith(".xlsx"):
        found = _xlsx(file)
    elif name.lower().endswith((".csv", ".txt")):
        found = _csv(file)
    else:
        raise Unreadable("Choose a CSV or an XLSX file.")
    for number, cells in found:
        if number > MOST_LINES + 1:
            raise Unreadable(f"A file has at most {MOST_LINES:,} lines. Split it.")
        if any(cells):
            yield number, cells


def _csv(file: IO[bytes]) -> Iterator[Line]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        first = text.readline()
        separator = ";" if first.count(";") > first.count(",") else ","
        text.seek(0)
        reader = csv.reader(text, delimiter=separator, strict=True)
        for cells in reader:
            yield reader.line_num, [_checked(cell) for cell in cells]
    except UnicodeDecodeError as wrong:
        raise Unreadable("This file is not in UTF-8. Save it as CSV UTF-8.") from wrong
    except csv.Error as wrong:
        raise Unreadable(f"This is not a CSV file that we can read: {wrong}.") from wrong
    finally:
        text.detach()


def _xlsx(file: IO[bytes]) -> Iterator[Line]:
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ModuleNotFoundError as missing:
        raise Unreadable("XLSX can't be read here. Save it as CSV.") from missing
    _refuse_bomb(file)
    try:
        with closing(load_workbook(file, read_only=True, data_only=True)) as book:
            sheet = book.worksheets[0]
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                yield number, [_checked(_as_text(cell)) for cell in cells]
    except Unreadable:
        raise
    except (InvalidFileException, zipfile.BadZipFile, *_XML_MISTAKES) as wrong:
        raise Unreadable("This is not an XLSX file that we can read.") from wrong


# What openpyxl lets through when a part of the file is missing or is not what it says.
_XML_MISTAKES = (KeyError, ValueError, IndexError, TypeError, AttributeError, SyntaxError, OSError)


def _refuse_bomb(file: IO[bytes]) -> None:
    """A small zip file can unpack to gigabytes. It says so itself before it is unpacked."""
    try:
        with zipfile.ZipFile(file) as parts:
            sizes = {part.filename: part.file_size for part in parts.infolist()}
    except zipfile.BadZipFile as wrong:
        raise Unreadable("This is not an XLSX file that we can read.") from wrong
    finally:
        file.seek(0)
    shared = sizes.get("xl/sharedStrings.xml", 0)
    if sum(sizes.values()) > MOST_UNPACKED_BYTES or shared > MOST_SHARED_BYTES:
        raise Unreadable("This XLSX file unpacks to too much. Save it as CSV and try again.")


def _as_text(cell: object) -> str:
    """A number as it was typed: 5.5, and a barcode without a point."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell)


def _checked(cell: str) -> str:
    if len(cell) > LONGEST_CELL:
        raise Unreadable(f"A cell has at most {LONGEST_CELL:,} characters.")
    cell = clean(cell.strip())
    return cell[1:] if cell.startswith(_SAVED_FROM_FORMULA) else cell


def batches(found: Iterable[Line], most: int) -> Iterator[Sequence[Line]]:
    """So many lines at a time."""
    batch: list[Line] = []
    for each in found:
        batch.append(each)
        if len(batch) == most:
            yield batch
            batch = []
    if batch:
        yield batch
