"""What a count found: what has to be counted again, what differs, and the moves that say so."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, func, select, tuple_, update
from sqlalchemy.orm import Session

from shop import (
    count_progress,
    counts,
    failpoints,
    holds,
    ledger,
    levels,
    micro_counts,
    online_orders,
    places,
    products,
)
from shop.counts import Count, CountLine, CountState
from shop.errors import Refusal
from shop.ledger import Move, MoveReason
from shop.levels import StockLevel
from shop.places import ADJUSTMENT, Kind

MOST_SHOWN = 500  # lines for a person to look through
A_PART = 500  # lines that are put right together
_DIFFERS = and_(CountLine.times > 0, CountLine.counted != CountLine.expected)


def surprises(work: Session, number: int, *, most: int = MOST_SHOWN) -> Sequence[CountLine]:
    """What has to be counted again, because it is so far off. Show which, never by how much."""
    return work.scalars(_lines(number).where(counts.surprising()).limit(most)).all()


def differing(work: Session, number: int, *, most: int = MOST_SHOWN) -> Sequence[CountLine]:
    """What was counted and is not as the books said then, for who approves."""
    return work.scalars(_lines(number).where(_DIFFERS).limit(most)).all()


def post(work: Session, number: int, *, by: str, at: datetime) -> int:
    """Write each difference into the ledger and end the count. Gives how many lines differed.

    They go by parts, in the order in which everybody locks levels, so that a count of a whole
    warehouse takes no more memory than one of a shelf. Raises Refusal while something has to
    be counted again, and where fewer were found than are kept or put aside for an order: a
    person has to let that order go first.
    """
    count = counts.locked(work, number)
    failpoints.reached("stocktake.before_post", work)
    # Ended first: this waits for whoever is counting a line, and what they count is asked about.
    _end(work, count, CountState.POSTED, by=by, at=at)
    if not count_progress.of(work, number).counted:
        raise Refusal("Nothing has been counted yet.")
    if again := [products.get(work, line.sku).name for line in surprises(work, number, most=10)]:
        raise Refusal(f"Count once more before this can be posted: {', '.join(again)}.")
    put_right = 0
    for part in _parts(work, number):
        for line in part:
            _refuse_missing_kept(work, line, at)
        ledger.post(work, [_move(line) for line in part], by=by, at=at, undone="posted")
        put_right += len(part)
    micro_counts.done(work, count)
    return put_right


def cancel(work: Session, number: int, *, by: str, at: datetime) -> None:
    """Throw a count away. The books stay as they are."""
    _end(work, counts.locked(work, number), CountState.CANCELLED, by=by, at=at)


def last_counted(work: Session, site_id: str) -> dict[str, datetime]:
    """When each product on a clinic's shelf was last counted, in a count that was posted."""
    statement = (
        select(CountLine.sku, func.max(CountLine.counted_at))
        .join(Count, Count.id == CountLine.count_id)
        .where(
            Count.state == CountState.POSTED,
            CountLine.place == places.shelf(site_id),
            CountLine.times > 0,
        )
        .group_by(CountLine.sku)
    )
    return {sku: at for sku, at in work.execute(statement) if at is not None}


def _lines(number: int) -> Select[CountLine]:
    """In the order in which everybody locks levels."""
    return count_progress.lines(number).order_by(CountLine.place, CountLine.sku)


def _parts(work: Session, number: int) -> Iterator[Sequence[CountLine]]:
    """What differs, a part at a time, by place and product."""
    behind, statement = tuple_(CountLine.place, CountLine.sku), _lines(number).where(_DIFFERS)
    part = work.scalars(statement.limit(A_PART)).all()
    while part:
        yield part
        last = (part[-1].place, part[-1].sku)
        part = work.scalars(statement.where(behind > last).limit(A_PART)).all()


def _move(line: CountLine) -> Move:
    more = line.difference > 0
    from_place, to_place = (ADJUSTMENT, line.place) if more else (line.place, ADJUSTMENT)
    units = abs(line.difference)
    return Move(line.sku, units, from_place, to_place, MoveReason.COUNT, count_line_id=line.id)


def _refuse_missing_kept(work: Session, line: CountLine, at: datetime) -> None:
    """Refuse to lose units that somebody is waiting for, and say for whom they are kept."""
    if line.difference > 0:
        return
    if places.kind_of(line.place) == Kind.KEPT:
        _refuse_missing_paid(work, line)
        return
    holds.expire(work, line.place, line.sku, at=at)
    level = work.get_one(StockLevel, (line.place, line.sku), populate_existing=True)
    if level.on_hand + line.difference >= level.held:
        return
    name = products.get(work, line.sku).name
    whom = " and ".join(holds.kept_for(work, line.place, line.sku, at=at))
    if not whom:
        raise _left_meanwhile(name)
    raise Refusal(f"Fewer {name} were found than are kept for {whom}. Let that go first.")


def _refuse_missing_paid(work: Session, line: CountLine) -> None:
    """Refuse to lose units that are put aside: an order whose units are not there can be neither
    handed over nor given back."""
    there = levels.locked(work, line.place, line.sku) + line.difference
    waiting = online_orders.waiting_for(work, places.site_of(line.place), line.sku)
    missing = sum(waiting.values()) - there
    if missing <= 0:
        return
    name, whom = products.get(work, line.sku).name, " and ".join(waiting)
    if not whom:
        raise _left_meanwhile(name)
    raise Refusal(
        f"Fewer {name} were found than are put aside for {whom}. That is paid for: put {missing} "
        "there from the shelf and count both again, or give the money back first."
    )


def _left_meanwhile(name: str) -> Refusal:
    return Refusal(f"More {name} left than the count found. Count it once more.")


def _end(work: Session, count: Count, state: CountState, *, by: str, at: datetime) -> None:
    ended = {"state": state, "ended_by": by, "ended_at": at}
    work.execute(update(Count).where(Count.id == count.id).values(**ended))
    work.execute(update(CountLine).where(CountLine.count_id == count.id).values(is_open=False))
    work.refresh(count)
