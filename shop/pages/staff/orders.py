"""What to order here and why, and the purchase orders that came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from shop import clock, products, purchase_list, purchases, suggestions, suppliers
from shop.db import reading, retried, transaction
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.listing import ListForm, hits, wanted, words
from shop.pages.staff.press import PressForm, answer, blank, managing_at
from shop.pages.staff.said import said, say
from shop.pages.text import whole_number
from shop.purchases import Purchase, PurchaseState, Wanted
from shop.sites import Site
from shop.state import here
from shop.suggestions import Suggestion

MOST_ENDED = 20  # purchase orders that are over, on the list
LAST_NUMBER = 999_999_999
_OPEN = (PurchaseState.DRAFT, PurchaseState.ORDERED)
_OVER = (PurchaseState.CLOSED, PurchaseState.CANCELLED)


class PickForm(PressForm):
    """The suggestions that were ticked."""

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.pick, str(refusal))

    pick = SelectMultipleField(
        "Order",
        [InputRequired("Tick what to order")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class NewOrderForm(ListForm):
    """An order that nobody suggested begins with its first product."""

    supplier = SelectField("Supplier", [InputRequired("Choose a supplier")])


@dataclass(frozen=True, slots=True)
class Idea:
    suggestion: Suggestion
    name: str
    supplier: str


@dataclass(frozen=True, slots=True)
class Shown:
    number: int
    supplier: str
    state: str
    units: int
    received: int


@pages.get("/staff/stock/orders")
def orders() -> ResponseReturnValue:
    """Suggestions with their sums, and every purchase order of this clinic."""
    staff_here()
    return _draw(None, None)


@pages.post("/staff/stock/orders/suggested")
@retried
def orders_suggested() -> ResponseReturnValue:
    """Make the ticked suggestions into a draft for each supplier."""
    staff_here()
    form = PickForm()
    with reading() as work:
        form.pick.choices = _choices(_ideas(work, site_here(work)))
    return answer(form, lambda: _make(form), lambda sent: _draw(sent, None))


def _make(form: PickForm) -> str:
    """Where to go on: to the draft, or to the list where there are several."""
    with transaction() as work:
        site, now = managing_at(work), clock.now()
        if not form.first(work, at=now):
            return url_for(".orders")
        found = suggestions.to_order(work, here().settings.zone, at=now, site_id=site.id)
        chosen = [each for each in found if each.sku in form.pick.data]
        nobodys = suggestions.without_supplier(work, chosen)
        made = suggestions.order_them(work, chosen, by=staff_here().name, at=now)
        known = products.by_sku(work, [each.sku for each in nobodys])
    if nobodys:
        names = ", ".join(known[each.sku].name for each in nobodys)
        say(f"Nobody supplies {names} yet. Say who does on its stock page.", warns=True)
    elif len(made) == 1:
        say(f"Order {made[0].number} is made as a draft. Look through it, then mark it as ordered.")
        return url_for(".order", number=made[0].number)
    elif made:
        numbers = ", ".join(str(each.number) for each in made)
        say(f"Made as drafts: {numbers}. Look through each, then mark it as ordered.")
    return url_for(".orders")


@pages.post("/staff/stock/orders")
@retried
def order_begin() -> ResponseReturnValue:
    """A draft for one supplier, with its first product."""
    staff_here()
    form = NewOrderForm()
    with reading() as work:
        _offer(work, form)
    return answer(form, lambda: _begin(form), lambda sent: _draw(None, sent))


def _begin(form: NewOrderForm) -> str:
    with transaction() as work:
        site, now, who = managing_at(work), clock.now(), staff_here().name
        item = wanted(work, form)
        if item is None:
            return url_for(".orders", q=form.typed())
        if not form.first_of(work, item.product, at=now):
            return url_for(".orders")
        supplier_id = whole_number(form.supplier.data, 1, LAST_NUMBER)
        cost = suppliers.usual_cost(work, supplier_id, item.product.sku)
        line = Wanted(item.product.sku, item.units, cost)
        made = purchases.draft(work, supplier_id, site.id, [line], by=who, at=now)
    return url_for(".order", number=made.number)


def _offer(work: Session, form: NewOrderForm) -> None:
    form.supplier.choices = [SelectChoice("", "Choose")] + [
        SelectChoice(str(each.id), each.name) for each in suppliers.listed(work)
    ]


def _choices(ideas: Sequence[Idea]) -> list[SelectChoice]:
    return [SelectChoice(each.suggestion.sku, f"Order {each.name}") for each in ideas]


def _draw(pick: PickForm | None, new: NewOrderForm | None) -> str:
    staff, typed = staff_here(), words()
    with reading() as work:
        site = site_here(work)
        ideas = _ideas(work, site)
        new_form = new or blank(NewOrderForm)
        _offer(work, new_form)
        found = hits(work, typed)
        open_ = _shown(work, purchase_list.of_site(work, site.id, *_OPEN))
        over = _shown(work, purchase_list.of_site(work, site.id, *_OVER, most=MOST_ENDED))
    pick_form = pick or blank(PickForm)
    pick_form.pick.choices = _choices(ideas)
    if pick is None:
        pick_form.pick.data = [each.suggestion.sku for each in ideas if each.suggestion.is_due]
    for form in (pick_form, new_form):
        form.renew()
    return show(
        "orders",
        site,
        form=pick or new or pick_form,
        pick_form=pick_form,
        new_form=new_form,
        ideas=list(zip(ideas, pick_form.pick, strict=True)),
        open_orders=open_,
        over=over,
        hits=found,
        words=typed,
        may_decide=staff.may_decide_stock_at(site.id),
        said=said(),
    )


def _ideas(work: Session, site: Site) -> list[Idea]:
    found = suggestions.to_order(work, here().settings.zone, at=clock.now(), site_id=site.id)
    known = products.by_sku(work, [each.sku for each in found])
    names = {each.id: each.name for each in suppliers.listed(work)}
    usual = {sku: names[each.supplier_id] for sku, each in suppliers.of(work).items()}
    return [Idea(each, known[each.sku].name, usual.get(each.sku, "")) for each in found]


def _shown(work: Session, found: Sequence[Purchase]) -> list[Shown]:
    names = {each.id: each.name for each in suppliers.listed(work)}
    units = purchase_list.units_of(work, [each.id for each in found])
    return [
        Shown(each.number, names[each.supplier_id], each.state, *units[each.id]) for each in found
    ]
