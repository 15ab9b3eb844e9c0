"""Two people who do the same thing at the same instant: it is done once, and nobody is lied to.

The first stops in the middle of its transaction until the second has reached the same row.
Only PostgreSQL lets two write at once; on SQLite the second waits before its first statement.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shop import (
    arrivals,
    checks,
    costs,
    count_progress,
    counts,
    deliveries,
    purchases,
    tallies,
    transfers,
)
from shop.arrivals import Part
from shop.db import Database, retried
from shop.deliveries import Item
from shop.errors import Refusal
from tests import databases
from tests.rigs.acts import ACTS, BY, HERE, prepare
from tests.shop.conftest import BALL, SPIKY, fill

Act = Callable[[Session], object]


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest) -> Iterator[tuple[Database, dict[str, Any]]]:
    url = databases.copier(fill, request.param)()
    database = Database(url)
    yield database, prepare(database)
    database.dispose()
    databases.drop(url)


def at_once(database: Database, act: Act, then: Act | None = None) -> list[str]:
    """Run an act in two transactions, the second from the middle of the first.

    `then` is what the second one does, where it is another act.
    """
    told: list[str] = []
    waiting = threading.Event()

    @retried
    def second() -> None:
        with database.transaction() as work:
            waiting.set()
            (then or act)(work)

    def other() -> None:
        try:
            second()
            told.append("done")
        except Refusal:
            told.append("refused")
        except Exception as broken:
            told.append(f"broken: {broken!r}")

    thread = threading.Thread(target=other)
    with database.transaction() as work:
        act(work)
        thread.start()
        if database.engine.dialect.name == "postgresql":
            waiting.wait(30)
            until(lambda: waiting_in(database) > 0 or not thread.is_alive())
    thread.join(60)
    return told


def until(there: Callable[[], bool]) -> None:
    for _ in range(3_000):
        if there():
            return
        threading.Event().wait(0.01)


def waiting_in(database: Database) -> int:
    """How many wait for a lock. On SQLite every second writer does, and nobody can ask."""
    if database.engine.dialect.name != "postgresql":
        return 2
    with database.reading() as work:
        return work.scalar(text("SELECT COUNT(*) FROM pg_locks WHERE NOT granted")) or 0


ONCE = (
    *("send", "receive all", "turn back", "post", "cancel a count"),
    *("order", "deliver", "close", "find", "pay", "pay what is kept", "swap a tool"),
)


@pytest.mark.parametrize("name", ONCE)
def test_what_can_be_done_once_is_done_once(
    shop: tuple[Database, dict[str, Any]], name: str
) -> None:
    database, ready = shop

    told = at_once(database, lambda work: ACTS[name](work, ready))

    # A second payment finds the sale that the first one made, and leads to its receipt.
    assert told == ["done" if name.startswith("pay") else "refused"]
    assert all(check.ok for check in checks.verify(database))


def test_two_parts_of_a_box_are_both_received(shop: tuple[Database, dict[str, Any]]) -> None:
    database, ready = shop
    part = [Part(BALL, 1), Part(SPIKY, 1)]

    told = at_once(database, lambda work: arrivals.receive(work, ready["sent"], "ely", part, **BY))

    assert told == ["done"]
    with database.reading() as work:
        assert transfers.get(work, ready["sent"]).state == "closed"
    assert all(check.ok for check in checks.verify(database))


def test_two_scans_of_one_product_are_both_counted(
    shop: tuple[Database, dict[str, Any]],
) -> None:
    database, ready = shop

    told = at_once(database, lambda work: tallies.scan(work, ready["other count"], SPIKY, **BY))

    assert told == ["done"]
    with database.reading() as work:
        assert [line.counted for line in count_progress.counted(work, ready["other count"])] == [5]


def test_a_tally_that_surprises_while_its_count_is_posted_is_counted_again(
    shop: tuple[Database, dict[str, Any]],
) -> None:
    database, ready = shop

    told = at_once(
        database,
        lambda work: tallies.put(work, ready["count"], BALL, 9, **BY),
        lambda work: ACTS["post"](work, ready),
    )

    assert told == ["refused"]
    with database.reading() as work:
        assert counts.get(work, ready["count"]).state == "open"


def test_two_deliveries_both_move_the_average(shop: tuple[Database, dict[str, Any]]) -> None:
    database, _ = shop
    with database.transaction() as work:
        deliveries.receive(work, HERE, [Item(BALL, 10, 100)], **BY)
        there = costs.averages(work)[BALL]
    assert there == 100 * costs.FINER

    told = at_once(
        database, lambda work: deliveries.receive(work, HERE, [Item(BALL, 10, 900)], **BY)
    )

    assert told == ["done"]
    with database.reading() as work:
        averages = (
            work.execute(
                text(
                    "SELECT average FROM shop_delivery_line WHERE unit_cost_pence = 900 ORDER BY id"
                )
            )
            .scalars()
            .all()
        )
        last = costs.averages(work)[BALL]
    assert averages[0] < averages[1] == last
    assert all(check.ok for check in checks.verify(database))


def test_an_average_that_three_move_at_once_is_moved_three_times(
    shop: tuple[Database, dict[str, Any]],
) -> None:
    """With two of them, the second waits for its row to be there. Only a lock stops a third."""
    database, _ = shop
    with database.transaction() as work:
        costs.bought(work, BALL, 10, 100)
    moved: list[int] = []
    done: list[int] = []

    def move() -> None:
        with database.transaction() as work:
            moved.append(costs.bought(work, BALL, 10, 900))
            until(lambda: bool(done) or waiting_in(database) >= 1)
        done.append(moved[-1])

    threads = [threading.Thread(target=move) for _ in range(2)]
    with database.transaction() as work:
        moved.append(costs.bought(work, BALL, 10, 900))
        for thread in threads:
            thread.start()
        until(lambda: waiting_in(database) >= 2)
    for thread in threads:
        thread.join(60)

    with database.reading() as work:
        assert costs.averages(work)[BALL] == max(moved)
    assert len(set(moved)) == 3


def test_two_deliveries_of_one_order_are_both_counted_against_it(
    shop: tuple[Database, dict[str, Any]],
) -> None:
    database, ready = shop
    number = ready["purchase"]

    told = at_once(
        database, lambda work: deliveries.receive_for(work, number, [Item(BALL, 4)], **BY)
    )
    third = at_once(
        database,
        lambda work: deliveries.receive_for(
            work, number, [Item(BALL, 1)], more_is_right=True, **BY
        ),
    )

    assert (told, third) == (["done"], ["done"])
    with database.reading() as work:
        (ball, _) = purchases.lines_of(work, number)
    assert ball.received == 10
    assert all(check.ok for check in checks.verify(database))
