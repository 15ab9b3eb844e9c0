"""One sale's receipt, on screen and on paper."""

from flask.typing import ResponseReturnValue

from shop import order_lines, orders, payments, receipts, sites
from shop.db import reading
from shop.errors import NotFound
from shop.gateways.counter import Method
from shop.pages import pages
from shop.pages.receipt_vat import vat_of
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.state import here


@pages.get("/staff/sales/<number>")
def sale(number: str) -> ResponseReturnValue:
    """The receipt with this number, for staff with a role where it was issued."""
    with reading() as work:
        site = site_here(work)
        receipt = receipts.numbered(work, number)
        if not staff_here().role_at(receipt.site):
            raise NotFound("There is no receipt with that number.")
        order = orders.get(work, receipt.order_id)
        lines = order_lines.lines_of(work, [order.id])
        paid = payments.of_order(work, order.id)
        issuer = sites.get(work, receipt.site)
    return show(
        "sale",
        site,
        receipt=receipt,
        order=order,
        lines=lines,
        paid=paid,
        labels={method.value: method.label for method in Method},
        issuer=issuer,
        vat=vat_of(order, lines) if here().settings.vat_number else [],
    )
