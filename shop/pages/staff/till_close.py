"""Closing the till: the drawer is counted blind, and then its Z report is printed."""

from collections.abc import Sequence

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField

from shop import clock, closing, till, z_reports
from shop.closing import Step
from shop.db import reading, retried, transaction
from shop.errors import NotFound
from shop.gateways.counter import Method
from shop.pages import pages
from shop.pages.fields import HiddenWholeField, LineField
from shop.pages.staff import staff_here
from shop.pages.staff.cash_form import CashForm
from shop.pages.staff.drawer import drawer_at
from shop.pages.staff.frame import show
from shop.pages.staff.press import answer, blank
from shop.pages.staff.said import said
from shop.z_reports import LONGEST_NOTE, ZLine, ZReport

_LAST_ID = 999_999_999


class CloseForm(CashForm):
    """`drawer` is the session that was counted; `seen` is the sum that the person was shown.

    Who counts is told what their count comes to, and never what the drawer should hold.
    """

    drawer = HiddenWholeField(low=1, high=_LAST_ID)
    seen = HiddenField()
    note = LineField("Anything to say about it? (optional)", most=LONGEST_NOTE)

    @property
    def looked_at(self) -> bool:
        return bool(self.seen.data == str(self.counted_pence))


@pages.get("/staff/till/close")
def till_close() -> ResponseReturnValue:
    """Count the open drawer; where none is open, go on with the last closing."""
    staff_here()
    form = blank(CloseForm)
    with reading() as work:
        site = drawer_at(work)
        session = till.current(work, site.id)
        if session is None:
            last = closing.unfinished(work, site.id)
            return redirect(url_for(".closing_on", number=last.number) if last else
                            url_for(".drawer"), 303)  # fmt: skip
    form.drawer.data = str(session.id)
    return _draw(form)


@pages.post("/staff/till/close")
@retried
def till_close_save() -> ResponseReturnValue:
    """Show what the count comes to; sent once more, close, and lead to the Z report."""

    def close() -> str:
        total = form.counted_pence
        if not form.looked_at:
            form.seen.data = str(total)
            raise _Look
        return url_for(".z_report", number=_close(form))

    form = CloseForm()
    try:
        return answer(form, close, _draw)
    except _Look:
        form.renew()
        return _draw(form, form.counted_pence)


class _Look(Exception):  # noqa: N818 - no error: the sum is shown first
    """What was counted has another sum than the person was shown."""


def _close(form: CloseForm) -> str:
    """The number of the report; of the one that this page made, if it was pressed before."""
    with transaction() as work:
        drawer_at(work)
        now = clock.now()
        if not form.first(work, at=now):
            return _made(z_reports.of_session(work, form.drawer.number)).number
        _require_here(work, form.drawer.number)
        report = z_reports.close(
            work, form.drawer.number, form.pieces, note=form.note.data, by=staff_here().name, at=now
        )
        return report.number


def _require_here(work: Session, session_id: int) -> None:
    """Nobody closes another clinic's drawer, whatever their page says."""
    if till.get(work, session_id).site != drawer_at(work).id:
        raise NotFound("That drawer is not at this clinic.")


def _made(report: ZReport | None) -> ZReport:
    if report is None:
        raise NotFound("There is no Z report of that drawer.")
    return report


def _draw(form: CloseForm, counted_pence: int | None = None) -> str:
    with reading() as work:
        site = drawer_at(work)
    return show("till_close", site, form=form, counted_pence=counted_pence)


@pages.get("/staff/till/z/<number>")
def z_report(number: str) -> ResponseReturnValue:
    """A Z report, for the screen, a roll and a sheet."""
    with reading() as work:
        report = report_here(work, number)
        site = drawer_at(work)
        session = till.get(work, report.session_id)
        lines = z_reports.lines_of(work, report)
        step = closing.next_step(work, report)
    shown = _in_order(lines)
    return show("z_report", site, report=report, session=session, lines=shown, step=step,
                said=said())  # fmt: skip


def report_here(work: Session, number: str) -> ZReport:
    """The Z report with this number, if it is this clinic's. Raises NotFound."""
    staff_here()
    site = drawer_at(work)
    report = z_reports.numbered(work, number)
    if report.site != site.id:
        raise NotFound(f"That Z report is not {site.name}’s. Choose its clinic first.")
    return report


def _in_order(lines: Sequence[ZLine]) -> list[tuple[str, ZLine]]:
    """By way of paying, in words, as the till offers them."""
    of = {line.method: line for line in lines}
    return [(method.label, of[method]) for method in Method if method in of]


@pages.get("/staff/till/close/<number>")
def closing_on(number: str) -> ResponseReturnValue:
    """Where this closing was left, or its report where all is done."""
    with reading() as work:
        report = report_here(work, number)
        step = closing.next_step(work, report)
    if step is None:
        return redirect(url_for(".z_report", number=report.number), 303)
    return redirect(url_for(_PAGES[step], number=report.number), 303)


_PAGES = {
    Step.HOLDS: ".closing_holds",
    Step.COUNT: ".closing_count",
    Step.TOMORROW: ".closing_tomorrow",
}
