"""Messages that wait to be sent, written in the transaction that they tell of.

Nothing here talks to a mail server: what is undone is never sent, and a server that is down
undoes nothing. A message has a key, so that whoever writes it twice writes it once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, table_of

LINK = "{link}"  # stands in a body for the order's own link
MOST_TRIES = 8
LONGEST_PROBLEM = 200  # characters of what a mail server answered
_WAIT = timedelta(minutes=1)  # before the second try; twice as long before each one after it


class OutboxRow(Base):
    """`to` names a site, as `site:ely`, an online order by its id, as `order:17`, or an address.
    Who that is, is known when it is sent, and so is the order's link, where `body` has LINK.

    `next_at` is when it is tried again. It is None once nobody but a person will: it has failed.
    """

    __tablename__ = "shop_outbox"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    to: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UTCTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCTime, index=True)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime | None] = mapped_column(UTCTime)
    problem: Mapped[str] = mapped_column(default="", server_default="")


def put(work: Session, key: str, *, to: str, subject: str, body: str, at: datetime) -> bool:
    """Queue a message. False if one with this key was queued before."""
    row = {"key": key, "to": to, "subject": subject, "body": body, "made_at": at, "next_at": at}
    queued = _PUT[work.get_bind().dialect.name].returning(OutboxRow.id)
    return work.scalar(queued, row) is not None


def waiting(work: Session, *, most: int = 100) -> Sequence[OutboxRow]:
    """What has not been sent yet, the oldest first."""
    found = select(OutboxRow).where(OutboxRow.sent_at.is_(None)).order_by(OutboxRow.id)
    return work.scalars(found.limit(most)).all()


def due(work: Session, *, at: datetime, most: int = 100) -> Sequence[int]:
    """What is to be tried now, the oldest first."""
    unsent = select(OutboxRow.id).where(OutboxRow.sent_at.is_(None), OutboxRow.next_at <= at)
    return work.scalars(unsent.order_by(OutboxRow.id).limit(most)).all()


def claim(work: Session, row_id: int, *, at: datetime) -> OutboxRow | None:
    """Take a message to send it: nobody else gets it until it is due again.

    None where another one was quicker. Whoever dies with it in hand has it sent by the next try.
    """
    row = work.scalars(
        select(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.sent_at.is_(None), OutboxRow.next_at <= at)
        .with_for_update()
    ).one_or_none()
    if row is not None:
        row.tries += 1
        row.next_at = at + _WAIT * 2 ** (row.tries - 1)
        work.flush()
    return row


def sent(work: Session, row_id: int, *, at: datetime) -> None:
    _change(work, row_id, sent_at=at, next_at=None, problem="")


def not_sent(work: Session, row: OutboxRow, problem: str) -> None:
    """It did not go. After the last try only a person has it tried again."""
    over = {"next_at": None} if row.tries >= MOST_TRIES else {}
    _change(work, row.id, problem=problem[:LONGEST_PROBLEM], **over)


def again(work: Session, row_id: int, *, at: datetime) -> bool:
    """Have a message that failed tried anew. False for one that has not failed."""
    its = (OutboxRow.id == row_id, OutboxRow.sent_at.is_(None), OutboxRow.problem != "")
    anew = update(OutboxRow).where(*its).values(tries=0, next_at=at)
    return work.scalar(anew.returning(OutboxRow.id)) is not None


def failed(work: Session, *, most: int = 100) -> Sequence[OutboxRow]:
    """What did not go at the last try, the oldest first."""
    its = select(OutboxRow).where(OutboxRow.sent_at.is_(None), OutboxRow.problem != "")
    return work.scalars(its.order_by(OutboxRow.id).limit(most)).all()


def _change(work: Session, row_id: int, **values: object) -> None:
    work.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(**values))


def _putting(insert_row: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    return insert_row(table_of(OutboxRow)).on_conflict_do_nothing()


_PUT = {"sqlite": _putting(sqlite.insert), "postgresql": _putting(postgresql.insert)}
