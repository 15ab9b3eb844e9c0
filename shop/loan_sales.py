"""Whoever has borrowed a tool keeps it: a sale like any other, of the unit that they have."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from shop import loans, orders, payments, pricing, product_range, stock
from shop.drafts import Channel, Draft
from shop.errors import Refusal
from shop.gateways import counter
from shop.gateways.counter import Method
from shop.loans import Loan
from shop.places import Kind


def sell(
    work: Session,
    loan: Loan,
    method: Method,
    *,
    seen_pence: int,
    currency: str,
    vat_registered: bool,
    zone: ZoneInfo,
    session_id: int,
    press: str,
    by: str,
    at: datetime,
) -> str:
    """End a loan with its sale, at today's price. Gives the receipt's number.

    The unit leaves the demo ones by way of the shelf, as every sale does, so that takings and
    stock say what happened. Raises Refusal for a loan that is over, or where it costs something
    else now than the person at the desk saw; nothing is kept then.
    """
    draft = _draft(work, loan, currency, vat_registered)
    if draft.total_pence != seen_pence:
        raise Refusal("The price changed. Check what it costs now, then take the payment.")
    order = orders.place(work, draft, press=press, at=at)
    loans.sold(work, loan.number, order.id, by=by, at=at)
    stock.relocate(work, loan.site, loan.sku, 1, Kind.DEMO, Kind.SHELF, by=by, at=at)
    money = counter.capture(order, method)
    return payments.settle(work, order, money, zone=zone, session_id=session_id, by=by, at=at)


def _draft(work: Session, loan: Loan, currency: str, vat_registered: bool) -> Draft:
    """One unit at its price. It is in its borrower's hands, so it is sold though nobody else can
    buy that product any more."""
    price = product_range.now(work).prices([loan.sku])[loan.sku]
    known = {loan.sku: replace(price, on_sale=True)}
    lines = pricing.lines({loan.sku: 1}, known, vat_registered)
    return Draft(loan.site, Channel.DESK, currency, lines)
