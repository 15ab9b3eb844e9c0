"""Demo units on loan: nobody takes away one that is out, and of two who try one does."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import checks, loan_sales, loans, orders, stock, till
from shop.db import Database, retried
from shop.errors import OutOfStock, Refusal
from shop.gateways.counter import Method
from shop.loans import Loan
from shop.places import Kind
from tests.shop.conftest import BALL, LONDON, NOON, received

ROUNDS = int(os.environ.get("RIG_ROUNDS", "20"))
CLIENTS = 8
HERE, DAY = "cambridge", NOON.date()
Act = Callable[[Session], object]


def lend(work: Session) -> Loan:
    due = DAY + timedelta(days=7)
    return loans.lend(work, HERE, BALL, due_on=due, today=DAY, by="rae", at=NOON)


def take_away(work: Session, to: Kind | None = Kind.SHELF, units: int = 1) -> None:
    if to is None:
        stock.write_off(work, HERE, BALL, units, Kind.DEMO, by="rae", at=NOON)
    else:
        stock.relocate(work, HERE, BALL, units, Kind.DEMO, to, by="rae", at=NOON)


def sell(work: Session, number: int) -> None:
    loan_sales.sell(
        work, loans.numbered(work, number), Method.CASH, seen_pence=850, currency="GBP",
        vat_registered=True, zone=LONDON, session_id=till.taking(work, HERE),
        press=orders.new_press(), by="rae", at=NOON,
    )  # fmt: skip


def end(verb: Callable[..., object], number: int) -> Act:
    return partial(verb, number=number, by="rae", at=NOON)


def demo_units(work: Session) -> int:
    found = stock.overview(work, at=NOON).get(BALL, {}).get(HERE)
    return found.demo if found else 0


def clean(database: Database) -> bool:
    return [check for check in checks.verify(database) if not check.ok] == []


@pytest.fixture
def clinic(database: Database) -> Database:
    """An open till, balls on the shelf, and no demo unit yet."""
    with database.transaction() as work:
        received(work, 200)
        till.open_(work, HERE, float_pence=0, by="rae", at=NOON)
    return database


def with_demos(database: Database, units: int) -> None:
    """So many demo units at the clinic, of which none is out."""
    with database.transaction() as work:
        for loan in loans.out(work, HERE):
            loans.bring_back(work, loan.number, by="rae", at=NOON)
        for loan in loans.to_clean(work, HERE):
            loans.clean(work, HERE, BALL, loan.id, by="rae", at=NOON)
        if there := demo_units(work):
            take_away(work, units=there)
        for _ in range(units):
            loans.try_here(work, HERE, BALL, by="rae", at=NOON)


# What is out stays in the books


@pytest.mark.parametrize("to", [Kind.SHELF, Kind.DAMAGED, None])
def test_a_demo_unit_that_is_out_is_taken_away_by_nobody(clinic: Database, to: Kind | None) -> None:
    with_demos(clinic, 2)
    with clinic.transaction() as work:
        number = lend(work).number
        take_away(work, to)  # the one that is here

    with pytest.raises(Refusal) as told, clinic.transaction() as work:
        take_away(work, to)

    assert str(told.value) == (
        "Soft ball: 1 of 1 demo unit at Cambridge is out on loan. "
        "Nothing was moved. End the loan first: it is back, sold or lost."
    )
    with clinic.reading() as work:
        assert demo_units(work) == 1
    assert clean(clinic)
    with clinic.transaction() as work:
        loans.bring_back(work, number, by="rae", at=NOON)
        take_away(work, to)
        assert demo_units(work) == 0
    assert clean(clinic)


def test_more_than_there_are_is_still_said_to_be_more_than_there_are(clinic: Database) -> None:
    with_demos(clinic, 1)
    with pytest.raises(OutOfStock), clinic.transaction() as work:
        take_away(work, units=2)


@pytest.mark.parametrize("ending", ["lost", "sold"])
def test_a_loan_that_ends_takes_its_own_unit_along(clinic: Database, ending: str) -> None:
    with_demos(clinic, 1)
    with clinic.transaction() as work:
        number = lend(work).number
    with clinic.transaction() as work:
        if ending == "sold":
            sell(work, number)
        else:
            loans.lose(work, number, by="rae", at=NOON)
        assert demo_units(work) == 0
    assert clean(clinic)


def test_another_clinics_loan_is_in_nobodys_way_here(clinic: Database) -> None:
    with_demos(clinic, 1)
    with clinic.transaction() as work:
        received(work, 1, site="ely")
        loans.try_here(work, "ely", BALL, by="rae", at=NOON)
        loans.lend(work, "ely", BALL, due_on=DAY, today=DAY, by="rae", at=NOON)
        take_away(work)
    assert clean(clinic)


# At once


def at_once(database: Database, acts: Sequence[Act]) -> list[str]:
    """How each ended, all begun at the same moment."""
    together = Barrier(len(acts))

    @retried
    def once(act: Act) -> None:
        with database.transaction() as work:
            act(work)

    def run(act: Act) -> str:
        together.wait(30)
        try:
            once(act)
        except Refusal:
            return "refused"
        return "done"

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(run, acts))


def test_of_many_who_lend_the_last_one_one_does(clinic: Database) -> None:
    for round_ in range(1, ROUNDS + 1):
        with_demos(clinic, 1)

        ended = at_once(clinic, [lend] * CLIENTS)

        assert ended.count("done") == 1
        with clinic.reading() as work:
            assert len(loans.out(work, HERE)) == 1
            numbers = work.scalars(select(Loan.number).order_by(Loan.number)).all()
            assert list(numbers) == list(range(1, round_ + 1))
    assert clean(clinic)


@pytest.mark.parametrize("to", [Kind.SHELF, None])
def test_of_who_lends_the_last_one_and_who_takes_it_away_one_does(
    clinic: Database, to: Kind | None
) -> None:
    for _ in range(ROUNDS):
        with_demos(clinic, 1)

        ended = at_once(clinic, [lend, partial(take_away, to=to)])

        assert sorted(ended) == ["done", "refused"]
        with clinic.reading() as work:
            assert len(loans.out(work, HERE)) == demo_units(work) == (ended[0] == "done")
    assert clean(clinic)


def test_a_loan_ends_once_however_many_end_it(clinic: Database) -> None:
    for _ in range(ROUNDS):
        with_demos(clinic, 1)
        with clinic.transaction() as work:
            number = lend(work).number
        acts: list[Act] = [
            *[partial(sell, number=number)] * 2,
            *[end(loans.bring_back, number)] * 2,
            end(loans.lose, number),
        ]

        ended = at_once(clinic, acts)

        assert ended.count("done") == 1
        with clinic.reading() as work:
            loan = loans.numbered(work, number)
            assert loan.ending == ("sold", "sold", "back", "back", "lost")[ended.index("done")]
            assert demo_units(work) == (loan.ending == "back")
    assert clean(clinic)


def test_one_is_sold_to_who_has_it_while_the_other_is_lent(clinic: Database) -> None:
    for _ in range(ROUNDS):
        with_demos(clinic, 2)
        with clinic.transaction() as work:
            number = lend(work).number

        ended = at_once(clinic, [partial(sell, number=number), lend, lend])

        assert ended[0] == "done"
        assert sorted(ended[1:]) == ["done", "refused"]
        with clinic.reading() as work:
            assert len(loans.out(work, HERE)) == demo_units(work) == 1
    assert clean(clinic)
