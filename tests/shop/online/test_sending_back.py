"""What has left is sent back: who says so in time is heard, however often something comes."""

from shop import attention, cancelling
from shop.attention import Kind
from shop.orders import PlacedOrder
from tests.shop.conftest import BALL, SPIKY
from tests.shop.online.conftest import LONDON, Shop
from tests.shop.online.test_refunds import sold


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
