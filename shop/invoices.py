"""Full invoices that were given: the same number always has the same words.

The lines of a sale are frozen with it. An invoice freezes what could still change: who it is for,
and what the business was called and where it was on that day. A slip of the pen is put right by
another version; the earlier one stays. Its number is the receipt's.
Source: VAT Regulations 1995, regulation 31(1)(c), as HMRC's VATREC2060 has it: a copy is kept.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import online_orders
from shop.db import Base, BigId, UTCTime, whole
from shop.errors import Refusal

MOST_VERSIONS = 9


class Invoice(Base):
    """`issuer` is the business line by line. `name` and `address` go when no law keeps them."""

    __tablename__ = "shop_invoice"
    __table_args__ = (
        UniqueConstraint("order_id", "version"),
        whole("version", 1, MOST_VERSIONS),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"))
    version: Mapped[int]
    name: Mapped[str]
    address: Mapped[str]
    issuer: Mapped[str]
    vat_number: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UTCTime, index=True)


def give(
    work: Session,
    order_id: int,
    *,
    name: str,
    address: str,
    issuer: str,
    vat_number: str,
    by: str,
    at: datetime,
) -> Invoice:
    """Write an invoice down. For the same customer again it is the one that was given.

    Raises Refusal where it was put right too often.
    """
    online_orders.locked(work, order_id)
    last = latest(work, order_id)
    if last and (last.name, last.address) == (name, address):
        return last
    version = last.version + 1 if last else 1
    if version > MOST_VERSIONS:
        raise Refusal("This invoice was changed too often. Give the money back and sell it anew.")
    invoice = Invoice(
        order_id=order_id, version=version, name=name, address=address, issuer=issuer,
        vat_number=vat_number, made_by=by, made_at=at,
    )  # fmt: skip
    work.add(invoice)
    work.flush()
    return invoice


def latest(work: Session, order_id: int) -> Invoice | None:
    """The invoice that holds for a sale, if one was given."""
    its = select(Invoice).where(Invoice.order_id == order_id).order_by(Invoice.version.desc())
    return work.scalars(its.limit(1)).one_or_none()


def forget(work: Session, *, before: datetime) -> int:
    """Take whom they were for off those that no law keeps any longer, and say how many."""
    old = update(Invoice).where(Invoice.made_at < before, Invoice.name != "")
    gone = old.values(name="", address="").returning(Invoice.id)
    return len(work.scalars(gone.execution_options(synchronize_session=False)).all())
