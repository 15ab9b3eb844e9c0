"""The range is read once a process, and every change of it is seen by the next page."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shop import product_range, range_triggers
from shop.db import Database
from shop.errors import NotFound
from shop.product_range import Range
from tests.shop.conftest import BALL

Statements = Callable[[], AbstractContextManager[list[str]]]

CHANGES = (
    f"UPDATE shop_product SET price_pence = 999 WHERE sku = '{BALL}'",
    "DELETE FROM shop_product WHERE sku = 'ROLLER-45'",
    "INSERT INTO shop_site (id, name, receipt_prefix, address, phone, position)"
    " VALUES ('bury', 'Bury', 'BUR', 'x', 'x', 9)",
    "UPDATE shop_site SET hours = 'All day'",
    "DELETE FROM shop_site WHERE id = 'ely'",
    "INSERT INTO shop_product_photo (sku, name, alt, width, height, large, small)"
    f" VALUES ('{BALL}', 'a', 'b', 1, 1, 'x', 'y')",
    "INSERT INTO shop_set (code, name, summary, price_pence, made_by, made_at)"
    " VALUES ('SET-1', 'Set', '', 1, 'x', '2026-06-03 11:00:00')",
)


def seen(database: Database) -> Range:
    with database.reading() as work:
        return product_range.now(work)


def test_it_is_read_once_and_then_only_asked_for_its_version(
    database: Database, statements: Statements
) -> None:
    first = seen(database)

    with statements() as sent:
        assert seen(database) is first
    assert len(sent) == 1


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_changes_it_the_next_page_shows_it(database: Database, change: str) -> None:
    first = seen(database)

    with database.transaction() as work:
        work.execute(text(change))

    assert seen(database) is not first
    assert seen(database) is seen(database)


def test_what_was_undone_is_never_shown(database: Database) -> None:
    with suppress(NotFound), database.transaction() as work:
        work.execute(text(CHANGES[0]))
        assert product_range.now(work).by_sku[BALL].price_pence == 999
        product_range.now(work).at("no-such")

    ball = seen(database).by_sku[BALL]
    assert ball.price_pence == 850
    assert ball.photo is None  # which is read without a session


def test_verify_notices_a_trigger_that_is_gone(work: Session) -> None:
    assert range_triggers.missing(work) == []
    name = "shop_site_renews"
    if work.get_bind().dialect.name == "postgresql":
        work.execute(text(f"DROP TRIGGER {name} ON shop_site"))
    else:
        name += "_update"
        work.execute(text(f"DROP TRIGGER {name}"))

    assert range_triggers.missing(work) == [f"trigger {name}"]
