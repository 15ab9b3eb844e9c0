"""Receipts: numbered per site without a gap, one a sale, found again by their number."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Integer,
    Row,
    String,
    UniqueConstraint,
    bindparam,
    cast,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import clock, numbers
from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.errors import NotFound
from shop.orders import Order, PlacedOrder
from shop.sites import Site

_NUMBER = re.compile(r"([A-Z]{1,8})-(\d{1,9})")


class Receipt(Base):
    """Appended with its sale and never changed. `CAM-1042` is prefix and serial."""

    __tablename__ = "shop_receipt"
    __table_args__ = (UniqueConstraint("site", "serial"), whole("serial", 1, 999_999_999))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"), unique=True)
    issued_by: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(UTCTime)


def series(site_id: str) -> str:
    return f"receipt:{site_id}"


def issue(work: Session, order: PlacedOrder, *, by: str, at: datetime) -> str:
    """Number a sale's receipt. Call it last: the site's next sale waits for this number."""
    serial = numbers.take(work, series(order.site))
    values = {"of": order.site, "serial": serial, "order": order.id, "by": by, "at": at}
    number: str = work.execute(_ISSUE, values).scalar_one()
    return number


def of_order(work: Session, order_id: int) -> Receipt:
    return work.scalars(select(Receipt).where(Receipt.order_id == order_id)).one()


def numbered(work: Session, number: str) -> Receipt:
    """The receipt with this number, typed in any case. Raises NotFound."""
    match = _NUMBER.fullmatch(number.strip().upper())
    receipt = (
        match
        and work.scalars(select(Receipt).where(Receipt.number == match.group(0))).one_or_none()
    )
    if not receipt:
        raise NotFound("There is no receipt with that number.")
    return receipt


def of_day(work: Session, site_id: str, day: date, zone: ZoneInfo) -> Sequence[Row[Receipt, Order]]:
    """A site's sales of one business day, the latest first."""
    start, end = clock.bounds(day, zone)
    statement = (
        select(Receipt, Order)
        .join(Order, Order.id == Receipt.order_id)
        .where(Order.site == site_id, Order.settled_at >= start, Order.settled_at < end)
        .order_by(Receipt.serial.desc())
    )
    return work.execute(statement).all()


_RECEIPT, _SITE = table_of(Receipt), table_of(Site)
_SERIAL = bindparam("serial", type_=Integer)
_ISSUE = (
    insert(_RECEIPT)
    .from_select(
        ["site", "serial", "number", "order_id", "issued_by", "issued_at"],
        select(
            _SITE.c.id,
            _SERIAL,
            _SITE.c.receipt_prefix + "-" + cast(_SERIAL, String),
            bindparam("order", type_=BigInteger),
            bindparam("by", type_=String),
            bindparam("at", type_=UTCTime),
        ).where(_SITE.c.id == bindparam("of")),
    )
    .returning(_RECEIPT.c.number)
)
