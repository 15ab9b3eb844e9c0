"""The five minutes after the last customer: what is still to do once the drawer is counted.

Each step is noted once it was done, so that whoever comes back, on whatever device, goes on where
it was left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import clock, micro_counts, online_orders, places, variances
from shop.counts import CountLine
from shop.db import Base, BigId, UTCTime
from shop.drafts import Channel
from shop.holds import Hold
from shop.levels import StockLevel
from shop.order_states import OrderState
from shop.orders import Order
from shop.products import Product
from shop.z_reports import ZReport

MOST_TO_COUNT = 3  # products, at closing time
MOST_ORDERS = 100  # on either list
_SEEN = timedelta(days=7)  # a shelf that was counted within them is no risk by its worth


class Step(StrEnum):
    """In their order. The blind count comes first, and its Z report is the note of it."""

    HOLDS = "holds"
    COUNT = "count"
    TOMORROW = "tomorrow"


class ClosingStep(Base):
    """A step that somebody has done. Appended, and never changed."""

    __tablename__ = "shop_closing_step"
    __table_args__ = (CheckConstraint("step IN ('holds', 'count', 'tomorrow')", name="step_known"),)

    z_report_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("shop_z_report.id"), primary_key=True, autoincrement=False
    )
    step: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


@dataclass(frozen=True, slots=True)
class ToCount:
    """A product that is worth counting tonight, and why, in words."""

    sku: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Expiring:
    """An unpaid order whose units go back on sale soon."""

    order: Order
    until: datetime


def done(work: Session, report: ZReport, step: Step, *, by: str, at: datetime) -> None:
    """Note that a step was done. Doing it again changes nothing."""
    if work.get(ClosingStep, (report.id, step)) is None:
        work.add(ClosingStep(z_report_id=report.id, step=step, by=by, at=at))
        work.flush()


def next_step(work: Session, report: ZReport) -> Step | None:
    """The first step that nobody has done yet."""
    its = select(ClosingStep.step).where(ClosingStep.z_report_id == report.id)
    so_far = set(work.scalars(its))
    return next((step for step in Step if step not in so_far), None)


def unfinished(work: Session, site_id: str) -> ZReport | None:
    """The clinic's last closing, if something of it is still to do."""
    its = select(ZReport).where(ZReport.site == site_id).order_by(ZReport.serial.desc())
    report = work.scalars(its.limit(1)).one_or_none()
    return report if report and next_step(work, report) else None


def uncollected(work: Session, site_id: str, *, days: int, at: datetime) -> Sequence[Order]:
    """Paid orders that have been ready for longer than the clinic keeps them."""
    late = online_orders.waiting_since(work, at - timedelta(days=days))
    return [order for order in late if order.site == site_id][:MOST_ORDERS]


def expiring(work: Session, site_id: str, *, until: datetime) -> Sequence[Expiring]:
    """Unpaid orders kept here whose time ends before then, the first to end first."""
    its = (
        select(Order, func.min(Hold.until))
        .join(Hold, Hold.order_number == Order.number)
        .where(
            Order.site == site_id,
            Order.channel == Channel.WEB,
            Order.state == OrderState.PLACED,
            Hold.ended_at.is_(None),
            Hold.until <= until,
        )
        .group_by(Order.id)
        .order_by(func.min(Hold.until), Order.id)
        .limit(MOST_ORDERS)
    )
    return [Expiring(order, ends) for order, ends in work.execute(its)]


def collecting(work: Session, site_id: str) -> Sequence[Order]:
    """What people may come for tomorrow: ready, or still to be packed. Longest waiting first."""
    states = [OrderState.READY, OrderState.PAID]
    return online_orders.at_site(work, site_id, states, most=MOST_ORDERS)


def worth_counting(work: Session, site_id: str, *, at: datetime) -> Sequence[ToCount]:
    """Up to three products by risk: asked for (sold from the hand, found), then the shelf that is
    worth most and was not counted this week, then the one that was seen longest ago.

    What is in an open count already is left out.
    """
    shelf = _shelf(work, site_id)
    seen = variances.last_counted(work, site_id)
    names = {sku: name for sku, name, _ in shelf}
    asked = [due.sku for due in micro_counts.due(work, site_id) if due.sku in names]
    chosen = dict.fromkeys(asked[:MOST_TO_COUNT], "The books were put right by hand")
    dear = [sku for sku, _, _ in shelf if sku not in seen or at - seen[sku] > _SEEN]
    for sku in dear[:1]:
        chosen.setdefault(sku, "Worth the most on the shelf")
    for sku in sorted(names, key=lambda sku: (sku in seen, seen.get(sku, at), sku)):
        if len(chosen) >= MOST_TO_COUNT:
            break
        chosen.setdefault(sku, _unseen(seen.get(sku), at))
    return [ToCount(sku, names[sku], why) for sku, why in list(chosen.items())[:MOST_TO_COUNT]]


def _unseen(seen: datetime | None, at: datetime) -> str:
    return "Never counted yet" if seen is None else f"Last counted {(at - seen).days} days ago"


def _shelf(work: Session, site_id: str) -> Sequence[tuple[str, str, int]]:
    """What stands on the shelf and nobody is counting: code, name and worth, dearest first."""
    place = places.shelf(site_id)
    counting = select(CountLine.sku).where(CountLine.place == place, CountLine.is_open)
    worth = StockLevel.on_hand * Product.price_pence
    its = (
        select(Product.sku, Product.name, worth)
        .join(StockLevel, StockLevel.sku == Product.sku)
        .where(StockLevel.place == place, StockLevel.on_hand > 0, Product.sku.not_in(counting))
        .order_by(worth.desc(), Product.sku)
    )
    return [(sku, name, int(pence)) for sku, name, pence in work.execute(its)]


def end_of_tomorrow(at: datetime, zone: ZoneInfo) -> datetime:
    """Until when a hold is worth a look tonight."""
    return clock.bounds(clock.day_of(at, zone) + timedelta(days=1), zone)[1]
