"""Vouchers: a code that takes something off an order, for a time and so many times.

A use is taken when an order is placed. It comes back when nobody pays for that order, or when its
sale is undone at the till. What is paid after its time is never turned away, so such a use may be
one more than were meant (`late_uses`).
"""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, and_, exists, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from shop import audit, discounts, money
from shop.db import Base, UTCTime, whole
from shop.discounts import Discount
from shop.errors import NotFound, Refusal, Unreadable
from shop.money import MOST_PENCE

SHORTEST_CODE = 4
LONGEST_CODE = 20
MOST_USES = 1_000_000
_CODE = re.compile(rf"[A-Z0-9]{{{SHORTEST_CODE},{LONGEST_CODE}}}")


class Voucher(Base):
    """`ends_at` is the first moment at which it doesn't work any more. `MOST_USES` is no limit."""

    __tablename__ = "shop_voucher"
    __table_args__ = (
        whole("percent", 0, 100),
        whole("pence", 0, MOST_PENCE),
        whole("least_pence", 0, MOST_PENCE),
        whole("most_uses", 1, MOST_USES),
        whole("uses", 0, MOST_USES),
        whole("late_uses", 0, MOST_USES),
        CheckConstraint("(percent = 0) <> (pence = 0)", name="percent_or_pence"),
        CheckConstraint("uses <= most_uses", name="used_as_often_as_meant"),
        CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
        CheckConstraint("(stopped_at IS NULL) = (stopped_by IS NULL)", name="stopped_by_somebody"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    percent: Mapped[int]
    pence: Mapped[int]
    least_pence: Mapped[int]
    most_uses: Mapped[int]
    uses: Mapped[int] = mapped_column(default=0, server_default="0")
    late_uses: Mapped[int] = mapped_column(default=0, server_default="0")
    starts_at: Mapped[datetime] = mapped_column(UTCTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCTime)
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UTCTime)
    stopped_by: Mapped[str | None]
    stopped_at: Mapped[datetime | None] = mapped_column(UTCTime)


def make(
    work: Session,
    code: str,
    *,
    percent: int = 0,
    pence: int = 0,
    least_pence: int = 0,
    most_uses: int = MOST_USES,
    starts_at: datetime,
    ends_at: datetime | None = None,
    by: str,
    at: datetime,
) -> Voucher:
    """Make a code that can be used from now on, or from a later day. Nobody can change it after.

    Raises Unreadable for what can't be meant, and Refusal for a code that there was before.
    """
    discounts.require_amount(percent, pence)
    if not _CODE.fullmatch(tidied(code)):
        raise Unreadable(
            f"A code has {SHORTEST_CODE} to {LONGEST_CODE} letters and digits, like SUMMER10."
        )
    if ends_at is not None and ends_at <= max(starts_at, at):
        raise Unreadable("The last day must not be before the first, or over already.")
    if work.get(Voucher, tidied(code)) is not None:
        raise Refusal("There is a voucher with that code. Choose another one.")
    voucher = Voucher(
        code=tidied(code), percent=percent, pence=pence, least_pence=least_pence,
        most_uses=most_uses, starts_at=starts_at, ends_at=ends_at, made_by=by, made_at=at,
    )  # fmt: skip
    work.add(voucher)
    work.flush()
    audit.record(work, "voucher made", voucher.code, by=by, at=at)
    return voucher


def stop(work: Session, code: str, *, by: str, at: datetime) -> None:
    """Nobody can use it any more. What was ordered with it stays as it is. Harmless again."""
    if work.get(Voucher, tidied(code)) is None:
        raise NotFound("There is no voucher with that code.")
    running = update(Voucher).where(Voucher.code == tidied(code), Voucher.stopped_at.is_(None))
    stopped = running.values(stopped_at=at, stopped_by=by).returning(Voucher.code)
    if work.execute(stopped).one_or_none():
        audit.record(work, "voucher stopped", tidied(code), by=by, at=at)


def find(
    work: Session, code: str, *, goods_pence: int, used: str | None = None, at: datetime
) -> Discount:
    """What a code, typed in any case, takes off goods at this price. It is not used by this.

    `used` is the code of an order that ends before the next one is placed: its use comes back.
    Raises NotFound for no such code, and Refusal for one that doesn't work now, or not for this.
    """
    voucher = work.get(Voucher, tidied(code), populate_existing=True)
    if voucher is None:
        raise NotFound("We don't know that code. Check it, or go on without it.")
    _require_usable(voucher, at, back=int(used == voucher.code))
    if goods_pence < voucher.least_pence:
        least = money.in_words(voucher.least_pence)
        raise Refusal(f"That code is for orders of {least} or more.")
    return Discount(
        percent=voucher.percent, pence=voucher.pence, voucher=voucher.code,
        least_pence=voucher.least_pence,
    )  # fmt: skip


def use(work: Session, code: str, *, at: datetime) -> None:
    """Count one use, in the transaction that places its order. Of many at once only so many get
    one; raises Refusal for the others, and nothing of their order is kept."""
    taken = update(Voucher).where(Voucher.code == code, _works(at)).values(uses=Voucher.uses + 1)
    if work.execute(taken.returning(Voucher.code)).one_or_none() is None:
        voucher = work.get(Voucher, code, populate_existing=True)
        if voucher is not None:
            _require_usable(voucher, at)
        raise NotFound("We don't know that code. Check it, or go on without it.")


def give_back(work: Session, code: str) -> None:
    """Nobody paid for the order that used it, or it was undone, so somebody else may."""
    work.execute(update(Voucher).where(Voucher.code == code).values(uses=Voucher.uses - 1))


def use_late(work: Session, code: str) -> None:
    """Its order was cancelled, and then paid after all: it counts again, also above the limit."""
    left = update(Voucher).where(Voucher.code == code, Voucher.uses < Voucher.most_uses)
    again = left.values(uses=Voucher.uses + 1)
    if work.execute(again.returning(Voucher.code)).one_or_none() is None:
        late = update(Voucher).where(Voucher.code == code)
        work.execute(late.values(late_uses=Voucher.late_uses + 1))


def any_on(work: Session, *, at: datetime) -> bool:
    """Whether there is a code that somebody could use now."""
    return bool(work.scalar(select(exists().where(_works(at)))))


def listed(work: Session, *, most: int) -> Sequence[Voucher]:
    """The vouchers that were ever made, the latest first."""
    return work.scalars(select(Voucher).order_by(Voucher.made_at.desc()).limit(most)).all()


def tidied(code: str) -> str:
    """A code as it is kept: capitals, without the spaces and hyphens that people put in."""
    return "".join(code.upper().replace("-", " ").split())


def _works(at: datetime) -> ColumnElement[bool]:
    return and_(
        Voucher.stopped_at.is_(None),
        Voucher.starts_at <= at,
        or_(Voucher.ends_at.is_(None), Voucher.ends_at > at),
        Voucher.uses < Voucher.most_uses,
    )


def _require_usable(voucher: Voucher, at: datetime, *, back: int = 0) -> None:
    if at < voucher.starts_at:
        raise Refusal("That code does not work yet.")
    if voucher.stopped_at is not None or (voucher.ends_at is not None and at >= voucher.ends_at):
        raise Refusal("That code does not work any more. Go on without it.")
    if voucher.uses - back >= voucher.most_uses:
        raise Refusal("That code has been used up. Go on without it.")
