"""Files for a spreadsheet. No cell is ever a formula, whatever somebody typed as a name."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: object) -> str:
    """The cell as text that a spreadsheet shows and never runs."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Each row as a line of CSV, one at a time."""
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([safe(cell) for cell in row])
        yield line.getvalue()


def download(rows: Iterable[Sequence[object]], name: str) -> Response:
    """A CSV file to be kept under this name, sent as it is made."""
    response = Response(lines(rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _is_number(text: str) -> bool:
    return text[1:].replace(".", "", 1).isdigit()
