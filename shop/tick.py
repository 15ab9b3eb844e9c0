"""What has to be done from time to time: `flask shop tick`, from cron, once a minute or so.

Each job draws its own transactions and leaves the others alone when it breaks. Running it
twice at once, or again after it was killed, does nothing twice.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError

from shop import (
    alerts,
    back_in_stock,
    clock,
    holds,
    left_baskets,
    limits,
    mail,
    online_orders,
    order_mail,
    outbox,
    parked,
    plans,
    presses,
    privacy,
    reconcile,
    reservations,
    seals,
    sites,
)
from shop.checkout import PaymentDesk
from shop.db import Database, retried
from shop.errors import Refusal
from shop.gateways import Online
from shop.mail import Postman
from shop.post_zones import EVERYWHERE, Zones

log = logging.getLogger("shop")
Clock = Callable[[], datetime]
REMIND_AFTER = timedelta(days=3)  # that an order has been ready


@dataclass(frozen=True, slots=True)
class Done:
    """One job in words, and whether it worked."""

    job: str
    said: str
    ok: bool = True


def run(
    database: Database,
    zone: ZoneInfo,
    now: Clock,
    gateway: Online | None = None,
    postman: Postman | None = None,
    zones: Zones = EVERYWHERE,
) -> list[Done]:
    """Do every job once. A clock, not a time: a job asks when it is its turn.

    `gateway` is how customers pay online, None where they pay at the desk alone; `postman`
    sends mail, None where no mail server is set. `zones` are those of the post.
    """
    jobs: dict[str, Callable[[], str]] = {
        "payments": lambda: end_payments(database, zone, now, gateway, zones),
        "holds": lambda: expire_holds(database, now),
        "alerts": lambda: send_digests(database, zone, now),
        "reservations": lambda: end_reservations(database, now),
        "reminders": lambda: remind(database, now),
        "back in stock": lambda: tell_who_waits(database, now),
        "mail": lambda: send_mail(database, now, postman),
        "plans": lambda: forget_plans(database, now),
        "baskets": lambda: forget_baskets(database, now),
        "presses": lambda: forget_presses(database, now),
        "limits": lambda: forget_tries(database, now),
        "privacy": lambda: forget_people(database, now),
        "seal": lambda: seal(database, now),
    }
    return [_attempt(job, act) for job, act in jobs.items()]


def end_payments(
    database: Database,
    zone: ZoneInfo,
    now: Clock,
    gateway: Online | None,
    zones: Zones = EVERYWHERE,
) -> str:
    """End payment pages that are over, before their holds are: who has paid keeps the units."""
    if gateway is None:
        return "nobody pays online here"
    found = reconcile.sweep(PaymentDesk(database, gateway, zone, now, zones=zones))
    said = [f"{units} {what}" for what, units in sorted(found.mended.items())]
    said += [f"the payment service was away {found.away} times"] if found.away else []
    return "; ".join([*said, *found.unknown]) or "nothing was due"


def expire_holds(database: Database, now: Clock) -> str:
    """Let go of what is kept past its time: a transaction for each place and product."""
    with database.reading() as work:
        overdue = holds.overdue(work, at=now())

    @retried
    def expire(place: str, sku: str) -> int:
        with database.transaction() as work:
            return holds.expire(work, place, sku, at=now())

    units = sum(expire(place, sku) for place, sku in overdue)
    return f"{units} units let go"


def end_reservations(database: Database, now: Clock) -> str:
    """Cancel what was kept at the desk until its time and never fetched."""
    with database.reading() as work:
        overdue = reservations.overdue(work, at=now())

    @retried
    def give_up(order_id: int) -> bool:
        with database.transaction() as work:
            return reservations.give_up(work, order_id, by="tick", at=now())

    return f"{sum(give_up(order_id) for order_id in overdue)} given up"


def remind(database: Database, now: Clock) -> str:
    """Tell who has not come that their order waits. What becomes of it is for a person to say.

    Nobody is told where a clinic keeps orders no longer than that: its days are over by then.
    """
    with database.transaction() as work:
        told = sum(
            order_mail.remind(work, order, at=now())
            for order in online_orders.waiting_since(work, now() - REMIND_AFTER)
            if sites.get(work, order.site).keeps_days > REMIND_AFTER.days
        )
    return f"{told} reminded"


def tell_who_waits(database: Database, now: Clock) -> str:
    """Tell who asked that something is back, once, and forget them."""
    with database.transaction() as work:
        return f"{back_in_stock.tell(work, at=now())} told"


def send_digests(database: Database, zone: ZoneInfo, now: Clock) -> str:
    """Queue today's message to each clinic that has news."""
    with database.reading() as work:
        here = [site.id for site in sites.listed(work)]
    queued = 0
    for site_id in here:
        with database.transaction() as work:
            queued += alerts.digest(work, site_id, clock.day_of(now(), zone), at=now())
    return f"{queued} digests queued"


def send_mail(database: Database, now: Clock, postman: Postman | None) -> str:
    """Send what is due. Raises Refusal where the mail server takes nothing from us."""
    if postman is None:
        with database.reading() as work:
            left = len(outbox.waiting(work))
        return "no mail server is set" + (f", and {left} wait" if left else "")
    done = mail.send_due(database, postman, now)
    said = f"{done.sent} sent, {done.tried_again} to be tried again, {done.given_up} given up"
    if done.away:
        raise Refusal(f"{said}. {done.away}")
    return said


def forget_plans(database: Database, now: Clock) -> str:
    """Blank the notes of plans that have ended, and drop their links."""
    with database.transaction() as work:
        return f"{plans.forget(work, at=now())} ended"


def forget_baskets(database: Database, now: Clock) -> str:
    """Drop baskets that nobody comes back to. They keep nothing, so no shelf changes."""
    with database.transaction() as work:
        return f"{left_baskets.forget(work, at=now()) + parked.forget(work, at=now())} forgotten"


def forget_presses(database: Database, now: Clock) -> str:
    """Drop form tokens that nobody can press any more."""
    with database.transaction() as work:
        return f"{presses.forget(work, at=now())} forgotten"


def forget_tries(database: Database, now: Clock) -> str:
    """Drop the counts of what was tried too long ago to matter."""
    with database.transaction() as work:
        return f"{limits.forget(work, at=now())} forgotten"


def forget_people(database: Database, now: Clock) -> str:
    """Drop what nobody needs any more of who bought, and what mail that was sent said."""
    with database.transaction() as work:
        buyers, mails = privacy.forget_old(work, at=now()), outbox.forget(work, at=now())
    return f"{buyers} buyers and {mails} mails forgotten"


def seal(database: Database, now: Clock) -> str:
    """Seal what is new, and say the last digest, for whoever keeps the output of cron."""
    rows = retried(seals.seal)(database, at=now())
    with database.reading() as work:
        last = seals.last(work)
    return f"{rows} rows sealed, the last digest is {last.digest if last else seals.START}"


def _attempt(job: str, act: Callable[[], str]) -> Done:
    try:
        return Done(job, act())
    except DBAPIError as error:
        log.warning("%s broke off: %s", job, error.orig)
        return Done(job, f"broke off: {error.orig}".strip(), ok=False)
    except Refusal as refusal:
        return Done(job, str(refusal), ok=False)
