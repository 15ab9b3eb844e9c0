"""Plans at this clinic: what waits at the desk, the latest ones, and a code to look up."""

from datetime import timedelta

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import clock, plan_codes, plan_counts, plan_list, plan_swaps, products
from shop.db import reading
from shop.errors import NotFound, Refusal
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.plan import PlanDeskForm
from shop.pages.staff.plan_scan import plan_meant
from shop.pages.staff.press import blank
from shop.pages.staff.said import said
from shop.pages.text import line
from shop.state import here

COUNTED = timedelta(days=28)


class LookUpForm(Form):
    """Asked for in the address: it only leads to a plan."""

    class Meta(Form.Meta):
        csrf = False

    code = StringField("Plan code, or scan its QR code")


@pages.get("/staff/plans")
def plans_list() -> ResponseReturnValue:
    """The lists; with `code`, the plan itself."""
    staff = staff_here()
    form, status, now = LookUpForm(formdata=None), 200, clock.now()
    with reading() as work:
        site = site_here(work)
        if typed := line(request.args.get("code", "")):
            try:
                return redirect(url_for(".plan_desk", code=_code(work, typed)), 303)
            except Refusal as refusal:
                form.code.data, status = typed, refusal.status
                form.refuse(form.code, str(refusal))
        waiting = plan_list.waiting(work, site.id, at=now)
        latest = plan_list.latest(work, site.id)
        known = products.by_sku(work, {sku for each in latest for sku in each.items.tools})
        today = clock.day_of(now, here().settings.zone)
        withdrawn = plan_swaps.many(work, site.id, at=now)
        tally = plan_counts.over(work, today - COUNTED, today + timedelta(days=1), site.id)
    page = show(
        "plans",
        site,
        form=form,
        press=blank(PlanDeskForm),
        waiting=waiting,
        latest=latest,
        names={sku: product.name for sku, product in known.items()},
        tally=tally,
        now=now,
        said=said(),
        may_write=staff.may_write_plans_at(site.id),
        withdrawn=withdrawn if staff.may_write_plans_at(site.id) else 0,
        may_decide=staff.may_decide_stock_at(site.id),
    )
    return page, status


def _code(work: Session, typed: str) -> str:
    """The code of what was typed or scanned. Raises NotFound, which says what to check."""
    plan = plan_meant(work, typed)
    if plan is None:
        raise NotFound(plan_codes.NOT_FOUND)
    return plan.code
