"""Unpacking: scan after scan, left and taken up again, and received once."""

import pytest
from sqlalchemy.orm import Session

from shop import deliveries, purchases, suppliers, unpackings
from shop.deliveries import MoreThanOrdered
from shop.errors import NotFound, Refusal, Unreadable
from shop.purchases import PurchaseState, Wanted
from tests.shop.conftest import BALL, NOON, SPIKY, left

WHO = {"by": "anna", "at": NOON}


@pytest.fixture
def box(work: Session) -> int:
    return unpackings.begin(work, "cambridge", **WHO).id


@pytest.fixture
def ordered(work: Session) -> int:
    """A purchase order for five balls that has been sent."""
    supplier = suppliers.add(work, "Acme")
    number = purchases.draft(work, supplier.id, "cambridge", [Wanted(BALL, 5, 300)], **WHO).number
    purchases.order(work, number, **WHO)
    return number


def scan(work: Session, box: int, sku: str, units: int = 1) -> int:
    return unpackings.scan(work, box, sku, units, at=NOON)


def test_scans_add_up_and_nothing_is_on_the_shelf_until_it_is_finished(
    work: Session, box: int
) -> None:
    assert [scan(work, box, BALL) for _ in range(3)] == [1, 2, 3]
    scan(work, box, SPIKY, 2)
    assert left(work) == 0

    delivery = unpackings.finish(work, box, {BALL: 250}, **WHO)

    assert (left(work), left(work, SPIKY)) == (3, 2)
    costs = {line.sku: line.unit_cost_pence for line in deliveries.lines_of(work, delivery.number)}
    assert costs == {BALL: 250, SPIKY: None}
    assert unpackings.get(work, box).delivery_number == delivery.number


def test_one_fewer_down_to_none_takes_a_line_out(work: Session, box: int) -> None:
    scan(work, box, BALL)
    scan(work, box, BALL, -1)

    assert unpackings.lines_of(work, box) == []
    with pytest.raises(Unreadable):
        scan(work, box, BALL, -1)


def test_a_box_is_received_once(work: Session, box: int) -> None:
    scan(work, box, BALL)
    unpackings.finish(work, box, {}, **WHO)

    for again in (
        lambda: unpackings.finish(work, box, {}, **WHO),
        lambda: unpackings.cancel(work, box, **WHO),
        lambda: scan(work, box, BALL),
    ):
        with pytest.raises(Refusal, match="was received as delivery 1 by anna"):
            again()

    assert left(work) == 1


def test_a_box_of_an_order_closes_it_and_asks_before_it_takes_more(
    work: Session, ordered: int
) -> None:
    box = unpackings.begin(work, "cambridge", ordered, **WHO).id
    scan(work, box, BALL, 6)

    with pytest.raises(MoreThanOrdered, match="still expects 5 Soft ball, and you have 6"):
        unpackings.finish(work, box, {}, **WHO)
    delivery = unpackings.finish(work, box, {}, more_is_right=True, **WHO)

    assert left(work) == 6
    assert purchases.get(work, ordered).state == PurchaseState.CLOSED
    assert deliveries.lines_of(work, delivery.number)[0].unit_cost_pence == 300


def test_a_second_box_of_an_order_that_the_first_one_closed_is_asked_about_and_received(
    work: Session, ordered: int
) -> None:
    first, second = (unpackings.begin(work, "cambridge", ordered, **WHO).id for _ in range(2))
    scan(work, first, BALL, 5)
    scan(work, second, BALL, 1)
    unpackings.finish(work, first, {}, **WHO)
    assert purchases.get(work, ordered).state == PurchaseState.CLOSED

    with pytest.raises(MoreThanOrdered, match="closed and expects no more Soft ball, and you have"):
        unpackings.finish(work, second, {}, **WHO)
    unpackings.finish(work, second, {}, more_is_right=True, **WHO)

    assert left(work) == 6
    (line,) = purchases.lines_of(work, ordered)
    assert (line.units, line.received) == (5, 6)
    with pytest.raises(Refusal, match="is closed"):
        unpackings.begin(work, "cambridge", ordered, **WHO)


def test_a_box_is_unpacked_where_its_order_goes(work: Session, ordered: int) -> None:
    with pytest.raises(Refusal, match="goes to Cambridge"):
        unpackings.begin(work, "ely", ordered, **WHO)


def test_what_is_thrown_away_reaches_no_shelf(work: Session, box: int) -> None:
    scan(work, box, BALL)

    unpackings.cancel(work, box, **WHO)

    assert left(work) == 0
    assert unpackings.open_at(work, "cambridge") == []


def test_an_empty_box_and_one_that_is_not_there_are_refused(work: Session, box: int) -> None:
    with pytest.raises(Unreadable, match="Nothing has been scanned"):
        unpackings.finish(work, box, {}, **WHO)
    with pytest.raises(NotFound):
        unpackings.get(work, box + 1)
    with pytest.raises(NotFound):
        scan(work, box, "NO-SUCH")


@pytest.mark.parametrize("units", [10_000, 99_999])
def test_more_than_any_box_holds_is_refused(work: Session, box: int, units: int) -> None:
    with pytest.raises(Unreadable, match="Receive 1 to 9999"):
        scan(work, box, BALL, units)
