"""The demo clinic: made-up sites, the demo range, and ninety days of believable sales.

Every sale goes through the same verbs as a real one, on the day it pretends to be from.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from catalog.demo_range import RangeItem
from catalog.tools import Kind, Tool
from shop import (
    accounts,
    alerts,
    clock,
    deliveries,
    demo_drawers,
    demo_plans,
    demo_sets,
    orders,
    payments,
    sites,
    stock,
    suppliers,
    till,
)
from shop.db import transaction
from shop.deliveries import Item
from shop.drafts import Channel
from shop.errors import Refusal
from shop.gateways import counter
from shop.products import Product
from shop.staff import ANYWHERE, Role
from shop.state import State, here

DAYS = 90
LATE_DAYS = 21  # Ely's last deliveries are late, so that there are empty shelves to see
SEED = 20260522  # the same demo every time
_SUPPLIERS = (
    ("Fenland Therapy Supplies", "orders@fenland.example", "01632 960120"),
    ("Ouse Rollers", "desk@rollers.example", "01632 960121"),
)
_COST, _PACK, _LEAD_DAYS = 45, 4, 5  # percent of the price; units; days
_CLOSED_AFTER = timedelta(hours=10.5)  # half an hour after the last customer
SHELF, LOW = 8, 3  # what a delivery fills a shelf up to, and what makes somebody order it


@dataclass(frozen=True, slots=True)
class Login:
    role: Role
    name: str
    email: str
    password: str


LOGINS = tuple(
    Login(role, name, f"{role}@demo.example", f"{role}-demo-only")
    for role, name in (
        (Role.RECEPTION, "Rae Ellis"),
        (Role.PRACTITIONER, "Priya Shah"),
        (Role.MANAGER, "Morgan Lee"),
        (Role.OWNER, "Olive Grant"),
    )
)


@dataclass(frozen=True, slots=True)
class _Clinic:
    id: str
    name: str
    prefix: str
    address: str
    phone: str
    sales_a_day: int
    weekdays: frozenset[int]
    hours: str


# Numbers from the range that Ofcom keeps free for drama and fiction.
_CLINICS = (
    _Clinic("cambridge", "Cambridge", "CAM", "12 Mill Lane, Cambridge CB2 1RX", "01632 960101",
            4, frozenset(range(6)), "Monday to Saturday, 8am to 6pm"),
    _Clinic("newmarket", "Newmarket", "NEW", "3 Heath Road, Newmarket CB8 8JQ", "01632 960102",
            3, frozenset(range(5)), "Monday to Friday, 8am to 6pm"),
    _Clinic("ely", "Ely", "ELY", "27 Fore Hill, Ely CB7 4AF", "01632 960103",
            2, frozenset({0, 2, 4}), "Monday, Wednesday and Friday, 8am to 6pm"),
)  # fmt: skip


def fill(app: Flask, *, keep: bool = False) -> None:
    """Load the demo into an empty, upgraded database.

    All of it is saved or none, so a start that is broken off leaves nothing half filled.
    Raises Refusal outside development and for a database with sales or products in it;
    with `keep`, a filled one is left as it is.
    """
    shop = here()
    if not shop.settings.development:
        raise Refusal("The demo only works in development: set SHOP_ENV=development.")
    with transaction() as work:
        if work.scalar(select(Product.sku).limit(1)) or sites.listed(work):
            if keep:
                return
            raise Refusal("This database is not empty. The demo goes into an empty one only.")
        _set_up(work, shop)
        today = clock.day_of(clock.now(), shop.settings.zone)
        rng = random.Random(SEED)  # noqa: S311 - made-up sales, no secret
        for ago in range(DAYS, 0, -1):
            late = "ely" if ago <= LATE_DAYS else ""
            _day(work, shop, today - timedelta(days=ago), rng, late=late)
        demo_plans.fill(work, shop, now=clock.now())
        _watch(work, shop)
        demo_sets.fill(work, by=LOGINS[2].name, at=clock.now())
        for clinic in _CLINICS:
            demo_drawers.open_(work, clinic.id, by=LOGINS[0].name, at=clock.now())


def _set_up(work: Session, shop: State) -> None:
    now = clock.now()
    for clinic in _CLINICS:
        site = sites.open_(
            work,
            clinic.id,
            clinic.name,
            receipt_prefix=clinic.prefix,
            address=clinic.address,
            phone=clinic.phone,
        )
        site.hours, site.open_days = clinic.hours, sum(1 << day for day in clinic.weekdays)
    work.execute(insert(Product), [_row(item) for item in shop.library.demo_range])
    for login in LOGINS:
        accounts.add(
            work, login.email, login.name, login.password, {ANYWHERE: login.role}, by="demo",
            at=now, demo=True,
        )  # fmt: skip


def _row(item: RangeItem) -> dict[str, object]:
    tool = item.tool
    return {
        "sku": item.sku,
        "slug": item.slug,
        "name": item.name,
        "brand": item.brand,
        "barcode": item.barcode,
        "price_pence": item.price_pence,
        "summary": item.summary,
        "made_of": item.made_of,
        "cleaning": item.cleaning,
        "latex": item.latex,
        "colour": item.colour,
        "kind": tool.kind,
        "firmness": tool.firmness,
        "diameter_mm": tool.diameter_mm,
        "length_mm": tool.length_mm,
        "surface": tool.surface,
        "powered": tool.powered,
        **_packed(tool),
    }


def _packed(tool: Tool) -> dict[str, int]:
    """As large as it is in a thin box, and as heavy as foam of that size."""
    thick = (tool.diameter_mm or 100) + 10
    length = (tool.length_mm or tool.diameter_mm or 200) + 10
    return {
        "packed_length_mm": length,
        "packed_width_mm": thick,
        "packed_height_mm": thick,
        "packed_grams": max(80, length * thick * thick // 8_000),
    }


def _day(work: Session, shop: State, day: date, rng: random.Random, *, late: str) -> None:
    """One day at every clinic that is open: a delivery, the sales, and the drawer."""
    costs = {item.sku: _cost(item) for item in shop.library.demo_range}
    opening = datetime.combine(day, time(8), shop.settings.zone)
    free = stock.free(work, at=opening)
    for clinic in _CLINICS:
        if day.weekday() not in clinic.weekdays:
            continue
        shelf = {sku: free.get(sku, {}).get(clinic.id, 0) for sku in costs}
        short = {sku: SHELF - left for sku, left in shelf.items() if left < LOW}
        if short and clinic.id != late:
            box = [Item(sku, units, costs[sku]) for sku, units in short.items()]
            deliveries.receive(work, clinic.id, box, by=LOGINS[2].name, at=opening)
            shelf |= dict.fromkeys(short, SHELF)
        moments = sorted(
            rng.uniform(0.5, 9.5) for _ in range(rng.randint(0, 2 * clinic.sales_a_day))
        )
        demo_drawers.open_(work, clinic.id, by=LOGINS[0].name, at=opening)
        for hours in moments:
            _sale(work, shop, clinic, shelf, opening + timedelta(hours=hours), rng)
        demo_drawers.close(work, clinic.id, rng, by=LOGINS[0].name, at=opening + _CLOSED_AFTER)


def _cost(item: RangeItem) -> int:
    """What the clinic pays for one, in pence."""
    return item.price_pence * _COST // 100


def _watch(work: Session, shop: State) -> None:
    """Who supplies what, and what every shelf should hold, so that there is something to order."""
    now, who = clock.now(), LOGINS[2].name
    balls, rollers = (
        suppliers.add(work, name, email=email, phone=phone) for name, email, phone in _SUPPLIERS
    )
    for number, item in enumerate(shop.library.demo_range, 1):
        maker = balls if item.tool.kind in (Kind.BALL, Kind.PEANUT) else rollers
        code = f"{maker.name[0]}-{number:03}"
        suppliers.supplies(work, maker.id, item.sku, unit_cost_pence=_cost(item), code=code)
        for clinic in _CLINICS:
            alerts.set_rule(
                work, clinic.id, item.sku, minimum=LOW - 1, target=SHELF, pack=_PACK,
                lead_days=_LEAD_DAYS, by=who, at=now,
            )  # fmt: skip


def _sale(
    work: Session,
    shop: State,
    clinic: _Clinic,
    shelf: dict[str, int],
    at: datetime,
    rng: random.Random,
) -> None:
    in_stock = [sku for sku, left in shelf.items() if left]
    if not in_stock:
        return
    # What stands first in the range sells best, as on any shelf.
    weights = [1 / (1 + rank) for rank in range(len(in_stock))]
    basket = dict.fromkeys(rng.choices(in_stock, weights, k=1 + (rng.random() < 0.25)), 1)
    who = rng.choice((LOGINS[0].name, LOGINS[0].name, LOGINS[1].name))
    draft = orders.new(
        work, clinic.id, basket, channel=Channel.DESK, currency=shop.settings.currency,
        vat_registered=bool(shop.settings.vat_number),
    )  # fmt: skip
    plans = demo_plans.before_sale(work, shop, clinic.id, basket, at=at)
    order = orders.place(work, draft, press=orders.new_press(), at=at, plans=plans)
    method = counter.Method.CARD if rng.random() < 0.8 else counter.Method.CASH
    money, drawer = counter.capture(order, method), till.taking(work, clinic.id)
    payments.settle(work, order, money, zone=shop.settings.zone, session_id=drawer, by=who, at=at)
    for sku, units in basket.items():
        shelf[sku] -= units
