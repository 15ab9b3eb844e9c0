"""Verify: an online shop's books are clean, and every way of cooking them is named."""

from datetime import timedelta

import pytest

from shop import checkout
from shop.db import Database
from shop.giving_back import Part
from shop.returns import Condition
from tests.shop.conftest import BALL
from tests.shop.online.conftest import Shop
from tests.shop.online.test_refunds import give_back, line_ids, sold
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
    "UPDATE shop_stock_level SET on_hand = on_hand - 1 WHERE place = 'kept:cambridge'": {
        "I1",
        "kept:",
    },
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
    "UPDATE shop_order SET postage_vat_bp = 5, postage_vat_pence = 1": {"I11"},
    "INSERT INTO shop_gateway_event"
    " VALUES ('evt', 'stripe', 'x', 'cs_x', 'settled', '2026-06-03')": {"I13"},
}


@pytest.mark.parametrize("change", COOKED)
def test_a_change_behind_the_shops_back_is_named(books: Database, change: str) -> None:
    without_triggers(books, change)

    assert wrong(books) == COOKED[change]


@pytest.fixture
def given_back(shop: Shop) -> Database:
    """Two balls that were bought and collected, of which one came back."""
    order = sold(shop, {BALL: 2})
    part = Part(line_ids(shop, order)[0], 1, 850, Condition.SELLABLE, on_shelf=True)
    give_back(shop, order, [part])
    return shop.database


REFUNDS_COOKED = {
    "UPDATE shop_refund SET amount_pence = 1701": {"I9"},
    "UPDATE shop_refund SET amount_pence = 849": {"I9"},
    "UPDATE shop_refund_line SET units = 3": {"I9"},
    "UPDATE shop_refund_line SET vat_pence = 284": {"I9"},
    "UPDATE shop_refund SET postage_pence = 1": {"I9"},
    "UPDATE shop_return_line SET units = 2": {"I5"},
    "DELETE FROM shop_stock_move WHERE reason = 'brought-back'": {"I1", "I5"},
    "UPDATE shop_stock_move SET to_place = 'damaged:cambridge' WHERE reason = 'brought-back'": {
        "I1", "I5",
    },
    "DELETE FROM shop_credit_note": {"credit"},
    "UPDATE shop_credit_note SET serial = 2": {"credit"},
    "UPDATE shop_refund SET state = 'failed'": {"attention:"},
}  # fmt: skip


@pytest.mark.parametrize("change", REFUNDS_COOKED)
def test_a_refund_that_was_changed_behind_the_shops_back_is_named(
    given_back: Database, change: str
) -> None:
    assert wrong(given_back) == set()

    without_triggers(given_back, change)

    assert wrong(given_back) == REFUNDS_COOKED[change]
