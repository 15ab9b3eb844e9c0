"""What has left is sent back: who says so in time is heard, however often something comes."""

import pytest

from shop import attention, cancelling, refund_desk
from shop.attention import Kind
from shop.errors import Refusal
from shop.giving_back import Part
from shop.orders import PlacedOrder
from tests.shop.conftest import BALL, SPIKY
from tests.shop.online.conftest import LONDON, Shop
from tests.shop.online.test_refunds import all_of, give_back, line_ids, payment_of, sold


def announce(shop: Shop, order: PlacedOrder) -> None:
    with shop.database.transaction() as work:
        cancelling.announce_return(work, order.id, zone=LONDON, at=shop.clock())


def settle(shop: Shop) -> None:
    """The desk has dealt with what it was told."""
    with shop.database.transaction() as work:
        for case in attention.waiting(work):
            kind = Kind(case.kind)
            assert attention.settle(work, kind, case.reference, by="morgan", at=shop.clock())


def test_each_thing_that_comes_back_is_told_to_the_desk_again(shop: Shop) -> None:
    order = sold(shop, {BALL: 1, SPIKY: 1})

    for _ in range(3):
        announce(shop, order)
        assert shop.cases() == [("return-asked", 1849)]
        settle(shop)

    assert shop.rows("SELECT reference FROM shop_attention ORDER BY id") == [
        (f"{order.number}",), (f"{order.number}-2",), (f"{order.number}-3",),
    ]  # fmt: skip
    assert shop.wrong() == []


def test_saying_it_again_before_the_desk_has_settled_it_is_one_case(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})

    announce(shop, order)
    announce(shop, order)

    assert shop.cases() == [("return-asked", 850)]


def test_what_is_still_with_its_buyer_can_come_back_whatever_else_was_refunded(shop: Shop) -> None:
    order = sold(shop, {BALL: 2})
    (ball,) = line_ids(shop, order)

    give_back(shop, order, [Part(ball, 0, 50)])
    give_back(shop, order, [Part(ball, 1, 850)])

    announce(shop, order)
    assert shop.cases() == [("return-asked", 1700)]


def test_a_dispute_takes_no_right_to_send_back(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})
    shop.fake.act("dispute", id=payment_of(shop, order))
    refund_desk.learn(shop.desk, payment_of(shop, order), by="stripe")

    announce(shop, order)

    assert [kind for kind, _ in shop.cases()] == ["disputed", "return-asked"]


def test_what_is_back_or_paid_back_in_full_can_not_come_back_again(shop: Shop) -> None:
    back, paid_back = sold(shop, {BALL: 1}), sold(shop, {SPIKY: 1})
    give_back(shop, back, all_of(shop, back))
    shop.fake.act("refund", asked={"payment_intent": payment_of(shop, paid_back)})
    refund_desk.learn(shop.desk, payment_of(shop, paid_back), by="stripe")

    for order in (back, paid_back):
        with pytest.raises(Refusal, match="Nothing of this order is left to send back"):
            announce(shop, order)

    assert shop.cases() == []
