"""How online orders are had from this clinic: its hours, how long packing takes, and the post."""

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField

from shop import audit, clock
from shop.db import reading, retried
from shop.errors import Refusal, Unreadable
from shop.pages import pages
from shop.pages.fields import LineField, WholeField
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, act_once, managing_at
from shop.pages.staff.said import said, say
from shop.sites import LONGEST_EMAIL, LONGEST_HOURS, MOST_DAYS_KEPT, MOST_READY_MINUTES


class CollectingForm(PressForm):
    collects = BooleanField("Orders can be collected here")
    posts = BooleanField("Orders are posted from here")
    hours = LineField("Opening hours, in words", most=LONGEST_HOURS)
    ready_minutes = WholeField("Minutes until an order is ready", low=0, high=MOST_READY_MINUTES)
    keeps_days = WholeField("Days that an order waits here", low=1, high=MOST_DAYS_KEPT)
    email = LineField("Email address of the desk (optional)", most=LONGEST_EMAIL)

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.email, str(refusal))


@pages.get("/staff/collecting")
def collecting() -> ResponseReturnValue:
    staff_here()
    with reading() as work:
        site = managing_at(work)
        form = CollectingForm(formdata=None, obj=site)
    form.renew()
    return _draw(form)


@pages.post("/staff/collecting")
@retried
def collecting_save() -> ResponseReturnValue:
    """Have it so from now on. Orders that were placed before stay as they are."""
    form = CollectingForm()
    return act_once(form, lambda work: _save(work, form), url_for(".collecting"), _draw)


def _save(work: Session, form: CollectingForm) -> None:
    site, email = managing_at(work), form.email.data
    if email and ("@" not in email or " " in email):
        raise Unreadable("Enter one email address, or none.")
    site.collects, site.posts = form.collects.data, form.posts.data
    site.hours, site.email = form.hours.data, email
    site.ready_minutes, site.keeps_days = form.ready_minutes.number, form.keeps_days.number
    work.flush()
    audit.record(work, "site.collecting", site.id, by=staff_here().name, at=clock.now())
    say("That is saved.")


def _draw(form: CollectingForm) -> str:
    with reading() as work:
        site = site_here(work)
    return show("collecting", site, form=form, said=said())
