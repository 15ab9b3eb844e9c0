"""Whatever breaks, at whichever statement of whichever act: all of the act is there, or none.

The N-th statement of each act fails, for every N until it works. And a process is killed at
each named fail point, with nothing but the database left to tell what it had done.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, event, text
from sqlalchemy.exc import OperationalError

from shop import checks, failpoints, seals, tick
from shop.db import Base, Database
from tests import databases
from tests.rigs.acts import ACTS, LATER, prepare
from tests.shop.conftest import LONDON, fill

ROOT = Path(__file__).resolve().parents[2]
TABLES = sorted(Base.metadata.tables)
Ready = tuple[URL, dict[str, Any]]
# Where each point is passed: an act's name, or one of the jobs below.
PASSED = {
    "counter.after_payment": "pay",
    "delivery.after_moves": "deliver",
    "hold.after_rows": "place and keep",
    "ledger.after_moves": "sell",
    "ledger.between_levels": "sell",
    "migrate.step": "upgrade",
    "plan.after_holds": "issue a plan",
    "plan.after_rows": "issue a plan",
    "plan.after_swaps": "swap a tool",
    "seal.after_row": "seal",
    "stocktake.after_count": "put",
    "stocktake.before_post": "post",
    "sweeper.before_release": "expire",
    "till.after_number": "close a till",
    "till.before_close": "close a till",
    "transaction.after_commit": "receive",
    "transaction.before_commit": "receive",
    "transfer.after_dispatch": "send",
    "transfer.after_partial": "receive a part",
    "transfer.before_receive_commit": "receive all",
}
ELSEWHERE = ("checkout.", "webhook.", "refund.", "mail.", "sweeper.after_expire_call")


class PowerCut(Exception):  # noqa: N818
    pass


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def copy(request: pytest.FixtureRequest) -> Callable[[], Ready]:
    """Makes shops in which every act can be done."""
    ready: dict[str, Any] = {}

    def prepared(url: URL) -> URL:
        database = Database(fill(url))
        ready.update(prepare(database))
        database.dispose()
        return url

    another = databases.copier(prepared, request.param)
    return lambda: (another(), ready)


@pytest.fixture
def shop(copy: Callable[[], Ready]) -> Iterator[tuple[Database, dict[str, Any]]]:
    url, ready = copy()
    database = Database(url)
    yield database, ready
    database.dispose()
    databases.drop(url)


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.reading() as work:
        return {
            table: sorted(map(tuple, work.execute(text(f'SELECT * FROM "{table}"'))), key=repr)
            for table in TABLES
        }


def clean(database: Database) -> bool:
    return all(check.ok for check in checks.verify(database))


@pytest.mark.parametrize("name", ACTS)
def test_an_act_whose_nth_statement_fails_has_done_nothing(
    shop: tuple[Database, dict[str, Any]], name: str
) -> None:
    database, ready = shop
    before, nth, seen = everything(database), 0, 0

    def break_(*args: object) -> None:
        nonlocal seen
        seen += 1
        if seen == nth:
            raise PowerCut

    event.listen(database.engine, "before_cursor_execute", break_)
    worked = False
    while not worked:
        nth, seen = nth + 1, 0
        try:
            with database.transaction() as work:
                ACTS[name](work, ready)
            worked = True
        except PowerCut:
            event.remove(database.engine, "before_cursor_execute", break_)
            assert everything(database) == before, nth
            event.listen(database.engine, "before_cursor_execute", break_)
    event.remove(database.engine, "before_cursor_execute", break_)

    assert nth > 1
    assert everything(database) != before
    assert clean(database)


def test_every_fail_point_is_passed_by_an_act_or_by_a_payment_or_by_a_mail() -> None:
    """The others are in `test_payment_kills.py` and in `test_mail.py`."""
    elsewhere = {point for point in failpoints.POINTS if point.startswith(ELSEWHERE)}

    assert PASSED.keys() | elsewhere == failpoints.POINTS
    assert not PASSED.keys() & elsewhere


@pytest.mark.parametrize("point", sorted(PASSED.keys() - {"migrate.step"}))
def test_a_process_killed_at_a_fail_point_leaves_all_of_an_act_or_none(
    shop: tuple[Database, dict[str, Any]], point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, ready = shop
    before, name = everything(database), PASSED[point]
    monkeypatch.setenv("SHOP_FAILPOINT", f"{point}:kill9")
    monkeypatch.setattr(failpoints, "reached", failpoints._act)
    database.dispose()  # a child must not have our connections

    child = os.fork()
    if child == 0:
        _do(database.engine.url, name, ready)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    monkeypatch.undo()

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert (everything(database) == before) is (point != "transaction.after_commit")
    assert clean(database)
    if point != "transaction.after_commit":
        _do(database.engine.url, name, ready)
        assert everything(database) != before
        assert clean(database)


def _do(url: URL, name: str, ready: dict[str, Any]) -> None:
    database = Database(url)
    if name == "seal":
        seals.seal(database, at=LATER)
    else:
        with database.transaction() as work:
            ACTS[name](work, ready)
    database.dispose()


def test_a_tick_that_is_killed_is_done_by_the_next_one(
    shop: tuple[Database, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, _ = shop
    monkeypatch.setenv("SHOP_FAILPOINT", "sweeper.before_release:kill9")
    monkeypatch.setattr(failpoints, "reached", failpoints._act)
    database.dispose()
    child = os.fork()
    if child == 0:
        tick.run(Database(database.engine.url), LONDON, lambda: LATER)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    monkeypatch.undo()
    assert os.WTERMSIG(status) == signal.SIGKILL

    done = tick.run(database, LONDON, lambda: LATER)

    assert all(each.ok for each in done)
    assert "1 units let go" in [each.said for each in done]
    assert clean(database)


REACHES = """
from shop import failpoints
failpoints.reached("ledger.after_moves")
print("nothing happened")
"""


@pytest.mark.parametrize(
    ("switch", "action", "ends"),
    [
        ("1", "raise", 1),
        ("1", "kill9", -signal.SIGKILL),
        ("1", "sleep:1", 0),
        ("1", "dance", 1),
        ("", "kill9", 0),
        ("0", "kill9", 0),
    ],
)
def test_fail_points_are_nothing_unless_they_are_switched_on(
    switch: str, action: str, ends: int
) -> None:
    settings = {"SHOP_TEST_FAILPOINTS": switch, "SHOP_FAILPOINT": f"ledger.after_moves:{action}"}

    ran = subprocess.run(
        [sys.executable, "-c", REACHES],
        env={"PATH": os.environ["PATH"], **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == ends
    assert ("nothing happened" in ran.stdout) == (ends == 0)


def test_a_connection_that_drops_in_the_middle_undoes_the_act(
    shop: tuple[Database, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, ready = shop
    before = everything(database)
    monkeypatch.setenv("SHOP_FAILPOINT", "ledger.after_moves:drop_connection")
    monkeypatch.setattr(failpoints, "reached", failpoints._act)

    with pytest.raises(Exception, match="closed"), database.transaction() as work:
        ACTS["sell"](work, ready)
    monkeypatch.undo()

    assert everything(database) == before
    assert clean(database)


@pytest.mark.parametrize("copy", ["sqlite"], indirect=True)
def test_a_full_disk_undoes_the_act_and_is_over_when_there_is_room(
    shop: tuple[Database, dict[str, Any]],
) -> None:
    database, ready = shop
    full = Database(database.engine.url)

    def no_room(connection: Any, record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    def receive_for_ever() -> None:
        while True:
            before.update(everything(database))
            with full.transaction() as work:
                ACTS["receive"](work, ready)

    before: dict[str, list[tuple[Any, ...]]] = {}
    event.listen(full.engine, "connect", no_room)
    with pytest.raises(OperationalError, match="full"):
        receive_for_ever()
    full.dispose()

    assert everything(database) == before
    assert clean(database)
    with database.transaction() as work:
        ACTS["receive"](work, ready)
    assert clean(database)
