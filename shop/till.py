"""Till sessions: one drawer of a clinic, opened with a float and closed with a Z report.

What is paid and given back at the desk names its session. So no report depends on a range of
times: there may be two sessions a day, and what is paid out after midnight is in the report of
the drawer that it left.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, bindparam, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import cash_counts, sites
from shop.cash_counts import Occasion
from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.errors import NotFound, Refusal, Unreadable
from shop.money import MOST_PENCE

_OPEN = text("closed_at IS NULL")


class TillClosed(Refusal):
    """No drawer is open at this clinic, so nothing can be taken or given back there."""


class TillSession(Base):
    """A clinic has no more than one that is open: a unique index sees to that."""

    __tablename__ = "shop_till_session"
    __table_args__ = (
        whole("float_pence", 0, MOST_PENCE),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),
        Index(
            "uq_shop_till_session_open",
            "site",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_shop_till_session_site_id", "site", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    float_pence: Mapped[int]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(UTCTime)
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None] = mapped_column(UTCTime)


def open_(
    work: Session,
    site_id: str,
    *,
    float_pence: int,
    pieces: Mapping[int, int] | None = None,
    by: str,
    at: datetime,
) -> TillSession:
    """Begin to sell from this clinic's drawer, with so much change in it.

    Where its notes and coins were counted, they have to make the float. Raises Refusal while the
    drawer is open.
    """
    site = sites.get(work, site_id)
    if not 0 <= float_pence <= MOST_PENCE:
        raise Unreadable("Enter the float in pounds, like 50 or 49.50.")
    counted = cash_counts.total(pieces or {})
    if any((pieces or {}).values()) and counted != float_pence:
        raise Unreadable("The notes and coins don’t make that float. Count them again.")
    if now := current(work, site_id):
        raise Refusal(f"The till at {site.name} is open already. {now.opened_by} opened it.")
    opened = TillSession(site=site_id, float_pence=float_pence, opened_by=by, opened_at=at)
    work.add(opened)
    work.flush()
    cash_counts.write(work, opened.id, Occasion.OPENED, pieces or {})
    return opened


def current(work: Session, site_id: str) -> TillSession | None:
    """The session that is open at this clinic."""
    its = select(TillSession).where(TillSession.site == site_id, TillSession.closed_at.is_(None))
    return work.scalars(its.execution_options(populate_existing=True)).one_or_none()


def last(work: Session, site_id: str) -> TillSession | None:
    """The session that was opened last, open or not: its float is likely to be the next one's."""
    its = select(TillSession).where(TillSession.site == site_id)
    return work.scalars(its.order_by(TillSession.id.desc()).limit(1)).one_or_none()


def get(work: Session, session_id: int) -> TillSession:
    found = work.get(TillSession, session_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such till session.")
    return found


def taking(work: Session, site_id: str) -> int:
    """The open session, which can't be closed before this transaction ends.

    Ask first, and name it in what is paid, given back or moved. Others may take at the same time;
    who closes waits for all of them. Raises TillClosed.
    """
    session_id: int | None = work.scalar(_TAKING, {"of_site": site_id})
    if session_id is None:
        raise TillClosed(f"The till at {sites.get(work, site_id).name} is closed. Open it first.")
    return session_id


def locked(work: Session, session_id: int) -> TillSession:
    """An open session in which nobody else can take anything until this transaction ends.

    Raises TillClosed for one that somebody has closed.
    """
    its = select(TillSession).where(TillSession.id == session_id).with_for_update()
    found = work.scalars(its.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("There is no such till session.")
    if found.closed_at is not None:
        raise TillClosed(f"{found.closed_by} has closed this till already.")
    return found


def close(work: Session, session: TillSession, *, by: str, at: datetime) -> None:
    """End a locked session. `z_reports.close` is the one that calls this."""
    its = update(TillSession).where(TillSession.id == session.id, TillSession.closed_at.is_(None))
    closed = work.execute(its.values(closed_by=by, closed_at=at).returning(TillSession.id))
    assert closed.one_or_none(), "a locked session has changed"
    work.refresh(session)


_SESSION = table_of(TillSession)
# FOR SHARE: sales don't wait for each other here, and a closing waits for all of them.
_TAKING = (
    select(_SESSION.c.id)
    .where(_SESSION.c.site == bindparam("of_site"), _SESSION.c.closed_at.is_(None))
    .with_for_update(read=True)
)
