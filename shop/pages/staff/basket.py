"""The basket on this device's counter, as the till and the pay page show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import session
from sqlalchemy.orm import Session

from shop import (
    agreed,
    basket_stock,
    baskets,
    clock,
    plans,
    product_range,
    products,
    set_offers,
    till,
)
from shop.discounts import Discount
from shop.errors import Refusal
from shop.pages.staff import OpenTillFirst, scan, set_scan, site_here, staff_here
from shop.pages.staff.plan_scan import could_be_plan, plan_meant
from shop.pages.staff.said import Said
from shop.products import Product
from shop.set_offers import Found, Offer
from shop.sites import Site

DEVICE = "shop_till"  # the session's key for the token that this device's basket belongs to
_ADDED = "shop_added"  # what the next page says was added
_LAST = "shop_put_in"  # what Undo takes out again: its name, and how many of which products
_SET = "shop_set_added"  # the name of the set that was added
OF_DEVICE = (DEVICE, _LAST)  # what waits on a counter, whoever serves at it


@dataclass(frozen=True, slots=True)
class Line:
    """`left` is what this clinic's shelf has free, these units included."""

    sku: str
    name: str
    units: int
    unit_pence: int
    left: int

    @property
    def total_pence(self) -> int:
        return self.units * self.unit_pence

    @property
    def short(self) -> bool:
        return self.left < self.units


@dataclass(frozen=True, slots=True)
class Counter:
    """`discount` is what a code or a person at the desk takes off all of it."""

    lines: tuple[Line, ...]
    discount: Discount | None = None
    sets: tuple[Found, ...] = ()

    @property
    def goods_pence(self) -> int:
        """What the lines cost, less what the sets among them take off."""
        full = sum(line.total_pence for line in self.lines)
        return full - set_offers.saving_pence(self.sets)

    @property
    def off_pence(self) -> int:
        return self.discount.off(self.goods_pence) if self.discount else 0

    @property
    def total_pence(self) -> int:
        return self.goods_pence - self.off_pence


@dataclass(frozen=True, slots=True)
class Last:
    name: str
    units: int


def device() -> str:
    """This device's token, made when it first comes to the till."""
    if DEVICE not in session:
        session[DEVICE] = baskets.new_device()
    token: str = session[DEVICE]
    return token


def on_counter(work: Session, site_id: str) -> Counter:
    """What is in the basket, at today's prices, beside what this clinic's shelf has."""
    contents = baskets.contents(work, device())
    if not contents:
        return Counter(())
    range_ = product_range.now(work)
    known = range_.by_sku
    free = basket_stock.free(work, baskets.plans_of(work, device()), contents, at=clock.now())
    return Counter(
        tuple(
            Line(
                sku,
                known[sku].name,
                units,
                known[sku].price_pence,
                free.get(sku, {}).get(site_id, 0),
            )
            for sku, units in contents.items()
        ),
        agreed.of(work, device()),
        range_.found(contents),
    )


def selling_at(work: Session) -> Site:
    """This device's clinic, if who is signed in may sell there."""
    site = site_here(work)
    staff_here().require_sale_at(site.id, site.name)
    return site


def counter_at(work: Session) -> Site:
    """The same, where its drawer is open. Leads to opening it where it is not."""
    site = selling_at(work)
    if till.current(work, site.id) is None:
        raise OpenTillFirst
    return site


def ring_up(work: Session, typed: str, *, at: datetime) -> Sequence[Product | Offer]:
    """Add what was typed if it means one product, set or plan. If it means several, give those.

    A product's own barcode or code comes first, then a set's, a plan's, then words.
    """
    wanted = scan.read(typed)
    maybe = could_be_plan(typed) and set_scan.exactly(work, wanted.code) is None
    if maybe and (plan := plan_meant(work, typed)):
        load_plan(work, plan.code, at=at)
        return ()
    found = set_scan.find(work, wanted.code)
    if len(found) == 1:
        _put_in(work, found[0], wanted.units, at)
    return found


def _put_in(work: Session, one: Product | Offer, units: int, at: datetime) -> None:
    if isinstance(one, Offer):
        baskets.add_set(work, device(), one.code, units, at=at)
        put = {part.sku: part.units * units for part in one.parts}
        session[_SET] = one.name
    else:
        baskets.add(work, device(), one.sku, units, at=at)
        put = {one.sku: units}
        session[_ADDED] = one.sku
    session[_LAST] = [one.name, units, put]


def load_plan(work: Session, code: str, *, at: datetime) -> None:
    """Put one of each of a plan's tools in. Raises Gone for one that has ended."""
    plan = plans.find(work, code, at=at)
    items = plans.current(work, [plan])[plan.id][1]
    known = products.by_sku(work, items.tools)
    sold = [sku for sku in items.tools if sku in known and known[sku].on_sale]
    if not sold:
        raise Refusal("There is no tool in that plan to sell. The basket is as it was.")
    baskets.load(work, device(), plan.id, sold, at=at)
    session[_ADDED] = sold[-1]


def last_added(counter: Counter) -> Last | None:
    """What Undo takes out again, if it is still in the basket."""
    name, units, put = session.get(_LAST, ("", 0, {}))
    inside = {line.sku: line.units for line in counter.lines}
    there = put and all(inside.get(sku, 0) >= many for sku, many in put.items())
    return Last(name, units) if there else None


def undo_last(work: Session, *, at: datetime) -> None:
    """Take out what the last scan put in. Raises Refusal where that is not in any more."""
    _, _, put = session.pop(_LAST, ("", 0, {}))
    inside = baskets.contents(work, device())
    if not put or any(inside.get(sku, 0) < many for sku, many in put.items()):
        raise Refusal("There is nothing to undo in the basket.")
    for sku, many in put.items():
        baskets.set_units(work, device(), sku, inside[sku] - many, at=at)


def forget_last() -> None:
    """The basket is another one now."""
    session.pop(_LAST, None)


def forget_if_empty(work: Session) -> None:
    """What was agreed for this customer is not for the next one."""
    if not baskets.contents(work, device()):
        agreed.take(work, device())
        forget_last()


def just_added(counter: Counter) -> Said | None:
    """What the last scan did, said once."""
    if (name := session.pop(_SET, None)) and counter.lines:
        return _set_added(name, counter)
    sku = session.pop(_ADDED) if _ADDED in session else None
    line = next((line for line in counter.lines if line.sku == sku), None)
    if line is None:
        return None
    if not line.short:
        return Said(f"Added {line.name}. {line.left} left here.")
    held = f"only {line.left}" if line.left else "none"
    return Said(
        f"Added {line.name}. Stock says {held} left here, and {line.units} in the basket.",
        warns=True,
    )


def _set_added(name: str, counter: Counter) -> Said:
    if short := [line.name for line in counter.lines if line.short]:
        return Said(f"Added {name}. Stock says too few left here: {', '.join(short)}.", warns=True)
    return Said(f"Added {name}. All of its parts are here.")
