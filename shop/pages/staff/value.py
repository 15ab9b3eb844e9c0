"""What the stock of each clinic is worth, at average cost."""

from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from shop import costs, sites
from shop.costs import Value
from shop.db import reading
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show


@dataclass(frozen=True, slots=True)
class Worth:
    clinic: str
    value: Value


@pages.get("/staff/stock/value")
def stock_value() -> ResponseReturnValue:
    """Every clinic where this person has a role, and what they have together."""
    staff = staff_here()
    with reading() as work:
        site = site_here(work)
        values = costs.stock_value(work)
        mine = [each for each in sites.listed(work) if staff.role_at(each.id)]
    rows = [Worth(each.name, values.get(each.id, Value())) for each in mine]
    total = Value(
        sum(each.value.pence for each in rows),
        sum(each.value.units for each in rows),
        sum(each.value.units_of_unknown_cost for each in rows),
    )
    return show("value", site, rows=rows, total=total)
