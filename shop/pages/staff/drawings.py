"""Contact sheets of all exercise drawings, for the physiotherapist who reviews them.

Without captions they ask whether a drawing speaks for itself; on paper they are what gets signed.
A body area has a sheet, or as many as keep each of them light enough for a phone.
"""

import re
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from catalog.guides import Guide
from catalog.library import Library
from shop.db import reading
from shop.errors import NotFound, Unreadable
from shop.pages import pages
from shop.pages.front.guides import by_area
from shop.pages.front.pictures import other_ways, still_frames
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.sites import Site
from shop.state import here

MOST_DRAWN = 55_000  # bytes of drawings on one sheet; a guide that alone has more fills its own
_CAPTIONS = {"": True, "on": True, "off": False}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Guides of one body area, looked at and printed together."""

    slug: str
    title: str
    guides: tuple[Guide, ...]


@pages.get("/staff/content/drawings")
def drawings() -> ResponseReturnValue:
    """The way to every sheet, and which guides are on it."""
    site, captions = _asked()
    return show("drawings", site, captions=captions, sheets=sheets(here().library))


@pages.get("/staff/content/drawings/<slug>")
def drawing_sheet(slug: str) -> ResponseReturnValue:
    """One sheet: each guide's frames and other ways, and whether anybody has reviewed it."""
    site, captions = _asked()
    every = sheets(here().library)
    found = next((sheet for sheet in every if sheet.slug == slug), None)
    if found is None:
        raise NotFound("We don't have that sheet of drawings. They are listed under Content.")
    return show("drawing_sheet", site, captions=captions, sheets=every, shown=found)


def sheets(library: Library) -> list[Sheet]:
    """Every guide on one sheet, area by area, as many of an area together as stay light."""
    found = []
    for area, guides in by_area(library).items():
        shares = _shares(guides)
        slug = re.sub(r"\W+", "-", area.lower()).strip("-")
        for n, share in enumerate(shares, 1):
            several = len(shares) > 1
            title = f"{area}, {n} of {len(shares)}" if several else area
            found.append(Sheet(f"{slug}-{n}" if several else slug, title, tuple(share)))
    return found


def _shares(guides: list[Guide]) -> list[list[Guide]]:
    """The guides in their order, cut before the one that would make a sheet too heavy."""
    shares: list[list[Guide]] = []
    drawn = 0
    for guide in guides:
        size = sum(len(picture) for picture, _ in (*still_frames(guide), *other_ways(guide)))
        if not shares or drawn + size > MOST_DRAWN:
            shares.append([])
            drawn = 0
        shares[-1].append(guide)
        drawn += size
    return shares


def _asked() -> tuple[Site, bool]:
    """The clinic of somebody who may read the content, and whether they want captions."""
    staff = staff_here()
    with reading() as work:
        site = site_here(work)
    staff.require_content_at(site.id, site.name)
    asked = request.args.get("captions", "")
    if asked not in _CAPTIONS:
        raise Unreadable("Captions are either on or off. Choose one above the drawings.")
    return site, _CAPTIONS[asked]
