"""A purchase order's page: its lines, what has come, and what can be done in its state."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from wtforms import FieldList, FormField, HiddenField
from wtforms import Form as Plain

from shop import products, purchases, suppliers
from shop.db import reading
from shop.errors import NotFound
from shop.pages.fields import MoneyField, WholeField, pounds_and_pence
from shop.pages.form import Form
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.listing import ListForm, hits
from shop.pages.staff.press import PressForm, blank
from shop.pages.staff.said import said
from shop.pages.text import whole_number
from shop.purchases import MOST_LINES, MOST_UNITS, Purchase, PurchaseState, Wanted
from shop.sites import Site, get

LAST_NUMBER = 999_999_999


class WantedForm(Plain):  # type: ignore[misc]
    sku = HiddenField()
    units = WholeField("Units", low=0, high=MOST_UNITS, empty=0)
    cost = MoneyField("Cost of one")


class OrderForm(PressForm):
    lines = FieldList(FormField(WantedForm), max_entries=MOST_LINES)

    def wanted(self) -> list[Wanted]:
        forms = [each.form for each in self.lines]
        return [
            Wanted(form.sku.data or "", form.units.number, form.cost.pence or 0)
            for form in forms
            if form.units.number
        ]


@dataclass(frozen=True, slots=True)
class Line:
    """`code` is the supplier's own, `cost` in pounds and pence as a file has it, if known."""

    sku: str
    code: str
    name: str
    units: int
    unit_cost_pence: int | None
    received: int

    @property
    def cost(self) -> str:
        return "" if self.unit_cost_pence is None else pounds_and_pence(self.unit_cost_pence)

    @property
    def total_pence(self) -> int:
        return self.units * (self.unit_cost_pence or 0)


@dataclass(frozen=True, slots=True)
class May:
    change: bool
    close: bool
    cancel: bool


def of_staff(work: Session, number: str) -> Purchase:
    """The order an address names, for people of its clinic."""
    of = purchases.get(work, whole_number(number, 1, LAST_NUMBER))
    if not staff_here().role_at(of.site):
        raise NotFound("There is no purchase order with that number.")
    return of


def lines(work: Session, of: Purchase) -> list[Line]:
    found, supplies = purchases.lines_of(work, of.number), suppliers.of(work)
    known = products.by_sku(work, [line.sku for line in found])
    codes = {sku: each.code for sku, each in supplies.items() if each.supplier_id == of.supplier_id}
    return [
        Line(
            line.sku,
            codes.get(line.sku, ""),
            known[line.sku].name,
            line.units,
            line.known_cost,
            line.received,
        )
        for line in found
    ]


def draw(number: str, form: Form | None = None, typed: str = "") -> str:
    """The page. `form` is the one that was sent and refused, `typed` fits several products."""
    with reading() as work:
        site, of = site_here(work), of_staff(work, number)
        found, fitting = lines(work, of), hits(work, typed)
        supplier, deliver_to = suppliers.get(work, of.supplier_id), get(work, of.site)
    return show(
        "order",
        site,
        form=form or Form(formdata=None),
        order=of,
        supplier=supplier,
        deliver_to=deliver_to,
        lines=found,
        names={line.sku: line.name for line in found},
        total_pence=sum(line.total_pence for line in found),
        may=_may(of, site, found),
        order_form=_changing(form, found),
        list_form=_scanning(form),
        press_form=blank(PressForm),
        hits=fitting,
        words=typed,
        said=said(),
    )


def _scanning(form: Form | None) -> ListForm:
    if isinstance(form, ListForm):
        return form
    return blank(ListForm)


def _changing(form: Form | None, found: Sequence[Line]) -> OrderForm:
    if isinstance(form, OrderForm):
        return form
    fresh = blank(OrderForm)
    for line in found:
        fresh.lines.append_entry({"sku": line.sku, "units": str(line.units), "cost": line.cost})
    return fresh


def _may(of: Purchase, site: Site, found: Sequence[Line]) -> May:
    decides = staff_here().may_decide_stock_at(site.id) and of.site == site.id
    draft, ordered = of.state == PurchaseState.DRAFT, of.state == PurchaseState.ORDERED
    came = any(line.received for line in found)
    return May(
        change=decides and draft,
        close=decides and ordered and came,
        cancel=decides and (draft or ordered) and not came,
    )
