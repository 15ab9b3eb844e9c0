"""The long links of the plans that this device has just written or printed.

Only their hashes are in the database, so this browser's own session is where the last few are
still whole, for the QR code on the screen and on the sheet.
"""

from flask import session
from sqlalchemy.orm import Session

from shop import clock, plans

_KEY = "shop_plans"
_MOST_REMEMBERED = 5


def remember(code: str, link: str) -> None:
    session[_KEY] = dict([*{**session.get(_KEY, {}), code: link}.items()][-_MOST_REMEMBERED:])


def remembered(code: str) -> str | None:
    link: str | None = session.get(_KEY, {}).get(code)
    return link


def link_to(work: Session, code: str) -> str:
    """A plan's link: this device's own, or a new one."""
    link = remembered(code) or plans.mint(work, code, at=clock.now())
    remember(code, link)
    return link
