"""The database layer: times with a zone, runs that are repeated, signals after the commit."""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from blinker import Signal
from sqlalchemy import insert, make_url, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from shop import db
from shop.audit import AuditRow, record
from shop.db import Database, announce, retried
from shop.errors import NotReady
from shop.sites import Site
from tests.shop.conftest import NOON


def test_a_time_without_its_zone_is_refused(work: Session) -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        record(work, "a", "b", by="c", at=datetime(2026, 6, 3, 11))  # noqa: DTZ001


def test_a_time_comes_back_in_utc_whatever_zone_it_was_given_in(work: Session) -> None:
    record(work, "a", "b", by="c", at=NOON.astimezone(timezone(timedelta(hours=-5))))

    at = work.scalars(select(AuditRow.at)).one()
    assert (at, at.tzinfo) == (NOON, UTC)


def test_a_microsecond_survives_the_database(work: Session) -> None:
    record(work, "a", "b", by="c", at=NOON.replace(microsecond=123_456))

    assert work.scalars(select(AuditRow.at)).one().microsecond == 123_456


def test_what_is_done_in_a_transaction_is_saved(database: Database) -> None:
    with database.transaction() as work:
        record(work, "a", "b", by="c", at=NOON)

    assert acts(database) == ["a"]


def test_an_error_undoes_all_of_a_transaction(database: Database) -> None:
    with pytest.raises(Slip), database.transaction() as work:
        slip_after(record(work, "a", "b", by="c", at=NOON))

    assert acts(database) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_done_while_only_looking_is_not_saved_on_sqlite(database: Database) -> None:
    with database.reading() as work:
        record(work, "a", "b", by="c", at=NOON)

    assert acts(database) == []


@pytest.fixture
def news() -> Iterator[tuple[Signal, list[Any]]]:
    """A signal, and what was heard of it: (sender, facts)."""
    signal, heard = Signal(), []

    def hear(sender: object, **facts: object) -> None:
        heard.append((sender, facts))

    signal.connect(hear)
    yield signal, heard
    signal.disconnect(hear)


def test_a_signal_is_sent_with_its_facts_and_not_before_the_commit(
    database: Database, news: tuple[Signal, list[Any]]
) -> None:
    signal, heard = news
    saved_by_then: list[list[str]] = []
    signal.connect(look := lambda sender, **facts: saved_by_then.append(acts(database)))

    with database.transaction("the app") as work:
        record(work, "a", "b", by="c", at=NOON)
        announce(work, signal, number="CAM-1")
        assert heard == []

    assert heard == [("the app", {"number": "CAM-1"})]
    assert saved_by_then == [["a"]]
    assert look


def test_a_signal_is_never_sent_for_what_was_undone(
    database: Database, news: tuple[Signal, list[Any]]
) -> None:
    signal, heard = news

    with pytest.raises(Slip), database.transaction() as work:
        slip_after(announce(work, signal, number="CAM-1"))

    assert heard == []


def test_a_listener_that_breaks_does_not_make_a_saved_act_look_undone(
    database: Database, news: tuple[Signal, list[Any]], caplog: pytest.LogCaptureFixture
) -> None:
    signal, heard = news
    broken = Signal()
    broken.connect(burst := lambda sender, **facts: 1 / 0)

    with database.transaction() as work:
        record(work, "a", "b", by="c", at=NOON)
        announce(work, broken)
        announce(work, signal)

    assert acts(database) == ["a"]
    assert len(heard) == 1
    assert "ZeroDivisionError" in caplog.text
    assert burst


class FromPostgreSQL(Exception):  # noqa: N818
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def undone(code: str) -> DBAPIError:
    kind = IntegrityError if code == "23505" else OperationalError
    return kind("UPDATE x", {}, FromPostgreSQL(code))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


class Act:
    """Fails so many times, then works."""

    def __init__(self, error: DBAPIError, times: int) -> None:
        self.error, self.times, self.runs = error, times, 0

    def __call__(self) -> str:
        self.runs += 1
        if self.runs <= self.times:
            raise self.error
        return "done"

    __name__ = "act"


@pytest.mark.parametrize("code", ["40001", "40P01", "23505"])
def test_an_act_that_another_one_got_in_the_way_of_runs_again(
    code: str, no_waiting: list[float]
) -> None:
    act = Act(undone(code), times=2)

    assert retried(act)() == "done"
    assert act.runs == 3
    assert len(no_waiting) == 2


def test_after_five_runs_it_gives_up(no_waiting: list[float]) -> None:
    act = Act(undone("40001"), times=99)

    with pytest.raises(OperationalError):
        retried(act)()

    assert act.runs == db.TRIES == 5


@pytest.mark.parametrize("code", ["57014", "23503", "23514", "42P01", "53300"])
def test_what_would_fail_again_is_not_run_again(code: str) -> None:
    act = Act(undone(code), times=1)

    with pytest.raises(DBAPIError):
        retried(act)()

    assert act.runs == 1


def test_a_real_clash_of_unique_keys_runs_again_and_finds_what_the_first_one_saved(
    database: Database,
) -> None:
    with database.transaction() as work:
        work.execute(insert(Site).values(**site("soham")))
    runs: list[bool] = []

    @retried
    def open_or_find() -> str:
        with database.transaction() as work:
            found = bool(runs) and work.get(Site, "soham")
            runs.append(bool(found))
            if not found:
                work.execute(insert(Site).values(**site("soham")))
        return "soham"

    assert open_or_find() == "soham"
    assert runs == [False, True]


def test_a_rule_the_database_refuses_is_not_tried_again(database: Database) -> None:
    runs: list[int] = []

    @retried
    def break_a_rule() -> None:
        runs.append(1)
        with database.transaction() as work:
            work.execute(insert(Site).values(**site("soham") | {"position": -1}))

    with pytest.raises(IntegrityError):
        break_a_rule()

    assert runs == [1]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", ["reading", "transaction"])
def test_every_sqlite_connection_is_safe_in_a_power_cut_and_keeps_its_rules(
    database: Database, way: str
) -> None:
    with getattr(database, way)() as work:
        pragmas = {
            name: work.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
        waits = work.execute(text("PRAGMA busy_timeout")).scalar()

    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }
    assert waits == db.BUSY_SECONDS * 1000


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_second_writer_of_an_sqlite_file_waits_from_its_first_moment(database: Database) -> None:
    """BEGIN IMMEDIATE: else two tills both read, both write, and one fails half way."""
    impatient = Database(database.engine.url)
    with impatient.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        connection.rollback()

        with database.transaction() as first:
            first.execute(text("SELECT 1"))
            with pytest.raises(OperationalError, match="locked"):
                connection.execution_options(**db.WRITES).execute(text("SELECT 1"))
    impatient.dispose()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_looking_does_not_wait_for_a_writer(database: Database) -> None:
    with database.transaction() as work:
        record(work, "a", "b", by="c", at=NOON)

        assert acts(database) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_writes_at_read_committed_and_reads_on_autocommit(database: Database) -> None:
    with database.transaction() as work:
        level = work.execute(text("SHOW transaction_isolation")).scalar()
        writing_by_itself = work.connection().connection.dbapi_connection.autocommit
    with database.reading() as work:
        work.execute(text("SELECT 1"))
        reading_by_itself = work.connection().connection.dbapi_connection.autocommit

    assert (level, writing_by_itself, reading_by_itself) == ("read committed", False, True)


class Slip(Exception):  # noqa: N818
    """Any error of ours in the middle of an act."""


def slip_after(done: None) -> None:
    raise Slip


def site(name: str) -> dict[str, object]:
    return {
        "id": name,
        "name": name,
        "receipt_prefix": name.upper(),
        "address": "1 Mill Lane",
        "phone": "01632 960101",
        "position": 9,
    }


def acts(database: Database) -> list[str]:
    with database.reading() as work:
        return list(work.scalars(select(AuditRow.act).order_by(AuditRow.id)))


def test_postgresql_without_its_driver_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(NotReady, match=r"install sorespot\[postgres\]"):
        Database(make_url("postgresql+psycopg://localhost/shop"))
