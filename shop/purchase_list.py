"""Readers of purchase orders, for the screens that list them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.purchases import Purchase, PurchaseLine, PurchaseState


def of_site(
    work: Session, site_id: str, *states: PurchaseState, most: int = 100
) -> Sequence[Purchase]:
    """A clinic's purchase orders in these states, the latest first."""
    statement = select(Purchase).where(Purchase.site == site_id, Purchase.state.in_(states))
    return work.scalars(statement.order_by(Purchase.number.desc()).limit(most)).all()


def units_of(work: Session, purchase_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """How many units each of these orders is for, and how many have come, in one statement."""
    sums = select(
        PurchaseLine.purchase_id, func.sum(PurchaseLine.units), func.sum(PurchaseLine.received)
    ).where(PurchaseLine.purchase_id.in_(sorted(purchase_ids)))
    found = work.execute(sums.group_by(PurchaseLine.purchase_id))
    return {purchase_id: (units, received) for purchase_id, units, received in found}


def number_of(work: Session, purchase_id: int) -> int:
    """The number by which people know the purchase order that a delivery belongs to."""
    return work.scalars(select(Purchase.number).where(Purchase.id == purchase_id)).one()
