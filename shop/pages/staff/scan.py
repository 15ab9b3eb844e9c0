"""The desk's one field: what was scanned or typed, and which products that can mean."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import session
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import card_numbers, products
from shop.errors import Refusal, Unreadable
from shop.order_lines import MOST_UNITS_A_LINE
from shop.pages.form import Form
from shop.pages.text import line, whole_number
from shop.products import Product

SCANNER_ONLY = "shop_scanner_only"  # the session's key, set for each device
LONGEST_BARCODE = 14  # digits
LONGEST_ECHO = 24  # characters of an unknown code that we say back
_TIMES = re.compile(r"(\d{1,9})\s*\*\s*(.*)", re.ASCII)


class ScanForm(Form):
    """`add` is the button beside a product, when what was typed fits several. A scan wins."""

    code = StringField("Scan or type a product")
    add = StringField()

    def keyboard(self) -> str | None:
        """What keyboard a tablet shows for the field: none where this one only scans."""
        return "none" if session.get(SCANNER_ONLY) else None

    def typed(self) -> str:
        return line(self.code.data or "") or line(self.add.data or "")

    def refuse_scan(self, refusal: Refusal) -> None:
        """Say why, and leave the field empty for the next scan."""
        self.refuse(self.code, str(refusal))
        self.code.data = ""


class UnknownCode(Unreadable):
    """No product has this code, which may be a maker's that nobody has given to one yet."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Scan:
    units: int
    code: str


def read(typed: str, *, most: int = MOST_UNITS_A_LINE) -> Scan:
    """`5*CODE` is five of it. Only the star makes a number a quantity, never digits alone."""
    times = _TIMES.fullmatch(typed)
    if not times:
        return Scan(1, typed)
    if not times[2]:
        raise Unreadable(f"Type {times[1]}* and scan the product straight after it.")
    return Scan(whole_number(times[1], 1, most), times[2])


def find(work: Session, code: str) -> Sequence[Product]:
    """What can be sold of what this code or these words mean, as `known` finds it.

    Raises Refusal for one that is no longer sold.
    """
    found = known(work, code, unchanged="The basket is as it was.")
    require_sold(found[0])
    return found


def require_sold(product: Product) -> None:
    """Raises Refusal for one that was withdrawn."""
    if not product.on_sale:
        raise Refusal(f"{product.name} is no longer on sale. Nothing was added.")


def known(work: Session, code: str, *, unchanged: str = "Nothing was added.") -> Sequence[Product]:
    """The product with exactly this barcode or code, or else all on sale that fit the words.

    Raises Unreadable when there is none, and UnknownCode where that may be a barcode; both say
    what stays as it was.
    """
    exact = products.scanned(work, code)
    found = products.search(work, code) if exact is None else [exact]
    if found:
        return found
    sentence = f"{_unknown(code)} {unchanged}"
    digits = any(character.isdigit() for character in code)
    if digits and len(code) <= LONGEST_ECHO and not _of_a_card(code):
        raise UnknownCode(code, sentence)
    raise Unreadable(sentence)


def _unknown(code: str) -> str:
    if _of_a_card(code):
        return card_numbers.NEVER
    said = code if len(code) <= LONGEST_ECHO else f"{code[:LONGEST_ECHO]}…"
    how = "with code" if any(character.isdigit() for character in code) else "called"
    return f"No product {how} {said}."


def _of_a_card(code: str) -> bool:
    return card_numbers.looks_like_one(code, fewest=LONGEST_BARCODE + 1)
