"""Signing in and out of the stand-alone site, with Flask-Login over our own accounts.

A shop mounted in a host has neither screen: the host's own sign-in is used.
"""

from datetime import datetime

from flask import Flask, redirect, render_template, request, session, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.orm import Session
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired

from shop import accounts, clock, short_codes
from shop.db import reading, transaction
from shop.errors import Refusal, TooManyTries
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.staff import site_key, staff_here
from shop.pages.staff.basket import OF_DEVICE
from shop.pages.staff.scan import SCANNER_ONLY
from shop.pages.text import line
from shop.staff import Staff
from shop.state import here

SEEN_EVERY = 60  # seconds: looking at a page is not worth a write each time
_SEEN = "shop_seen"  # the session's key for when we last wrote that this person is here


class _Person(UserMixin):  # type: ignore[misc]
    """Flask-Login's idea of a user: the id it keeps in the cookie is the session's token."""

    def __init__(self, token: str, staff: Staff) -> None:
        self.id, self.staff = token, staff


class SignInForm(Form):
    email = EmailField("Email address", [InputRequired("Enter your email address")])
    password = PasswordField("Password", [InputRequired("Enter your password")])


class _OutForm(Form):
    """Nothing but the CSRF token."""


def open_door(app: Flask) -> None:
    """Let this app's own accounts sign in. For the stand-alone site only."""
    LoginManager(app).user_loader(_person)


def current_staff() -> Staff | None:
    """Who has signed in with one of our own accounts."""
    return current_user.staff if current_user.is_authenticated else None


@pages.record
def own_accounts(setup: BlueprintSetupState) -> None:
    if setup.options.get("own_accounts"):
        setup.add_url_rule("/staff/sign-in", "sign_in", sign_in, methods=["GET", "POST"])
        setup.add_url_rule("/staff/sign-out", "sign_out", sign_out, methods=["POST"])


def sign_in() -> ResponseReturnValue:
    """Email and password; a wrong pair says nothing about which half was wrong."""
    form = SignInForm()
    if form.sent() and _let_in(form):
        return redirect(url_for(".today"), 303)
    status = 200 if request.method == "GET" else 400
    return render_template("shop/staff/sign_in.html", form=form), status


def sign_out() -> ResponseReturnValue:
    staff_here()
    if _OutForm().sent():
        with transaction() as work:
            accounts.sign_out(
                work, current_user.get_id(), at=clock.now(), by=current_user.staff.name
            )
        logout_user()
        _forget_person()
    return redirect(url_for(".sign_in"), 303)


def _let_in(form: SignInForm) -> bool:
    now, demo_allowed = clock.now(), here().settings.development
    try:
        with transaction() as work:
            signed_in = accounts.sign_in(
                work,
                line(form.email.data),
                form.password.data,
                address=request.remote_addr or "-",
                at=now,
                demo_allowed=demo_allowed,
            )
            if signed_in:
                _relieve(work, signed_in.name, at=now)
    except TooManyTries as slow_down:
        form.refuse(form.email, str(slow_down))
        return False
    except Refusal:
        signed_in = None
    if not signed_in or not serves(signed_in.token):
        form.refuse(form.email, "That email and password don't belong together. Try again.")
        return False
    return True


def serves(token: str) -> bool:
    """Whoever has this session is at this device from now on. False where it does not count."""
    person = _person(token)
    if person is None:
        return False
    _forget_person()
    login_user(person)
    return True


def _relieve(work: Session, name: str, *, at: datetime) -> None:
    """A password was given: their short code counts again, and who was here before is out."""
    short_codes.unlock(work, name)
    if current_user.is_authenticated:
        accounts.sign_out(work, current_user.get_id(), at=at, by=current_user.staff.name)


def _forget_person() -> None:
    """A new session, so that nobody can have planted the old one. What is the device's stays:
    its clinic, the basket that waits on its counter, and how it scans."""
    stays = (site_key(), SCANNER_ONLY, *OF_DEVICE)
    kept = {key: session[key] for key in stays if key in session}
    session.clear()
    session.update(kept)


def _person(token: str) -> _Person | None:
    now = clock.now()
    with reading() as work:
        staff = accounts.at_desk(work, token, at=now, demo_allowed=here().settings.development)
    if staff is None:
        return None
    if now.timestamp() - session.get(_SEEN, 0) > SEEN_EVERY:
        with transaction() as work:
            accounts.seen(work, token, at=now)
        session[_SEEN] = int(now.timestamp())
    return _Person(token, staff)
