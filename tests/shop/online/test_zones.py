"""The zone of the post that was paid, and an address that lies in another one."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shop import checkout, giving_back, online_orders, order_lines, orders, reconcile
from shop.drafts import Channel, Fulfilment
from shop.gateways import PageSeen
from shop.giving_back import Part
from shop.orders import PlacedOrder
from shop.post_zones import PostZone, Zones
from shop.returns import Condition
from tests.shop.conftest import BALL
from tests.shop.online.conftest import BACK, BASKET, Shop

ZONES = Zones(frozenset({PostZone.NI}))


def posted(shop: Shop, zone: PostZone | None) -> tuple[PlacedOrder, PageSeen]:
    """Paid at Stripe, to an address in Ely, with the post of this zone."""
    shop.receive(1)
    shop.desk = replace(shop.desk, zones=ZONES)
    with shop.database.transaction() as work:
        draft = orders.new(
            work, "cambridge", {BALL: 1}, channel=Channel.WEB, currency="GBP",
            vat_registered=True, fulfilment=Fulfilment.POST, postage_pence=350,
        )  # fmt: skip
        opening = checkout.begin(
            work, shop.desk, replace(draft, postage_zone=zone), press=orders.new_press(),
            success_url=BACK, cancel_url=BASKET,
        )  # fmt: skip
    page = checkout.open_page(shop.desk, opening)
    shop.fake.act("pay", id=page.reference)
    return opening.order, page


@pytest.mark.parametrize(
    ("zone", "cases"),
    [(PostZone.MAINLAND, []), (PostZone.NI, [("other-zone", 350)]), (None, [])],
)
def test_an_address_in_another_zone_is_paid_and_shown_to_a_person(
    shop: Shop, zone: PostZone | None, cases: list[tuple[str, int]]
) -> None:
    order, page = posted(shop, zone)

    assert shop.settle(page) == "settled"

    assert shop.state(order) == "paid"
    assert shop.order(order).postage_zone == zone
    assert shop.order(order).total_pence == 1200
    assert shop.cases() == cases
    assert shop.settle(page) == "nothing"
    assert shop.cases() == cases
    assert shop.wrong() == []


def test_a_payment_that_the_clock_finds_is_looked_at_in_the_same_way(shop: Shop) -> None:
    posted(shop, PostZone.NI)
    shop.pass_time(60)

    reconcile.sweep(shop.desk)

    assert shop.cases() == [("other-zone", 350)]


def test_sending_it_all_the_same_settles_it(shop: Shop) -> None:
    order, page = posted(shop, PostZone.NI)
    shop.settle(page)

    with shop.database.transaction() as work:
        online_orders.hand_over(work, order, by="rae", at=shop.clock())

    assert (shop.state(order), shop.cases()) == ("posted", [])
    assert shop.wrong() == []


def test_giving_all_of_it_back_settles_it(shop: Shop) -> None:
    order, page = posted(shop, PostZone.NI)
    shop.settle(page)

    with shop.database.transaction() as work:
        (line,) = order_lines.lines_of(work, [order.id])
        part = Part(line.id, 1, 850, Condition.SELLABLE, on_shelf=True)
        giving_back.of_lines(work, order.id, [part], postage_pence=350, reason="too far",
                             press=orders.new_press(), by="morgan", at=shop.clock())  # fmt: skip

    assert (shop.state(order), shop.cases()) == ("refunded", [])
    assert shop.wrong() == []


@pytest.mark.parametrize(
    "change", ["postage_zone = 'moon'", "postage_zone = 'ni', fulfilment = 'collect'"]
)
def test_the_database_takes_no_zone_that_can_not_be(shop: Shop, change: str) -> None:
    posted(shop, PostZone.NI)

    with pytest.raises(IntegrityError), shop.database.transaction() as work:
        work.execute(text(f"UPDATE shop_order SET {change}"))
