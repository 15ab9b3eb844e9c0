"""One sale's receipt, on screen and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from shop import order_lines, orders, payments, receipts, sites
from shop.db import reading
from shop.errors import NotFound
from shop.gateways.counter import Method
from shop.order_lines import OrderLine
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.scan import ScanForm
from shop.state import here


@dataclass(frozen=True, slots=True)
class VatRate:
    """What one rate of VAT comes to on a receipt. `percent` is ready to read: 20 or 17.5."""

    percent: str
    gross_pence: int
    vat_pence: int


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
        method = Method(payments.of_order(work, order.id).method)
        issuer = sites.get(work, receipt.site)
    return show(
        "sale",
        site,
        form=ScanForm(formdata=None),
        just_sold="new" in request.args,
        receipt=receipt,
        order=order,
        lines=lines,
        method=method,
        issuer=issuer,
        vat=vat_by_rate(lines) if here().settings.vat_number else [],
    )


def vat_by_rate(lines: Sequence[OrderLine]) -> list[VatRate]:
    """The VAT of each rate, highest first. None at all where a sale was made without VAT."""
    rates = sorted({line.vat_bp for line in lines}, reverse=True)
    if rates == [0]:
        return []
    return [_rate(rate, [line for line in lines if line.vat_bp == rate]) for rate in rates]


def _rate(rate_bp: int, lines: Sequence[OrderLine]) -> VatRate:
    whole, part = divmod(rate_bp, 100)
    return VatRate(
        percent=f"{whole}.{part:02}".rstrip("0") if part else str(whole),
        gross_pence=sum(line.total_pence for line in lines),
        vat_pence=sum(line.vat_pence for line in lines),
    )
