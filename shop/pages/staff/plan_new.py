"""Writing a plan on one page, while the patient gets up: area, tools, guides, and the code.

Nothing is ticked until somebody ticks it. What is usual for this practitioner, and the clinic's
templates, fill the page with one press.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from catalog import planning
from catalog.body import Region
from catalog.outcomes import Candidate
from catalog.planning import Fit
from shop import clock, plan_items, plan_list, plan_templates, plans, products, sites, stock
from shop.db import reading, retried, transaction
from shop.errors import NotFound, Unreadable
from shop.pages import pages
from shop.pages.staff import plan_links, site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.plan_form import AreaForm, PlanForm, form_for
from shop.pages.staff.press import answer
from shop.pages.staff.said import say
from shop.pages.text import line, whole_number
from shop.plan_items import Items
from shop.plans import Issued
from shop.sites import Site
from shop.state import here

LARGEST_ID = 999_999_999


@dataclass(frozen=True, slots=True)
class Usual:
    """A set that fills the page with one press, in words."""

    set_id: int
    words: str


@pages.get("/staff/plans/new")
def plan_new() -> ResponseReturnValue:
    """The areas and what is usual; once one is chosen, its tools and guides too."""
    with reading() as work:
        site, items = writing_at(work), _asked_for(work)
        if items is None:
            return _choose(work, site)
        area, fits = _area(items.area), _fits(work, site, items.area)
    form = form_for(area, fits, here().library, sent=False)
    form.show(items, here().library.guides_for(area.id))
    form.renew()
    return _draw(form, area, fits)


@pages.post("/staff/plans/new")
@retried
def plan_issue() -> ResponseReturnValue:
    """Make the code: one press, one plan, with its tools kept."""
    staff_here()
    form, area, fits = _sent(line(request.form.get("area", "")))
    return answer(form, lambda: _issue(form, area, fits), lambda shown: _draw(shown, area, fits))


@pages.get("/staff/plans/<code>/change")
def plan_change(code: str) -> ResponseReturnValue:
    """The same page with what the plan says now."""
    with reading() as work:
        site = writing_at(work)
        version, items = _now(work, code, site)
        fits = _fits(work, site, items.area)
    area = _area(items.area)
    form = form_for(area, fits, here().library, sent=False)
    form.show(items, here().library.guides_for(area.id), note=version.note)
    form.renew()
    return _draw(form, area, fits, code)


@pages.post("/staff/plans/<code>/change")
@retried
def plan_changed(code: str) -> ResponseReturnValue:
    """The next version, under the same code."""
    with reading() as work:
        _, items = _now(work, code, writing_at(work))
    form, area, fits = _sent(items.area)
    return answer(
        form,
        lambda: _change(form, code, area, fits),
        lambda shown: _draw(shown, area, fits, code),
    )


def writing_at(work: Session) -> Site:
    """This device's clinic, if who is signed in may write plans there."""
    site = site_here(work)
    staff_here().require_plans_at(site.id, site.name)
    return site


def require_its_clinic(plan: plans.Plan, site: Site) -> None:
    """Raises NotFound for a plan of another clinic: who writes plans here decides on none there."""
    if plan.site != site.id:
        raise NotFound("That plan was written at another clinic. Change to that clinic first.")


def in_words(items: Items, work: Session) -> str:
    """Where, with what, and how many guides: "Calf: Soft ball, 2 guides"."""
    region = here().library.regions.get(items.area)
    names = [product.name for product in products.by_sku(work, items.tools).values()]
    many = len(items.guides)
    said = [*names, f"{many} {'guide' if many == 1 else 'guides'}"] if many else names
    return f"{region.label if region else items.area}: {', '.join(said)}"


def _sent(area_id: str) -> tuple[PlanForm, Region, Sequence[Fit]]:
    area = _area(area_id)
    with reading() as work:
        fits = _fits(work, writing_at(work), area.id)
    return form_for(area, fits, here().library, sent=True), area, fits


def _issue(form: PlanForm, area: Region, fits: Sequence[Fit]) -> str:
    staff, zone = staff_here(), here().settings.zone
    with transaction() as work:
        site, now = writing_at(work), clock.now()
        if not form.first(work, at=now):
            return url_for(".plans_list")
        items = _ticked(form, area, fits)
        issued = plans.issue(
            work, site.id, items, note=form.note.data, by=staff.name, zone=zone, at=now
        )
        link = plans.mint(work, issued.code, at=now)
    return _done(issued, fits, link, "The code is ready. It is at the desk too.")


def _change(form: PlanForm, code: str, area: Region, fits: Sequence[Fit]) -> str:
    staff, zone = staff_here(), here().settings.zone
    with transaction() as work:
        writing_at(work)
        now = clock.now()
        if not form.first(work, at=now):
            return url_for(".plan_desk", code=code)
        items = _ticked(form, area, fits)
        issued = plans.change(work, code, items, note=form.note.data, by=staff.name, zone=zone,
                              at=now)  # fmt: skip
    return _done(issued, fits, "", "Changed. The code is the same.")


def _done(issued: Issued, fits: Sequence[Fit], link: str, said: str) -> str:
    names = [fit.candidate.name for fit in fits if fit.candidate.sku in issued.not_kept]
    out = f" None here to keep: {' and '.join(names)}." if names else ""
    say(said + out, warns=bool(out))
    if link:
        plan_links.remember(issued.code, link)
    return url_for(".plan_desk", code=issued.code)


def _ticked(form: PlanForm, area: Region, fits: Sequence[Fit]) -> Items:
    by_sku = {fit.candidate.sku: fit for fit in fits}
    return form.items(here().library.guides_for(area.id), by_sku)


def _now(work: Session, code: str, site: Site) -> tuple[plans.PlanVersion, Items]:
    plan = plans.find(work, code, at=clock.now())
    require_its_clinic(plan, site)
    return plans.current(work, [plan])[plan.id]


def _gone(work: Session, code: str) -> list[str]:
    """The names of a plan's tools that are no longer sold, and so are not to be ticked."""
    plan = plans.with_code(work, code)
    tools = plans.current(work, [plan])[plan.id][1].tools
    return [each.name for each in products.by_sku(work, tools).values() if not each.on_sale]


def _asked_for(work: Session) -> Items | None:
    """What the address asks for: an area, or a set to begin with. None while neither is chosen."""
    if like := line(request.args.get("like", "")):
        return plan_items.one(work, whole_number(like, 1, LARGEST_ID))
    area = line(request.args.get("area", ""))
    return Items(area) if area else None


def _area(area_id: str) -> Region:
    for area in planning.areas(here().library):
        if area.id == area_id:
            return area
    raise Unreadable("Choose an area from the list.")


def _fits(work: Session, site: Site, area_id: str) -> tuple[Fit, ...]:
    free = stock.free(work, at=clock.now())
    candidates = []
    for product in products.listed(work):
        units = free.get(product.sku, {})
        at_desk = units.get(site.id, 0)
        candidates.append(
            Candidate(product.sku, product.name, product.tool, product.price_pence,
                      at_desk, sum(units.values()) - at_desk)
        )  # fmt: skip
    return planning.tools(_area(area_id), candidates, here().library)


def _choose(work: Session, site: Site) -> ResponseReturnValue:
    form = AreaForm(formdata=None)
    form.offer(here().library)
    mine = [Usual(id_, in_words(i, work)) for id_, i in plan_list.usual(work, staff_here().name)]
    kept = [Usual(t.set_id, t.name) for t in plan_templates.listed(work)]
    groups = form.groups(here().library)
    return show("plan_area", site, form=form, groups=groups, usual=mine, templates=kept)


def _draw(form: PlanForm, area: Region, fits: Sequence[Fit], code: str = "") -> str:
    with reading() as work:
        site = site_here(work)
        names = {clinic.id: clinic.name for clinic in sites.listed(work)}
        gone = _gone(work, code) if code else []
    library = here().library
    return show(
        "plan_new",
        site,
        form=form,
        area=area,
        rows=list(zip(form.tools, fits, strict=True)),
        guides=list(zip(form.guides, library.guides_for(area.id), strict=True)),
        gone=gone,
        safety=planning.safety_list(area, library),
        code=code,
        several=len(names) > 1,
        most=plans.LONGEST_NOTE,
    )
