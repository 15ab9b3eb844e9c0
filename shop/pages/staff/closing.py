"""After the drawer: what nobody came for, three things to count, and who comes tomorrow.

Each step is a page of its own, and is noted when it was done, so that a closing can be left and
taken up again on any device.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import FieldList, FormField, HiddenField
from wtforms import Form as Plain

from shop import buyers, clock, closing, counts, tallies, variances
from shop.closing import MOST_TO_COUNT, Step, ToCount
from shop.counts import MOST_UNITS
from shop.db import reading, retried
from shop.errors import Refusal, Unreadable
from shop.orders import Order
from shop.pages import pages
from shop.pages.fields import WholeField
from shop.pages.staff import staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, act_once, blank
from shop.pages.staff.said import said, say
from shop.pages.staff.till_close import report_here
from shop.sites import Site, get
from shop.state import here
from shop.z_reports import ZReport


@dataclass(frozen=True, slots=True)
class Waiting:
    """An online order on one of tonight's lists; `until` is when its units go back on sale."""

    number: int
    name: str
    state: str
    total_pence: int
    until: datetime | None = None


class CountedForm(Plain):  # type: ignore[misc]
    """One product. Nothing typed: it is not counted tonight."""

    sku = HiddenField()
    units = WholeField("How many are on the shelf?", low=0, high=MOST_UNITS, empty=-1)


class CountForm(PressForm):
    lines = FieldList(FormField(CountedForm), max_entries=MOST_TO_COUNT)

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.lines[0].form.units if len(self.lines) else self.press, str(refusal))

    def ask(self, wanted: Sequence[ToCount]) -> None:
        for each in wanted if not len(self.lines) else ():
            self.lines.append_entry({"sku": each.sku})


@pages.get("/staff/till/close/<number>/holds")
def closing_holds(number: str) -> ResponseReturnValue:
    """Paid orders that nobody came for, and kept units whose time is nearly over."""
    return _holds(number, blank(PressForm))


@pages.post("/staff/till/close/<number>/holds")
@retried
def closing_holds_done(number: str) -> ResponseReturnValue:
    form = PressForm()
    then = url_for(".closing_count", number=number)
    return _step(form, number, Step.HOLDS, then, lambda shown: _holds(number, shown))


@pages.get("/staff/till/close/<number>/count")
def closing_count(number: str) -> ResponseReturnValue:
    """Three products to count, chosen by what is most likely to be wrong."""
    return _count(number, blank(CountForm))


@pages.post("/staff/till/close/<number>/count")
@retried
def closing_count_done(number: str) -> ResponseReturnValue:
    """Put right what was counted. What is far off waits for a second look."""
    form = CountForm()
    then = url_for(".closing_tomorrow", number=number)
    counted = lambda work, report: _write(work, report, form)  # noqa: E731
    return _step(form, number, Step.COUNT, then, lambda shown: _count(number, shown), counted)


@pages.get("/staff/till/close/<number>/tomorrow")
def closing_tomorrow(number: str) -> ResponseReturnValue:
    """Who may come tomorrow, and for what."""
    return _tomorrow(number, blank(PressForm))


@pages.post("/staff/till/close/<number>/tomorrow")
@retried
def closing_tomorrow_done(number: str) -> ResponseReturnValue:
    form, then = PressForm(), url_for(".z_report", number=number)
    finished = lambda work, report: say("The till is closed, and all is done. Good night.")  # noqa: E731
    drawn = lambda shown: _tomorrow(number, shown)  # noqa: E731
    return _step(form, number, Step.TOMORROW, then, drawn, finished)


def _step(
    form: PressForm,
    number: str,
    step: Step,
    then: str,
    draw: Callable[[PressForm], str],
    more: Callable[[Session, ZReport], None] = lambda work, report: None,
) -> ResponseReturnValue:
    """Note that a step of this closing is done, together with what it did."""

    def act(work: Session) -> None:
        report = report_here(work, number)
        more(work, report)
        closing.done(work, report, step, by=staff_here().name, at=clock.now())

    return act_once(form, act, then, draw)


def _write(work: Session, report: ZReport, form: CountForm) -> None:
    """A count of its own, posted at once unless something is far off and is counted again."""
    typed = {line.form.sku.data or "": line.form.units.number for line in form.lines}
    counted = {sku: units for sku, units in typed.items() if units >= 0}
    if not counted:
        return
    if "" in counted:
        raise Unreadable("It does not say what was counted. Open this page again.")
    if len(counted) > MOST_TO_COUNT:
        raise Unreadable(f"Count {MOST_TO_COUNT} products at most.")
    who, now = staff_here().name, clock.now()
    begun = counts.start(work, report.site, counted, by=who, at=now)
    for sku, units in sorted(counted.items()):
        tallies.put(work, begun.number, sku, units, by=who, at=now)
    if variances.surprises(work, begun.number):
        say(f"Count {begun.number} has something to count once more. It waits under Stock, Counts.",
            warns=True)  # fmt: skip
        return
    variances.post(work, begun.number, by=who, at=now)
    say("Counted, and the books say so.")


def _holds(number: str, form: PressForm) -> str:
    zone, now = here().settings.zone, clock.now()
    with reading() as work:
        report = report_here(work, number)
        site = get(work, report.site)
        late = closing.uncollected(work, site.id, days=site.keeps_days, at=now)
        soon = closing.expiring(work, site.id, until=closing.end_of_tomorrow(now, zone))
        ends = {each.order.id: each.until for each in soon}
        lists = {
            "uncollected": _rows(work, late),
            "expiring": _rows(work, [each.order for each in soon], ends),
        }
    return _page("closing_holds", site, report, form, **lists)


def _count(number: str, form: CountForm) -> str:
    with reading() as work:
        report = report_here(work, number)
        site = get(work, report.site)
        wanted = closing.worth_counting(work, site.id, at=clock.now())
    form.ask(wanted)
    return _page("closing_count", site, report, form, wanted={each.sku: each for each in wanted})


def _tomorrow(number: str, form: PressForm) -> str:
    with reading() as work:
        report = report_here(work, number)
        site = get(work, report.site)
        coming = _rows(work, closing.collecting(work, site.id))
    return _page("closing_tomorrow", site, report, form, coming=coming)


def _page(name: str, site: Site, report: ZReport, form: PressForm, **values: object) -> str:
    return show(name, site, form=form, report=report, said=said(), **values)


def _rows(
    work: Session, found: Sequence[Order], ends: Mapping[int, datetime] | None = None
) -> list[Waiting]:
    known = buyers.of_orders(work, [order.id for order in found])
    return [
        Waiting(
            order.number,
            known[order.id].name if order.id in known else "",
            order.state,
            order.total_pence,
            (ends or {}).get(order.id),
        )
        for order in found
    ]
