"""Messages that wait to be sent, written in the transaction that they tell of.

Nothing here talks to a mail server: what is undone is never sent, and a server that is down
undoes nothing. A message has a key, so that whoever writes it twice writes it once.

Who sends one takes it first, for a while. Nobody else gets it until that is over, so two senders
send it once; and who dies with it in hand has it sent again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Insert, Select, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, table_of

MOST_TRIES = 14  # a day and a half, before only a person tries it again
LONGEST_WAIT = timedelta(hours=6)  # between two tries
LONGEST_PROBLEM = 200  # characters of what a mail server answered
LEASE = timedelta(minutes=5)  # that a message is in one sender's hands: it gives up well before
FRESH = timedelta(days=7)  # after which a message that was never tried has lost its point
SENT_KEPT = timedelta(days=30)  # what a mail said, after it went
ONCE = "once:"  # starts the key of a mail whose address is forgotten as soon as it went
_WAIT = timedelta(minutes=1)  # before the second try; twice as long before each one after it


class OutboxRow(Base):
    """`to` names a site, as `site:ely`, an online order by its id, as `order:17`, or an address.
    Who that is, is known when it is sent. `site` is the clinic whose people look after it.

    `next_at` is when it is tried again: None once nobody but a person will, because it has failed.
    `taken_until` is set while somebody sends it.
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
    site: Mapped[str] = mapped_column(default="", server_default="")
    taken_until: Mapped[datetime | None] = mapped_column(UTCTime)


def put(
    work: Session, key: str, *, to: str, site: str, subject: str, body: str, at: datetime
) -> bool:
    """Queue a message. False if one with this key was queued before."""
    row = {
        "key": key, "to": to, "site": site, "subject": subject, "body": body,
        "made_at": at, "next_at": at,
    }  # fmt: skip
    queued = _PUT[work.get_bind().dialect.name].returning(OutboxRow.id)
    return work.scalar(queued, row) is not None


def latest(work: Session, site: str, keys: str) -> datetime | None:
    """When a clinic's last message was queued whose key begins so, sent or not."""
    its = select(func.max(OutboxRow.made_at))
    return work.scalar(its.where(OutboxRow.site == site, OutboxRow.key.startswith(keys)))


def waiting(work: Session, *, site: str | None = None, most: int = 100) -> Sequence[OutboxRow]:
    """What has not been sent yet, the oldest first: everywhere, or what is a clinic's."""
    found = _unsent(site).where(OutboxRow.next_at.is_not(None))
    return work.scalars(found.order_by(OutboxRow.id).limit(most)).all()


def failed(work: Session, *, site: str | None = None, most: int = 100) -> Sequence[OutboxRow]:
    """What nobody tries any more, the latest first."""
    found = _unsent(site).where(OutboxRow.next_at.is_(None))
    return work.scalars(found.order_by(OutboxRow.id.desc()).limit(most)).all()


def due(work: Session, *, at: datetime, most: int) -> Sequence[int]:
    """What is to be tried now, the oldest first."""
    ids = select(OutboxRow.id).where(*_ready(at))
    return work.scalars(ids.order_by(OutboxRow.next_at, OutboxRow.id).limit(most)).all()


def take(work: Session, row_id: int, *, at: datetime) -> OutboxRow | None:
    """Take a message in hand, to send it. None where somebody else was quicker."""
    mine = select(OutboxRow).where(OutboxRow.id == row_id, *_ready(at)).with_for_update()
    row = work.scalars(mine.execution_options(populate_existing=True)).one_or_none()
    if row is not None:
        row.tries += 1
        row.taken_until = at + LEASE
        work.flush()
    return row


def past_sending(row: OutboxRow, *, at: datetime) -> str:
    """Why a message that was just taken is better not sent; empty where it is."""
    if row.tries > MOST_TRIES:
        return "Whoever sent it broke off, each time."
    if row.tries == 1 and not row.problem and row.made_at < at - FRESH:
        return f"It waited for more than {FRESH.days} days, so it may be out of date."
    return ""


def sent(work: Session, row: OutboxRow, *, at: datetime) -> None:
    """The mail server has it."""
    values: dict[str, object] = {"sent_at": at, "next_at": None, "taken_until": None, "problem": ""}
    if row.key.startswith(ONCE):
        values["to"] = ""
    work.execute(update(OutboxRow).where(OutboxRow.id == row.id).values(**values))


def not_sent(work: Session, row: OutboxRow, problem: str, *, at: datetime) -> bool:
    """It did not go, and is tried again after a while. False once it was tried often enough."""
    if row.tries >= MOST_TRIES:
        give_up(work, row, problem)
        return False
    _still_mine(work, row, problem, at + min(_WAIT * 2 ** (row.tries - 1), LONGEST_WAIT))
    return True


def give_up(work: Session, row: OutboxRow, problem: str) -> None:
    """It will not go as it is. Only a person has it tried again."""
    _still_mine(work, row, problem, None)


def again(work: Session, row_id: int, *, site: str, at: datetime) -> OutboxRow | None:
    """Have a clinic's message that did not go tried at once. None where there is none to try.

    One that somebody is sending at this moment is left to them.
    """
    anew = _unsent(site).where(OutboxRow.id == row_id, OutboxRow.problem != "", _free(at))
    row = work.scalars(anew.with_for_update()).one_or_none()
    if row is not None:
        row.tries, row.next_at = 0, at
        work.flush()
    return row


def forget(work: Session, *, at: datetime) -> int:
    """Empty what was sent a while ago. Its key stays, so that it is never written a second time."""
    old = update(OutboxRow).where(OutboxRow.sent_at < at - SENT_KEPT, OutboxRow.body != "")
    to = case((OutboxRow.to.contains("@"), ""), else_=OutboxRow.to)
    emptied = old.values(to=to, subject="", body="").returning(OutboxRow.id)
    return len(work.execute(emptied).all())


def _still_mine(work: Session, row: OutboxRow, problem: str, next_at: datetime | None) -> None:
    """Note how a try ended, unless it took so long that somebody else has taken it since."""
    mine = (OutboxRow.id == row.id, OutboxRow.sent_at.is_(None), OutboxRow.tries == row.tries)
    values = {"problem": problem[:LONGEST_PROBLEM], "next_at": next_at, "taken_until": None}
    work.execute(update(OutboxRow).where(*mine).values(**values))


def _unsent(site: str | None) -> Select[OutboxRow]:
    found = select(OutboxRow).where(OutboxRow.sent_at.is_(None))
    return found if site is None else found.where(OutboxRow.site == site)


def _ready(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return OutboxRow.sent_at.is_(None), OutboxRow.next_at <= at, _free(at)


def _free(at: datetime) -> ColumnElement[bool]:
    return or_(OutboxRow.taken_until.is_(None), OutboxRow.taken_until <= at)


def _putting(insert_row: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    return insert_row(table_of(OutboxRow)).on_conflict_do_nothing()


_PUT = {"sqlite": _putting(sqlite.insert), "postgresql": _putting(postgresql.insert)}
