"""A count of what is put aside: units that somebody has paid for are never counted away."""

import pytest

from shop import counts, tallies, variances
from shop.errors import Refusal
from shop.giving_back import Part
from shop.places import Kind
from shop.returns import Condition
from tests.shop.conftest import BALL, SPIKY
from tests.shop.online.conftest import Shop
from tests.shop.online.test_refunds import give_back, line_ids, sold

BY = "anna"


def count(shop: Shop, *, kept: int, shelf: int | None = None) -> int:
    """Count the balls that are put aside, and those on the shelf, and put the books right."""
    with shop.database.transaction() as work:
        number = counts.start(work, "cambridge", [BALL], by=BY, at=shop.clock()).number
        tallies.put(work, number, BALL, kept, Kind.KEPT, by=BY, at=shop.clock())
        if shelf is not None:
            tallies.put(work, number, BALL, shelf, by=BY, at=shop.clock())
        return variances.post(work, number, by=BY, at=shop.clock())


def test_units_that_paid_orders_wait_for_are_not_counted_away(shop: Shop) -> None:
    one = sold(shop, {BALL: 1, SPIKY: 1}, collected=False)
    two = sold(shop, {BALL: 1}, collected=False)
    assert shop.levels()["kept:cambridge"] == (2, 0)

    with pytest.raises(Refusal) as refused:
        count(shop, kept=1)

    assert str(refused.value) == (
        f"Fewer Soft ball were found than are put aside for order {one.number} and order "
        f"{two.number}. That is paid for: put 1 there from the shelf and count both again, or "
        "give the money back first."
    )
    assert shop.levels()["kept:cambridge"] == (2, 0)
    assert shop.wrong() == []


def test_one_from_the_shelf_takes_the_place_of_one_that_is_lost(shop: Shop) -> None:
    sold(shop, {BALL: 1}, collected=False)
    shop.receive(3)
    shelf = shop.levels()["shelf:cambridge"][0]

    assert count(shop, kept=1, shelf=shelf - 1) == 1

    assert shop.levels() == {"kept:cambridge": (1, 0), "shelf:cambridge": (shelf - 1, 0)}
    assert shop.wrong() == []


def test_what_nobody_waits_for_may_be_counted_away(shop: Shop) -> None:
    sold(shop, {BALL: 1}, collected=False)
    assert count(shop, kept=2) == 1

    assert count(shop, kept=1) == 1

    assert shop.levels()["kept:cambridge"] == (1, 0)
    assert shop.wrong() == []


def test_what_was_given_back_before_it_was_collected_is_not_waited_for(shop: Shop) -> None:
    order = sold(shop, {BALL: 2}, collected=False)
    ball = line_ids(shop, order)[0]
    give_back(shop, order, [Part(ball, 1, 850, Condition.SELLABLE, on_shelf=True)])
    assert shop.wrong() == []
    assert count(shop, kept=2) == 1

    assert count(shop, kept=1) == 1

    with pytest.raises(Refusal, match=f"put aside for order {order.number}\\."):
        count(shop, kept=0)
