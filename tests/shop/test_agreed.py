"""What was agreed to take off a basket stays with that basket, and goes with what was in it."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shop import agreed, baskets, parked
from shop.basket_contents import Basket
from shop.discounts import Discount
from shop.errors import Unreadable
from tests.shop.conftest import BALL, NOON

MINE, YOURS = "my device", "your device"
DENTED = Discount(percent=10, reason="Box is dented", by="Rae")
SUMMER = Discount(pence=200, voucher="SUMMER10", least_pence=1700)


def test_the_last_one_agreed_on_holds_and_is_taken_once(work: Session) -> None:
    baskets.add(work, MINE, BALL, 2, at=NOON)
    for each in (DENTED, SUMMER):
        agreed.agree(work, MINE, each)

    assert agreed.of(work, MINE) == SUMMER
    assert agreed.of(work, YOURS) is None
    assert agreed.take(work, MINE) == SUMMER
    assert agreed.of(work, MINE) is agreed.take(work, MINE) is None


def test_nothing_is_agreed_for_who_has_nothing(work: Session) -> None:
    baskets.add(work, MINE, BALL, 2, at=NOON)
    baskets.take(work, MINE)

    for device in (MINE, YOURS):
        with pytest.raises(Unreadable, match="nothing in the basket"):
            agreed.agree(work, device, DENTED)


def test_it_goes_aside_with_its_basket_and_meets_no_other(work: Session) -> None:
    baskets.add(work, MINE, BALL, 2, at=NOON)
    agreed.agree(work, MINE, DENTED)
    parked.park(work, MINE, "cambridge", by="rae", at=NOON)
    baskets.add(work, MINE, BALL, 1, at=NOON)
    (aside,) = parked.waiting(work, "cambridge", at=NOON)

    assert agreed.of(work, MINE) is None
    assert parked.resume(work, YOURS, aside.basket_id, "cambridge", at=NOON) == DENTED


def test_it_is_forgotten_with_its_basket(work: Session) -> None:
    baskets.add(work, MINE, BALL, 2, at=NOON)
    agreed.agree(work, MINE, DENTED)
    work.execute(delete(Basket))

    assert work.scalars(select(parked.ParkedDiscount.basket_id)).all() == []
