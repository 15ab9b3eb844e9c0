"""Open plans with a tool that is no longer sold: what may take its place, and who approves it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from catalog.outcomes import Candidate
from shop import clock, plan_codes, plan_swaps, products, sites
from shop.db import reading, retried
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.plan import PlanDeskForm
from shop.pages.staff.plan_new import writing_at
from shop.pages.staff.press import PressForm, act_once, blank
from shop.pages.staff.said import said, say
from shop.pages.text import line
from shop.plan_swaps import Swapped, Waiting
from shop.products import Product
from shop.state import here

ALL = "all"  # no code of a plan


class SwapForm(PressForm):
    """`code` is the plan whose button was pressed, or the word for all of them."""

    gone = HiddenField()
    instead = StringField(validators=[InputRequired("Choose what takes its place.")])
    code = StringField(validators=[InputRequired("Choose a plan, or all of them.")])


@dataclass(frozen=True, slots=True)
class Group:
    """Plans with the same product gone, and the same choice of what takes its place."""

    gone: Product
    instead: tuple[Candidate, ...]
    plans: Sequence[Waiting]


@pages.get("/staff/plans/withdrawn")
def plans_withdrawn() -> ResponseReturnValue:
    """The plans that wait, by product, each with what is as firm and as large."""
    return draw(blank(SwapForm))


@pages.post("/staff/plans/withdrawn")
@retried
def plans_swap() -> ResponseReturnValue:
    """Put the chosen product into one plan, or into all with that product. Twice is once."""
    staff_here()
    form = SwapForm()
    return act_once(form, lambda work: _swap(work, form), url_for(".plans_withdrawn"), draw)


def _swap(work: Session, form: SwapForm) -> None:
    site, staff = site_here(work), staff_here()
    staff.require_tool_approval_at(site.id, site.name)
    gone, instead, code = (line(f.data or "") for f in (form.gone, form.instead, form.code))
    done = plan_swaps.swap(
        work,
        site.id,
        gone,
        instead,
        code="" if code == ALL else plan_codes.read(code),
        library=here().library,
        by=staff.name,
        zone=here().settings.zone,
        at=clock.now(),
    )
    names = products.by_sku(work, (gone, instead))
    say(_in_words(done, names[gone].name, names[instead].name), warns=bool(done.out))


def _in_words(done: Swapped, gone: str, instead: str) -> str:
    """What was changed, and for whom nothing is kept: "Changed 3 plans: …"."""
    changed = f"plan {done.codes[0]}" if len(done.codes) == 1 else f"{len(done.codes)} plans"
    told = [f"Changed {changed}: {instead} in place of {gone}."]
    if done.out:
        told.append(f"None here to keep for {_and(done.out)}.")
    if done.late:
        told.append(f"Nothing is kept for {_and(done.late)}: the days for that are over.")
    return " ".join(told)


def _and(codes: Sequence[str]) -> str:
    """Codes as one says them, a few by name and more as a number."""
    if len(codes) > 3:
        return f"{len(codes)} of them"
    return " and ".join(filter(None, (", ".join(codes[:-1]), codes[-1])))


def draw(form: SwapForm) -> str:
    """The page for who writes plans here; who approves has the buttons."""
    with reading() as work:
        site, now = writing_at(work), clock.now()
        found = plan_swaps.waiting(work, site.id, here().library, at=now)
        many = plan_swaps.many(work, site.id, at=now)
        others = [
            (each.name, waits)
            for each in sites.listed(work)
            if each.id != site.id and staff_here().may_approve_tools_at(each.id)
            for waits in (plan_swaps.many(work, each.id, at=now),)
            if waits
        ]
    return show(
        "plans_withdrawn",
        site,
        form=form,
        revoke=blank(PlanDeskForm),
        groups=_grouped(found),
        areas=here().library.regions,
        many=many,
        all_shown=len(found) < plan_swaps.MOST_LISTED,
        others=others,
        said=said(),
        may_approve=staff_here().may_approve_tools_at(site.id),
    )


def _grouped(found: Sequence[Waiting]) -> list[Group]:
    groups: dict[tuple[str, ...], list[Waiting]] = {}
    for each in found:
        key = (each.gone.sku, *(other.sku for other in each.instead))
        groups.setdefault(key, []).append(each)
    return [Group(g[0].gone, g[0].instead, g) for g in groups.values()]
