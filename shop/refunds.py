"""Money that goes back: by line with its units and amount, never more than came in.

A refund is written down before anybody is asked for it. `asked` means that what the gateway
knows of it is not known yet, and it counts as gone until it is.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, whole
from shop.money import MOST_PENCE, vat_left
from shop.order_lines import MOST_UNITS_A_LINE, OrderLine
from shop.orders import Order

LONGEST_REASON = 200  # characters


class RefundState(StrEnum):
    ASKED = "asked"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # the money is still here, and can be given back again


class Origin(StrEnum):
    SHOP = "shop"
    STRIPE = "stripe"  # made in the gateway's own dashboard
    DISPUTE = "dispute"  # taken by the customer's bank


_STATES = ", ".join(f"'{state}'" for state in RefundState)


class Refund(Base):
    """`payment` is the gateway's name for the money, None for what was paid at the desk."""

    __tablename__ = "shop_refund"
    __table_args__ = (
        whole("amount_pence", 0, MOST_PENCE),
        whole("postage_pence", 0, MOST_PENCE),
        whole("postage_vat_pence", 0, MOST_PENCE),
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("origin IN ('shop', 'stripe', 'dispute')", name="origin_known"),
        CheckConstraint(
            "state NOT IN ('pending', 'succeeded') OR reference IS NOT NULL", name="known_there"
        ),
        CheckConstraint("postage_vat_pence <= postage_pence", name="vat_within_postage"),
        CheckConstraint("postage_pence <= amount_pence", name="postage_within_amount"),
        CheckConstraint("session_id IS NULL OR gateway = 'counter'", name="session_at_the_desk"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"), index=True)
    uid: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    press: Mapped[str | None] = mapped_column(unique=True)
    origin: Mapped[str]
    gateway: Mapped[str]
    payment: Mapped[str | None] = mapped_column(index=True)
    reference: Mapped[str | None] = mapped_column(unique=True)
    amount_pence: Mapped[int]
    currency: Mapped[str]
    postage_pence: Mapped[int]
    postage_vat_pence: Mapped[int]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    session_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("shop_till_session.id"), index=True
    )
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCTime)


class RefundLine(Base):
    """What of one order line is given back. Appended with its refund and never changed."""

    __tablename__ = "shop_refund_line"
    __table_args__ = (
        UniqueConstraint("refund_id", "order_line_id"),
        whole("units", 0, MOST_UNITS_A_LINE),
        whole("amount_pence", 0, MOST_PENCE),
        whole("vat_pence", 0, MOST_PENCE),
        CheckConstraint("vat_pence <= amount_pence", name="vat_within_amount"),
        CheckConstraint("units + amount_pence > 0", name="something"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    refund_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_refund.id"))
    order_line_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order_line.id"), index=True)
    units: Mapped[int]
    amount_pence: Mapped[int]
    vat_pence: Mapped[int]


@dataclass(frozen=True, slots=True)
class Given:
    """What of a line, or of the postage, has been given back so far, or is about to be."""

    units: int = 0
    amount_pence: int = 0
    vat_pence: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """What one refund gives back of one line."""

    line: OrderLine
    units: int
    amount_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Who gives money back, how much of which payment, out of which drawer, and why."""

    origin: Origin
    gateway: str
    payment: str | None
    amount_pence: int
    postage_pence: int = 0
    reference: str | None = None
    press: str | None = None
    session_id: int | None = None
    reason: str = ""


def given(work: Session, order_id: int) -> Mapping[int, Given]:
    """By order line, all that refunds that have not failed give back of it."""
    sums = (func.sum(RefundLine.units), func.sum(RefundLine.amount_pence),
            func.sum(RefundLine.vat_pence))  # fmt: skip
    its = (
        select(RefundLine.order_line_id, *sums)
        .join(Refund, Refund.id == RefundLine.refund_id)
        .where(Refund.order_id == order_id, Refund.state != RefundState.FAILED)
        .group_by(RefundLine.order_line_id)
    )
    return {line_id: Given(*map(int, so_far)) for line_id, *so_far in work.execute(its)}


def units_left(work: Session, order_id: int, lines: Iterable[OrderLine]) -> bool:
    """Whether some units of these lines were not refunded yet, with money or without."""
    so_far = given(work, order_id)
    return any(so_far.get(line.id, Given()).units < line.units for line in lines)


def postage_given(work: Session, order_id: int) -> Given:
    sums = func.sum(Refund.postage_pence), func.sum(Refund.postage_vat_pence)
    its = select(*sums).where(Refund.order_id == order_id, Refund.state != RefundState.FAILED)
    pence, vat = work.execute(its).one()
    return Given(0, int(pence or 0), int(vat or 0))


def so_far(work: Session, order_id: int) -> int:
    """Pence of a sale that went back or may yet, of its lines, also exchanged ones, and postage.
    What a bank took, or a payment that settled nothing, is no part of it."""
    lines = sum(each.amount_pence for each in given(work, order_id).values())
    return lines + postage_given(work, order_id).amount_pence


def gone(work: Session, order_id: int, payment: str | None) -> int:
    """Pence of one payment that went back, or may yet, whoever asked for it."""
    its = select(func.sum(Refund.amount_pence)).where(
        Refund.order_id == order_id,
        Refund.payment.is_not_distinct_from(payment),
        Refund.state != RefundState.FAILED,
    )
    return int(work.scalar(its) or 0)


def write(
    work: Session, order: Order, shares: Sequence[Share], terms: Terms, *, by: str, at: datetime
) -> Refund:
    """Write a refund and its lines down, each part with the VAT of what remains before minus
    after, so that the parts of a line add up to the whole of it."""
    uid, so_far = secrets.token_hex(16), given(work, order.id)
    refund = Refund(
        order_id=order.id,
        uid=uid,
        key=f"refund-{uid}",
        currency=order.currency,
        postage_vat_pence=_postage_vat(work, order, terms.postage_pence),
        state=RefundState.ASKED,
        asked_by=by,
        asked_at=at,
        **asdict(terms),
    )
    work.add(refund)
    work.flush()
    for share in shares:
        line, before = share.line, so_far.get(share.line.id, Given())
        vat = _vat(line.total_pence, line.vat_bp, line.vat_pence, before, share.amount_pence)
        work.add(
            RefundLine(
                refund_id=refund.id,
                order_line_id=line.id,
                units=share.units,
                amount_pence=share.amount_pence,
                vat_pence=vat,
            )
        )
    work.flush()
    return refund


def _postage_vat(work: Session, order: Order, pence: int) -> int:
    before = postage_given(work, order.id)
    return _vat(order.postage_pence, order.postage_vat_bp, order.postage_vat_pence, before, pence)


def _vat(total: int, rate_bp: int, vat: int, before: Given, amount: int) -> int:
    remains = total - before.amount_pence
    return vat_left(remains, vat - before.vat_pence, amount, rate_bp)


def lines_of(work: Session, refund_id: int) -> Sequence[RefundLine]:
    its = select(RefundLine).where(RefundLine.refund_id == refund_id)
    return work.scalars(its.order_by(RefundLine.id)).all()


def of_order(work: Session, order_id: int) -> Sequence[Refund]:
    """An order's refunds, the first one first."""
    its = select(Refund).where(Refund.order_id == order_id).order_by(Refund.id)
    return work.scalars(its.execution_options(populate_existing=True)).all()


def get(work: Session, refund_id: int) -> Refund:
    return work.get_one(Refund, refund_id, populate_existing=True)


def unanswered(work: Session) -> Sequence[int]:
    """Refunds that the gateway may not have heard of, the oldest first."""
    its = select(Refund.id).where(Refund.state == RefundState.ASKED)
    return work.scalars(its.order_by(Refund.id)).all()
