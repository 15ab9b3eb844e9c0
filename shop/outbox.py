"""Messages that wait to be sent, written in the transaction that they tell of.

Nothing here talks to a mail server: what is undone is never sent, and a server that is down
undoes nothing. A message has a key, so that whoever writes it twice writes it once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, table_of


class OutboxRow(Base):
    """`to` names a site, as `site:ely`, or an address. Who that is, is known when it is sent."""

    __tablename__ = "shop_outbox"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    to: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UTCTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCTime, index=True)


def put(work: Session, key: str, *, to: str, subject: str, body: str, at: datetime) -> bool:
    """Queue a message. False if one with this key was queued before."""
    row = {"key": key, "to": to, "subject": subject, "body": body, "made_at": at}
    queued = _PUT[work.get_bind().dialect.name].returning(OutboxRow.id)
    return work.scalar(queued, row) is not None


def waiting(work: Session, *, most: int = 100) -> Sequence[OutboxRow]:
    """What has not been sent yet, the oldest first."""
    found = select(OutboxRow).where(OutboxRow.sent_at.is_(None)).order_by(OutboxRow.id)
    return work.scalars(found.limit(most)).all()


def _putting(insert_row: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    return insert_row(table_of(OutboxRow)).on_conflict_do_nothing()


_PUT = {"sqlite": _putting(sqlite.insert), "postgresql": _putting(postgresql.insert)}
