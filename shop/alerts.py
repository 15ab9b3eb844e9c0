"""Who is told that a shelf is low: the rule that says so, the badge, and one digest a day.

An alert fires with the move that makes a shelf low (`stock_rules.judge`), once, and is armed
again by a refill. Nobody is reminded every day of what they know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from shop import audit, outbox, places, products, sites, stock_rules
from shop.errors import Unreadable
from shop.levels import StockLevel
from shop.stock_rules import MOST_LEAD_DAYS, MOST_RULE, StockAlert, StockRule
from shop.transfers import Transfer, TransferState

LONG_ON_THE_WAY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Low:
    """A shelf at or below its minimum. `told_at` is the digest that said so."""

    site: str
    sku: str
    name: str
    free: int
    minimum: int
    fired_at: datetime
    told_at: datetime | None


def set_rule(
    work: Session,
    site_id: str,
    sku: str,
    *,
    minimum: int,
    target: int,
    pack: int = 1,
    lead_days: int = 0,
    by: str,
    at: datetime,
) -> None:
    """Say what a shelf should hold. Whether it is low by the new rule is seen at once."""
    sites.get(work, site_id), products.get(work, sku)
    if not 0 <= minimum < target <= MOST_RULE:
        raise Unreadable(f"The minimum is 0 or more and below the target, and that {MOST_RULE:,}.")
    if not 1 <= pack <= MOST_RULE or not 0 <= lead_days <= MOST_LEAD_DAYS:
        raise Unreadable(f"A pack has 1 unit or more, and takes 0 to {MOST_LEAD_DAYS} days.")
    work.merge(
        StockRule(
            site=site_id, sku=sku, minimum=minimum, target=target, pack=pack, lead_days=lead_days
        )
    )
    work.flush()
    rule = f"{site_id} {sku}: {minimum} to {target}, packs of {pack}, {lead_days} days"
    audit.record(work, "stock_rule.set", rule, by=by, at=at)
    free = _free(work, site_id, sku)
    stock_rules.judge(work, site_id, sku, free=free, minimum=minimum, at=at)
    if free <= minimum:  # one that is open already goes by the new numbers
        open_ = update(StockAlert).where(
            StockAlert.site == site_id, StockAlert.sku == sku, StockAlert.cleared_at.is_(None)
        )
        work.execute(open_.values(minimum=minimum, free=free))


def drop_rule(work: Session, site_id: str, sku: str, *, by: str, at: datetime) -> None:
    """Watch this shelf no longer."""
    work.execute(delete(StockRule).where(StockRule.site == site_id, StockRule.sku == sku))
    open_ = update(StockAlert).where(
        StockAlert.site == site_id, StockAlert.sku == sku, StockAlert.cleared_at.is_(None)
    )
    work.execute(open_.values(cleared_at=at))
    audit.record(work, "stock_rule.dropped", f"{site_id} {sku}", by=by, at=at)


def low(work: Session, site_id: str) -> Sequence[Low]:
    """What is low at a clinic now, the longest first."""
    free = func.coalesce(StockLevel.on_hand - StockLevel.held, 0)
    statement = (
        select(StockAlert, products.Product.name, free)
        .join(products.Product, products.Product.sku == StockAlert.sku)
        .outerjoin(
            StockLevel,
            (StockLevel.sku == StockAlert.sku) & (StockLevel.place == places.shelf(site_id)),
        )
        .where(StockAlert.site == site_id, StockAlert.cleared_at.is_(None))
        .order_by(StockAlert.fired_at, StockAlert.sku)
    )
    return [
        Low(alert.site, alert.sku, name, left, alert.minimum, alert.fired_at, alert.told_at)
        for alert, name, left in work.execute(statement)
    ]


def badge(work: Session, site_id: str) -> int:
    """How many products are low at a clinic, for the header."""
    statement = select(func.count()).select_from(StockAlert)
    open_ = statement.where(StockAlert.site == site_id, StockAlert.cleared_at.is_(None))
    return work.scalar(open_) or 0


def digest(work: Session, site_id: str, day: date, *, at: datetime) -> bool:
    """Queue the day's message to a clinic, if there is news in it. At most one a day.

    News is a shelf that has become low since the last digest, and a transfer that should have
    arrived long ago by now and not by then. What is not new stands in it all the same.
    """
    site, shelves, late = sites.get(work, site_id), low(work, site_id), _late(work, site_id, at)
    fresh = [each for each in shelves if each.told_at is None]
    if not fresh and not _newly_late(work, site_id, at):
        return False
    lines = [f"{each.name}: {each.free} free, minimum {each.minimum}." for each in shelves]
    lines += [f"Transfer {number} has been on its way for {days} days." for number, days in late]
    queued = outbox.put(
        work,
        f"{_keys(site_id)}{day.isoformat()}",
        to=f"site:{site_id}",
        site=site_id,
        subject=f"Stock at {site.name}: {len(lines)} to look at",
        body="\n".join(lines),
        at=at,
    )
    if queued:
        told = update(StockAlert).where(
            StockAlert.site == site_id,
            StockAlert.cleared_at.is_(None),
            StockAlert.told_at.is_(None),
        )
        work.execute(told.values(told_at=at))
    return queued


def _newly_late(work: Session, site_id: str, at: datetime) -> bool:
    """Whether a transfer has become overdue here since the last digest."""
    last = outbox.latest(work, site_id, _keys(site_id))
    told = set() if last is None else {number for number, _ in _late(work, site_id, last)}
    return any(number not in told for number, _ in _late(work, site_id, at))


def _keys(site_id: str) -> str:
    return f"stock:{site_id}:"


def _late(work: Session, site_id: str, at: datetime) -> list[tuple[int, int]]:
    """Numbers of the transfers that are overdue here, and for how many days they have gone."""
    statement = (
        select(Transfer.number, Transfer.sent_at)
        .where(
            Transfer.to_site == site_id,
            Transfer.state == TransferState.SENT,
            Transfer.sent_at <= at - LONG_ON_THE_WAY,
        )
        .order_by(Transfer.number)
    )
    return [(number, (at - sent).days) for number, sent in work.execute(statement) if sent]


def _free(work: Session, site_id: str, sku: str) -> int:
    free = select(StockLevel.on_hand - StockLevel.held).where(
        StockLevel.place == places.shelf(site_id), StockLevel.sku == sku
    )
    return work.scalar(free) or 0
