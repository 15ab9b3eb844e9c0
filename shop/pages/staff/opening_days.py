"""On which days a clinic is open: until the end of the next one a plan keeps its tools."""

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, sites
from shop.db import reading, retried
from shop.pages import pages
from shop.pages.front.choices import Boxes
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, act_once, blank, managing_at
from shop.pages.staff.said import said, say

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class DaysForm(PressForm):
    days = Boxes("Open on", nothing="Select the days on which the clinic is open")

    def offer(self) -> None:
        self.days.offer((str(day), name) for day, name in enumerate(WEEK))


@pages.get("/staff/opening-days")
def opening_days() -> ResponseReturnValue:
    staff_here()
    form = blank(DaysForm)
    form.offer()
    with reading() as work:
        form.days.data = [str(day) for day in sorted(managing_at(work).weekdays)]
    return _draw(form)


@pages.post("/staff/opening-days")
@retried
def opening_days_set() -> ResponseReturnValue:
    """Say the days anew. What is kept already stays as it is kept."""
    form = DaysForm()
    form.offer()
    return act_once(form, lambda work: _set(work, form), url_for(".opening_days"), _draw)


def _set(work: Session, form: DaysForm) -> None:
    site = managing_at(work)
    days = {int(day) for day in form.days.data}
    sites.set_weekdays(work, site.id, days, by=staff_here().name, at=clock.now())
    say(f"Opening days of {site.name} saved.")


def _draw(form: DaysForm) -> str:
    with reading() as work:
        site = site_here(work)
    return show("opening_days", site, form=form, said=said())
