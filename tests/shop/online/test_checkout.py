"""Paying online: nobody pays twice, nobody pays for nothing, and whatever is lost is found."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from shop import attention, checkout, identity, online_orders, orders, payment_sessions, stock
from shop.attention import Case
from shop.checkout import Opening
from shop.drafts import Channel, Fulfilment
from shop.errors import OutOfStock, Refusal, Unreadable
from shop.gateways import GatewayAway, PageSeen, PageState
from shop.orders import PlacedOrder
from tests.shop.conftest import BALL, SPIKY
from tests.shop.online.conftest import BACK, Shop
from tests.shop.selling import sell


def test_pressing_pay_holds_the_units_until_the_page_is_over_and_a_little_longer(
    shop: Shop,
) -> None:
    shop.receive(2)

    order, page = shop.opened()

    assert shop.state(order) == "placed"
    assert shop.levels() == {"shelf:cambridge": (2, 1)}
    ((until, ends),) = shop.rows(
        "SELECT hold.until, session.expires_at FROM shop_hold AS hold, "
        "shop_payment_session AS session"
    )
    (session,) = shop.fake.book("checkout.session")
    assert page.state == PageState.OPEN
    assert session["success_url"] == BACK
    assert until > ends
    assert shop.wrong() == []


def test_a_paid_page_makes_a_sale_whose_units_are_put_aside(shop: Shop) -> None:
    shop.receive(2)
    order, page = shop.paid()

    assert shop.settle(page) == "settled"

    assert shop.state(order) == "paid"
    assert shop.levels() == {"shelf:cambridge": (1, 0), "kept:cambridge": (1, 0)}
    ((gateway, method, pence, reference),) = shop.rows(
        "SELECT gateway, method, amount_pence, reference FROM shop_payment"
    )
    (intent,) = shop.fake.book("payment_intent")
    assert (gateway, method, pence, reference) == ("stripe", "card", 850, intent["id"])
    assert shop.rows("SELECT number FROM shop_receipt") == [("CAM-1",)]
    assert shop.wrong() == []


def test_settling_again_and_again_changes_nothing(shop: Shop) -> None:
    shop.receive(5)
    _, page = shop.paid()
    shop.settle(page)

    assert [shop.settle(page) for _ in range(3)] == ["nothing"] * 3

    assert shop.levels()["kept:cambridge"] == (1, 0)
    assert len(shop.rows("SELECT id FROM shop_receipt")) == 1


def test_an_open_page_settles_nothing(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.opened()

    assert shop.settle(page) == "nothing"
    assert shop.state(order) == "placed"


def test_money_on_its_way_settles_nothing_until_it_is_there(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.opened()
    shop.fake.act("pay", id=page.reference, at_once=False)
    assert shop.settle(page) == "nothing"
    assert shop.state(order) == "placed"

    shop.fake.act("finish", id=page.reference, succeeded=True)

    assert shop.settle(page) == "settled"
    assert shop.wrong() == []


def test_postage_is_paid_with_the_order_and_has_its_vat(shop: Shop) -> None:
    shop.receive(1)
    order, session = shop.place(fulfilment=Fulfilment.POST, postage_pence=395)
    page = checkout.open_page(shop.desk, session)
    shop.fake.act("pay", id=page.reference)

    shop.settle(page)

    row = shop.order(order)
    assert (row.total_pence, row.postage_vat_pence) == (1245, 66)  # 395 / 6 = 65.83
    assert shop.fake.book("payment_intent")[0]["amount"] == 1245
    assert shop.wrong() == []


def test_more_than_the_shelf_holds_is_not_ordered(shop: Shop) -> None:
    shop.receive(1)
    shop.opened()

    with pytest.raises(OutOfStock, match="Nothing was kept"):
        shop.place()

    assert len(shop.fake.book("checkout.session")) == 1


def test_a_total_that_the_gateway_does_not_take_is_refused_before_anything_is_held(
    shop: Shop,
) -> None:
    shop.receive(1)
    with shop.database.transaction() as work:
        work.connection().exec_driver_sql("UPDATE shop_product SET price_pence = 29")

    with pytest.raises(Unreadable, match=r"Online payment starts at £0.30"):
        shop.place()

    assert shop.levels() == {"shelf:cambridge": (1, 0)}


# Pressing twice, opening twice


def test_the_same_press_twice_is_one_order_and_one_page(shop: Shop) -> None:
    shop.receive(5)

    first, second = shop.place(press="the-form"), shop.place(press="the-form")
    pages = [checkout.open_page(shop.desk, session) for _, session in (first, second)]

    assert first[0] == second[0]
    assert pages[0].reference == pages[1].reference
    assert shop.levels() == {"shelf:cambridge": (5, 1)}


def test_an_order_has_one_unfinished_session(shop: Shop) -> None:
    shop.receive(5)
    order, _ = shop.place()

    with pytest.raises(IntegrityError), shop.database.transaction() as work:
        payment_sessions.begin(
            work, order, "stripe", success_url=BACK, cancel_url=BACK, at=shop.clock()
        )


def test_a_lost_answer_leads_to_the_same_page(shop: Shop) -> None:
    shop.receive(1)
    _, session = shop.place()
    shop.fake.rule("drop", on="checkout.sessions.create", after=True, times=2)
    with pytest.raises(GatewayAway):
        checkout.open_page(shop.desk, session)

    page = checkout.open_page(shop.desk, session)

    assert [page.reference] == [each["id"] for each in shop.fake.book("checkout.session")]
    assert shop.levels() == {"shelf:cambridge": (1, 1)}


def test_a_customer_faster_than_the_answer_is_settled_by_it(shop: Shop) -> None:
    shop.receive(1)
    order, session = shop.place()
    shop.fake.rule("pay-first", on="checkout.sessions.create")
    checkout.open_page(shop.desk, session)

    page = checkout.open_page(shop.desk, Opening(order, session.session_id))

    assert page.state == PageState.PAID
    assert shop.state(order) == "paid"


def test_a_page_that_the_gateway_refuses_to_open_ends_its_order(shop: Shop) -> None:
    shop.receive(1)
    order, session = shop.place()
    shop.fake.pass_time(6 * 60)  # Stripe wants 30 minutes, and 29 are left

    with pytest.raises(Refusal, match="can't be paid any more"):
        checkout.open_page(shop.desk, session)

    assert shop.state(order) == "cancelled"
    assert shop.levels() == {"shelf:cambridge": (1, 0)}
    assert shop.wrong() == []


# Going back, and running out of time


def test_who_goes_back_frees_the_units_and_the_page_can_not_be_paid(shop: Shop) -> None:
    shop.receive(1)
    order, _ = shop.opened()

    checkout.give_up(shop.desk, order.id, by="customer")

    assert shop.state(order) == "cancelled"
    assert shop.levels() == {"shelf:cambridge": (1, 0)}
    assert shop.fake.book("checkout.session")[0]["status"] == "expired"
    with pytest.raises(Refusal, match="can't be paid any more"):
        checkout.open_page(shop.desk, Opening(order, 1))
    assert shop.wrong() == []


def test_the_way_back_from_a_page_names_its_order(shop: Shop) -> None:
    shop.receive(1)
    with shop.database.transaction() as work:
        draft = orders.new(
            work, "cambridge", {BALL: 1}, channel=Channel.WEB, currency="GBP",
            vat_registered=True, fulfilment=Fulfilment.COLLECT,
        )  # fmt: skip
        opening = checkout.begin(
            work, shop.desk, draft, press=orders.new_press(), success_url=BACK,
            cancel_url="https://clinic.example/back?order={ORDER}",
        )  # fmt: skip

    checkout.open_page(shop.desk, opening)

    (session,) = shop.fake.book("checkout.session")
    assert session["cancel_url"] == f"https://clinic.example/back?order={opening.order.number}"


def test_who_goes_back_after_paying_has_paid(shop: Shop) -> None:
    shop.receive(1)
    order, _ = shop.paid()

    checkout.give_up(shop.desk, order.id, by="customer")

    assert shop.state(order) == "paid"
    assert shop.wrong() == []


def test_going_back_from_a_page_that_was_never_heard_of_ends_it_too(shop: Shop) -> None:
    shop.receive(1)
    order, session = shop.place()
    shop.fake.rule("drop", on="checkout.sessions.create", after=True, times=2)
    with pytest.raises(GatewayAway):
        checkout.open_page(shop.desk, session)

    checkout.give_up(shop.desk, order.id, by="customer")

    assert [each["status"] for each in shop.fake.book("checkout.session")] == ["expired"]
    assert shop.state(order) == "cancelled"


def test_an_expired_page_lets_go_of_its_units_once(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.opened()
    shop.pass_time(36)

    assert [shop.settle(page) for _ in range(2)] == ["cancelled", "nothing"]

    assert shop.state(order) == "cancelled"
    assert shop.levels() == {"shelf:cambridge": (1, 0)}
    assert shop.wrong() == []


# Money that comes late, twice or wrong


def test_a_late_payment_is_a_sale_while_there_is_stock(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.paid()
    with shop.database.transaction() as work:  # as if somebody had ended it in a hurry
        online_orders.cancel(work, order, by="rae", at=shop.clock())

    assert shop.settle(page) == "settled"

    assert shop.state(order) == "paid"
    assert shop.wrong() == []


def test_a_late_payment_for_what_was_sold_meanwhile_is_owed_and_never_lost(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.paid()
    shop.pass_time(60)
    with shop.database.transaction() as work:
        sell(work, {BALL: 1}, at=shop.clock())

    assert shop.settle(page) == "owed"

    assert shop.state(order) == "owed"
    assert shop.levels() == {"shelf:cambridge": (0, 0)}
    assert shop.cases() == [("owed", 850)]
    assert [number for (number,) in shop.rows("SELECT number FROM shop_receipt ORDER BY id")] == [
        "CAM-1",
        "CAM-2",
    ]
    assert shop.settle(page) == "nothing"
    assert shop.wrong() == []


def test_an_owed_order_keeps_nothing_of_its_other_lines(shop: Shop) -> None:
    shop.receive(1)
    shop.receive(1, SPIKY)
    order, page = shop.paid({BALL: 1, SPIKY: 1})
    shop.pass_time(60)
    with shop.database.transaction() as work:
        sell(work, {BALL: 1}, at=shop.clock())

    shop.settle(page)

    assert shop.state(order) == "owed"
    assert shop.levels(SPIKY) == {"shelf:cambridge": (1, 0)}
    assert shop.wrong() == []


def test_what_is_owed_is_put_aside_when_there_is_stock_again(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.paid()
    shop.pass_time(60)
    with shop.database.transaction() as work:
        sell(work, {BALL: 1}, at=shop.clock())
    shop.settle(page)
    with pytest.raises(OutOfStock), shop.database.transaction() as work:
        online_orders.supply(work, order, by="anna", at=shop.clock())

    shop.receive(1)
    with shop.database.transaction() as work:
        online_orders.supply(work, order, by="anna", at=shop.clock())

    assert shop.state(order) == "paid"
    assert shop.levels()["kept:cambridge"] == (1, 0)
    assert shop.cases() == []
    assert shop.wrong() == []


@pytest.mark.parametrize(
    "lie", [{"amount_total": 849}, {"amount_total": 851}, {"currency": "eur"}, {"livemode": True},
            {"mode": "setup"}, {"metadata": {}}]
)  # fmt: skip
def test_money_that_is_not_the_orders_settles_nothing_and_is_shown_to_a_person(
    shop: Shop, lie: dict[str, object]
) -> None:
    shop.receive(1)
    order, page = shop.paid()
    shop.fake.lie(page.reference, **lie)

    assert [shop.settle(page) for _ in range(2)] == ["wrong-amount", "nothing"]

    assert shop.state(order) == "cancelled"
    assert shop.rows("SELECT id FROM shop_payment") == []
    assert [kind for kind, _ in shop.cases()] == ["wrong-amount"]
    assert shop.levels() == {"shelf:cambridge": (1, 0)}
    assert shop.wrong() == []


def test_what_turns_out_to_be_right_after_all_is_settled(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.paid()
    shop.fake.lie(page.reference, amount_total=1)
    shop.settle(page)
    shop.fake.calm()

    assert shop.settle(page) == "settled"

    assert (shop.state(order), shop.cases()) == ("paid", [])
    assert shop.wrong() == []


def another_page(at: Shop, of: PlacedOrder, /, **changes: str) -> PageSeen:
    """A second page for one order, as after a backup was brought back in between."""
    with at.database.reading() as work:
        (session,) = payment_sessions.of_order(work, of.id)
        asked = payment_sessions.asking(session, of, identity.uid(work))
    return at.desk.gateway.open(replace(asked, key="another-key", **changes))  # type: ignore[arg-type]


def test_a_second_paid_page_for_the_same_order_is_money_to_give_back(shop: Shop) -> None:
    shop.receive(5)
    order, first = shop.opened()
    second = another_page(shop, order)
    for page in (first, second):
        shop.fake.act("pay", id=page.reference)
    shop.settle(first)

    assert [shop.settle(second) for _ in range(2)] == ["paid-twice", "nothing"]

    assert shop.cases() == [("paid-twice", 850)]
    assert shop.levels()["kept:cambridge"] == (1, 0)
    assert len(shop.rows("SELECT id FROM shop_payment")) == 1
    assert shop.wrong() == []


def test_the_second_page_may_be_heard_of_first(shop: Shop) -> None:
    shop.receive(5)
    order, first = shop.opened()
    second = another_page(shop, order)
    shop.fake.act("pay", id=second.reference)

    assert shop.settle(second) == "settled"
    checkout.give_up(shop.desk, order.id, by="customer")

    assert shop.state(order) == "paid"
    assert shop.settle(first) == "nothing"
    assert shop.wrong() == []


def test_a_page_that_claims_another_order_than_its_own_settles_neither(shop: Shop) -> None:
    shop.receive(5)
    cheap, _ = shop.opened()
    dear, page = shop.paid()
    metadata = shop.fake.book("checkout.session")[0]["metadata"]
    shop.fake.lie(page.reference, metadata=metadata)

    assert shop.settle(page) == "wrong-amount"

    assert (shop.state(cheap), shop.state(dear)) == ("placed", "cancelled")
    assert shop.cases() == [("wrong-amount", 850)]


def test_another_shops_payment_is_none_of_our_business(shop: Shop) -> None:
    shop.receive(1)
    order, _ = shop.opened()
    page = another_page(shop, order, shop="another")
    shop.fake.act("pay", id=page.reference)

    assert shop.settle(page) == "foreign"
    assert shop.state(order) == "placed"
    assert shop.cases() == []


def test_a_payment_for_an_order_that_our_records_lost_is_shown_to_a_person_once(
    shop: Shop,
) -> None:
    shop.receive(1)
    order, _ = shop.opened()
    page = another_page(shop, order, order="f" * 32)
    assert shop.settle(page) == "nothing"  # it is not paid yet
    shop.fake.act("pay", id=page.reference)

    assert [shop.settle(page) for _ in range(2)] == ["unknown-order"] * 2

    assert shop.cases() == [("unknown-order", 850)]
    with shop.database.transaction() as work:
        case = work.scalars(select(Case)).one()
        attention.settle(work, attention.Kind(case.kind), case.reference, by="m", at=shop.clock())
    assert shop.settle(page) == "nothing"


def test_no_call_to_stripe_is_made_with_a_transaction_open(shop: Shop) -> None:
    shop.receive(1)
    _, session = shop.place()

    with shop.database.transaction(), pytest.raises(AssertionError, match="transaction is open"):
        checkout.open_page(shop.desk, session)


# What becomes of it


def step(shop: Shop, verb: object, order: object) -> None:
    with shop.database.transaction() as work:
        verb(work, order, by="rae", at=shop.clock())  # type: ignore[operator]


def test_a_collected_order_leaves_the_clinic(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.paid()
    shop.settle(page)

    step(shop, online_orders.pack, order)
    step(shop, online_orders.hand_over, order)

    assert shop.state(order) == "collected"
    assert shop.levels() == {"shelf:cambridge": (0, 0), "kept:cambridge": (0, 0)}
    assert shop.rows("SELECT state FROM shop_order_step ORDER BY id") == [
        ("paid",),
        ("ready",),
        ("collected",),
    ]
    assert shop.wrong() == []


def test_what_nobody_comes_for_goes_back_on_the_shelf_and_its_money_is_a_case(
    shop: Shop,
) -> None:
    shop.receive(1)
    order, page = shop.paid()
    shop.settle(page)
    step(shop, online_orders.pack, order)

    step(shop, online_orders.nobody_came, order)

    assert shop.state(order) == "uncollected"
    assert shop.levels()["shelf:cambridge"] == (1, 0)
    assert shop.cases() == [("uncollected", 850)]
    assert shop.wrong() == []


def test_a_posted_order_is_not_packed_for_collection(shop: Shop) -> None:
    shop.receive(1)
    order, session = shop.place(fulfilment=Fulfilment.POST)
    page = checkout.open_page(shop.desk, session)
    shop.fake.act("pay", id=page.reference)
    shop.settle(page)

    with pytest.raises(Refusal, match="goes by post"):
        step(shop, online_orders.pack, order)
    step(shop, online_orders.hand_over, order)

    assert shop.state(order) == "posted"
    assert shop.wrong() == []


@pytest.mark.parametrize("verb", ["supply", "pack", "hand_over", "nobody_came"])
def test_a_step_that_leads_nowhere_from_here_is_refused(shop: Shop, verb: str) -> None:
    shop.receive(1)
    order, _ = shop.opened()

    with pytest.raises(Refusal, match=f"Order {order.number} is placed"):
        step(shop, getattr(online_orders, verb), order)

    assert shop.levels() == {"shelf:cambridge": (1, 1)}


def test_an_order_at_the_desk_is_sold_as_before(shop: Shop) -> None:
    shop.receive(1)
    with shop.database.transaction() as work:
        sell(work, {BALL: 1})
        assert stock.free(work, [BALL], at=shop.clock())[BALL]["cambridge"] == 0

    assert shop.rows("SELECT state, uid FROM shop_order") == [("settled", None)]
    assert shop.rows("SELECT id FROM shop_order_step") == []
    assert shop.wrong() == []


def test_a_case_is_settled_by_a_person_once(shop: Shop) -> None:
    with shop.database.transaction() as work:
        terms = {"order_id": None, "amount_pence": 5, "at": shop.clock()}
        attention.raise_(work, attention.Kind.DISPUTED, "dp_1", **terms)
        again = attention.raise_(work, attention.Kind.DISPUTED, "dp_1", **terms)
        settled = [
            attention.settle(work, attention.Kind.DISPUTED, "dp_1", by="rae", at=shop.clock())
            for _ in range(2)
        ]

    assert (again, settled) == (False, [True, False])
    assert shop.cases() == []


def test_the_press_of_an_order_finds_it(shop: Shop) -> None:
    shop.receive(1)
    order, _ = shop.place(press="the-form")

    with shop.database.reading() as work:
        assert orders.pressed(work, "the-form").number == order.number  # type: ignore[union-attr]
