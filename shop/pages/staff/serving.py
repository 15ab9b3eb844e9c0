"""Who is serving? A colleague takes the device over with a short code. The basket stays.

For the stand-alone site's own accounts; in a host's site, the host says who is there.
"""

from flask import current_app, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import PasswordField, SelectField
from wtforms.validators import InputRequired

from shop import clock, short_codes
from shop.accounts import SignedIn
from shop.db import reading, retried, transaction
from shop.errors import NotReady, Refusal, Unreadable
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.basket import selling_at
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, answer
from shop.pages.staff.said import say
from shop.pages.staff.sign_in import serves
from shop.pages.text import line, whole_number
from shop.state import here

LARGEST_ID = 999_999_999
WRONG = "That name and code don’t belong together. Try again."


class ServingForm(PressForm):
    """Whoever is chosen, a wrong code is answered alike."""

    who = SelectField("Name", choices=[], validate_choice=False)
    code = PasswordField("Short code", [InputRequired("Type your short code.")])

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.code, str(refusal))


@pages.record
def own_accounts(setup: BlueprintSetupState) -> None:
    if setup.options.get("own_accounts"):
        setup.add_url_rule("/staff/serving", "serving", serving)
        setup.add_url_rule("/staff/serving", "serving_now", serving_now, methods=["POST"])


def serving() -> ResponseReturnValue:
    """Who can take over here, and the field for their code."""
    staff_here()
    form = ServingForm(formdata=None)
    form.renew()
    return _draw(form)


@retried
def serving_now() -> ResponseReturnValue:
    """What is done on this device from now on carries their name."""
    form = ServingForm()

    def take_over() -> str:
        who = whole_number(form.who.data or "", 0, LARGEST_ID)
        with transaction() as work:  # also for a wrong code, which is counted
            first = form.first(work, at=clock.now())
            signed_in = _taken_over(work, who, line(form.code.data)) if first else None
        if first and (signed_in is None or not serves(signed_in.token)):
            raise Unreadable(WRONG)
        if signed_in:
            say(f"{signed_in.name} is serving now.")
        return url_for(".till")

    return answer(form, take_over, _draw)


def secret() -> bytes:
    """What codes are hashed with besides. Raises NotReady where none is set."""
    key = current_app.secret_key
    if not key:
        raise NotReady("SECRET_KEY must be set: short codes are kept with it.")
    return key.encode() if isinstance(key, str) else key


def _taken_over(work: Session, who: int, code: str) -> SignedIn | None:
    return short_codes.take_over(
        work,
        current_user.get_id(),
        who,
        code,
        site_id=selling_at(work).id,
        secret=secret(),
        demo_allowed=here().settings.development,
        at=clock.now(),
    )


def _draw(form: ServingForm) -> str:
    staff = staff_here()
    with reading() as work:
        site = site_here(work)
        found = short_codes.colleagues(work, site.id, demo_allowed=here().settings.development)
    others = [each for each in found if str(each.staff_id) != staff.ref]
    form.who.choices = [(str(each.staff_id), each.name) for each in others]
    return show("serving", site, form=form, others=others)
