"""Kept now, paid at the desk: held for some days, sold once, let go when nobody comes."""

from datetime import timedelta

import pytest

from shop import (
    basket_contents,
    basket_stock,
    baskets,
    checkout,
    checks,
    clock,
    orders,
    reservations,
    tick,
)
from shop.drafts import Channel, Fulfilment
from shop.errors import OutOfStock, Refusal, TooManyTries
from shop.gateways import counter
from shop.orders import PlacedOrder
from tests.shop.conftest import BALL
from tests.shop.online.conftest import LONDON, Shop

EMAIL = "pat@customer.example"


def reserve(shop: Shop, *, press: str | None = None, email: str = EMAIL) -> PlacedOrder:
    with shop.database.transaction() as work:
        draft = orders.new(
            work, "cambridge", {BALL: 1}, channel=Channel.WEB, currency="GBP",
            vat_registered=True, fulfilment=Fulfilment.COLLECT,
        )  # fmt: skip
        return reservations.reserve(
            work, draft, press=press or orders.new_press(), email=email, zone=LONDON,
            at=shop.clock(),
        )  # fmt: skip


def sell(shop: Shop, placed: PlacedOrder) -> str:
    with shop.database.transaction() as work:
        money = counter.capture(placed, counter.Method.CASH)
        order = orders.get(work, placed.id)
        return reservations.sell(
            work, order, money, zone=LONDON, session_id=None, by="rae", at=shop.clock()
        )


def test_it_is_held_until_the_end_of_the_third_day_and_then_let_go(shop: Shop) -> None:
    shop.receive(2)
    order = reserve(shop)
    assert shop.levels()["shelf:cambridge"] == (2, 1)

    shop.clock.ahead = timedelta(days=reservations.DAYS + 1)
    for _ in range(2):
        tick.run(shop.database, LONDON, shop.clock, shop.desk.gateway)

    assert shop.state(order) == "cancelled"
    assert shop.levels()["shelf:cambridge"] == (2, 0)
    assert shop.wrong() == []


def test_before_its_time_it_is_left_alone(shop: Shop) -> None:
    shop.receive(1)
    order = reserve(shop)

    shop.clock.ahead = timedelta(days=reservations.DAYS - 1)
    tick.run(shop.database, LONDON, shop.clock, shop.desk.gateway)

    assert shop.state(order) == "placed"
    assert shop.wrong() == []


def test_it_is_sold_once_with_its_receipt(shop: Shop) -> None:
    shop.receive(1)
    order = reserve(shop)

    assert sell(shop, order) == "CAM-1"

    with pytest.raises(Refusal, match="It can't be paid here now"):
        sell(shop, order)
    assert shop.state(order) == "collected"
    assert shop.levels()["shelf:cambridge"] == (0, 0)
    assert shop.wrong() == []


def test_the_last_one_is_kept_for_one_person(shop: Shop) -> None:
    shop.receive(1)
    reserve(shop)

    with pytest.raises(OutOfStock):
        reserve(shop, email="sam@customer.example")


def test_pressing_twice_keeps_once_and_nobody_keeps_more_than_two(shop: Shop) -> None:
    shop.receive(5)
    press = orders.new_press()

    assert reserve(shop, press=press).id == reserve(shop, press=press).id
    reserve(shop)
    with pytest.raises(TooManyTries):
        reserve(shop)
    assert shop.levels()["shelf:cambridge"] == (5, 2)


def test_an_order_that_is_paid_on_a_page_is_no_reservation(shop: Shop) -> None:
    shop.receive(1)
    order, _ = shop.opened()

    with shop.database.transaction() as work:
        assert not reservations.is_reservation(work, orders.get(work, order.id))
        assert not reservations.give_up(work, order.id, by="rae", at=shop.clock())
        assert reservations.overdue(work, at=shop.clock() + timedelta(days=30)) == []


def test_what_a_basket_has_paid_for_is_out_of_it_and_what_was_added_since_stays(
    shop: Shop,
) -> None:
    shop.receive(5)
    device, at = baskets.new_device(), clock.now()
    order, page = shop.paid({BALL: 2})
    with shop.database.transaction() as work:
        baskets.add(work, device, BALL, 3, at=at)
        assert baskets.pays_for(work, device, order.id, before=None)
        assert basket_contents.look(work, device).units == {BALL: 3}

    shop.settle(page)

    with shop.database.transaction() as work:
        assert basket_contents.look(work, device).units == {BALL: 1}
        baskets.tidy(work, device, at=at)
        baskets.tidy(work, device, at=at)
        assert baskets.contents(work, device) == {BALL: 1}
    assert all(check.ok for check in checks.verify(shop.database))


def test_a_basket_may_buy_what_its_unpaid_order_keeps_and_each_unit_counts_once(
    shop: Shop,
) -> None:
    shop.receive(3)
    device = baskets.new_device()
    order, page = shop.opened({BALL: 2})
    with shop.database.transaction() as work:
        baskets.add(work, device, BALL, 2, at=clock.now())
        assert baskets.pays_for(work, device, order.id, before=None)

    def may_buy(number: int | None) -> int:
        with shop.database.reading() as work:
            free = basket_stock.free(work, (), [BALL], order=number, at=shop.clock())
        return free[BALL]["cambridge"]

    with shop.database.reading() as work:
        inside = basket_contents.look(work, device)
    assert (inside.number, inside.voucher, inside.waits) == (order.number, None, True)
    assert (may_buy(None), may_buy(order.number)) == (1, 3)
    shop.pass_time(60)  # what it keeps is over, and free to all
    assert (may_buy(None), may_buy(order.number)) == (3, 3)
    shop.settle(page)
    assert may_buy(order.number) == 3
    with shop.database.reading() as work:
        assert not basket_contents.look(work, device).waits


def test_a_form_that_reserved_opens_no_payment_page_later(shop: Shop) -> None:
    shop.receive(5)
    order = reserve(shop)

    with shop.database.reading() as work, pytest.raises(Refusal, match="can't be paid any more"):
        checkout.again(work, order.id)


def test_of_pay_and_reserve_on_two_tabs_only_the_quicker_gets_the_basket(shop: Shop) -> None:
    shop.receive(5)
    device, at = baskets.new_device(), clock.now()
    with shop.database.transaction() as work:
        baskets.add(work, device, BALL, 1, at=at)
    paying, _ = shop.place()

    with shop.database.transaction() as work:
        assert baskets.pays_for(work, device, paying.id, before=None)
        assert not baskets.used_up(work, device, before=None)
        assert baskets.contents(work, device) == {BALL: 1}

    with shop.database.transaction() as work:
        assert baskets.used_up(work, device, before=paying.id)
        assert not baskets.used_up(work, device, before=paying.id)
        assert not baskets.pays_for(work, device, paying.id, before=paying.id)
        assert baskets.contents(work, device) == {}
        assert baskets.add(work, device, BALL, 2, at=at) == 2


def test_of_two_presses_of_pay_only_one_gets_the_basket(shop: Shop) -> None:
    shop.receive(5)
    device, at = baskets.new_device(), clock.now()
    first, second = shop.place()[0], shop.place()[0]
    with shop.database.transaction() as work:
        baskets.add(work, device, BALL, 1, at=at)
        assert baskets.pays_for(work, device, first.id, before=None)
        assert not baskets.pays_for(work, device, second.id, before=None)
        assert basket_contents.look(work, device).order_id == first.id
        assert baskets.pays_for(work, device, second.id, before=first.id)
