"""Why a number is what it is: each move of a product at one place, with before and after.

A balance is not stored beside its move. It is worked out backwards from the level, so it can't
go wrong on its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, case, func, or_, select
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

    `before` is the id of the move that the last page ended at. One statement, so that level and
    moves are of one moment; the first page costs the same however long the history is.
    """
    statement = _LATEST if before is None else _OLDER
    found = work.execute(
        statement.limit(most), {"at_place": place, "of_sku": sku, "before_id": before}
    )
    shown: list[Entry] = []
    for move, newest in found:
        after = shown[-1].before if shown else newest
        change = move.units if move.to_place == place else -move.units
        shown.append(Entry(move, after - change, after))
    return shown


_MOVE, _LEVEL = table_of(StockMove), table_of(StockLevel).alias("level_now")
_NEWER = table_of(StockMove).alias("newer_move")
_HERE: ColumnElement[str] = bindparam("at_place")
_SKU: ColumnElement[str] = bindparam("of_sku")
_BEFORE: ColumnElement[int] = bindparam("before_id")


def _touching(moves: FromClause) -> ColumnElement[bool]:
    return and_(moves.c.sku == _SKU, or_(moves.c.from_place == _HERE, moves.c.to_place == _HERE))


_ON_HAND = (
    select(_LEVEL.c.on_hand).where(_LEVEL.c.sku == _SKU, _LEVEL.c.place == _HERE).scalar_subquery()
)
_SINCE = (
    select(func.sum(case((_NEWER.c.to_place == _HERE, _NEWER.c.units), else_=-_NEWER.c.units)))
    .where(_touching(_NEWER), _NEWER.c.id >= _BEFORE)
    .scalar_subquery()
)
_MOVES = select(StockMove).where(_touching(_MOVE)).order_by(StockMove.id.desc())
_LATEST = _MOVES.add_columns(_ON_HAND.label("newest"))
_OLDER = _MOVES.add_columns((_ON_HAND - func.coalesce(_SINCE, 0)).label("newest")).where(
    _MOVE.c.id < _BEFORE
)
