"""Cash as it is counted: how many of each note and coin, when a till opens and when it closes."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, table_of, whole
from shop.errors import Unreadable
from shop.money import MOST_PENCE, in_words

# Pence, the largest first, as a drawer is counted: £50 to 1p.
DENOMINATIONS = (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
MOST_PIECES = 9_999  # of one note or coin
_KNOWN = ", ".join(map(str, DENOMINATIONS))


class Occasion(StrEnum):
    OPENED = "opened"
    CLOSED = "closed"


class CashCount(Base):
    """Pieces of one note or coin that lay in a drawer. Appended, and never changed."""

    __tablename__ = "shop_cash_count"
    __table_args__ = (
        CheckConstraint("occasion IN ('opened', 'closed')", name="occasion_known"),
        CheckConstraint(f"denomination_pence IN ({_KNOWN})", name="denomination_known"),
        whole("pieces", 1, MOST_PIECES),
    )

    session_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("shop_till_session.id"), primary_key=True, autoincrement=False
    )
    occasion: Mapped[str] = mapped_column(primary_key=True)
    denomination_pence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pieces: Mapped[int]


def total(pieces: Mapping[int, int]) -> int:
    """Pence that so many of each note and coin make. Raises Unreadable for what can't be."""
    for pence, many in pieces.items():
        if pence not in DENOMINATIONS or not 0 <= many <= MOST_PIECES:
            raise Unreadable(f"Count 0 to {MOST_PIECES} of each note and coin.")
    pence = sum(pence * many for pence, many in pieces.items())
    if pence > MOST_PENCE:
        raise Unreadable(f"A drawer holds at most {in_words(MOST_PENCE)}. Count it again.")
    return pence


def write(work: Session, session_id: int, occasion: Occasion, pieces: Mapping[int, int]) -> None:
    """Keep what was counted. Nothing is kept of what there was none of."""
    its = {"session_id": session_id, "occasion": occasion}
    rows = [
        {**its, "denomination_pence": pence, "pieces": many}
        for pence, many in sorted(pieces.items(), reverse=True)
        if many
    ]
    if rows:
        work.execute(insert(table_of(CashCount)), rows)


def of_session(work: Session, session_id: int, occasion: Occasion) -> Mapping[int, int]:
    """Pieces by note and coin, the largest first."""
    its = select(CashCount.denomination_pence, CashCount.pieces).where(
        CashCount.session_id == session_id, CashCount.occasion == occasion
    )
    return dict(work.execute(its.order_by(CashCount.denomination_pence.desc())).all())
