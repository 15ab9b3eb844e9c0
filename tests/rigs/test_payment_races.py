"""Everybody at once: the event, the customer's way back, tick, going back, two managers refunding.

Each round is one order, and whoever comes first, it is one sale or none, and money goes back once.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier
from typing import Any

import requests

from shop import checkout, giving_back, orders, reconcile, refund_desk
from shop.db import retried
from shop.errors import Refusal
from shop.gateways import PageSeen
from shop.giving_back import Part
from tests.shop.conftest import BALL
from tests.shop.online.conftest import Shop
from tests.shop.online.test_refunds import line_ids, sold

ROUNDS = int(os.environ.get("RIG_ROUNDS", "20")) // 4
PATIENCE = 60


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each act gave when all of them started together, its refusal among it."""
    together = Barrier(len(acts))

    def do(act: Callable[[], Any]) -> Any:
        together.wait(PATIENCE)
        try:
            return act()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(do, acts))


def pay(shop: Shop, page: PageSeen) -> None:
    """The customer presses Pay, and is told so when the page is over."""
    with suppress(requests.HTTPError):
        shop.fake.act("pay", id=page.reference)


def test_whoever_hears_of_a_payment_first_there_is_one_sale(shop: Shop) -> None:
    for _ in range(ROUNDS):
        shop.receive(1)
        order, page = shop.paid()

        told = at_once([partial(shop.settle, page)] * 6)

        assert Counter(told) == {"settled": 1, "nothing": 5}
        assert shop.state(order) == "paid"
    assert shop.levels()["kept:cambridge"] == (ROUNDS, 0)
    assert len(shop.rows("SELECT id FROM shop_receipt")) == ROUNDS
    assert shop.wrong() == []


def test_going_back_while_paying_is_a_sale_or_a_cancelled_order_and_never_both(
    shop: Shop,
) -> None:
    for _ in range(ROUNDS):
        shop.receive(1)
        order, page = shop.opened()

        acts: list[Callable[[], Any]] = [
            partial(pay, shop, page),
            partial(checkout.give_up, shop.desk, order.id, by="customer"),
            partial(shop.settle, page),
            partial(reconcile.sweep, shop.desk),
        ]
        at_once(acts)
        shop.settle(page)

        (session,) = [s for s in shop.fake.book("checkout.session") if s["id"] == page.reference]
        assert (session["payment_status"], shop.state(order)) in (
            ("paid", "paid"),
            ("unpaid", "cancelled"),
        )
    assert shop.wrong() == []


def test_two_reconciliations_at_once_mend_everything_once(shop: Shop) -> None:
    for _ in range(ROUNDS):
        shop.receive(1)
        shop.paid()
    since = shop.clock().replace(year=2020)

    found = at_once([lambda: reconcile.run(shop.desk, since)] * 4)

    assert sum(each.mended["order settled"] for each in found) == ROUNDS
    assert reconcile.run(shop.desk, since).clean
    assert shop.wrong() == []


def test_however_many_press_refund_the_money_goes_back_once(shop: Shop) -> None:
    for round_ in range(ROUNDS):
        order = sold(shop, {BALL: 1})
        (ball,) = line_ids(shop, order)

        @retried
        def decide(press: str, order_id: int = order.id, line: int = ball) -> int:
            with shop.database.transaction() as work:
                return giving_back.of_lines(
                    work, order_id, [Part(line, 1, 850)], reason="x", press=press,
                    by="m", at=shop.clock(),
                ).id  # fmt: skip

        presses = [f"{round_}-{n // 3}" for n in range(6)]  # two forms, each pressed three times
        at_once([lambda p=p: refund_desk.send(shop.desk, decide(p), by="m") for p in presses])

        assert shop.rows(
            f"SELECT state, amount_pence FROM shop_refund WHERE order_id = {order.id}"
        ) == [("succeeded", 850)]
    assert [each["amount"] for each in shop.fake.book("refund")] == [850] * ROUNDS
    assert shop.wrong() == []


def test_tabs_that_press_pay_with_one_form_make_one_order(shop: Shop) -> None:
    shop.receive(9)
    press = orders.new_press()

    told = at_once([lambda: retried(shop.place)(press=press)] * 8)

    assert len({opening.session_id for _, opening in told}) == 1
    assert shop.levels() == {"shelf:cambridge": (9, 1)}
