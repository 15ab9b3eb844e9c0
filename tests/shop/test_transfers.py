"""Transfers: nothing is lost half way, and nothing arrives twice."""

from collections.abc import Callable

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from shop import arrivals, checks, ledger, stock, transfers
from shop.arrivals import Outcome, Part
from shop.db import Database
from shop.errors import NotFound, OutOfStock, Refusal, Unreadable
from shop.transfers import TransferLine, TransferState
from tests.shop.conftest import BALL, NOON, ROLLER, SPIKY, received
from tests.shop.unsaved import shared, unsaved

__all__ = ["shared", "unsaved"]
ANNA, ZOE = {"by": "anna", "at": NOON}, {"by": "zoe", "at": NOON}


def draft(work: Session, units: dict[str, int] | None = None) -> int:
    """Five balls and three spiky ones are at Cambridge; some shall go to Ely."""
    received(work, 5)
    received(work, 3, sku=SPIKY)
    return transfers.draft(work, "cambridge", "ely", units or {BALL: 3, SPIKY: 2}, **ANNA).number


def sent(work: Session, units: dict[str, int] | None = None) -> int:
    number = draft(work, units)
    transfers.send(work, number, **ANNA)
    return number


def where(work: Session, sku: str = BALL) -> dict[str, int]:
    return {level.place: level.on_hand for level in stock.levels_of(work, sku) if level.on_hand}


def state(work: Session, number: int) -> str:
    return transfers.get(work, number).state


def test_a_draft_moves_nothing(work: Session) -> None:
    number = draft(work)

    assert where(work) == {"shelf:cambridge": 5}
    assert state(work, number) == TransferState.DRAFT


def test_what_is_sent_is_on_its_way_and_both_clinics_see_it(work: Session) -> None:
    number = sent(work)

    assert where(work) == {"shelf:cambridge": 2, "transit:ely": 3}
    assert stock.overview(work, at=NOON)[BALL]["ely"].coming == 3
    for site in ("cambridge", "ely"):
        assert [t.number for t in transfers.open_at(work, site)] == [number]


def test_a_transfer_is_sent_once(work: Session) -> None:
    number = sent(work)

    with pytest.raises(Refusal, match="is on its way already"):
        transfers.send(work, number, **ANNA)

    assert where(work)["transit:ely"] == 3


def test_more_than_the_shelf_has_is_not_sent_at_all(database: Database) -> None:
    with database.transaction() as work:
        number = draft(work, {BALL: 3, SPIKY: 4})

    with pytest.raises(OutOfStock, match="Nothing was sent"), database.transaction() as work:
        transfers.send(work, number, **ANNA)

    with database.reading() as work:
        assert where(work) == {"shelf:cambridge": 5}
        assert state(work, number) == TransferState.DRAFT


def test_all_of_it_arrives_and_the_transfer_closes(work: Session) -> None:
    number = sent(work)

    arrivals.receive(work, number, "ely", [Part(BALL, 3), Part(SPIKY, 2)], **ZOE)

    assert where(work) == {"shelf:cambridge": 2, "shelf:ely": 3}
    closed = transfers.get(work, number)
    assert (closed.state, closed.ended_by) == (TransferState.CLOSED, "zoe")


def test_a_part_arrives_and_the_rest_stays_on_its_way(work: Session) -> None:
    number = sent(work)

    arrivals.receive(work, number, "ely", [Part(BALL, 2)], **ZOE)
    assert where(work) == {"shelf:cambridge": 2, "shelf:ely": 2, "transit:ely": 1}
    assert state(work, number) == TransferState.SENT

    arrivals.receive(work, number, "ely", [Part(BALL, 1), Part(SPIKY, 2)], **ZOE)
    assert state(work, number) == TransferState.CLOSED


def test_every_missing_or_broken_unit_has_its_reason_and_its_place(work: Session) -> None:
    number = sent(work)
    parts = [
        Part(BALL, 1),
        Part(BALL, 1, Outcome.BROKEN, "split"),
        Part(BALL, 1, Outcome.LOST),
        Part(SPIKY, 2, Outcome.RETURNED, "never in the box"),
    ]

    arrivals.receive(work, number, "ely", parts, **ZOE)

    assert where(work) == {"shelf:cambridge": 2, "shelf:ely": 1, "damaged:ely": 1}
    assert where(work, SPIKY) == {"shelf:cambridge": 3}
    assert arrivals.outcomes(work, number) == parts
    assert state(work, number) == TransferState.CLOSED
    assert [m.note for m in stock.history(work, BALL) if m.reason == "broken"] == ["split"]


def test_what_was_received_is_not_received_again(work: Session) -> None:
    number = sent(work)
    arrivals.receive(work, number, "ely", [Part(BALL, 3), Part(SPIKY, 2)], **ZOE)

    with pytest.raises(Refusal, match="has been received already"):
        arrivals.receive(work, number, "ely", [Part(BALL, 3)], **ZOE)

    assert where(work)["shelf:ely"] == 3


def test_no_more_arrives_than_is_still_missing(work: Session) -> None:
    number = sent(work)
    arrivals.receive(work, number, "ely", [Part(BALL, 2)], **ZOE)

    with pytest.raises(Refusal, match="Only 1 Soft ball of transfer 1 are still missing, not 2"):
        arrivals.receive(work, number, "ely", [Part(BALL, 1), Part(BALL, 1, Outcome.LOST)], **ZOE)

    assert where(work)["shelf:ely"] == 2


def test_the_database_itself_refuses_to_account_for_more_than_was_sent(work: Session) -> None:
    sent(work)

    with pytest.raises(IntegrityError):
        work.execute(update(TransferLine).values(accounted=TransferLine.units + 1))


def test_the_database_itself_refuses_a_second_move_of_one_line(work: Session) -> None:
    sent(work)
    again = ledger.Move(
        BALL, 1, "shelf:cambridge", "transit:ely", ledger.MoveReason.SENT, transfer_line_id=1
    )

    with pytest.raises(DBAPIError):
        ledger.post(work, [again], **ANNA)


def test_a_box_at_the_wrong_clinic_is_refused_with_the_right_one(work: Session) -> None:
    number = sent(work)

    with pytest.raises(Refusal, match="goes to Ely"):
        arrivals.receive(work, number, "cambridge", [Part(BALL, 3)], **ZOE)


def test_what_was_not_in_the_box_is_no_arrival(work: Session) -> None:
    number = sent(work)

    with pytest.raises(Refusal, match="Roller was not in transfer"):
        arrivals.receive(work, number, "ely", [Part(ROLLER, 1)], **ZOE)


@pytest.mark.parametrize(
    "parts",
    [[], [Part(BALL, 0)], [Part(BALL, -1)], [Part(BALL, 10_000)], [Part(BALL, 1), Part(BALL, 1)]],
)
def test_an_arrival_that_makes_no_sense_is_refused(work: Session, parts: list[Part]) -> None:
    number = sent(work)

    with pytest.raises(Unreadable):
        arrivals.receive(work, number, "ely", parts, **ZOE)

    assert where(work)["transit:ely"] == 3


def test_a_draft_is_changed_and_called_off(work: Session) -> None:
    number = draft(work)

    transfers.change(work, number, {ROLLER: 1})
    assert [(line.sku, line.units) for line in transfers.lines_of(work, number)] == [(ROLLER, 1)]
    transfers.cancel(work, number, **ANNA)

    assert state(work, number) == TransferState.CANCELLED
    assert transfers.open_at(work, "ely") == []


def test_a_box_that_turns_round_is_back_on_its_shelf(work: Session) -> None:
    number = sent(work)

    arrivals.turn_back(work, number, **ANNA)

    assert where(work) == {"shelf:cambridge": 5}
    assert state(work, number) == TransferState.CANCELLED


def test_a_box_of_which_part_has_arrived_does_not_turn_round(work: Session) -> None:
    number = sent(work)
    arrivals.receive(work, number, "ely", [Part(BALL, 1)], **ZOE)

    with pytest.raises(Refusal, match="Say what became of the rest"):
        arrivals.turn_back(work, number, **ANNA)


Act = Callable[[Session, int], object]
ACTS: dict[str, Act] = {
    "change": lambda work, n: transfers.change(work, n, {BALL: 1}),
    "cancel": lambda work, n: transfers.cancel(work, n, **ANNA),
    "send": lambda work, n: transfers.send(work, n, **ANNA),
    "receive": lambda work, n: arrivals.receive(work, n, "ely", [Part(BALL, 1)], **ZOE),
    "turn back": lambda work, n: arrivals.turn_back(work, n, **ANNA),
}
NOT_NOW = [
    *(("sent", act) for act in ("change", "cancel", "send")),
    *(("draft", act) for act in ("receive", "turn back")),
    *(("closed", act) for act in ACTS),
    *(("cancelled", act) for act in ACTS),
]


@pytest.mark.parametrize(("reached", "act"), NOT_NOW)
def test_what_a_state_does_not_allow_is_refused_in_words(
    work: Session, reached: str, act: str
) -> None:
    number = draft(work) if reached in ("draft", "cancelled") else sent(work)
    if reached == "cancelled":
        transfers.cancel(work, number, **ANNA)
    if reached == "closed":
        arrivals.receive(work, number, "ely", [Part(BALL, 3), Part(SPIKY, 2)], **ZOE)
    before = where(work)

    with pytest.raises(Refusal, match=f"Transfer {number} "):
        ACTS[act](work, number)

    assert where(work) == before
    assert state(work, number) == reached


@pytest.mark.parametrize("act", ACTS)
def test_a_transfer_that_is_not_there_is_not_found(work: Session, act: str) -> None:
    with pytest.raises(NotFound):
        ACTS[act](work, 99)


@pytest.mark.parametrize(
    ("to", "units", "error"),
    [
        ("cambridge", {BALL: 1}, Unreadable),
        ("mars", {BALL: 1}, NotFound),
        ("ely", {}, Unreadable),
        ("ely", {BALL: 0}, Unreadable),
        ("ely", {BALL: transfers.MOST_UNITS + 1}, Unreadable),
        ("ely", {"NO-SUCH": 1}, NotFound),
        ("ely", {str(n): 1 for n in range(transfers.MOST_LINES + 1)}, Unreadable),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(
    work: Session, to: str, units: dict[str, int], error: type[Exception]
) -> None:
    with pytest.raises(error):
        transfers.draft(work, "cambridge", to, units, **ANNA)


def test_a_note_that_is_too_long_is_refused(work: Session) -> None:
    with pytest.raises(Unreadable, match="200"):
        transfers.draft(work, "cambridge", "ely", {BALL: 1}, note="x" * 201, **ANNA)


COOKED = [
    "UPDATE shop_transfer_line SET units = 9 WHERE sku = 'BALL-65-S'",
    "UPDATE shop_transfer_line SET accounted = 0",
    "UPDATE shop_transfer SET state = 'closed', ended_by = 'x', ended_at = '2026-06-03'",
]


@pytest.mark.parametrize("change", COOKED)
def test_verify_names_a_transfer_that_was_changed_behind_its_back(
    database: Database, change: str
) -> None:
    with database.transaction() as work:
        number = sent(work)
        arrivals.receive(work, number, "ely", [Part(BALL, 2)], **ZOE)
        transfers.cancel(
            work, transfers.draft(work, "ely", "cambridge", {BALL: 1}, **ANNA).number, **ANNA
        )
    assert all(check.ok for check in checks.verify(database))
    with database.transaction() as work:
        work.execute(text(change + " WHERE id = 1" * ("WHERE" not in change)))

    (wrong,) = [check for check in checks.verify(database) if not check.ok]

    assert wrong.name.startswith("I6")
    assert any("transfer 1 BALL-65-S" in row or "transit:ely" in row for row in wrong.wrong)
