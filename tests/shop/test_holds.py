"""Holds: what is kept for an order is sold to nobody else, until its time is over."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import checks, holds, orders, stock
from shop.db import Database
from shop.errors import OutOfStock, Unreadable
from shop.places import shelf
from tests.shop.conftest import BALL, NOON, SPIKY, left, received
from tests.shop.selling import pay, place, sell

SOON = NOON + timedelta(minutes=30)
LATER = NOON + timedelta(hours=2)
HERE = shelf("cambridge")


def held(work: Session, sku: str = BALL) -> int:
    return int(
        work.execute(
            text("SELECT SUM(held) FROM shop_stock_level WHERE sku = :sku"), {"sku": sku}
        ).scalar_one()
    )


def free(work: Session, *, at: object = NOON) -> int:
    return stock.free(work, [BALL], at=at)[BALL]["cambridge"]  # type: ignore[arg-type]


def clean(database: Database) -> bool:
    return all(check.ok for check in checks.verify(database))


def test_what_is_kept_is_on_the_shelf_but_not_free(work: Session) -> None:
    received(work, 3)

    place(work, {BALL: 2}, hold_until=SOON)

    assert (free(work), held(work)) == (1, 2)
    assert stock.overview(work, at=NOON)[BALL]["cambridge"].shelf == 3


def test_an_order_without_a_time_keeps_nothing(work: Session) -> None:
    received(work, 3)

    place(work, {BALL: 2})

    assert (free(work), held(work)) == (3, 0)


def test_the_till_does_not_sell_what_is_kept_for_somebody(work: Session) -> None:
    received(work, 2)
    place(work, {BALL: 2}, hold_until=SOON)

    with pytest.raises(OutOfStock, match="No Soft ball left"):
        sell(work, {BALL: 1})


def test_no_more_is_kept_than_there_is_and_then_nothing_at_all(database: Database) -> None:
    with database.transaction() as work:
        received(work, 2)
        received(work, 1, sku=SPIKY)

    with pytest.raises(OutOfStock, match="Nothing was kept"), database.transaction() as work:
        place(work, {BALL: 1, SPIKY: 2}, hold_until=SOON)

    with database.reading() as work:
        assert (free(work), held(work)) == (2, 0)
    assert clean(database)


def test_a_paid_order_takes_the_units_that_were_kept_for_it(database: Database) -> None:
    with database.transaction() as work:
        received(work, 2)
        order = place(work, {BALL: 2}, hold_until=SOON)
    with database.transaction() as work:
        pay(work, order)

    with database.reading() as work:
        assert (free(work), held(work), left(work)) == (0, 0, 0)
        assert work.execute(text("SELECT ending FROM shop_hold")).scalars().all() == ["settled"]
    assert clean(database)


def test_an_order_that_is_settled_twice_takes_its_units_once(database: Database) -> None:
    with database.transaction() as work:
        received(work, 3)
        order = place(work, {BALL: 1}, hold_until=SOON)
        pay(work, order)
    with database.transaction() as work:
        assert not orders.settle(work, order, by="rae", at=NOON)

    with database.reading() as work:
        assert free(work) == 2


def test_a_hold_past_its_time_counts_as_free_before_anybody_sweeps_it(work: Session) -> None:
    received(work, 2)
    place(work, {BALL: 2}, hold_until=SOON)

    assert (free(work), free(work, at=SOON), held(work)) == (0, 2, 2)
    assert stock.overview(work, at=SOON)[BALL]["cambridge"].held == 0


def test_the_till_sells_what_is_kept_past_its_time(database: Database) -> None:
    with database.transaction() as work:
        received(work, 2)
        place(work, {BALL: 2}, hold_until=SOON)
    with database.transaction() as work:
        sell(work, {BALL: 2}, at=SOON)

    with database.reading() as work:
        assert (held(work), free(work, at=SOON)) == (0, 0)
    assert clean(database)


def test_another_order_keeps_what_was_kept_past_its_time(work: Session) -> None:
    received(work, 2)
    place(work, {BALL: 2}, hold_until=SOON)

    place(work, {BALL: 1}, at=SOON, hold_until=LATER)

    assert (held(work), free(work, at=SOON)) == (1, 1)


def test_a_late_payment_takes_its_own_units_while_nobody_else_wants_them(work: Session) -> None:
    received(work, 1)
    order = place(work, {BALL: 1}, hold_until=SOON)

    pay(work, order, at=LATER)

    assert (held(work), free(work, at=LATER)) == (0, 0)


def test_a_late_payment_finds_the_shelf_as_it_is_when_its_hold_is_over(
    database: Database,
) -> None:
    with database.transaction() as work:
        received(work, 1)
        order = place(work, {BALL: 1}, hold_until=SOON)
    with database.transaction() as work:
        sell(work, {BALL: 1}, at=SOON)

    with pytest.raises(OutOfStock), database.transaction() as work:
        pay(work, order, at=LATER)

    assert clean(database)


def test_a_late_payment_is_sold_from_what_is_free_once_its_hold_was_swept(work: Session) -> None:
    received(work, 2)
    order = place(work, {BALL: 1}, hold_until=SOON)
    holds.expire(work, HERE, BALL, at=SOON)

    pay(work, order, at=LATER)

    assert (held(work), free(work)) == (0, 1)


def test_somebody_can_let_go_of_what_is_kept(database: Database) -> None:
    with database.transaction() as work:
        received(work, 3)
        order = place(work, {BALL: 2}, hold_until=SOON)
    with database.transaction() as work:
        assert holds.release(work, order.number, by="anna", at=NOON) == 2
    with database.transaction() as work:
        assert holds.release(work, order.number, by="anna", at=NOON) == 0

    with database.reading() as work:
        assert (free(work), held(work)) == (3, 0)
        acts = work.execute(text('SELECT act, subject, "by" FROM shop_audit')).all()
    assert [tuple(act) for act in acts] == [("hold.released", f"order {order.number}", "anna")]
    assert clean(database)


def test_letting_one_order_go_leaves_the_others_alone(database: Database) -> None:
    with database.transaction() as work:
        received(work, 5)
        first = place(work, {BALL: 2}, hold_until=SOON)
        second = place(work, {BALL: 1}, hold_until=SOON)
        third = place(work, {BALL: 1}, hold_until=SOON)
    with database.transaction() as work:
        holds.release(work, first.number, by="anna", at=NOON)
        pay(work, second)

    with database.reading() as work:
        assert (held(work), free(work)) == (1, 3)
        assert holds.kept_for(work, HERE, BALL, at=NOON) == [f"order {third.number}"]
    assert clean(database)


def test_sweeping_ends_what_is_over_and_leaves_the_rest(work: Session) -> None:
    received(work, 5)
    place(work, {BALL: 1}, hold_until=SOON)
    place(work, {BALL: 2}, hold_until=LATER)

    assert holds.overdue(work, at=NOON) == []
    assert holds.overdue(work, at=SOON) == [(HERE, BALL)]
    assert [holds.expire(work, HERE, BALL, at=SOON) for _ in range(2)] == [1, 0]

    assert (held(work), free(work, at=SOON)) == (2, 3)


def test_the_orders_that_a_product_is_kept_for_are_named(work: Session) -> None:
    received(work, 5)
    first = place(work, {BALL: 1}, hold_until=LATER)
    place(work, {BALL: 1}, hold_until=SOON)
    place(work, {BALL: 1})

    assert holds.kept_for(work, HERE, BALL, at=SOON) == [f"order {first.number}"]
    assert [h.units for h in holds.of_orders(work, [first.number], at=SOON)] == [1]


@pytest.mark.parametrize("units", [0, -1, holds.MOST_UNITS + 1])
def test_a_senseless_number_is_not_kept(work: Session, units: int) -> None:
    order = place(work, {BALL: 1})

    with pytest.raises(Unreadable, match=f"not {units}"):
        holds.make(work, HERE, {BALL: units}, order_number=order.number, until=SOON, at=NOON)


def test_nothing_is_kept_until_a_time_that_is_over(work: Session) -> None:
    received(work, 5)

    with pytest.raises(Unreadable, match="still to come"):
        place(work, {BALL: 1}, hold_until=NOON)


def test_the_database_itself_refuses_to_keep_one_product_twice_for_one_order(
    work: Session,
) -> None:
    received(work, 5)
    order = place(work, {BALL: 1}, hold_until=SOON)

    with pytest.raises(IntegrityError):
        holds.make(work, HERE, {BALL: 1}, order_number=order.number, until=SOON, at=NOON)
