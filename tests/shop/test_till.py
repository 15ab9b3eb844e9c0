"""Till sessions: one drawer a clinic, and a Z report that no sale is lost from."""

import threading
from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from shop import cash_moves, checks, giving_back, numbers, refund_answers, takings, till, z_reports
from shop.cash_moves import Way
from shop.db import Database, retried
from shop.errors import NotFound, Refusal, Unreadable
from shop.giving_back import Part
from shop.order_lines import lines_of
from shop.receipts import numbered
from shop.returns import Condition
from shop.takings import ByMethod
from shop.till import TillClosed, TillSession
from tests.shop.conftest import BALL, NOON, received
from tests.shop.selling import sell
from tests.shop.test_checks import without_triggers

WHO = {"by": "rae", "at": NOON}
FIFTY = {2000: 2, 500: 2}


def opened(work: Session, site: str = "cambridge", float_pence: int = 5000) -> TillSession:
    return till.open_(work, site, float_pence=float_pence, **WHO)


def give_back(work: Session, number: str, *, press: str, site: str = "cambridge") -> None:
    """One unit of a sale's only line, paid out of the drawer that is open now."""
    order_id = numbered(work, number).order_id
    (line,) = lines_of(work, [order_id])
    part = Part(line.id, 1, line.unit_pence, Condition.SELLABLE, on_shelf=True)
    refund = giving_back.of_lines(
        work, order_id, [part], reason="too firm", press=press * 16,
        session_id=till.taking(work, site), **WHO,
    )  # fmt: skip
    refund_answers.over_the_counter(work, refund, **WHO)


def cash(figures: takings.Takings) -> ByMethod:
    return next(each for each in figures.by_method if each.method == "cash")


def test_a_float_may_be_counted_and_has_to_come_to_what_is_said(work: Session) -> None:
    with pytest.raises(Unreadable, match="don’t make that float"):
        till.open_(work, "cambridge", float_pence=4999, pieces=FIFTY, **WHO)

    session = till.open_(work, "cambridge", float_pence=5000, pieces=FIFTY, **WHO)

    assert till.current(work, "cambridge") == session
    assert till.current(work, "ely") is None


def test_a_clinic_has_one_drawer_open_at_a_time(work: Session) -> None:
    opened(work)
    opened(work, "ely")

    with pytest.raises(Refusal, match=r"Cambridge is open already\. rae opened it"):
        opened(work)
    work.add(TillSession(site="cambridge", float_pence=0, opened_by="x", opened_at=NOON))
    with pytest.raises(IntegrityError):
        work.flush()


def test_with_no_drawer_open_nothing_is_taken(work: Session) -> None:
    with pytest.raises(TillClosed, match=r"Cambridge is closed\. Open it first"):
        till.taking(work, "cambridge")
    with pytest.raises(TillClosed):
        cash_moves.record(work, "cambridge", Way.OUT, 100, "milk", **WHO)


def test_the_x_report_adds_up_the_drawer_and_changes_nothing(work: Session) -> None:
    received(work, 5)
    session = opened(work)
    number = sell(work, {BALL: 2})
    sell(work, {BALL: 1})
    give_back(work, number, press="a")
    cash_moves.record(work, "cambridge", Way.OUT, 350, "milk", **WHO)
    cash_moves.record(work, "cambridge", Way.IN, 1000, "change", **WHO)

    first, again = (takings.of_session(work, session) for _ in range(2))

    assert first == again
    assert cash(first) == ByMethod("cash", 2, 2550, 1, 850)
    assert first.expected_pence == 5000 + 2550 - 850 - 350 + 1000


def test_closing_freezes_the_figures_and_the_variance(work: Session) -> None:
    received(work, 5)
    session = opened(work)
    sell(work, {BALL: 1})

    report = z_reports.close(work, session.id, {5000: 1, 500: 1, 200: 1, 100: 1}, **WHO)

    assert (report.number, report.expected_pence) == ("CAM-Z1", 5850)
    assert (report.counted_pence, report.variance_pence) == (5800, -50)
    assert [(line.method, line.sales_pence) for line in z_reports.lines_of(work, report)] == [
        ("card", 0),
        ("cash", 850),
    ]
    assert till.current(work, "cambridge") is None


def test_a_session_is_closed_once(work: Session) -> None:
    session = opened(work)
    z_reports.close(work, session.id, FIFTY, **WHO)

    with pytest.raises(TillClosed, match="rae has closed this till already"):
        z_reports.close(work, session.id, {}, by="zoe", at=NOON)

    assert len(z_reports.latest(work, "cambridge", most=9)) == 1


def test_two_sessions_a_day_each_have_their_own_sales(work: Session) -> None:
    received(work, 5)
    first = opened(work)
    sell(work, {BALL: 1})
    early = z_reports.close(work, first.id, FIFTY, **WHO)
    second = opened(work)
    sell(work, {BALL: 2})
    late = z_reports.close(work, second.id, FIFTY, **WHO)

    assert (early.number, early.expected_pence) == ("CAM-Z1", 5850)
    assert (late.number, late.expected_pence) == ("CAM-Z2", 6700)


def test_each_clinic_has_a_drawer_and_a_series_of_its_own(work: Session) -> None:
    received(work, 1)
    received(work, 1, site="ely")
    here, there = opened(work), opened(work, "ely", 2000)
    sell(work, {BALL: 1}, site="ely")

    assert cash(takings.of_session(work, here)).sales == 0
    assert cash(takings.of_session(work, there)).sales == 1
    numbers_given = [z_reports.close(work, each.id, FIFTY, **WHO).number for each in (here, there)]
    assert numbers_given == ["CAM-Z1", "ELY-Z1"]


def test_a_refund_belongs_to_the_drawer_that_it_was_paid_out_of(work: Session) -> None:
    received(work, 1)
    evening = opened(work)
    number = sell(work, {BALL: 1})
    z_reports.close(work, evening.id, FIFTY, **WHO)
    morning = opened(work)

    give_back(work, number, press="b")

    assert cash(takings.of_session(work, evening)).refunds == 0
    assert cash(takings.of_session(work, morning)) == ByMethod("cash", 0, 0, 1, 850)
    assert takings.of_session(work, morning).expected_pence == 5000 - 850


def test_a_number_that_was_not_used_is_given_again(database: Database) -> None:
    with database.transaction() as work:
        first = opened(work).id
    with pytest.raises(ZeroDivisionError), database.transaction() as work:
        assert z_reports.close(work, first, FIFTY, **WHO).serial / 0
    with database.transaction() as work:
        assert z_reports.close(work, first, FIFTY, **WHO).number == "CAM-Z1"


@pytest.mark.parametrize("pieces", [{3: 1}, {100: -1}, {100: 10_000}, {5000: 9_999}])
def test_a_count_that_makes_no_sense_is_refused_and_the_till_stays_open(
    work: Session, pieces: Mapping[int, int]
) -> None:
    session = opened(work)

    with pytest.raises(Unreadable):
        z_reports.close(work, session.id, pieces, **WHO)

    assert till.current(work, "cambridge")


@pytest.mark.parametrize(
    ("pence", "reason"), [(0, "milk"), (-1, "milk"), (10_000_001, "milk"), (1, ""), (1, "x" * 201)]
)
def test_a_move_of_cash_that_makes_no_sense_is_refused(
    work: Session, pence: int, reason: str
) -> None:
    opened(work)

    with pytest.raises(Unreadable):
        cash_moves.record(work, "cambridge", Way.OUT, pence, reason, **WHO)


def test_a_report_that_is_not_there_is_not_found(work: Session) -> None:
    with pytest.raises(NotFound):
        z_reports.numbered(work, "CAM-Z9")
    with pytest.raises(NotFound):
        z_reports.close(work, 99, FIFTY, **WHO)


@pytest.mark.parametrize("table", ["z_report", "z_line", "cash_move", "cash_count"])
def test_the_database_itself_keeps_what_was_counted_and_reported(
    database: Database, table: str
) -> None:
    with database.transaction() as work:
        session = opened(work)
        cash_moves.record(work, "cambridge", Way.OUT, 100, "milk", **WHO)
        z_reports.close(work, session.id, FIFTY, **WHO)

    for act in (f"DELETE FROM shop_{table}", f"UPDATE shop_{table} SET {_KEYS[table]}"):
        with pytest.raises(DBAPIError), database.transaction() as work:
            work.execute(text(act))


_KEYS = {
    "z_report": "note = 'x'",
    "z_line": "sales = 9",
    "cash_move": "amount_pence = 9",
    "cash_count": "pieces = 9",
}


def test_verify_finds_a_sale_without_its_drawer_and_a_second_open_one(database: Database) -> None:
    with database.transaction() as work:
        received(work, 5)
        sell(work, {BALL: 1}, at=NOON - timedelta(days=1))  # before the clinic had drawers
        session = opened(work)
        sell(work, {BALL: 1})
        z_reports.close(work, session.id, FIFTY, **WHO)
        opened(work)
    assert [check.name for check in checks.verify(database) if not check.ok] == []

    with database.transaction() as work:
        work.execute(
            update(TillSession).where(TillSession.id == session.id).values(float_pence=4000)
        )
        work.execute(
            update(numbers.DocumentNumber)
            .where(numbers.DocumentNumber.series == "z:cambridge")
            .values(last=2)
        )
    wrong = [check.name for check in checks.verify(database) if not check.ok]
    assert wrong == [
        "till: a Z report says what its session took, gave back, moved and counted",
        "Z reports: their numbers have no gap",
    ]


COOKED = {
    "UPDATE shop_z_report SET cash_in_pence = cash_in_pence + 7,"
    " cash_out_pence = cash_out_pence + 7": "till: a Z report says",
    "UPDATE shop_refund SET session_id = (SELECT id FROM shop_till_session WHERE site = 'ely')":
    "till: what the desk takes",
}  # fmt: skip


@pytest.mark.parametrize("change", COOKED)
def test_verify_finds_what_was_moved_between_drawers_and_between_in_and_out(
    database: Database, change: str
) -> None:
    with database.transaction() as work:
        received(work, 5)
        opened(work, "ely")
        session = opened(work)
        give_back(work, sell(work, {BALL: 1}), press="b")
        z_reports.close(work, session.id, FIFTY, **WHO)
    assert [check.name for check in checks.verify(database) if not check.ok] == []

    without_triggers(database, change)

    wrong = [check.name for check in checks.verify(database) if not check.ok]
    assert any(name.startswith(COOKED[change]) for name in wrong)


def test_a_sale_and_a_closing_at_once_never_lose_the_payment(database: Database) -> None:
    """The sale is in the report, or it was refused: never taken and in no drawer."""
    for _ in range(20):
        with database.transaction() as work:
            received(work, 4)
            session_id = opened(work).id
        gate, sold, refused = threading.Barrier(5), [], []

        @retried
        def take(gate: threading.Barrier = gate) -> None:
            with database.transaction() as work:
                till.taking(work, "cambridge")
                sell(work, {BALL: 1})

        def one(sold: list[int] = sold, refused: list[int] = refused,
                gate: threading.Barrier = gate, take: object = take) -> None:  # fmt: skip
            gate.wait()
            try:
                take()  # type: ignore[operator]
                sold.append(1)
            except TillClosed:
                refused.append(1)

        tills = [threading.Thread(target=one) for _ in range(4)]
        for each in tills:
            each.start()
        gate.wait()
        with database.transaction() as work:
            report = z_reports.close(work, session_id, FIFTY, **WHO)
        for each in tills:
            each.join()

        assert len(sold) + len(refused) == 4
        assert report.expected_pence == 5000 + 850 * len(sold)
    assert [check for check in checks.verify(database) if not check.ok] == []
