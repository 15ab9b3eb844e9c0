"""Migrations: the only way the tables come to be, and the same tables as the models say."""

import multiprocessing
import uuid
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    URL,
    CheckConstraint,
    column,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy import (
    table as a_table,
)
from sqlalchemy.exc import IntegrityError

import shop.tables  # noqa: F401 - so that the metadata knows every table
from shop import audit, checks, clock, migrations, triggers
from shop.db import WRITES, Base, Database, UTCTime
from shop.levels import StockLevel
from shop.migrations import VERSION_TABLE
from shop.spells import StockSpell
from tests import databases
from tests.shop.conftest import NOON

AT_ONCE = 4
ROUNDS = {"sqlite": 12, "postgresql": 3}  # a round is quick where it is a file


def new_database(kind: str) -> URL:
    name = f"t{uuid.uuid4().hex[:12]}"
    if kind == "sqlite":
        return make_url(f"sqlite:///{databases.folder() / name}.sqlite")
    databases.on_server(f'CREATE DATABASE "{name}"')
    return databases.server().set(database=name)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def made(kind: str) -> Iterator[Callable[[], Database]]:
    """Makes databases with nothing in them."""
    all_of_them: list[Database] = []

    def make() -> Database:
        all_of_them.append(Database(new_database(kind)))
        return all_of_them[-1]

    yield make
    for database in all_of_them:
        database.dispose()
        databases.drop(database.engine.url)


@pytest.fixture
def empty(made: Callable[[], Database]) -> Database:
    return made()


def schema(database: Database) -> dict[str, Any]:
    """Everything the database says about the shop's tables, version table left out."""
    look = inspect(database.engine)
    tables = [t for t in look.get_table_names() if t.startswith("shop_") and t != VERSION_TABLE]
    return {table: _table(look, table) for table in tables}


def _table(look: Any, table: str) -> dict[str, Any]:
    def named(rows: list[dict[str, Any]]) -> dict[str, str]:
        return {row["name"]: str(sorted(_plain(row).items())) for row in rows}

    return {
        "columns": {
            column["name"]: (str(column["type"]), column["nullable"], column["default"])
            for column in look.get_columns(table)
        },
        "primary key": look.get_pk_constraint(table),
        "foreign keys": named(look.get_foreign_keys(table)),
        "unique": named(look.get_unique_constraints(table)),
        "checks": {row["name"]: row["sqltext"] for row in look.get_check_constraints(table)},
        "indexes": named(look.get_indexes(table)),
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Without the objects that a condition is wrapped in."""
    options = row.get("dialect_options")
    return {**row, "dialect_options": {k: str(v) for k, v in options.items()}} if options else row


def test_upgrading_twice_is_harmless(empty: Database) -> None:
    migrations.upgrade(empty)
    first = schema(empty)
    migrations.upgrade(empty)

    assert schema(empty) == first
    assert checks.ready(empty)
    assert all(check.ok for check in checks.verify(empty))


def test_a_database_without_tables_is_not_ready_and_stays_untouched_by_asking(
    empty: Database,
) -> None:
    assert not checks.ready(empty)
    assert inspect(empty.engine).get_table_names() == []


def test_the_tables_of_an_older_version_are_not_ready(empty: Database) -> None:
    migrations.upgrade(empty)
    with empty.engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0000'"))

    assert not checks.ready(empty)


_gate: Barrier


def _stand_at(gate: Barrier) -> None:
    global _gate
    _gate = gate


def _upgrade_with_the_others(url: str) -> bool:
    database = Database(make_url(url))
    _gate.wait(30)
    migrations.upgrade(database)
    ready = checks.ready(database)
    database.dispose()
    return ready


@pytest.fixture(scope="module")
def processes() -> Iterator[Any]:
    start = multiprocessing.get_context("spawn")
    with start.Pool(AT_ONCE, _stand_at, (start.Barrier(AT_ONCE),)) as pool:
        yield pool


def test_processes_that_upgrade_at_once_all_succeed(
    processes: Any, kind: str, made: Callable[[], Database]
) -> None:
    for _ in range(ROUNDS[kind]):
        database = made()
        url = database.engine.url.render_as_string(hide_password=False)

        assert (
            processes.map(_upgrade_with_the_others, [url] * AT_ONCE, chunksize=1)
            == [True] * AT_ONCE
        )
        assert all(check.ok for check in checks.verify(database))


def test_an_upgrade_that_fails_half_way_leaves_nothing(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_(*args: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(triggers, "install", break_)  # the first one's last step
    with pytest.raises(RuntimeError, match="the power went"):
        migrations.upgrade(empty)

    assert inspect(empty.engine).get_table_names() == []
    monkeypatch.undo()
    migrations.upgrade(empty)
    assert checks.ready(empty)


def test_a_shop_of_the_first_version_is_brought_to_this_one_and_keeps_its_rows(
    empty: Database,
) -> None:
    with empty.engine.execution_options(**WRITES).begin() as connection:
        command.upgrade(migrations.config(connection), "0001")
    with empty.transaction() as work:
        audit.record(work, "opened", "the shop", by="olive", at=clock.now())
    assert not checks.ready(empty)
    before = schema(empty)

    migrations.upgrade(empty)

    after = schema(empty)
    new = after.keys() - before.keys()
    assert {"shop_kept_result", "shop_hold", "shop_content_review", "shop_product_photo"} <= new
    changed = {table for table in before if after[table] != before[table]}
    assert changed == {
        *(
            "shop_basket",
            "shop_order",
            "shop_order_line",
            "shop_payment",
            "shop_product",
            "shop_site",
            "shop_staff_session",
        ),
        *("shop_stock_level", "shop_stock_move"),
    }
    with empty.reading() as work:
        assert work.scalars(select(audit.AuditRow.subject)).all() == ["the shop"]
    assert checks.ready(empty)
    assert all(check.ok for check in checks.verify(empty))


BACK_AND_FORTH = (  # (units, from, to, hour)
    (2, "supplier", "shelf:ely", 8),
    (1, "shelf:ely", "adjustment", 9),
    (1, "shelf:ely", "adjustment", 10),
    (3, "supplier", "shelf:ely", 11),
)


def test_the_times_in_which_an_older_shelf_had_some_are_found_in_its_moves(
    empty: Database,
) -> None:
    with empty.engine.execution_options(**WRITES).begin() as connection:
        command.upgrade(migrations.config(connection), "0002")
        connection.execute(text(A_PRODUCT))
        for units, from_, to, hour in BACK_AND_FORTH:
            at = NOON.replace(hour=hour)
            connection.execute(
                insert(A_MOVE), {"sku": "X", "units": units, "from_place": from_, "to_place": to,
                                 "reason": "delivery", "by": "rae", "at": at}
            )  # fmt: skip
        connection.execute(text("INSERT INTO shop_stock_level VALUES ('shelf:ely', 'X', 3, 0)"))

    migrations.upgrade(empty)

    with empty.reading() as work:
        found = [
            (spell.began_at.hour, spell.ended_at and spell.ended_at.hour)
            for spell in work.scalars(select(StockSpell).order_by(StockSpell.id))
        ]
        level = work.get_one(StockLevel, ("shelf:ely", "X"))
    assert found == [(8, 10), (11, None)]
    assert (level.on_hand, level.position) == (3, 4)


A_PRODUCT = """INSERT INTO shop_product (sku, slug, name, brand, price_pence, vat_bp, on_sale,
    summary, made_of, cleaning, colour, kind, powered)
    VALUES ('X', 'x', 'X', '', 1, 0, TRUE, '', '', '', 'teal', 'ball', FALSE)"""
A_MOVE = a_table(
    "shop_stock_move",
    *map(column, ("sku", "units", "from_place", "to_place", "reason", "by")),
    column("at", UTCTime()),
)


OLD_ORDER = (
    "INSERT INTO shop_site VALUES ('ely', 'Ely', 'ELY', 'x', 'x', 0)",
    "INSERT INTO shop_product (sku, slug, name, brand, price_pence, vat_bp, on_sale, summary,"
    " made_of, cleaning, colour, kind, powered)"
    " VALUES ('B', 'b', 'Ball', '', 850, 2000, true, '', '', '', 'teal', 'ball', false)",
    "INSERT INTO shop_order (id, number, press, channel, site, currency, total_pence, state,"
    " placed_at) VALUES (1, 1001, 'p', 'desk', 'ely', 'GBP', 850, 'placed', '2026-06-03')",
    "INSERT INTO shop_order_line (order_id, position, sku, name, units, unit_pence, vat_bp,"
    " vat_pence) VALUES (1, 1, 'B', 'Ball', 1, 850, 2000, 142)",
)


def test_an_order_of_an_older_version_keeps_its_lines_when_its_table_is_rebuilt(
    empty: Database,
) -> None:
    with empty.engine.execution_options(**WRITES).begin() as connection:
        command.upgrade(migrations.config(connection), "0003")
        for statement in OLD_ORDER:
            connection.exec_driver_sql(statement)

    migrations.upgrade(empty)

    with empty.transaction() as work:
        orders_ = work.execute(text("SELECT number, state, postage_pence FROM shop_order")).all()
        lines = work.execute(text("SELECT order_id, vat_pence FROM shop_order_line")).all()
        assert (orders_, lines) == ([(1001, "placed", 0)], [(1, 142)])
        with pytest.raises(IntegrityError):  # and what it refers to has to be there, as before
            work.execute(text("DELETE FROM shop_order"))
    assert all(check.ok for check in checks.verify(empty))


def test_alembic_finds_no_difference_between_models_and_migrations(empty: Database) -> None:
    migrations.upgrade(empty)

    with empty.engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_the_database_says_the_same_of_migrated_tables_as_of_the_models_own(
    made: Callable[[], Database],
) -> None:
    migrated, modelled = made(), made()
    migrations.upgrade(migrated)
    Base.metadata.create_all(modelled.engine)

    ours, theirs = schema(migrated), schema(modelled)

    assert ours.keys() == theirs.keys() == Base.metadata.tables.keys()
    for table, facts in theirs.items():
        assert ours[table] == facts, table


def test_every_check_of_the_models_is_among_those_that_were_compared(empty: Database) -> None:
    migrations.upgrade(empty)

    there = schema(empty)

    for name, table in Base.metadata.tables.items():
        checks_ = [c for c in table.constraints if isinstance(c, CheckConstraint)]
        assert len(there[name]["checks"]) == len(checks_), name
    assert sum(len(facts["checks"]) for facts in there.values()) > 20


def test_a_hosts_tables_and_its_own_alembic_version_stay_as_they_were(empty: Database) -> None:
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('hosts-own')"))
        connection.execute(text("CREATE TABLE clinic_patient (name VARCHAR(20) NOT NULL)"))
        connection.execute(text("INSERT INTO clinic_patient VALUES ('Ada')"))
    before = [_table(inspect(empty.engine), t) for t in ("alembic_version", "clinic_patient")]

    migrations.upgrade(empty)

    after = [_table(inspect(empty.engine), t) for t in ("alembic_version", "clinic_patient")]
    with empty.engine.connect() as connection:
        assert connection.execute(text("SELECT * FROM alembic_version")).scalars().all() == [
            "hosts-own"
        ]
        assert connection.execute(text("SELECT * FROM clinic_patient")).scalars().all() == ["Ada"]
    assert after == before
    assert checks.ready(empty)


def test_everything_we_make_in_a_hosts_database_carries_our_name(empty: Database) -> None:
    migrations.upgrade(empty)

    tables = inspect(empty.engine).get_table_names()

    assert [t for t in tables if not t.startswith("shop_")] == []
    assert {*triggers.APPEND_ONLY} <= {*tables}
