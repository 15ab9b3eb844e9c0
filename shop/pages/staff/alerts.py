"""What is low at this clinic, the longest first."""

from flask.typing import ResponseReturnValue

from shop import alerts
from shop.db import reading
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show


@pages.get("/staff/stock/alerts")
def stock_alerts() -> ResponseReturnValue:
    """Every shelf here at its minimum or below it, and when its people were told."""
    staff_here()
    with reading() as work:
        site = site_here(work)
        found = alerts.low(work, site.id)
    return show("alerts", site, found=found)
