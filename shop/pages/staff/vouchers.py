"""Vouchers: what codes there are, how often they were used, and a form for another one."""

from datetime import date, datetime, time, timedelta

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, vouchers
from shop.db import reading, retried
from shop.pages import pages
from shop.pages.fields import DayField, LineField, MoneyField, WholeField
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, act_once, blank
from shop.pages.staff.said import said, say
from shop.sites import Site
from shop.state import here
from shop.vouchers import LONGEST_CODE, MOST_USES

MOST_SHOWN = 100  # vouchers on one page, the latest first


class VoucherForm(PressForm):
    code = LineField("Code", most=2 * LONGEST_CODE)
    percent = WholeField("Per cent off", low=1, high=100, empty=0)
    off = MoneyField("Or pounds off")
    least = MoneyField("For orders from, in pounds (optional)")
    uses = WholeField("How often it can be used (optional)", low=1, high=MOST_USES, empty=MOST_USES)
    first_day = DayField("First day (optional)")
    last_day = DayField("Last day (optional)")


@pages.get("/staff/vouchers")
def vouchers_list() -> ResponseReturnValue:
    staff_here()
    return _draw(blank(VoucherForm))


@pages.post("/staff/vouchers")
@retried
def vouchers_make() -> ResponseReturnValue:
    """Make a voucher. Reading the form's days in the business's own time is up to us."""
    form = VoucherForm()

    def make(work: Session) -> None:
        _manager(work)
        at = clock.now()
        made = vouchers.make(
            work, form.code.data, percent=form.percent.number, pence=form.off.pence or 0,
            least_pence=form.least.pence or 0, most_uses=form.uses.number,
            starts_at=_start(form.first_day.day) or at,
            ends_at=_start(form.last_day.day, later=1), by=staff_here().name, at=at,
        )  # fmt: skip
        say(f"{made.code} works from {made.starts_at.astimezone(here().settings.zone):%d %B} on.")

    return act_once(form, make, url_for(".vouchers_list"), _draw)


@pages.post("/staff/vouchers/<code>/stop")
@retried
def vouchers_stop(code: str) -> ResponseReturnValue:
    """Nobody can use it any more."""

    def stop(work: Session) -> None:
        _manager(work)
        vouchers.stop(work, code, by=staff_here().name, at=clock.now())
        say(f"{vouchers.tidied(code)} is stopped.")

    return act_once(PressForm(), stop, url_for(".vouchers_list"), _draw)


def _manager(work: Session) -> Site:
    site = site_here(work)
    staff_here().require_vouchers_at(site.id, site.name)
    return site


def _start(day: date | None, *, later: int = 0) -> datetime | None:
    """Midnight at which a day starts, or so many days later; none where none was named."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=later), time(), here().settings.zone)


def _draw(form: PressForm) -> str:
    with reading() as work:
        site, found = _manager(work), vouchers.listed(work, most=MOST_SHOWN)
    now = clock.now()
    return show(
        "vouchers",
        site,
        form=form if isinstance(form, VoucherForm) else blank(VoucherForm),
        refused=form,
        press_form=blank(PressForm),
        vouchers=found,
        over={each.code for each in found if each.stopped_at or (each.ends_at or now) < now},
        last_day=lambda ends: day_before(ends),
        no_limit=MOST_USES,
        said=said(),
    )


def day_before(ends: datetime) -> date:
    """The last day on which a voucher works that ends at this midnight."""
    return clock.day_of(ends - timedelta(seconds=1), here().settings.zone)
