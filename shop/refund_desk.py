"""Giving money back: what was decided is saved, then the gateway is asked, then its answer saved.

Asking again is harmless for as long as the gateway remembers our key; after that we only look.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from shop import (
    checkout,
    failpoints,
    identity,
    online_orders,
    payment_outcomes,
    payment_sessions,
    refund_answers,
    refunds,
)
from shop.checkout import PaymentDesk
from shop.db import retried
from shop.errors import Refusal
from shop.gateways import GatewayRefused, ReturnAsked, ReturnSeen
from shop.payments import Payment
from shop.refunds import Refund, RefundState

KEY_LIVES = timedelta(hours=23)  # Stripe's keys live for 24 hours at least


def send(desk: PaymentDesk, refund_id: int, *, by: str) -> RefundState:
    """Ask for a refund that was decided on, and save what became of it. Safe again, and at once.

    Raises GatewayAway when nobody knows, and then it is asked again later; a clear no is saved
    as failed, for a person to see.
    """
    with desk.database.reading() as work:
        refund = refunds.get(work, refund_id)
    if refund.state != RefundState.ASKED:
        return RefundState(refund.state)
    if refund.gateway != desk.gateway.name:
        raise Refusal(f"That was paid with {refund.gateway}, which is not set up here.")
    try:
        seen = _asked(desk, refund)
    except GatewayRefused:
        return _denied(desk, refund, by=by)
    failpoints.reached("refund.after_stripe")
    return _answered(desk, refund, seen, by=by)


def learn(desk: PaymentDesk, payment: str, *, by: str) -> bool:
    """All that the gateway knows went back of one payment, into our records.

    False for a payment that is none of ours. Nothing is taken to have come back to the shelf.
    """
    if _order_of(desk, payment) is None and not _settle_first(desk, payment, by=by):
        return False
    return save(desk, payment, desk.gateway.returns(payment), by=by) is not None


@retried
def save(desk: PaymentDesk, payment: str, seen: Sequence[ReturnSeen], *, by: str) -> int | None:
    """What went back of a payment, and how many of it was news. None where it is not ours."""
    order_id = _order_of(desk, payment)
    if order_id is None:
        return None
    with desk.database.transaction(desk.sender) as work:
        order = online_orders.locked(work, order_id)
        return refund_answers.apply_all(
            work, order, desk.gateway.name, payment, seen, by=by, at=desk.now()
        )


def _asked(desk: PaymentDesk, refund: Refund) -> ReturnSeen:
    """Ask with the key, or where that may be forgotten, look for what came of it."""
    if refund.asked_at + KEY_LIVES > desk.now():
        return desk.gateway.give_back(
            ReturnAsked(
                refund.key, refund.uid, refund.payment, refund.amount_pence, refund.currency
            )
        )
    for seen in desk.gateway.returns(refund.payment or ""):
        if seen.refund == refund.uid:
            return seen
    raise GatewayRefused("The payment service never heard of that refund.")


@retried
def _answered(desk: PaymentDesk, refund: Refund, seen: ReturnSeen, *, by: str) -> RefundState:
    with desk.database.transaction(desk.sender) as work:
        order = online_orders.locked(work, refund.order_id)
        refund_answers.apply(work, order, refund.gateway, seen, by=by, at=desk.now())
        return RefundState(refunds.get(work, refund.id).state)


def _denied(desk: PaymentDesk, refund: Refund, *, by: str) -> RefundState:
    """A clear no. Whoever took the money first is learnt in the same breath."""
    if refund.payment is not None:
        learn(desk, refund.payment, by=by)
    return _given_up(desk, refund, by=by)


@retried
def _given_up(desk: PaymentDesk, refund: Refund, *, by: str) -> RefundState:
    with desk.database.transaction(desk.sender) as work:
        order = online_orders.locked(work, refund.order_id)
        current = refunds.get(work, refund.id)
        refund_answers.refused(work, order, current, by=by, at=desk.now())
        return RefundState(current.state)


def _order_of(desk: PaymentDesk, payment: str) -> int | None:
    """The order that this money came in for, as far as our records know."""
    with desk.database.reading() as work:
        if session := payment_outcomes.session_of_payment(work, payment):
            return session.order_id
        its = select(Payment.order_id).where(Payment.reference == payment)
        return work.scalars(its).one_or_none()


def _settle_first(desk: PaymentDesk, payment: str, *, by: str) -> bool:
    """Money went back that we don't know came in: settle what it came in for, if it is ours."""
    owner = desk.gateway.owner(payment)
    with desk.database.reading() as work:
        if owner.order is None or owner.shop != identity.uid(work):
            return False
        order = online_orders.with_uid(work, owner.order)
        sessions = payment_sessions.of_order(work, order.id) if order else ()
        pages = [session.reference for session in sessions if session.reference]
    for reference in pages:
        checkout.settle(desk, reference, by=by)
    return _order_of(desk, payment) is not None
