"""What cron does: what is over ends, what is new is said and sealed, and twice is as once."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shop import alerts, checks, holds, outbox, presses, seals, stock, tick
from shop.db import Database
from tests.shop.conftest import BALL, LONDON, NOON, SPIKY, received
from tests.shop.selling import place

SOON = NOON + timedelta(minutes=30)


def run(database: Database, at: datetime = SOON) -> dict[str, str]:
    done = tick.run(database, LONDON, lambda: at)
    assert all(each.ok for each in done), done
    return {each.job: each.said for each in done}


@pytest.fixture
def busy(database: Database) -> Database:
    """Two orders keep balls, one of them is over at half past; a shelf is low."""
    with database.transaction() as work:
        received(work, 5)
        received(work, 5, sku=SPIKY)
        place(work, {BALL: 2, SPIKY: 1}, hold_until=SOON)
        place(work, {BALL: 1}, hold_until=SOON + timedelta(hours=1))
        alerts.set_rule(work, "ely", BALL, minimum=1, target=2, by="anna", at=NOON)
        presses.first(work, "old", at=NOON - timedelta(days=8))
    return database


def test_one_run_does_all_that_is_due(busy: Database) -> None:
    said = run(busy)

    assert said["holds"] == "3 units let go"
    assert said["alerts"] == "1 digests queued"
    assert said["presses"] == "1 forgotten"
    assert said["seal"].startswith("3 rows sealed, the last digest is ")
    with busy.reading() as work:
        assert stock.free(work, [BALL], at=NOON)[BALL] == {"cambridge": 4}
        assert [message.to for message in outbox.waiting(work)] == ["site:ely"]
        last = seals.last(work)
    assert last
    assert said["seal"].endswith(last.digest)
    assert all(check.ok for check in checks.verify(busy))


def test_a_second_run_does_nothing_twice(busy: Database) -> None:
    run(busy)

    said = run(busy)

    assert (said["holds"], said["alerts"]) == ("0 units let go", "0 digests queued")
    assert said["seal"].startswith("0 rows sealed")


def test_two_runs_at_once_do_everything_once(busy: Database) -> None:
    """Each with connections of its own, as two calls of cron have."""
    together, heard = threading.Barrier(3), []

    def one() -> None:
        database = Database(busy.engine.url)
        together.wait(30)
        heard.append(run(database))
        database.dispose()

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    def total(job: str) -> int:
        return sum(int(said[job].split()[0]) for said in heard)

    assert (total("holds"), total("alerts"), total("presses"), total("seal")) == (3, 1, 1, 3)
    assert all(check.ok for check in checks.verify(busy))


def test_nothing_due_is_no_trouble(database: Database) -> None:
    assert run(database)["holds"] == "0 units let go"


def test_a_job_that_breaks_off_leaves_the_others_to_be_done(
    busy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> int:
        raise OperationalError("UPDATE", {}, Exception("the disk is full"))

    monkeypatch.setattr(holds, "expire", broken)

    done = {each.job: each for each in tick.run(busy, LONDON, lambda: SOON)}

    assert (done["holds"].ok, done["holds"].said) == (False, "broke off: the disk is full")
    assert done["seal"].ok
    with busy.reading() as work:
        assert work.execute(text("SELECT COUNT(*) FROM shop_seal")).scalar() == 1
