"""A count of a warehouse takes as much memory as one of a shop: its lines come and go by parts."""

import os
import tracemalloc
from collections.abc import Callable

from sqlalchemy import insert, update

from shop import counts, variances
from shop.counts import CountLine
from shop.db import Database
from shop.products import Product
from tests import databases
from tests.shop.conftest import NOON, fill

SHORT, LONG = 2_000, int(os.environ.get("LONG_LINES", "10_000"))
BY = {"by": "zoe", "at": NOON}
A_MEGABYTE = 1_000_000


def peak(act: Callable[[], object]) -> int:
    """The most memory that was in use at once while this ran."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def peaks(lines: int) -> tuple[int, int]:
    """The memory to begin a count of so many products, and to post one in which each differs."""
    url = databases.copier(fill, "sqlite")()
    database = Database(url)
    stock_up(database, lines)
    numbers: list[int] = []
    begun = peak(lambda: numbers.append(begin(database)))
    with database.transaction() as work:
        work.execute(update(CountLine).values(counted=1, times=1))
    posted = peak(lambda: post(database, numbers[0], lines))
    database.dispose()
    databases.drop(url)
    return begun, posted


def stock_up(database: Database, products: int) -> None:
    with database.transaction() as work:
        work.execute(update(Product).values(on_sale=False))
        for n in range(products):
            row = {"sku": f"N-{n}", "slug": f"n-{n}", "name": f"Ball {n}", "price_pence": 500,
                   "kind": "ball"}  # fmt: skip
            work.execute(insert(Product), row)


def begin(database: Database) -> int:
    with database.transaction() as work:
        return counts.start(work, "cambridge", **BY).number


def post(database: Database, number: int, lines: int) -> None:
    with database.transaction() as work:
        assert variances.post(work, number, **BY) == lines


def test_a_long_count_takes_no_more_memory_than_a_short_one() -> None:
    peaks(10)  # what is loaded once is loaded now

    short, long = peaks(SHORT), peaks(LONG)

    assert long[0] < short[0] + A_MEGABYTE
    assert long[1] < short[1] + A_MEGABYTE
