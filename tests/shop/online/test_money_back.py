"""Money that went back in part, or by somebody else: nothing is stuck, and nothing goes twice."""

import pytest

from shop import (
    cancelling,
    checkout,
    giving_back,
    online_orders,
    orders,
    refund_desk,
)
from shop.drafts import Fulfilment
from shop.errors import Refusal, Unreadable
from shop.giving_back import Part
from shop.orders import PlacedOrder
from shop.refunds import Refund
from tests.shop.conftest import BALL, SPIKY
from tests.shop.online.conftest import Shop
from tests.shop.online.test_owed import owing
from tests.shop.online.test_refunds import (
    SELLABLE,
    all_of,
    decide,
    give_back,
    line_ids,
    notes,
    payment_of,
    refunds_,
    sold,
)


def learn(shop: Shop, order: PlacedOrder) -> None:
    refund_desk.learn(shop.desk, payment_of(shop, order), by="stripe")


def dashboard(shop: Shop, order: PlacedOrder, pence: int | None = None) -> str:
    """Somebody gives it back in Stripe's own dashboard."""
    asked: dict[str, object] = {"payment_intent": payment_of(shop, order)}
    made = shop.fake.act("refund", asked=asked | ({"amount": pence} if pence else {}))
    return str(made["id"])


def bounced(shop: Shop, order: PlacedOrder, *, nth: int = 0) -> None:
    """The bank sends a refund back, and we hear of it."""
    shop.fake.act("refund-is", id=shop.fake.book("refund")[nth]["id"], status="failed")
    learn(shop, order)


def again(shop: Shop, refund_id: int = 1, press: str = "") -> str:
    with shop.database.transaction() as work:
        made = giving_back.again(
            work, refund_id, press=press or orders.new_press(), by="morgan", at=shop.clock()
        ).id
    return refund_desk.send(shop.desk, made, by="morgan")


def cancel(shop: Shop, order: PlacedOrder, press: str = "") -> Refund | None:
    with shop.database.transaction() as work:
        return cancelling.of_customer(
            work, order.id, press=press or orders.new_press(), by="customer", at=shop.clock()
        )


def cancelled(shop: Shop, order: PlacedOrder) -> None:
    refund = cancel(shop, order)
    if refund is not None:
        refund_desk.send(shop.desk, refund.id, by="customer")


def shelf(shop: Shop) -> tuple[int, int]:
    return shop.levels()["shelf:cambridge"]


# A refund that failed


def test_a_failed_refund_is_made_again_once(shop: Shop) -> None:
    order = sold(shop, {BALL: 2})
    give_back(shop, order, [Part(line_ids(shop, order)[0], 1, 850)])
    bounced(shop, order)

    assert again(shop) == "succeeded"
    with pytest.raises(Refusal, match="made again, or settled, before"):
        again(shop)

    assert refunds_(shop) == [("shop", "failed", 850), ("shop", "succeeded", 850)]
    assert shop.wrong() == []


def test_pressing_twice_to_make_it_again_is_once(shop: Shop) -> None:
    order = sold(shop, {BALL: 2})
    give_back(shop, order, [Part(line_ids(shop, order)[0], 1, 850)])
    bounced(shop, order)

    assert [again(shop, press="p" * 20) for _ in range(2)] == ["succeeded"] * 2
    assert len(refunds_(shop)) == 2


def test_the_same_given_back_on_the_orders_page_ends_its_case(shop: Shop) -> None:
    order = sold(shop, {BALL: 2})
    (ball,) = line_ids(shop, order)
    give_back(shop, order, [Part(ball, 1, 850)])
    bounced(shop, order)
    assert shop.cases() == [("refund-failed", 850)]

    assert give_back(shop, order, [Part(ball, 1, 850)]) == "succeeded"

    assert shop.cases() == []
    with pytest.raises(Refusal, match="made again, or settled"):
        again(shop)
    assert sum(pence for _, state, pence in refunds_(shop) if state == "succeeded") == 850


def test_something_else_given_back_leaves_its_case(shop: Shop) -> None:
    order = sold(shop, {BALL: 2, SPIKY: 1})
    ball, spiky = line_ids(shop, order)
    give_back(shop, order, [Part(ball, 1, 850)])
    bounced(shop, order)

    give_back(shop, order, [Part(spiky, 1, 999)])

    assert shop.cases() == [("refund-failed", 850)]
    assert again(shop) == "succeeded"
    assert shop.cases() == []


def test_of_two_that_failed_one_given_back_anew_ends_one_case(shop: Shop) -> None:
    order = sold(shop, {BALL: 2})
    (ball,) = line_ids(shop, order)
    for _ in range(2):
        give_back(shop, order, [Part(ball, 1, 850)])
    for nth in range(2):
        bounced(shop, order, nth=nth)
    assert len(shop.cases()) == 2

    give_back(shop, order, [Part(ball, 1, 850)])

    assert len(shop.cases()) == 1


def test_an_order_in_hand_is_cancelled_though_a_refund_of_it_failed(shop: Shop) -> None:
    """Its unit lies on the shelf again since the first time."""
    order = sold(shop, {BALL: 2}, collected=False)
    give_back(shop, order, [Part(line_ids(shop, order)[0], 1, 850, SELLABLE, on_shelf=True)])
    bounced(shop, order)
    assert shelf(shop) == (1, 0)

    cancelled(shop, order)

    assert shop.state(order) == "refunded"
    assert shelf(shop) == (2, 0)
    assert shop.cases() == []
    assert sum(p for _, state, p in refunds_(shop) if state == "succeeded") == order.total_pence
    assert shop.wrong() == []


def test_a_dashboard_refund_that_failed_is_a_case_until_all_is_back(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})
    dashboard(shop, order)
    learn(shop, order)
    bounced(shop, order)
    assert shop.cases() == [("refund-failed", 850)]

    give_back(shop, order, all_of(shop, order))

    assert shop.cases() == []
    assert shop.wrong() == []


# Somebody else was quicker


def test_what_the_dashboard_gave_back_first_carries_the_lines_and_their_vat(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})
    refund = decide(shop, order, all_of(shop, order))
    dashboard(shop, order)

    assert refund_desk.send(shop.desk, refund, by="morgan") == "failed"

    lines = "SELECT refund_id, amount_pence, vat_pence FROM shop_refund_line ORDER BY refund_id"
    assert shop.rows(lines) == [(1, 850, 142), (2, 850, 142)]  # the first one failed
    assert notes(shop) == ["CAM-C1"]
    assert shop.cases() == []  # nothing is left to give back
    assert shop.wrong() == []


def test_what_is_left_of_a_refund_that_was_crowded_out_needs_a_person(shop: Shop) -> None:
    order = sold(shop, {BALL: 2})
    refund = decide(shop, order, all_of(shop, order))
    dashboard(shop, order, 1000)

    assert refund_desk.send(shop.desk, refund, by="morgan") == "failed"

    assert refunds_(shop) == [("shop", "failed", 1700), ("stripe", "succeeded", 1000)]
    assert shop.cases() == [("refund-failed", 1700)]
    assert shop.wrong() == []


# Its money is gone, and its units are here


def test_an_order_whose_money_went_back_as_goodwill_is_cancelled_for_nothing(shop: Shop) -> None:
    order = sold(shop, {BALL: 1}, collected=False)
    give_back(shop, order, [Part(line_ids(shop, order)[0], 0, 850)])
    assert shop.state(order) == "paid"

    cancelled(shop, order)

    assert shop.state(order) == "refunded"
    assert shelf(shop) == (1, 0)
    assert [e["amount"] for e in shop.fake.book("refund")] == [850]
    assert shop.wrong() == []


def test_the_desk_takes_back_units_whose_money_the_dashboard_gave_back(shop: Shop) -> None:
    order = sold(shop, {BALL: 1}, collected=False)
    dashboard(shop, order)
    learn(shop, order)
    (ball,) = line_ids(shop, order)

    decide(shop, order, [Part(ball, 1, 0, SELLABLE, on_shelf=True)])

    assert (shop.state(order), shelf(shop)) == ("refunded", (1, 0))
    assert shop.rows("SELECT gateway, amount_pence FROM shop_refund ORDER BY id") == [
        ("stripe", 850),
        ("counter", 0),
    ]


def test_an_owed_order_whose_money_went_back_is_over_once_it_is_cancelled(shop: Shop) -> None:
    order = owing(shop)
    dashboard(shop, order)
    learn(shop, order)

    cancelled(shop, order)

    assert (shop.state(order), shop.cases()) == ("refunded", [])
    assert shop.wrong() == []


@pytest.mark.parametrize("lost", [850, 500])
def test_an_order_that_a_bank_took_back_gives_no_more_than_is_left(shop: Shop, lost: int) -> None:
    order = sold(shop, {BALL: 1}, collected=False)
    made = shop.fake.act("dispute", id=payment_of(shop, order), amount=lost)
    learn(shop, order)
    shop.fake.act("dispute-is", id=made["id"], status="lost")
    learn(shop, order)

    cancelled(shop, order)

    assert (shop.state(order), shelf(shop)) == ("refunded", (1, 0))
    asked = [pence for origin, _, pence in refunds_(shop) if origin == "shop" and pence]
    assert asked == ([850 - lost] if lost < 850 else [])


def test_units_alone_do_not_come_back_while_their_money_is_here(shop: Shop) -> None:
    order = sold(shop, {BALL: 1}, collected=False)

    with pytest.raises(Unreadable, match="a penny or more"):
        decide(shop, order, [Part(line_ids(shop, order)[0], 1, 0, SELLABLE, on_shelf=True)])


def test_a_second_press_of_cancel_finds_it_cancelled(shop: Shop) -> None:
    order = sold(shop, {BALL: 1}, collected=False)

    first, second = (cancel(shop, order, press="p" * 20) for _ in range(2))

    assert first is not None
    assert second is not None
    assert first.id == second.id


# The postage


def posted(shop: Shop) -> PlacedOrder:
    """Paid with its postage, and still here."""
    shop.receive(1)
    order, opening = shop.place(fulfilment=Fulfilment.POST, postage_pence=395)
    page = checkout.open_page(shop.desk, opening)
    shop.fake.act("pay", id=page.reference)
    shop.settle(page)
    return order


def test_what_never_leaves_does_not_keep_its_postage(shop: Shop) -> None:
    order = posted(shop)
    (ball,) = line_ids(shop, order)
    part = Part(ball, 1, 850, SELLABLE, on_shelf=True)

    with pytest.raises(Unreadable, match=r"Give back the £3\.95 as well"):
        decide(shop, order, [part])
    assert give_back(shop, order, [part], postage_pence=395) == "succeeded"

    assert shop.state(order) == "refunded"
    assert shop.wrong() == []


def test_what_was_posted_may_keep_it(shop: Shop) -> None:
    order = posted(shop)
    with shop.database.transaction() as work:
        online_orders.hand_over(work, order, by="rae", at=shop.clock())

    assert give_back(shop, order, [Part(line_ids(shop, order)[0], 1, 850)]) == "succeeded"
