"""The clinic's templates: sets of tools and guides under a name, each used with one press."""

from flask import url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from shop import clock, plan_templates
from shop.db import reading, retried, transaction
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.plan_new import LARGEST_ID, in_words, writing_at
from shop.pages.staff.press import PressForm, answer, blank
from shop.pages.staff.said import said, say
from shop.pages.text import whole_number


class RetireForm(PressForm):
    template = HiddenField()


@pages.get("/staff/plans/templates")
def plan_templates_list() -> ResponseReturnValue:
    """Every template in use, what it has, and since when."""
    staff_here()
    return _draw(blank(RetireForm))


@pages.post("/staff/plans/templates")
@retried
def plan_template_retire() -> ResponseReturnValue:
    """Offer one no more. Plans that were written from it stay as they are."""
    form = RetireForm()

    def retire() -> str:
        with transaction() as work:
            writing_at(work)
            which = whole_number(form.template.data or "", 1, LARGEST_ID)
            name = plan_templates.retire(work, which, by=staff_here().name, at=clock.now())
        say(f"Template “{name}” is retired.")
        return url_for(".plan_templates_list")

    return answer(form, retire, _draw)


def _draw(form: RetireForm) -> str:
    with reading() as work:
        site = site_here(work)
        kept = [(each, in_words(each.items, work)) for each in plan_templates.listed(work)]
    may_write = staff_here().may_write_plans_at(site.id)
    return show("plan_templates", site, form=form, kept=kept, said=said(), may_write=may_write)
