"""What a person has to look at: money and orders that no rule may decide about.

A case is raised once, however often its cause is heard of, and settled by what is done about it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Insert,
    UniqueConstraint,
    bindparam,
    column,
    select,
    table,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.money import MOST_PENCE
from shop.staff import Staff


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


def waiting(work: Session, staff: Staff) -> Sequence[Case]:
    """What nobody has settled yet of the clinics where they have a role, and what no order of
    ours is behind. The oldest first."""
    return [case for case, site in work.execute(_WAITING) if _concerns(staff, site)]


def case_for(work: Session, case_id: int, staff: Staff) -> Case | None:
    """The case with this id, settled or not; None where it is another clinic's."""
    found = work.execute(_CASE, {"case_id": case_id}).one_or_none()
    return found[0] if found and _concerns(staff, found[1]) else None


def _concerns(staff: Staff, site: str | None) -> bool:
    return site is None or staff.role_at(site) is not None


def _raising(insert_case: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    return insert_case(table_of(Case)).on_conflict_do_nothing()


_ORDER = table("shop_order", column("id"), column("site"))  # which stands higher in the house
_CASES = select(Case, _ORDER.c.site).outerjoin(_ORDER, _ORDER.c.id == Case.order_id)
_WAITING = _CASES.where(Case.settled_at.is_(None)).order_by(Case.id)
_CASE = _CASES.where(Case.id == bindparam("case_id"))
_RAISE = {"sqlite": _raising(sqlite.insert), "postgresql": _raising(postgresql.insert)}
