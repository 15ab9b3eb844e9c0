"""`flask shop …`: what it says, and the number it ends with, for people and for machines."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import URL, make_url, text

from shop import checks, demo, stock, triggers
from shop.db import Database
from tests import databases
from tests.conftest import LIVE, database_of, make_app
from tests.shop.conftest import BALL, left, received
from tests.shop.selling import sell
from tests.shop.test_migrations import new_database

ROOT = Path(__file__).resolve().parents[2]


def flask(app: Flask, *arguments: str) -> Result:
    result = app.test_cli_runner().invoke(args=["shop", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def from_a_shell(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it as cron would: from the project, with nothing set but what is given."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "shop", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


Site = Callable[..., Flask]


@pytest.fixture
def site() -> Iterator[Site]:
    """Makes an app on a database, and closes it again."""
    apps: list[Flask] = []

    def make(url: URL, **settings: str) -> Flask:
        apps.append(make_app(url, **settings))
        return apps[-1]

    yield make
    for app in apps:
        database_of(app).dispose()


@pytest.fixture
def small(database: Database, site: Site) -> Flask:
    """The small shop, with a delivery and a sale in its books."""
    with database.transaction() as work:
        received(work, 5)
        sell(work, {BALL: 2})
    return site(database.engine.url)


@pytest.fixture
def blank() -> Iterator[URL]:
    """An SQLite file with the tables and nothing else."""
    url = databases.upgraded(new_database("sqlite"))
    yield url
    databases.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def nothing(request: pytest.FixtureRequest) -> Iterator[URL]:
    """A database without any table."""
    url = new_database(request.param)
    yield url
    databases.drop(url)


def test_upgrade_and_verify_need_the_database_url_and_nothing_else(nothing: URL) -> None:
    url = nothing.render_as_string(hide_password=False)
    before = from_a_shell("verify", DATABASE_URL=url)
    upgraded = from_a_shell("upgrade", DATABASE_URL=url)
    after = from_a_shell("verify", "--json", DATABASE_URL=url)

    assert (before.returncode, before.stdout) == (2, "")
    assert "flask shop upgrade" in before.stderr
    assert (upgraded.returncode, upgraded.stderr) == (0, "")
    assert (after.returncode, after.stderr) == (0, "")
    lines = [json.loads(line) for line in after.stdout.splitlines()]
    assert len(lines) == len(checks.QUESTIONS) + 2
    assert all(line == {"check": line["check"], "ok": True, "rows": []} for line in lines)


def test_a_command_without_any_database_says_so_in_a_sentence() -> None:
    ran = from_a_shell("verify")

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("Error: Set DATABASE_URL")
    assert "Traceback" not in ran.stderr


def test_a_server_without_any_database_does_not_even_start() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "run", "--port", "0"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (ran.returncode, ran.stdout) == (2, "")
    assert "Set DATABASE_URL" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_database_that_does_not_answer_is_a_sentence_and_no_traceback(site: Site) -> None:
    app = site(make_url("postgresql+psycopg://x@127.0.0.1:1/x"))

    assert flask(app, "upgrade").exit_code == 1
    assert flask(app, "upgrade").stderr.startswith("Error: The database refused.")
    assert flask(app, "verify").exit_code == 2


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, site: Site) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Anna, thank you for the ball. " * 50)
    app = site(make_url(f"sqlite:///{letter}"))

    assert flask(app, "upgrade").exit_code == 1
    assert flask(app, "verify").exit_code == 2
    assert letter.read_text().startswith("Dear Anna")


def test_clean_books_end_with_nought_and_a_line_for_each_check(small: Flask) -> None:
    result = flask(small, "verify")

    assert (result.exit_code, result.stderr) == (0, "")
    assert len(result.stdout.splitlines()) == len(checks.QUESTIONS) + 2
    assert all(line.startswith("ok  ") for line in result.stdout.splitlines())


def test_the_demo_is_clean(app: Flask) -> None:
    assert flask(app, "verify").exit_code == 0


def change_a_level(database: Database) -> None:
    run(database, "UPDATE shop_stock_level SET on_hand = on_hand + 1 WHERE on_hand > 0")


def change_a_move(database: Database) -> None:
    """Behind the trigger's back: it is off for a moment, and on again when anybody looks."""
    cook = "UPDATE shop_stock_move SET units = units + 1 WHERE reason = 'delivery'"
    if database.engine.dialect.name == "sqlite":
        name = "shop_stock_move_kept_update"
        again = triggers._sqlite("shop_stock_move", triggers.APPEND_ONLY["shop_stock_move"])[name]
        run(database, f"DROP TRIGGER {name}", cook, again)
    else:
        guard = "TRIGGER shop_stock_move_kept"
        table = "ALTER TABLE shop_stock_move"
        run(database, f"{table} DISABLE {guard}", cook, f"{table} ENABLE ALWAYS {guard}")


def take_a_guard_away(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        run(database, "DROP TRIGGER shop_payment_kept_delete")
    else:
        run(database, "DROP TRIGGER shop_payment_kept ON shop_payment")


COOKED: dict[str, Callable[[Database], None]] = {
    "I1": change_a_level,
    "I1 too": change_a_move,
    "I7": take_a_guard_away,
}


@pytest.mark.parametrize("case", COOKED)
def test_cooked_books_end_with_one_and_the_check_that_found_them(
    small: Flask, database: Database, case: str
) -> None:
    COOKED[case](database)

    plain, for_machines = flask(small, "verify"), flask(small, "verify", "--json")

    found = {
        line["check"].split()[0]: line["rows"]
        for line in map(json.loads, for_machines.stdout.splitlines())
        if not line["ok"]
    }
    assert (plain.exit_code, for_machines.exit_code) == (1, 1)
    assert [*found] == [case.split()[0]]
    rows = found[case.split()[0]]
    assert rows
    for row in rows:
        assert f"       {row}" in plain.stdout.splitlines()
    assert plain.stdout.count("FAIL") == 1


def test_verify_changes_nothing(small: Flask, database: Database) -> None:
    flask(small, "verify")

    with database.reading() as work:
        assert left(work) == 3
        assert len(stock.history(work, BALL)) == 2


def test_the_demo_refuses_a_database_with_anything_in_it(small: Flask, database: Database) -> None:
    result = flask(small, "demo")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "not empty" in result.stderr
    with database.reading() as work:
        assert len(stock.history(work, BALL)) == 2


def test_the_demo_refuses_production(blank: URL, site: Site) -> None:
    app = site(blank, **LIVE)

    result = flask(app, "demo")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "only works in development" in result.stderr
    assert contents(database_of(app)) == dict.fromkeys(contents(database_of(app)), 0)


def test_the_demo_and_the_staff_need_the_tables_first(site: Site) -> None:
    app = site(new_database("sqlite"))

    assert flask(app, "demo").exit_code == 2
    assert flask(app, "staff", "list").exit_code == 2


def test_keeping_a_filled_demo_changes_nothing_and_prints_the_same_logins(app: Flask) -> None:
    before = contents(database_of(app))

    first, second = flask(app, "demo", "--keep"), flask(app, "demo", "--keep")

    assert contents(database_of(app)) == before
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == second.stdout
    assert [line.split() for line in first.stdout.splitlines()] == [
        [login.role, login.email, login.password] for login in demo.LOGINS
    ]


def test_the_demo_has_the_clinics_products_and_past_sales_it_promises(app: Flask) -> None:
    count = contents(database_of(app))

    assert count["shop_site"] == 3
    assert count["shop_product"] >= 12
    assert count["shop_order"] == count["shop_receipt"] == count["shop_payment"] > 200
    with database_of(app).reading() as work:
        days = work.execute(text("SELECT MIN(settled_at), MAX(settled_at) FROM shop_order")).one()
    assert days[0][:10] < days[1][:10]


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["verify", "--what"],
        ["verify", "too", "many"],
        ["staff", "nonsense"],
        ["staff", "add"],
        ["staff", "add", "anna@clinic.example", "Anna", "--password", "a ball and a wall"],
        ["staff", "add", "anna@clinic.example", "Anna", "--role", "king", "--password", "x"],
    ],
)
def test_wrong_usage_ends_with_two(blank: URL, site: Site, arguments: list[str]) -> None:
    result = flask(site(blank), *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage:" in result.stderr


def add(
    app: Flask, email: str, name: str, *more: str, password: str = "a ball and a wall"
) -> Result:
    return flask(
        app, "staff", "add", email, name, "--role", "reception", "--password", password, *more
    )


def test_somebody_who_was_added_is_listed_with_their_role(small: Flask) -> None:
    everywhere = add(small, "anna@clinic.example", "Anna")
    at_one = add(small, "zoe@clinic.example", "Zoe", "--site", "ely")

    assert (everywhere.exit_code, at_one.exit_code) == (0, 0)
    assert everywhere.stdout == "Anna can sign in.\n"
    assert flask(small, "staff", "list").stdout.splitlines() == [
        "anna@clinic.example\tAnna\treception at *",
        "zoe@clinic.example\tZoe\treception at ely",
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"password": "short"}, "12 to 128 characters"),
        ({"password": "x" * 129}, "12 to 128 characters"),
        ({"email": "anna"}, "needs an email address"),
        ({"name": " "}, "needs an email address and a name"),
        ({"email": "taken@clinic.example"}, "Somebody has an account"),
        ({"name": "an\udcffna"}, "a character in there"),
        ({"email": "anna\x1b@clinic.example"}, "a character in there"),
        ({"password": "a ball and \udcff wall"}, "a character in there"),
        ({"name": "A" * 501}, "too long"),
    ],
)
def test_an_account_that_cannot_be_opened_is_a_sentence_and_no_traceback(
    blank: URL, site: Site, given: dict[str, str], sentence: str
) -> None:
    app = site(blank)
    assert add(app, "taken@clinic.example", "Somebody").exit_code == 0

    result = add(app, **({"email": "anna@clinic.example", "name": "Anna"} | given))

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert sentence in result.stderr
    assert "Anna" not in flask(app, "staff", "list").stdout


def test_a_role_at_a_clinic_that_is_not_there_is_refused(small: Flask) -> None:
    result = add(small, "anna@clinic.example", "Anna", "--site", "mars")

    assert (result.exit_code, result.stderr) == (1, "Error: There is no such clinic.\n")


def run(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def contents(database: Database) -> dict[str, int]:
    """How many rows each of our tables has."""
    tables = ("site", "product", "stock_move", "order", "payment", "receipt", "staff", "audit")
    with database.reading() as work:
        return {
            f"shop_{table}": work.execute(text(f"SELECT COUNT(*) FROM shop_{table}")).scalar_one()
            for table in tables
        }


def test_looking_for_tables_in_a_mistyped_file_makes_no_file(tmp_path: Path) -> None:
    missing = tmp_path / "mistyped.sqlite"

    answer = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "shop", "verify"],
        env={"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{missing}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (answer.returncode, missing.exists()) == (2, False)
    assert "no tables" in answer.stderr


def test_a_database_that_does_not_answer_is_not_said_to_be_empty() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "shop", "verify"],
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 2
    assert "does not answer" in answer.stderr


def test_a_demo_that_is_broken_off_leaves_nothing_and_can_be_filled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(databases.upgraded(make_url(f"sqlite:///{tmp_path / 'demo.sqlite'}")))
    days = iter(range(10))

    def broken_off(*args: object, **kwargs: object) -> None:
        if next(days) == 5:
            raise KeyboardInterrupt

    with app.app_context():
        monkeypatch.setattr(demo, "_day", broken_off)
        with pytest.raises(KeyboardInterrupt):
            demo.fill(app)
        monkeypatch.undo()
        with database_of(app).reading() as work:
            assert work.execute(text("SELECT COUNT(*) FROM shop_product")).scalar() == 0
            assert work.execute(text("SELECT COUNT(*) FROM shop_staff")).scalar() == 0

        demo.fill(app)

    assert [check for check in checks.verify(database_of(app)) if not check.ok] == []
    database_of(app).dispose()
