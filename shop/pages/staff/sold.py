"""The last sale, said on the till that is ready for the next customer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from shop import clock, orders, payments, receipts, undoing
from shop.errors import Refusal
from shop.gateways.counter import Method
from shop.money import in_words
from shop.pages.staff import staff_here
from shop.payments import Payment
from shop.sites import Site
from shop.staff import REFUNDERS


@dataclass(frozen=True, slots=True)
class Sold:
    """`how` is in words: "£12.00 by card"."""

    number: str
    how: str
    change_pence: int
    undoable: bool


def sold(work: Session, number: str, site: Site) -> Sold | None:
    """What there is to say of a sale that was made here; nothing of any other."""
    try:
        receipt = receipts.numbered(work, number)
    except Refusal:
        return None
    if receipt.site != site.id:
        return None
    paid = payments.of_order(work, receipt.order_id)
    order = orders.get(work, receipt.order_id)
    change = sum(part.change_pence for part in paid)
    undoable = staff_here().role_at(site.id) in REFUNDERS and undoing.can_be(
        work, order, receipt, at=clock.now()
    )
    return Sold(receipt.number, in_parts(paid, order.total_pence), change, undoable)


def in_parts(paid: Sequence[Payment], total_pence: int) -> str:
    """How a sale was paid: "£12.00 by card", or "£5.00 by cash and £7.00 by card"."""
    if len(paid) < 2:
        by = f" by {Method(paid[0].method).label.lower()}" if paid else ""
        return in_words(total_pence) + by
    parts = [in_parts([part], part.amount_pence) for part in paid]
    return ", ".join(parts[:-1]) + f" and {parts[-1]}"
