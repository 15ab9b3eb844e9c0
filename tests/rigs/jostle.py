"""Sixteen clients who do different things to one product at once. Run by the rigs.

Each says what it did to Cambridge's shelf, so that the shelf can be recounted from outside,
from what people were told and not from what the program counts.
"""

import random
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from shop import arrivals, counts, holds, stock, tallies, transfers, variances
from shop.arrivals import Outcome, Part
from shop.db import Database, retried
from shop.errors import Refusal
from shop.ledger import MoveReason
from shop.places import Kind, shelf
from tests.shop.conftest import BALL, NOON
from tests.shop.selling import pay, place, sell

LATER = NOON + timedelta(minutes=10)
BY = {"by": "zoe", "at": LATER}


def sale(work: Session) -> int:
    sell(work, {BALL: 1}, at=LATER)
    return -1


def adjust(work: Session) -> int:
    change = random.choice((-2, -1, 1, 2))
    reason = MoveReason.SUPPLIER_ERROR
    stock.adjust(work, "cambridge", BALL, change, reason, **BY)
    return change


def demo(work: Session) -> int:
    stock.relocate(work, "cambridge", BALL, 1, Kind.SHELF, Kind.DEMO, **BY)
    return -1


def hold_that_is_over(work: Session) -> int:
    """Whoever wants its units next gets them."""
    place(work, {BALL: 2}, hold_until=NOON + timedelta(minutes=1))
    return 0


def sweep(work: Session) -> int:
    holds.expire(work, shelf("cambridge"), BALL, at=LATER)
    return 0


def hold_and_pay(work: Session) -> int:
    order = place(work, {BALL: 1}, at=LATER, hold_until=LATER + timedelta(minutes=30))
    pay(work, order, at=LATER)
    return -1


def send(work: Session) -> int:
    number = transfers.draft(work, "cambridge", "ely", {BALL: 2}, **BY).number
    transfers.send(work, number, **BY)
    return -2


def arrive(work: Session) -> int:
    """Part of whatever is on its way arrives, or comes back; two clients may want the same."""
    back = 0
    for transfer in transfers.open_at(work, "ely")[:1]:
        outcome = random.choice(list(Outcome))
        arrivals.receive(work, transfer.number, "ely", [Part(BALL, 1, outcome)], **BY)
        back = 1 if outcome == Outcome.RETURNED else 0
    return back


def count_it(work: Session) -> int:
    """Blind, and sometimes one is missing."""
    number = counts.start(work, "cambridge", [BALL], **BY).number
    there = tallies.put(work, number, BALL, 0, **BY).expected
    line = tallies.put(work, number, BALL, max(0, there - random.choice((0, 0, 1))), **BY)
    variances.post(work, number, **BY)
    return line.difference


ACTS = (sale, sale, adjust, demo, hold_that_is_over, sweep, hold_and_pay, send, arrive, count_it)


def anything(database: Database) -> str:
    """One act of many, as a screen would do it. Says `-1 sale`, or `0 refused sale`."""
    act: Callable[[Session], int] = random.choice(ACTS)

    @retried
    def once() -> int:
        with database.transaction() as work:
            return act(work)

    try:
        return f"{once()} {act.__name__}"
    except Refusal:
        return f"0 refused {act.__name__}"
