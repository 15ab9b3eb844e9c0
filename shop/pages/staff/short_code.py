"""One's own short code: chosen after one's password, and taken away by oneself or the owner."""

from flask import request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from shop import accounts, clock, short_codes
from shop.db import reading, retried, transaction
from shop.errors import NotAllowed, Refusal, Unreadable
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, act_once, answer, blank
from shop.pages.staff.said import said, say
from shop.pages.staff.serving import LARGEST_ID, secret
from shop.pages.text import line, whole_number
from shop.sites import Site
from shop.staff import Role
from shop.state import here


class CodeForm(PressForm):
    code = PasswordField("New short code", [InputRequired("Type 4 to 6 digits.")])
    password = PasswordField("Your password", [InputRequired("Enter your password")])

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.code, str(refusal))


class RemoveForm(PressForm):
    who = StringField()


@pages.record
def own_accounts(setup: BlueprintSetupState) -> None:
    if setup.options.get("own_accounts"):
        at = "/staff/settings/code"
        setup.add_url_rule(at, "short_code", short_code)
        setup.add_url_rule(at, "short_code_save", short_code_save, methods=["POST"])
        setup.add_url_rule(f"{at}/remove", "short_code_remove", short_code_remove, methods=["POST"])


def short_code() -> ResponseReturnValue:
    """Whether one has a code; for an owner, who else here has one."""
    staff_here()
    return _draw(blank(CodeForm))


@retried
def short_code_save() -> ResponseReturnValue:
    """Choose a code, or another one. A wrong password is remembered like a wrong sign-in."""
    form = CodeForm()

    def save() -> str:
        if not _saved(form):
            raise Unreadable("That is not your password. Nothing was changed.")
        say("Your short code is saved.")
        return url_for(".short_code")

    return answer(form, save, _draw)


@retried
def short_code_remove() -> ResponseReturnValue:
    """Take a code away: one's own, or as the owner a colleague's, who is out where it let them in.

    Raises NotAllowed for anybody else's.
    """
    form = RemoveForm()

    def remove(work: Session) -> None:
        who, staff = whole_number(form.who.data or "", 1, LARGEST_ID), staff_here()
        site = site_here(work)
        others = {each.staff_id for each in _colleagues(work, site)} if _owns(site) else set()
        if who != int(staff.ref) and who not in others:
            raise NotAllowed("Only the owner takes somebody else’s short code away.")
        short_codes.remove(work, who, by=staff.name, at=clock.now())
        say("That short code is gone.")

    return act_once(form, remove, url_for(".short_code"), _draw)


def _saved(form: CodeForm) -> bool:
    """One transaction, also for a wrong password, which is counted."""
    staff, now = staff_here(), clock.now()
    code = line(form.code.data)
    short_codes.require_good(code)
    with transaction() as work:
        me = int(staff.ref)
        address = request.remote_addr or "-"
        if not accounts.confirm(work, me, form.password.data, address=address, at=now):
            return False
        if form.first(work, at=now):
            token = current_user.get_id()
            short_codes.choose(work, me, code, secret=secret(), token=token, by=staff.name, at=now)
    return True


def _owns(site: Site) -> bool:
    return staff_here().role_at(site.id) is Role.OWNER


def _colleagues(work: Session, site: Site) -> list[short_codes.Colleague]:
    return list(short_codes.colleagues(work, site.id, demo_allowed=here().settings.development))


def _draw(form: PressForm) -> str:
    me = int(staff_here().ref)
    with reading() as work:
        site = site_here(work)
        since = short_codes.since(work, me)
        others = [each for each in _colleagues(work, site) if each.staff_id != me]
    return show(
        "short_code",
        site,
        form=form,
        code_form=form if isinstance(form, CodeForm) else blank(CodeForm),
        remove_form=blank(RemoveForm),
        since=since,
        me=me,
        others=others if _owns(site) else [],
        said=said(),
    )
