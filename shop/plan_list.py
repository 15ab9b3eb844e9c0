"""Lists of plans for the desk: what waits there, the latest, and what somebody often writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from shop import plans
from shop.holds import Hold
from shop.plan_items import Items
from shop.plans import Plan, PlanVersion

MOST_LISTED = 50
MOST_USUAL = 6
MOST_LOOKED_AT = 60  # of somebody's last plans, for what is usual


@dataclass(frozen=True, slots=True)
class Listed:
    plan: Plan
    version: PlanVersion
    items: Items


def waiting(work: Session, site_id: str, *, at: datetime) -> list[Listed]:
    """Plans of a clinic for which something is kept now, the latest first."""
    kept = exists().where(Hold.plan_id == Plan.id, Hold.ended_at.is_(None), Hold.until > at)
    return _listed(work, _at(site_id).where(Plan.revoked_at.is_(None), kept))


def latest(work: Session, site_id: str) -> list[Listed]:
    """The last plans of a clinic, in force or not."""
    return _listed(work, _at(site_id))


def usual(work: Session, by: str) -> list[tuple[int, Items]]:
    """What somebody wrote lately, each combination once: the ids of the sets, and what is in them.

    The dose is that of the last time.
    """
    mine = select(Plan).where(Plan.by == by).order_by(Plan.made_at.desc(), Plan.id.desc())
    last = work.scalars(mine.limit(MOST_LOOKED_AT)).all()
    found: dict[tuple[object, ...], tuple[int, Items]] = {}
    said = plans.current(work, last)
    for plan in last:
        version, items = said[plan.id]
        alike = items.area, items.tools, tuple(dosed.guide for dosed in items.guides)
        found.setdefault(alike, (version.set_id, items))
    return list(found.values())[:MOST_USUAL]


def _at(site_id: str) -> Select[Plan]:
    return select(Plan).where(Plan.site == site_id).order_by(Plan.made_at.desc(), Plan.id.desc())


def _listed(work: Session, statement: Select[Plan]) -> list[Listed]:
    found: Sequence[Plan] = work.scalars(statement.limit(MOST_LISTED)).all()
    said = plans.current(work, found)
    return [Listed(plan, *said[plan.id]) for plan in found]
