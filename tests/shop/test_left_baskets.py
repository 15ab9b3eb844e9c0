"""A basket that nobody comes back to is forgotten after some days, and what is going on is not."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shop import baskets, left_baskets, orders, parked
from shop.basket_contents import Basket
from shop.db import Database
from shop.left_baskets import KEPT
from tests.shop.conftest import BALL, NOON, left, received
from tests.shop.selling import pay, place
from tests.shop.test_tick import run

MINE, YOURS = "my device", "your device"
LATER = NOON + KEPT + timedelta(minutes=1)


def fill(work: Session, device: str = MINE) -> None:
    baskets.add(work, device, BALL, 2, at=NOON)


def there(work: Session) -> int:
    return len(work.scalars(select(Basket.id)).all())


def test_it_is_forgotten_with_its_lines_once_it_was_left_for_seven_days(work: Session) -> None:
    fill(work)
    assert left_baskets.forget(work, at=NOON + KEPT) == 0

    assert left_baskets.forget(work, at=LATER) == 1

    assert there(work) == 0
    assert work.execute(text("SELECT * FROM shop_basket_line")).all() == []
    assert baskets.contents(work, MINE) == {}


@pytest.mark.parametrize("units", [1, 0, 3])
def test_whatever_is_changed_in_it_keeps_it(work: Session, units: int) -> None:
    fill(work)
    baskets.set_units(work, MINE, BALL, units, at=NOON + timedelta(days=6))

    assert left_baskets.forget(work, at=LATER) == 0
    assert left_baskets.forget(work, at=LATER + timedelta(days=6)) == 1


def test_one_whose_payment_may_still_be_made_stays(work: Session) -> None:
    received(work, 5)
    fill(work)
    fill(work, YOURS)
    placed, paid = place(work, {BALL: 2}), place(work, {BALL: 2})
    for device, order in ((MINE, placed), (YOURS, paid)):
        assert baskets.pays_for(work, device, order.id, before=None)
    pay(work, paid)

    assert left_baskets.forget(work, at=LATER) == 1

    assert work.scalars(select(Basket.order_id)).all() == [placed.id]
    assert orders.get(work, placed.id).state == "placed"


def test_a_parked_one_keeps_its_own_time(work: Session) -> None:
    fill(work)
    parked.park(work, MINE, "cambridge", by="rae", at=LATER)

    assert left_baskets.forget(work, at=LATER) == 0
    assert parked.forget(work, at=LATER + parked.KEPT - timedelta(minutes=1)) == 0
    assert parked.forget(work, at=LATER + parked.KEPT) == 1
    assert there(work) == 0


def test_the_clock_forgets_them_and_no_shelf_changes(database: Database) -> None:
    with database.transaction() as work:
        received(work, 5)
        fill(work)
        baskets.add(work, YOURS, BALL, 1, at=NOON)
        parked.park(work, YOURS, "cambridge", by="rae", at=NOON)

    assert run(database, LATER)["baskets"] == "2 forgotten"
    assert run(database, LATER)["baskets"] == "0 forgotten"

    with database.reading() as work:
        assert (there(work), left(work)) == (0, 5)
