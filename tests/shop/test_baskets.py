"""A basket waits on its own device, and never holds what no order could be."""

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import baskets
from shop.baskets import MOST_LINES, MOST_UNITS_A_LINE
from shop.errors import NotFound, Unreadable
from shop.products import Product
from tests.shop.conftest import BALL, NOON, ROLLER, SPIKY, left, received
from tests.shop.unsaved import shared, unsaved  # noqa: F401 - the `work` of these tests

DESK, TABLET = "the desk's token", "the tablet's token"


def put(work: Session, sku: str = BALL, units: int = 1, *, device: str = DESK) -> int:
    return baskets.add(work, device, sku, units, at=NOON)


def test_a_device_that_has_put_nothing_in_has_an_empty_basket(work: Session) -> None:
    assert baskets.contents(work, DESK) == {}


def test_scanning_the_same_ball_again_makes_it_two(work: Session) -> None:
    assert put(work) == 1
    assert put(work) == 2

    assert baskets.contents(work, DESK) == {BALL: 2}


def test_a_basket_is_seen_on_its_own_device_and_on_no_other(work: Session) -> None:
    put(work)
    put(work, SPIKY, device=TABLET)

    assert baskets.contents(work, DESK) == {BALL: 1}
    assert baskets.contents(work, TABLET) == {SPIKY: 1}


def test_the_devices_token_is_not_in_the_database(work: Session) -> None:
    put(work)

    assert DESK not in str(work.execute(text("SELECT * FROM shop_basket")).all())


def test_two_new_devices_are_never_the_same() -> None:
    assert baskets.new_device() != baskets.new_device()


def test_a_basket_holds_nothing_back_from_the_shelf(work: Session) -> None:
    received(work, 2)

    put(work, units=2)

    assert left(work) == 2


def test_contents_stay_in_the_order_in_which_they_were_first_scanned(work: Session) -> None:
    for minutes, sku in enumerate((SPIKY, ROLLER, BALL, SPIKY)):
        baskets.add(work, DESK, sku, 1, at=NOON.replace(minute=minutes))

    assert [*baskets.contents(work, DESK).items()] == [(SPIKY, 2), (ROLLER, 1), (BALL, 1)]


def test_a_number_that_was_typed_replaces_what_was_there(work: Session) -> None:
    put(work, units=5)

    baskets.set_units(work, DESK, BALL, 2, at=NOON)

    assert baskets.contents(work, DESK) == {BALL: 2}


def test_none_takes_a_product_out_and_leaves_the_others(work: Session) -> None:
    put(work)
    put(work, SPIKY)

    baskets.set_units(work, DESK, BALL, 0, at=NOON)
    baskets.set_units(work, DESK, ROLLER, 0, at=NOON)  # was never in

    assert baskets.contents(work, DESK) == {SPIKY: 1}


@pytest.mark.parametrize("units", [-1, MOST_UNITS_A_LINE + 1, 10**12])
def test_a_senseless_number_of_units_is_refused_and_changes_nothing(
    work: Session, units: int
) -> None:
    put(work, units=3)

    with pytest.raises(Unreadable, match="1 to 99"):
        baskets.set_units(work, DESK, BALL, units, at=NOON)

    assert baskets.contents(work, DESK) == {BALL: 3}


def test_scanning_past_the_most_units_of_a_line_is_refused(work: Session) -> None:
    put(work, units=MOST_UNITS_A_LINE)

    with pytest.raises(Unreadable):
        put(work)


def test_a_basket_takes_as_many_products_as_an_order_and_no_more(work: Session) -> None:
    skus = [f"EXTRA-{n}" for n in range(MOST_LINES + 1)]
    work.execute(
        insert(Product),
        [{"sku": s, "slug": s, "name": s, "price_pence": 100, "kind": "ball"} for s in skus],
    )
    for sku in skus[:-1]:
        put(work, sku)

    with pytest.raises(Unreadable, match=f"at most {MOST_LINES} different"):
        put(work, skus[-1])
    assert put(work, skus[0]) == 2  # more of what is in is still fine
    assert len(baskets.contents(work, DESK)) == MOST_LINES


def test_what_we_never_sold_cannot_be_in_a_basket(work: Session) -> None:
    with pytest.raises(NotFound):
        put(work, "NO-SUCH")
    with pytest.raises(IntegrityError):
        baskets.set_units(work, DESK, "NO-SUCH", 1, at=NOON)


def test_a_basket_that_is_taken_is_gone_with_its_lines_and_another_device_keeps_its_own(
    work: Session,
) -> None:
    put(work)
    put(work, device=TABLET)

    taken = baskets.take(work, DESK)

    assert taken == {BALL: 1}
    assert baskets.contents(work, DESK) == {}
    assert baskets.contents(work, TABLET) == {BALL: 1}
    assert work.execute(text("SELECT COUNT(*) FROM shop_basket_line")).scalar() == 1


def test_a_basket_can_be_filled_again_after_it_was_taken(work: Session) -> None:
    put(work)
    baskets.take(work, DESK)

    assert put(work, SPIKY) == 1
