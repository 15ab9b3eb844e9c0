"""One press, one act: a form carries a one-time token, and a token works once.

A double click, a reload or a second tab sends the same token again. Where an act has no row
that could carry it, the screen claims the token first, in the act's own transaction.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Insert, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, UTCTime, table_of

KEPT = timedelta(days=7)  # longer than anybody leaves a form open


class Press(Base):
    """A token that was used. Only its hash is kept."""

    __tablename__ = "shop_press"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCTime, index=True)


def new() -> str:
    """A token for a form that does something."""
    return secrets.token_urlsafe(16)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def first(work: Session, token: str, *, at: datetime) -> bool:
    """Whether this form is pressed for the first time. The second press waits for the first.

    Call it in the transaction of the act: when that is undone, the token works again.
    """
    claim = _CLAIM[work.get_bind().dialect.name].returning(Press.token_hash)
    return work.scalar(claim, {"token_hash": hashed(token), "at": at}) is not None


def forget(work: Session, *, at: datetime) -> int:
    """Drop tokens that nobody can press any more."""
    old = select(Press.token_hash).where(Press.at < at - KEPT)
    gone = work.execute(delete(Press).where(Press.token_hash.in_(old)).returning(Press.token_hash))
    return len(gone.all())


def _claiming(insert_press: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    return insert_press(table_of(Press)).on_conflict_do_nothing()


_CLAIM = {"sqlite": _claiming(sqlite.insert), "postgresql": _claiming(postgresql.insert)}
