"""The desk's first screen: what this clinic sold on one day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, order_lines, payments, receipts
from shop.db import reading
from shop.errors import Unreadable
from shop.gateways.counter import TAKEN, Method
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.text import line
from shop.payments import Payment
from shop.sites import Site
from shop.state import here

YEARS = range(2000, 2100)  # a day outside of these is a slip of the finger
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sale:
    number: str
    at: datetime
    sold: tuple[str, ...]
    total_pence: int
    paid: Mapping[Method, int]
    by: str


@pages.get("/staff")
def today() -> ResponseReturnValue:
    """A day's sales, the latest first, with what came in by card and in cash."""
    staff_here()
    this_day = clock.day_of(clock.now(), here().settings.zone)
    day = _day(request.args.get("day", ""), this_day)
    with reading() as work:
        site = site_here(work)
        sales = _sales(work, site, day)
    return show(
        "today",
        site,
        day=day,
        is_today=day == this_day,
        day_before=day - timedelta(days=1),
        day_after=day + timedelta(days=1),
        sales=sales,
        total_pence=sum(sale.total_pence for sale in sales),
        by_method=[
            (method.label, sum(sale.paid.get(method, 0) for sale in sales)) for method in TAKEN
        ],
    )


def _sales(work: Session, site: Site, day: date) -> list[Sale]:
    """Three queries, however many sales there were."""
    found = receipts.of_day(work, site.id, day, here().settings.zone)
    order_ids = [order.id for _, order in found]
    paid = payments.of_orders(work, order_ids)
    sold: dict[int, list[str]] = {}
    for bought in order_lines.lines_of(work, order_ids):
        sold.setdefault(bought.order_id, []).append(f"{bought.units} × {bought.name}")
    return [
        Sale(
            number=receipt.number,
            at=receipt.issued_at,
            sold=tuple(sold[order.id]),
            total_pence=order.total_pence,
            paid=_by_method(paid.get(order.id, ())),
            by=receipt.issued_by,
        )
        for receipt, order in found
    ]


def _by_method(paid: Sequence[Payment]) -> dict[Method, int]:
    """Pence of a sale by each way that some of it was paid."""
    found: dict[Method, int] = {}
    for part in paid:
        method = Method(part.method)
        found[method] = found.get(method, 0) + part.amount_pence
    return found


def _day(typed: str, otherwise: date) -> date:
    """The day an address names. Raises Unreadable for one that no calendar has."""
    typed = line(typed)
    if not typed:
        return otherwise
    try:
        day = date.fromisoformat(typed) if _DAY.fullmatch(typed) else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise Unreadable("We can't read that day. Write it like 2026-06-03.")
    return day
