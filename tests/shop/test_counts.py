"""Counts: blind, while the shop sells, and what differs is written as a difference."""

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import (
    arrivals,
    checks,
    count_progress,
    counts,
    found,
    micro_counts,
    stock,
    tallies,
    transfers,
    variances,
)
from shop.arrivals import Part
from shop.counts import CountLine, CountState
from shop.db import Database
from shop.errors import NotFound, Refusal, Unreadable
from shop.found import KeptForSomebody
from shop.ledger import MoveReason
from shop.levels import StockLevel
from shop.places import Kind
from tests.shop.conftest import BALL, NOON, ROLLER, SPIKY, left, received
from tests.shop.selling import place, sell
from tests.shop.test_holds import LATER, SOON
from tests.shop.unsaved import shared, unsaved

__all__ = ["shared", "unsaved"]
ANNA, ZOE = {"by": "anna", "at": NOON}, {"by": "zoe", "at": NOON}


@pytest.fixture
def number(work: Session) -> int:
    """Five balls at Cambridge, and a count of the whole clinic that has just begun."""
    received(work, 5)
    received(work, 5, site="ely")
    return counts.start(work, "cambridge", **ANNA).number


def posted(work: Session, number: int) -> list[tuple[str, int]]:
    """What posting put right, which is what had differed."""
    differing = [(line.sku, line.difference) for line in variances.differing(work, number)]
    assert variances.post(work, number, **ZOE) == len(differing)
    return differing


def test_a_count_of_a_clinic_lists_all_that_is_on_sale_and_nothing_elsewhere(
    work: Session, number: int
) -> None:
    lines = work.scalars(count_progress.lines(number)).all()

    assert {(line.place, line.sku) for line in lines} == {
        ("shelf:cambridge", sku) for sku in (BALL, SPIKY, ROLLER)
    }
    assert [line.times for line in lines] == [0, 0, 0]


def test_what_is_counted_as_it_should_be_writes_nothing(work: Session, number: int) -> None:
    tallies.put(work, number, BALL, 5, **ANNA)

    assert posted(work, number) == []
    assert left(work) == 5
    assert len(stock.history(work, BALL)) == 2
    assert counts.get(work, number).state == CountState.POSTED


@pytest.mark.parametrize(("counted", "difference"), [(4, -1), (6, 1)])
def test_the_difference_becomes_a_move(
    work: Session, number: int, counted: int, difference: int
) -> None:
    tallies.put(work, number, BALL, counted, **ANNA)

    assert posted(work, number) == [(BALL, difference)]

    assert (left(work), left(work, site="ely")) == (counted, 5)
    move = stock.history(work, BALL)[0]
    assert (move.reason, move.units, move.by) == ("count", 1, "zoe")


def test_scan_after_scan_adds_up(work: Session, number: int) -> None:
    for _ in range(4):
        tallies.scan(work, number, BALL, **ANNA)

    assert posted(work, number) == [(BALL, -1)]
    assert left(work) == 4


def test_what_nobody_counted_stays_as_it_is(work: Session, number: int) -> None:
    tallies.put(work, number, SPIKY, 0, **ANNA)

    assert [line.sku for line in count_progress.left(work, number)] == [BALL, ROLLER]
    assert posted(work, number) == []
    assert left(work) == 5


def sell_one(work: Session) -> None:
    sell(work, {BALL: 1})


def keep_one(work: Session) -> None:
    place(work, {BALL: 1}, hold_until=LATER)


def send_two(work: Session) -> None:
    transfers.send(
        work, transfers.draft(work, "cambridge", "ely", {BALL: 2}, **ANNA).number, **ANNA
    )


def get_one(work: Session) -> None:
    sent = transfers.draft(work, "ely", "cambridge", {BALL: 1}, **ANNA).number
    transfers.send(work, sent, **ANNA)
    arrivals.receive(work, sent, "cambridge", [Part(BALL, 1)], **ANNA)


def demo_one(work: Session) -> None:
    stock.relocate(work, "cambridge", BALL, 1, Kind.SHELF, Kind.DEMO, **ANNA)


@pytest.mark.parametrize("act", [sell_one, keep_one, send_two, get_one, demo_one])
@pytest.mark.parametrize("counted", [5, 4])
def test_what_happens_between_counting_and_posting_is_no_variance(
    work: Session, number: int, act: object, counted: int
) -> None:
    tallies.put(work, number, BALL, counted, **ANNA)
    before = left(work)
    act(work)  # type: ignore[operator]
    changed_by_act = left(work) - before

    posted(work, number)

    assert left(work) == counted + changed_by_act


def test_a_tally_that_was_overtaken_by_a_sale_begins_again(work: Session, number: int) -> None:
    tallies.scan(work, number, BALL, 3, **ANNA)
    sell(work, {BALL: 1})

    with pytest.raises(Refusal, match="Soft ball came or went while you counted it"):
        tallies.scan(work, number, BALL, **ANNA)

    tallies.put(work, number, BALL, 0, **ANNA)
    tallies.scan(work, number, BALL, 4, **ANNA)
    assert posted(work, number) == []


def test_a_hold_does_not_disturb_a_tally(work: Session, number: int) -> None:
    tallies.scan(work, number, BALL, 3, **ANNA)
    place(work, {BALL: 1}, hold_until=LATER)

    tallies.scan(work, number, BALL, 2, **ANNA)

    assert posted(work, number) == []


def test_a_surprise_is_counted_again_before_it_is_believed(work: Session, number: int) -> None:
    tallies.put(work, number, BALL, 2, **ANNA)

    assert [line.sku for line in variances.surprises(work, number)] == [BALL]
    again = "Count once more before this can be posted: Soft ball"
    with pytest.raises(Refusal, match=again), work.begin_nested():
        variances.post(work, number, **ZOE)
    assert left(work) == 5

    tallies.put(work, number, BALL, 2, **ANNA)
    assert posted(work, number) == [(BALL, -3)]
    assert left(work) == 2


def test_two_tallies_that_surprise_and_differ_are_not_believed(work: Session, number: int) -> None:
    tallies.put(work, number, BALL, 2, **ANNA)
    tallies.put(work, number, BALL, 1, **ANNA)

    with pytest.raises(Refusal, match="Soft ball"):
        variances.post(work, number, **ZOE)


def test_a_sale_between_two_tallies_does_not_make_them_differ(work: Session, number: int) -> None:
    tallies.put(work, number, BALL, 2, **ANNA)
    sell(work, {BALL: 1})
    tallies.put(work, number, BALL, 1, **ANNA)

    assert posted(work, number) == [(BALL, -3)]


@pytest.mark.parametrize(
    ("counted", "again"),
    [((3,), True), ((4,), False), ((5,), False), ((7,), True), ((3, 3), False), ((3, 4), False),
     ((3, 7), True), ((7, 3, 3), False), ((3, 3, 7), True)],
)  # fmt: skip
def test_two_units_off_are_counted_again_until_two_tallies_in_a_row_agree(
    work: Session, number: int, counted: tuple[int, ...], again: bool
) -> None:
    for units in counted:
        tallies.put(work, number, BALL, units, **ANNA)

    assert [line.sku for line in variances.surprises(work, number)] == [BALL] * again


def test_a_long_count_is_posted_by_parts_and_ends_as_one(
    work: Session, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variances, "A_PART", 1)
    for sku in (BALL, SPIKY, ROLLER):
        tallies.put(work, number, sku, 6 if sku == BALL else 1, **ANNA)

    assert posted(work, number) == [(BALL, 1), (ROLLER, 1), (SPIKY, 1)]
    assert [left(work, sku) for sku in (BALL, SPIKY, ROLLER)] == [6, 1, 1]


def test_how_far_a_count_is_comes_in_numbers_however_long_it_is(work: Session, number: int) -> None:
    tallies.put(work, number, BALL, 4, **ANNA)
    tallies.put(work, number, SPIKY, 0, **ANNA)

    so_far = count_progress.of(work, number)

    assert (so_far.lines, so_far.counted, so_far.left, so_far.differing) == (3, 2, 1, 1)
    assert not so_far.has_kept
    assert [line.sku for line in count_progress.counted(work, number, most=1)] == [BALL]
    assert [line.sku for line in count_progress.left(work, number)] == [ROLLER]


def test_a_difference_of_one_is_no_surprise(work: Session, number: int) -> None:
    tallies.put(work, number, BALL, 4, **ANNA)

    assert variances.surprises(work, number) == []


def test_a_product_nobody_expected_is_counted_too(work: Session) -> None:
    received(work, 5)
    number = counts.start(work, "cambridge", [BALL], **ANNA).number

    tallies.scan(work, number, SPIKY, **ANNA)

    assert posted(work, number) == [(SPIKY, 1)]
    assert left(work, SPIKY) == 1


def test_an_unknown_product_is_not_counted(work: Session, number: int) -> None:
    with pytest.raises(NotFound, match="NO-SUCH"):
        tallies.scan(work, number, "NO-SUCH", **ANNA)
    with pytest.raises(NotFound, match="NO-SUCH"):
        counts.start(work, "ely", ["NO-SUCH"], **ANNA)


@pytest.mark.parametrize("units", [-1, counts.MOST_UNITS + 1])
def test_a_senseless_number_is_not_counted(work: Session, number: int, units: int) -> None:
    with pytest.raises(Unreadable):
        tallies.put(work, number, BALL, units, **ANNA)
    with pytest.raises(Unreadable):
        tallies.scan(work, number, BALL, 0, **ANNA)


def test_only_the_shelf_and_what_is_kept_are_counted(work: Session, number: int) -> None:
    with pytest.raises(Unreadable, match="shelf"):
        tallies.put(work, number, BALL, 1, Kind.DEMO, **ANNA)


def test_a_second_count_of_the_same_is_refused_in_words(work: Session, number: int) -> None:
    with pytest.raises(Refusal) as refusal:
        counts.start(work, "cambridge", [SPIKY], by="zoe", at=NOON)

    assert str(refusal.value) == (
        f"Spiky ball is being counted at Cambridge already: count {number}, by anna. "
        "Finish or cancel that one first."
    )


def test_another_clinic_counts_the_same_at_the_same_time(work: Session, number: int) -> None:
    assert counts.start(work, "ely", **ZOE).number != number
    assert [count.site for count in counts.open_at(work, "ely")] == ["ely"]


def test_two_counts_of_different_products_run_side_by_side_and_do_not_cross(work: Session) -> None:
    received(work, 5)
    first = counts.start(work, "cambridge", [BALL], **ANNA).number
    second = counts.start(work, "cambridge", [SPIKY], **ZOE).number

    with pytest.raises(Refusal, match=f"count {first}, by anna"):
        tallies.scan(work, second, BALL, **ZOE)


def test_the_database_itself_refuses_a_second_open_line(work: Session, number: int) -> None:
    count = counts.get(work, number)
    work.execute(update(CountLine).values(is_open=False))
    other = counts.start(work, "cambridge", **ZOE)

    with pytest.raises(IntegrityError):
        work.execute(update(CountLine).where(CountLine.count_id == count.id).values(is_open=True))
    assert other.number != number


def test_a_count_is_posted_once(work: Session, number: int) -> None:
    tallies.put(work, number, BALL, 4, **ANNA)
    posted(work, number)

    for again in (
        lambda: variances.post(work, number, **ZOE),
        lambda: variances.cancel(work, number, **ZOE),
        lambda: tallies.scan(work, number, SPIKY, **ZOE),
        lambda: tallies.put(work, number, BALL, 5, **ZOE),
    ):
        with pytest.raises(Refusal, match=f"Count {number} "):
            again()
    assert left(work) == 4


def test_a_count_of_nothing_is_not_posted(work: Session, number: int) -> None:
    with pytest.raises(Refusal, match="Nothing has been counted"):
        variances.post(work, number, **ZOE)


def test_a_cancelled_count_changes_nothing_and_makes_room(work: Session, number: int) -> None:
    tallies.put(work, number, BALL, 1, **ANNA)

    variances.cancel(work, number, **ANNA)

    assert left(work) == 5
    assert counts.start(work, "cambridge", **ZOE).number == number + 1


def test_units_that_an_order_waits_for_are_not_counted_away(work: Session, number: int) -> None:
    order = place(work, {BALL: 5}, hold_until=LATER)
    tallies.put(work, number, BALL, 4, **ANNA)

    with pytest.raises(Refusal, match=f"kept for order {order.number}. Let that go first"):
        variances.post(work, number, by="zoe", at=SOON)

    assert left(work) == 0


def test_what_is_kept_past_its_time_does_not_stop_a_count(work: Session, number: int) -> None:
    place(work, {BALL: 5}, hold_until=SOON)
    tallies.put(work, number, BALL, 4, **ANNA)

    variances.post(work, number, by="zoe", at=SOON)

    assert stock.free(work, [BALL], at=SOON)[BALL]["cambridge"] == 4


def test_more_that_left_than_was_ever_counted_asks_for_another_count(
    work: Session, number: int
) -> None:
    for _ in range(2):
        tallies.put(work, number, BALL, 1, **ANNA)
    sell(work, {BALL: 3})

    with pytest.raises(Refusal, match="More Soft ball left than the count found"):
        variances.post(work, number, **ZOE)


def test_when_a_product_was_last_counted_is_known_from_posted_counts(
    work: Session, number: int
) -> None:
    tallies.put(work, number, BALL, 5, **ANNA)
    assert variances.last_counted(work, "cambridge") == {}

    posted(work, number)

    assert variances.last_counted(work, "cambridge") == {BALL: NOON}


def test_what_is_kept_for_collection_is_counted_beside_the_shelf(work: Session) -> None:
    received(work, 5)
    work.execute(
        text("UPDATE shop_stock_level SET place = 'kept:cambridge' WHERE place = 'shelf:cambridge'")
    )
    number = counts.start(work, "cambridge", [BALL], **ANNA).number

    tallies.put(work, number, BALL, 4, Kind.KEPT, **ANNA)

    assert posted(work, number) == [(BALL, -1)]
    assert stock.overview(work, at=NOON)[BALL]["cambridge"].kept == 4


def test_books_with_counts_in_every_state_are_clean(database: Database) -> None:
    with database.transaction() as work:
        received(work, 5)
        number = counts.start(work, "cambridge", **ANNA).number
        tallies.put(work, number, BALL, 4, **ANNA)
        posted(work, number)
        variances.cancel(work, counts.start(work, "cambridge", **ANNA).number, **ANNA)
        tallies.scan(work, counts.start(work, "cambridge", **ANNA).number, BALL, **ANNA)

    assert [check for check in checks.verify(database) if not check.ok] == []

    with database.transaction() as work:
        work.execute(text("UPDATE shop_count_line SET counted = 9 WHERE id = 1"))
    assert [check.name.split()[0] for check in checks.verify(database) if not check.ok] == [
        "counts:"
    ]


# The unit in somebody's hand


def test_a_unit_the_books_do_not_know_is_added_and_counted_soon(work: Session) -> None:
    received(work, 1)
    sell(work, {BALL: 1})

    found.in_hand(work, "cambridge", BALL, note="behind the till", **ANNA)

    assert left(work) == 1
    move = stock.history(work, BALL)[0]
    assert (move.reason, move.note, move.by) == (MoveReason.FOUND, "behind the till", "anna")
    assert [due.sku for due in micro_counts.due(work, "cambridge")] == [BALL]


def test_a_micro_count_ends_what_was_due(work: Session) -> None:
    for _ in range(2):
        found.in_hand(work, "cambridge", BALL, note="", **ANNA)
        sell(work, {BALL: 1})
    number = micro_counts.start(work, "cambridge", **ANNA).number
    assert [line.sku for line in work.scalars(count_progress.lines(number))] == [BALL]

    tallies.put(work, number, BALL, 0, **ANNA)
    posted(work, number)

    assert micro_counts.due(work, "cambridge") == []
    with pytest.raises(Refusal, match="Nothing is waiting"):
        micro_counts.start(work, "cambridge", **ANNA)


def test_a_unit_that_is_kept_for_somebody_is_not_found(work: Session) -> None:
    received(work, 1)
    received(work, 2, site="ely")
    order = place(work, {BALL: 1}, hold_until=LATER)

    with pytest.raises(KeptForSomebody) as refusal:
        found.in_hand(work, "cambridge", BALL, note="", **ANNA)

    assert str(refusal.value) == (
        f"The Soft ball at Cambridge is kept for order {order.number}. "
        "Free elsewhere: 2 at Ely. Ask for a transfer."
    )
    assert refusal.value.whom == [f"order {order.number}"]
    assert refusal.value.elsewhere == {"Ely": 2}
    assert len(stock.history(work, BALL)) == 2


def test_a_unit_that_is_paid_for_is_not_found_either(work: Session) -> None:
    work.add(StockLevel(place="kept:cambridge", sku=BALL, on_hand=1))
    work.flush()

    with pytest.raises(KeptForSomebody, match=r"kept and paid for\. No other is free"):
        found.in_hand(work, "cambridge", BALL, note="", **ANNA)


def test_a_unit_is_not_found_while_the_shelf_has_some(work: Session) -> None:
    received(work, 2)

    with pytest.raises(Refusal, match=r"Cambridge has 2 Soft ball free\. Sell one of those"):
        found.in_hand(work, "cambridge", BALL, note="", **ANNA)
