"""Production serves nothing with what is unsafe, and says in a sentence what to set."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import URL, make_url, text

from app import create_app
from shop import safe_start
from shop.config import Settings
from shop.db import Database
from shop.errors import NotReady
from shop.migrations import VERSION_TABLE
from tests import databases
from tests.conftest import LIVE, database_of, make_app

BASE = "https://shop.clinic.example"
GOOD = {
    "SECRET_KEY": LIVE["SECRET_KEY"],
    "TRUSTED_HOSTS": ["shop.clinic.example"],
    "PUBLIC_BASE_URL": BASE,
}
SMTP = {
    "SHOP_SMTP_HOST": "mail.clinic.example",
    "SHOP_MAIL_FROM": "shop@clinic.example",
    "SHOP_SMTP_TLS": "off",
}


def check(database: Database, config: dict[str, Any], **settings: str) -> None:
    safe_start.check(Settings.read({**settings, **config}), {**GOOD, **config}, database)


def test_what_is_safe_is_served(database: Database) -> None:
    check(database, {})


@pytest.mark.parametrize(
    "config",
    [
        {"SECRET_KEY": LIVE["SECRET_KEY"].encode()},
        {"TRUSTED_HOSTS": "other.example, shop.clinic.example"},
        {"TRUSTED_HOSTS": [".clinic.example"]},
        {"TRUSTED_HOSTS": ["shop.clinic.example:443"]},
        {"PUBLIC_BASE_URL": f"{BASE}/tools/"},
        {**SMTP, "SHOP_SMTP_HOST": "127.0.0.1"},
        {**SMTP, "SHOP_SMTP_TLS": "starttls"},
    ],
)
def test_other_ways_to_be_safe_are_served_too(database: Database, config: dict[str, Any]) -> None:
    check(database, config)


UNSAFE: list[tuple[dict[str, Any], str]] = [
    ({"SECRET_KEY": None}, "SECRET_KEY must be set"),
    ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
    ({"SECRET_KEY": "bnqM8kfJ2x9rWvT4zLs6YpHd3cGa7Eu"}, "SECRET_KEY must be set, 32"),
    ({"SECRET_KEY": "k" * 64}, "SECRET_KEY is one that others know or guess"),
    ({"SECRET_KEY": "0123456" * 9}, "SECRET_KEY is one that others"),
    ({"SECRET_KEY": "change-me-to-something-long-and-random"}, "SECRET_KEY is one that others"),
    ({"SECRET_KEY": b"django-insecure-4kf9q8w7e6r5t4y3u2i1"}, "SECRET_KEY is one that others"),
    ({"SECRET_KEY": "a key for tests, which is long enough"}, "SECRET_KEY is one that others"),
    (
        {"SECRET_KEY": "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf"},
        "SECRET_KEY is one that others",
    ),
    ({"DEBUG": True}, "DEBUG is on"),
    ({"TESTING": True}, "TESTING is on"),
    ({"TRUSTED_HOSTS": None}, "TRUSTED_HOSTS must name the hosts"),
    ({"TRUSTED_HOSTS": []}, "TRUSTED_HOSTS must name the hosts"),
    ({"TRUSTED_HOSTS": " , "}, "TRUSTED_HOSTS must name the hosts"),
    ({"TRUSTED_HOSTS": "*"}, "TRUSTED_HOSTS must name each host"),
    ({"TRUSTED_HOSTS": ["shop.clinic.example", "*.example"]}, "TRUSTED_HOSTS must name each"),
    ({"PUBLIC_BASE_URL": None}, "PUBLIC_BASE_URL must be this site's https"),
    ({"PUBLIC_BASE_URL": "http://shop.clinic.example"}, "PUBLIC_BASE_URL must be this site's"),
    ({"PUBLIC_BASE_URL": "https://"}, "PUBLIC_BASE_URL must be this site's"),
    ({"PUBLIC_BASE_URL": f"{BASE}?x=1"}, "PUBLIC_BASE_URL must be a plain address"),
    ({"PUBLIC_BASE_URL": "https://a@shop.clinic.example"}, "PUBLIC_BASE_URL must be a plain"),
    ({"PUBLIC_BASE_URL": "https://evil.example"}, "PUBLIC_BASE_URL leads to evil.example"),
    ({"TRUSTED_HOSTS": ["clinic.example"]}, "PUBLIC_BASE_URL leads to shop.clinic.example"),
    (SMTP, "SHOP_SMTP_TLS is off and the mail server is another machine"),
    ({"STRIPE_SECRET_KEY": "sk_live_1"}, "STRIPE_WEBHOOK_SECRET must be set"),
    (
        {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"},
        "STRIPE_SECRET_KEY is a test key",
    ),
]


@pytest.mark.parametrize(("config", "sentence"), UNSAFE)
def test_production_refuses_to_serve_what_is_unsafe(
    database: Database, config: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(NotReady, match=sentence) as refusal:
        check(database, config)

    assert str(refusal.value).endswith((".", '"', "example"))
    assert LIVE["SECRET_KEY"][:31] not in str(refusal.value)


@pytest.mark.parametrize("config", [config for config, _ in UNSAFE if "STRIPE" not in str(config)])
def test_development_serves_anyway(database: Database, config: dict[str, Any]) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0001'"))

    check(database, config, SHOP_ENV="development")


def test_older_tables_are_not_served(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0001'"))

    with pytest.raises(NotReady, match=r"not this version's\. Run: flask shop upgrade"):
        check(database, {})


def test_no_tables_are_not_served(tmp_path: Path) -> None:
    empty = Database(make_url(f"sqlite:///{tmp_path / 'empty.sqlite'}"))

    with pytest.raises(NotReady, match="There are no tables here"):
        check(empty, {})


def test_a_database_that_is_away_is_no_setting_and_pages_say_so(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        url = database.engine.url.set(database="/nowhere/shop.sqlite")
        with pytest.raises(NotReady, match="There are no tables here"):
            check(Database(url), {})
        return
    away = Database(database.engine.url.set(database="nobody_made_this_one"))

    check(away, {})


@pytest.fixture
def file() -> Path:
    """An SQLite file with the tables, as `flask shop upgrade` makes it."""
    return databases.folder() / f"{os.urandom(6).hex()}.sqlite"


def test_a_new_file_is_ours_alone(file: Path) -> None:
    before = os.umask(0)
    try:
        databases.upgraded(make_url(f"sqlite:///{file}"))
    finally:
        os.umask(before)

    modes = {each.stat().st_mode & 0o777 for each in file.parent.glob(f"{file.name}*")}
    assert modes == {0o600}


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644, 0o666])
def test_a_file_that_everybody_reads_is_not_served(file: Path, mode: int) -> None:
    database = Database(databases.upgraded(make_url(f"sqlite:///{file}")))
    check(database, {})
    file.chmod(mode)

    with pytest.raises(NotReady, match=f"chmod o-rw {file.name}"):
        check(database, {})

    file.chmod(0o660)  # a group of the shop's own is the owner's to decide
    check(database, {})


def test_a_file_that_can_not_be_kept_safely_is_not_served(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a network drive, where SQLite answers a wish for WAL with something else."""
    databases.upgraded(make_url(f"sqlite:///{file}"))
    monkeypatch.setattr("shop.db._switch_to_wal", lambda cursor: None)
    database = Database(make_url(f"sqlite:///{file}"))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")

    with pytest.raises(NotReady, match="journal_mode = delete in place of wal"):
        check(database, {})


def test_the_stand_alone_site_starts_when_all_is_safe_and_serves(
    demo_copy: Callable[[], URL],
) -> None:
    live = make_app(demo_copy(), **LIVE)

    assert live.test_client().get("/", base_url="https://localhost").status_code == 200


def test_the_stand_alone_site_does_not_start_otherwise(demo_copy: Callable[[], URL]) -> None:
    with pytest.raises(NotReady, match="TRUSTED_HOSTS must name"):
        make_app(demo_copy(), **{**LIVE, "TRUSTED_HOSTS": ""})


def test_a_command_is_not_asked_and_its_app_asks_once_before_it_serves(
    demo_copy: Callable[[], URL],
    monkeypatch: pytest.MonkeyPatch,
    app: Flask,
    statements: Callable[[], Any],
) -> None:
    url = demo_copy().render_as_string(hide_password=False)
    monkeypatch.setattr("app.get_current_context", lambda silent: object())
    unsafe = create_app({**LIVE, "DATABASE_URL": url, "SECRET_KEY": ""})
    with pytest.raises(NotReady, match="SECRET_KEY"):
        unsafe.test_client().get("/healthz")

    safe = create_app({**LIVE, "DATABASE_URL": url})
    client = safe.test_client()
    assert client.get("/healthz", base_url="https://localhost").status_code == 200
    with statements() as seen:
        client.get("/healthz", base_url="https://localhost")
    assert seen == []
    database_of(safe).dispose()
