"""A form that does something, once: a double press, a reload or Back does it no second time."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from shop import presses
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


F = TypeVar("F", bound=PressForm)


def blank(form: type[F]) -> F:
    """This form as a page first shows it, whatever was sent to another one."""
    shown = form(formdata=None)
    shown.renew()
    return shown


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
