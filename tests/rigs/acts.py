"""Every verb of the stock once, each as one act on a shop that is ready for it."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from catalog import library
from catalog.library import Library
from shop import (
    alerts,
    arrivals,
    cash_moves,
    counts,
    deliveries,
    demand,
    found,
    holds,
    loans,
    micro_counts,
    plan_swaps,
    plans,
    presses,
    purchases,
    stock,
    suppliers,
    tallies,
    till,
    transfers,
    variances,
    z_reports,
)
from shop.arrivals import Outcome, Part
from shop.cash_moves import Way
from shop.db import Database
from shop.deliveries import Item
from shop.demand import Source
from shop.ledger import MoveReason
from shop.places import Kind, shelf
from shop.plan_items import Dosed, Items
from shop.products import Product
from shop.purchases import Wanted
from tests.shop.conftest import BALL, LONDON, NOON, ROLLER, SPIKY
from tests.shop.selling import pay, place, sell

LATER = NOON + timedelta(hours=1)
BY: dict[str, Any] = {"by": "zoe", "at": LATER}
HERE = "cambridge"
SAME_ROLLER = "ROLLER-50"  # as the other one, which is withdrawn while two plans suggest it
PLAN = Items("calf", (BALL, SPIKY), (Dosed("G01", 45, 8, 1, 2),))
Act = Callable[[Session, dict[str, Any]], object]


def prepare(database: Database) -> dict[str, Any]:
    """Shelves, rules, orders, a draft, a box on its way, a count: what the acts below need."""
    with database.transaction() as work:
        early: dict[str, Any] = {"by": "anna", "at": NOON}
        stock.receive(work, HERE, {BALL: 40, SPIKY: 40}, **early)
        stock.relocate(work, HERE, BALL, 3, Kind.SHELF, Kind.DEMO, **early)
        stock.relocate(work, HERE, BALL, 3, Kind.SHELF, Kind.DAMAGED, **early)
        alerts.set_rule(work, HERE, BALL, minimum=30, target=50, **early)
        supplier = suppliers.add(work, "Balls Ltd")
        wanted = [Wanted(BALL, 9, 300), Wanted(SPIKY, 9, 400)]

        def ordered() -> int:
            number = purchases.draft(work, supplier.id, HERE, wanted, **early).number
            purchases.order(work, number, **early)
            return number

        def drafted() -> int:
            return transfers.draft(work, HERE, "ely", {BALL: 2, SPIKY: 2}, **early).number

        def sent() -> int:
            number = drafted()
            transfers.send(work, number, **early)
            return number

        ready: dict[str, Any] = {
            "supplier": supplier.id,
            "draft purchase": purchases.draft(work, supplier.id, HERE, wanted, **early).number,
            "purchase": ordered(),
            "purchase to close": ordered(),
            "draft": drafted(),
            "sent": sent(),
            "sent back": sent(),
            "placed": place(work, {BALL: 1}),
            "keeps": place(work, {BALL: 1, SPIKY: 1}, hold_until=LATER + timedelta(hours=1)),
            "let go": place(work, {BALL: 1}, hold_until=LATER + timedelta(hours=1)),
            "drawer": till.open_(work, "ely", float_pence=5000, **early).id,
            "count": counts.start(work, HERE, [BALL], **early).number,
            "other count": counts.start(work, HERE, [SPIKY], **early).number,
        }
        place(work, {SPIKY: 1}, hold_until=NOON + timedelta(minutes=1))
        tallies.put(work, ready["count"], BALL, 0, **early)
        there = tallies.put(work, ready["count"], BALL, 0, **early).expected
        tallies.put(work, ready["count"], BALL, there - 1, **early)
        tallies.put(work, ready["other count"], SPIKY, 3, **early)
        micro_counts.ask(work, "ely", BALL, **early)
        _withdraw_from_plans(work, early)
    return ready


def _withdraw_from_plans(work: Session, early: dict[str, Any]) -> None:
    """Two plans keep a roller, which is sold no more; another one is just as it was."""
    its = Product.sku == ROLLER
    measured = {"diameter_mm": 150, "length_mm": 450, "surface": "smooth"}
    work.execute(update(Product).where(its).values(**measured))
    same = {"kind": "roller", "firmness": 2, "price_pence": 1900, **measured, "length_mm": 500}
    same |= {"sku": SAME_ROLLER, "slug": "another", "name": "Another roller"}
    work.execute(insert(Product).values(**same))
    stock.receive(work, HERE, {ROLLER: 2, SAME_ROLLER: 1}, **early)
    for _ in range(2):
        plans.issue(work, HERE, Items("calf", (ROLLER,)), zone=LONDON, **early)
    work.execute(update(Product).where(its).values(on_sale=False))


@cache
def _content() -> Library:
    return library.load()


ALL = [Part(BALL, 1), Part(BALL, 1, Outcome.BROKEN), Part(SPIKY, 1), Part(SPIKY, 1, Outcome.LOST)]
ACTS: dict[str, Act] = {
    "receive": lambda work, ready: stock.receive(work, HERE, {BALL: 1, SPIKY: 1}, **BY),
    "open with": lambda work, ready: stock.open_with(work, "ely", {BALL: 1}, **BY),
    "sell": lambda work, ready: sell(work, {BALL: 1, SPIKY: 1}, at=LATER),
    "pay": lambda work, ready: pay(work, ready["placed"], at=LATER),
    "adjust": lambda work, ready: stock.adjust(work, HERE, BALL, -1, MoveReason.USED, **BY),
    "relocate": lambda work, ready: stock.relocate(
        work, HERE, BALL, 1, Kind.DEMO, Kind.SHELF, **BY
    ),
    "write off": lambda work, ready: stock.write_off(work, HERE, BALL, 1, Kind.DAMAGED, **BY),
    "place and keep": lambda work, ready: place(
        work, {BALL: 1, SPIKY: 1}, at=LATER, hold_until=LATER + timedelta(hours=1)
    ),
    "pay what is kept": lambda work, ready: pay(work, ready["keeps"], at=LATER),
    "release": lambda work, ready: holds.release(work, ready["let go"].number, **BY),
    "expire": lambda work, ready: holds.expire(work, shelf(HERE), SPIKY, at=LATER),
    "draft": lambda work, ready: transfers.draft(work, HERE, "ely", {BALL: 1}, **BY),
    "change": lambda work, ready: transfers.change(work, ready["draft"], {SPIKY: 1}),
    "send": lambda work, ready: transfers.send(work, ready["draft"], **BY),
    "receive a part": lambda work, ready: arrivals.receive(
        work, ready["sent"], "ely", [Part(BALL, 1)], **BY
    ),
    "receive all": lambda work, ready: arrivals.receive(work, ready["sent"], "ely", ALL, **BY),
    "turn back": lambda work, ready: arrivals.turn_back(work, ready["sent back"], **BY),
    "start a count": lambda work, ready: counts.start(work, "ely", **BY),
    "scan": lambda work, ready: tallies.scan(work, ready["other count"], SPIKY, **BY),
    "put": lambda work, ready: tallies.put(work, ready["other count"], SPIKY, 5, **BY),
    "post": lambda work, ready: variances.post(work, ready["count"], **BY),
    "cancel a count": lambda work, ready: variances.cancel(work, ready["other count"], **BY),
    "micro-count": lambda work, ready: micro_counts.start(work, "ely", **BY),
    "find": lambda work, ready: found.in_hand(work, "ely", BALL, note="", **BY),
    "order": lambda work, ready: purchases.order(work, ready["draft purchase"], **BY),
    "deliver a part": lambda work, ready: deliveries.receive_for(
        work, ready["purchase"], [Item(BALL, 3)], **BY
    ),
    "deliver": lambda work, ready: deliveries.receive_for(
        work, ready["purchase"], [Item(BALL, 9), Item(SPIKY, 9, 410)], **BY
    ),
    "deliver more": lambda work, ready: deliveries.receive_for(
        work, ready["purchase"], [Item(BALL, 10)], more_is_right=True, **BY
    ),
    "deliver a box": lambda work, ready: deliveries.receive(work, HERE, [Item(BALL, 2, 310)], **BY),
    "close": lambda work, ready: purchases.close(work, ready["purchase to close"], **BY),
    "set a rule": lambda work, ready: alerts.set_rule(
        work, HERE, SPIKY, minimum=90, target=99, **BY
    ),
    "digest": lambda work, ready: alerts.digest(work, HERE, LATER.date(), at=LATER),
    "miss": lambda work, ready: demand.missed(work, HERE, BALL, Source.TILL, day=LATER.date()),
    "open a till": lambda work, ready: till.open_(
        work, HERE, float_pence=5000, pieces={5000: 1}, **BY
    ),
    "move cash": lambda work, ready: cash_moves.record(work, "ely", Way.OUT, 100, "milk", **BY),
    "close a till": lambda work, ready: z_reports.close(work, ready["drawer"], {5000: 1}, **BY),
    "lend": lambda work, ready: loans.lend(
        work, HERE, BALL, due_on=LATER.date(), today=LATER.date(), **BY
    ),
    "issue a plan": lambda work, ready: plans.issue(work, HERE, PLAN, zone=LONDON, **BY),
    "swap a tool": lambda work, ready: plan_swaps.swap(
        work, HERE, ROLLER, SAME_ROLLER, library=_content(), zone=LONDON, **BY
    ),
    "press": lambda work, ready: presses.first(work, "a token", at=LATER),
}
