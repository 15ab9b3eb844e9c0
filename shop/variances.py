"""What a count found: what has to be counted again, what differs, and the moves that say so."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shop import counts, failpoints, holds, ledger, micro_counts, places, products
from shop.counts import Count, CountLine, CountState
from shop.errors import Refusal
from shop.ledger import Move, MoveReason
from shop.levels import StockLevel
from shop.places import ADJUSTMENT


def uncounted(work: Session, number: int) -> Sequence[CountLine]:
    """What nobody has counted yet. It stays as it is when the count is posted."""
    return [line for line in counts.lines_of(work, number) if not line.times]


def surprises(work: Session, number: int) -> Sequence[CountLine]:
    """What has to be counted again, because it is so far off. Show which, never by how much."""
    return [line for line in counts.lines_of(work, number) if line.is_surprising]


def review(work: Session, number: int) -> Sequence[CountLine]:
    """Every line that was counted, for who approves: expected, counted and the difference."""
    return [line for line in counts.lines_of(work, number) if line.times]


def post(work: Session, number: int, *, by: str, at: datetime) -> Sequence[CountLine]:
    """Write each difference into the ledger and end the count. Gives the lines that differed.

    Raises Refusal while something has to be counted again, and where fewer were found than
    are kept for an order: a person has to let that order go first.
    """
    count = counts.locked(work, number)
    counted = review(work, number)
    if not counted:
        raise Refusal("Nothing has been counted yet.")
    again = [products.get(work, line.sku).name for line in counted if line.is_surprising]
    if again:
        raise Refusal(f"Count once more before this can be posted: {', '.join(again)}.")
    differing = [line for line in counted if line.difference]
    for line in differing:
        _refuse_missing_kept(work, line, at)
    failpoints.reached("stocktake.before_post", work)
    _end(work, count, CountState.POSTED, by=by, at=at)
    ledger.post(work, [_move(line) for line in differing], by=by, at=at, undone="posted")
    micro_counts.done(work, count.site, [line.sku for line in counted])
    return differing


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


def _move(line: CountLine) -> Move:
    more = line.difference > 0
    from_place, to_place = (ADJUSTMENT, line.place) if more else (line.place, ADJUSTMENT)
    units = abs(line.difference)
    return Move(line.sku, units, from_place, to_place, MoveReason.COUNT, count_line_id=line.id)


def _refuse_missing_kept(work: Session, line: CountLine, at: datetime) -> None:
    """Refuse to lose units that somebody is waiting for, and say for whom they are kept."""
    if line.difference > 0:
        return
    holds.expire(work, line.place, line.sku, at=at)
    level = work.get_one(StockLevel, (line.place, line.sku), populate_existing=True)
    if level.on_hand + line.difference >= level.held:
        return
    name = products.get(work, line.sku).name
    orders = holds.kept_for(work, line.place, line.sku, at=at)
    if not orders:
        raise Refusal(f"More {name} left than the count found. Count it once more.")
    numbers = " and ".join(str(order) for order in orders)
    raise Refusal(f"Fewer {name} were found than are kept for order {numbers}. Let that go first.")


def _end(work: Session, count: Count, state: CountState, *, by: str, at: datetime) -> None:
    ended = {"state": state, "ended_by": by, "ended_at": at}
    work.execute(update(Count).where(Count.id == count.id).values(**ended))
    work.execute(update(CountLine).where(CountLine.count_id == count.id).values(is_open=False))
    work.refresh(count)
