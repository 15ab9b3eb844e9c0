"""What one shelf should hold, and who supplies it: the rule behind alerts and orders."""

from collections.abc import Callable
from functools import partial

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from shop import alerts, clock, products, stock_rules, suppliers
from shop.db import reading, retried
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.fields import LineField, MoneyField, WholeField, pounds_and_pence
from shop.pages.form import Form
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, act_once, blank, managing_at
from shop.pages.staff.said import said, say
from shop.pages.text import whole_number
from shop.stock_rules import MOST_LEAD_DAYS, MOST_RULE, StockRule
from shop.suppliers import Supply

LONGEST_CODE = 60  # characters of a supplier's own code
LAST_NUMBER = 999_999_999


class RuleForm(PressForm):
    minimum = WholeField("Minimum", low=0, high=MOST_RULE)
    target = WholeField("Target", low=1, high=MOST_RULE)
    pack = WholeField("Units in a pack", low=1, high=MOST_RULE, empty=1)
    lead_days = WholeField("Days until it comes", low=0, high=MOST_LEAD_DAYS, empty=0)


class SupplyForm(PressForm):
    supplier = SelectField("Supplier", [InputRequired("Choose a supplier")])
    cost = MoneyField("Cost of one, in pounds")
    code = LineField("Supplier’s code (optional)", most=LONGEST_CODE)

    def offer(self, work: Session) -> None:
        self.supplier.choices = [SelectChoice("", "Choose")] + [
            SelectChoice(str(each.id), each.name) for each in suppliers.listed(work)
        ]


@pages.get("/staff/stock/<sku>/rule")
def stock_rule(sku: str) -> ResponseReturnValue:
    """What this clinic's shelf should hold of one product."""
    staff_here()
    return _draw(sku)


@pages.post("/staff/stock/<sku>/rule")
@retried
def stock_rule_set(sku: str) -> ResponseReturnValue:
    """Set the rule. Whether the shelf is low by it is seen at once."""
    form = RuleForm()

    def set_rule(work: Session) -> None:
        site = managing_at(work)
        alerts.set_rule(
            work,
            site.id,
            sku,
            minimum=form.minimum.number,
            target=form.target.number,
            pack=form.pack.number,
            lead_days=form.lead_days.number,
            by=staff_here().name,
            at=clock.now(),
        )
        say(f"Saved for {site.name}.")

    return _act(sku, form, set_rule)


@pages.post("/staff/stock/<sku>/rule/drop")
@retried
def stock_rule_drop(sku: str) -> ResponseReturnValue:
    """Watch this shelf no longer."""

    def drop(work: Session) -> None:
        site, product = managing_at(work), products.get(work, sku)
        alerts.drop_rule(work, site.id, product.sku, by=staff_here().name, at=clock.now())
        say(f"{site.name} has no rule for it now.")

    return _act(sku, PressForm(), drop)


@pages.post("/staff/stock/<sku>/supply")
@retried
def stock_supply(sku: str) -> ResponseReturnValue:
    """From now on it is ordered from this supplier, at this cost."""
    form = SupplyForm()
    with reading() as work:
        form.offer(work)

    def supply(work: Session) -> None:
        managing_at(work)
        if form.cost.pence is None:
            raise Refusal("Enter what one costs.")
        supplier_id = whole_number(form.supplier.data, 1, LAST_NUMBER)
        suppliers.supplies(
            work, supplier_id, sku, unit_cost_pence=form.cost.pence, code=form.code.data
        )
        say(f"It is ordered from {suppliers.get(work, supplier_id).name} now.")

    return _act(sku, form, supply)


def _act(sku: str, form: PressForm, act: Callable[[Session], None]) -> ResponseReturnValue:
    return act_once(form, act, url_for(".stock_rule", sku=sku), partial(_draw, sku))


def _draw(sku: str, form: Form | None = None) -> str:
    with reading() as work:
        site, product = site_here(work), products.get(work, sku)
        rule = stock_rules.of(work, site.id, sku)
        supply = suppliers.of(work).get(sku)
        supply_form = form if isinstance(form, SupplyForm) else _supplying(supply)
        supply_form.offer(work)
    rule_form = form if isinstance(form, RuleForm) else _ruling(rule)
    for each in (rule_form, supply_form):
        each.renew()
    return show(
        "rule",
        site,
        form=form or Form(formdata=None),
        product=product,
        rule=rule,
        rule_form=rule_form,
        supply_form=supply_form,
        press_form=blank(PressForm),
        may_decide=staff_here().may_decide_stock_at(site.id),
        said=said(),
    )


def _ruling(rule: StockRule | None) -> RuleForm:
    form = blank(RuleForm)
    if rule is not None:
        for field in (form.minimum, form.target, form.pack, form.lead_days):
            field.data = str(getattr(rule, field.name))
    return form


def _supplying(supply: Supply | None) -> SupplyForm:
    form = blank(SupplyForm)
    if supply is not None:
        form.supplier.data, form.code.data = str(supply.supplier_id), supply.code
        form.cost.data = pounds_and_pence(supply.unit_cost_pence)
    return form
