"""Counter sales a second, against the same statements through the bare driver, both durable."""

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import URL

from shop.db import Database
from tests import databases
from tests.bench.pairs import Pair, rate
from tests.shop.conftest import BALL, NOON, SPIKY, fill, received
from tests.shop.selling import sell

PLENTY = 90_000
GATES = {"sqlite": 0.25, "postgresql": 0.55}
_counter = itertools.count(1)

# What `orders.new`, `orders.place` and `payments.settle` say to the database, in their order.
PRICES = "SELECT * FROM shop_product WHERE sku IN (?, ?)"
NUMBER = """INSERT INTO shop_document_number (series, last) VALUES (?, 1)
    ON CONFLICT (series) DO UPDATE SET last = shop_document_number.last + 1 RETURNING last"""
ORDER = """INSERT INTO shop_order (number, press, channel, site, currency, total_pence, state,
    placed_at) VALUES (?, ?, 'desk', 'cambridge', 'GBP', 1849, 'placed', ?) RETURNING id"""
LINE = """INSERT INTO shop_order_line (order_id, position, sku, name, units, unit_pence, vat_bp,
    vat_pence) VALUES (?, ?, ?, ?, 1, ?, 2000, ?)"""
SETTLE = """UPDATE shop_order SET state = 'settled', settled_at = ?, settled_by = 'rae'
    WHERE id = ? AND state = 'placed'"""
LINES = "SELECT * FROM shop_order_line WHERE order_id = ? ORDER BY order_id, position"
MOVE = """INSERT INTO shop_stock_move (sku, units, from_place, to_place, reason, order_line_id,
    "by", "at") VALUES (?, 1, 'shelf:cambridge', 'customer', 'sale', ?, 'rae', ?)"""
TAKE = """UPDATE shop_stock_level SET on_hand = on_hand - 1
    WHERE place = 'shelf:cambridge' AND sku = ? AND on_hand - held >= 1"""
PAYMENT = """INSERT INTO shop_payment (order_id, gateway, method, amount_pence, currency, "by",
    "at") VALUES (?, 'counter', 'cash', 1849, 'GBP', 'rae', ?)"""
SITE = "SELECT * FROM shop_site WHERE id = 'cambridge'"
RECEIPT = """INSERT INTO shop_receipt (site, serial, number, order_id, issued_by, issued_at)
    VALUES ('cambridge', ?, ?, ?, 'rae', ?)"""


@contextmanager
def pairs() -> Iterator[list[Pair]]:
    with _stocked("sqlite") as lite, _stocked("postgresql") as postgres:
        yield [
            Pair(
                f"counter sale of two lines, {kind}, of the bare driver",
                rate(_ours(database)),
                rate(_raw(database.engine.url)),
                GATES[kind],
            )
            for kind, database in (("sqlite", lite), ("postgresql", postgres))
        ]


@contextmanager
def _stocked(kind: str) -> Iterator[Database]:
    url = databases.copier(fill, kind)()
    database = Database(url)
    with database.transaction() as work:
        received(work, PLENTY)
        received(work, PLENTY, sku=SPIKY)
    yield database
    database.dispose()
    databases.drop(url)


def _ours(database: Database) -> Callable[[], None]:
    def act() -> None:
        with database.transaction() as work:
            sell(work, {BALL: 1, SPIKY: 1})

    return act


def _raw(url: URL) -> Callable[[], None]:
    if url.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(url.database), isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON",
                       "recursive_triggers = ON"):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")
        return lambda: _sale(connection, "BEGIN IMMEDIATE", NOON.isoformat(" "), str)
    postgres = psycopg.connect(
        host=url.query.get("host"),  # type: ignore[arg-type]
        dbname=url.database,
        user=url.username,
        password=url.password,
        port=url.port,
        autocommit=True,
    )
    return lambda: _sale(postgres, "BEGIN", NOON, lambda sql: sql.replace("?", "%s"))


def _sale(connection: Any, begin: str, at: object, spelled: Callable[[str], str]) -> None:
    def say(sql: str, *values: object) -> Any:
        return connection.execute(spelled(sql), values)

    say(begin)
    say(PRICES, BALL, SPIKY).fetchall()
    number = say(NUMBER, "order").fetchone()[0]
    order = say(ORDER, number, f"raw-{next(_counter)}", at).fetchone()[0]
    say(LINE, order, 1, BALL, "Soft ball", 850, 142)
    say(LINE, order, 2, SPIKY, "Spiky ball", 999, 167)
    assert say(SETTLE, at, order).rowcount == 1
    lines = say(LINES, order).fetchall()
    for line in lines:
        say(MOVE, line[3], line[0], at)
    for line in lines:
        assert say(TAKE, line[3]).rowcount == 1
    say(PAYMENT, order, at)
    say(SITE).fetchone()
    serial = say(NUMBER, "receipt:cambridge").fetchone()[0]
    say(RECEIPT, serial, f"CAM-{serial}", order, at)
    say("COMMIT")
