"""How far a count is: what was counted, and what nobody has counted yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from shop import places
from shop.counts import Count, CountLine
from shop.places import Kind

MOST_SHOWN = 100  # lines of either list for a person to look through
_KEPT = places.place(Kind.KEPT, "")  # how each such place begins


@dataclass(frozen=True, slots=True)
class Progress:
    """So many lines, so many of them counted; `has_kept` where units are kept for orders.

    `differing` is for who approves: whoever counts is not told.
    """

    lines: int
    counted: int
    differing: int
    has_kept: bool

    @property
    def left(self) -> int:
        return self.lines - self.counted


def of(work: Session, number: int) -> Progress:
    """All of a count in one statement, however long it is."""
    columns = select(
        func.count(CountLine.id),
        _how_many(CountLine.times > 0),
        _how_many(and_(CountLine.times > 0, CountLine.counted != CountLine.expected)),
        _how_many(CountLine.place.startswith(_KEPT)),
    )
    found = columns.join_from(CountLine, Count, Count.id == CountLine.count_id)
    every, counted, differing, kept = work.execute(found.where(Count.number == number)).one()
    return Progress(every, counted, differing, kept > 0)


def lines(number: int) -> Select[CountLine]:
    """A count's lines as they are in the database now, in no order."""
    found = select(CountLine).join(Count, Count.id == CountLine.count_id)
    return found.where(Count.number == number).execution_options(populate_existing=True)


def left(work: Session, number: int, *, most: int = MOST_SHOWN) -> Sequence[CountLine]:
    """What nobody has counted yet. It stays as it is when the count is posted."""
    found = lines(number).where(CountLine.times == 0)
    return work.scalars(found.order_by(CountLine.place.desc(), CountLine.sku).limit(most)).all()


def counted(work: Session, number: int, *, most: int = MOST_SHOWN) -> Sequence[CountLine]:
    """What was counted, the latest first."""
    found = lines(number).where(CountLine.times > 0)
    latest = found.order_by(CountLine.counted_at.desc(), CountLine.place.desc(), CountLine.sku)
    return work.scalars(latest.limit(most)).all()


def line_of(work: Session, number: int, sku: str) -> CountLine | None:
    """The line of a product, on the shelf or kept; none where the count does not ask for it."""
    return work.scalars(lines(number).where(CountLine.sku == sku).limit(1)).one_or_none()


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
