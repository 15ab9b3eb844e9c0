"""Verify: clean books say nothing, and every way of cooking them is named."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from shop import checks, triggers
from shop.db import Database
from tests.shop.conftest import BALL, NOON, SPIKY, received
from tests.shop.selling import place, sell


def wrong(database: Database) -> set[str]:
    return {check.name.split()[0] for check in checks.verify(database) if not check.ok}


@pytest.fixture
def books(database: Database) -> Database:
    """Two sales at two sites and two orders that nobody has paid, one of them kept."""
    with database.transaction() as work:
        for site in ("cambridge", "ely"):
            received(work, 9, site=site)
            received(work, 9, site=site, sku=SPIKY)
            sell(work, {BALL: 2, SPIKY: 1}, site=site)
        place(work, {BALL: 1})
        place(work, {SPIKY: 1}, hold_until=NOON + timedelta(hours=1))
    return database


def test_an_upgraded_empty_shop_is_clean(database: Database) -> None:
    assert wrong(database) == set()


def test_books_kept_through_the_verbs_are_clean(books: Database) -> None:
    assert wrong(books) == set()


COOKED = {
    "UPDATE shop_stock_level SET on_hand = on_hand + 1 WHERE place = 'shelf:ely'": {"I1"},
    "DELETE FROM shop_stock_level WHERE place = 'shelf:ely'": {"I1"},
    "UPDATE shop_stock_level SET held = 1 WHERE place = 'shelf:ely'": {"I4"},
    "UPDATE shop_stock_level SET held = 0": {"I4"},
    "UPDATE shop_stock_level SET position = 7 WHERE place = 'shelf:ely'": {"I1"},
    "UPDATE shop_hold SET ended_at = '2026-06-03', ending = 'expired'": {"I4"},
    "UPDATE shop_hold SET units = 2": {"I4"},
    "UPDATE shop_stock_spell SET ended_at = '2026-06-03' WHERE id = 1": {"spells:"},
    "UPDATE shop_stock_move SET reason = 'found' WHERE id = 1": {"I3"},
    "UPDATE shop_stock_move SET units = 3 WHERE id = 3": {"I1", "I5"},
    "DELETE FROM shop_stock_move WHERE id = 3": {"I1", "I5"},
    "UPDATE shop_stock_move SET from_place = 'shelf:ely' WHERE id = 3": {"I1", "I5"},
    "UPDATE shop_stock_move SET to_place = 'nowhere' WHERE id = 1": {"I1", "I3"},
    "UPDATE shop_order_line SET units = 3 WHERE id = 1": {"I5", "I10", "I11", "totals:"},
    "UPDATE shop_day_total SET vat_pence = 1 WHERE site = 'ely'": {"totals:"},
    "UPDATE shop_day_total SET day = '2026-06-01' WHERE site = 'ely'": {"totals:"},
    "UPDATE shop_day_total SET day = '2026-06-05' WHERE site = 'ely'": {"totals:"},
    "UPDATE shop_order SET total_pence = 1 WHERE number = 1001": {"I8", "I10"},
    "UPDATE shop_order_line SET vat_bp = 500 WHERE id = 1": {"I11"},
    "UPDATE shop_payment SET amount_pence = 1 WHERE id = 1": {"I8"},
    "DELETE FROM shop_payment WHERE id = 1": {"I8"},
    "DELETE FROM shop_receipt WHERE id = 1": {"receipts:"},
    "UPDATE shop_receipt SET serial = 7 WHERE id = 1": {"receipts:"},
    "UPDATE shop_document_number SET last = last + 1 WHERE series = 'receipt:ely'": {"receipts:"},
    "UPDATE shop_order SET state = 'settled', settled_at = '2026-06-03', settled_by = 'x'"
    " WHERE state = 'placed'": {"I4", "I5", "I8", "receipts:", "totals:"},
}


@pytest.mark.parametrize("change", COOKED)
def test_a_change_behind_the_triggers_back_is_named(books: Database, change: str) -> None:
    without_triggers(books, change)

    assert wrong(books) == COOKED[change]


@pytest.mark.parametrize("table", [*triggers.APPEND_ONLY])
def test_a_guard_that_was_taken_away_is_named(books: Database, table: str) -> None:
    with books.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text(f"DROP TRIGGER {table}_kept_replace"))
        else:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_kept"))

    assert wrong(books) == {"I7"}


def test_a_guard_that_was_made_harmless_is_named(books: Database) -> None:
    with books.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER shop_payment_kept_update"))
            connection.execute(
                text("""CREATE TRIGGER shop_payment_kept_update
                BEFORE UPDATE ON shop_payment BEGIN SELECT 1; END""")
            )
        else:
            connection.execute(
                text("""CREATE OR REPLACE FUNCTION shop_append_only()
                RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$""")
            )

    assert wrong(books) == {"I7"}


def without_triggers(database: Database, change: str) -> None:
    """As somebody would who knows the triggers: off, the change, and on again."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            made = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            ).all()
            for name, _ in made:
                connection.execute(text(f"DROP TRIGGER {name}"))
            connection.execute(text(change))
            for _, sql in made:
                connection.exec_driver_sql(sql)
            return
        for table in triggers.APPEND_ONLY:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_kept"))
        connection.execute(text(change))
        for table in triggers.APPEND_ONLY:
            connection.execute(text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_kept"))
