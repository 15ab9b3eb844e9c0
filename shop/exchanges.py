"""Exchanging one tool for another at the desk: soft for firm, and only the difference is paid.

It is a return and a new sale in one transaction, so that each has its own paper and the ledger
knows both. The old price goes back and the new one comes in by the same method, and what is
between them is what changes hands.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from shop import giving_back, online_orders, orders, payments, refund_answers
from shop.drafts import Draft
from shop.errors import Refusal
from shop.gateways import counter
from shop.gateways.counter import Method
from shop.giving_back import Part
from shop.order_lines import OrderLine
from shop.receipts import Receipt
from shop.refunds import Given
from shop.returns import Condition


@dataclass(frozen=True, slots=True)
class Back:
    """One unit of a sale's line that comes back: what was paid for it, and where it goes."""

    line_id: int
    pence: int
    condition: Condition = Condition.SELLABLE
    on_shelf: bool = True


def paid_for_one(line: OrderLine, given: Given) -> int:
    """Pence that one more unit of this line gives back. Raises Refusal when none is left."""
    units = line.units - given.units
    if units < 1:
        raise Refusal(f"All of {line.name} went back before. Nothing was exchanged.")
    return (line.total_pence - given.amount_pence) // units


def require_paid_here(work: Session, receipt: Receipt) -> None:
    """Raises Refusal unless all of a sale's money was taken at a desk, where it can go back."""
    paid = payments.of_order(work, receipt.order_id)
    if any(part.gateway != counter.NAME for part in paid):
        number = orders.get(work, receipt.order_id).number
        raise Refusal(
            f"Sale {receipt.number} was paid online, and its money goes back there. Refund order "
            f"{number} on its own page, then sell what they take instead at the till."
        )


def exchange(
    work: Session,
    receipt: Receipt,
    back: Back,
    draft: Draft,
    method: Method,
    *,
    press: str,
    zone: ZoneInfo,
    session_id: int | None,
    by: str,
    at: datetime,
) -> str:
    """Take one unit back and sell what is in `draft`. Returns the new receipt's number.

    Raises Refusal for a sale of another clinic or one that was paid online, and OutOfStock;
    nothing is kept then.
    """
    if draft.site != receipt.site:
        raise Refusal(f"Sale {receipt.number} was made at another clinic. Refund it there.")
    online_orders.locked(work, receipt.order_id)
    require_paid_here(work, receipt)
    order = orders.place(work, draft, press=press, at=at)
    part = Part(back.line_id, 1, back.pence, back.condition, on_shelf=back.on_shelf)
    refund = giving_back.of_lines(
        work, receipt.order_id, [part], reason="Exchanged", press=press, session_id=session_id,
        by=by, at=at,
    )  # fmt: skip
    money = counter.capture(order, method)  # after the old one is back: numbers are taken last
    number = payments.settle(work, order, money, zone=zone, session_id=session_id, by=by, at=at)
    refund.reason = f"Exchanged, see {number}"
    work.flush()
    refund_answers.over_the_counter(work, refund, method=method, by=by, at=at)
    return number
