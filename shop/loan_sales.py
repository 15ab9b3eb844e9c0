"""Whoever has borrowed a tool keeps it: a sale like any other, of the unit that they have."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from shop import loans, orders, payments, stock
from shop.drafts import Channel
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
    draft = orders.new(
        work, loan.site, {loan.sku: 1}, channel=Channel.DESK, currency=currency,
        vat_registered=vat_registered,
    )  # fmt: skip
    if draft.total_pence != seen_pence:
        raise Refusal("The price changed. Check what it costs now, then take the payment.")
    order = orders.place(work, draft, press=press, at=at)
    loans.sold(work, loan.number, order.id, by=by, at=at)
    stock.relocate(work, loan.site, loan.sku, 1, Kind.DEMO, Kind.SHELF, by=by, at=at)
    money = counter.capture(order, method)
    return payments.settle(work, order, money, zone=zone, session_id=session_id, by=by, at=at)
