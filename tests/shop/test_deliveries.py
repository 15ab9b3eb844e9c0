"""Buying: an order adds nothing, a delivery may come in parts, and its cost is averaged."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shop import checks, costs, deliveries, products, purchases, stock, suppliers
from shop.costs import Value
from shop.db import Database
from shop.deliveries import Item, MoreThanOrdered
from shop.errors import NotFound, Refusal, Unreadable
from shop.places import Kind
from shop.purchases import PurchaseState, Wanted
from tests.shop.conftest import BALL, NOON, ROLLER, SPIKY, left, received
from tests.shop.selling import sell
from tests.shop.unsaved import shared, unsaved

__all__ = ["shared", "unsaved"]
BY = {"by": "anna", "at": NOON}
DEAR = costs.FINER


def draft(work: Session) -> int:
    supplier = suppliers.add(work, "Rollers & Co")
    wanted = [Wanted(BALL, 6, 300), Wanted(SPIKY, 4, 500)]
    return purchases.draft(work, supplier.id, "cambridge", wanted, **BY).number


def ordered(work: Session) -> int:
    number = draft(work)
    purchases.order(work, number, **BY)
    return number


def state(work: Session, number: int) -> str:
    return purchases.locked(work, number).state


def test_an_order_adds_nothing_to_a_shelf_and_is_on_order(work: Session) -> None:
    number = draft(work)
    assert purchases.on_order(work) == {}

    purchases.order(work, number, **BY)

    assert left(work) == 0
    assert purchases.on_order(work) == {("cambridge", BALL): 6, ("cambridge", SPIKY): 4}


def test_an_order_comes_in_parts_and_closes_when_nothing_is_missing(work: Session) -> None:
    number = ordered(work)

    deliveries.receive_for(work, number, [Item(BALL, 4)], **BY)
    assert (left(work), state(work, number)) == (4, PurchaseState.ORDERED)
    assert purchases.on_order(work)["cambridge", BALL] == 2

    deliveries.receive_for(work, number, [Item(BALL, 2), Item(SPIKY, 4)], **BY)
    assert (left(work), left(work, SPIKY), state(work, number)) == (6, 4, PurchaseState.CLOSED)
    assert purchases.on_order(work) == {}


def test_more_than_was_ordered_asks_first(database: Database) -> None:
    with database.transaction() as work:
        number = ordered(work)
        deliveries.receive_for(work, number, [Item(BALL, 4)], **BY)

    with pytest.raises(MoreThanOrdered) as asks, database.transaction() as work:
        deliveries.receive_for(work, number, [Item(BALL, 3)], **BY)

    assert str(asks.value) == (
        f"Purchase order {number} still expects 2 Soft ball, and you have 3. "
        "Count them again, or say that it is right."
    )
    with database.transaction() as work:
        assert left(work) == 4
        deliveries.receive_for(work, number, [Item(BALL, 3)], more_is_right=True, **BY)
    with database.reading() as work:
        assert left(work) == 7
    assert all(check.ok for check in checks.verify(database))


def test_a_product_that_was_not_ordered_asks_first_too(work: Session) -> None:
    number = ordered(work)

    with pytest.raises(MoreThanOrdered, match="still expects 0 Roller, and you have 1"):
        deliveries.receive_for(work, number, [Item(ROLLER, 1)], **BY)
    deliveries.receive_for(work, number, [Item(ROLLER, 1)], more_is_right=True, **BY)

    assert left(work, ROLLER) == 1


def test_a_box_without_any_order_is_received_too(work: Session) -> None:
    box = deliveries.receive(work, "ely", [Item(BALL, 3, 250), Item(SPIKY, 1)], note="gift", **BY)

    assert (left(work, site="ely"), left(work, SPIKY, "ely")) == (3, 1)
    assert [(line.sku, line.unit_cost_pence) for line in deliveries.lines_of(work, box.number)] == [
        (BALL, 250),
        (SPIKY, None),
    ]
    assert stock.history(work, BALL)[0].delivery_line_id is not None


def test_a_scanned_product_finds_the_orders_it_may_be_from(work: Session) -> None:
    number = ordered(work)

    assert [each.number for each in purchases.expected(work, "cambridge", BALL)] == [number]
    assert purchases.expected(work, "ely", BALL) == []
    deliveries.receive_for(work, number, [Item(BALL, 6)], **BY)
    assert purchases.expected(work, "cambridge", BALL) == []


def test_a_draft_is_changed_and_an_order_is_not(work: Session) -> None:
    number = draft(work)

    purchases.change(work, number, [Wanted(ROLLER, 1, 900)])
    assert [(line.sku, line.units) for line in purchases.lines_of(work, number)] == [(ROLLER, 1)]
    purchases.order(work, number, **BY)

    for again in (
        lambda: purchases.change(work, number, [Wanted(BALL, 1, 1)]),
        lambda: purchases.order(work, number, **BY),
    ):
        with pytest.raises(Refusal, match=f"Purchase order {number} is ordered"):
            again()


def test_more_is_added_to_a_draft_at_the_cost_that_is_there(work: Session) -> None:
    number = draft(work)

    assert purchases.add(work, number, Wanted(BALL, 2, 1)) == 8
    assert purchases.add(work, number, Wanted(ROLLER, 1, 900)) == 1

    lines = {
        line.sku: (line.units, line.unit_cost_pence) for line in purchases.lines_of(work, number)
    }
    assert lines == {BALL: (8, 300), SPIKY: (4, 500), ROLLER: (1, 900)}
    with pytest.raises(Unreadable):
        purchases.add(work, number, Wanted(BALL, purchases.MOST_UNITS, 300))
    purchases.order(work, number, **BY)
    with pytest.raises(Refusal, match="is ordered"):
        purchases.add(work, number, Wanted(BALL, 1, 300))


def test_what_another_supplier_charges_is_no_usual_cost(work: Session) -> None:
    ours, theirs = suppliers.add(work, "Rollers & Co"), suppliers.add(work, "Balls Ltd")
    suppliers.supplies(work, ours.id, BALL, unit_cost_pence=310)

    assert suppliers.usual_cost(work, ours.id, BALL) == 310
    assert suppliers.usual_cost(work, theirs.id, BALL) == 0


def test_an_order_is_called_off_until_part_of_it_has_come(work: Session) -> None:
    first, second = ordered(work), draft_of_another(work)
    purchases.cancel(work, second, **BY)
    deliveries.receive_for(work, first, [Item(BALL, 1)], **BY)

    with pytest.raises(Refusal, match="Close it instead"):
        purchases.cancel(work, first, **BY)
    purchases.close(work, first, **BY)

    assert (state(work, first), state(work, second)) == ("closed", "cancelled")
    with pytest.raises(Refusal, match="is closed"):
        deliveries.receive_for(work, first, [Item(BALL, 1)], **BY)


def draft_of_another(work: Session) -> int:
    supplier = suppliers.add(work, "Balls Ltd")
    return purchases.draft(work, supplier.id, "ely", [Wanted(BALL, 1, 1)], **BY).number


BAD_ITEMS = [
    [],
    [Item(BALL, 0)],
    [Item(BALL, -1)],
    [Item(BALL, deliveries.MOST_UNITS + 1)],
    [Item(BALL, 1, -1)],
    [Item(BALL, 1, 10_000_001)],
    [Item(BALL, 1), Item(BALL, 1)],
]


@pytest.mark.parametrize("items", BAD_ITEMS)
def test_a_delivery_that_makes_no_sense_is_refused(work: Session, items: list[Item]) -> None:
    number = ordered(work)

    with pytest.raises(Unreadable):
        deliveries.receive(work, "cambridge", items, **BY)
    with pytest.raises(Unreadable):
        deliveries.receive_for(work, number, items, **BY)

    assert left(work) == 0


@pytest.mark.parametrize(
    "wanted",
    [[], [Wanted(BALL, 0, 1)], [Wanted(BALL, 1, -1)], [Wanted(BALL, 1, 1), Wanted(BALL, 2, 1)]],
)
def test_an_order_that_makes_no_sense_is_refused(work: Session, wanted: list[Wanted]) -> None:
    supplier = suppliers.add(work, "Rollers & Co")

    with pytest.raises(Unreadable):
        purchases.draft(work, supplier.id, "cambridge", wanted, **BY)


def test_what_nobody_knows_is_not_found(work: Session) -> None:
    supplier = suppliers.add(work, "Rollers & Co")

    for unknown in (
        lambda: purchases.draft(work, 99, "cambridge", [Wanted(BALL, 1, 1)], **BY),
        lambda: purchases.draft(work, supplier.id, "mars", [Wanted(BALL, 1, 1)], **BY),
        lambda: purchases.draft(work, supplier.id, "ely", [Wanted("NO-SUCH", 1, 1)], **BY),
        lambda: purchases.order(work, 99, **BY),
        lambda: deliveries.receive_for(work, 99, [Item(BALL, 1)], **BY),
        lambda: deliveries.receive(work, "mars", [Item(BALL, 1)], **BY),
        lambda: deliveries.receive(work, "ely", [Item("NO-SUCH", 1)], **BY),
        lambda: deliveries.receive(work, "ely", [Item(BALL, 1)], supplier_id=99, **BY),
        lambda: suppliers.supplies(work, 99, BALL, unit_cost_pence=1),
    ):
        with pytest.raises(NotFound):
            unknown()


def test_suppliers_have_different_names_and_a_usual_product(work: Session) -> None:
    first = suppliers.add(work, " Rollers & Co ", email="a@example.org")
    second = suppliers.add(work, "Balls Ltd")

    with pytest.raises(Refusal, match="is a supplier already"):
        suppliers.add(work, "Rollers & Co")
    with pytest.raises(Unreadable):
        suppliers.add(work, " ")
    with pytest.raises(Unreadable):
        suppliers.supplies(work, first.id, BALL, unit_cost_pence=-1)
    suppliers.supplies(work, first.id, BALL, unit_cost_pence=300, code="B65")
    suppliers.supplies(work, second.id, BALL, unit_cost_pence=280)

    assert [each.name for each in suppliers.listed(work)] == ["Balls Ltd", "Rollers & Co"]
    supply = suppliers.of(work)[BALL]
    assert (supply.supplier_id, supply.unit_cost_pence) == (second.id, 280)


def test_a_delivery_is_history(database: Database) -> None:
    with database.transaction() as work:
        deliveries.receive(work, "ely", [Item(BALL, 3, 250)], **BY)

    for table in ("shop_delivery", "shop_delivery_line"):
        with pytest.raises(DBAPIError, match="only appended"), database.transaction() as work:
            work.execute(text(f"UPDATE {table} SET id = 7"))


# What a unit costs


def average(work: Session) -> int:
    return costs.averages(work)[BALL]


def test_the_average_is_weighted_by_what_is_there(work: Session) -> None:
    deliveries.receive(work, "cambridge", [Item(BALL, 10, 300)], **BY)
    assert average(work) == 300 * DEAR

    sell(work, {BALL: 4})
    deliveries.receive(work, "ely", [Item(BALL, 2, 400)], **BY)

    assert average(work) == (6 * 300 + 2 * 400) * DEAR // 8


def test_selling_and_moving_leave_the_average_alone(work: Session) -> None:
    deliveries.receive(work, "cambridge", [Item(BALL, 10, 333)], **BY)

    sell(work, {BALL: 4})
    stock.relocate(work, "cambridge", BALL, 1, Kind.SHELF, Kind.DEMO, **BY)

    assert average(work) == 333 * DEAR


def test_a_delivery_of_unknown_cost_leaves_the_average_alone(work: Session) -> None:
    deliveries.receive(work, "cambridge", [Item(BALL, 10, 300)], **BY)

    deliveries.receive(work, "cambridge", [Item(BALL, 10)], **BY)

    assert average(work) == 300 * DEAR


def test_what_was_there_before_any_cost_takes_on_the_first_one(work: Session) -> None:
    received(work, 5)
    assert costs.averages(work) == {}

    deliveries.receive(work, "cambridge", [Item(BALL, 1, 300)], **BY)

    assert average(work) == 300 * DEAR


def test_a_part_of_an_order_without_its_own_cost_has_the_one_it_was_ordered_at(
    work: Session,
) -> None:
    number = ordered(work)

    deliveries.receive_for(work, number, [Item(BALL, 2), Item(SPIKY, 1, 555)], **BY)

    assert costs.averages(work) == {BALL: 300 * DEAR, SPIKY: 555 * DEAR}


def test_a_part_of_an_order_whose_cost_nobody_said_leaves_the_average_alone(work: Session) -> None:
    deliveries.receive(work, "cambridge", [Item(BALL, 10, 300)], **BY)
    supplier = suppliers.add(work, "Balls Ltd")
    unknown = [Wanted(BALL, 9, suppliers.usual_cost(work, supplier.id, BALL))]
    number = purchases.draft(work, supplier.id, "cambridge", unknown, **BY).number
    purchases.order(work, number, **BY)

    deliveries.receive_for(work, number, [Item(BALL, 4)], **BY)
    assert average(work) == 300 * DEAR

    deliveries.receive_for(work, number, [Item(BALL, 5, 0)], **BY)  # given away, as somebody says
    assert average(work) < 300 * DEAR


def test_a_clinics_stock_is_worth_what_it_cost_wherever_it_stands(work: Session) -> None:
    deliveries.receive(work, "cambridge", [Item(BALL, 10, 300)], **BY)
    stock.relocate(work, "cambridge", BALL, 1, Kind.SHELF, Kind.DEMO, **BY)
    received(work, 2, sku=SPIKY, site="ely")

    assert costs.stock_value(work) == {
        "cambridge": Value(pence=3000, units=10),
        "ely": Value(pence=0, units=2, units_of_unknown_cost=2),
    }


@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_averages_are_rounded_half_up(amount: int, parts: int) -> None:
    rounded = costs._half_up(amount, parts)

    assert rounded - Fraction(1, 2) <= Fraction(amount, parts) < rounded + Fraction(1, 2)


def test_products_are_not_needed_to_be_on_sale_to_be_received(work: Session) -> None:
    products.get(work, BALL).on_sale = False
    work.flush()

    deliveries.receive(work, "ely", [Item(BALL, 1)], **BY)

    assert left(work, site="ely") == 1
