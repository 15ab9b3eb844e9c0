"""How online orders are had from this clinic: its hours, how long packing takes, and the post."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField

from shop import audit, clock
from shop.db import reading, retried, transaction
from shop.errors import Refusal, Unreadable
from shop.pages import pages
from shop.pages.fields import LineField, WholeField
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, managing_at
from shop.pages.staff.said import said, say
from shop.sites import LONGEST_EMAIL, LONGEST_HOURS, MOST_DAYS_KEPT, MOST_READY_MINUTES, Site


class CollectingForm(PressForm):
    collects = BooleanField("Orders can be collected here")
    posts = BooleanField("Orders are posted from here")
    hours = LineField("Opening hours, in words", most=LONGEST_HOURS)
    ready_minutes = WholeField("Minutes until an order is ready", low=0, high=MOST_READY_MINUTES)
    keeps_days = WholeField("Days that an order waits here", low=1, high=MOST_DAYS_KEPT)
    email = LineField("Email address of the desk (optional)", most=LONGEST_EMAIL)


@pages.get("/staff/collecting")
def collecting() -> ResponseReturnValue:
    staff_here()
    with reading() as work:
        site = managing_at(work)
        form = CollectingForm(formdata=None, obj=site)
    return _draw(form, site)


@pages.post("/staff/collecting")
@retried
def collecting_save() -> ResponseReturnValue:
    """Have it so from now on. Orders that were placed before stay as they are."""
    staff_here()
    form = CollectingForm()
    try:
        if form.sent():
            _save(form)
            say("That is saved.")
            return redirect(url_for(".collecting"), 303)
        status = 400
    except Refusal as refusal:
        form.refuse(form.email, str(refusal))
        status = refusal.status
    with reading() as work:
        site = site_here(work)
    return _draw(form, site), status


def _save(form: CollectingForm) -> None:
    email = form.email.data
    if email and ("@" not in email or " " in email):
        raise Unreadable("Enter one email address, or none.")
    now = clock.now()
    with transaction() as work:
        site = managing_at(work)
        if not form.first(work, at=now):
            return
        site.collects, site.posts = form.collects.data, form.posts.data
        site.hours, site.email = form.hours.data, email
        site.ready_minutes, site.keeps_days = form.ready_minutes.number, form.keeps_days.number
        work.flush()
        audit.record(work, "site.collecting", site.id, by=staff_here().name, at=now)


def _draw(form: CollectingForm, site: Site) -> str:
    form.renew()
    return show("collecting", site, form=form, said=said())
