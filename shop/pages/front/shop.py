"""The range: a list to filter, and a page for each product with every clinic's stock."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog.own_tools import like
from catalog.sensitivity import Band
from catalog.tools import Firmness, Kind, Surface, Tool
from shop import clock, product_range, stock
from shop.db import reading
from shop.pages import pages
from shop.pages.front import filters
from shop.pages.front.guides import serves
from shop.pages.front.set import sets_shown
from shop.pages.front.structured import product_data
from shop.state import here

TENNIS_BALL_MM = range(60, 71)  # close enough to a tennis ball's 65 to 69 mm


@pages.get("/shop")
def shop() -> ResponseReturnValue:
    """Everything on sale. A filter that isn't ours is left out, and the page says so."""
    with reading() as work:
        range_, free = product_range.now(work), stock.free(work, at=clock.now())
    clinics = range_.clinics
    asked = filters.offered(clinics, free, request.args)
    misread = any(one.misread for one in asked)
    shown = [clinic for clinic in clinics if clinic.id == asked[-1].chosen] or clinics
    found = [
        (product, tuple((c.name, free.get(product.sku, {}).get(c.id, 0)) for c in shown))
        for product in filters.left_by(asked, range_.listed)
    ]
    page = render_template(
        "shop/front/shop.html",
        filters=asked,
        tags=filters.tags(asked, range_.listed),
        found=found,
        total=len(range_.listed),
        sets=[] if any(one.asked for one in asked) else sets_shown(range_.sets, range_, free),
        misread=misread,
    )
    return page, 400 if misread else 200


@pages.get("/shop/<slug>")
def product(slug: str) -> ResponseReturnValue:
    """One product: what it is, where it is in stock, and the guides for it."""
    library = here().library
    with reading() as work:
        range_ = product_range.now(work)
        found = range_.at(slug)
        free = stock.free(work, [found.sku], at=clock.now())
    here_free = free.get(found.sku, {})
    return render_template(
        "shop/front/product.html",
        data=product_data(found, here_free.values()),
        product=found,
        tool=found.tool,
        free=here_free,
        clinics=range_.clinics,
        sets=range_.sets_with(found.sku),
        guides=[guide for guide in library.guides.values() if serves(found.tool, guide, library)],
        firmer_than_a_start=_is_firmer(found.tool, library.bands[Band.LOW].ceiling),
        tennis_ball_will_do=_is_like_a_tennis_ball(found.tool),
        have=like(found.tool, library.own_tools.values()),
    )


def _is_firmer(tool: Tool, ceiling: Firmness) -> bool:
    """Whether it feels firmer than anything we would suggest to somebody new to it."""
    return tool.felt_firmness is not None and tool.felt_firmness > ceiling


def _is_like_a_tennis_ball(tool: Tool) -> bool:
    """Source: our clinical notes list a tennis ball, 65 to 69 mm, among the soft balls."""
    soft = (Kind.BALL, Firmness.SOFT, Surface.SMOOTH)
    return (tool.kind, tool.firmness, tool.surface) == soft and tool.diameter_mm in TENNIS_BALL_MM
