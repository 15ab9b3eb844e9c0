"""Fifty people and a voucher for ten: ten orders with it, forty clear refusals."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import URL

from shop import checks, orders, vouchers
from shop.db import Database, retried
from shop.drafts import Channel
from shop.errors import Refusal
from tests import databases
from tests.shop.conftest import BALL, NOON, fill

PEOPLE, USES, EACH = 50, 10, 10  # of whom so many share one engine


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[URL]:
    url = databases.copier(fill, request.param)()
    yield url
    databases.drop(url)


def test_of_fifty_at_once_ten_get_the_voucher_for_ten(url: URL) -> None:
    engines = [Database(url) for _ in range(PEOPLE // EACH)]
    with engines[0].transaction() as work:
        vouchers.make(work, "TENONLY", percent=10, most_uses=USES, starts_at=NOON, by="o", at=NOON)
        off = vouchers.find(work, "TENONLY", goods_pence=850, at=NOON)
    start = Barrier(PEOPLE)

    @retried
    def place(database: Database) -> None:
        with database.transaction() as work:
            draft = orders.new(
                work, "cambridge", {BALL: 1}, channel=Channel.DESK, currency="GBP",
                vat_registered=True, discount=off,
            )  # fmt: skip
            orders.place(work, draft, press=orders.new_press(), at=NOON)

    def press(person: int) -> str:
        start.wait(60)
        try:
            place(engines[person % len(engines)])
        except Refusal as refusal:
            return str(refusal)
        return "placed"

    with ThreadPoolExecutor(PEOPLE) as people:
        told = Counter(people.map(press, range(PEOPLE)))

    assert told == {
        "placed": USES, "That code has been used up. Go on without it.": PEOPLE - USES,
    }  # fmt: skip
    assert [check.name for check in checks.verify(engines[0]) if not check.ok] == []
    for database in engines:
        database.dispose()
