"""Undoing a sale at the desk that should not have been: its money and its goods go back at once."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from shop import giving_back, online_orders, order_lines, refund_answers, refunds, vouchers
from shop.drafts import Channel
from shop.errors import Refusal
from shop.giving_back import Part
from shop.orders import Order
from shop.receipts import Receipt
from shop.refunds import Refund
from shop.returns import Condition

WINDOW = timedelta(minutes=10)  # after the sale; later, its own page gives money back
REASON = "Undone at the till"
WITH_CODE = f"{REASON}, and its code can be used again"


def can_be(work: Session, order: Order, receipt: Receipt, *, at: datetime) -> bool:
    """Whether this sale is young enough, was made at the desk, and nothing of it went back."""
    young = at - receipt.issued_at <= WINDOW
    return young and order.channel == Channel.DESK and not refunds.of_order(work, order.id)


def undo(
    work: Session,
    receipt: Receipt,
    *,
    press: str,
    session_id: int | None,
    by: str,
    at: datetime,
) -> Refund:
    """Give all of a sale back the ways that it was paid, and put its goods back on the shelf.

    Its cash leaves the drawer of this till session, and a voucher has its use back. A plan stays
    counted as bought and keeps nothing again: an order knows of no plan.

    Twice is once, from another page too. Raises Refusal for a sale that is older, was not made at
    the desk, or of which a part went back; nothing is saved then.
    """
    order = online_orders.locked(work, receipt.order_id)
    earlier = refunds.of_order(work, order.id)
    if [refund.reason for refund in earlier] in ([REASON], [WITH_CODE]):
        return earlier[0]
    if not can_be(work, order, receipt, at=at):
        raise Refusal(
            f"Sale {receipt.number} can't be undone any more. Give its money back on its own page."
        )
    if order.voucher_code:
        vouchers.give_back(work, order.voucher_code)
    parts = [
        Part(line.id, line.units, line.total_pence, Condition.SELLABLE, on_shelf=True)
        for line in order_lines.lines_of(work, [order.id])
    ]
    refund = giving_back.of_lines(
        work, order.id, parts, reason=WITH_CODE if order.voucher_code else REASON, press=press,
        session_id=session_id, by=by, at=at,
    )  # fmt: skip
    refund_answers.over_the_counter(work, refund, by=by, at=at)
    return refund
