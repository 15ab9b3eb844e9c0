"""Counter sales a second, against the same statements through the bare driver, both durable."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import URL

from shop.db import Database
from tests import databases
from tests.bench.pairs import Pair, rate
from tests.bench.raw import Say, connect
from tests.shop.conftest import BALL, SPIKY, fill, received
from tests.shop.selling import sell

PLENTY = 90_000
GATES = {"sqlite": 0.25, "postgresql": 0.55}
_counter = itertools.count(1)

# What `orders.new`, `orders.place`, `till.current` and `payments.settle` say to the database, in
# their order.
RANGE = "SELECT value FROM shop_setting WHERE name = 'range'"
NUMBER = """INSERT INTO shop_document_number (series, last) VALUES (?, 1)
    ON CONFLICT (series) DO UPDATE SET last = shop_document_number.last + 1 RETURNING last"""
ORDER = """INSERT INTO shop_order (number, press, channel, site, currency, total_pence, state,
    placed_at) VALUES (?, ?, 'desk', 'cambridge', 'GBP', 1849, 'placed', ?) RETURNING id"""
LINE = """INSERT INTO shop_order_line (order_id, position, sku, name, units, unit_pence, vat_bp,
    vat_pence) VALUES (?, ?, ?, ?, 1, ?, 2000, ?)"""
SETTLE = """UPDATE shop_order SET state = 'settled', settled_at = ?, settled_by = 'rae'
    WHERE id = ? AND state = 'placed' RETURNING EXISTS (SELECT 1 FROM shop_hold
    WHERE order_number = shop_order.number AND ended_at IS NULL)"""
DRAWER = "SELECT * FROM shop_till_session WHERE site = 'cambridge' AND closed_at IS NULL"
GOING = """SELECT coalesce(shop_substitute.sku, shop_order_line.sku), shop_order_line.units,
    shop_order_line.id FROM shop_order_line LEFT OUTER JOIN shop_substitute
    ON shop_substitute.order_line_id = shop_order_line.id WHERE shop_order_line.order_id = ?"""
MOVE = """INSERT INTO shop_stock_move (sku, units, from_place, to_place, reason, order_line_id,
    "by", "at") VALUES (?, 1, 'shelf:cambridge', 'customer', 'sale', ?, 'rae', ?)"""
TAKE = """UPDATE shop_stock_level SET on_hand = on_hand - 1, held = held + 0,
    position = position + 1
    WHERE place = 'shelf:cambridge' AND sku = ? AND on_hand - 1 >= held + 0 AND held + 0 >= 0
    RETURNING on_hand, held, (SELECT minimum FROM shop_stock_rule WHERE site = 'cambridge'
    AND sku = shop_stock_level.sku)"""
PAYMENT = """INSERT INTO shop_payment (order_id, gateway, method, amount_pence, currency, "by",
    "at") VALUES (?, 'counter', 'cash', 1849, 'GBP', 'rae', ?)"""
DAY = """INSERT INTO shop_day_total (day, site, sku, units, pence, vat_pence)
    SELECT '2026-06-03', 'cambridge', sku, units, units * unit_pence, vat_pence
    FROM shop_order_line WHERE order_id = ? ORDER BY sku
    ON CONFLICT (day, site, sku) DO UPDATE SET units = shop_day_total.units + excluded.units,
    pence = shop_day_total.pence + excluded.pence,
    vat_pence = shop_day_total.vat_pence + excluded.vat_pence"""
RECEIPT = """INSERT INTO shop_receipt (site, serial, number, order_id, issued_by, issued_at)
    SELECT id, ?, receipt_prefix || '-' || ?, ?, 'rae', ? FROM shop_site WHERE id = 'cambridge'"""


@contextmanager
def pairs() -> Iterator[list[Pair]]:
    with stocked("sqlite") as lite, stocked("postgresql") as postgres:
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
def stocked(kind: str) -> Iterator[Database]:
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
    say, at = connect(url)
    return lambda: _sale(say, at)


def _sale(say: Say, at: object) -> None:
    say("BEGIN")
    assert say(RANGE).fetchone()
    number = say(NUMBER, "order").fetchone()[0]
    order = say(ORDER, number, f"raw-{next(_counter)}", at).fetchone()[0]
    say(LINE, order, 1, BALL, "Soft ball", 850, 142)
    say(LINE, order, 2, SPIKY, "Spiky ball", 999, 167)
    say(DRAWER).fetchall()
    assert say(SETTLE, at, order).fetchone()
    going = say(GOING, order).fetchall()
    for sku, _, line in going:
        say(MOVE, sku, line, at)
    for sku, _, _ in going:
        assert say(TAKE, sku).fetchone()
    say(PAYMENT, order, at)
    say(DAY, order)
    serial = say(NUMBER, "receipt:cambridge").fetchone()[0]
    say(RECEIPT, serial, str(serial), order, at)
    say("COMMIT")
