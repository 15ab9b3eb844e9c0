"""Taking a gateway's notice: proved to be the gateway's, acted on, and then recorded as taken.

What a notice says is only a reason to ask the gateway itself. A notice that can't be acted on
because the gateway does not answer is not recorded, so that it comes again.
"""

from sqlalchemy.orm import Session

from shop import checkout, failpoints, gateway_events, refund_desk
from shop.checkout import PaymentDesk
from shop.db import retried
from shop.gateways import About, GatewayRefused, Notice, PageSeen
from shop.payment_outcomes import Outcome

KNOWN, IGNORED, NO_SUCH, LEARNT = "known", "ignored", "no-such", "learnt"


def take(desk: PaymentDesk, body: bytes, signature: str) -> str:
    """Act on a notice and say what came of it. Raises Unreadable for one that is not signed,
    and GatewayAway when the gateway is to send it again."""
    notice = desk.gateway.read(body, signature)
    failpoints.reached("webhook.after_verify")
    with desk.database.reading() as work:
        if gateway_events.known(work, notice):
            return KNOWN
    if notice.live != desk.gateway.live or notice.reference is None:
        return _record(desk, notice, IGNORED)
    if notice.about == About.PAGE:
        return _about_page(desk, notice, notice.reference)
    if notice.about == About.RETURN:
        return _about_return(desk, notice, notice.reference)
    return _record(desk, notice, IGNORED)


def _about_page(desk: PaymentDesk, notice: Notice, reference: str) -> str:
    try:
        seen = desk.gateway.look(reference)
    except GatewayRefused:  # another account's, or of a time before this one
        return _record(desk, notice, NO_SUCH)
    return _act(desk, notice, seen)


def _about_return(desk: PaymentDesk, notice: Notice, payment: str) -> str:
    try:
        ours = refund_desk.learn(desk, payment, by=desk.gateway.name)
    except GatewayRefused:
        return _record(desk, notice, NO_SUCH)
    return _record(desk, notice, LEARNT if ours else Outcome.FOREIGN)


def _act(desk: PaymentDesk, notice: Notice, seen: PageSeen) -> str:
    """What the gateway says now, into our records, and in the same transaction that we heard."""
    name = desk.gateway.name

    def heard(work: Session, outcome: Outcome) -> None:
        failpoints.reached("webhook.after_apply", work)
        gateway_events.record(work, name, notice, outcome, at=desk.now())
        failpoints.reached("webhook.after_event_insert", work)

    outcome = checkout.take(desk, seen, by=name, also=heard)
    failpoints.reached("webhook.after_commit")
    return outcome


@retried
def _record(desk: PaymentDesk, notice: Notice, outcome: str) -> str:
    with desk.database.transaction(desk.sender) as work:
        gateway_events.record(work, desk.gateway.name, notice, outcome, at=desk.now())
    return outcome
