"""Our records and the gateway's, side by side: whatever one of them missed is made good.

It asks the gateway for everything since a day, and settles, cancels and learns through the same
verbs as everybody else, so that running it twice, or at once, finds nothing the second time.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from shop import checkout, payment_sessions, refund_desk, refunds
from shop.checkout import PaymentDesk
from shop.errors import Refusal
from shop.gateways import GatewayAway, ReturnSeen
from shop.payment_outcomes import Outcome
from shop.payment_sessions import PaymentSession
from shop.payments import Payment

log = logging.getLogger("shop")
BY = "reconcile"


@dataclass(slots=True)
class Found:
    """What was made good, by what it was; what only the gateway or only we know; what failed."""

    mended: Counter[str] = field(default_factory=Counter)
    unknown: list[str] = field(default_factory=list)
    away: int = 0

    @property
    def clean(self) -> bool:
        """Nothing was wrong, and nothing is left that is."""
        return not (self.mended or self.unknown or self.away)


def run(desk: PaymentDesk, since: datetime) -> Found:
    """Compare everything since then. Never raises for a gateway that is away: it counts that."""
    found = Found()
    _attempt(found, lambda: _finish_sessions(desk, found))
    _attempt(found, lambda: _ask_for_refunds(desk, found))
    theirs: dict[str, int] = {}
    _attempt(found, lambda: _look_at_pages(desk, since, found, theirs))
    _attempt(found, lambda: _look_at_returns(desk, since, found))
    _attempt(found, lambda: _look_for_ours(desk, since, found, theirs))
    return found


def sweep(desk: PaymentDesk) -> Found:
    """What `tick` does between two reconciliations: end what is overdue, ask what is unanswered."""
    found = Found()
    with desk.database.reading() as work:
        overdue = payment_sessions.overdue(work, at=desk.now())
    _each(found, overdue, lambda id_: _finish(desk, id_, found))
    _attempt(found, lambda: _ask_for_refunds(desk, found))
    return found


def _finish_sessions(desk: PaymentDesk, found: Found) -> None:
    """Pages whose end nobody heard of. One that is still open, and in time, stays open."""
    with desk.database.reading() as work:
        overdue = payment_sessions.overdue(work, at=desk.now())
        going_on = [
            session.reference
            for session in payment_sessions.unfinished(work)
            if session.reference is not None and session.id not in overdue
        ]
    _each(found, overdue, lambda id_: _finish(desk, id_, found))
    _each(found, going_on, lambda page: _note(found, checkout.settle(desk, page, by=BY)))


def _finish(desk: PaymentDesk, session_id: int, found: Found) -> None:
    _note(found, checkout.finish(desk, session_id, by=BY))


def _ask_for_refunds(desk: PaymentDesk, found: Found) -> None:
    with desk.database.reading() as work:
        asked = refunds.unanswered(work)

    def ask(refund_id: int) -> None:
        found.mended[f"refund {refund_desk.send(desk, refund_id, by=BY)}"] += 1

    _each(found, asked, ask)


def _look_at_pages(
    desk: PaymentDesk, since: datetime, found: Found, theirs: dict[str, int]
) -> None:
    """The gateway's pages: those of ours that were paid, and that we don't know of, settle."""
    for seen in desk.gateway.pages_since(since):
        if seen.payment is not None:
            theirs[seen.payment] = seen.amount_pence
        outcome = checkout.take(desk, seen, by=BY)
        if outcome == Outcome.UNKNOWN_ORDER:
            found.unknown.append(f"{seen.payment} was paid for an order that is not here")
        else:
            _note(found, outcome)


def _look_at_returns(desk: PaymentDesk, since: datetime, found: Found) -> None:
    """Refunds and disputes that the gateway knows, payment by payment."""
    by_payment: dict[str, list[ReturnSeen]] = {}
    for seen in desk.gateway.returns_since(since):
        if seen.payment is not None:
            by_payment.setdefault(seen.payment, []).append(seen)

    def learn(payment: str) -> None:
        news = refund_desk.save(desk, payment, by_payment[payment], by=BY)
        if news:
            found.mended["refund learnt"] += news

    _each(found, by_payment, learn)


def _look_for_ours(
    desk: PaymentDesk, since: datetime, found: Found, theirs: Mapping[str, int]
) -> None:
    """Payments that we have, and of which the gateway says nothing, or something else."""
    with desk.database.reading() as work:
        ours = (
            select(Payment.reference, Payment.amount_pence, PaymentSession.reference)
            .join(PaymentSession, PaymentSession.payment == Payment.reference)
            .where(Payment.gateway == desk.gateway.name, Payment.at >= since)
        )
        expected = work.execute(ours).all()

    def look(payment: str, pence: int, page: str) -> None:
        there = theirs.get(payment)
        if there is None:  # its page was opened before what we listed
            there = desk.gateway.look(page).amount_pence
        if there != pence:
            found.unknown.append(f"{payment} is {pence} pence here, and {there} there")

    _each(found, expected, lambda row: look(*row))


def _note(found: Found, outcome: Outcome) -> None:
    if outcome not in (Outcome.NOTHING, Outcome.FOREIGN):
        found.mended[f"order {outcome}"] += 1


def _each(found: Found, things: Iterable[object], act: Callable[..., None]) -> None:
    """Each by itself, so that one that can't be mended leaves the others alone."""
    for thing in things:
        _attempt(found, lambda thing=thing: act(thing))  # type: ignore[misc]


def _attempt(found: Found, act: Callable[[], None]) -> None:
    try:
        act()
    except GatewayAway:
        found.away += 1
    except Refusal as refusal:
        log.warning("reconcile could not mend one thing: %s", refusal)
        found.unknown.append(str(refusal))
