"""Paying for an order online: from our own Pay button to the moment we know how it ended.

Each act is a transaction, then a call to the gateway with none open, then a transaction again.
`settle` may be called by anybody, at any time, at once and over and over: the gateway's answer
is compared with our order under its lock, and only the first one that fits makes a sale.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from shop import (
    failpoints,
    identity,
    money,
    online_orders,
    orders,
    payment_outcomes,
    payment_sessions,
)
from shop.db import Database, retried
from shop.drafts import Draft
from shop.errors import OutOfStock, Refusal, Unreadable
from shop.gateways import GatewayRefused, Online, PageAsked, PageSeen, PageState
from shop.orders import PlacedOrder
from shop.payment_outcomes import Outcome
from shop.payment_sessions import HELD_LONGER, PAGE_LIVES, UNFINISHED, SessionState
from shop.post_zones import EVERYWHERE, Zones

_OVER = "This order can't be paid any more. You have not been charged: please order again."


@dataclass(frozen=True, slots=True)
class Opening:
    """An order and its session. `asked` is what its page will be asked for with, None where the
    form was pressed before and its page may be open."""

    order: PlacedOrder
    session_id: int
    asked: PageAsked | None = None


@dataclass(frozen=True, slots=True)
class PaymentDesk:
    """What taking money online needs around it. `sender` is whom signals come from."""

    database: Database
    gateway: Online
    zone: ZoneInfo
    now: Callable[[], datetime]
    sender: object = None
    zones: Zones = EVERYWHERE


def begin(
    work: Session,
    desk: PaymentDesk,
    draft: Draft,
    *,
    press: str,
    success_url: str,
    cancel_url: str,
    plans: Sequence[int] = (),
) -> Opening:
    """Place an order with its units held, and save that its payment page is about to be asked for.

    What is kept for `plans` passes to it, and `{ORDER}` in `cancel_url` becomes its number. The
    same press twice is a clash of keys: `again` finds what the first one made. Raises OutOfStock,
    and Unreadable for a total that the gateway doesn't take.
    """
    if draft.total_pence < desk.gateway.least_pence:
        least = money.in_words(desk.gateway.least_pence, draft.currency)
        raise Unreadable(f"Online payment starts at {least}. Pay at the desk instead.")
    at = desk.now()
    until = at + PAGE_LIVES + HELD_LONGER
    order = orders.place(work, draft, press=press, at=at, hold_until=until, plans=plans)
    failpoints.reached("checkout.after_reserve", work)
    name = desk.gateway.name
    back = cancel_url.replace("{ORDER}", str(order.number))
    session_id, asked = payment_sessions.begin(
        work, order, name, success_url=success_url, cancel_url=back, at=at
    )
    return Opening(order, session_id, asked)


def again(work: Session, order_id: int) -> Opening:
    """The order and its last session, where a form was pressed before.

    Raises Refusal where it was pressed to pay at the desk: that order has no page.
    """
    sessions = payment_sessions.of_order(work, order_id)
    if not sessions:
        raise Refusal(_OVER)
    return Opening(online_orders.placed(orders.get(work, order_id)), sessions[-1].id)


def open_page(desk: PaymentDesk, opening: Opening) -> PageSeen:
    """The page on which an order is paid: the same one however often it is asked for.

    Raises GatewayAway when nobody knows whether there is one now, and Refusal when nobody can
    pay on it any more. A page that is paid already settles its order on the way.
    """
    failpoints.reached("checkout.after_commit")
    session_id = opening.session_id
    if opening.asked is None:
        reference, state, asked = _known(desk, session_id)
    else:
        reference, state, asked = None, str(SessionState.BEGUN), opening.asked
    if reference is not None:
        seen = desk.gateway.look(reference)
    elif state in UNFINISHED:
        seen = _opened(desk, session_id, asked)
    else:
        raise Refusal(_OVER)
    failpoints.reached("checkout.after_stripe_create")
    if not _is_open(desk, opening, seen):
        take(desk, seen, by=desk.gateway.name)
    failpoints.reached("checkout.after_save_session")
    if seen.state == PageState.EXPIRED:
        raise Refusal(_OVER)
    return seen


def settle(desk: PaymentDesk, reference: str, *, by: str) -> Outcome:
    """Ask the gateway how it stands with a page, and make our records say the same."""
    return take(desk, desk.gateway.look(reference), by=by)


def give_up(desk: PaymentDesk, order_id: int, *, by: str) -> None:
    """The customer goes back: end the page, so that it can't be paid, and let go of the units.

    An order that was paid in this very moment is settled instead.
    """
    with desk.database.reading() as work:
        going_on = [
            s.id for s in payment_sessions.of_order(work, order_id) if s.state in UNFINISHED
        ]
    for session_id in going_on:
        finish(desk, session_id, by=by)


def finish(desk: PaymentDesk, session_id: int, *, by: str) -> Outcome:
    """Find out how a session ended, and end it where it is still open.

    Raises GatewayAway, and then it is as unfinished as before.
    """
    reference, state, asked = _known(desk, session_id)
    if state not in UNFINISHED:
        return Outcome.NOTHING
    try:
        seen = desk.gateway.close(reference or _opened(desk, session_id, asked).reference)
    except GatewayRefused:
        return _refused(desk, session_id)
    except Refusal as over:
        if over.status == Refusal.status:  # never opened, and written down as that
            return Outcome.CANCELLED
        raise
    failpoints.reached("sweeper.after_expire_call")
    return take(desk, seen, by=by)


def take(
    desk: PaymentDesk,
    seen: PageSeen,
    *,
    by: str,
    also: Callable[[Session, Outcome], None] = lambda work, outcome: None,
) -> Outcome:
    """What the gateway says of a page, into our records, in a transaction of its own.

    `also` is what belongs into that transaction. Where the shelf turns out to be empty all of it
    is undone, and done again as a sale that is owed: what is paid is never turned away.
    """
    try:
        return _taken(desk, seen, by, also, owing=False)
    except OutOfStock:
        return _taken(desk, seen, by, also, owing=True)


@retried
def _taken(
    desk: PaymentDesk,
    seen: PageSeen,
    by: str,
    also: Callable[[Session, Outcome], None],
    *,
    owing: bool,
) -> Outcome:
    with desk.database.transaction(desk.sender) as work:
        outcome = payment_outcomes.apply(
            work, desk.gateway, seen, zone=desk.zone, by=by, now=desk.now, owing=owing,
            zones=desk.zones,
        )  # fmt: skip
        also(work, outcome)
    return outcome


@retried
def _is_open(desk: PaymentDesk, opening: Opening, seen: PageSeen) -> bool:
    """Note that the page was opened, which is nearly always all that there is to say of it."""
    if seen.state != PageState.OPEN:
        return False
    with desk.database.transaction(desk.sender) as work:
        order_id, session_id = opening.order.id, opening.session_id
        return payment_sessions.opened(work, order_id, session_id, seen.reference)


def _known(desk: PaymentDesk, session_id: int) -> tuple[str | None, str, PageAsked]:
    with desk.database.reading() as work:
        session = payment_sessions.get(work, session_id)
        order = online_orders.placed(orders.get(work, session.order_id))
        asked = payment_sessions.asking(session, order, identity.uid(work))
        return session.reference, session.state, asked


def _opened(desk: PaymentDesk, session_id: int, asked: PageAsked) -> PageSeen:
    try:
        return desk.gateway.open(asked)
    except GatewayRefused as refused:
        _refused(desk, session_id)
        raise Refusal(_OVER) from refused


@retried
def _refused(desk: PaymentDesk, session_id: int) -> Outcome:
    """There is no such page and there will be none: nobody can pay, so nothing is held."""
    with desk.database.transaction(desk.sender) as work:
        session = payment_sessions.get(work, session_id)
        order = online_orders.locked(work, session.order_id)
        work.refresh(session)
        return payment_outcomes.ended(
            work, order, session, SessionState.REFUSED, by=desk.gateway.name, at=desk.now()
        )
