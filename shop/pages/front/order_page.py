"""What an order's own page shows: its state in words, its papers, and the days it can go back."""

from typing import Any

from sqlalchemy.orm import Session

from shop import (
    buyers,
    cancelling,
    clock,
    credit_notes,
    money,
    money_left,
    order_sets,
    payment_sessions,
    refunds,
)
from shop.drafts import Fulfilment
from shop.order_papers import Papers
from shop.order_states import UNPAID, OrderState
from shop.orders import Order
from shop.pages.front.order_words import WrongMoney, standing
from shop.pages.qr import qr
from shop.pages.receipt_vat import vat_of
from shop.pages.when import day_in_words, time_in_words
from shop.payment_sessions import SessionState
from shop.refunds import Origin, RefundState
from shop.state import here

_SHOWS_CODE = (OrderState.READY, OrderState.PLACED)


def shown(work: Session, papers: Papers) -> dict[str, Any]:
    """All that the page needs of one order, and no more statements than that takes."""
    zone = here().settings.zone
    order, site, buyer, lines = papers.order, papers.site, papers.buyer, papers.lines
    reserved, paid = not papers.has_page, order.state not in UNPAID
    may_cancel = order.state in cancelling.BEFORE_IT_LEAVES or (
        reserved and order.state == OrderState.PLACED
    )
    over = may_cancel or (papers.has_refunds and not cancelling.can_come_back(work, order))
    last_day = None if over else cancelling.last_day(work, order, zone)
    if last_day and clock.day_of(clock.now(), zone) > last_day:
        last_day = None
    shows_code = buyer and order.state in _SHOWS_CODE and (reserved or paid)
    return {
        "day_in_words": day_in_words,
        "time_in_words": time_in_words,
        "order": order,
        "site": site,
        "buyer": buyer,
        "standing": standing(order, site, reserved=reserved, wrong=_wrong_money(work, order)),
        "lines": lines,
        "sets": order_sets.of_order(work, order.id, order.sets_pence),
        "instead": papers.instead,
        "posted": order.fulfilment == Fulfilment.POST,
        "reserved": reserved,
        "paying_at": _paying_at(work, order),
        "code": buyers.in_groups(buyer.code) if buyer and shows_code else None,
        "picture": qr(buyer.code, "Your code") if buyer and shows_code else None,
        "receipt": papers.receipt,
        "distance": paid and (not order.total_pence or papers.has_page),
        "payments": papers.payments,
        "vat": vat_of(order, lines) if paid and here().settings.vat_number else [],
        "given_back": _given_back(work, order) if papers.has_refunds else [],
        "may_cancel": may_cancel,
        "last_day": last_day,
        "return_asked": last_day is not None and cancelling.return_waits(work, order.id),
    }


def _paying_at(work: Session, order: Order) -> str | None:
    """Its payment page, while nobody knows how that ended."""
    if order.state != OrderState.PLACED:
        return None
    pages = payment_sessions.of_order(work, order.id)
    return pages[-1].reference if pages else None


def _wrong_money(work: Session, order: Order) -> WrongMoney:
    """Whether money came for a cancelled order that is not what it costs, and where it is."""
    if order.state != OrderState.CANCELLED:
        return WrongMoney.NONE
    pages = payment_sessions.of_order(work, order.id)
    wrong = [page.payment for page in pages if page.state == SessionState.WRONG_AMOUNT]
    if not wrong:
        return WrongMoney.NONE
    all_go_back = all(
        money_left.captured(work, order, payment) and not money_left.left(work, order, payment)
        for payment in wrong
    )
    return WrongMoney.GOES_BACK if all_go_back else WrongMoney.HERE


def _given_back(work: Session, order: Order) -> list[tuple[str, str, bool]]:
    """Each refund: its credit note's number, how much, and whether it is on its way still.

    Of what cost nothing there is a credit note, and no amount. A dispute is the bank's to decide:
    until it has, nobody can say whose the money is.
    """
    said = []
    for refund in refunds.of_order(work, order.id):
        undecided = refund.origin == Origin.DISPUTE and refund.state != RefundState.SUCCEEDED
        if refund.state != RefundState.FAILED and not undecided:
            note = credit_notes.of_refund(work, refund.id)
            amount = money.in_words(refund.amount_pence) if refund.amount_pence else ""
            waits = refund.state != RefundState.SUCCEEDED
            if amount or note:
                said.append((note.number if note else "", amount, waits))
    return said
