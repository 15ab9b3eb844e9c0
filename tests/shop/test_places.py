"""Shelf, demo, damaged: every unit is somewhere, and each step has its reason."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy.orm import Session

from shop import checks, ledger, levels, stock, stock_card
from shop.db import Database
from shop.errors import OutOfStock, Refusal, Unreadable
from shop.ledger import MoveReason
from shop.places import Kind, shelf
from shop.stock import Standing
from tests.shop.conftest import BALL, NOON, ROLLER, SPIKY, left, received
from tests.shop.selling import place, sell
from tests.shop.unsaved import shared, unsaved

__all__ = ["shared", "unsaved"]
BY = {"by": "anna", "at": NOON}


def standing(work: Session, site: str = "cambridge") -> Standing:
    return stock.overview(work, at=NOON)[BALL][site]


@pytest.mark.parametrize(
    ("change", "reason", "numbers"),
    [
        (1, MoveReason.FOUND, Standing(shelf=6)),
        (-2, MoveReason.USED, Standing(shelf=3)),
        (-5, MoveReason.LOST, Standing(shelf=0)),
        (2, MoveReason.SUPPLIER_ERROR, Standing(shelf=7)),
        (-2, MoveReason.SUPPLIER_ERROR, Standing(shelf=3)),
        (-1, MoveReason.DAMAGED, Standing(shelf=4, damaged=1)),
        (-1, MoveReason.DEMO, Standing(shelf=4, demo=1)),
    ],
)
def test_a_shelf_is_put_right_with_a_reason(
    work: Session, change: int, reason: MoveReason, numbers: Standing
) -> None:
    received(work, 5)

    stock.adjust(work, "cambridge", BALL, change, reason, note="seen today", **BY)

    assert standing(work) == numbers
    last = stock.history(work, BALL)[0]
    assert (last.reason, last.units, last.note) == (reason, abs(change), "seen today")


@pytest.mark.parametrize("reason", stock.ADJUSTMENTS)
def test_every_reason_of_the_list_can_be_given(work: Session, reason: MoveReason) -> None:
    received(work, 5)

    stock.adjust(work, "cambridge", BALL, 1 if reason == MoveReason.FOUND else -1, reason, **BY)

    assert left(work) in (4, 6)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (-1, MoveReason.FOUND),
        (1, MoveReason.LOST),
        (1, MoveReason.USED),
        (1, MoveReason.DAMAGED),
        (0, MoveReason.FOUND),
        (-1, MoveReason.SALE),
        (1, MoveReason.DELIVERY),
        (1, MoveReason.COUNT),
    ],
)
def test_a_reason_that_does_not_fit_is_refused_and_nothing_is_written(
    work: Session, change: int, reason: MoveReason
) -> None:
    received(work, 5)

    with pytest.raises(Unreadable, match="reason"):
        stock.adjust(work, "cambridge", BALL, change, reason, **BY)

    assert left(work) == 5
    assert len(stock.history(work, BALL)) == 1


def test_a_shelf_is_never_put_below_what_it_has_free(work: Session) -> None:
    received(work, 2)

    with pytest.raises(OutOfStock) as refusal:
        stock.adjust(work, "cambridge", BALL, -3, MoveReason.LOST, **BY)

    assert str(refusal.value) == (
        "Only 2 Soft ball left at Cambridge, and you asked for 3. Nothing was moved."
    )


def test_units_go_to_the_demo_and_come_back_and_none_is_lost(work: Session) -> None:
    received(work, 5)

    stock.relocate(work, "cambridge", BALL, 2, Kind.SHELF, Kind.DEMO, **BY)
    assert (left(work), standing(work).demo) == (3, 2)
    stock.relocate(work, "cambridge", BALL, 1, Kind.DEMO, Kind.SHELF, **BY)
    stock.relocate(work, "cambridge", BALL, 1, Kind.DEMO, Kind.DAMAGED, **BY)
    stock.write_off(work, "cambridge", BALL, 1, Kind.DAMAGED, note="split", **BY)

    assert standing(work) == Standing(shelf=4)


def test_what_stands_on_the_demo_table_is_not_for_sale(work: Session) -> None:
    received(work, 2)
    stock.relocate(work, "cambridge", BALL, 2, Kind.SHELF, Kind.DEMO, **BY)

    with pytest.raises(OutOfStock, match="No Soft ball left"):
        sell(work, {BALL: 1})


def test_more_than_the_demo_table_has_is_refused_with_its_name(work: Session) -> None:
    received(work, 2)

    with pytest.raises(OutOfStock, match=r"No Soft ball left at Cambridge \(demo\)"):
        stock.write_off(work, "cambridge", BALL, 1, Kind.DEMO, **BY)


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        (Kind.SHELF, Kind.SHELF),
        (Kind.SHELF, Kind.KEPT),
        (Kind.KEPT, Kind.SHELF),
        (Kind.TRANSIT, Kind.SHELF),
        (Kind.SHELF, Kind.TRANSIT),
        (Kind.DAMAGED, Kind.DEMO),
    ],
)
def test_nobody_moves_units_by_hand_where_another_act_has_to(
    work: Session, from_: Kind, to: Kind
) -> None:
    with pytest.raises(Unreadable, match="by hand"):
        stock.relocate(work, "cambridge", BALL, 1, from_, to, **BY)


@pytest.mark.parametrize("from_", [Kind.SHELF, Kind.KEPT, Kind.TRANSIT])
def test_only_demo_and_damaged_units_are_written_off(work: Session, from_: Kind) -> None:
    with pytest.raises(Unreadable, match="Move them there first"):
        stock.write_off(work, "cambridge", BALL, 1, from_, **BY)


def test_opening_stock_is_a_move_like_any_other(work: Session) -> None:
    stock.open_with(work, "ely", {BALL: 7, SPIKY: 2}, **BY)

    assert (left(work, site="ely"), left(work, SPIKY, "ely")) == (7, 2)
    assert stock.history(work, BALL)[0].reason == "opening"


def test_a_note_longer_than_its_limit_is_refused(work: Session) -> None:
    with pytest.raises(Unreadable, match="200 characters"):
        stock.adjust(
            work, "cambridge", BALL, 1, MoveReason.FOUND, note="x" * (ledger.LONGEST_NOTE + 1), **BY
        )


def test_a_place_takes_no_more_than_anybody_could_believe(work: Session) -> None:
    received(work, ledger.MOST_UNITS)
    work.execute(levels.update(levels.StockLevel).values(on_hand=levels.MOST_UNITS))

    with pytest.raises(Refusal, match="more Soft ball than Cambridge can hold"):
        received(work, 1)


def test_a_card_says_before_and_after_each_move_of_a_place(work: Session) -> None:
    received(work, 5)
    sell(work, {BALL: 2})
    received(work, 9, site="ely")
    stock.relocate(work, "cambridge", BALL, 1, Kind.SHELF, Kind.DEMO, **BY)

    card = stock_card.entries(work, shelf("cambridge"), BALL)

    assert [(e.move.reason, e.before, e.after) for e in card] == [
        ("demo", 3, 2),
        ("sale", 5, 3),
        ("delivery", 0, 5),
    ]
    second = stock_card.entries(work, shelf("cambridge"), BALL, before=card[0].move.id, most=1)
    assert [(e.move.reason, e.before, e.after) for e in second] == [("sale", 5, 3)]


def test_the_latest_of_a_history_is_found_by_an_index_and_sorts_nothing(
    work: Session, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """However long the ledger is: a sort, or a sum of it, would read all of it for one page."""
    with statements() as said:
        stock_card.entries(work, shelf("cambridge"), BALL)
    assert len(said) == 1

    plan = "\n".join(steps(work, said[0]))

    assert "ix_shop_stock_move_sku_id" in plan
    assert not any(word in plan for word in ("SCAN", "TEMP B-TREE", "Seq Scan on shop_stock_move"))
    assert "Sort" not in plan


def steps(work: Session, statement: str) -> list[str]:
    """How the database would run it. PostgreSQL sorts a table that is empty, unless told not to."""
    if work.get_bind().dialect.name == "sqlite":
        values = (BALL, "", BALL, "", "", 50, 0)
        plan = work.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [row[3] for row in plan]
    for way in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
        work.connection().exec_driver_sql(f"SET LOCAL {way} = off")
    values = {"of_sku": BALL, "at_place": "", "param_1": 50}
    return list(work.connection().exec_driver_sql(f"EXPLAIN {statement}", values).scalars())


def test_levels_are_shifted_in_one_order_whatever_the_moves_say(
    work: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sku in (BALL, SPIKY, ROLLER):
        received(work, 3, sku=sku)
    order: list[tuple[str, str]] = []
    real = levels.shift

    def see(work: Session, change: levels.Shift, **at: object) -> bool:
        order.append((change.place, change.sku))
        return real(work, change, **at)  # type: ignore[arg-type]

    monkeypatch.setattr(levels, "shift", see)
    moves = [
        ledger.Move(sku, 1, shelf("cambridge"), "demo:cambridge", MoveReason.DEMO)
        for sku in (SPIKY, ROLLER, BALL)
    ]
    ledger.post(work, moves, **BY)

    assert order == sorted(order)
    assert len(order) == 6


def test_one_product_in_two_moves_is_one_shift(work: Session) -> None:
    received(work, 3)
    move = ledger.Move(BALL, 2, shelf("cambridge"), "demo:cambridge", MoveReason.DEMO)

    with pytest.raises(OutOfStock, match="you asked for 4"):
        ledger.post(work, [move, move], **BY)


def test_books_with_every_kind_of_move_are_clean(database: Database) -> None:
    with database.transaction() as work:
        stock.open_with(work, "cambridge", {BALL: 9}, **BY)
        for change, reason in ((1, MoveReason.FOUND), (-1, MoveReason.USED), (-2, MoveReason.DEMO)):
            stock.adjust(work, "cambridge", BALL, change, reason, **BY)
        stock.relocate(work, "cambridge", BALL, 1, Kind.DEMO, Kind.SHELF, **BY)
        stock.write_off(work, "cambridge", BALL, 1, Kind.DEMO, **BY)
        place(work, {BALL: 1})

    assert [check for check in checks.verify(database) if not check.ok] == []
