"""Reconcile: whatever was lost between Stripe and us is found, once, however often it is run."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from shop import checkout, online_orders, reconcile, refund_desk, tick
from shop.gateways import GatewayAway
from shop.reconcile import Found
from tests.shop.conftest import BALL
from tests.shop.online.conftest import LONDON, Shop
from tests.shop.online.test_checkout import another_page
from tests.shop.online.test_refunds import all_of, decide, payment_of, refunds_, sold


def run(shop: Shop) -> Found:
    return reconcile.run(shop.desk, shop.clock() - timedelta(days=30))


def mended(shop: Shop) -> dict[str, int]:
    """What it mends, after which a second run finds nothing."""
    found, again = run(shop), run(shop)
    assert (found.unknown, again.unknown, again.mended) == ([], [], {})
    return dict(found.mended)


def lost_payment(shop: Shop) -> dict[str, int]:
    """Paid, and neither the event nor the customer came back."""
    shop.receive(1)
    shop.paid()
    return {"order settled": 1}


def lost_answer(shop: Shop) -> dict[str, int]:
    """The page was opened and paid, and its name never reached us."""
    shop.receive(1)
    _, session = shop.place()
    shop.fake.rule("drop", on="checkout.sessions.create", after=True, times=2)
    with pytest.raises(GatewayAway):
        checkout.open_page(shop.desk, session)
    (page,) = shop.fake.book("checkout.session")
    shop.fake.act("pay", id=page["id"])
    return {"order settled": 1}


def lost_expiry(shop: Shop) -> dict[str, int]:
    shop.receive(1)
    shop.opened()
    shop.pass_time(36)
    return {"order cancelled": 1}


def never_opened(shop: Shop) -> dict[str, int]:
    """We died between saving the order and asking for its page."""
    shop.receive(1)
    shop.place()
    shop.pass_time(3)
    return {"order cancelled": 1}


def never_opened_and_old(shop: Shop) -> dict[str, int]:
    shop.receive(1)
    shop.place()
    shop.pass_time(60)
    return {"order cancelled": 1}


def lost_refund(shop: Shop) -> dict[str, int]:
    order = sold(shop, {BALL: 1})
    shop.fake.act("refund", asked={"payment_intent": payment_of(shop, order), "amount": 5})
    return {"refund learnt": 1}


def lost_refund_before_its_payment(shop: Shop) -> dict[str, int]:
    shop.receive(1)
    _, page = shop.paid()
    payment = shop.desk.gateway.look(page.reference).payment
    shop.fake.act("refund", asked={"payment_intent": payment})
    return {"order settled": 1, "refund learnt": 1}


def unanswered_refund(shop: Shop) -> dict[str, int]:
    """Made at Stripe, and the answer was lost."""
    order = sold(shop, {BALL: 1})
    refund = decide(shop, order, all_of(shop, order))
    shop.fake.rule("drop", on="refunds.create", after=True, times=2)
    with pytest.raises(GatewayAway):
        refund_desk.send(shop.desk, refund, by="morgan")
    return {"refund succeeded": 1}


def unasked_refund(shop: Shop) -> dict[str, int]:
    """We died after deciding on it."""
    order = sold(shop, {BALL: 1})
    decide(shop, order, all_of(shop, order))
    return {"refund succeeded": 1}


def lost_failure(shop: Shop) -> dict[str, int]:
    order = sold(shop, {BALL: 1})
    refund_desk.send(shop.desk, decide(shop, order, all_of(shop, order)), by="morgan")
    shop.fake.act("refund-is", id=shop.fake.book("refund")[0]["id"], status="failed")
    return {"refund learnt": 1}


def lost_dispute(shop: Shop) -> dict[str, int]:
    order = sold(shop, {BALL: 1})
    shop.fake.act("dispute", id=payment_of(shop, order))
    return {"refund learnt": 1}


def second_page(shop: Shop) -> dict[str, int]:
    shop.receive(2)
    order, first = shop.opened()
    second = another_page(shop, order)
    for page in (first, second):
        shop.fake.act("pay", id=page.reference)
    shop.settle(first)
    return {"order paid-twice": 1}


LOSSES = [
    lost_payment, lost_answer, lost_expiry, never_opened, never_opened_and_old, lost_refund,
    lost_refund_before_its_payment, unanswered_refund, unasked_refund, lost_failure,
    lost_dispute, second_page,
]  # fmt: skip


@pytest.mark.parametrize("lose", LOSSES)
def test_every_kind_of_loss_is_made_good(
    shop: Shop, lose: Callable[[Shop], dict[str, int]]
) -> None:
    expected = lose(shop)

    assert mended(shop) == expected
    assert shop.wrong() == []


def test_books_that_agree_have_nothing_to_mend(shop: Shop) -> None:
    order = sold(shop, {BALL: 1})
    refund_desk.send(shop.desk, decide(shop, order, all_of(shop, order)), by="morgan")
    shop.receive(1)
    shop.opened()

    assert run(shop).clean


def test_an_order_that_a_brought_back_database_has_not_is_shown_until_somebody_saw_to_it(
    shop: Shop,
) -> None:
    shop.receive(1)
    order, _ = shop.opened()
    page = another_page(shop, order, order="f" * 32)
    shop.fake.act("pay", id=page.reference)

    assert [len(run(shop).unknown) for _ in range(2)] == [1, 1]
    with shop.database.transaction() as work:
        work.execute(text("UPDATE shop_attention SET settled_at = raised_at, settled_by = 'm'"))

    assert run(shop).unknown == []
    assert shop.wrong() == []


def test_a_payment_that_is_another_one_there_is_shown(shop: Shop) -> None:
    sold(shop, {BALL: 1})
    shop.fake.lie(shop.fake.book("checkout.session")[0]["id"], amount_total=849)

    (sentence,) = run(shop).unknown

    assert "is 850 pence here, and 849 there" in sentence


def test_a_stripe_that_is_away_is_counted_and_nothing_is_concluded(shop: Shop) -> None:
    shop.receive(1)
    order, _ = shop.paid()
    shop.fake.rule("status", status=500, times=99)

    found = run(shop)

    assert found.away > 0
    assert shop.state(order) == "placed"
    assert shop.levels() == {"shelf:cambridge": (1, 1)}


def test_one_that_can_not_be_mended_leaves_the_others_alone(shop: Shop) -> None:
    shop.receive(2)
    shop.paid()
    order = sold(shop, {BALL: 1})
    refund = decide(shop, order, all_of(shop, order))
    with shop.database.transaction() as work:
        work.execute(text(f"UPDATE shop_refund SET gateway = 'demo' WHERE id = {refund}"))

    found = run(shop)

    assert found.mended == {"order settled": 1}
    assert found.unknown == ["That was paid with demo, which is not set up here."]


# Tick, which ends what is over


def ticked(shop: Shop) -> str:
    jobs = tick.run(shop.database, LONDON, shop.clock, shop.desk.gateway)
    (payments,) = [each for each in jobs if each.job == "payments"]
    assert all(each.ok for each in jobs)
    return payments.said


def test_tick_ends_a_page_that_is_over_and_frees_its_units(shop: Shop) -> None:
    shop.receive(1)
    order, _ = shop.opened()
    assert ticked(shop) == "nothing was due"
    shop.pass_time(36)

    assert [ticked(shop) for _ in range(2)] == ["1 order cancelled", "nothing was due"]

    assert shop.state(order) == "cancelled"
    assert shop.levels() == {"shelf:cambridge": (1, 0)}
    assert shop.wrong() == []


def test_tick_settles_what_was_paid_in_the_last_minute(shop: Shop) -> None:
    shop.receive(1)
    order, _ = shop.paid()
    shop.pass_time(60)

    assert ticked(shop) == "1 order settled"

    assert shop.state(order) == "paid"
    assert shop.wrong() == []


def test_when_stripe_is_away_the_hold_ends_by_itself_and_the_order_later(shop: Shop) -> None:
    shop.receive(1)
    order, _ = shop.opened()
    shop.pass_time(60)
    shop.fake.rule("status", status=500, times=9)

    assert "was away" in ticked(shop)

    assert shop.levels() == {"shelf:cambridge": (1, 0)}
    assert shop.state(order) == "placed"
    shop.fake.calm()
    assert ticked(shop) == "1 order cancelled"
    assert shop.wrong() == []


def test_a_shop_without_online_payment_has_nothing_to_end(shop: Shop) -> None:
    (first, *_) = tick.run(shop.database, LONDON, shop.clock)

    assert (first.job, first.said) == ("payments", "nobody pays online here")


def test_what_was_cancelled_by_the_clock_and_paid_all_the_same_is_found(shop: Shop) -> None:
    shop.receive(1)
    order, _ = shop.paid()
    with shop.database.transaction() as work:
        online_orders.cancel(work, order, by="rae", at=shop.clock())

    assert mended(shop) == {"order settled": 1}
    assert refunds_(shop) == []
