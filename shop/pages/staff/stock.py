"""Stock on screen: this clinic's shelves, what needs attention first, with every other clinic's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from shop import clock, cover, purchases, sites, stock_list
from shop.cover import Pace
from shop.db import reading
from shop.errors import Unreadable
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.text import line
from shop.sites import Site
from shop.state import here
from shop.stock_list import Mark, Only, Row, State

ROWS_A_PAGE = 50
_MARK = re.compile(r"([0-3])~(.{1,100})", re.ASCII)
_FILTERS = {
    Only.LOW: "Low",
    Only.OUT: "Out",
    Only.OVER: "Over",
    Only.NOT_COUNTED: "Not counted for 90 days",
}
_STATES = {State.OUT: "Out", State.LOW: "Low", State.OVER: "Over", State.OK: "In stock"}


@dataclass(frozen=True, slots=True)
class Elsewhere:
    clinic: str
    free: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the list in words."""

    row: Row
    coming: int  # from other clinics and from suppliers
    days_left: int | None
    state: str
    elsewhere: Sequence[Elsewhere]


@pages.get("/staff/stock")
def stock() -> ResponseReturnValue:
    """A page of what this clinic has, of everything or of what the words and the filter keep.

    Enter on a search that is unchanged opens the first product it found.
    """
    staff_here()
    words, only = line(request.args.get("q", "")), _only(request.args.get("only", ""))
    after = _mark(request.args.get("after", ""))
    with reading() as work:
        site, clinics = site_here(work), sites.listed(work)
        now = clock.now()
        found = stock_list.page(
            work,
            site.id,
            words=words,
            only=only,
            after=after,
            most=ROWS_A_PAGE + 1,
            at=now,
        )
        ordered = purchases.on_order(work)
        paces = cover.paces(work, here().settings.zone, at=now, site=site.id)
    if words and found and words == line(request.args.get("was", "")):
        return redirect(url_for(".stock_item", sku=found[0].sku))
    rows = [
        _shown(
            row, clinics, site, ordered.get((site.id, row.sku), 0), paces.get((site.id, row.sku))
        )
        for row in found[:ROWS_A_PAGE]
    ]
    return show(
        "stock",
        site,
        words=words,
        only=only,
        filters=_FILTERS,
        first=after is None,
        rows=rows,
        next_page=_address(rows[-1].row.mark) if len(found) > len(rows) else None,
    )


def _shown(row: Row, clinics: Sequence[Site], site: Site, ordered: int, pace: Pace | None) -> Shown:
    others = [
        Elsewhere(clinic.name, row.elsewhere.get(clinic.id, 0))
        for clinic in clinics
        if clinic.id != site.id
    ]
    days = pace.days_left(row.free) if pace else None
    return Shown(row, row.coming + ordered, days, _STATES[row.state], others)


def _only(typed: str) -> Only | None:
    """The filter an address names. Raises Unreadable for one that we don't have."""
    typed = line(typed)
    if not typed:
        return None
    if typed not in tuple(Only):
        raise Unreadable("There is no such filter. Choose Low, Out, Over or Not counted.")
    return Only(typed)


def _mark(typed: str) -> Mark | None:
    if not typed:
        return None
    found = _MARK.fullmatch(line(typed))
    if not found:
        raise Unreadable("We can't find that page of the list. Start again at the first one.")
    return Mark(int(found[1]), found[2])


def _address(mark: Mark) -> str:
    return f"{mark.rank}~{mark.sku}"
