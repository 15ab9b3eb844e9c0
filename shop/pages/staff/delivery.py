"""One delivery: what came, from whom, what it cost, and what became of the average."""

from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from shop import deliveries, products, purchase_list, suppliers
from shop.costs import FINER
from shop.db import reading
from shop.errors import NotFound
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.said import said
from shop.pages.text import whole_number

LAST_NUMBER = 999_999_999


@dataclass(frozen=True, slots=True)
class Line:
    """`average_pence` is rounded half up: the exact one is kept in thousandths."""

    sku: str
    name: str
    units: int
    unit_cost_pence: int | None
    average_pence: int | None


@pages.get("/staff/stock/deliveries/<number>")
def delivery(number: str) -> ResponseReturnValue:
    """The delivery with this number, for people of its clinic."""
    staff = staff_here()
    with reading() as work:
        site = site_here(work)
        came = deliveries.get(work, whole_number(number, 1, LAST_NUMBER))
        if not staff.role_at(came.site):
            raise NotFound("There is no delivery with that number.")
        found = deliveries.lines_of(work, came.number)
        known = products.by_sku(work, [line.sku for line in found])
        supplier = suppliers.get(work, came.supplier_id).name if came.supplier_id else ""
        order = purchase_list.number_of(work, came.purchase_id) if came.purchase_id else None
    lines = [
        Line(
            line.sku,
            known[line.sku].name,
            line.units,
            line.unit_cost_pence,
            None if line.average is None else (2 * line.average + FINER) // (2 * FINER),
        )
        for line in found
    ]
    return show(
        "delivery",
        site,
        delivery=came,
        lines=lines,
        supplier=supplier,
        order=order,
        said=said(),
    )
