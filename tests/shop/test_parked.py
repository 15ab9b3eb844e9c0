"""Parked sales: they wait at their clinic, keep no stock, and are taken up once."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shop import agreed, baskets, parked
from shop.basket_contents import Basket
from shop.db import Database
from shop.discounts import Discount
from shop.errors import NotFound, Refusal
from tests.shop.conftest import BALL, NOON, SPIKY, left, received

MINE, YOURS = "my device", "your device"


def park(work: Session, *, device: str = MINE, site: str = "cambridge") -> int:
    baskets.add(work, device, BALL, 2, at=NOON)
    parked.park(work, device, site, by="rae", at=NOON)
    return parked.waiting(work, site, at=NOON)[-1].basket_id


def test_a_parked_sale_is_taken_up_on_another_device(work: Session) -> None:
    which = park(work)
    assert baskets.contents(work, MINE) == {}
    assert [(each.by, each.units) for each in parked.waiting(work, "cambridge", at=NOON)] == [
        ("rae", 2)
    ]

    parked.resume(work, YOURS, which, "cambridge", at=NOON)

    assert baskets.contents(work, YOURS) == {BALL: 2}
    assert parked.waiting(work, "cambridge", at=NOON) == []


def test_a_parked_sale_keeps_no_stock(work: Session) -> None:
    received(work, 2)
    park(work)

    assert left(work) == 2


def test_two_who_take_it_up_get_it_once(database: Database) -> None:
    with database.transaction() as work:
        which = park(work)
    with database.transaction() as work:
        parked.resume(work, MINE, which, "cambridge", at=NOON)

    with (
        pytest.raises(NotFound, match="Somebody may have taken it up"),
        database.transaction() as work,
    ):
        parked.resume(work, YOURS, which, "cambridge", at=NOON)

    with database.reading() as work:
        assert baskets.contents(work, MINE) == {BALL: 2}


def test_a_basket_in_use_is_not_lost_to_a_parked_one(work: Session) -> None:
    which = park(work)
    baskets.add(work, YOURS, SPIKY, 1, at=NOON)

    with pytest.raises(Refusal, match="Finish or park"):
        parked.resume(work, YOURS, which, "cambridge", at=NOON)

    assert baskets.contents(work, YOURS) == {SPIKY: 1}


def test_it_waits_at_its_own_clinic_for_half_a_day(work: Session) -> None:
    which = park(work)
    late = NOON + parked.KEPT + timedelta(seconds=1)

    assert parked.waiting(work, "ely", at=NOON) == []
    assert parked.waiting(work, "cambridge", at=late) == []
    for site, at in (("ely", NOON), ("cambridge", late)):
        with pytest.raises(NotFound):
            parked.resume(work, YOURS, which, site, at=at)


def test_an_empty_basket_and_too_many_are_not_parked(work: Session) -> None:
    with pytest.raises(Refusal, match="nothing in the basket"):
        parked.park(work, MINE, "cambridge", by="rae", at=NOON)
    for _ in range(parked.MOST_PARKED):
        park(work)
    with pytest.raises(Refusal, match="are parked here"):
        park(work)


AGREED = Discount(pence=200, reason="Box is dented", by="Morgan", least_pence=1700)


def test_what_was_agreed_to_take_off_waits_with_its_basket_and_comes_back_once(
    database: Database,
) -> None:
    with database.transaction() as work:
        baskets.add(work, MINE, BALL, 2, at=NOON)
        agreed.agree(work, MINE, AGREED)
        parked.park(work, MINE, "cambridge", by="rae", at=NOON)
        which = parked.waiting(work, "cambridge", at=NOON)[-1].basket_id
    with database.transaction() as work:
        assert parked.resume(work, YOURS, which, "cambridge", at=NOON) == AGREED

    with database.transaction() as work:
        parked.park(work, YOURS, "cambridge", by="rae", at=NOON)
        assert parked.resume(work, MINE, which, "cambridge", at=NOON) is None


def test_a_discount_is_forgotten_with_its_basket(database: Database) -> None:
    with database.transaction() as work:
        baskets.add(work, MINE, BALL, 2, at=NOON)
        agreed.agree(work, MINE, AGREED)
        parked.park(work, MINE, "cambridge", by="rae", at=NOON)
        work.execute(delete(Basket))
    with database.reading() as work:
        assert work.scalars(select(parked.ParkedDiscount.basket_id)).all() == []
