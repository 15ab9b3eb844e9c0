"""What a gateway says of money that goes back, put into our records under the order's lock.

It may be a refund of ours, one that somebody made in the gateway's dashboard, or a dispute. The
gateway is right: what it never heard of can't have happened, and what it did can't be undone.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shop import (
    attention,
    credit_notes,
    failpoints,
    giving_back,
    online_orders,
    order_mail,
    payouts,
    refunds,
)
from shop.attention import Kind
from shop.gateways import ReturnAsked, ReturnSeen, counter
from shop.gateways.counter import Method
from shop.money import in_words
from shop.orders import Order
from shop.refunds import Origin, Refund, RefundState, Share, Terms

# A state only ever gives way to a later one, so that old news changes nothing.
_RANK = {
    RefundState.ASKED: 0,
    RefundState.PENDING: 1,
    RefundState.SUCCEEDED: 2,
    RefundState.FAILED: 3,
}


def apply(
    work: Session, order: Order, gateway: str, seen: ReturnSeen, *, by: str, at: datetime
) -> bool:
    """Bring one refund to what the gateway says of it. False if that is what we knew."""
    refund = _known(work, order, seen)
    if refund is None:
        refund = _learnt(work, order, gateway, seen, by=by, at=at)
    state = RefundState(seen.state.value)
    heard = refund.answered_at is not None and refund.reference is not None
    if heard and _RANK[state] <= _RANK[RefundState(refund.state)]:
        return False
    refund.reference, refund.state, refund.answered_at = seen.reference, state, at
    work.flush()
    failpoints.reached("refund.after_save", work)
    _tell(work, order, refund, by=by, at=at)
    return True


def over_the_counter(
    work: Session, refund: Refund, *, method: Method | None = None, by: str, at: datetime
) -> None:
    """Money that was taken at the desk goes back there, in the transaction that decides on it.

    By one method, or else by those that the order was paid with. Harmless where it went before.
    """
    order = online_orders.locked(work, refund.order_id)
    if refund.state == RefundState.SUCCEEDED:
        return
    if refund.amount_pence:
        ways = {method: refund.amount_pence} if method else None
        payouts.write(work, refund, ways or payouts.as_paid(work, order.id, refund.amount_pence))
    asked = ReturnAsked(refund.key, refund.uid, None, refund.amount_pence, refund.currency)
    apply(work, order, counter.NAME, counter.Counter().give_back(asked), by=by, at=at)


def refused(work: Session, order: Order, refund: Refund, *, by: str, at: datetime) -> None:
    """The gateway has no such refund and will not make it: its money can be given back anew."""
    if refund.state != RefundState.ASKED:
        return
    refund.state, refund.answered_at = RefundState.FAILED, at
    work.flush()
    _tell(work, order, refund, by=by, at=at)


def crowded_out(work: Session, order: Order, payment: str, *, by: str, at: datetime) -> None:
    """Refunds that we asked for, and that can't happen any more: others took what there was."""
    over = refunds.gone(work, order.id, payment) - giving_back.captured(work, order, payment)
    waiting = select(Refund).where(
        Refund.order_id == order.id, Refund.payment == payment, Refund.state == RefundState.ASKED
    )
    for refund in work.scalars(waiting.order_by(Refund.id.desc())).all():
        if over > 0:
            over -= refund.amount_pence
            refused(work, order, refund, by=by, at=at)


def _known(work: Session, order: Order, seen: ReturnSeen) -> Refund | None:
    ours = or_(Refund.reference == seen.reference, Refund.uid == (seen.refund or ""))
    its = select(Refund).where(Refund.order_id == order.id, ours)
    return work.scalars(its.execution_options(populate_existing=True)).one_or_none()


def _learnt(
    work: Session, order: Order, gateway: str, seen: ReturnSeen, *, by: str, at: datetime
) -> Refund:
    """Somebody else gave this back. No goods are taken to have come back with it."""
    shares: list[Share] = []
    postage = 0
    if giving_back.settled_with(work, order, seen.payment) and not seen.disputed:
        shares, postage = giving_back.shared_out(work, order, seen.amount_pence)
    terms = Terms(
        origin=Origin.DISPUTE if seen.disputed else Origin.STRIPE, gateway=gateway,
        payment=seen.payment, amount_pence=seen.amount_pence, postage_pence=postage,
        reference=seen.reference,
    )  # fmt: skip
    refund = refunds.write(work, order, shares, terms, by=by, at=at)
    if seen.disputed:
        attention.raise_(
            work, Kind.DISPUTED, seen.reference, order_id=order.id,
            amount_pence=seen.amount_pence, at=at,
        )  # fmt: skip
    return refund


def _tell(work: Session, order: Order, refund: Refund, *, by: str, at: datetime) -> None:
    """What follows from a refund's new state: a case, the end of one, or a credit note."""
    subject = refund.reference or refund.uid
    if refund.state == RefundState.FAILED:
        if refund.origin == Origin.DISPUTE:
            attention.settle(work, Kind.DISPUTED, subject, by=by, at=at)
        else:
            attention.raise_(
                work, Kind.REFUND_FAILED, refund.uid, order_id=order.id,
                amount_pence=refund.amount_pence, at=at,
            )  # fmt: skip
    elif refund.state == RefundState.SUCCEEDED and refund.origin != Origin.DISPUTE:
        attention.settle(work, Kind.REFUND_FAILED, refund.uid, by=by, at=at)
        if refund.amount_pence:
            order_mail.given_back(work, order, refund.uid, in_words(refund.amount_pence), at=at)
        _settle_cases(work, order, refund, by=by, at=at)
        if giving_back.settled_with(work, order, refund.payment):
            credit_notes.issue(work, order.site, refund.id, by=by, at=at)


def _settle_cases(work: Session, order: Order, refund: Refund, *, by: str, at: datetime) -> None:
    """Money that settled nothing is no case any more once all of it is back."""
    if refund.payment is None:
        return
    if refunds.gone(work, order.id, refund.payment) >= giving_back.captured(
        work, order, refund.payment
    ):
        for kind in (Kind.PAID_TWICE, Kind.WRONG_AMOUNT):
            attention.settle(work, kind, refund.payment, by=by, at=at)
