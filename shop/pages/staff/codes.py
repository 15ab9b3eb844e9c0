"""What the till's one field takes besides products: each kind of code, and where it leads.

A code of a kind of its own is a reader of its own in `READERS`.
"""

import re
from collections.abc import Callable

from flask import url_for
from sqlalchemy.orm import Session

from shop import buyers, online_orders, orders, receipts
from shop.errors import Refusal
from shop.order_states import OrderState
from shop.orders import LARGEST_NUMBER, Order
from shop.pages.staff import set_scan
from shop.sites import Site

# Nothing that scans as a product has to be looked up twice: its barcode has more digits.
_SHAPE = re.compile(r"[A-Za-z]{1,8}-\d{1,9}|[A-Za-z0-9]{4}[- ]?[A-Za-z0-9]{4}|\d{4,10}", re.ASCII)
_DIGITS = re.compile(r"\d{4,10}", re.ASCII)
COLLECTS = (OrderState.PLACED, OrderState.PAID, OrderState.READY)  # somebody may come for it
Reader = Callable[[Session, str, Site], str | None]


def leads_to(work: Session, typed: str, site: Site) -> str | None:
    """The address of what this code means; none for a product or set, and for anything else."""
    if not _SHAPE.fullmatch(typed) or set_scan.exactly(work, typed):
        return None
    return next((found for read in READERS if (found := read(work, typed, site))), None)


def _receipt(work: Session, typed: str, site: Site) -> str | None:
    try:
        receipt = receipts.numbered(work, typed)
    except Refusal:
        return None
    return url_for(".sale", number=receipt.number) if receipt.site == site.id else None


def _collected(work: Session, typed: str, site: Site) -> str | None:
    """An order that waits here: it is handed over on the till itself."""
    order = _order(work, typed)
    if order is None or order.site != site.id:
        return None
    if order.state in COLLECTS:
        return url_for(".till", order=order.number)
    return url_for(".online_order", number=order.number)


def _order(work: Session, typed: str) -> Order | None:
    if buyer := buyers.with_code(work, typed):
        return orders.get(work, buyer.order_id)
    if _DIGITS.fullmatch(typed) and int(typed) <= LARGEST_NUMBER:
        return online_orders.numbered(work, int(typed))
    return None


READERS: tuple[Reader, ...] = (_receipt, _collected)
