"""Exercise guides: a list by body area, and a page for each that prints on one sheet."""

from collections.abc import Iterable

from flask import render_template
from flask.typing import ResponseReturnValue

from catalog.guides import Guide
from catalog.library import Library
from catalog.sensitivity import Band
from catalog.tools import Tool
from shop import content_reviews, product_range
from shop.db import reading
from shop.errors import NotFound
from shop.pages import pages
from shop.pages.front.structured import guide_data
from shop.products import Product
from shop.state import here

NO_PLACE = "When it is too sore to press"


@pages.get("/guides")
def guides() -> ResponseReturnValue:
    return render_template("shop/front/guides.html", areas=by_area(here().library))


@pages.get("/guides/<slug>")
def guide(slug: str) -> ResponseReturnValue:
    """One guide: what to do, how much, when to stop, who says so, and the tools for it."""
    library = here().library
    found = library.guide_at(slug)
    if found is None:
        raise NotFound("We don't have that guide.")
    with reading() as work:
        range_ = product_range.now(work).listed
        reviews = content_reviews.of_version(work, library.version)
    return render_template(
        "shop/front/guide.html",
        data=guide_data(found),
        guide=found,
        tools=_to_start_with(found, range_, library),
        reviews=reviews,
    )


def serves(tool: Tool, guide: Guide, library: Library) -> bool:
    """Whether we know the tool, and it is soft enough for every place that the guide presses."""
    if not guide.presses or not tool.known or tool.felt_firmness is None:
        return False
    ceiling = min(library.regions[region].ceiling for region in guide.regions)
    return guide.allows(tool) and tool.felt_firmness <= ceiling


def _to_start_with(guide: Guide, range_: Iterable[Product], library: Library) -> list[Product]:
    """Tools for this guide that suit somebody new to it, the softer ones first."""
    ceiling = library.bands[Band.LOW].ceiling
    tools = [(product.tool.felt_firmness, product) for product in range_]
    fit = [(f, p) for f, p in tools if f and f <= ceiling and serves(p.tool, guide, library)]
    return [product for _, product in sorted(fit, key=lambda pair: pair[0])]


def by_area(library: Library) -> dict[str, list[Guide]]:
    """Guides under the group of the first region that each is for, in the content's order.

    The calm-down plan is for no place: it comes last.
    """
    areas: dict[str, list[Guide]] = {region.group: [] for region in library.regions.values()}
    for each in library.guides.values():
        area = library.regions[each.regions[0]].group if each.presses else NO_PLACE
        areas.setdefault(area, []).append(each)
    return {area: found for area, found in areas.items() if found}
