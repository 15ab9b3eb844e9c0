"""A plan as the patient's page, its sheet and the desk show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from catalog import planning
from catalog.body import Region
from catalog.doses import Dose
from catalog.guides import Guide
from catalog.own_tools import OwnTool
from shop import clock, plan_holds, plans, product_range, sites, stock, ways
from shop.plan_items import Dosed, Items
from shop.plans import Plan
from shop.product_range import Range
from shop.products import Product
from shop.sites import Site
from shop.state import here
from shop.ways import Offered


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool of a plan. `free` are units by site, one more where one is kept for this plan."""

    product: Product
    why: tuple[str, ...]
    free: Mapping[str, int]
    kept_until: date | None

    def elsewhere(self, site: Site, clinics: Sequence[Site]) -> list[tuple[str, int]]:
        """The other clinics that have some, by name."""
        others = ((clinic.name, self.free.get(clinic.id, 0)) for clinic in clinics
                  if clinic.id != site.id)  # fmt: skip
        return [(name, units) for name, units in others if units]


@dataclass(frozen=True, slots=True)
class Exercise:
    guide: Guide
    dose: Dose
    dosed: Dosed


@dataclass(frozen=True, slots=True)
class Shown:
    """`changed` is the day of the last version, where there was an earlier one, and `changed_by`
    who wrote it or approved a tool. `withdrawn` are tools of it that are no longer sold."""

    plan: Plan
    site: Site
    clinics: Sequence[Site]
    note: str
    day: date
    changed: date | None
    changed_by: str
    last_day: date
    area: Region | None
    tools: tuple[Tool, ...]
    withdrawn: tuple[Product, ...]
    exercises: tuple[Exercise, ...]
    missing_guides: int
    at_home: tuple[OwnTool, ...]
    offered: Offered
    total_pence: int  # of its tools, with what a set of them takes off

    @property
    def written_by(self) -> str:
        """The practitioner's first name: no more of it leaves the clinic."""
        return self.plan.by.split()[0] if self.plan.by.split() else ""

    @property
    def review_by(self) -> date | None:
        """The first day on which one of its guides has to be looked through again."""
        days = (date.fromisoformat(each.guide.review.review_by) for each in self.exercises)
        return min(days, default=None)

    @property
    def skus(self) -> tuple[str, ...]:
        return tuple(tool.product.sku for tool in self.tools)


def shown(work: Session, plan: Plan, *, at: datetime) -> Shown:
    """All that a page says of a plan, at today's prices and with what the shelves have now."""
    version, items = plans.current(work, [plan])[plan.id]
    library, zone = here().library, here().settings.zone
    area = library.regions.get(items.area)
    guides = [library.guides[d.guide] for d in items.guides if d.guide in library.guides]
    range_ = product_range.now(work)
    goods = {s: range_.by_sku[s] for s in items.tools if range_.by_sku[s].on_sale}
    kept = plan_holds.kept(work, [plan.id], at=at).get(plan.id, {})
    free = _free(work, items, kept, at)
    basket = dict.fromkeys((sku for sku in items.tools if sku in goods), 1)
    return Shown(
        plan=plan,
        site=sites.get(work, plan.site),
        clinics=range_.clinics,
        note=version.note,
        day=plan.day,
        changed=clock.day_of(version.at, zone) if version.version > 1 else None,
        changed_by=version.by,
        last_day=_last_day(plan.ends_at),
        area=area,
        tools=tuple(_tool(goods[sku], area, guides, free, kept) for sku in basket),
        withdrawn=tuple(range_.by_sku[sku] for sku in items.tools if sku not in goods),
        exercises=tuple(
            Exercise(library.guides[d.guide], _dose(d), d)
            for d in items.guides
            if d.guide in library.guides
        ),
        missing_guides=len(items.guides) - len(guides),
        at_home=planning.at_home(area, guides, library),
        offered=_offered(basket, range_, free),
        total_pence=range_.goods_pence(basket),
    )


def _tool(
    product: Product,
    area: Region | None,
    guides: Sequence[Guide],
    free: Mapping[str, Mapping[str, int]],
    kept: Mapping[str, tuple[str, datetime]],
) -> Tool:
    sku, why = product.sku, planning.why(product.tool, area, guides)
    return Tool(product, why, free.get(sku, {}), _last_day(kept[sku][1]) if sku in kept else None)


def _offered(
    basket: Mapping[str, int], range_: Range, free: Mapping[str, Mapping[str, int]]
) -> Offered:
    settings = here().settings
    return ways.offered(
        basket, settings.postage, range_=range_, free=free,
        free_from=settings.postage_free_pence, zones=settings.postage_zones,
    )  # fmt: skip


def _last_day(end: datetime) -> date:
    """The last whole day before a moment: what ends at midnight ends with the day before."""
    return clock.day_of(end - timedelta(seconds=1), here().settings.zone)


def _free(
    work: Session, items: Items, kept: Mapping[str, tuple[str, datetime]], at: datetime
) -> dict[str, dict[str, int]]:
    free = stock.free(work, items.tools, at=at)
    for sku, (site, _) in kept.items():
        free.setdefault(sku, {})[site] = free.get(sku, {}).get(site, 0) + 1
    return free


def _dose(d: Dosed) -> Dose:
    return planning.dosed(
        here().library.guides[d.guide],
        hold_seconds=d.hold_seconds,
        repeats=d.repeats,
        times_a_day=d.times_a_day,
        weeks=d.weeks,
    )
