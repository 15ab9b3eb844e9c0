"""Verify: an online shop's books are clean, and every way of cooking them is named."""

from datetime import timedelta

import pytest

from shop import checkout
from shop.db import Database
from tests.shop.conftest import BALL
from tests.shop.online.conftest import Shop
from tests.shop.selling import sell
from tests.shop.test_checks import without_triggers, wrong


@pytest.fixture
def books(shop: Shop) -> Database:
    """One order that was paid, one that is owed, one on its page and one that nobody paid."""
    shop.receive(3)
    _, paid = shop.paid()
    shop.settle(paid)
    _, late = shop.paid()
    shop.clock.ahead += timedelta(hours=1)
    with shop.database.transaction() as work:
        sell(work, {BALL: 2}, at=shop.clock())
    shop.settle(late)
    shop.receive(3)
    left, _ = shop.place()
    checkout.give_up(shop.desk, left.id, by="customer")
    shop.clock.ahead -= timedelta(hours=1)
    shop.opened()
    return shop.database


def test_books_kept_through_the_verbs_are_clean(books: Database) -> None:
    assert wrong(books) == set()


COOKED = {
    "UPDATE shop_order SET state = 'owed' WHERE state = 'paid'": {"I5", "I16", "attention:"},
    "UPDATE shop_order SET state = 'collected' WHERE state = 'paid'": {"I5", "I16"},
    "UPDATE shop_stock_move SET to_place = 'kept:ely' WHERE reason = 'kept'": {"I1", "I5"},
    "UPDATE shop_payment SET reference = 'pi_x' WHERE id = 1": {"I12"},
    "UPDATE shop_payment SET reference = NULL WHERE id = 1": {"I8", "I12"},
    "UPDATE shop_payment_session SET payment = 'pi_x' WHERE id = 1": {"I12"},
    "UPDATE shop_payment_session SET amount_pence = 1 WHERE id = 1": {"I12"},
    "UPDATE shop_payment_session SET state = 'paid-twice' WHERE id = 1": {"I12", "attention:"},
    "DELETE FROM shop_payment_session WHERE state = 'open'": {"I14"},
    "UPDATE shop_order SET postage_pence = 1 WHERE state = 'paid'": {"I10"},
    "DELETE FROM shop_order_step WHERE id = 1": {"I16"},
    "UPDATE shop_order_step SET state = 'posted' WHERE id = 1": {"I16"},
    "DELETE FROM shop_attention": {"attention:"},
}


@pytest.mark.parametrize("change", COOKED)
def test_a_change_behind_the_shops_back_is_named(books: Database, change: str) -> None:
    without_triggers(books, change)

    assert wrong(books) == COOKED[change]
