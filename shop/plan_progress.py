"""What becomes of a plan: opened, and bought. Counted once each, and nothing more is known."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shop import plan_counts, plan_holds
from shop.plan_items import PlanSet, PlanTool
from shop.plans import Plan, PlanVersion


def opened(work: Session, plan_id: int) -> None:
    """Somebody has opened it: counted the first time. Nothing else comes of it."""
    first = update(Plan).where(Plan.id == plan_id, Plan.opened.is_(False)).values(opened=True)
    _count(work, work.scalars(first.returning(Plan.id)).all(), opened=1)


def buy(
    work: Session, plan_ids: Sequence[int], place: str, skus: Iterable[str], *, at: datetime
) -> dict[str, int]:
    """An order buys some of what these plans suggest: count it, and pass on what was kept.

    Gives the units that are kept at the order's place, as `plan_holds.take_over` does.
    """
    its = select(Plan.id).join(PlanVersion, PlanVersion.plan_id == Plan.id)
    its = its.join(PlanTool, PlanTool.set_id == PlanVersion.set_id)
    bought = its.where(Plan.id.in_(plan_ids), PlanTool.sku.in_(list(skus)))
    first = update(Plan).where(Plan.id.in_(bought), Plan.bought.is_(False)).values(bought=True)
    _count(work, work.scalars(first.returning(Plan.id)).all(), bought=1)
    return plan_holds.take_over(work, plan_ids, place, skus, at=at)


def _count(work: Session, plan_ids: Sequence[int], *, opened: int = 0, bought: int = 0) -> None:
    rows = select(Plan.day, Plan.site, PlanSet.area).join(
        PlanVersion, PlanVersion.plan_id == Plan.id
    )
    rows = rows.join(PlanSet, PlanSet.id == PlanVersion.set_id).where(PlanVersion.version == 1)
    for day, site, area in work.execute(rows.where(Plan.id.in_(plan_ids)).order_by(Plan.id)).all():
        plan_counts.add(work, day, site, area, opened=opened, bought=bought)
