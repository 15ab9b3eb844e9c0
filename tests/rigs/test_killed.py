"""A till whose power goes in the middle of a sale: what was shown as sold is there, and the
books agree."""

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection

import pytest
from sqlalchemy import URL, make_url, select

from shop import checks, stock
from shop.db import Database
from shop.receipts import Receipt
from tests import databases
from tests.shop.conftest import BALL, NOON, SPIKY, fill
from tests.shop.selling import sell

KILLS = int(os.environ.get("RIG_ROUNDS", "20")) // 5
PLENTY = 50_000


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_till_killed_at_any_moment_leaves_whole_sales_only(kind: str) -> None:
    url = databases.copier(fill, kind)()
    database = Database(url)
    with database.transaction() as work:
        stock.receive(work, "cambridge", {BALL: PLENTY, SPIKY: PLENTY}, by="anna", at=NOON)
    shown: list[str] = []
    for _ in range(KILLS):
        shown += _sold_before_it_was_killed(url)

    with database.reading() as work:
        kept = set(work.scalars(select(Receipt.number)))
    wrong = [check for check in checks.verify(database) if not check.ok]
    database.dispose()
    databases.drop(url)

    assert shown
    assert set(shown) <= kept  # nothing that a receipt was shown for is lost
    assert wrong == []


def _sold_before_it_was_killed(url: URL) -> list[str]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    till = context.Process(
        target=_sell_for_ever, args=(url.render_as_string(hide_password=False), theirs)
    )
    till.start()
    theirs.close()
    shown = [ours.recv()]  # it is selling now
    time.sleep(random.uniform(0.05, 0.3))
    os.kill(till.pid or 0, signal.SIGKILL)
    till.join()
    while True:
        try:
            shown.append(ours.recv())
        except EOFError:
            return shown


def _sell_for_ever(url: str, shown: Connection) -> None:
    database = Database(make_url(url))
    while True:
        with database.transaction() as work:
            number = sell(work, {BALL: 1, SPIKY: 2})
        shown.send(number)
