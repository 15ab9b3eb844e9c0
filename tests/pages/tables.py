"""Reading a table of a page as somebody sees it."""

import re
from html import unescape


def row(page: str, name: str) -> list[str]:
    """The cells of the row that has this name in a cell of its own."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)
    found = next(re.findall(r"<t[hd].*?</t[hd]>", one, re.S) for one in rows if f">{name}<" in one)
    return [seen(cell) for cell in found]


def seen(cell: str) -> str:
    return " ".join(unescape(re.sub(r"<.*?>", " ", cell)).split())


def heads(page: str) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>([^<]*)', page)
