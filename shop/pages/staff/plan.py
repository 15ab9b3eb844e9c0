"""One plan at the desk: its code, large enough to read across a room, and what to do with it."""

from flask import url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from shop import clock, plan_codes, plan_templates, plans
from shop.db import reading, retried, transaction
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.fields import LineField
from shop.pages.front.plan import PAPERS
from shop.pages.plan_page import shown
from shop.pages.qr import qr
from shop.pages.staff import plan_links, site_here, staff_here
from shop.pages.staff.basket import load_plan, selling_at
from shop.pages.staff.frame import show
from shop.pages.staff.plan_new import require_its_clinic, writing_at
from shop.pages.staff.press import PressForm, answer, blank
from shop.pages.staff.said import said, say


class PlanDeskForm(PressForm):
    """`paper` is the button that was pressed, or `name` what a template is to be called."""

    paper = StringField()
    name = LineField("Name of the template", most=plan_templates.LONGEST_NAME)

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.name, str(refusal))


@pages.get("/staff/plans/<code>")
def plan_desk(code: str) -> ResponseReturnValue:
    """The code, its QR while this device still has the link, and what the plan says."""
    staff_here()
    return _draw(blank(PlanDeskForm), code)


@pages.post("/staff/plans/<code>/sheet")
@retried
def plan_print(code: str) -> ResponseReturnValue:
    """A sheet with a QR code of its own, on the paper that was chosen."""
    form = PlanDeskForm()

    def sheet() -> str:
        paper = form.paper.data if form.paper.data in PAPERS else PAPERS[0]
        with transaction() as work:
            site_here(work)
            link = plan_links.link_to(work, plan_codes.read(code))
        return url_for(".plan_sheet", code=link, paper=paper)

    return answer(form, sheet, lambda shown_: _draw(shown_, code))


@pages.post("/staff/plans/<code>/till")
@retried
def plan_load(code: str) -> ResponseReturnValue:
    """Put its tools into the basket on this counter. Twice is once."""
    form = PlanDeskForm()

    def load() -> str:
        with transaction() as work:
            selling_at(work)
            load_plan(work, code, at=clock.now())
        return url_for(".till")

    return answer(form, load, lambda shown_: _draw(shown_, code))


@pages.post("/staff/plans/<code>/revoke")
@retried
def plan_revoke(code: str) -> ResponseReturnValue:
    """Take it back: its code opens nothing any more, and its tools are free again."""
    form = PlanDeskForm()

    def revoke() -> str:
        with transaction() as work:
            require_its_clinic(plans.with_code(work, code), writing_at(work))
            plans.revoke(work, code, by=staff_here().name, at=clock.now())
        say(f"Plan {plan_codes.tidied(code)} is taken back. Nothing is kept for it.")
        return url_for(".plans_list")

    return answer(form, revoke, lambda shown_: _draw(shown_, code))


@pages.post("/staff/plans/<code>/template")
@retried
def plan_template(code: str) -> ResponseReturnValue:
    """Keep what it suggests under a name; a name that is there gets its next version."""
    form = PlanDeskForm()

    def keep() -> str:
        with transaction() as work:
            writing_at(work)
            now, by = clock.now(), staff_here().name
            if form.first(work, at=now):
                plan = plans.find(work, code, at=now)
                items = plans.current(work, [plan])[plan.id][1]
                version = plan_templates.save(work, form.name.data, items, by=by, at=now)
                say(f"Template “{form.name.data}” is kept, version {version}.")
        return url_for(".plan_templates_list")

    return answer(form, keep, lambda shown_: _draw(shown_, code))


def _draw(form: PlanDeskForm, code: str) -> str:
    with reading() as work:
        here_, now = site_here(work), clock.now()
        plan = plans.with_code(work, code)
        seen = shown(work, plan, at=now)
    link = plan_links.remembered(plan.code)
    address = url_for(".plan_page", code=link or plan.code, _external=True)
    return show(
        "plan",
        here_,
        form=form,
        shown=seen,
        code=plan.code,
        address=address if link else "",
        picture=qr(address, "The link to this plan") if link else None,
        in_force=plan.in_force(now),
        said=said(),
        may_write=staff_here().may_write_plans_at(here_.id),
        may_sell=staff_here().may_sell_at(here_.id),
    )
