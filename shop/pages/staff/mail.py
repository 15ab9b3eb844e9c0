"""Mail of this clinic that has not gone: what waits, what failed and why, and once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.validators import InputRequired

from shop import audit, clock, outbox
from shop.db import reading, retried
from shop.errors import NotFound
from shop.outbox import OutboxRow
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, act_once, blank
from shop.pages.staff.said import said, say
from shop.pages.text import whole_number
from shop.sites import Site
from shop.state import here

LAST_ID = 999_999_999
_STALE = "This page is out of date. Check it and press again."


class AgainForm(PressForm):
    letter = HiddenField(validators=[InputRequired(_STALE)])


@dataclass(frozen=True, slots=True)
class Shown:
    """A mail in words. Its reader's address is not shown: the order's number says who that is."""

    id: int
    subject: str
    to: str
    made_at: datetime
    tries: int
    next_at: datetime | None
    problem: str
    in_hand: bool


@pages.get("/staff/mail")
def mail_failed() -> ResponseReturnValue:
    """What of this clinic's mail has not gone."""
    staff_here()
    return _draw(AgainForm(formdata=None))


@pages.post("/staff/mail")
@retried
def mail_again() -> ResponseReturnValue:
    """Have one of them tried anew, by the next run of tick."""
    form = AgainForm()
    return act_once(form, lambda work: _again(work, form), url_for(".mail_failed"), _draw)


def _again(work: Session, form: AgainForm) -> None:
    site, now = _looked_after(work), clock.now()
    row = outbox.again(work, whole_number(form.letter.data, 1, LAST_ID), site=site.id, at=now)
    if row is None:
        raise NotFound("That mail has gone meanwhile, or is being sent at this moment.")
    audit.record(work, "mail.again", row.key, by=staff_here().name, at=now)
    say(f"“{row.subject}” is tried again in a minute or so.")


def _looked_after(work: Session) -> Site:
    """This device's clinic, if who is signed in looks after its mail."""
    site = site_here(work)
    staff_here().require_mail_at(site.id, site.name)
    return site


def _draw(form: AgainForm) -> str:
    now = clock.now()
    with reading() as work:
        site = _looked_after(work)
        failed, waiting = outbox.failed(work, site=site.id), outbox.waiting(work, site=site.id)
    return show(
        "mail",
        site,
        form=form,
        press_form=blank(AgainForm),
        failed=_shown(failed, now),
        waiting=_shown(waiting, now),
        server=here().settings.mail_server,
        said=said(),
    )


def _shown(rows: Sequence[OutboxRow], now: datetime) -> list[Shown]:
    return [
        Shown(
            row.id, row.subject, _reader(row), row.made_at, row.tries, row.next_at, row.problem,
            row.taken_until is not None and row.taken_until > now,
        )
        for row in rows
    ]  # fmt: skip


def _reader(row: OutboxRow) -> str:
    kind, separator, _ = row.to.partition(":")
    known = {"order": "the order’s buyer", "site": "this clinic"}
    return known.get(kind, row.to) if separator else row.to
