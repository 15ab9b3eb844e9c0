"""Who a visitor is to our limits, and where this site is to the world."""

from datetime import timedelta

from flask import current_app, request, session, url_for
from sqlalchemy.orm import Session

from shop import clock, limits, order_links
from shop.state import here

_LINKS = "shop_orders"  # the session's key for the links of what this browser ordered
_MOST_REMEMBERED = 5


def slow_down(what: str, *, most: int, window: timedelta) -> None:
    """Count one try of this visitor's. Raises TooManyTries past `most` in a window."""
    who = request.remote_addr or "-"
    limits.take(here().database, what, who, most=most, window=window, at=clock.now())


def address_of(screen: str) -> str:
    """A screen's whole address. Where the site has said what it is called, nobody else does."""
    own = str(current_app.config.get("PUBLIC_BASE_URL") or "").rstrip("/")
    if own:
        return own + url_for(screen)
    return url_for(screen, _external=True)


def link_to(work: Session, order_id: int) -> str:
    """The address of an order's page for who has just ordered: the same one in this browser."""
    key, remembered = f"{here().name}:{order_id}", dict(session.get(_LINKS, {}))
    if key not in remembered:
        remembered[key] = order_links.mint(work, order_id, at=clock.now())
        session[_LINKS] = dict([*remembered.items()][-_MOST_REMEMBERED:])
    return url_for(".my_order", token=remembered[key])
