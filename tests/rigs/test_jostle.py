"""Sale, hold, expiry, transfer, count and adjustment of one product at once: nothing is lost."""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from shop import checks, seals, stock
from shop.db import Database
from tests import databases
from tests.rigs import buyers, jostle
from tests.shop.conftest import BALL, NOON, fill

ROUNDS = int(os.environ.get("RIG_ROUNDS", "20"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[URL]:
    url = databases.copier(fill, request.param)()
    yield url
    databases.drop(url)


def test_sixteen_people_who_do_different_things_at_once_lose_nothing(url: URL) -> None:
    database, told, received = Database(url), Counter[str](), 0
    with buyers.crowd(url, jostle.anything, ROUNDS) as crowd:
        for number in range(ROUNDS):
            with database.transaction() as work:
                stock.receive(work, "cambridge", {BALL: 3 + number % 10}, by="anna", at=NOON)
            received += 3 + number % 10

            told += crowd.buy()

            seals.seal(database, at=NOON)

    wrong = [check for check in checks.verify(database) if not check.ok]
    with database.reading() as work:
        there = {level.place: level.on_hand for level in stock.levels_of(work, BALL)}
    database.dispose()

    assert [said for said in told if "broken" in said] == []
    recounted = received + sum(int(said.split()[0]) * times for said, times in told.items())
    assert there["shelf:cambridge"] == recounted
    assert wrong == []
    done = {said.split()[-1] for said in told if "refused" not in said}
    assert done == {act.__name__ for act in jostle.ACTS}
