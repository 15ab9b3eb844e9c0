"""Seals: a chain of digests over history, so that whoever rewrites a row breaks what follows.

`flask shop tick` seals what has been committed since. A seal is a digest of the one before it
and of the rows themselves, so it needs no lock in a sale and no secret. Whoever can rewrite a
row, its seal and all later ones is still found out by a digest that was noted elsewhere: tick
prints the last one.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, Table, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import failpoints
from shop.audit import AuditRow
from shop.db import Base, BigId, Database, UTCTime, table_of, whole
from shop.ledger import StockMove

MOST_ROWS = 10_000  # of one table under one seal, so that a wrong row is found among few
WAIT_MS = 2_000  # for writers of PostgreSQL to finish, before the next tick tries again
START = "0" * 64
# What a digest of form 1 covers, in this order. A later version adds columns as another form.
_COLUMNS = {
    StockMove: (
        *("id", "sku", "units", "from_place", "to_place", "reason", "order_line_id"),
        *("transfer_line_id", "arrival_line_id", "count_line_id", "delivery_line_id"),
        *("note", "by", "at"),
    ),
    AuditRow: ("id", "act", "subject", "by", "at"),
}


class Seal(Base):
    """Moves and audit rows up to these ids, behind those of the seal before."""

    __tablename__ = "shop_seal"
    __table_args__ = (whole("form", 1, 1), whole("row_count", 1, 2 * MOST_ROWS))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    form: Mapped[int]
    moves_to: Mapped[int] = mapped_column(BigId)
    audit_to: Mapped[int] = mapped_column(BigId)
    row_count: Mapped[int]
    previous: Mapped[str] = mapped_column(unique=True)  # so that the chain never forks
    digest: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


def seal(database: Database, *, at: datetime) -> int:
    """Seal everything that is committed and has no seal yet. Gives the number of rows.

    Two at once are harmless: the second finds nothing left, or its seal has no place in the
    chain and is undone.
    """
    with database.transaction() as work:
        moves = _ceiling(work, StockMove)
    with database.transaction() as work:  # one lock at a time: two could meet another act's two
        audit = _ceiling(work, AuditRow)
    sealed = 0
    while True:
        with database.transaction() as work:
            rows = _seal_next(work, moves, audit, at)
        if not rows:
            return sealed
        sealed += rows


def last(work: Session) -> Seal | None:
    """The newest seal, None before the first."""
    return work.scalars(select(Seal).order_by(Seal.id.desc()).limit(1)).one_or_none()


def broken(work: Session) -> list[str]:
    """Walk the chain and name every seal that its rows, or the seal before it, do not fit."""
    wrong, previous, moves, audit = [], START, 0, 0
    for each in work.scalars(select(Seal).order_by(Seal.id)):
        rows, digest = _digest(work, previous, (moves, each.moves_to), (audit, each.audit_to))
        if each.previous != previous:
            wrong.append(f"seal {each.id} does not follow the one before it")
        elif (rows, digest) != (each.row_count, each.digest):
            wrong.append(
                f"seal {each.id}: moves {moves + 1} to {each.moves_to} or audit rows {audit + 1} "
                f"to {each.audit_to} are not as they were sealed at {each.at.isoformat()}"
            )
        previous, moves, audit = each.digest, each.moves_to, each.audit_to
    return wrong


def _ceiling(work: Session, of: type[StockMove] | type[AuditRow]) -> int:
    """The greatest id, up to which no row can appear any more.

    On PostgreSQL a row with a lower id may still be on its way; the lock waits until nobody
    is writing, for an instant. On SQLite there is one writer, and that is us.
    """
    if work.get_bind().dialect.name == "postgresql":
        work.execute(text(f"SET LOCAL lock_timeout = {WAIT_MS}"))
        work.execute(text(f"LOCK TABLE {of.__tablename__} IN SHARE MODE"))
    return work.scalar(select(func.max(of.id))) or 0


def _seal_next(work: Session, moves_to: int, audit_to: int, at: datetime) -> int:
    before = last(work)
    moves, audit = (before.moves_to, before.audit_to) if before else (0, 0)
    to_move = _end(work, StockMove, moves, moves_to)
    to_audit = _end(work, AuditRow, audit, audit_to)
    previous = before.digest if before else START
    rows, digest = _digest(work, previous, (moves, to_move), (audit, to_audit))
    if rows:
        work.add(
            Seal(form=1, moves_to=to_move, audit_to=to_audit, row_count=rows,
                 previous=previous, digest=digest, at=at)
        )  # fmt: skip
        work.flush()
        failpoints.reached("seal.after_row", work)
    return rows


def _end(work: Session, of: type[StockMove] | type[AuditRow], after: int, to: int) -> int:
    """The id of the last row that still fits under this seal."""
    ids = select(of.id).where(of.id > after, of.id <= to).order_by(of.id).limit(MOST_ROWS)
    return work.scalar(select(func.max(ids.subquery().c.id))) or after


def _digest(
    work: Session, previous: str, moves: tuple[int, int], audit: tuple[int, int]
) -> tuple[int, str]:
    """How many rows lie behind the first id of each pair up to the second, and their digest."""
    sum_, count = hashlib.sha256(previous.encode()), 0
    for of, (after, to) in ((StockMove, moves), (AuditRow, audit)):
        for row in _rows(work, table_of(of), _COLUMNS[of], after, to):
            sum_.update(row)
            count += 1
    return count, sum_.hexdigest()


def _rows(
    work: Session, table: Table, columns: Sequence[str], after: int, to: int
) -> Iterator[bytes]:
    statement: Select[tuple[object, ...]] = (
        select(*(table.c[name] for name in columns))
        .where(table.c.id > after, table.c.id <= to)
        .order_by(table.c.id)
    )
    for row in work.execute(statement):
        yield json.dumps([table.name, *_plain(row)], ensure_ascii=False).encode() + b"\n"


def _plain(row: Iterable[object]) -> list[object]:
    return [each.isoformat() if isinstance(each, datetime) else each for each in row]
