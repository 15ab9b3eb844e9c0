"""Short codes: a colleague takes the till over in a moment, on a device that a password opened.

A code is little to guess, so it is worth little: it opens no device, it lets one do what reception
does at one clinic, and five wrong ones end it until a password is given.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise

from sqlalchemy import ForeignKey, Select, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.security import check_password_hash, generate_password_hash

from shop import audit
from shop.accounts import (
    MOST_WRONG_CODES,
    Account,
    AccountRole,
    SignedIn,
    StaffSession,
    hashed_token,
)
from shop.db import Base, BigId, UTCTime, whole
from shop.errors import NotFound, TooManyTries, Unreadable
from shop.staff import ANYWHERE

SHORTEST_CODE, LONGEST_CODE = 4, 6  # digits
FEWEST_DIFFERENT = 3  # of these digits
LOCKED = "There were too many wrong codes. Whoever is serving has to sign in with their password."


class ShortCode(Base):
    """The code of somebody who has one: its hash, and how often it was typed wrongly since it was
    last right, or a password was."""

    __tablename__ = "shop_short_code"
    __table_args__ = (whole("wrong", 0, MOST_WRONG_CODES),)

    staff_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_staff.id"), primary_key=True)
    code_hash: Mapped[str]
    wrong: Mapped[int]
    set_at: Mapped[datetime] = mapped_column(UTCTime)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can take the till over."""

    staff_id: int
    name: str


def colleagues(work: Session, site_id: str, *, demo_allowed: bool) -> Sequence[Colleague]:
    """Who has a short code and a role at this clinic, by name."""
    its = (
        select(Account.id, Account.name)
        .join(ShortCode, ShortCode.staff_id == Account.id)
        .where(Account.active.is_(True), Account.id.in_(_with_role(site_id)))
        .order_by(Account.name)
    )
    if not demo_allowed:
        its = its.where(Account.demo.is_(False))
    return [Colleague(*row) for row in work.execute(its)]


def since(work: Session, staff_id: int) -> datetime | None:
    """When this person chose the code they have, if they have one."""
    return work.scalar(select(ShortCode.set_at).where(ShortCode.staff_id == staff_id))


def choose(
    work: Session, staff_id: int, code: str, *, secret: bytes, token: str, by: str, at: datetime
) -> None:
    """Give somebody this code in place of the one they had. Ask for their password first.

    Where they are at a desk by the old code, all those sessions end but the one with `token`.
    Raises Unreadable for a code that is guessed at once; then the old one stays.
    """
    require_good(code)
    values = {"code_hash": _hash(secret, staff_id, code), "wrong": 0, "set_at": at}
    upsert = sqlite.insert if work.get_bind().dialect.name == "sqlite" else postgresql.insert
    its = upsert(ShortCode).values(staff_id=staff_id, **values)
    work.execute(its.on_conflict_do_update(index_elements=["staff_id"], set_=values))
    _end_sessions(work, staff_id, but=token)
    audit.record(work, "short code chosen", by, by=by, at=at)


def remove(work: Session, staff_id: int, *, by: str, at: datetime) -> None:
    """Take somebody's code away. Where it let them in, they are out. Raises NotFound."""
    gone = delete(ShortCode).where(ShortCode.staff_id == staff_id).returning(ShortCode.staff_id)
    if work.scalar(gone.execution_options(synchronize_session=False)) is None:
        raise NotFound("That person has no short code.")
    _end_sessions(work, staff_id, but="")
    audit.record(work, "short code removed", _name(work, staff_id), by=by, at=at)


def take_over(
    work: Session,
    token: str,
    staff_id: int,
    code: str,
    *,
    site_id: str,
    secret: bytes,
    demo_allowed: bool,
    at: datetime,
) -> SignedIn | None:
    """Somebody else serves on the device with this session, which gets a new token.

    None, and a remembered try, for a wrong code, for who has none, and for who is nobody here: all
    of these look alike. Raises TooManyTries where the device, or this person, had too many; that
    ends with a password. The device's shift goes on: it ends when it would have.
    """
    mine = StaffSession.token_hash == hashed_token(token)
    device = work.execute(
        update(StaffSession)
        .where(mine, StaffSession.wrong_codes < MOST_WRONG_CODES)
        .values(wrong_codes=StaffSession.wrong_codes + 1)
        .returning(StaffSession.staff_id, StaffSession.opened_by, StaffSession.began_at)
    ).one_or_none()
    if device is None:
        raise TooManyTries(LOCKED)
    there = {each.staff_id for each in colleagues(work, site_id, demo_allowed=demo_allowed)}
    kept = _tried(work, staff_id) if staff_id in there else _decoy()
    if not check_password_hash(kept, _peppered(secret, staff_id, code)):
        audit.record(work, "short code wrong", _name(work, staff_id), by="-", at=at)
        return None
    work.execute(update(ShortCode).where(ShortCode.staff_id == staff_id).values(wrong=0))
    work.execute(delete(StaffSession).where(mine))
    opened_by, name = device.opened_by or device.staff_id, _name(work, staff_id)
    new = _session(work, staff_id, site_id, opened_by, began_at=device.began_at, at=at)
    audit.record(work, "took over", _name(work, device.staff_id), by=name, at=at)
    return SignedIn(new, name)


def unlock(work: Session, name: str) -> None:
    """Let somebody's code count again: they have just given their password."""
    its = select(Account.id).where(Account.name == name).scalar_subquery()
    work.execute(update(ShortCode).where(ShortCode.staff_id == its).values(wrong=0))


def require_good(code: str) -> None:
    """Raises Unreadable for what is no short code, or one of those that are tried first."""
    digits = code.isascii() and code.isdigit()
    if not digits or not SHORTEST_CODE <= len(code) <= LONGEST_CODE:
        raise Unreadable(f"A short code has {SHORTEST_CODE} to {LONGEST_CODE} digits.")
    steps = {int(after) - int(before) for before, after in pairwise(code)}
    if len(set(code)) < FEWEST_DIFFERENT or steps in ({1}, {-1}):
        raise Unreadable(
            f"That code is guessed too soon. Use at least {FEWEST_DIFFERENT} different digits, "
            "and no row of them such as 1234."
        )


def _tried(work: Session, staff_id: int) -> str:
    """This person's hash, one more try being counted. Raises TooManyTries."""
    counted = (
        update(ShortCode)
        .where(ShortCode.staff_id == staff_id, ShortCode.wrong < MOST_WRONG_CODES)
        .values(wrong=ShortCode.wrong + 1)
    )
    kept: str | None = work.scalar(counted.returning(ShortCode.code_hash))
    if kept is None:
        raise TooManyTries(LOCKED)
    return kept


def _session(
    work: Session,
    staff_id: int,
    site_id: str,
    opened_by: int,
    *,
    began_at: datetime,
    at: datetime,
) -> str:
    """A session that a code let somebody into; its token."""
    token = secrets.token_urlsafe(24)
    session = {"token_hash": hashed_token(token), "staff_id": staff_id, "began_at": began_at}
    by_code = {"seen_at": at, "code_site": site_id, "opened_by": opened_by, "wrong_codes": 0}
    work.execute(insert(StaffSession).values(**session, **by_code))
    return token


def _end_sessions(work: Session, staff_id: int, *, but: str) -> None:
    by_code = (StaffSession.staff_id == staff_id, StaffSession.code_site.is_not(None))
    work.execute(delete(StaffSession).where(*by_code, StaffSession.token_hash != hashed_token(but)))


def _with_role(site_id: str) -> Select[int]:
    return select(AccountRole.staff_id).where(AccountRole.site.in_((site_id, ANYWHERE)))


def _name(work: Session, staff_id: int) -> str:
    return work.scalar(select(Account.name).where(Account.id == staff_id)) or "-"


def _hash(secret: bytes, staff_id: int, code: str) -> str:
    return generate_password_hash(_peppered(secret, staff_id, code))


def _peppered(secret: bytes, staff_id: int, code: str) -> str:
    """What is hashed: without our secret key, a copy of the table can't be tried out."""
    said = f"sorespot short code: {staff_id} {code}".encode(errors="replace")
    return hmac.digest(secret, said, "sha256").hex()


@cache
def _decoy() -> str:
    """What is compared where there is no code, so that it takes just as long."""
    return generate_password_hash(secrets.token_hex(16))
