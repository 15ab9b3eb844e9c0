"""Counting: product after product is scanned or typed, and each line keeps its own moment."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shop import count_scope, counts, failpoints, places, products
from shop.count_scope import COUNTED
from shop.counts import MOST_UNITS, Count, CountLine
from shop.errors import Refusal, Unreadable
from shop.levels import StockLevel
from shop.places import Kind


def scan(
    work: Session,
    number: int,
    sku: str,
    units: int = 1,
    kind: Kind = Kind.SHELF,
    *,
    by: str,
    at: datetime,
) -> CountLine:
    """One more of a product was scanned: add it to its tally.

    Raises Refusal when units of it came or went since the tally began: nobody can say then
    whether they are in it, so it is counted again from the start with `put`.
    """
    if units < 1:
        raise Unreadable("Scan one product at a time, or type how many there are.")
    line = _line(work, number, sku, kind)
    if not line.times:
        return put(work, number, sku, units, kind, by=by, at=at)
    if _level(work, line)[1] != line.position:
        name = products.get(work, sku).name
        raise Refusal(f"{name} came or went while you counted it. Count it from the start.")
    return _write(work, line, by, at, counted=line.counted + units)


def put(
    work: Session,
    number: int,
    sku: str,
    units: int,
    kind: Kind = Kind.SHELF,
    *,
    by: str,
    at: datetime,
) -> CountLine:
    """So many of a product are there: a new tally, whatever was counted before."""
    line = _line(work, number, sku, kind)
    expected, position = _level(work, line)
    line = _write(
        work, line, by, at,
        counted=units, expected=expected, position=position,
        times=line.times + 1, previous=line.difference,
    )  # fmt: skip
    failpoints.reached("stocktake.after_count", work)
    return line


def _line(work: Session, number: int, sku: str, kind: Kind) -> CountLine:
    """The line of a product, which nobody else can count until this transaction ends.

    A product that the count did not expect gets a line of its own.
    """
    if kind not in COUNTED:
        raise Unreadable("Count what stands on the shelf, or what is kept for collection.")
    count = counts.get(work, number)
    place = places.place(kind, count.site)
    statement = (
        select(CountLine)
        .join(Count, Count.id == CountLine.count_id)
        .where(Count.number == number, CountLine.place == place, CountLine.sku == sku)
        .with_for_update(of=CountLine)
        .execution_options(populate_existing=True)
    )
    line = work.scalars(statement).one_or_none()
    if line is None:
        return _unexpected(work, number, place, sku)
    if not line.is_open:
        raise Refusal(f"Count {number} is over. Start another one.")
    return line


def _unexpected(work: Session, number: int, place: str, sku: str) -> CountLine:
    count = counts.locked(work, number)
    products.get(work, sku)
    counts.refuse_second(work, count_scope.only(place, sku))
    line = CountLine(count_id=count.id, place=place, sku=sku)
    work.add(line)
    work.flush()
    return line


def _level(work: Session, line: CountLine) -> tuple[int, int]:
    """What the books say is there now, and how many moves made it so."""
    level = select(StockLevel.on_hand, StockLevel.position).where(
        StockLevel.place == line.place, StockLevel.sku == line.sku
    )
    found = work.execute(level).one_or_none()
    return (0, 0) if found is None else (found.on_hand, found.position)


def _write(work: Session, line: CountLine, by: str, at: datetime, **tally: int) -> CountLine:
    if not 0 <= tally["counted"] <= MOST_UNITS:
        raise Unreadable(f"Count 0 to {MOST_UNITS:,} of a product.")
    work.execute(
        update(CountLine)
        .where(CountLine.id == line.id)
        .values(**tally, counted_by=by, counted_at=at)
        .execution_options(synchronize_session=False)
    )
    work.refresh(line)
    return line
