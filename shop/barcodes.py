"""Giving a maker's code to a product, from a scan that meant nothing until then."""

import re
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from shop import audit, buyers, card_numbers, plan_codes, plans, products, sets
from shop.errors import NotFound, Refusal, Unreadable
from shop.products import Product

SHORTEST_BARCODE, LONGEST_BARCODE = 4, 20  # characters: a label has room for as many
_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]*", re.ASCII)
_CHECKED = (8, 12, 13, 14)  # digits of an EAN, a UPC or a GTIN: the last one is worked out
_ORDER_NUMBER = re.compile(r"\d{1,10}", re.ASCII)
_RECEIPT_NUMBER = re.compile(r"[A-Za-z]{1,8}-[A-Za-z]?\d{1,9}", re.ASCII)


def give(
    work: Session, sku: str, code: str, *, replacing: str | None = None, by: str, at: datetime
) -> Product:
    """Have a scan of this code mean this product from now on.

    `replacing` is the code that it has and loses, none where it has none: of two people at the same
    moment one is refused, and sees what the other one did. Raises Unreadable for what is no
    barcode, and Refusal where the product has another code or the code means something else;
    then nothing is changed.
    """
    require_free(work, code)
    product = products.get(work, sku)
    if not product.on_sale:
        raise Refusal(f"{product.name} is no longer on sale. Nothing was changed.")
    its = (Product.sku == sku, Product.barcode.is_not_distinct_from(replacing))
    given = update(Product).where(*its).values(barcode=code).returning(Product.sku)
    if work.scalar(given.execution_options(synchronize_session=False)) is None:
        work.refresh(product)
        had = f"the code {product.barcode}" if product.barcode else "no code"
        raise Refusal(f"{product.name} has {had} now. Look at it again. Nothing was changed.")
    _require_no_set(work, code)  # after the write, which waits for a set being made meanwhile
    work.refresh(product)
    instead = f" instead of {replacing}" if replacing else ""
    audit.record(work, "barcode given", f"{sku}: {code}{instead}", by=by, at=at)
    return product


def require_free(work: Session, code: str) -> None:
    """Raises Unreadable for what can't be a product's barcode, and Refusal for a code that means
    something to the till already: a product, a set, an order or a plan."""
    if other := products.scanned(work, code):
        raise Refusal(f"{other.name} has the code {code} already. Nothing was changed.")
    _require_real(code)
    _require_no_set(work, code)
    if buyers.with_code(work, code) or _plan(work, code):
        raise Refusal(f"{code} is the code of an order or a plan. Nothing was changed.")


def _require_no_set(work: Session, code: str) -> None:
    if sets.among(work, [code.upper()]):
        raise Refusal(f"{code} is the code of a set, now or once. Nothing was changed.")


def _require_real(code: str) -> None:
    if card_numbers.looks_like_one(code, fewest=max(_CHECKED) + 1):
        raise Unreadable(card_numbers.NEVER)
    if not _SHAPE.fullmatch(code) or not SHORTEST_BARCODE <= len(code) <= LONGEST_BARCODE:
        raise Unreadable(
            f"A barcode has {SHORTEST_BARCODE} to {LONGEST_BARCODE} letters and digits. Scan it."
        )
    if code.isdigit() and len(code) in _CHECKED:
        if not _fits(code):
            raise Unreadable("The last digit of that code does not fit the others. Scan it again.")
    elif _ORDER_NUMBER.fullmatch(code) or _RECEIPT_NUMBER.fullmatch(code):
        raise Unreadable("That looks like the number of an order or a receipt, not like a barcode.")


def _fits(digits: str) -> bool:
    """The check digit of GS1: from the right, every other digit counts three times."""
    return sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(reversed(digits))) % 10 == 0


def _plan(work: Session, code: str) -> bool:
    if not plan_codes.is_code(code):
        return False
    try:
        plans.with_code(work, code)
    except NotFound:
        return False
    return True
