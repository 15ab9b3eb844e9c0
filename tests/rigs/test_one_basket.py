"""A scan while its basket is sold, parked or taken up: nothing that was scanned is lost."""

import pytest
from sqlalchemy.orm import Session

from shop import agreed, baskets, parked
from shop.db import Database
from shop.discounts import Discount
from tests.rigs.test_locks import at_once
from tests.shop.conftest import BALL, NOON, SPIKY, database, small_shop

__all__ = ["database", "small_shop"]
DESK, OTHER, HERE = "a device", "another device", "cambridge"
BENT = Discount(percent=10, reason="Box is dented", by="anna")


def scan(work: Session) -> None:
    baskets.add(work, DESK, BALL, 1, at=NOON)


def inside(database: Database) -> dict[str, int]:
    with database.reading() as work:
        return baskets.contents(work, DESK)


def test_what_is_scanned_while_a_basket_is_sold_is_in_the_next_one(database: Database) -> None:
    with database.transaction() as work:
        scan(work)

    told = at_once(database, lambda work: baskets.take(work, DESK), scan)

    assert told == ["done"]
    assert inside(database) == {BALL: 1}


def test_what_was_just_scanned_is_sold_with_the_rest(database: Database) -> None:
    with database.transaction() as work:
        scan(work)
    sold: dict[str, int] = {}

    at_once(database, scan, lambda work: sold.update(baskets.take(work, DESK)))

    assert sold == {BALL: 2}
    assert inside(database) == {}


def test_what_is_scanned_while_a_sale_is_taken_up_stays(database: Database) -> None:
    with database.transaction() as work:
        baskets.add(work, OTHER, SPIKY, 1, at=NOON)
        parked.park(work, OTHER, HERE, by="anna", at=NOON)
        (waiting,) = parked.waiting(work, HERE, at=NOON)
        scan(work)
        baskets.set_units(work, DESK, BALL, 0, at=NOON)

    told = at_once(
        database,
        scan,
        lambda work: parked.resume(work, DESK, waiting.basket_id, HERE, at=NOON),
    )

    assert told == ["refused"]
    assert inside(database) == {BALL: 1}
    with database.reading() as work:
        assert len(parked.waiting(work, HERE, at=NOON)) == 1


@pytest.mark.parametrize("off", [None, BENT])
def test_a_basket_is_parked_once(database: Database, off: Discount | None) -> None:
    with database.transaction() as work:
        scan(work)
        if off:
            agreed.agree(work, DESK, off)

    told = at_once(database, lambda work: parked.park(work, DESK, HERE, by="anna", at=NOON))

    assert told == ["refused"]
    with database.reading() as work:
        assert len(parked.waiting(work, HERE, at=NOON)) == 1
