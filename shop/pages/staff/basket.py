"""The basket on this device's counter, as the till and the pay page show it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from flask import session
from sqlalchemy.orm import Session

from shop import baskets, clock, plans, products, till
from shop.discounts import Discount
from shop.errors import Refusal
from shop.pages.staff import OpenTillFirst, scan, site_here, staff_here
from shop.pages.staff.plan_scan import could_be_plan, plan_meant
from shop.pages.staff.said import Said
from shop.products import Product
from shop.sites import Site

DEVICE = "shop_till"  # the session's key for the token that this device's basket belongs to
_ADDED = "shop_added"  # what the next page says was added
_OFF = "shop_off"  # what is taken off this device's basket
_LAST = "shop_last"  # what Undo takes out again: a product, and how many of it
OF_DEVICE = (DEVICE, _OFF, _LAST)  # what waits on a counter, whoever serves at it


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

    @property
    def goods_pence(self) -> int:
        return sum(line.total_pence for line in self.lines)

    @property
    def off_pence(self) -> int:
        return self.discount.off(self.goods_pence) if self.discount else 0

    @property
    def total_pence(self) -> int:
        return self.goods_pence - self.off_pence


@dataclass(frozen=True, slots=True)
class Last:
    sku: str
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
    known = products.by_sku(work, contents)
    free = baskets.free(work, baskets.plans_of(work, device()), contents, at=clock.now())
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
        taken_off(),
    )


def taken_off() -> Discount | None:
    """What was agreed to take off this basket."""
    return Discount(**session[_OFF]) if _OFF in session else None


def take_off(discount: Discount | None) -> None:
    """Take this off the basket, or nothing any more."""
    session.pop(_OFF, None)
    if discount is not None:
        session[_OFF] = asdict(discount)


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


def ring_up(work: Session, typed: str, *, at: datetime) -> Sequence[Product]:
    """Add what was typed if it means one product or a plan. If it means several, hand back those.

    A product's own barcode or code comes first, then a plan's, then words.
    """
    wanted = scan.read(typed)
    maybe = could_be_plan(typed) and products.scanned(work, wanted.code) is None
    if maybe and (plan := plan_meant(work, typed)):
        load_plan(work, plan.code, at=at)
        return ()
    found = scan.find(work, wanted.code)
    if len(found) == 1:
        baskets.add(work, device(), found[0].sku, wanted.units, at=at)
        session[_ADDED] = found[0].sku
        session[_LAST] = [found[0].sku, wanted.units]
    return found


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
    sku, units = session.get(_LAST, ("", 0))
    line = next((line for line in counter.lines if line.sku == sku), None)
    return Last(sku, line.name, units) if line and line.units >= units else None


def undo_last(work: Session, *, at: datetime) -> None:
    """Take out what the last scan put in. Raises Refusal where that is not in any more."""
    sku, units = session.pop(_LAST, ("", 0))
    inside = baskets.contents(work, device()).get(sku, 0)
    if inside < units or not units:
        raise Refusal("There is nothing to undo in the basket.")
    baskets.set_units(work, device(), sku, inside - units, at=at)


def forget_last() -> None:
    """The basket is another one now."""
    session.pop(_LAST, None)
    session.pop(_OFF, None)


def just_added(counter: Counter) -> Said | None:
    """What the last scan did, said once."""
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
