"""The open drawer: what it has taken so far (the X report), and cash put in or taken out."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import AnyOf

from shop import cash_moves, clock, closing, takings, till, z_reports
from shop.cash_moves import LONGEST_REASON, Way
from shop.db import reading, retried
from shop.errors import Refusal, Unreadable
from shop.money import in_words
from shop.pages import pages
from shop.pages.fields import LineField, MoneyField
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, act_once, blank
from shop.pages.staff.said import said, say
from shop.sites import Site

MOST_LISTED = 20  # Z reports


class CashMoveForm(PressForm):
    amount = MoneyField("Pounds")
    reason = LineField("What for?", most=LONGEST_REASON)
    way = StringField(default=Way.OUT, validators=[AnyOf([*Way], "Put cash in or take it out.")])

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.amount, str(refusal))


def drawer_at(work: Session) -> Site:
    """This device's clinic, if who is signed in sees its takings and handles its cash."""
    site = site_here(work)
    staff_here().require_takings_at(site.id, site.name)
    return site


@pages.get("/staff/till/drawer")
def drawer() -> ResponseReturnValue:
    """The figures so far. Looking changes nothing and can be done as often as one likes."""
    staff_here()
    with reading() as work:
        site = drawer_at(work)
        if till.last(work, site.id) is None:
            return redirect(url_for(".till_open"), 303)
    return _draw(blank(CashMoveForm))


@pages.post("/staff/till/drawer")
@retried
def drawer_cash() -> ResponseReturnValue:
    """Cash that is put in or taken out other than by selling."""
    form = CashMoveForm()
    return act_once(form, lambda work: _move(work, form), url_for(".drawer"), _draw)


def _move(work: Session, form: CashMoveForm) -> None:
    site, way, pence = drawer_at(work), Way(form.way.data), form.amount.pence
    if pence is None:
        raise Unreadable("Enter an amount in pounds, like 12 or 3.50.")
    reason, who = form.reason.data, staff_here().name
    cash_moves.record(work, site.id, way, pence, reason, by=who, at=clock.now())
    say(f"{in_words(pence)} {'put in' if way == Way.IN else 'taken out'}: {reason}.")


def _draw(form: CashMoveForm) -> str:
    with reading() as work:
        site = drawer_at(work)
        session = till.current(work, site.id)
        page = {
            "session": session,
            "figures": takings.of_session(work, session) if session else None,
            "moves": cash_moves.of_session(work, session.id) if session else (),
            "reports": z_reports.latest(work, site.id, most=MOST_LISTED),
            "unfinished": closing.unfinished(work, site.id),
        }
    may_know = staff_here().may_decide_stock_at(site.id)
    return show("drawer", site, form=form, may_know=may_know, said=said(), **page)
