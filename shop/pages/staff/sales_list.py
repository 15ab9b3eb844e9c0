"""Every sale and refund: by day, clinic, channel, product and person, with what they come to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, order_lines, sales, sites, z_reports
from shop.db import reading
from shop.drafts import Channel
from shop.pages import pages, sheets
from shop.pages.fields import pounds_and_pence
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.today import day_of
from shop.pages.text import line
from shop.sales import SALE, Asked, Entry
from shop.sites import Site
from shop.state import here

ALL = "all"  # the clinics where this person sees takings
CHANNELS = {Channel.DESK: "Desk", Channel.WEB: "Online"}
COLUMNS = ("time", "kind", "number", "order", "clinic", "channel", "by", "pounds", "products")
_NUMBER = re.compile(r"(?:[A-Za-z]{1,8}-C?)?\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    at: datetime
    kind: str
    number: str
    receipt: str
    site: str
    channel: str
    products: str
    by: str
    pence: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for, as the form shows it, and as it is looked up."""

    first: date
    last: date
    site: str
    channel: str
    person: str
    words: str
    z: str
    asked: Asked

    def address(self, endpoint: str, **more: str) -> str:
        """The same list elsewhere: its next page, its file."""
        its: dict[str, Any] = {
            "from": self.first, "to": self.last, "site": self.site, "channel": self.channel,
            "person": self.person, "q": self.words, "z": self.z, **more,
        }  # fmt: skip
        return url_for(endpoint, **{name: value for name, value in its.items() if value})


@pages.get("/staff/sales")
def sales_list() -> ResponseReturnValue:
    """A page of them, the latest first, and the sums of all that fit."""
    staff_here()
    with reading() as work:
        site, mine, wish = _wish(work)
        found = sales.page(work, wish.asked, after=line(request.args.get("after", "")),
                           most=sales.MOST_ON_A_PAGE + 1)  # fmt: skip
        shown, more = found[: sales.MOST_ON_A_PAGE], len(found) > sales.MOST_ON_A_PAGE
        rows = _rows(work, shown, mine)
        total, people = sales.total(work, wish.asked), sales.people(work, wish.asked)
    return show("sales", site, rows=rows, total=total, people=people, clinics=mine, wish=wish,
                channels=CHANNELS, next=wish.address(".sales_list", after=shown[-1].mark)
                if more else None, file=wish.address(".sales_csv"))  # fmt: skip


@pages.get("/staff/sales.csv")
def sales_csv() -> Response:
    """All that fit, as a file for a spreadsheet."""
    staff_here()
    with reading() as work:
        _, mine, wish = _wish(work)
        entries = list(sales.every(work, wish.asked))
        rows = _rows(work, entries, mine)
    return sheets.download(
        _lines(rows, entries, here().settings.zone), f"sales-{wish.first}-{wish.last}.csv"
    )


def _lines(
    rows: Sequence[Row], entries: Sequence[Entry], zone: ZoneInfo
) -> Iterator[Sequence[object]]:
    yield COLUMNS
    for row, entry in zip(rows, entries, strict=True):
        sign = "-" if row.pence < 0 else ""
        pounds = sign + pounds_and_pence(abs(row.pence))
        at = row.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
        yield (at, row.kind, row.number, entry.order_number, row.site, row.channel, row.by, pounds,
               row.products)  # fmt: skip


def _wish(work: Session) -> tuple[Site, Mapping[str, str], Wish]:
    """Read the address. Nobody sees the takings of a clinic where they have no right to."""
    site, staff, zone = site_here(work), staff_here(), here().settings.zone
    staff.require_takings_at(site.id, site.name)
    mine = {each.id: each.name for each in sites.listed(work) if staff.may_see_takings_at(each.id)}
    today = clock.day_of(clock.now(), zone)
    typed = {name: line(request.args.get(name, "")) for name in
             ("from", "to", "site", "channel", "person", "q", "z")}  # fmt: skip
    first = day_of(typed["from"], today)
    last = max(day_of(typed["to"], max(first, today)), first)
    which = typed["site"] if typed["site"] in (*mine, ALL) else site.id
    number = typed["q"] if _NUMBER.fullmatch(typed["q"]) else ""
    report = z_reports.numbered(work, typed["z"]) if typed["z"] else None
    everywhere = which == ALL or bool(number) or report is not None
    some_days = not number and report is None  # a number is looked for on all days
    asked = Asked(
        sites=tuple(mine) if everywhere else (which,),
        start=clock.bounds(first, zone)[0] if some_days else None,
        end=clock.bounds(last, zone)[1] if some_days else None,
        channel=typed["channel"] if typed["channel"] in tuple(Channel) else "",
        person=typed["person"],
        product="" if number else typed["q"],
        number=number,
        session_id=report.session_id if report else None,
    )
    return site, mine, Wish(first, last, which, asked.channel, asked.person, typed["q"],
                            typed["z"], asked)  # fmt: skip


def _rows(work: Session, entries: Sequence[Entry], names: Mapping[str, str]) -> list[Row]:
    sold: dict[int, list[str]] = {}
    for bought in order_lines.lines_of(work, sorted({entry.order_id for entry in entries})):
        sold.setdefault(bought.order_id, []).append(f"{bought.units} × {bought.name}")
    return [
        Row(
            entry.at,
            "Sale" if entry.kind == SALE else "Refund",
            entry.number or entry.receipt,
            entry.receipt,
            names[entry.site],
            CHANNELS[Channel(entry.channel)],
            ", ".join(sold.get(entry.order_id, ())),
            entry.by,
            entry.pence,
        )
        for entry in entries
    ]
