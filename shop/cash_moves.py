"""Cash that is put into a drawer or taken out other than by selling, each with its reason."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import till
from shop.db import Base, BigId, UTCTime, whole
from shop.errors import Unreadable
from shop.money import MOST_PENCE

LONGEST_REASON = 200  # characters


class Way(StrEnum):
    IN = "in"
    OUT = "out"


class CashMove(Base):
    """Appended, and never changed: a mistake is put right by a move the other way."""

    __tablename__ = "shop_cash_move"
    __table_args__ = (
        CheckConstraint("way IN ('in', 'out')", name="way_known"),
        CheckConstraint("reason <> ''", name="reason_given"),
        whole("amount_pence", 1, MOST_PENCE),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_till_session.id"), index=True)
    way: Mapped[str]
    amount_pence: Mapped[int]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


def record(
    work: Session, site_id: str, way: Way, amount_pence: int, reason: str, *, by: str, at: datetime
) -> CashMove:
    """Put cash into this clinic's drawer, or take it out: change from the bank, milk for the team.

    Raises Unreadable for less than a penny or without a reason, and TillClosed.
    """
    if not 1 <= amount_pence <= MOST_PENCE:
        raise Unreadable("Enter an amount in pounds, like 12 or 3.50.")
    if not reason.strip():
        raise Unreadable("Say what it is for.")
    if len(reason) > LONGEST_REASON:
        raise Unreadable(f"A reason has at most {LONGEST_REASON} characters.")
    move = CashMove(
        session_id=till.taking(work, site_id),
        way=way,
        amount_pence=amount_pence,
        reason=reason,
        by=by,
        at=at,
    )
    work.add(move)
    work.flush()
    return move


def of_session(work: Session, session_id: int) -> Sequence[CashMove]:
    """A session's moves of cash, the first one first."""
    its = select(CashMove).where(CashMove.session_id == session_id)
    return work.scalars(its.order_by(CashMove.id)).all()
