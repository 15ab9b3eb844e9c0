"""Seals: history that was rewritten behind the triggers' back is found, and where."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shop import audit, checks, seals
from shop.db import Database
from shop.seals import Seal
from tests.shop.conftest import BALL, NOON, received
from tests.shop.selling import sell
from tests.shop.test_checks import without_triggers


@pytest.fixture
def sealed(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Six moves and three audit rows, under seals of at most two each."""
    monkeypatch.setattr(seals, "MOST_ROWS", 2)
    with database.transaction() as work:
        for act in ("a", "b", "c"):
            received(work, 4)
            sell(work, {BALL: 1})
            audit.record(work, act, "s", by="anna", at=NOON)
    assert seals.seal(database, at=NOON) == 9
    return database


def chain(database: Database) -> list[Seal]:
    with database.reading() as work:
        return list(work.query(Seal).order_by(Seal.id))


def history(database: Database) -> list[str]:
    (check,) = [check for check in checks.verify(database) if check.name == checks.HISTORY]
    return list(check.wrong)


def test_everything_is_sealed_in_a_chain(sealed: Database) -> None:
    links = chain(sealed)

    assert [(link.moves_to, link.audit_to, link.row_count) for link in links] == [
        (2, 2, 4),
        (4, 3, 3),
        (6, 3, 2),
    ]
    assert [link.previous for link in links] == [seals.START, links[0].digest, links[1].digest]
    assert history(sealed) == []


def test_what_is_sealed_is_not_sealed_again_and_what_is_new_is(sealed: Database) -> None:
    assert seals.seal(sealed, at=NOON) == 0
    with sealed.transaction() as work:
        received(work, 1)

    assert seals.seal(sealed, at=NOON) == 1
    assert history(sealed) == []


def test_an_empty_shop_has_nothing_to_seal(database: Database) -> None:
    assert seals.seal(database, at=NOON) == 0
    assert chain(database) == []


REWRITTEN = {
    "UPDATE shop_stock_move SET note = 'never mind' WHERE id = 3": "moves 3 to 4",
    "UPDATE shop_stock_move SET \"by\" = 'zoe' WHERE id = 1": "moves 1 to 2",
    "UPDATE shop_stock_move SET \"at\" = '2026-06-04 11:00:00+00' WHERE id = 6": "moves 5 to 6",
    "DELETE FROM shop_stock_move WHERE id = 5": "moves 5 to 6",
    "DELETE FROM shop_audit WHERE id = 2": "audit rows 1 to 2",
    "UPDATE shop_audit SET act = 'x' WHERE id = 3": "audit rows 3 to 3",
}


@pytest.mark.parametrize("change", REWRITTEN)
def test_a_row_that_was_rewritten_is_found_and_so_is_its_seal(
    sealed: Database, change: str
) -> None:
    if sealed.engine.dialect.name == "sqlite":
        change = change.replace("+00'", ".000000'")
    without_triggers(sealed, change)

    (row,) = history(sealed)

    assert REWRITTEN[change.replace(".000000'", "+00'")] in row


def test_a_rewritten_seal_is_found(sealed: Database) -> None:
    without_triggers(sealed, "UPDATE shop_seal SET digest = 'f00' WHERE id = 2")

    assert [row.partition(":")[0].split(" does")[0] for row in history(sealed)] == [
        "seal 2",
        "seal 3",
    ]


def test_a_seal_that_was_taken_out_is_found(sealed: Database) -> None:
    without_triggers(sealed, "DELETE FROM shop_seal WHERE id = 2")

    assert history(sealed) == ["seal 3 does not follow the one before it"]


def test_the_database_itself_refuses_a_fork_of_the_chain(sealed: Database) -> None:
    with pytest.raises(DBAPIError), sealed.transaction() as work:
        work.execute(
            text(
                "INSERT INTO shop_seal (form, moves_to, audit_to, row_count, previous, digest, "
                f"\"at\") VALUES (1, 9, 9, 1, '{seals.START}', 'x', '2026-06-03 11:00:00')"
            )
        )


def test_both_databases_seal_the_same_history_alike(sealed: Database) -> None:
    """So that a digest that was noted is good after a move from SQLite to PostgreSQL."""
    first = "17d0d93aefa8ee3aec6b133bbc1cad0e13f2c1f4921778944ad67861ee46d2c7"

    assert chain(sealed)[0].digest == first
