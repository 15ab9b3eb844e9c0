"""Refunds that failed: their money is still here, and each is a case until somebody gives it back.

By making the refund again, by giving the same back in another one, or in some way of their own.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import attention, refunds
from shop.attention import Kind
from shop.refunds import Refund, RefundState, Share


def settle_redone(
    work: Session, refund: Refund, shares: Sequence[Share], *, by: str, at: datetime
) -> None:
    """What failed before, and is all given back anew by this refund, is no case any more."""
    units = {share.line.id: share.units for share in shares}
    pence = {share.line.id: share.amount_pence for share in shares}
    postage = refund.postage_pence
    for failed in _of_payment(work, refund.order_id, refund.payment):
        lines = refunds.lines_of(work, failed.id)
        redone = failed.postage_pence <= postage and all(
            each.units <= units.get(each.order_line_id, 0)
            and each.amount_pence <= pence.get(each.order_line_id, 0)
            for each in lines
        )
        if redone and attention.settle(work, Kind.REFUND_FAILED, failed.uid, by=by, at=at):
            postage -= failed.postage_pence
            for each in lines:
                units[each.order_line_id] -= each.units
                pence[each.order_line_id] -= each.amount_pence


def settle_all(work: Session, order_id: int, payment: str | None, *, by: str, at: datetime) -> None:
    """All of a payment is back, so nothing of it can be given back again."""
    for failed in _of_payment(work, order_id, payment):
        attention.settle(work, Kind.REFUND_FAILED, failed.uid, by=by, at=at)


def _of_payment(work: Session, order_id: int, payment: str | None) -> Sequence[Refund]:
    its = select(Refund).where(
        Refund.order_id == order_id,
        Refund.payment.is_not_distinct_from(payment),
        Refund.state == RefundState.FAILED,
    )
    return work.scalars(its.order_by(Refund.id)).all()
