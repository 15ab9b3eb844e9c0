"""A form that does something, once: a double press, a reload or Back does it no second time."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from flask import redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from shop import clock, presses
from shop.db import transaction
from shop.errors import Refusal
from shop.pages.form import Form
from shop.pages.staff import site_here, staff_here
from shop.sites import Site

_STALE = "This page is out of date. Check it and press again."


class PressForm(Form):
    """`press` is this page's one-time token."""

    press = HiddenField(validators=[InputRequired(_STALE), Length(16, 64, _STALE)])

    def first(self, work: Session, *, at: datetime) -> bool:
        """Whether this page is pressed for the first time. Ask before acting, in the same act."""
        return presses.first(work, self.press.data, at=at)

    def renew(self) -> None:
        """A new token, for the page that shows this form."""
        self.press.data = presses.new()

    def refused(self, refusal: Refusal) -> None:
        """Say why not. A form that knows which field is to blame says it there."""
        self.refuse(self.press, str(refusal))


F = TypeVar("F", bound=PressForm)


def blank(form: type[F]) -> F:
    """This form as a page first shows it, whatever was sent to another one."""
    shown = form(formdata=None)
    shown.renew()
    return shown


def answer(form: F, do: Callable[[], str], draw: Callable[[F], str]) -> ResponseReturnValue:
    """Do what a form asks for and lead on to the address it gives.

    What was typed wrongly or can't be done is said on the page that `draw` makes of the form.
    """
    staff_here()
    try:
        if form.sent():
            return redirect(do(), 303)
        status = 400
    except Refusal as refusal:
        form.refused(refusal)
        status = refusal.status
    form.renew()
    return draw(form), status


def act_once(
    form: F, act: Callable[[Session], None], then: str, draw: Callable[[F], str]
) -> ResponseReturnValue:
    """The same for what is done in one transaction, once for each page: a second press of it
    does nothing more, and leads on as the first one did."""

    def once() -> str:
        with transaction() as work:
            if form.first(work, at=clock.now()):
                act(work)
        return then

    return answer(form, once, draw)


def handling_at(work: Session) -> Site:
    """This device's clinic, if who is signed in may move its stock."""
    site = site_here(work)
    staff_here().require_stock_at(site.id, site.name)
    return site


def managing_at(work: Session) -> Site:
    """This device's clinic, if who is signed in decides what it should hold."""
    site = site_here(work)
    staff_here().require_stock_decisions_at(site.id, site.name)
    return site
