"""Counts at this clinic: begun and not ended, what waits to be counted, and how to begin one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import clock, count_progress, counts, micro_counts, products, tallies
from shop.counts import Count
from shop.db import reading, retried, transaction
from shop.errors import Refusal, Unreadable
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.listing import ListForm, Wanted, hits, wanted, words
from shop.pages.staff.press import answer, blank, handling_at
from shop.pages.staff.said import said, say
from shop.pages.text import line
from shop.sites import Site

MOST_ENDED = 20  # counts that are over, on the list


class What(StrEnum):
    """A button that begins a count. A scan begins one too, and is its first unit."""

    ALL = "all"
    DUE = "due"


class BeginForm(ListForm):
    what = StringField()

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.code, str(refusal))


@dataclass(frozen=True, slots=True)
class Begun:
    number: int
    by: str
    at: datetime
    counted: int
    of: int


@pages.get("/staff/stock/counts")
def counts_list() -> ResponseReturnValue:
    """Take up a count that was begun, or begin one."""
    staff_here()
    form = blank(BeginForm)
    form.code.data = line(request.args.get("code", ""))
    return _draw(form, words())


@pages.post("/staff/stock/counts")
@retried
def count_begin() -> ResponseReturnValue:
    """Begin a count. Refused where somebody is counting one of its products already."""
    form = BeginForm()
    return answer(form, lambda: _begin(form), _draw)


def _begin(form: BeginForm) -> str:
    what = form.what.data
    if what and what not in tuple(What):
        raise Unreadable("Count everything, or what is waiting, or scan a product.")
    with transaction() as work:
        site, now, who = handling_at(work), clock.now(), staff_here().name
        item = None if what else wanted(work, form)
        if not what and item is None:
            return url_for(".counts_list", q=form.typed())
        if not form.first(work, at=now):
            return url_for(".counts_list")
        if item is not None:
            return _begin_with(work, site, item, by=who, at=now)
        start = micro_counts.start if what == What.DUE else counts.start
        begun = start(work, site.id, by=who, at=now)
    return url_for(".count", number=begun.number)


def _begin_with(work: Session, site: Site, item: Wanted, *, by: str, at: datetime) -> str:
    sku = item.product.sku
    begun = counts.start(work, site.id, [sku], by=by, at=at)
    line = tallies.scan(work, begun.number, sku, item.units, by=by, at=at)
    say(f"{item.product.name}: {line.counted}.")
    return url_for(".count", number=begun.number)


def _draw(form: BeginForm, typed: str = "") -> str:
    staff = staff_here()
    with reading() as work:
        site = site_here(work)
        open_ = [_begun(work, each) for each in counts.open_at(work, site.id)]
        over = counts.ended_at(work, site.id, most=MOST_ENDED)
        due = _due(work, site)
        found = hits(work, typed)
    return show(
        "counts",
        site,
        form=form,
        hits=found,
        words=typed,
        open_counts=open_,
        over=over,
        due=due,
        may_handle=staff.may_handle_stock_at(site.id),
        said=said(),
    )


def _begun(work: Session, count: Count) -> Begun:
    so_far = count_progress.of(work, count.number)
    return Begun(count.number, count.started_by, count.started_at, so_far.counted, so_far.lines)


def _due(work: Session, site: Site) -> Sequence[str]:
    """The names of what waits to be counted, longest asked for first."""
    asked = [each.sku for each in micro_counts.due(work, site.id)]
    known = products.by_sku(work, asked)
    return [known[sku].name for sku in asked]
