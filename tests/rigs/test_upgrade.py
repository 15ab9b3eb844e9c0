"""A shop of every released version is brought to this one: nothing is lost.

The upgrade is killed on the way, at a statement further on each time, and run again. As a rig
the shop has 100,000 moves, and nightly it is killed before every single statement.
"""

import hashlib
import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import URL, event, text

from shop import checks, migrations
from shop.db import Database, UTCTime
from shop.migrations import VERSION_TABLE
from tests import databases
from tests.shop.conftest import BALL, NOON, ROLLER, SPIKY

MOVES = int(os.environ.get("UPGRADE_MOVES", "10000"))
KILLS = os.environ.get("UPGRADE_KILLS", "6")
SITES, SKUS = ("cambridge", "ely"), (BALL, SPIKY, ROLLER)
RELEASED = [
    script.revision
    for script in ScriptDirectory.from_config(migrations.config()).walk_revisions()
    if script.revision != migrations.head()
]
# The columns that every released version had.
OLD = {
    "shop_stock_move": 'id, sku, units, from_place, to_place, reason, order_line_id, "by", "at"',
    "shop_stock_level": "place, sku, on_hand, held",
    "shop_order": "id, number, site, total_pence, state, settled_at",
    "shop_order_line": "id, order_id, sku, units, unit_pence, vat_pence",
    "shop_payment": "id, order_id, amount_pence",
    "shop_receipt": "id, number, order_id",
}


def table(name: str, *columns: str) -> sa.TableClause:
    times = {"at", "placed_at", "settled_at", "issued_at"}
    return sa.table(
        name, *(sa.column(c, UTCTime()) if c in times else sa.column(c) for c in columns)
    )


def fill(connection: sa.Connection) -> None:
    """Three moves in four bring a unit, the fourth sells one."""
    for n, site in enumerate(SITES):
        _insert(connection, "shop_site", [
            {"id": site, "name": site, "receipt_prefix": site[:3].upper(), "address": "1 Mill Lane",
             "phone": "01632 960101", "position": n}
        ])  # fmt: skip
    _insert(connection, "shop_product", [
        {"sku": sku, "slug": sku, "name": sku, "brand": "", "price_pence": 900, "vat_bp": 2000,
         "on_sale": True, "summary": "", "made_of": "", "cleaning": "", "colour": "stone",
         "kind": "ball", "powered": False}
        for sku in SKUS
    ])  # fmt: skip
    came = [n for n in range(1, MOVES + 1) if n % 4]
    sold = [n for n in range(1, MOVES + 1) if not n % 4]
    # Each in turn of the products and clinics, so that no shelf sells more than it got.
    what = {n: SKUS[i % 3] for each in (came, sold) for i, n in enumerate(each)}
    where = {n: SITES[i // 3 % 2] for each in (came, sold) for i, n in enumerate(each)}
    when = {n: NOON - timedelta(days=300) + timedelta(minutes=4 * n) for n in range(1, MOVES + 1)}
    _insert(connection, "shop_order", [
        {"id": n, "number": n, "press": str(n), "channel": "desk", "site": where[n],
         "currency": "GBP", "total_pence": 900, "state": "settled", "placed_at": when[n],
         "settled_at": when[n], "settled_by": "rae"}
        for n in sold
    ])  # fmt: skip
    _insert(connection, "shop_order_line", [
        {"id": n, "order_id": n, "position": 1, "sku": what[n], "name": what[n], "units": 1,
         "unit_pence": 900, "vat_bp": 2000, "vat_pence": 150}
        for n in sold
    ])  # fmt: skip
    _insert(connection, "shop_payment", [
        {"id": n, "order_id": n, "gateway": "counter", "method": "cash", "amount_pence": 900,
         "currency": "GBP", "by": "rae", "at": when[n]}
        for n in sold
    ])  # fmt: skip
    last = dict.fromkeys(SITES, 0)
    receipts = []
    for n in sold:
        site = where[n]
        last[site] += 1
        receipts.append(
            {"id": n, "site": site, "serial": last[site], "number": f"{site[:3]}-{last[site]}",
             "order_id": n, "issued_by": "rae", "issued_at": when[n]}
        )  # fmt: skip
    _insert(connection, "shop_receipt", receipts)
    _insert(connection, "shop_document_number", [
        {"series": f"receipt:{site}", "last": serial} for site, serial in last.items()
    ])  # fmt: skip
    levels: dict[tuple[str, str], int] = {}
    leaving = set(sold)
    moves = []
    for n in came + sold:
        leaves, shelf = n in leaving, f"shelf:{where[n]}"
        from_, to = (shelf, "customer") if leaves else ("supplier", shelf)
        levels[shelf, what[n]] = levels.get((shelf, what[n]), 0) + (-1 if leaves else 1)
        moves.append(
            {"sku": what[n], "units": 1, "from_place": from_, "to_place": to,
             "reason": "sale" if leaves else "delivery",
             "order_line_id": n if leaves else None, "by": "rae", "at": when[n]}
        )  # fmt: skip
    _insert(connection, "shop_stock_move", moves)
    _insert(connection, "shop_stock_level", [
        {"place": place, "sku": sku, "on_hand": n, "held": 0} for (place, sku), n in levels.items()
    ])  # fmt: skip


def _insert(connection: sa.Connection, name: str, rows: list[dict[str, object]]) -> None:
    connection.execute(sa.insert(table(name, *rows[0])), rows)


@cache
def shop_of(kind: str, version: str) -> Callable[[], URL]:
    """Makes copies of a shop as that version left it."""

    def made(url: URL) -> URL:
        database = Database(url)
        with migrations._rebuilding(database) as connection:
            command.upgrade(migrations.config(connection), "0001")
            fill(connection)
            command.upgrade(migrations.config(connection), version)
        database.dispose()
        return url

    return databases.copier(made, kind)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def open_shop(kind: str) -> Iterator[Callable[[str], Database]]:
    opened: list[Database] = []

    def open_(version: str) -> Database:
        opened.append(Database(shop_of(kind, version)()))
        return opened[-1]

    yield open_
    for database in opened:
        database.dispose()
        databases.drop(database.engine.url)


def content(database: Database) -> dict[str, str]:
    """A digest of everything that the old version knew."""
    found = {}
    with database.reading() as work:
        for name, columns in OLD.items():
            sum_ = hashlib.sha256()
            for row in work.execute(text(f"SELECT {columns} FROM {name} ORDER BY 1, 2")):
                sum_.update(repr(tuple(row)).encode())
            found[name] = sum_.hexdigest()
    return found


def version(database: Database) -> str | None:
    with database.engine.connect() as connection:
        found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
        return found


@pytest.mark.parametrize("released", RELEASED)
def test_a_shop_of_a_released_version_loses_nothing(
    open_shop: Callable[[str], Database], released: str
) -> None:
    database = open_shop(released)
    before = content(database)
    assert version(database) == released

    migrations.upgrade(database)

    assert content(database) == before
    assert [check for check in checks.verify(database) if not check.ok] == []
    with database.reading() as work:
        sold = work.execute(text("SELECT SUM(units) FROM shop_day_total")).scalar()
        spells = work.execute(text("SELECT COUNT(*) FROM shop_stock_spell")).scalar()
    assert sold == MOVES // 4
    assert spells == len(SITES) * len(SKUS)


def test_an_upgrade_that_is_killed_anywhere_is_done_by_the_next_one(
    open_shop: Callable[[str], Database], kind: str
) -> None:
    oldest = RELEASED[-1]
    every = _statements(open_shop(oldest))
    wanted = every if KILLS == "all" else int(KILLS)
    database = open_shop(oldest)
    before = content(database)

    for nth in sorted({every * k // wanted for k in range(1, wanted + 1)}):
        _upgrade_until(database, nth)

        assert version(database) == oldest
        assert content(database) == before
    migrations.upgrade(database)

    assert content(database) == before
    assert [check for check in checks.verify(database) if not check.ok] == []


def _statements(database: Database) -> int:
    """How many statements the upgrade takes."""
    seen: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    migrations.upgrade(database)
    return len(seen)


def _upgrade_until(database: Database, nth: int) -> None:
    """In a process of its own, which is killed just before its nth statement."""
    url = database.engine.url
    database.dispose()
    child = os.fork()
    if child == 0:
        left = nth

        def count_down(*args: object) -> None:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

        doomed = Database(url)
        event.listen(doomed.engine, "before_cursor_execute", count_down)
        migrations.upgrade(doomed)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, nth


def test_an_upgrade_killed_after_a_version_is_as_if_it_had_never_begun(
    open_shop: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    from shop import failpoints

    database = open_shop(RELEASED[-1])
    before = content(database)
    database.dispose()
    child = os.fork()
    if child == 0:
        os.environ["SHOP_FAILPOINT"] = "migrate.step:kill9"
        failpoints.reached = failpoints._act
        migrations.upgrade(Database(database.engine.url))
        os._exit(0)
    _, status = os.waitpid(child, 0)

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert (version(database), content(database)) == (RELEASED[-1], before)
