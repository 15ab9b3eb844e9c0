"""Every verb of the stock in any order, beside a model in plain dictionaries.

The model says what each place holds, what is free, and whether an act has to be refused. The
nightly run is longer: MACHINE_EXAMPLES=3000 MACHINE_STEPS=60 (`dev.py rigs --nightly`).
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event
from sqlalchemy.orm import Session

from shop import (
    arrivals,
    checks,
    count_progress,
    counts,
    deliveries,
    found,
    holds,
    orders,
    plans,
    seals,
    sets,
    stock,
    tallies,
    tick,
    transfers,
    variances,
)
from shop.arrivals import Outcome, Part
from shop.deliveries import Item
from shop.errors import Refusal
from shop.ledger import MoveReason
from shop.orders import PlacedOrder
from shop.places import Kind, place, shelf, transit
from shop.plan_items import Items
from tests import databases
from tests.shop.conftest import BALL, LONDON, NOON, SPIKY, fill
from tests.shop.selling import draft, pay, sell
from tests.shop.selling import place as place_order

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "50"))
STEPS = int(os.environ.get("MACHINE_STEPS", "30"))
SITES, SKUS = ("cambridge", "ely"), (BALL, SPIKY)
site = st.sampled_from(SITES)
sku = st.sampled_from(SKUS)
units = st.integers(1, 4)
some = st.integers(0, 99)  # which of those there are: taken modulo their number
BASKETS = st.dictionaries(sku, units, min_size=1, max_size=2)
Key = tuple[str, str]


@dataclass
class Kept:
    order: PlacedOrder
    units: dict[str, int]
    until: datetime | None  # None: nothing is kept, or it was let go


@dataclass
class Written:
    """A plan, and of which products it keeps one."""

    code: str
    site: str
    kept: set[str]


@dataclass
class Sent:
    from_site: str
    to_site: str
    units: dict[str, int]
    accounted: Counter[str] = field(default_factory=Counter)


@dataclass
class Tally:
    counted: int
    expected: int
    position: int
    times: int = 1
    previous: int = 0

    @property
    def difference(self) -> int:
        return self.counted - self.expected

    @property
    def surprising(self) -> bool:
        agreed = self.times > 1 and self.previous == self.difference
        return abs(self.difference) >= counts.SURPRISE and not agreed


class Stock(RuleBasedStateMachine):
    renewed: databases.Renewed

    def __init__(self) -> None:
        super().__init__()
        self.database = type(self).renewed()
        event.listen(self.database.engine, "connect", _quickly)
        self.now = NOON
        self.levels: Counter[Key] = Counter()
        self.touched: Counter[Key] = Counter()
        self.orders: list[Kept] = []  # placed, and not paid
        self.plans: list[Written] = []
        self.drafts: dict[int, Sent] = {}
        self.sent: dict[int, Sent] = {}
        self.counts: dict[int, tuple[str, dict[str, Tally]]] = {}
        self.counted: set[Key] = set()

    def teardown(self) -> None:
        wrong = [check for check in checks.verify(self.database) if not check.ok]
        self.database.dispose()
        assert wrong == []

    # The model

    def free(self, at: str, what: str, *, without: Kept | None = None) -> int:
        kept = sum(
            each.units.get(what, 0)
            for each in self.orders
            if each is not without and self.keeps(each) and shelf(each.order.site) == at
        )
        for_plans = sum(what in each.kept for each in self.plans if shelf(each.site) == at)
        return self.levels[at, what] - kept - for_plans

    def keeps(self, order: Kept) -> bool:
        return order.until is not None and order.until > self.now

    def move(self, what: str, n: int, from_place: str, to_place: str) -> None:
        for at, change in ((from_place, -n), (to_place, n)):
            if ":" in at:
                self.levels[at, what] += change
                self.touched[at, what] += 1

    def act(self, fits: bool, verb: Callable[[Session], Any]) -> Any:
        """Do it in a transaction of its own. It is refused exactly where the model says so."""
        refused: Refusal | None = None
        try:
            with self.database.transaction() as work:
                done = verb(work)
        except Refusal as refusal:
            done, refused = None, refusal
        assert fits == (refused is None), refused or "this should have been refused"
        return done

    @property
    def by(self) -> dict[str, Any]:
        return {"by": "anna", "at": self.now}

    @invariant()
    def every_place_holds_what_the_model_says(self) -> None:
        with self.database.reading() as work:
            seen = stock.overview(work, at=self.now)
        for each in SITES:
            for what in SKUS:
                here = seen.get(what, {}).get(each, stock.Standing())
                expected = [self.levels[place(kind, each), what] for kind in Kind]
                held = self.levels[shelf(each), what] - self.free(shelf(each), what)
                numbers = [here.shelf, here.kept, here.demo, here.damaged, here.coming]
                assert (numbers, here.held) == (expected, held)

    # Coming and going

    @initialize(units=st.integers(0, 12))
    def fill_the_shelves(self, units: int) -> None:
        for each in SITES if units else ():
            for what in SKUS:
                self.receive(each, what, units)

    @rule(site=site, sku=sku, units=units)
    def receive(self, site: str, sku: str, units: int) -> None:
        self.act(True, lambda work: stock.receive(work, site, {sku: units}, **self.by))
        self.move(sku, units, "supplier", shelf(site))

    @rule(pence=st.integers(1, 1849))
    def offer_a_set(self, pence: int) -> None:
        """One is on sale at a time. What was ordered with an earlier one stays as it is."""

        def offer(work: Session) -> None:
            made = len(sets.listed(work, most=100))
            if made:
                sets.stop(work, f"SET-{made}", **self.by)
            parts = {BALL: 1, SPIKY: 1}
            sets.make(work, f"SET-{made + 1}", "Set", parts, price_pence=pence, **self.by)

        self.act(True, offer)

    @rule(site=site, sku=sku, units=units, cost=st.none() | st.integers(0, 900))
    def deliver(self, site: str, sku: str, units: int, cost: int | None) -> None:
        items = [Item(sku, units, cost)]
        self.act(True, lambda work: deliveries.receive(work, site, items, **self.by))
        self.move(sku, units, "supplier", shelf(site))

    @rule(site=site, basket=BASKETS)
    def sell(self, site: str, basket: dict[str, int]) -> None:
        fits = all(self.free(shelf(site), what) >= n for what, n in basket.items())
        if self.act(fits, lambda work: sell(work, basket, site=site, at=self.now)):
            for what, n in basket.items():
                self.move(what, n, shelf(site), "customer")

    @rule(
        site=site,
        sku=sku,
        change=st.integers(-3, 3),
        reason=st.sampled_from(stock.ADJUSTMENTS),
    )
    def adjust(self, site: str, sku: str, change: int, reason: MoveReason) -> None:
        comes = reason in (MoveReason.FOUND, MoveReason.SUPPLIER_ERROR)
        leaves = reason != MoveReason.FOUND
        fits = (change > 0 and comes) or (
            change < 0 and leaves and self.free(shelf(site), sku) >= -change
        )
        self.act(fits, lambda work: stock.adjust(work, site, sku, change, reason, **self.by))
        if not fits:
            return
        other = {MoveReason.DAMAGED: f"damaged:{site}", MoveReason.DEMO: f"demo:{site}"}.get(
            reason, "outside"
        )
        ends = (other, shelf(site)) if change > 0 else (shelf(site), other)
        self.move(sku, abs(change), *ends)

    @rule(site=site, sku=sku, units=units, from_=st.sampled_from(Kind), to=st.sampled_from(Kind))
    def relocate(self, site: str, sku: str, units: int, from_: Kind, to: Kind) -> None:
        ways = {("shelf", "demo"), ("shelf", "damaged"), ("demo", "shelf"), ("demo", "damaged")}
        allowed = (from_, to) in ways | {("damaged", "shelf")}
        fits = allowed and self.free(place(from_, site), sku) >= units
        self.act(fits, lambda work: stock.relocate(work, site, sku, units, from_, to, **self.by))
        if fits:
            self.move(sku, units, place(from_, site), place(to, site))

    @rule(site=site, sku=sku, units=units, from_=st.sampled_from(Kind))
    def write_off(self, site: str, sku: str, units: int, from_: Kind) -> None:
        at = place(from_, site)
        fits = from_ in ("demo", "damaged") and self.levels[at, sku] >= units
        self.act(fits, lambda work: stock.write_off(work, site, sku, units, from_, **self.by))
        if fits:
            self.move(sku, units, at, "outside")

    @rule(site=site, sku=sku)
    def find_one(self, site: str, sku: str) -> None:
        kept = any(
            self.keeps(each) and each.order.site == site and sku in each.units
            for each in self.orders
        ) or any(each.site == site and sku in each.kept for each in self.plans)
        fits = self.free(shelf(site), sku) <= 0 and not kept
        self.act(fits, lambda work: found.in_hand(work, site, sku, note="", **self.by))
        if fits:
            self.move(sku, 1, "outside", shelf(site))

    # Orders and what they keep

    @rule(site=site, basket=BASKETS, minutes=st.sampled_from([None, 1, 5, 20, 60, 60]))
    def place(self, site: str, basket: dict[str, int], minutes: int | None) -> None:
        until = None if minutes is None else self.now + timedelta(minutes=minutes)
        fits = until is None or all(self.free(shelf(site), what) >= n for what, n in basket.items())
        order = self.act(
            fits,
            lambda work: place_order(work, basket, site=site, at=self.now, hold_until=until),
        )
        if order:
            self.orders.append(Kept(order, basket, until))

    @precondition(lambda self: self.orders)
    @rule(which=some)
    def pay(self, which: int) -> None:
        each = self.orders[which % len(self.orders)]
        here = shelf(each.order.site)
        fits = all(self.free(here, what, without=each) >= n for what, n in each.units.items())
        if self.act(fits, lambda work: pay(work, each.order, at=self.now)):
            self.orders.remove(each)
            for what, n in each.units.items():
                self.move(what, n, here, "customer")
            with self.database.transaction() as work:
                assert not orders.settle(work, each.order, **self.by)

    @precondition(lambda self: self.orders)
    @rule(which=some)
    def let_go(self, which: int) -> None:
        each = self.orders[which % len(self.orders)]
        self.act(True, lambda work: holds.release(work, each.order.number, **self.by))
        each.until = None

    @rule(site=site, skus=st.sets(sku, min_size=1))
    def write_plan(self, site: str, skus: set[str]) -> None:
        kept = {what for what in skus if self.free(shelf(site), what) > 0}
        items = Items("calf", tuple(sorted(skus)))
        issued = self.act(True, lambda work: plans.issue(work, site, items, zone=LONDON, **self.by))
        assert set(issued.not_kept) == skus - kept
        self.plans.append(Written(issued.code, site, kept))

    @precondition(lambda self: self.plans)
    @rule(which=some, site=site, basket=BASKETS)
    def buy_plan(self, which: int, site: str, basket: dict[str, int]) -> None:
        """At its own clinic or at another one, all of it or some, and perhaps more."""
        plan = self.plans[which % len(self.plans)]
        mine = plan.kept & basket.keys()
        fits = all(
            self.free(shelf(site), what) + (what in mine and plan.site == site) >= n
            for what, n in basket.items()
        )

        def buy(work: Session) -> None:
            its = plans.with_code(work, plan.code).id
            order = orders.place(
                work, draft(work, basket, site=site), press=orders.new_press(), at=self.now,
                plans=[its],
            )  # fmt: skip
            pay(work, order, at=self.now)

        self.act(fits, buy)
        if fits:
            plan.kept -= mine
            for what, n in basket.items():
                self.move(what, n, shelf(site), "customer")

    @precondition(lambda self: self.plans)
    @rule(which=some)
    def revoke_plan(self, which: int) -> None:
        plan = self.plans.pop(which % len(self.plans))
        self.act(True, lambda work: plans.revoke(work, plan.code, **self.by))

    @rule(minutes=st.integers(1, 12))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def tick(self) -> None:
        assert all(done.ok for done in tick.run(self.database, LONDON, lambda: self.now))

    @rule()
    def seal(self) -> None:
        seals.seal(self.database, at=self.now)

    # Transfers

    @rule(from_=site, basket=BASKETS)
    def draft(self, from_: str, basket: dict[str, int]) -> None:
        to = SITES[1 - SITES.index(from_)]
        drafted = self.act(True, lambda work: transfers.draft(work, from_, to, basket, **self.by))
        self.drafts[drafted.number] = Sent(from_, to, dict(basket))

    @precondition(lambda self: self.drafts)
    @rule(which=some, cancelled=st.integers(0, 4))
    def send(self, which: int, cancelled: int) -> None:
        number = sorted(self.drafts)[which % len(self.drafts)]
        each = self.drafts[number]
        if not cancelled:
            self.act(True, lambda work: transfers.cancel(work, number, **self.by))
            del self.drafts[number]
            return
        here = shelf(each.from_site)
        fits = all(self.free(here, what) >= n for what, n in each.units.items())
        self.act(fits, lambda work: transfers.send(work, number, **self.by))
        if fits:
            self.sent[number] = self.drafts.pop(number)
            for what, n in each.units.items():
                self.move(what, n, here, transit(each.to_site))

    @precondition(lambda self: self.sent)
    @rule(which=some, sku=sku, units=units, outcome=st.sampled_from(Outcome), at=site)
    def receive_transfer(self, which: int, sku: str, units: int, outcome: Outcome, at: str) -> None:
        number = sorted(self.sent)[which % len(self.sent)]
        each = self.sent[number]
        missing = each.units.get(sku, 0) - each.accounted[sku]
        fits = at == each.to_site and units <= missing
        part = Part(sku, units, outcome)
        self.act(fits, lambda work: arrivals.receive(work, number, at, [part], **self.by))
        if not fits:
            return
        each.accounted[sku] += units
        to = {
            Outcome.ARRIVED: shelf(each.to_site),
            Outcome.BROKEN: f"damaged:{each.to_site}",
            Outcome.LOST: "outside",
            Outcome.RETURNED: shelf(each.from_site),
        }[outcome]
        self.move(sku, units, transit(each.to_site), to)
        if each.accounted == Counter(each.units):
            del self.sent[number]

    @precondition(lambda self: self.sent)
    @rule(which=some)
    def turn_back(self, which: int) -> None:
        number = sorted(self.sent)[which % len(self.sent)]
        each = self.sent[number]
        fits = not each.accounted
        self.act(fits, lambda work: arrivals.turn_back(work, number, **self.by))
        if fits:
            for what, n in self.sent.pop(number).units.items():
                self.move(what, n, transit(each.to_site), shelf(each.from_site))

    # Counts

    @rule(site=site, skus=st.sets(sku, min_size=1))
    def start_count(self, site: str, skus: set[str]) -> None:
        listed = {(shelf(site), what) for what in skus}
        fits = not listed & self.counted
        count = self.act(fits, lambda work: counts.start(work, site, sorted(skus), **self.by))
        if count:
            self.counts[count.number] = site, {}
            self.counted |= listed

    @precondition(lambda self: self.counts)
    @rule(which=some, sku=sku, off=st.sampled_from([0, 0, 0, -1, 1, -3]))
    def count(self, which: int, sku: str, off: int) -> None:
        number = sorted(self.counts)[which % len(self.counts)]
        at, lines = self.counts[number]
        key = shelf(at), sku
        others = {k for n in self.counts if n != number for k in self._of(n)}
        there = self.levels[key]
        fits = there + off >= 0 and (key in self._of(number) or key not in others)
        self.act(fits, lambda work: tallies.put(work, number, sku, there + off, **self.by))
        if fits:
            before = lines.get(sku, Tally(0, 0, 0, 0))
            lines[sku] = Tally(
                there + off, there, self.touched[key], before.times + 1, before.difference
            )
            self.counted.add(key)

    @precondition(lambda self: self.counts)
    @rule(which=some, sku=sku)
    def scan(self, which: int, sku: str) -> None:
        number = sorted(self.counts)[which % len(self.counts)]
        at, lines = self.counts[number]
        tally = lines.get(sku)
        if tally is None:
            return  # `count` does it
        fits = tally.position == self.touched[shelf(at), sku]
        self.act(fits, lambda work: tallies.scan(work, number, sku, **self.by))
        tally.counted += fits

    @precondition(lambda self: self.counts)
    @rule(which=some, cancelled=st.integers(0, 4))
    def post_count(self, which: int, cancelled: int) -> None:
        number = sorted(self.counts)[which % len(self.counts)]
        at, lines = self.counts[number]
        if not cancelled:
            self.act(True, lambda work: variances.cancel(work, number, **self.by))
            self._end_count(number)
            return
        fits = bool(lines) and all(
            not tally.surprising
            and (tally.difference >= 0 or self.free(shelf(at), what) + tally.difference >= 0)
            for what, tally in lines.items()
        )
        self.act(fits, lambda work: variances.post(work, number, **self.by))
        if not fits:
            return
        for what, tally in lines.items():
            if tally.difference > 0:
                self.move(what, tally.difference, "outside", shelf(at))
            elif tally.difference < 0:
                self.move(what, -tally.difference, shelf(at), "outside")
        self._end_count(number)

    def _of(self, number: int) -> set[Key]:
        with self.database.reading() as work:
            lines = work.scalars(count_progress.lines(number))
            return {(line.place, line.sku) for line in lines}

    def _end_count(self, number: int) -> None:
        self.counted -= self._of(number)
        del self.counts[number]


def _quickly(connection: Any, record: object) -> None:
    """Power cuts are another test's; without waiting for the disk there is time for more steps."""
    if hasattr(connection, "isolation_level") and not hasattr(connection, "pgconn"):
        connection.execute("PRAGMA synchronous = OFF")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_verb_in_any_order_leaves_what_the_model_says(kind: str) -> None:
    class OnThis(Stock):
        renewed = databases.Renewed(databases.copier(fill, kind))

    # A PostgreSQL database takes long to copy, so it gets fewer examples, of as many steps.
    examples = EXAMPLES if kind == "sqlite" or EXAMPLES > 1000 else -(-EXAMPLES // 10)
    run_state_machine_as_test(
        OnThis,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
