"""Opening the till: so much change is in the drawer, and then it sells."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, till
from shop.db import reading, retried
from shop.errors import Refusal, Unreadable
from shop.money import in_words
from shop.pages import pages
from shop.pages.fields import MoneyField, pounds_and_pence
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.cash_form import CashForm
from shop.pages.staff.frame import show
from shop.pages.staff.press import act_once, blank
from shop.pages.staff.said import said, say
from shop.sites import Site


class OpenForm(CashForm):
    """The float in pounds, or counted: where notes and coins were counted, they are the float."""

    float_ = MoneyField("Float in pounds", name="float")

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.float_, str(refusal))


@pages.get("/staff/till/open")
def till_open() -> ResponseReturnValue:
    """Ask for the float, with the last one's in the field. Leads on where the till is open."""
    staff_here()
    form = blank(OpenForm)
    with reading() as work:
        site = _opening_at(work)
        if till.current(work, site.id):
            return redirect(url_for(".till"), 303)
        last = till.last(work, site.id)
    form.float_.data = pounds_and_pence(last.float_pence) if last else ""
    return _draw(form)


@pages.post("/staff/till/open")
@retried
def till_open_save() -> ResponseReturnValue:
    """Open it, and come back to the till with the basket as it was."""
    form = OpenForm()
    return act_once(form, lambda work: _open(work, form), url_for(".till"), _draw)


def _open(work: Session, form: OpenForm) -> None:
    site, pieces = _opening_at(work), form.pieces
    pence = form.counted_pence if any(pieces.values()) else form.float_.pence
    if pence is None:
        raise Unreadable("Enter the float in pounds, like 50 or 49.50. An empty drawer is 0.")
    till.open_(
        work, site.id, float_pence=pence, pieces=pieces, by=staff_here().name, at=clock.now()
    )
    say(f"The till is open with a float of {in_words(pence)}.")


def _opening_at(work: Session) -> Site:
    """Whoever may sell here may open the drawer that they sell from."""
    site = site_here(work)
    staff_here().require_sale_at(site.id, site.name)
    return site


def _draw(form: OpenForm) -> str:
    with reading() as work:
        site = site_here(work)
    return show("till_open", site, form=form, said=said())
