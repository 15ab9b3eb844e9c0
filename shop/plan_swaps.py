"""Another tool in open plans whose own is no longer sold: the same again, once somebody approves.

A plan is open while it is in force and nobody has bought of it. What is proposed is of the same
kind, firmness and size; the plan gets its next version under the same code, and keeps its doses and
its note.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from catalog import substitutes
from catalog.library import Library
from catalog.outcomes import Candidate
from shop import audit, clock, failpoints, plan_holds, plan_items, plans, products, sites, stock
from shop.errors import Refusal
from shop.plan_items import Items, PlanTool
from shop.plans import MOST_VERSIONS, Plan, PlanVersion
from shop.products import Product

MOST_LISTED = 100  # plans on one page, and changed by one press


@dataclass(frozen=True, slots=True)
class Waiting:
    """A plan with a tool that is `gone`, and what may take its place, the nearest first."""

    plan: Plan
    version: PlanVersion
    items: Items
    gone: Product
    instead: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Swapped:
    """The codes of the plans that were changed, of those the ones for which none was free to keep,
    and the ones whose time for keeping anything was over."""

    codes: tuple[str, ...]
    out: tuple[str, ...]
    late: tuple[str, ...]


def many(work: Session, site_id: str, *, at: datetime) -> int:
    """How many open plans of a clinic have a tool that is no longer sold."""
    its = _open(func.count(Plan.id.distinct()), site_id=site_id, at=at)
    return work.scalar(its) or 0


def waiting(
    work: Session,
    site_id: str,
    library: Library,
    *,
    at: datetime,
    these: ColumnElement[bool] | None = None,
) -> list[Waiting]:
    """Those plans, by the product that is gone, the latest first; `these` narrows them down."""
    its = _open(Plan, Product, site_id=site_id, at=at)
    if these is not None:
        its = its.where(these)
    order = (Product.name, Plan.made_at.desc(), Plan.id.desc())
    found = work.execute(its.order_by(*order).limit(MOST_LISTED)).all()
    said = plans.current(work, {plan.id: plan for plan, _ in found}.values())
    range_ = _on_sale(work, site_id, at) if found else ()
    return [
        Waiting(plan, version, items, gone, _instead(items, gone, range_, library))
        for plan, gone in found
        for version, items in (said[plan.id],)
    ]


def swap(
    work: Session,
    site_id: str,
    gone: str,
    instead: str,
    *,
    code: str = "",
    library: Library,
    by: str,
    zone: ZoneInfo,
    at: datetime,
) -> Swapped:
    """Put one product in the place of another in this clinic's open plans, or in the one named.

    What was kept of the old one is let go, and one of the new one is kept for each plan that
    something can still be kept for. A plan that was changed, bought or taken back meanwhile stays
    as it is. Raises Refusal where none is left to change, or the new one is not just as the old.
    """
    its = PlanTool.sku == gone
    found = waiting(work, site_id, library, at=at, these=its & (Plan.code == code) if code else its)
    fit = [each for each in found if instead in {other.sku for other in each.instead}]
    if found and not fit:
        raise Refusal("That product can’t take its place. Choose again from this page.")
    changed = [each for each in sorted(fit, key=_by_id) if _claim(work, each.plan, at)]
    if not changed:
        raise Refusal(
            "Nothing was changed: the plan was bought, changed or taken back since you opened "
            "this page."
        )
    for each in changed:
        _rewrite(work, each, instead, by, at)
    failpoints.reached("plan.after_swaps", work)
    return _keep(work, changed, instead, zone, at)


def _open(*columns: Any, site_id: str, at: datetime) -> Select[Any]:
    """Of plans in force that nobody has bought of, each tool that is withdrawn."""
    now = (PlanVersion.plan_id == Plan.id) & (PlanVersion.version == Plan.version)
    return (
        select(*columns)
        .select_from(Plan)
        .join(PlanVersion, now)
        .join(PlanTool, PlanTool.set_id == PlanVersion.set_id)
        .join(Product, Product.sku == PlanTool.sku)
        .where(Product.on_sale.is_(False), Plan.site == site_id, *_still_open(at))
    )


def _still_open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return Plan.revoked_at.is_(None), Plan.bought.is_(False), Plan.ends_at > at


def _on_sale(work: Session, site_id: str, at: datetime) -> Sequence[Candidate]:
    """What is sold now, with the units free on this shelf and on others."""
    free, found = stock.free(work, at=at), list[Candidate]()
    for product in products.listed(work):
        units = free.get(product.sku, {})
        here = units.get(site_id, 0)
        found.append(
            Candidate(product.sku, product.name, product.tool, product.price_pence, here,
                      sum(units.values()) - here)
        )  # fmt: skip
    return found


def _instead(
    items: Items, gone: Product, range_: Iterable[Candidate], library: Library
) -> tuple[Candidate, ...]:
    guides = [library.guides[d.guide] for d in items.guides if d.guide in library.guides]
    others = [each for each in range_ if each.sku not in items.tools]
    area = library.regions.get(items.area)
    return substitutes.instead_of(gone.tool, others, area, guides, library)


def _by_id(each: Waiting) -> int:
    return each.plan.id


def _claim(work: Session, plan: Plan, at: datetime) -> bool:
    """Raise a plan's version, if it is still the one that was read. Of two who do, one does."""
    its = (Plan.id == plan.id, Plan.version == plan.version, Plan.version < MOST_VERSIONS)
    claimed = (
        update(Plan)
        .where(*its, *_still_open(at))
        .values(version=Plan.version + 1)
        .returning(Plan.id)
        .execution_options(synchronize_session=False)
    )
    if work.scalar(claimed) is None:
        return False
    work.refresh(plan)
    return True


def _rewrite(work: Session, each: Waiting, instead: str, by: str, at: datetime) -> None:
    set_id = plan_items.write(work, _with(each, instead), there=each.items.tools)
    plans.write_version(work, each.plan, set_id, each.version.note, by, at)
    what = f"plan {each.plan.code}: {instead} for {each.gone.sku}"
    audit.record(work, "plan.swapped", what, by=by, at=at)


def _with(each: Waiting, instead: str) -> Items:
    tools = tuple(instead if sku == each.gone.sku else sku for sku in each.items.tools)
    return replace(each.items, tools=tools)


def _keep(
    work: Session, changed: Sequence[Waiting], instead: str, zone: ZoneInfo, at: datetime
) -> Swapped:
    """Let the old ones go and keep new ones, the lower code first, as levels are locked."""
    late = {each.plan.code for each in changed if not _in_time(work, each, zone, at)}
    out: list[str] = []
    for sku in sorted({instead, changed[0].gone.sku}):
        for each in changed:
            plan = each.plan
            if sku != instead:
                plan_holds.release(work, plan.id, at=at, but=_with(each, instead).tools)
            elif plan.code not in late and plan_holds.keep_each(
                work, plan.id, plan.site, [instead], ends_at=plan.ends_at, zone=zone, at=at
            ):
                out.append(plan.code)
    return Swapped(tuple(each.plan.code for each in changed), tuple(out), tuple(sorted(late)))


def _in_time(work: Session, each: Waiting, zone: ZoneInfo, at: datetime) -> bool:
    """Whether what the plan said until now would still be kept: it ends as it began, on its own."""
    site, day = sites.get(work, each.plan.site), clock.day_of(each.version.at, zone)
    return at < clock.bounds(sites.next_opening(site, day), zone)[1]
