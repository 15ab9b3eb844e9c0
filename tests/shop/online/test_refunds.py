"""Money that goes back: once, to the penny, never more than came in, whoever gives it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from shop import (
    checkout,
    giving_back,
    online_orders,
    order_lines,
    orders,
    refund_answers,
    refund_desk,
)
from shop.attention import Case
from shop.drafts import Fulfilment
from shop.errors import NotFound, Refusal, Unreadable
from shop.gateways import GatewayAway, PageSeen
from shop.giving_back import Part
from shop.orders import PlacedOrder
from shop.returns import Condition
from tests.shop.conftest import BALL, ROLLER, SPIKY
from tests.shop.online.conftest import Shop
from tests.shop.online.test_checkout import another_page
from tests.shop.selling import pay, place

SELLABLE, DAMAGED = Condition.SELLABLE, Condition.DAMAGED


def sold(shop: Shop, basket: dict[str, int], *, collected: bool = True) -> PlacedOrder:
    """An order that was paid online and, mostly, collected."""
    for sku, units in basket.items():
        shop.receive(units, sku)
    order, page = shop.paid(basket)
    shop.settle(page)
    if collected:
        with shop.database.transaction() as work:
            online_orders.hand_over(work, order, by="rae", at=shop.clock())
    return order


def payment_of(shop: Shop, order: PlacedOrder) -> str:
    ((reference,),) = shop.rows(f"SELECT reference FROM shop_payment WHERE order_id = {order.id}")
    return str(reference)


def line_ids(shop: Shop, order: PlacedOrder) -> list[int]:
    with shop.database.reading() as work:
        return [line.id for line in order_lines.lines_of(work, [order.id])]


def decide(
    shop: Shop, order: PlacedOrder, parts: Sequence[Part], *, press: str = "", **more: Any
) -> int:
    with shop.database.transaction() as work:
        return giving_back.of_lines(
            work, order.id, parts, reason="too firm", press=press or orders.new_press(),
            by="morgan", at=shop.clock(), **more,
        ).id  # fmt: skip


def give_back(shop: Shop, order: PlacedOrder, parts: Sequence[Part], **more: Any) -> str:
    return refund_desk.send(shop.desk, decide(shop, order, parts, **more), by="morgan")


def all_of(shop: Shop, order: PlacedOrder) -> list[Part]:
    with shop.database.reading() as work:
        lines = order_lines.lines_of(work, [order.id])
    return [Part(line.id, line.units, line.total_pence) for line in lines]


def refunds_(shop: Shop) -> list[tuple[Any, ...]]:
    return shop.rows("SELECT origin, state, amount_pence FROM shop_refund ORDER BY id")


def notes(shop: Shop) -> list[str]:
    return [n for (n,) in shop.rows("SELECT number FROM shop_credit_note ORDER BY id")]


def test_a_line_goes_back_with_its_money_its_unit_and_a_credit_note(shop: Shop) -> None:
    order = sold(shop, {BALL: 2, SPIKY: 1})
    ball, _ = line_ids(shop, order)

    state = give_back(shop, order, [Part(ball, 1, 850, SELLABLE, on_shelf=True)])

    assert state == "succeeded"
    assert [each["amount"] for each in shop.fake.book("refund")] == [850]
    assert shop.levels()["shelf:cambridge"] == (1, 0)
    assert shop.rows("SELECT units, amount_pence, vat_pence FROM shop_refund_line") == [
        (1, 850, 141)  # of two: what the VAT of both is more than that of the one left
    ]
    assert notes(shop) == ["CAM-C1"]
    assert shop.wrong() == []


@pytest.mark.parametrize(
    ("condition", "on_shelf", "place"),
    [
        (SELLABLE, True, "shelf:cambridge"),
        (SELLABLE, False, None),
        (DAMAGED, False, "damaged:cambridge"),
        (Condition.NOT_BACK, False, None),
    ],
)
def test_condition_and_shelf_are_answered_apart(
    shop: Shop, condition: Condition, on_shelf: bool, place: str | None
) -> None:
    order = sold(shop, {BALL: 1})
    (ball,) = line_ids(shop, order)

    give_back(shop, order, [Part(ball, 1, 850, condition, on_shelf)])

    there = {where for where, (units, _) in shop.levels().items() if units}
    assert there == ({place} if place else set())
    assert shop.wrong() == []


def test_money_alone_may_go_back_and_nothing_moves(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})

    give_back(shop, order, [Part(line_ids(shop, order)[0], 0, 100)])

    assert shop.rows("SELECT id FROM shop_return_line") == []
    assert shop.wrong() == []


@pytest.mark.parametrize(
    ("part", "refusal"),
    [
        ({"units": 3}, "Only 2 of Soft ball can still be refunded"),
        ({"amount_pence": 1701}, r"Only £17.00 of Soft ball can still be refunded"),
        ({"units": -1}, "how many of Soft ball go back"),
        ({"amount_pence": -1}, "how many of Soft ball go back"),
        ({"units": 0, "amount_pence": 0}, "how many of Soft ball go back"),
        ({"condition": DAMAGED, "on_shelf": True}, "only what can be sold again"),
        ({"units": 0, "condition": SELLABLE}, "nothing to put anywhere"),
    ],
)
def test_what_can_not_be_meant_is_refused_and_nothing_is_saved(
    shop: Shop, part: dict[str, Any], refusal: str
) -> None:
    order = sold(shop, {BALL: 2})
    (ball,) = line_ids(shop, order)

    with pytest.raises(Refusal, match=refusal):
        decide(shop, order, [replace(Part(ball, 1, 850), **part)])

    assert refunds_(shop) == []
    assert shop.wrong() == []


def test_a_line_of_another_order_is_refused(shop: Shop) -> None:
    order, other = sold(shop, {BALL: 1}), sold(shop, {SPIKY: 1})

    with pytest.raises(NotFound, match="no such line"):
        decide(shop, order, all_of(shop, other))


def test_a_reason_has_to_be_given(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})

    for reason in ("", "  ", "x" * 201):
        with pytest.raises(Unreadable, match=r"reason|why"), shop.database.transaction() as work:
            giving_back.of_lines(
                work, order.id, all_of(shop, order), reason=reason, press="p",
                by="morgan", at=shop.clock(),
            )  # fmt: skip


def test_an_order_that_nobody_paid_has_nothing_to_give_back(shop: Shop) -> None:
    shop.receive(1)
    order, _ = shop.opened()

    with pytest.raises(Refusal, match="Nothing was paid"):
        decide(shop, order, all_of(shop, order))


def test_no_more_than_was_sold_and_paid_goes_back_however_small_the_steps(shop: Shop) -> None:
    order = sold(shop, {BALL: 2})
    (ball,) = line_ids(shop, order)
    give_back(shop, order, [Part(ball, 1, 1000)])
    give_back(shop, order, [Part(ball, 1, 700)])

    for part in (Part(ball, 1, 0), Part(ball, 0, 1)):
        with pytest.raises(Refusal):
            decide(shop, order, [part])

    assert sum(each["amount"] for each in shop.fake.book("refund")) == order.total_pence
    vat = shop.rows("SELECT SUM(vat_pence) FROM shop_refund_line")
    assert vat == [(283,)]  # of 1700 at 20 %: the VAT of the whole line
    assert shop.wrong() == []


def test_postage_goes_back_with_its_vat(shop: Shop) -> None:
    shop.receive(1)
    order, session = shop.place(fulfilment=Fulfilment.POST, postage_pence=395)
    seen = checkout.open_page(shop.desk, session)
    shop.fake.act("pay", id=seen.reference)
    shop.settle(seen)

    give_back(shop, order, [], postage_pence=100)
    give_back(shop, order, [], postage_pence=295)
    with pytest.raises(Refusal, match=r"Only £0.00 of the postage"):
        decide(shop, order, [], postage_pence=1)

    vat = [v for (v,) in shop.rows("SELECT postage_vat_pence FROM shop_refund ORDER BY id")]
    assert sum(vat) == 66
    assert shop.wrong() == []


def test_pressing_twice_refunds_once(shop: Shop) -> None:
    order = sold(shop, {BALL: 2})
    part = [Part(line_ids(shop, order)[0], 1, 850)]

    first, second = (decide(shop, order, part, press="the-form") for _ in range(2))
    states = [refund_desk.send(shop.desk, first, by="morgan") for _ in range(3)]

    assert first == second
    assert states == ["succeeded"] * 3
    assert len(shop.fake.book("refund")) == 1


def test_a_refund_of_the_desk_is_handed_back_there(shop: Shop) -> None:
    shop.receive(1)
    with shop.database.transaction() as work:
        order = place(work, {BALL: 1}, at=shop.clock())
        pay(work, order, at=shop.clock())
    with shop.database.transaction() as work:
        (line,) = order_lines.lines_of(work, [order.id])
        refund = giving_back.of_lines(
            work, order.id, [Part(line.id, 1, 850, SELLABLE, on_shelf=True)],
            reason="too firm", press="p", by="morgan", at=shop.clock(),
        )  # fmt: skip
        refund_answers.over_the_counter(work, refund, by="morgan", at=shop.clock())

    assert refunds_(shop) == [("shop", "succeeded", 850)]
    assert notes(shop) == ["CAM-C1"]
    assert shop.levels() == {"shelf:cambridge": (1, 0)}
    assert shop.wrong() == []


# Before it was handed over


def test_an_order_that_is_refunded_before_it_was_collected_is_over(shop: Shop) -> None:
    order = sold(shop, {BALL: 2}, collected=False)
    (ball,) = line_ids(shop, order)
    give_back(shop, order, [Part(ball, 1, 850, SELLABLE, on_shelf=True)])
    assert shop.state(order) == "paid"

    give_back(shop, order, [Part(ball, 1, 850, DAMAGED)])

    assert shop.state(order) == "refunded"
    assert shop.levels() == {
        "shelf:cambridge": (1, 0), "kept:cambridge": (0, 0), "damaged:cambridge": (1, 0)
    }  # fmt: skip
    assert shop.wrong() == []


def test_only_what_was_not_refunded_is_handed_over(shop: Shop) -> None:
    order = sold(shop, {BALL: 2}, collected=False)
    give_back(shop, order, [Part(line_ids(shop, order)[0], 1, 850, SELLABLE, on_shelf=True)])

    with shop.database.transaction() as work:
        online_orders.hand_over(work, order, by="rae", at=shop.clock())

    assert shop.rows("SELECT units FROM shop_stock_move WHERE reason = 'handed-over'") == [(1,)]
    assert shop.wrong() == []


def test_units_that_are_put_aside_have_to_go_somewhere(shop: Shop) -> None:
    order = sold(shop, {BALL: 1}, collected=False)

    with pytest.raises(Unreadable, match="is put aside here"):
        decide(shop, order, all_of(shop, order))


def test_what_is_owed_is_given_back_and_its_case_is_settled(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.paid()
    shop.pass_time(60)
    shop_sells_the_last(shop)
    shop.settle(page)
    (ball,) = line_ids(shop, order)
    with pytest.raises(Unreadable, match="not with its buyer"):
        decide(shop, order, [Part(ball, 1, 850, SELLABLE, on_shelf=True)])

    give_back(shop, order, all_of(shop, order))

    assert (shop.state(order), shop.cases()) == ("refunded", [])
    assert shop.wrong() == []


def shop_sells_the_last(shop: Shop) -> None:
    with shop.database.transaction() as work:
        pay(work, place(work, {BALL: 1}, at=shop.clock()), at=shop.clock())


# What the gateway says


def test_a_refund_that_nobody_answered_is_asked_again_and_made_once(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})
    refund = decide(shop, order, all_of(shop, order))
    shop.fake.rule("drop", on="refunds.create", after=True, times=2)
    with pytest.raises(GatewayAway):
        refund_desk.send(shop.desk, refund, by="morgan")
    assert refunds_(shop) == [("shop", "asked", 850)]
    with pytest.raises(Refusal):  # nobody knows, so it counts as gone
        decide(shop, order, all_of(shop, order))

    assert refund_desk.send(shop.desk, refund, by="morgan") == "succeeded"

    assert len(shop.fake.book("refund")) == 1
    assert shop.wrong() == []


@pytest.mark.parametrize("made", [True, False])
def test_after_a_day_nobody_asks_again_but_looks(shop: Shop, made: bool) -> None:
    order = sold(shop, {BALL: 1})
    refund = decide(shop, order, all_of(shop, order))
    shop.fake.rule("drop", on="refunds.create", after=made, times=2)
    with pytest.raises(GatewayAway):
        refund_desk.send(shop.desk, refund, by="morgan")
    shop.pass_time(25 * 60)

    assert refund_desk.send(shop.desk, refund, by="tick") == ("succeeded" if made else "failed")

    assert len(shop.fake.book("refund")) == (1 if made else 0)
    assert shop.cases() == ([] if made else [("refund-failed", 850)])
    assert shop.wrong() == []


def test_a_pending_refund_is_gone_and_has_its_note_when_it_arrives(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})
    made = shop.fake.act(
        "refund", asked={"payment_intent": payment_of(shop, order)}, status="pending"
    )
    payment = payment_of(shop, order)
    refund_desk.learn(shop.desk, payment, by="stripe")
    assert (refunds_(shop), notes(shop)) == ([("stripe", "pending", 850)], [])
    with pytest.raises(Refusal):
        decide(shop, order, all_of(shop, order))

    shop.fake.act("refund-is", id=made["id"], status="succeeded")
    refund_desk.learn(shop.desk, payment, by="stripe")

    assert (refunds_(shop), notes(shop)) == ([("stripe", "succeeded", 850)], ["CAM-C1"])
    assert shop.wrong() == []


def test_a_refund_that_comes_back_from_the_bank_can_be_made_again(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})
    (ball,) = line_ids(shop, order)
    give_back(shop, order, [Part(ball, 1, 850, SELLABLE, on_shelf=True)])
    shop.fake.act("refund-is", id=shop.fake.book("refund")[0]["id"], status="failed")
    refund_desk.learn(shop.desk, payment_of(shop, order), by="stripe")
    assert refunds_(shop) == [("shop", "failed", 850)]
    assert shop.cases() == [("refund-failed", 850)]

    with shop.database.transaction() as work:
        refund = giving_back.again(work, 1, press="p", by="morgan", at=shop.clock()).id
    assert refund_desk.send(shop.desk, refund, by="morgan") == "succeeded"

    assert shop.cases() == []
    assert shop.levels()["shelf:cambridge"] == (1, 0)  # the goods came back once
    assert notes(shop) == ["CAM-C1", "CAM-C2"]
    assert shop.wrong() == []


def test_old_news_changes_nothing(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})
    payment = payment_of(shop, order)
    made = shop.fake.act("refund", asked={"payment_intent": payment}, status="pending")
    early = shop.desk.gateway.returns(payment)
    shop.fake.act("refund-is", id=made["id"], status="succeeded")
    refund_desk.learn(shop.desk, payment, by="stripe")

    assert refund_desk.save(shop.desk, payment, early, by="stripe") == 0

    assert refunds_(shop) == [("stripe", "succeeded", 850)]


# Given back by others


def test_a_refund_made_in_the_dashboard_is_learnt_once_and_nothing_is_restocked(
    shop: Shop,
) -> None:
    order = sold(shop, {BALL: 1, SPIKY: 1, ROLLER: 1})
    payment = payment_of(shop, order)
    shop.fake.act("refund", asked={"payment_intent": payment, "amount": 1000})

    assert [refund_desk.learn(shop.desk, payment, by="stripe") for _ in range(3)] == [True] * 3

    assert refunds_(shop) == [("stripe", "succeeded", 1000)]
    shares = shop.rows("SELECT units, amount_pence FROM shop_refund_line ORDER BY id")
    assert shares == [(0, 227), (0, 266), (0, 507)]  # 1000 in proportion to 850, 999 and 1900
    assert shop.levels()["shelf:cambridge"] == (0, 0)
    with pytest.raises(Refusal, match="can still be refunded"):
        decide(shop, order, all_of(shop, order))
    assert shop.wrong() == []


def test_the_rest_after_a_dashboard_refund_comes_to_the_whole(shop: Shop) -> None:
    order = sold(shop, {BALL: 1, SPIKY: 3})
    payment = payment_of(shop, order)
    shop.fake.act("refund", asked={"payment_intent": payment, "amount": 777})
    refund_desk.learn(shop.desk, payment, by="stripe")
    shop.fake.act("refund", asked={"payment_intent": payment})
    refund_desk.learn(shop.desk, payment, by="stripe")

    ((pence, vat),) = shop.rows("SELECT SUM(amount_pence), SUM(vat_pence) FROM shop_refund_line")

    assert (pence, vat) == (order.total_pence, 142 + 500)
    assert shop.wrong() == []


def test_what_the_dashboard_gave_back_first_is_not_given_back_again(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})
    refund = decide(shop, order, all_of(shop, order))
    shop.fake.act("refund", asked={"payment_intent": payment_of(shop, order)})

    assert refund_desk.send(shop.desk, refund, by="morgan") == "failed"

    assert refunds_(shop) == [("shop", "failed", 850), ("stripe", "succeeded", 850)]
    assert sum(each["amount"] for each in shop.fake.book("refund")) == 850
    assert shop.wrong() == []


def test_a_disputed_payment_counts_as_given_back_until_it_is_won(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})
    payment = payment_of(shop, order)
    made = shop.fake.act("dispute", id=payment)
    refund_desk.learn(shop.desk, payment, by="stripe")
    assert shop.cases() == [("disputed", 850)]
    with pytest.raises(Refusal, match=r"Only £0.00 of what was paid"):
        decide(shop, order, all_of(shop, order))

    shop.fake.act("dispute-is", id=made["id"], status="won")
    refund_desk.learn(shop.desk, payment, by="stripe")

    assert (refunds_(shop), shop.cases()) == ([("dispute", "failed", 850)], [])
    assert decide(shop, order, all_of(shop, order))
    assert notes(shop) == []
    assert shop.wrong() == []


def test_a_refund_that_is_heard_of_before_its_payment_is_learnt_with_it(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.paid()
    payment = shop.desk.gateway.look(page.reference).payment
    shop.fake.act("refund", asked={"payment_intent": payment})

    assert refund_desk.learn(shop.desk, str(payment), by="stripe")

    assert shop.state(order) == "paid"
    assert refunds_(shop) == [("stripe", "succeeded", 850)]
    assert shop.wrong() == []


def test_another_shops_refund_is_none_of_our_business(shop: Shop) -> None:
    shop.receive(1)
    order, _ = shop.opened()
    page = another_page(shop, order, shop="another")
    paid = shop.fake.act("pay", id=page.reference)
    shop.fake.act("refund", asked={"payment_intent": paid["payment_intent"]})

    assert not refund_desk.learn(shop.desk, paid["payment_intent"], by="stripe")
    assert refunds_(shop) == []


# Money that settled nothing


def surplus(shop: Shop) -> PageSeen:
    """A second payment for an order that was paid."""
    shop.receive(1)
    order, first = shop.opened()
    second = another_page(shop, order)
    for page in (first, second):
        shop.fake.act("pay", id=page.reference)
        shop.settle(page)
    return second


def decide_case(shop: Shop, press: str) -> int:
    with shop.database.transaction() as work:
        (case_id,) = work.scalars(select(Case.id)).all()
        return giving_back.of_case(
            work, case_id, reason="paid twice", press=press, by="morgan", at=shop.clock()
        ).id


def test_a_second_payment_goes_back_whole_and_once(shop: Shop) -> None:
    surplus(shop)
    for _ in range(2):
        refund_desk.send(shop.desk, decide_case(shop, "the-form"), by="morgan")

    with pytest.raises(Refusal, match="has been given back"):
        decide_case(shop, "another-form")

    assert [each["amount"] for each in shop.fake.book("refund")] == [850]
    assert (shop.cases(), notes(shop)) == ([], [])
    assert shop.wrong() == []


def test_a_case_that_is_no_payment_has_nothing_to_give_back(shop: Shop) -> None:
    with pytest.raises(NotFound), shop.database.transaction() as work:
        giving_back.of_case(work, 7, reason="x", press="p", by="m", at=shop.clock())
