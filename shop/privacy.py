"""What we hold of one person, on paper and off it again; and what is dropped once it has no use.

An erased person leaves their orders behind: what was sold, when, and for how much. A sale of more
than £250 needs its buyer's name and address on the invoice, so these stay until the tax years end.
Source: HMRC notices 700/21 (records for six years) and 700 section 16.6 (simplified invoices).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from shop import audit, back_in_stock, buyers, invoices, payments, refunds, substitutes
from shop.buyers import Buyer
from shop.db import table_of
from shop.errors import NotFound, Refusal
from shop.gateways import demo
from shop.order_lines import lines_of
from shop.order_links import OrderLink
from shop.order_states import UNPAID, OrderState
from shop.orders import Order
from shop.outbox import OutboxRow

FULL_INVOICE_PENCE = 25_000  # above this, an invoice names its buyer
RECORDS_KEPT = timedelta(days=6 * 366)  # of a sale's buyer, where the law wants them
UNPAID_KEPT = timedelta(days=30)  # whose an order was that nobody paid for
_OPEN = (OrderState.PLACED, OrderState.PAID, OrderState.OWED, OrderState.READY,
         OrderState.UNCOLLECTED)  # fmt: skip
_NOTHING = {"email": "", "name": "", "address": "", "tracking": ""}


@dataclass(frozen=True, slots=True)
class Erased:
    """How many orders have lost their buyer, and the numbers of those that the law keeps named."""

    orders: int
    kept: tuple[int, ...]


def held(work: Session, email: str) -> dict[str, Any]:
    """All that is known of the person with this address, to be written down as it is.

    Raises NotFound where nobody has it.
    """
    address = email.strip().lower()
    found, waits = _orders(work, address), back_in_stock.of_email(work, address)
    _require_some(len(found) + len(waits))
    return {
        "email": address,
        "orders": [_order(work, order) for order in found],
        "waits_for": [{"product": wait.sku, "clinic": wait.site} for wait in waits],
    }


def erase(work: Session, email: str, *, by: str, at: datetime) -> Erased:
    """Take a person off everything but what the law has us keep. Sums and stock stay as they are.

    Raises NotFound where nobody has this address, and Refusal while they have an order that is
    not over: it can be neither sent nor given back without them.
    """
    found = _orders(work, email)
    wipe(work)
    _require_some(len(found) + back_in_stock.forget(work, email.strip().lower()))
    if going_on := [str(order.number) for order in found if order.state in _OPEN]:
        raise Refusal(f"Order {', '.join(going_on)} is not over. Hand it over or refund it first.")
    kept = [order for order in found if _must_stay(order, at)]
    _forget(work, [order.id for order in found], all_of=[o.id for o in found if o not in kept])
    for order in found:
        audit.record(work, "buyer erased", f"order {order.number}", by=by, at=at)
    return Erased(len(found) - len(kept), tuple(order.number for order in kept))


def forget_old(work: Session, *, at: datetime) -> int:
    """Drop whose orders were that nobody paid for, and those that no law keeps any longer."""
    unpaid = and_(Order.state == OrderState.CANCELLED, Order.placed_at < at - UNPAID_KEPT)
    over = and_(Order.state.not_in(_OPEN), Order.placed_at < at - RECORDS_KEPT)
    still = or_(*(column != "" for column in _columns()))
    its = select(Order.id).join(Buyer, Buyer.order_id == Order.id)
    found = work.scalars(its.where(or_(unpaid, over), still)).all()
    _forget(work, found, all_of=found)
    return len(found) + invoices.forget(work, before=at - RECORDS_KEPT)


def wipe(work: Session) -> None:
    """Have SQLite overwrite what is taken out, so that the file holds none of it either."""
    if work.get_bind().dialect.name == "sqlite":
        work.execute(text("PRAGMA secure_delete = ON"))


def _forget(work: Session, order_ids: Sequence[int], *, all_of: Sequence[int]) -> None:
    """Nobody can write to these buyers or open their pages any more; `all_of` have no name left."""
    wipe(work)
    mine = Buyer.order_id.in_(order_ids)
    work.execute(update(Buyer).where(mine).values(email="", tracking=""))
    work.execute(update(Buyer).where(Buyer.order_id.in_(all_of)).values(**_NOTHING))
    work.execute(delete(OrderLink).where(OrderLink.order_id.in_(order_ids)))
    work.execute(delete(OutboxRow).where(OutboxRow.to.in_([f"order:{n}" for n in order_ids])))
    page, uids = table_of(demo.DemoPage), select(Order.uid).where(Order.id.in_(order_ids))
    work.execute(
        update(page).where(page.c.order_uid.in_(uids)).values(email="", buyer="", address="")
    )


def _must_stay(order: Order, at: datetime) -> bool:
    if order.state in UNPAID or order.settled_at is None:
        return False
    return order.total_pence > FULL_INVOICE_PENCE and order.settled_at > at - RECORDS_KEPT


def _orders(work: Session, email: str) -> Sequence[Order]:
    its = select(Order).join(Buyer, Buyer.order_id == Order.id)
    mine = its.where(func.lower(Buyer.email) == email.strip().lower(), Buyer.email != "")
    return work.scalars(mine.order_by(Order.id).with_for_update(of=Order)).all()


def _require_some(found: int) -> None:
    if not found:
        raise NotFound("Nobody has that email address here.")


def _columns() -> list[ColumnElement[str]]:
    return [getattr(Buyer, name) for name in _NOTHING]


def _order(work: Session, order: Order) -> dict[str, Any]:
    buyer = buyers.of_order(work, order.id)
    paid = order.state not in UNPAID
    lines = lines_of(work, [order.id])
    instead = substitutes.of_lines(work, [line.id for line in lines])
    came = payments.of_order(work, order.id) if paid else ()
    mails = select(OutboxRow).where(OutboxRow.to == f"order:{order.id}").order_by(OutboxRow.id)
    return {
        "number": order.number,
        "state": order.state,
        "placed": order.placed_at.isoformat(),
        "total_pence": order.total_pence,
        "postage_pence": order.postage_pence,
        "discount_pence": order.discount_pence,
        "person": {name: getattr(buyer, name) for name in _NOTHING},
        "lines": [
            {
                "name": line.name,
                "units": line.units,
                "paid_pence": line.total_pence,
                "instead": instead[line.id].name if line.id in instead else None,
            }
            for line in lines
        ],
        "payments": [
            {"method": part.method, "pence": part.amount_pence, "at": part.at.isoformat()}
            for part in came
        ],
        "refunds": [
            {"pence": refund.amount_pence, "state": refund.state, "at": refund.asked_at.isoformat()}
            for refund in refunds.of_order(work, order.id)
        ],
        "mails": [
            {"subject": mail.subject, "text": mail.body, "sent": _time(mail.sent_at)}
            for mail in work.scalars(mails)
        ],
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
