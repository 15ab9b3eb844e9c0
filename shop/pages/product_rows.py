"""A line of a product file as the shop understands it, and a product as a line of a file."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from catalog.drawing.product import COLOURS
from catalog.tools import Firmness, Kind, Surface
from shop.errors import Unreadable
from shop.levels import MOST_UNITS
from shop.money import BASIS
from shop.pages.fields import pounds_and_pence
from shop.pages.text import LONGEST, line, pence, whole_number
from shop.product_import import ProductRow
from shop.products import MOST_PACKED, Product
from shop.sites import Site

LONGEST_CODE = 20  # characters of a sku: as many as a label has room for
LONGEST_NAME = 100
MOST_MM = 3_000  # of a tool
STOCK = "stock "  # stock cambridge: what stands on that clinic's shelf
NEEDED = ("sku", "name", "price", "kind")
_SKU = re.compile(r"[A-Z0-9][A-Z0-9-]*", re.ASCII)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?", re.ASCII)
T = TypeVar("T")
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0", "")


def _text(most: int) -> Callable[[str], str]:
    def read(typed: str) -> str:
        if len(typed) > most:
            raise Unreadable(f"Use {most} characters or fewer.")
        return typed

    return read


def _sku(typed: str) -> str:
    code = typed.upper()
    if not _SKU.fullmatch(code) or len(code) > LONGEST_CODE:
        raise Unreadable(f"A code has up to {LONGEST_CODE} letters, digits and hyphens.")
    return code


def _slug(typed: str) -> str:
    if not _SLUG.fullmatch(typed) or len(typed) > LONGEST_NAME:
        raise Unreadable("An address has small letters, digits and single hyphens.")
    return typed


def _name(typed: str) -> str:
    if not typed:
        raise Unreadable("Every product has a name.")
    return _text(LONGEST_NAME)(typed)


def _price(typed: str) -> int:
    amount = pence(typed)
    if not amount:
        raise Unreadable("A price is more than nothing.")
    return amount


def _vat(typed: str) -> int:
    found = _PERCENT.fullmatch(typed.removesuffix("%").strip())
    rate = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else -1
    if not 0 <= rate <= BASIS:
        raise Unreadable("Enter a percentage, like 20 or 17.5.")
    return rate


def _one_of(allowed: Iterable[str]) -> Callable[[str], str]:
    words = tuple(allowed)

    def read(typed: str) -> str:
        if typed.lower() not in words:
            raise Unreadable(f"Use one of: {', '.join(words)}.")
        return typed.lower()

    return read


def _firmness(typed: str) -> int:
    words = {firmness.word: int(firmness) for firmness in Firmness}
    if typed.lower() not in words:
        raise Unreadable(f"Use one of: {', '.join(words)}.")
    return words[typed.lower()]


def _yes(typed: str) -> bool:
    if typed.lower() not in _YES + _NO:
        raise Unreadable("Use yes or no.")
    return typed.lower() in _YES


def _millimetres(typed: str) -> int:
    return whole_number(typed, 1, MOST_MM)


def _packed(typed: str) -> int:
    return whole_number(typed, 1, MOST_PACKED)


# Each column: the product's own one, how it is read, and what an empty cell means.
_NOTHING: Mapping[str, object] = {"barcode": None, "firmness": None, "diameter mm": None,
                                  "length mm": None, "surface": None, "latex": None,
                                  "colour": "stone", "vat": 2000,
                                  "packed length mm": None, "packed width mm": None,
                                  "packed height mm": None, "packed grams": None}  # fmt: skip
_COLUMNS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "name": ("name", _name),
    "slug": ("slug", _slug),
    "price": ("price_pence", _price),
    "vat": ("vat_bp", _vat),
    "barcode": ("barcode", _text(LONGEST_CODE)),
    "on sale": ("on_sale", _yes),
    "brand": ("brand", _text(LONGEST_NAME)),
    "kind": ("kind", _one_of(Kind)),
    "firmness": ("firmness", _firmness),
    "diameter mm": ("diameter_mm", _millimetres),
    "length mm": ("length_mm", _millimetres),
    "surface": ("surface", _one_of(Surface)),
    "colour": ("colour", _one_of(COLOURS)),
    "powered": ("powered", _yes),
    "latex": ("latex", _yes),
    "hygiene seal": ("sealed", _yes),
    "summary": ("summary", _text(LONGEST)),
    "made of": ("made_of", _text(LONGEST)),
    "cleaning": ("cleaning", _text(LONGEST)),
    "packed length mm": ("packed_length_mm", _packed),
    "packed width mm": ("packed_width_mm", _packed),
    "packed height mm": ("packed_height_mm", _packed),
    "packed grams": ("packed_grams", _packed),
}


def columns(head: Sequence[str], clinics: Iterable[Site]) -> list[str]:
    """The file's columns, in small letters. Raises Unreadable for one missing, unknown or twice."""
    found = [line(cell).lower() for cell in head]
    allowed = {"sku", *_COLUMNS, *(f"{STOCK}{clinic.id}" for clinic in clinics)}
    for name in NEEDED:
        if name not in found:
            raise Unreadable(f"The first line names the columns, and {name} is missing.")
    for name in found:
        if name not in allowed:
            raise Unreadable(
                f"There is no column “{name[:40]}”. Known: {', '.join(sorted(allowed))}."
            )
        if found.count(name) > 1:
            raise Unreadable(f"The column {name} is there twice.")
    return found


def read(number: int, names: Sequence[str], cells: Sequence[str]) -> ProductRow:
    """One line of the file. Raises Unreadable, naming the column that can't be used."""
    if len(cells) > len(names) and any(cells[len(names) :]):
        raise Unreadable("This line has more cells than the first one has columns.")
    typed = dict(zip(names, [*cells, *[""] * (len(names) - len(cells))], strict=False))
    typed = {name: _cell(name, line, typed[name]) for name in typed}
    sku = _cell("sku", _sku, typed["sku"])
    values: dict[str, object] = {"slug": _slug_of(typed["name"])}
    for name, (column, reader) in _COLUMNS.items():
        if name in typed:
            empty = not typed[name] and name in _NOTHING
            values[column] = _NOTHING[name] if empty else _cell(name, reader, typed[name])
    if not typed.get("slug", "x"):
        values["slug"] = _slug_of(typed["name"])
    if not typed.get("on sale", "x"):
        values["on_sale"] = True
    opening = {
        name.removeprefix(STOCK): _cell(name, _units, cell)
        for name, cell in typed.items()
        if name.startswith(STOCK) and cell
    }
    return ProductRow(number, sku, values, opening)


def written(product: Product, names: Sequence[str], stock: Mapping[str, int]) -> list[str]:
    """A product as a line of a file, in the order of the columns."""
    return [_written(product, name, stock) for name in names]


def all_columns(clinics: Iterable[Site]) -> list[str]:
    return ["sku", *_COLUMNS, *(f"{STOCK}{clinic.id}" for clinic in clinics)]


def _cell(name: str, reader: Callable[[str], T], typed: str) -> T:
    try:
        return reader(typed)
    except Unreadable as refusal:
        raise Unreadable(f"{name}: {refusal}") from refusal


def _units(typed: str) -> int:
    return whole_number(typed, 0, MOST_UNITS)


def _slug_of(name: str) -> str:
    """soft-ball-6-5-cm, for an address that can be read out."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_NAME].strip("-") or "product"


def _written(product: Product, name: str, stock: Mapping[str, int]) -> str:
    if name.startswith(STOCK):
        return str(stock.get(name.removeprefix(STOCK), 0))
    if name == "sku":
        return product.sku
    value = getattr(product, _COLUMNS[name][0])
    if value is None:
        return ""
    if name == "price":
        return pounds_and_pence(value)
    if name == "vat":
        return pounds_and_pence(value).rstrip("0").rstrip(".")
    if name == "firmness":
        return Firmness(value).word
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
