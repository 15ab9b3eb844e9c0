"""This clinic has none to sell, and another one posts: the customer orders it on their own phone.

It is an online order like any other, so that nobody at the desk types an address.
"""

from collections.abc import Mapping

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import baskets, clock, product_range, products, stock, ways
from shop.db import reading
from shop.pages import pages
from shop.pages.qr import qr
from shop.pages.staff import staff_here
from shop.pages.staff.basket import device, selling_at
from shop.pages.staff.frame import show
from shop.sites import Site
from shop.state import here
from shop.ways import Way


@pages.get("/staff/till/post/<sku>")
def till_post(sku: str) -> ResponseReturnValue:
    """Who posts it, for how much, and the code that leads a phone to its page."""
    staff_here()
    with reading() as work:
        site, product = selling_at(work), products.get(work, sku)
        units = baskets.contents(work, device()).get(sku, 1)
        free = stock.free(work, [sku], at=clock.now())
        way = by_post(work, sku, units, site, free)
    address = url_for(".product", slug=product.slug, _external=True)
    return show(
        "post",
        site,
        product=product,
        units=units,
        way=way,
        address=address,
        picture=qr(address, f"The page of {product.name}") if way else None,
    )


def by_post(
    work: Session, sku: str, units: int, site: Site, free: Mapping[str, Mapping[str, int]]
) -> Way | None:
    """How so many of it come by post from another clinic, to where that costs least.

    None where nobody can pay online, the post does not take it, or no other clinic that posts has
    as many free.
    """
    settings, range_ = here().settings, product_range.now(work)
    if here().gateway is None or sku not in range_.by_sku:
        return None
    elsewhere = {sku: {at: n for at, n in free.get(sku, {}).items() if at != site.id}}
    offered = ways.offered(
        {sku: units},
        settings.postage,
        range_=range_,
        free=elsewhere,
        free_from=settings.postage_free_pence,
        zones=settings.postage_zones,
    )
    return next(iter(offered.posts), None)
