"""What an order's own page shows: its state in words, its papers, and the days it can go back."""

from typing import Any

from sqlalchemy.orm import Session

from shop import (
    attention,
    buyers,
    cancelling,
    credit_notes,
    money,
    order_lines,
    payment_sessions,
    payments,
    receipts,
    refunds,
    reservations,
    sites,
)
from shop.attention import Kind
from shop.drafts import Fulfilment
from shop.order_states import UNPAID, OrderState
from shop.orders import Order
from shop.pages.front.order_words import standing
from shop.pages.qr import qr
from shop.pages.receipt_vat import vat_of
from shop.pages.when import day_in_words, time_in_words
from shop.refunds import RefundState
from shop.state import here

_SHOWS_CODE = (OrderState.READY, OrderState.PLACED)


def shown(work: Session, order: Order) -> dict[str, Any]:
    """All that the page needs of one order."""
    site, buyer = sites.get(work, order.site), buyers.of_order(work, order.id)
    reserved = reservations.is_reservation(work, order)
    open_page = next(iter(payment_sessions.of_order(work, order.id)[-1:]), None)
    lines = order_lines.lines_of(work, [order.id])
    paid = order.state not in UNPAID
    shows_code = buyer and order.state in _SHOWS_CODE and (reserved or paid)
    zone = here().settings.zone
    return {
        "day_in_words": day_in_words,
        "time_in_words": time_in_words,
        "order": order,
        "site": site,
        "buyer": buyer,
        "standing": standing(order, site, reserved=reserved),
        "lines": lines,
        "posted": order.fulfilment == Fulfilment.POST,
        "reserved": reserved,
        "paying_at": open_page.reference
        if open_page and order.state == OrderState.PLACED
        else None,
        "code": buyers.in_groups(buyer.code) if buyer and shows_code else None,
        "picture": qr(buyer.code, "Your code") if buyer and shows_code else None,
        "receipt": receipts.of_order(work, order.id) if paid else None,
        "distance": paid and (not order.total_pence or open_page is not None),
        "payments": payments.of_order(work, order.id) if paid else (),
        "vat": vat_of(order, lines) if paid and here().settings.vat_number else [],
        "given_back": _given_back(work, order),
        "may_cancel": order.state in cancelling.BEFORE_IT_LEAVES
        or (reserved and order.state == OrderState.PLACED),
        "last_day": cancelling.last_day(work, order, zone),
        "return_asked": attention.is_waiting(work, Kind.RETURN_ASKED, str(order.number)),
    }


def _given_back(work: Session, order: Order) -> list[tuple[str, str, bool]]:
    """Each refund: its credit note's number, how much, and whether it is on its way still."""
    said = []
    for refund in refunds.of_order(work, order.id):
        if refund.state != RefundState.FAILED:
            note = credit_notes.of_refund(work, refund.id)
            waits = refund.state != RefundState.SUCCEEDED
            said.append((note.number if note else "", money.in_words(refund.amount_pence), waits))
    return said
