"""The demo's drawers: opened every morning, closed every evening, and now and then a coin short."""

import random
from datetime import datetime

from sqlalchemy.orm import Session

from shop import cash_moves, closing, takings, till, z_reports
from shop.cash_counts import DENOMINATIONS
from shop.cash_moves import Way
from shop.closing import Step

FLOAT = 5_000  # pence in each drawer before its first sale
_OFF = (*(0,) * 7, -20, -100, 10)  # what a count differs by, one as likely as another


def open_(work: Session, site_id: str, *, by: str, at: datetime) -> None:
    till.open_(work, site_id, float_pence=FLOAT, by=by, at=at)


def close(work: Session, site_id: str, rng: random.Random, *, by: str, at: datetime) -> None:
    """Bank the cash but for the float, and count the drawer."""
    session = till.get(work, till.taking(work, site_id))
    to_bank = takings.of_session(work, session).expected_pence - FLOAT
    if to_bank > 0:
        cash_moves.record(work, site_id, Way.OUT, to_bank, "To the bank", by=by, at=at)
    there = FLOAT + rng.choice(_OFF)
    report = z_reports.close(work, session.id, _pieces(there), by=by, at=at)
    for step in Step:
        closing.done(work, report, step, by=by, at=at)


def _pieces(pence: int) -> dict[int, int]:
    """The fewest notes and coins that make this sum."""
    pieces = {}
    for each in DENOMINATIONS:
        pieces[each], pence = divmod(pence, each)
    return pieces
