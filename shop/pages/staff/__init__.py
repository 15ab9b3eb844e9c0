"""The desk's screens. Every one of them starts by asking who is there, and at which clinic."""

from flask import g, redirect, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import sites
from shop.pages import pages
from shop.sites import Site
from shop.staff import Staff
from shop.state import here


class SignInFirst(Exception):  # noqa: N818 - no error: the person is led on
    """Nobody is signed in."""


class ChooseSiteFirst(Exception):  # noqa: N818
    """This device doesn't know yet which clinic it stands in."""


class OpenTillFirst(Exception):  # noqa: N818
    """No drawer is open at this clinic, so nothing can be sold from it."""


@pages.errorhandler(SignInFirst)
def to_sign_in(first: SignInFirst) -> ResponseReturnValue:
    return redirect(here().sign_in_url(), 303)


@pages.errorhandler(ChooseSiteFirst)
def to_choose_site(first: ChooseSiteFirst) -> ResponseReturnValue:
    return redirect(url_for(".choose_site"), 303)


@pages.errorhandler(OpenTillFirst)
def to_open_till(first: OpenTillFirst) -> ResponseReturnValue:
    return redirect(url_for(".till_open"), 303)


def signed_in() -> Staff | None:
    """Who is signed in, asked once a request; None for a visitor."""
    if "shop_staff" not in g:
        g.shop_staff = here().staff()
    staff: Staff | None = g.shop_staff
    return staff


def staff_here() -> Staff:
    """Who is signed in. Leads to the sign-in page if nobody is."""
    staff = signed_in()
    if staff is None:
        raise SignInFirst
    return staff


def site_key() -> str:
    """The session's key for the clinic this device stands in: one for each shop of an app."""
    return f"shop_site:{here().name}"


def site_here(work: Session) -> Site:
    """The clinic this device stands in, if its person has a role there."""
    staff, site_id = staff_here(), session.get(site_key())
    allowed = [site for site in sites.listed(work) if staff.role_at(site.id)]
    if len(allowed) == 1:
        return allowed[0]
    chosen = next((site for site in allowed if site.id == site_id), None)
    if chosen is None:
        raise ChooseSiteFirst
    return chosen
