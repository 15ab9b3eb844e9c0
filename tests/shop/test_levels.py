"""A level changes by what its units allow, and says so where they don't."""

import pytest
from sqlalchemy.orm import Session

from shop import levels
from shop.levels import Shift, StockLevel
from shop.places import shelf
from tests.shop.conftest import BALL, NOON, received
from tests.shop.unsaved import shared, unsaved

__all__ = ["shared", "unsaved"]
HERE = shelf("cambridge")


@pytest.mark.parametrize(
    ("on_hand", "held", "fits"),
    [
        (-3, 0, True),
        (-4, 0, False),
        (0, 3, True),
        (0, 4, False),
        (0, -2, True),
        (0, -3, False),
        (-2, -2, True),
        (-5, -2, True),
        (-6, -2, False),
    ],
)
def test_a_shelf_of_five_with_two_held_allows_this_and_no_more(
    work: Session, on_hand: int, held: int, fits: bool
) -> None:
    received(work, 5)
    levels.shift(work, Shift(HERE, BALL, held=2), at=NOON)

    did = levels.shift(work, Shift(HERE, BALL, on_hand=on_hand, held=held), at=NOON)

    level = work.get_one(StockLevel, (HERE, BALL))
    assert did is fits
    assert (level.on_hand, level.held) == ((5 + on_hand, 2 + held) if fits else (5, 2))


def test_a_place_that_has_never_had_any_gives_none(work: Session) -> None:
    assert not levels.shift(work, Shift(HERE, BALL, on_hand=-1), at=NOON)
    assert not levels.shift(work, Shift(HERE, BALL, held=1), at=NOON)
