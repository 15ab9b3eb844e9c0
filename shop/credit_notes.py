"""Credit notes: numbered per site without a gap, one for each refund that reached its buyer.

One whose refund came back from the bank later keeps its number, and counts for nothing.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import numbers, sites
from shop.db import Base, BigId, UTCTime, whole
from shop.errors import NotFound


class CreditNote(Base):
    """Appended and never changed. `CAM-C12` is prefix and serial."""

    __tablename__ = "shop_credit_note"
    __table_args__ = (UniqueConstraint("site", "serial"), whole("serial", 1, 999_999_999))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    refund_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_refund.id"), unique=True)
    issued_by: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(UTCTime)


def series(site_id: str) -> str:
    return f"credit-note:{site_id}"


def issue(work: Session, site_id: str, refund_id: int, *, by: str, at: datetime) -> str:
    """Number a refund's credit note; the one that it has, if it has one. Call it last."""
    if note := of_refund(work, refund_id):
        return note.number
    prefix = sites.get(work, site_id).receipt_prefix
    serial = numbers.take(work, series(site_id))
    note = CreditNote(
        site=site_id,
        serial=serial,
        number=f"{prefix}-C{serial}",
        refund_id=refund_id,
        issued_by=by,
        issued_at=at,
    )
    work.add(note)
    work.flush()
    return note.number


def numbered(work: Session, number: str) -> CreditNote:
    """The credit note with this number, typed in any case. Raises NotFound."""
    its = select(CreditNote).where(CreditNote.number == number.strip().upper())
    note = work.scalars(its).one_or_none()
    if note is None:
        raise NotFound("There is no such credit note.")
    return note


def of_refund(work: Session, refund_id: int) -> CreditNote | None:
    its = select(CreditNote).where(CreditNote.refund_id == refund_id)
    return work.scalars(its).one_or_none()
