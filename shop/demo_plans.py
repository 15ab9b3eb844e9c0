"""The demo's plans: some were bought at the desk, some opened, some are over, some wait."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from catalog import planning
from catalog.body import Region
from catalog.guides import Guide
from shop import holds, plan_progress, plan_templates, plans, sites
from shop.plan_items import Dosed, Items
from shop.state import State

BY = "Priya Shah"
ONE_IN = 16  # sales at the desk
DAYS_AGO = (96, 80, 71, 66, 58, 52, 47, 41, 36, 30, 25, 21, 17, 13, 10, 8, 6, 4, 3, 2, 1, 0)
TEMPLATES = {"Desk workers": "blade_spine", "Runners": "calf"}


def before_sale(
    work: Session, shop: State, site_id: str, skus: Iterable[str], *, at: datetime
) -> Sequence[int]:
    """Some customers come to the desk with a plan. Gives its id, or nothing for the others.

    Who does follows from the moment of the sale, so that the demo is the same each time.
    """
    if at.microsecond % ONE_IN:
        return ()
    for sku in skus:
        tool = next(item.tool for item in shop.library.demo_range if item.sku == sku)
        for area in planning.areas(shop.library):
            guides = planning.serving(tool, area, shop.library.guides_for(area.id))
            if guides:
                written = at - timedelta(minutes=10)
                plan = _write(work, shop, site_id, _items(area, (sku,), guides[:1]), written)
                plan_progress.opened(work, plan.id)
                return (plan.id,)
    return ()


def fill(work: Session, shop: State, *, now: datetime) -> None:
    """Those that nobody bought, over the last months, and two templates."""
    clinics = [site.id for site in sites.listed(work)]
    areas, tools = planning.areas(shop.library), shop.library.demo_range
    for number, ago in enumerate(DAYS_AGO):
        area = areas[number * 5 % len(areas)]
        guides = shop.library.guides_for(area.id)
        fit = [item.sku for item in tools if planning.serving(item.tool, area, guides[:1])]
        items = _items(area, fit[:1], guides[:1])
        made = now - timedelta(days=ago, minutes=20)
        plan = _write(work, shop, clinics[number % len(clinics)], items, made)
        if number % 3:
            plan_progress.opened(work, plan.id)
        if number == 10:
            plans.revoke(work, plan.code, by=BY, at=made + timedelta(minutes=5))
    for place, sku in holds.overdue(work, at=now):
        holds.expire(work, place, sku, at=now)
    for name, id_ in TEMPLATES.items():
        _template(work, shop, name, id_, now)


def _template(work: Session, shop: State, name: str, area_id: str, now: datetime) -> None:
    if area_id in shop.library.regions:
        area, guides = shop.library.regions[area_id], shop.library.guides_for(area_id)
        if guides:
            plan_templates.save(work, name, _items(area, (), guides[:2]), by=BY, at=now)


def _write(work: Session, shop: State, site_id: str, items: Items, at: datetime) -> plans.Plan:
    zone = shop.settings.zone
    return plans.with_code(work, plans.issue(work, site_id, items, by=BY, zone=zone, at=at).code)


def _items(area: Region, skus: Iterable[str], guides: Iterable[Guide]) -> Items:
    return Items(area.id, tuple(skus), tuple(_dosed(guide) for guide in guides))


def _dosed(guide: Guide) -> Dosed:
    dose = planning.dose(guide)
    return Dosed(guide.id, dose.hold_limit_seconds, dose.repeats, 1, planning.WEEKS)
