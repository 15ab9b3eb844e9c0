"""Two tills and one last ball, many times over: what was sold is what was there."""

import os
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import URL, func, select, update

from shop import checks, stock
from shop.db import Database
from shop.levels import StockLevel
from shop.orders import Order
from tests import databases
from tests.rigs import buyers
from tests.shop.conftest import BALL, NOON, fill

ROUNDS = int(os.environ.get("RIG_ROUNDS", "20"))
UNITS = (1, 7, 10)  # in turn: what the shelf holds when sixteen people want one each


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[URL]:
    copy: Callable[[], URL] = databases.copier(fill, request.param)
    url = copy()
    yield url
    databases.drop(url)


def test_sixteen_buyers_get_what_the_shelf_holds_and_everybody_else_a_clear_no(url: URL) -> None:
    database = Database(url)
    with buyers.crowd(url, buyers.properly, ROUNDS) as crowd:
        for number in range(ROUNDS):
            units = UNITS[number % len(UNITS)]
            with database.transaction() as work:
                stock.receive(work, "cambridge", {BALL: units}, by="anna", at=NOON)

            told = crowd.buy()

            assert told == {"sold": units, "refused": buyers.CLIENTS - units}
            with database.reading() as work:
                assert buyers.shelf(work) == 0

    _books_agree(database, sold=sum(UNITS[n % len(UNITS)] for n in range(ROUNDS)))
    database.dispose()


def test_the_rig_would_notice_because_looking_before_writing_oversells(url: URL) -> None:
    database, oversold = Database(url), 0
    with database.transaction() as work:
        stock.receive(work, "cambridge", {BALL: 1}, by="anna", at=NOON)
    with buyers.crowd(url, buyers.naively, ROUNDS) as crowd:
        for _ in range(ROUNDS):
            with database.transaction() as work:  # as naively as it is sold
                work.execute(update(StockLevel).values(on_hand=1))
            oversold += crowd.buy()["sold"] - 1

    assert oversold > 0
    database.dispose()


def _books_agree(database: Database, *, sold: int) -> None:
    with database.reading() as work:
        assert work.scalar(select(func.count()).select_from(Order)) == sold
    assert [check.name for check in checks.verify(database) if not check.ok] == []
