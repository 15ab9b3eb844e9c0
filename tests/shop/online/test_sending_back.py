"""What has left is sent back: who says so in time is heard, however often something comes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from shop import attention, cancelling, checkout, online_orders, refund_desk
from shop.attention import Case, Kind
from shop.drafts import Fulfilment
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
        for case in work.scalars(select(Case).where(Case.settled_at.is_(None))).all():
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


CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 1, 4)}
EASTER = {date(2027, 3, 26), date(2027, 3, 29)}


def posted(shop: Shop, at: datetime) -> PlacedOrder:
    """An order that was paid, and handed to the post then."""
    shop.receive(1)
    order, opening = shop.place(fulfilment=Fulfilment.POST, postage_pence=395)
    page = checkout.open_page(shop.desk, opening)
    shop.fake.act("pay", id=page.reference)
    shop.settle(page)
    with shop.database.transaction() as work:
        online_orders.hand_over(work, order, by="rae", at=at)
    return order


def comes(day: date, working_days: int) -> date:
    """When a parcel comes that was posted on a day, and that goes on no bank holiday."""
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < 5 and day not in CHRISTMAS | EASTER
    return day


@pytest.mark.parametrize(
    ("day", "working_days"),
    [(date(2026, 12, 24), 3), (date(2026, 12, 24), 6), (date(2027, 3, 25), 3),
     (date(2027, 3, 25), 6), (date(2027, 6, 4), 6)],
)  # fmt: skip
def test_whose_parcel_came_late_has_all_of_the_14_days(
    shop: Shop, day: date, working_days: int
) -> None:
    order = posted(shop, datetime(day.year, day.month, day.day, 15, tzinfo=UTC))
    came = comes(day, working_days)

    with shop.database.transaction() as work:
        last = datetime(came.year, came.month, came.day, 20, tzinfo=UTC) + timedelta(days=14)
        cancelling.announce_return(work, order.id, zone=LONDON, at=last)

    assert shop.cases() == [("return-asked", 1245)]


def test_the_days_have_an_end_for_what_was_posted_too(shop: Shop) -> None:
    order = posted(shop, datetime(2026, 12, 24, 15, tzinfo=UTC))
    late = datetime(2027, 1, 22, 8, tzinfo=UTC)

    with shop.database.transaction() as work:
        assert cancelling.last_day(work, shop.order(order), LONDON) == date(2027, 1, 21)
        with pytest.raises(Refusal, match="The 14 days to cancel are over"):
            cancelling.announce_return(work, order.id, zone=LONDON, at=late)
