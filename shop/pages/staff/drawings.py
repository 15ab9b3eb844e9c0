"""A contact sheet of all exercise drawings, for the physiotherapist who reviews them.

Without captions it asks whether a drawing speaks for itself; on paper it is what gets signed.
"""

from flask import request
from flask.typing import ResponseReturnValue

from shop.db import reading
from shop.errors import Unreadable
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show

_CAPTIONS = {"": True, "on": True, "off": False}


@pages.get("/staff/content/drawings")
def drawings() -> ResponseReturnValue:
    """Every guide with its frames and its other ways, and whether anybody has reviewed it."""
    staff = staff_here()
    with reading() as work:
        site = site_here(work)
    staff.require_content_at(site.id, site.name)
    asked = request.args.get("captions", "")
    if asked not in _CAPTIONS:
        raise Unreadable("Captions are either on or off. Choose one above the drawings.")
    return show("drawings", site, captions=_CAPTIONS[asked])
