"""Counts: what is really there, counted blind, while the shop goes on selling.

Each line remembers what its level said, and how many moves had touched it, at the moment it
was counted. Posting writes the difference of that moment, so a sale, a transfer or a hold in
between makes no variance of its own. Who counts is never told what to expect. Counting itself
is in `tallies.py`, what comes of it in `variances.py`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Subquery,
    UniqueConstraint,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import count_scope, numbers, products, sites
from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.errors import NotFound, Refusal, Unreadable

MOST_UNITS = 100_000  # of one product at one place
SURPRISE = 2  # units: a difference that is counted again before anybody believes it
SERIES = "count"


class CountState(StrEnum):
    OPEN = "open"
    POSTED = "posted"
    CANCELLED = "cancelled"


class Count(Base):
    __tablename__ = "shop_count"
    __table_args__ = (
        whole("number", 1, 2_000_000_000),
        CheckConstraint("state IN ('open', 'posted', 'cancelled')", name="state_known"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_has_time"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index("ix_shop_count_site_state", "site", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    state: Mapped[str]
    started_by: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(UTCTime)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)


_OPEN = text("is_open")


class CountLine(Base):
    """One product at one place. `times` 0: nobody has counted it yet.

    `counted`, `expected` and `position` are of the last tally; `previous` is the difference
    that the one before it found. `is_open` is its count's state, so that the database can
    refuse a second count of the same.
    """

    __tablename__ = "shop_count_line"
    __table_args__ = (
        UniqueConstraint("count_id", "place", "sku"),
        whole("counted", 0, MOST_UNITS),
        whole("expected", 0, 10_000_000),
        whole("position", 0, 2_000_000_000),
        whole("previous", -10_000_000, MOST_UNITS),
        whole("times", 0, 999),
        Index(
            "uq_shop_count_line_open",
            "place",
            "sku",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_shop_count_line_sku_counted_at", "sku", "counted_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    count_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_count.id"))
    place: Mapped[str]
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    counted: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    previous: Mapped[int] = mapped_column(default=0)
    times: Mapped[int] = mapped_column(default=0)
    counted_by: Mapped[str | None]
    counted_at: Mapped[datetime | None] = mapped_column(UTCTime)
    is_open: Mapped[bool] = mapped_column(default=True)

    @property
    def difference(self) -> int:
        return self.counted - self.expected


def surprising() -> ColumnElement[bool]:
    """What has to be counted again: so far off, and no second tally agrees."""
    difference = CountLine.counted - CountLine.expected
    return and_(
        CountLine.times > 0,
        func.abs(difference) >= SURPRISE,
        or_(CountLine.times == 1, CountLine.previous != difference),
    )


def start(
    work: Session, site_id: str, skus: Iterable[str] | None = None, *, by: str, at: datetime
) -> Count:
    """Begin to count these products, or all of a clinic's. It can be left and taken up again.

    Raises Refusal when somebody is counting one of them there already.
    """
    site = sites.get(work, site_id)
    wanted = (
        count_scope.whole_site(site_id) if skus is None else count_scope.listed(work, site_id, skus)
    )
    if not work.scalar(select(select(wanted.c.sku).exists())):
        raise Unreadable(f"There is nothing to count at {site.name}.")
    refuse_second(work, wanted)
    count = Count(
        number=numbers.take(work, SERIES),
        site=site_id,
        state=CountState.OPEN,
        started_by=by,
        started_at=at,
    )
    work.add(count)
    work.flush()
    lines = select(literal(count.id), wanted.c.place, wanted.c.sku)
    work.execute(
        insert(table_of(CountLine)).from_select(
            ["count_id", "place", "sku"], lines.order_by(wanted.c.place, wanted.c.sku)
        )
    )
    return count


def get(work: Session, number: int) -> Count:
    found = work.scalars(select(Count).where(Count.number == number)).one_or_none()
    if found is None:
        raise NotFound("There is no count with that number.")
    return found


def open_at(work: Session, site_id: str) -> Sequence[Count]:
    """Counts of a clinic that somebody has begun and nobody has ended."""
    statement = select(Count).where(Count.site == site_id, Count.state == CountState.OPEN)
    return work.scalars(statement.order_by(Count.number)).all()


def ended_at(work: Session, site_id: str, *, most: int) -> Sequence[Count]:
    """The last counts of a clinic that were posted or thrown away, the latest first."""
    statement = select(Count).where(Count.site == site_id, Count.state != CountState.OPEN)
    return work.scalars(statement.order_by(Count.number.desc()).limit(most)).all()


def locked(work: Session, number: int) -> Count:
    """An open count that nobody else can act on until this transaction ends."""
    statement = select(Count).where(Count.number == number).with_for_update()
    found = work.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("There is no count with that number.")
    if found.state != CountState.OPEN:
        raise Refusal(f"Count {number} was {found.state} by {found.ended_by}.")
    return found


def refuse_second(work: Session, wanted: Subquery) -> None:
    """Raise Refusal when one of these places and products is in an open count already."""
    same = and_(CountLine.place == wanted.c.place, CountLine.sku == wanted.c.sku)
    clash = (
        select(CountLine.sku, Count)
        .join(Count, Count.id == CountLine.count_id)
        .join(wanted, same)
        .where(CountLine.is_open)
        .order_by(CountLine.place, CountLine.sku)
        .limit(1)
    )
    for sku, count in work.execute(clash):
        name, site = products.get(work, sku).name, sites.get(work, count.site).name
        raise Refusal(
            f"{name} is being counted at {site} already: count {count.number}, by "
            f"{count.started_by}. Finish or cancel that one first."
        )
