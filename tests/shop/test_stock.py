"""Stock: units are conserved, a shelf never goes below zero, and history stays as it was."""

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shop import ledger, stock
from shop.db import Database
from shop.errors import OutOfStock, Unreadable
from shop.ledger import StockMove
from tests.shop.conftest import BALL, NOON, ROLLER, SPIKY, left, received
from tests.shop.selling import sell


def test_a_delivery_raises_this_shelf_and_no_other(work: Session) -> None:
    received(work, 5)

    assert (left(work), left(work, site="ely")) == (5, 0)


def test_a_sale_lowers_this_shelf_and_no_other(work: Session) -> None:
    received(work, 5)
    received(work, 5, site="ely")

    sell(work, {BALL: 2})

    assert (left(work), left(work, site="ely")) == (3, 5)


def test_selling_more_than_the_shelf_holds_changes_nothing(database: Database) -> None:
    with database.transaction() as work:
        received(work, 2)

    with pytest.raises(OutOfStock) as refusal, database.transaction() as work:
        sell(work, {BALL: 3})

    assert str(refusal.value).startswith("Only 2 Soft ball left at Cambridge")
    with database.reading() as work:
        assert left(work) == 2
        assert not work.execute(select(StockMove).where(StockMove.reason == "sale")).all()


def test_one_line_that_is_out_of_stock_undoes_the_lines_before_it(database: Database) -> None:
    with database.transaction() as work:
        received(work, 5)

    with pytest.raises(OutOfStock, match="No Spiky ball left"), database.transaction() as work:
        sell(work, {BALL: 1, SPIKY: 1})

    with database.reading() as work:
        assert left(work) == 5


def test_units_that_are_held_are_not_sold_over_the_counter(work: Session) -> None:
    received(work, 2)
    work.execute(text("UPDATE shop_stock_level SET held = 1"))

    with pytest.raises(OutOfStock, match="Only 1"):
        sell(work, {BALL: 2})


@pytest.mark.parametrize("units", [0, -1, ledger.MOST_UNITS + 1])
def test_a_move_of_a_senseless_number_of_units_is_refused(work: Session, units: int) -> None:
    with pytest.raises(Unreadable, match=f"not of {units}"):
        received(work, units)


def test_the_ledger_names_who_when_and_the_order_line_of_a_sale(work: Session) -> None:
    received(work, 3)

    sell(work, {BALL: 1}, by="rae")

    sale, delivery = stock.history(work, BALL)
    assert (delivery.reason, delivery.by, delivery.at) == ("delivery", "anna", NOON)
    assert (sale.from_place, sale.to_place, sale.by) == ("shelf:cambridge", "customer", "rae")
    assert sale.order_line_id is not None


def test_history_comes_latest_first_and_in_pages(work: Session) -> None:
    for units in range(1, 6):
        received(work, units)

    first = stock.history(work, BALL, most=2)
    second = stock.history(work, BALL, most=2, before=first[-1].id)

    assert [move.units for move in (*first, *second)] == [5, 4, 3, 2]


TRICKS = {
    "update": "UPDATE shop_stock_move SET units = 99",
    "update of one column to itself": "UPDATE shop_stock_move SET units = units WHERE id = 1",
    "delete": "DELETE FROM shop_stock_move",
    "upsert": """INSERT INTO shop_stock_move
        (id, sku, units, from_place, to_place, reason, "by", "at")
        SELECT id, sku, 99, from_place, to_place, reason, "by", "at" FROM shop_stock_move
        WHERE id > 0 ON CONFLICT (id) DO UPDATE SET units = 99""",
}
SQLITE_TRICKS = {
    "insert or replace": """INSERT OR REPLACE INTO shop_stock_move
        (id, sku, units, from_place, to_place, reason, order_line_id, "by", "at")
        SELECT id, sku, 99, from_place, to_place, reason, order_line_id, "by", "at"
        FROM shop_stock_move""",
    "replace through another unique key": """REPLACE INTO shop_stock_move
        (sku, units, from_place, to_place, reason, order_line_id, "by", "at")
        SELECT sku, 99, from_place, to_place, reason, order_line_id, "by", "at"
        FROM shop_stock_move WHERE order_line_id IS NOT NULL""",
    "update or replace": "UPDATE OR REPLACE shop_stock_move SET id = 1",
}
POSTGRESQL_TRICKS = {
    "truncate": "TRUNCATE shop_stock_move",
    "truncate cascade": "TRUNCATE shop_product CASCADE",
    "as a replica": "SET LOCAL session_replication_role = replica; DELETE FROM shop_stock_move",
}


CASES = [("sqlite", sql) for sql in (TRICKS | SQLITE_TRICKS).values()]
CASES += [("postgresql", sql) for sql in (TRICKS | POSTGRESQL_TRICKS).values()]


@pytest.mark.parametrize(("database", "trick"), CASES, indirect=["database"])
def test_nothing_rewrites_the_ledger(database: Database, trick: str) -> None:
    with database.transaction() as work:
        received(work, 3)
        sell(work, {BALL: 1})
    before = _ledger(database)

    with pytest.raises(DBAPIError, match="only appended to"):
        _run_without_our_pragmas(database, trick)

    assert _ledger(database) == before


@pytest.mark.parametrize("table", ["shop_order_line", "shop_payment", "shop_receipt", "shop_audit"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
def test_nothing_rewrites_what_was_sold_paid_receipted_or_audited(
    database: Database, table: str, verb: str
) -> None:
    with database.transaction() as work:
        received(work, 3)
        sell(work, {BALL: 1})
        work.execute(
            text("""INSERT INTO shop_audit (act, subject, "by", "at")
            VALUES ('a', 'b', 'c', '2026-06-03 11:00:00')""")
        )

    with pytest.raises(DBAPIError, match="only appended to"), database.transaction() as work:
        work.execute(text(verb.format(table)))


NO_UNITS = [("sqlite", units) for units in ("'abc'", "'1.5'", "1.5", "x'01'", "0", "-1")]
NO_UNITS += [("postgresql", units) for units in ("'abc'", "'1.5'", "0", "-1")]


@pytest.mark.parametrize(("database", "units"), NO_UNITS, indirect=["database"])
def test_the_database_itself_refuses_what_is_no_number_of_units(
    database: Database, units: str
) -> None:
    with pytest.raises(DBAPIError), database.transaction() as work:
        work.execute(
            text(f"""INSERT INTO shop_stock_move
            (sku, units, from_place, to_place, reason, "by", "at")
            VALUES ('{BALL}', {units}, 'supplier', 'shelf:ely', 'delivery', 'x',
                    '2026-06-03 11:00:00')""")
        )


def test_the_database_itself_refuses_a_level_below_zero(database: Database) -> None:
    with database.transaction() as work:
        received(work, 1)

    with pytest.raises(DBAPIError), database.transaction() as work:
        work.execute(text("UPDATE shop_stock_level SET on_hand = on_hand - 2"))


def test_the_database_itself_refuses_a_second_sale_of_one_order_line(database: Database) -> None:
    with database.transaction() as work:
        received(work, 3)
        sell(work, {BALL: 1})

    with database.reading() as work:
        sale = stock.history(work, BALL)[0]
    names = [column.key for column in StockMove.__table__.columns if column.key != "id"]
    again = {name: getattr(sale, name) for name in names}

    with pytest.raises(DBAPIError), database.transaction() as work:
        work.execute(insert(StockMove).values(**again))


def test_lines_are_taken_in_sorted_order_whatever_the_basket_says(work: Session) -> None:
    for sku in (BALL, SPIKY, ROLLER):
        received(work, 3, sku=sku)

    sell(work, {SPIKY: 1, ROLLER: 1, BALL: 1})

    assert [left(work, sku) for sku in (BALL, SPIKY, ROLLER)] == [2, 2, 2]


def _ledger(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as work:
        rows = work.execute(text("SELECT * FROM shop_stock_move ORDER BY id")).all()
        return [tuple(row) for row in rows]


def _run_without_our_pragmas(database: Database, statement: str) -> None:
    """As somebody with a database tool would, who has never heard of our connection settings."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
        for part in statement.split(";"):
            connection.execute(text(part))
