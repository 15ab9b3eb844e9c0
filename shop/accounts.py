"""The stand-alone site's own staff: accounts, roles, sessions and slowed-down guessing.

A shop mounted in a host never comes here; the host says who is at the desk.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import CheckConstraint, ForeignKey, Row, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.security import check_password_hash, generate_password_hash

from shop import audit
from shop.db import Base, BigId, UTCTime, whole
from shop.errors import Refusal, TooManyTries, Unreadable
from shop.staff import Role, Staff, by_short_code

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128
IDLE, SHIFT = timedelta(minutes=30), timedelta(hours=10)
FREE_TRIES, TRIES_WINDOW = 5, timedelta(minutes=15)
MOST_WRONG_CODES = 5  # of a device, or for a person, until a password is given
_ROLES = ", ".join(f"'{role}'" for role in Role)


class Account(Base):
    """`demo` accounts have printed passwords and are refused outside development."""

    __tablename__ = "shop_staff"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)


class AccountRole(Base):
    __tablename__ = "shop_staff_role"
    __table_args__ = (CheckConstraint(f"role IN ({_ROLES})", name="role_known"),)

    staff_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_staff.id"), primary_key=True)
    site: Mapped[str] = mapped_column(primary_key=True)  # a site's id, or *
    role: Mapped[str]


class StaffSession(Base):
    """One signed-in browser. The cookie has the token, the row only its hash.

    Where somebody took over by a short code, `code_site` is the clinic it was typed at, and
    `opened_by` whose password opened this device. `wrong_codes` were tried on it since.
    """

    __tablename__ = "shop_staff_session"
    __table_args__ = (
        CheckConstraint("(code_site IS NULL) = (opened_by IS NULL)", name="code_somewhere"),
        whole("wrong_codes", 0, MOST_WRONG_CODES),
    )

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_staff.id"))
    began_at: Mapped[datetime] = mapped_column(UTCTime)
    seen_at: Mapped[datetime] = mapped_column(UTCTime)
    code_site: Mapped[str | None]
    opened_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("shop_staff.id"))
    wrong_codes: Mapped[int] = mapped_column(default=0, server_default="0")


class SignInAttempt(Base):
    """A sign-in that failed, by what it was tried with; kept for the length of the window."""

    __tablename__ = "shop_sign_in_attempt"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UTCTime)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A good sign-in: the token goes into the cookie, and nowhere else."""

    token: str
    name: str


def add(
    work: Session,
    email: str,
    name: str,
    password: str,
    roles: Mapping[str, Role],
    *,
    by: str,
    at: datetime,
    demo: bool = False,
) -> Account:
    """Open an account. Raises Unreadable for a weak password and Refusal for a taken email."""
    email, name = email.strip().lower(), name.strip()
    if "@" not in email or not name:
        raise Unreadable("An account needs an email address and a name.")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Unreadable(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    if not roles:
        raise Unreadable("An account needs a role at one site, or at all of them.")
    if work.scalar(select(Account.id).where((Account.email == email) | (Account.name == name))):
        raise Refusal("Somebody has an account with that email or name.")
    account = Account(
        email=email, name=name, password_hash=generate_password_hash(password), demo=demo
    )
    work.add(account)
    work.flush()
    work.execute(
        insert(AccountRole),
        [{"staff_id": account.id, "site": site, "role": role} for site, role in roles.items()],
    )
    audit.record(work, "staff added", email, by=by, at=at)
    return account


def sign_in(
    work: Session, email: str, password: str, *, address: str, at: datetime, demo_allowed: bool
) -> SignedIn | None:
    """Check a password and start a session. None, and a remembered try, when it is wrong.

    Raises TooManyTries when this email, or this address, failed too often lately; there is
    no lasting lock, so nobody can shut out a colleague for long.
    """
    email = email.strip().lower()
    _slow_down(work, email, address, at)
    account = work.scalars(select(Account).where(Account.email == email)).one_or_none()
    right = check_password_hash(account.password_hash if account else _decoy(), password)
    if not account or not right or not account.active or (account.demo and not demo_allowed):
        tries = [{"key": key, "at": at} for key in _keys(email, address)]
        work.execute(insert(SignInAttempt), tries)
        audit.record(work, "sign-in failed", email[:200], by="-", at=at)
        return None
    token = secrets.token_urlsafe(24)
    session = {"token_hash": _hash(token), "staff_id": account.id}
    work.execute(insert(StaffSession).values(**session, began_at=at, seen_at=at))
    work.execute(delete(SignInAttempt).where(SignInAttempt.key == f"email:{email}"))
    audit.record(work, "signed in", email, by=account.name, at=at)
    return SignedIn(token, account.name)


def confirm(work: Session, staff_id: int, password: str, *, address: str, at: datetime) -> bool:
    """Whether this is the password of who is signed in, for what must not be done by a device that
    was left alone. A wrong one is remembered like a wrong sign-in. Raises TooManyTries."""
    account = work.get_one(Account, staff_id)
    _slow_down(work, account.email, address, at)
    if check_password_hash(account.password_hash, password):
        return True
    tries = [{"key": key, "at": at} for key in _keys(account.email, address)]
    work.execute(insert(SignInAttempt), tries)
    return False


def at_desk(work: Session, token: str, *, at: datetime, demo_allowed: bool) -> Staff | None:
    """Who this session token belongs to, if it still counts.

    Who took over by a short code is there as reception, at that clinic alone, and no longer than
    the account whose password opened the device.
    """
    statement = (
        select(Account, StaffSession, AccountRole.site, AccountRole.role)
        .join(StaffSession, StaffSession.staff_id == Account.id)
        .join(AccountRole, AccountRole.staff_id == Account.id)
        .where(StaffSession.token_hash == _hash(token), Account.active.is_(True))
    )
    rows = work.execute(statement).all()
    if not rows:
        return None
    account, session = rows[0][0], rows[0][1]
    if at - session.seen_at > IDLE or at - session.began_at > SHIFT:
        return None
    if account.demo and not demo_allowed:
        return None
    if session.opened_by and not work.get_one(Account, session.opened_by).active:
        return None
    staff = Staff(
        ref=str(account.id),
        name=account.name,
        roles={site: Role(role) for *_, site, role in rows},
        authenticated_at=session.began_at,
    )
    return by_short_code(staff, session.code_site) if session.code_site else staff


def listed(work: Session) -> Sequence[Row[str, str, str, str]]:
    """Every active account's (email, name, site, role), one line a role."""
    return work.execute(
        select(Account.email, Account.name, AccountRole.site, AccountRole.role)
        .join(AccountRole, AccountRole.staff_id == Account.id)
        .where(Account.active.is_(True))
        .order_by(Account.email, AccountRole.site)
    ).all()


def seen(work: Session, token: str, *, at: datetime) -> None:
    """Note that this session is in use, so that a shift at the till is not cut off."""
    work.execute(
        update(StaffSession).where(StaffSession.token_hash == _hash(token)).values(seen_at=at)
    )


def sign_out(work: Session, token: str, *, at: datetime, by: str) -> None:
    """End the session for good: a copy of its cookie is worth nothing from now on."""
    work.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(token)))
    audit.record(work, "signed out", by, by=by, at=at)


def _slow_down(work: Session, email: str, address: str, at: datetime) -> None:
    since = at - TRIES_WINDOW
    work.execute(delete(SignInAttempt).where(SignInAttempt.at < since))
    for key in _keys(email, address):
        mine = SignInAttempt.key == key
        failed, latest = work.execute(
            select(func.count(), func.max(SignInAttempt.at)).where(mine)
        ).one()
        if failed < FREE_TRIES:
            continue
        wait = timedelta(seconds=min(2 ** (failed - FREE_TRIES), TRIES_WINDOW.total_seconds()))
        if at - latest < wait:
            raise TooManyTries("Too many tries. Wait a moment, then try again.")


@cache
def _decoy() -> str:
    """What an unknown email's password is compared with, so that it takes just as long."""
    return generate_password_hash(secrets.token_hex(16))


def _keys(email: str, address: str) -> tuple[str, str]:
    return f"email:{email[:200]}", f"address:{address}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def hashed_token(token: str) -> str:
    """What a session is found by."""
    return _hash(token)
