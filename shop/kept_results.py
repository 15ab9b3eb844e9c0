"""A result that somebody chose to keep: frozen, sealed with its own link, gone after 30 days.

Only the link opens it, and the link is not here: the row has its hash, what is sealed, and the
day on which it ends. Nothing joins it to an order, a session, a basket or a person; so there is
no counter and no time of keeping, and its size is rounded up like its last day.
"""

import os
import re
import secrets
import zlib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import clock
from shop.db import Base, UTCTime
from shop.errors import NotFound, TooManyTries, Unreadable

DAYS = 30  # and to the end of the last one
MOST_BYTES = 200_000
MOST_A_DAY = 1_000  # of all visitors together: nobody is told apart, and a disk has an end
BLOCK = 16 * 1024  # what is sealed comes in blocks, or its length would say which advice it is
_UTC = ZoneInfo("UTC")
_CODE = re.compile(r"[A-Za-z0-9_-]{22}")  # 128 bits, as `secrets.token_urlsafe(16)` writes them
_NONCE = 12


class KeptResult(Base):
    """`link_hash` finds the row and says nothing of the key: both are made from the link alone."""

    __tablename__ = "shop_kept_result"
    # SQLite would number the rows as they come, and tell which was kept after which.
    __table_args__ = ({"sqlite_with_rowid": False},)

    link_hash: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UTCTime, index=True)
    sealed: Mapped[bytes]


def keep(work: Session, page: str, *, at: datetime) -> str:
    """Freeze a page and give its link's code, which is nowhere else: lost is lost.

    Sweeps too. Raises Unreadable for a page of more than MOST_BYTES, and TooManyTries on a day
    on which MOST_A_DAY were kept already, or a few more where several came at once.
    """
    content = page.encode()
    if len(content) > MOST_BYTES:
        raise Unreadable("This result is too long to keep. You can print it.")
    sweep(work, at=at)
    code = secrets.token_urlsafe(16)
    _, end = clock.bounds(last_day(at), _UTC)
    if _kept_until(work, end) >= MOST_A_DAY:
        raise TooManyTries("Too many results were kept today. You can print this one.")
    values = {"link_hash": _hash(code), "expires_at": end, "sealed": _seal(code, content)}
    work.execute(insert(KeptResult).values(**values))
    return code


def last_day(at: datetime) -> date:
    """The day to whose end a result lives that is kept at this time."""
    return clock.day_of(at + timedelta(days=DAYS), _UTC)


def read(work: Session, code: str, *, at: datetime) -> str:
    """The page as it was kept, byte for byte.

    Raises NotFound, in the same words for a link that ended, that never was, or whose row is
    not as we wrote it: whoever guesses learns nothing.
    """
    if _CODE.fullmatch(code):
        mine = (KeptResult.link_hash == _hash(code), KeptResult.expires_at > at)
        sealed = work.scalars(select(KeptResult.sealed).where(*mine)).one_or_none()
        content = _open(code, sealed) if sealed else None
        if content is not None:
            return content.decode()
    raise NotFound("This result has ended, or its link is not whole. Start again for a new one.")


def forget(work: Session, code: str) -> None:
    """Delete a result before its time. Quiet where there is none: that is what was wanted."""
    if _CODE.fullmatch(code):
        work.execute(delete(KeptResult).where(KeptResult.link_hash == _hash(code)))


def sweep(work: Session, *, at: datetime) -> int:
    """Delete what has ended, and say how many.

    `keep` calls it; `flask shop tick` will, once it is there, so that the last ones go too
    where nobody keeps another.
    """
    swept = work.execute(
        delete(KeptResult)
        .where(KeptResult.expires_at <= at)
        .execution_options(synchronize_session=False)
    )
    count: int = swept.rowcount  # type: ignore[attr-defined]
    return count


def _kept_until(work: Session, end: datetime) -> int:
    """How many end with this day: those that were kept on one and the same day."""
    ending = select(func.count()).where(KeptResult.expires_at == end)
    return work.scalar(ending) or 0


def _seal(code: str, content: bytes) -> bytes:
    packed, nonce = zlib.compress(content), os.urandom(_NONCE)
    blocks = -(-len(packed) // BLOCK)
    return nonce + AESGCM(_key(code)).encrypt(nonce, packed.ljust(blocks * BLOCK, b"\0"), None)


def _open(code: str, sealed: bytes) -> bytes | None:
    """What is inside; None where the row was changed, or belongs to another link."""
    try:
        packed = AESGCM(_key(code)).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    except (InvalidTag, ValueError):  # the second one where hardly anything is left of it
        return None
    return zlib.decompressobj().decompress(packed)  # which knows its end, and leaves the padding


def _key(code: str) -> bytes:
    return _derived(code, b"sorespot kept result: key")


def _hash(code: str) -> str:
    return _derived(code, b"sorespot kept result: row").hex()


def _derived(code: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=purpose).derive(code.encode())
