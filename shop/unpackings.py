"""A box being unpacked: what was scanned so far, until all of it is received at once.

It waits in the database, so that a phone call, a reload or a colleague loses nothing. It adds
nothing to a shelf; finishing it makes a delivery (`deliveries.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import deliveries, products, purchases, sites
from shop.db import Base, BigId, UTCTime, whole
from shop.deliveries import MOST_LINES, MOST_UNITS, Delivery, Item
from shop.errors import NotFound, Refusal, Unreadable
from shop.purchases import PurchaseState


class Unpacking(Base):
    """`delivery_number` is what it became, none while it goes on or was thrown away."""

    __tablename__ = "shop_unpacking"
    __table_args__ = (
        CheckConstraint("delivery_number IS NULL OR ended_at IS NOT NULL", name="delivery_at_end"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index("ix_shop_unpacking_site_ended_at", "site", "ended_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    purchase_number: Mapped[int | None] = mapped_column(ForeignKey("shop_purchase.number"))
    begun_by: Mapped[str]
    begun_at: Mapped[datetime] = mapped_column(UTCTime)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)
    delivery_number: Mapped[int | None] = mapped_column(ForeignKey("shop_delivery.number"))


class UnpackingLine(Base):
    """Units of a product out of the box."""

    __tablename__ = "shop_unpacking_line"
    __table_args__ = (whole("units", 1, MOST_UNITS),)

    unpacking_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("shop_unpacking.id"), primary_key=True
    )
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    units: Mapped[int]
    scanned_at: Mapped[datetime] = mapped_column(UTCTime)


def begin(
    work: Session, site_id: str, purchase_number: int | None = None, *, by: str, at: datetime
) -> Unpacking:
    """Open a box, of a purchase order of this clinic or of none."""
    sites.get(work, site_id)
    if purchase_number is not None:
        purchase = purchases.locked(work, purchase_number, PurchaseState.ORDERED)
        if purchase.site != site_id:
            there = sites.get(work, purchase.site).name
            raise Refusal(f"Purchase order {purchase_number} goes to {there}.")
    unpacking = Unpacking(site=site_id, purchase_number=purchase_number, begun_by=by, begun_at=at)
    work.add(unpacking)
    work.flush()
    return unpacking


def scan(work: Session, unpacking_id: int, sku: str, units: int, *, at: datetime) -> int:
    """So many more of a product came out of the box (or fewer, below nothing). Gives the sum."""
    locked(work, unpacking_id)
    product = products.get(work, sku)
    line = work.get(UnpackingLine, (unpacking_id, sku), populate_existing=True)
    total = units + (line.units if line else 0)
    if not 0 <= total <= MOST_UNITS:
        raise Unreadable(f"Receive 1 to {MOST_UNITS} of {product.name}.")
    if line is None and len(lines_of(work, unpacking_id)) >= MOST_LINES:
        raise Unreadable(f"Receive 1 to {MOST_LINES} different products.")
    mine = UnpackingLine.unpacking_id == unpacking_id, UnpackingLine.sku == sku
    if total == 0:
        work.execute(delete(UnpackingLine).where(*mine))
    elif line is None:
        work.add(UnpackingLine(unpacking_id=unpacking_id, sku=sku, units=total, scanned_at=at))
    else:
        work.execute(update(UnpackingLine).where(*mine).values(units=total, scanned_at=at))
    work.flush()
    return total


def finish(
    work: Session,
    unpacking_id: int,
    unit_costs_pence: Mapping[str, int],
    *,
    more_is_right: bool = False,
    by: str,
    at: datetime,
) -> Delivery:
    """All that was scanned is on the shelf now, each at the cost that was typed beside it.

    Raises MoreThanOrdered for units that nobody ordered, unless somebody said they are right.
    """
    unpacking = locked(work, unpacking_id)
    lines = lines_of(work, unpacking_id)
    if not lines:
        raise Unreadable("Nothing has been scanned yet.")
    items = [Item(line.sku, line.units, unit_costs_pence.get(line.sku)) for line in lines]
    if unpacking.purchase_number is None:
        delivery = deliveries.receive(work, unpacking.site, items, by=by, at=at)
    else:
        delivery = deliveries.receive_for(
            work, unpacking.purchase_number, items, more_is_right=more_is_right, by=by, at=at
        )
    _end(work, unpacking, by, at, delivery_number=delivery.number)
    return delivery


def cancel(work: Session, unpacking_id: int, *, by: str, at: datetime) -> None:
    """Throw away what was scanned. Nothing has reached a shelf."""
    _end(work, locked(work, unpacking_id), by, at)


def get(work: Session, unpacking_id: int) -> Unpacking:
    found = work.get(Unpacking, unpacking_id)
    if found is None:
        raise NotFound("There is no such box.")
    return found


def lines_of(work: Session, unpacking_id: int) -> Sequence[UnpackingLine]:
    """What was scanned, the latest first."""
    statement = select(UnpackingLine).where(UnpackingLine.unpacking_id == unpacking_id)
    latest = statement.order_by(UnpackingLine.scanned_at.desc(), UnpackingLine.sku)
    return work.scalars(latest.execution_options(populate_existing=True)).all()


def open_at(work: Session, site_id: str) -> Sequence[Unpacking]:
    """Boxes of a clinic that somebody has begun to unpack and nobody has ended."""
    found = select(Unpacking).where(Unpacking.site == site_id, Unpacking.ended_at.is_(None))
    return work.scalars(found.order_by(Unpacking.id)).all()


def locked(work: Session, unpacking_id: int) -> Unpacking:
    """A box that nobody else can act on until this transaction ends."""
    statement = select(Unpacking).where(Unpacking.id == unpacking_id).with_for_update()
    found = work.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("There is no such box.")
    if found.ended_at is not None:
        how = f"received as delivery {found.delivery_number}" if found.delivery_number else "ended"
        raise Refusal(f"This box was {how} by {found.ended_by}.")
    return found


def _end(work: Session, unpacking: Unpacking, by: str, at: datetime, **facts: int) -> None:
    ended = update(Unpacking).where(Unpacking.id == unpacking.id)
    work.execute(ended.values(ended_by=by, ended_at=at, **facts))
    work.refresh(unpacking)
