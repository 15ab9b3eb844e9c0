"""What a person has to look at: money and orders that no rule may decide about.

A case is raised once, however often its cause is heard of, and settled by what is done about it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Insert, UniqueConstraint, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.money import MOST_PENCE


class Kind(StrEnum):
    OWED = "owed"  # paid, and the shelf is empty
    UNCOLLECTED = "uncollected"  # paid, back on the shelf, and the money not given back yet
    WRONG_AMOUNT = "wrong-amount"  # what was paid is not what the order costs
    PAID_TWICE = "paid-twice"  # the order was paid before, so this money goes back
    UNKNOWN_ORDER = "unknown-order"  # paid here, for an order that our records don't have
    DISPUTED = "disputed"  # the customer's bank takes the money back
    REFUND_FAILED = "refund-failed"
    RETURN_ASKED = "return-asked"  # the customer has said that something comes back
    OTHER_ZONE = "other-zone"  # paid, and to be posted to where the post costs something else


_KINDS = ", ".join(f"'{kind}'" for kind in Kind)


class Case(Base):
    """`reference` is what it is about: an order's number, a payment, a refund."""

    __tablename__ = "shop_attention"
    __table_args__ = (
        UniqueConstraint("kind", "reference"),
        whole("amount_pence", 0, MOST_PENCE),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind_known"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str]
    reference: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("shop_order.id"), index=True)
    amount_pence: Mapped[int]
    raised_at: Mapped[datetime] = mapped_column(UTCTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCTime, index=True)
    settled_by: Mapped[str | None]


def raise_(
    work: Session,
    kind: Kind,
    reference: str,
    *,
    order_id: int | None,
    amount_pence: int,
    at: datetime,
) -> bool:
    """Put a case on the list. False if it has been there, open or settled."""
    case = {
        "kind": kind,
        "reference": reference,
        "order_id": order_id,
        "amount_pence": amount_pence,
        "raised_at": at,
    }
    raised = _RAISE[work.get_bind().dialect.name].returning(Case.id)
    return work.scalar(raised, case) is not None


def settle(work: Session, kind: Kind, reference: str, *, by: str, at: datetime) -> bool:
    """Something was done about it. False if there is no such case, or it was settled before."""
    its = (Case.kind == kind, Case.reference == reference, Case.settled_at.is_(None))
    settled = update(Case).where(*its).values(settled_at=at, settled_by=by)
    return work.scalar(settled.returning(Case.id)) is not None


def is_waiting(work: Session, kind: Kind, reference: str) -> bool:
    """Whether there is such a case and nobody has settled it."""
    its = select(Case.id).where(Case.kind == kind, Case.reference == reference)
    return work.scalar(its.where(Case.settled_at.is_(None))) is not None


def waiting(work: Session) -> Sequence[Case]:
    """What nobody has settled yet, the oldest first."""
    return work.scalars(select(Case).where(Case.settled_at.is_(None)).order_by(Case.id)).all()


def _raising(insert_case: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    return insert_case(table_of(Case)).on_conflict_do_nothing()


_RAISE = {"sqlite": _raising(sqlite.insert), "postgresql": _raising(postgresql.insert)}
