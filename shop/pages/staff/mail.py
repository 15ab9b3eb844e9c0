"""Mail that did not go: to whom, why not, and once more."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from shop import clock, outbox
from shop.db import reading, retried, transaction
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, blank, handling_at
from shop.pages.staff.said import said, say
from shop.pages.text import whole_number
from shop.state import here

_LAST_ID = 999_999_999


class AgainForm(PressForm):
    letter = StringField()


@pages.get("/staff/mail")
def mail_failed() -> ResponseReturnValue:
    staff_here()
    return _draw(AgainForm(formdata=None))


@pages.post("/staff/mail")
@retried
def mail_again() -> ResponseReturnValue:
    """Have one of them tried anew, by the next run of tick."""
    staff_here()
    form = AgainForm()
    try:
        if not form.sent():
            return _draw(form), 400
        letter = whole_number(form.letter.data or "", 1, _LAST_ID)
        with transaction() as work:
            handling_at(work)
            if not outbox.again(work, letter, at=clock.now()):
                raise Refusal("That mail has gone, or was never tried.")
        say("It is tried again in a minute or so.")
    except Refusal as refusal:
        form.refuse(form.press, str(refusal))
        return _draw(form), refusal.status
    return redirect(url_for(".mail_failed"), 303)


def _draw(form: AgainForm) -> str:
    with reading() as work:
        site = site_here(work)
        staff_here().require_sale_at(site.id, site.name)
        letters = outbox.failed(work)
    return show(
        "mail",
        site,
        form=form,
        press_form=blank(AgainForm),
        letters=letters,
        server=here().settings.mail_server,
        may_handle=staff_here().may_handle_stock_at(site.id),
        said=said(),
    )
