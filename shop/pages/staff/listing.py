"""A list that is made by scanning: a transfer, a delivery, a count. The page stays open."""

from dataclasses import dataclass
from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from shop import presses
from shop.errors import Refusal, Unreadable
from shop.pages.staff import scan
from shop.pages.staff.press import PressForm
from shop.pages.staff.scan import ScanForm
from shop.pages.text import line
from shop.products import Product

MOST_AT_ONCE = 9_999  # units of one scan with a star


class ListForm(PressForm, ScanForm):
    """One scan. Its token works once for each code, so that a quick next scan is not lost."""

    def first_of(self, work: Session, product: Product, *, at: datetime) -> bool:
        """Whether this page sends this product for the first time."""
        return presses.first(work, f"{self.press.data} {product.sku}", at=at)

    def refused(self, refusal: Refusal) -> None:
        self.refuse_scan(refusal)


@dataclass(frozen=True, slots=True)
class Hit:
    """A product that fits what was typed. `typed` is what its button sends."""

    typed: str
    name: str


@dataclass(frozen=True, slots=True)
class Wanted:
    product: Product
    units: int


def wanted(work: Session, form: ListForm) -> Wanted | None:
    """What was scanned, and how many of it. None where the words fit several products.

    Raises Unreadable for an empty field and for a code that nobody knows.
    """
    typed = form.typed()
    if not typed:
        raise Unreadable("Scan a product, or type a few letters of its name.")
    read = scan.read(typed, most=MOST_AT_ONCE)
    found = scan.known(work, read.code)
    return Wanted(found[0], read.units) if len(found) == 1 else None


def words() -> str:
    """What was typed and fits several products, as the address carries it."""
    return line(request.args.get("q", ""))


def hits(work: Session, typed: str) -> list[Hit]:
    """The products that these words fit, each with what its button sends."""
    if not typed:
        return []
    read = scan.read(typed, most=MOST_AT_ONCE)
    return [Hit(f"{read.units}*{each.sku}", each.name) for each in scan.known(work, read.code)]
