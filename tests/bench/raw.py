"""The bare drivers, with the settings that the shop gives its connections."""

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import URL

from tests.shop.conftest import NOON

Say = Callable[..., Any]


def connect(url: URL) -> tuple[Say, object]:
    """A function that runs a statement with `?` for its values, and noon as the driver has it."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url), NOON.isoformat(" ")
    return _postgresql(url), NOON


def _sqlite(url: URL) -> Say:
    connection = sqlite3.connect(str(url.database), isolation_level=None, timeout=30)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON",
                   "recursive_triggers = ON"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")

    def say(sql: str, *values: object) -> Any:
        return connection.execute("BEGIN IMMEDIATE" if sql == "BEGIN" else sql, values)

    return say


def _postgresql(url: URL) -> Say:
    connection = psycopg.connect(
        host=url.query.get("host"),  # type: ignore[arg-type]
        dbname=url.database,
        user=url.username,
        password=url.password,
        port=url.port,
        autocommit=True,
    )

    def say(sql: str, *values: object) -> Any:
        return connection.execute(sql.replace("?", "%s"), values)

    return say
