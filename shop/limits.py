"""How often something may be tried: counted in the database, so that all processes count alike.

Who tries is kept as a hash, for the length of the window.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from shop.db import Base, Database, UTCTime, retried, table_of
from shop.errors import TooManyTries

KEPT = timedelta(days=1)


class RateLimit(Base):
    """How often `key` tried in the window that began at `since`."""

    __tablename__ = "shop_rate_limit"

    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCTime, primary_key=True)
    tries: Mapped[int]


@retried
def take(
    database: Database, what: str, who: str, *, most: int, window: timedelta, at: datetime
) -> None:
    """Count one try. Raises TooManyTries past `most` in a window.

    It has a transaction of its own: what is refused afterwards was tried all the same.
    """
    seconds = int(window.total_seconds())
    since = at - timedelta(seconds=at.timestamp() % seconds)
    values = {"key": _key(what, who), "since": since.replace(microsecond=0), "tries": 1}
    with database.transaction() as work:
        tries = work.execute(_COUNT[work.get_bind().dialect.name], values).scalar_one()
    if tries > most:
        raise TooManyTries("That was tried too often. Wait a while, then try again, or call us.")


def forget(work: Session, *, at: datetime) -> int:
    """Drop what is counted no more."""
    old = select(RateLimit.key).where(RateLimit.since < at - KEPT)
    gone = delete(RateLimit).where(RateLimit.key.in_(old), RateLimit.since < at - KEPT)
    return len(work.execute(gone.returning(RateLimit.key)).all())


def _key(what: str, who: str) -> str:
    return f"{what}:{hashlib.sha256(who.encode(errors='replace')).hexdigest()[:32]}"


def _counting(insert: Callable[..., postgresql.Insert | sqlite.Insert]) -> ReturningInsert[int]:
    counter = table_of(RateLimit)
    return (
        insert(counter)
        .on_conflict_do_update(index_elements=["key", "since"], set_={"tries": counter.c.tries + 1})
        .returning(counter.c.tries)
    )


_COUNT = {"sqlite": _counting(sqlite.insert), "postgresql": _counting(postgresql.insert)}
