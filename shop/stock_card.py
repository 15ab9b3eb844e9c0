"""Why a number is what it is: each move of a product at one place, with before and after.

A balance is not stored beside its move. It is worked out backwards from the level, so it can't
go wrong on its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from shop.db import table_of
from shop.ledger import StockMove
from shop.levels import StockLevel


@dataclass(frozen=True, slots=True)
class Entry:
    """A move as one place saw it: it held `before` units, and then `after`."""

    move: StockMove
    before: int
    after: int


def entries(
    work: Session, place: str, sku: str, *, before: int | None = None, most: int = 50
) -> Sequence[Entry]:
    """The moves that touched a product here, the latest first.

    `before` is the id of the move that the last page ended at.
    """
    statement = _ENTRIES.limit(most)
    if before is not None:
        statement = statement.where(StockMove.id < before)
    found = work.execute(statement, {"at_place": place, "of_sku": sku})
    return [Entry(move, after - change, after) for move, change, after in found]


_MOVE, _LEVEL = table_of(StockMove), table_of(StockLevel)
_HERE: ColumnElement[str] = bindparam("at_place")
_CHANGE = case((_MOVE.c.to_place == _HERE, _MOVE.c.units), else_=-_MOVE.c.units)
_NEWER = func.coalesce(func.sum(_CHANGE).over(order_by=_MOVE.c.id.desc(), rows=(None, -1)), 0)
_BALANCES = (
    select(_MOVE.c.id, _CHANGE.label("change"), (_LEVEL.c.on_hand - _NEWER).label("after"))
    .join_from(_MOVE, _LEVEL, (_LEVEL.c.sku == _MOVE.c.sku) & (_LEVEL.c.place == _HERE))
    .where(
        _MOVE.c.sku == bindparam("of_sku"),
        or_(_MOVE.c.from_place == _HERE, _MOVE.c.to_place == _HERE),
    )
    .subquery("balances")
)
_ENTRIES = (
    select(StockMove, _BALANCES.c.change, _BALANCES.c.after)
    .join_from(StockMove, _BALANCES, _BALANCES.c.id == StockMove.id)
    .order_by(StockMove.id.desc())
)
