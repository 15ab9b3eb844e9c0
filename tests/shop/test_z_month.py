"""A random month of two clinics: every Z report equals what the drawer took, to the penny.

The recount outside is kept by hand as the month goes on, and knows nothing of the reports.
"""

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import (
    cash_moves,
    checks,
    clock,
    failpoints,
    giving_back,
    ledger,
    payments,
    refund_answers,
    sales,
    stock,
    till,
    z_reports,
)
from shop.cash_moves import Way
from shop.db import Database
from shop.gateways import counter
from shop.gateways.counter import TAKEN, Method
from shop.giving_back import Part
from shop.order_lines import lines_of
from shop.orders import Order
from shop.receipts import Receipt, numbered
from shop.returns import Condition
from shop.sales import Asked
from shop.z_reports import ZReport
from tests.shop.conftest import BALL, LONDON, ROLLER, SPIKY
from tests.shop.selling import place

SITES = ("cambridge", "ely")
CLOCKS_GO_FORWARD, CLOCKS_GO_BACK = date(2026, 3, 29), date(2026, 10, 25)
BREAKS = ("till.before_close", "till.after_number", "transaction.before_commit")
PENCE = {BALL: 850, SPIKY: 999, ROLLER: 1900}
NOTES = (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)


class Drawer:
    """What somebody with a notebook beside the drawer would write down."""

    def __init__(self, site: str, session_id: int, float_pence: int) -> None:
        self.site, self.session_id, self.cash = site, session_id, float_pence
        self.took: Counter[str] = Counter()
        self.gave: Counter[str] = Counter()


class Month:
    def __init__(self, work: Session, first: date, seed: int) -> None:
        self.work, self.first, self.rng = work, first, random.Random(seed)
        self.sold: list[tuple[str, str, str]] = []  # receipt, site, method; refunded once
        self.closed: list[tuple[Drawer, ZReport]] = []
        self.money: Counter[tuple[str, date]] = Counter()  # by site and business day

    def run(self, days: int = 30) -> None:
        for sku in PENCE:
            for site in SITES:
                stock.receive(self.work, site, {sku: 9_000}, by="anna", at=_at(self.first, 0))
        for offset in range(days):
            for site in SITES:
                for start, end in self._shifts():
                    self._shift(site, self.first + timedelta(days=offset), start, end)

    def _shifts(self) -> Iterator[tuple[float, float]]:
        """One session a day, or two; the last may go on past midnight, or through a lost hour."""
        if self.rng.random() < 0.3:
            yield 8, 12
            yield 13, self.rng.choice((18, 23.9))
        else:
            yield self.rng.choice((0.5, 8)), self.rng.choice((18, 24.9))

    def _shift(self, site: str, day: date, start: float, end: float) -> None:
        float_pence = self.rng.choice((0, 2000, 5000, 4999))
        opened = till.open_(self.work, site, float_pence=float_pence, by="rae", at=_at(day, start))
        drawer = Drawer(site, opened.id, float_pence)
        for hour in sorted(self.rng.uniform(start, end) for _ in range(self.rng.randint(0, 7))):
            act = self.rng.choices((self._sale, self._refund, self._cash), (6, 2, 1))[0]
            act(drawer, _at(day, hour))
        off = self.rng.choice((0, 0, 0, -50, 120))
        counted = max(0, drawer.cash + off)
        report = self._close(opened.id, counted, _at(day, end))
        assert report.counted_pence == counted
        self.closed.append((drawer, report))

    def _close(self, session_id: int, counted: int, at: datetime) -> ZReport:
        return z_reports.close(self.work, session_id, _pieces(counted), by="rae", at=at)

    def _sale(self, drawer: Drawer, at: datetime) -> None:
        basket = {sku: self.rng.randint(1, 3) for sku in self.rng.sample(list(PENCE), 2)}
        method, pence = self.rng.choice(TAKEN), sum(PENCE[s] * n for s, n in basket.items())
        order = place(self.work, basket, site=drawer.site, at=at)
        number = payments.settle(
            self.work, order, counter.capture(order, method), zone=LONDON,
            session_id=till.taking(self.work, drawer.site), by="rae", at=at,
        )  # fmt: skip
        drawer.took[method] += pence
        drawer.cash += pence if method == Method.CASH else 0
        self.sold.append((number, drawer.site, method))
        self.money[drawer.site, clock.day_of(at, LONDON)] += pence

    def _refund(self, drawer: Drawer, at: datetime) -> None:
        mine = [each for each in self.sold if each[1] == drawer.site]
        if not mine:
            return
        number, site, method = each = self.rng.choice(mine)
        self.sold.remove(each)
        order_id = numbered(self.work, number).order_id
        line = lines_of(self.work, [order_id])[0]
        part = Part(line.id, 1, line.unit_pence, Condition.SELLABLE, on_shelf=True)
        refund = giving_back.of_lines(
            self.work, order_id, [part], reason="x", press=f"{number}-press-of-this-refund",
            session_id=till.taking(self.work, site), by="rae", at=at,
        )  # fmt: skip
        refund_answers.over_the_counter(self.work, refund, by="rae", at=at)
        drawer.gave[method] += line.unit_pence
        drawer.cash -= line.unit_pence if method == Method.CASH else 0
        self.money[site, clock.day_of(at, LONDON)] -= line.unit_pence

    def _cash(self, drawer: Drawer, at: datetime) -> None:
        way, pence = self.rng.choice(list(Way)), self.rng.randint(1, 5000)
        cash_moves.record(self.work, drawer.site, way, pence, "milk", by="rae", at=at)
        drawer.cash += pence if way == Way.IN else -pence


class BrokenMonth(Month):
    """The same, and every fifth closing is broken off, once or twice, and then done again.

    By an error, which the program survives, or by the kill of a process that has it half done.
    """

    def __init__(self, database: Database, first: date, seed: int) -> None:
        self.database, self.open_ = database, ExitStack()
        super().__init__(self._begin(), first, seed)
        self.closings, self.broken = 0, Counter[str]()

    def _begin(self) -> Session:
        return self.open_.enter_context(self.database.transaction())

    def run(self, days: int = 30) -> None:
        super().run(days)
        self.open_.close()

    def _close(self, session_id: int, counted: int, at: datetime) -> ZReport:
        self.closings += 1
        if self.closings % 5 == 0:
            self.open_.close()
            killed = self.closings % 15 == 0
            point = self.rng.choice(BREAKS)
            for _ in range(self.rng.randint(1, 2)):
                with pytest.MonkeyPatch.context() as patch:
                    patch.setenv("SHOP_FAILPOINT", f"{point}:{'kill9' if killed else 'raise'}")
                    patch.setattr(failpoints, "reached", failpoints._act)
                    (self._kill if killed else self._break)(session_id, counted, at)
                self.broken["killed" if killed else "raised"] += 1
            self.work = self._begin()
        return super()._close(session_id, counted, at)

    def _half(self, database: Database, session_id: int, counted: int, at: datetime) -> None:
        with database.transaction() as work:
            z_reports.close(work, session_id, _pieces(counted), by="rae", at=at)

    def _break(self, session_id: int, counted: int, at: datetime) -> None:
        with pytest.raises(failpoints.Broken):
            self._half(self.database, session_id, counted, at)

    def _kill(self, session_id: int, counted: int, at: datetime) -> None:
        self.database.dispose()  # a child must not have our connections
        child = os.fork()
        if child == 0:
            self._half(Database(self.database.engine.url), session_id, counted, at)
            os._exit(0)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def _at(day: date, hours: float) -> datetime:
    """So many hours after this business day began, by a clock that nobody sets."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC) + timedelta(hours=hours)


def _pieces(pence: int) -> dict[int, int]:
    pieces = {}
    for note in NOTES:
        pieces[note], pence = divmod(pence, note)
    return pieces


@pytest.mark.parametrize("first", [CLOCKS_GO_FORWARD, CLOCKS_GO_BACK])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_z_report_of_a_month_equals_the_notebook_to_the_penny(
    database: Database, first: date, seed: int
) -> None:
    with database.transaction() as work:
        month = Month(work, first - timedelta(days=15), seed)
        month.run()

    _equals_the_notebook(database, month)


@pytest.mark.parametrize("seed", [3])
def test_a_month_whose_closings_are_broken_off_has_no_gap_and_equals_the_notebook(
    database: Database, seed: int
) -> None:
    """Killed or broken before its number is taken, after it, and just before it is saved."""
    month = BrokenMonth(database, CLOCKS_GO_FORWARD - timedelta(days=15), seed)
    month.run()

    assert month.broken["raised"] >= 8
    assert month.broken["killed"] >= 4
    for site in SITES:
        serials = [report.serial for drawer, report in month.closed if drawer.site == site]
        assert serials == list(range(1, len(serials) + 1))
    with database.reading() as work:
        assert len(work.scalars(select(ZReport.id)).all()) == len(month.closed)
    _equals_the_notebook(database, month)


def _equals_the_notebook(database: Database, month: Month) -> None:
    with database.reading() as work:
        for drawer, report in month.closed:
            lines = {line.method: line for line in z_reports.lines_of(work, report)}
            for method in TAKEN:
                assert lines[method].sales_pence == drawer.took[method], report.number
                assert lines[method].refunds_pence == drawer.gave[method], report.number
            assert report.expected_pence == drawer.cash, report.number
            listed = sales.total(work, Asked(sites=SITES, session_id=drawer.session_id))
            assert listed.sales_pence == drawer.took.total()
            assert listed.refunds_pence == drawer.gave.total()
        for (site, day), pence in month.money.items():
            start, end = clock.bounds(day, LONDON)
            total = sales.total(work, Asked(sites=(site,), start=start, end=end))
            assert total.sales_pence - total.refunds_pence == pence, (site, day)
        _every_penny_has_its_unit(work)
        assert len(month.closed) >= 60
        assert work.scalars(select(Receipt.id)).all()
    assert [check.name for check in checks.verify(database) if not check.ok] == []


def _every_penny_has_its_unit(work: Session) -> None:
    """What the reports took is the price of what the ledger handed over."""
    its = select(ledger.StockMove).where(ledger.StockMove.reason == "sale")
    handed = sum(move.units * PENCE[move.sku] for move in work.scalars(its))
    frozen = sum(line.sales_pence for report in work.scalars(select(ZReport))
                 for line in z_reports.lines_of(work, report))  # fmt: skip
    assert handed == frozen == sum(work.scalars(select(Order.total_pence)))
