"""The desk's first screen: what needs doing, and what this clinic took on one day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import (
    alerts,
    attention,
    clock,
    closing,
    micro_counts,
    order_lines,
    payments,
    plan_swaps,
    receipts,
)
from shop import sales as all_sales
from shop.db import reading
from shop.errors import Unreadable
from shop.gateways.counter import Method
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.text import line
from shop.payments import Payment
from shop.sales import Asked, Total
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


@dataclass(frozen=True, slots=True)
class ToDo:
    what: str
    many: int
    address: str


@pages.get("/staff")
def today() -> ResponseReturnValue:
    """What waits for somebody; for who may see takings, a day's sales and what they came to."""
    staff = staff_here()
    this_day = clock.day_of(clock.now(), here().settings.zone)
    day = day_of(request.args.get("day", ""), this_day)
    with reading() as work:
        site = site_here(work)
        may_see = staff.may_see_takings_at(site.id)
        sales = _sales(work, site, day) if may_see else []
        total = _taken(work, site, day) if may_see else None
        to_do = _to_do(work, site) if day == this_day else []
    return show(
        "today",
        site,
        day=day,
        is_today=day == this_day,
        day_before=day - timedelta(days=1),
        day_after=day + timedelta(days=1),
        sales=sales,
        total=total,
        to_do=to_do,
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


def _taken(work: Session, site: Site, day: date) -> Total:
    """All that came in and went back on a day, at the desk and online."""
    start, end = clock.bounds(day, here().settings.zone)
    return all_sales.total(work, Asked(sites=(site.id,), start=start, end=end))


def _to_do(work: Session, site: Site) -> list[ToDo]:
    """What waits for somebody here, each with where to see to it."""
    unfinished = closing.unfinished(work, site.id)
    cases = attention.waiting(work, staff_here())
    found = [
        ToDo("to collect or pack", len(closing.collecting(work, site.id)), url_for(".online")),
        ToDo("low on the shelf", alerts.badge(work, site.id), url_for(".stock_alerts")),
        ToDo("need attention", len(cases), url_for(".attention_list")),
        ToDo("to count", len(micro_counts.due(work, site.id)), url_for(".counts_list")),
    ]
    if staff_here().may_approve_tools_at(site.id):
        many = plan_swaps.many(work, site.id, at=clock.now())
        found.append(ToDo("plans with a tool no longer sold", many, url_for(".plans_withdrawn")))
    if unfinished and staff_here().may_see_takings_at(site.id):
        address = url_for(".closing_on", number=unfinished.number)
        found.append(ToDo("closing to finish", 1, address))
    return [each for each in found if each.many]


def day_of(typed: str, otherwise: date) -> date:
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
