"""A basket belongs to one device, and waits there while the phone rings. It keeps no stock.

At the desk it becomes a sale at once. A customer's becomes an order on Pay, and what was paid of
it is out of it from that moment on, whoever heard of the payment first.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, whole
from shop.errors import Unreadable
from shop.order_lines import MOST_LINES, MOST_UNITS_A_LINE, lines_of
from shop.order_states import UNPAID
from shop.orders import Order


class Basket(Base):
    """`device` is the hash of a token that only the device's own cookie holds. `order_id` is the
    order that its last press of Pay made, so that one basket never keeps the units of two. One
    that is parked is no device's: see `parked`."""

    __tablename__ = "shop_basket"
    __table_args__ = (
        CheckConstraint(
            "(parked_at IS NULL) = (parked_site IS NULL) "
            "AND (parked_at IS NULL) = (parked_by IS NULL)",
            name="parked_somewhere",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    device: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime] = mapped_column(UTCTime)
    order_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("shop_order.id"))
    parked_site: Mapped[str | None] = mapped_column(ForeignKey("shop_site.id"), index=True)
    parked_by: Mapped[str | None]
    parked_at: Mapped[datetime | None] = mapped_column(UTCTime)


class BasketLine(Base):
    __tablename__ = "shop_basket_line"
    __table_args__ = (whole("units", 1, MOST_UNITS_A_LINE),)

    basket_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("shop_basket.id", ondelete="CASCADE"), primary_key=True
    )
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    units: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(UTCTime)


def new_device() -> str:
    return secrets.token_urlsafe(16)


def contents(work: Session, device: str) -> dict[str, int]:
    """Units by sku, in the order they were first added."""
    statement = (
        select(BasketLine.sku, BasketLine.units)
        .join(Basket, Basket.id == BasketLine.basket_id)
        .where(Basket.device == hashed(device))
        .order_by(BasketLine.added_at, BasketLine.sku)
    )
    return dict(work.execute(statement).all())


def add(work: Session, device: str, sku: str, units: int, *, at: datetime) -> int:
    """Put units of a product in, and say how many of it are in now."""
    return _change(work, device, sku, lambda now: now + units, at)


def set_units(work: Session, device: str, sku: str, units: int, *, at: datetime) -> None:
    """Make it this many of a product; none takes it out."""
    _change(work, device, sku, lambda now: units, at)


def _change(
    work: Session, device: str, sku: str, wanted: Callable[[int], int], at: datetime
) -> int:
    """Change one line. The basket's row is locked first, so that no scan is lost to another."""
    basket_id = _locked(work, device, at)
    inside = contents(work, device)
    units = wanted(inside.get(sku, 0))
    if not 0 <= units <= MOST_UNITS_A_LINE:
        raise Unreadable(f"Sell 1 to {MOST_UNITS_A_LINE} of one product at a time.")
    if units == 0 or sku in inside:
        _write(work, basket_id, sku, units)
    elif len(inside) >= MOST_LINES:
        raise Unreadable(f"One sale has at most {MOST_LINES} different products.")
    else:
        values = {"basket_id": basket_id, "sku": sku, "units": units, "added_at": at}
        work.execute(insert(BasketLine).values(**values))
    return units


def _write(work: Session, basket_id: int, sku: str, units: int) -> None:
    """Make a line that is there this many, none taking it out."""
    its = (BasketLine.basket_id == basket_id, BasketLine.sku == sku)
    if units:
        work.execute(update(BasketLine).where(*its).values(units=units))
    else:
        work.execute(delete(BasketLine).where(*its))


def pays_for(work: Session, device: str, order_id: int) -> None:
    """Pay was pressed on this basket, and made this order."""
    mine = update(Basket).where(Basket.device == hashed(device))
    work.execute(mine.values(order_id=order_id))


def order_of(work: Session, device: str) -> Order | None:
    """The order that this basket's last press of Pay made, if there was one."""
    its = select(Order).join(Basket, Basket.order_id == Order.id)
    return work.scalars(its.where(Basket.device == hashed(device))).one_or_none()


def to_buy(work: Session, device: str) -> dict[str, int]:
    """What is still to be bought: its contents without what its order has paid for."""
    inside, order = contents(work, device), order_of(work, device)
    if order is None or order.state in UNPAID:
        return inside
    for line in lines_of(work, [order.id]):
        inside[line.sku] = inside.get(line.sku, 0) - line.units
    return {sku: units for sku, units in inside.items() if units > 0}


def tidy(work: Session, device: str, *, at: datetime) -> None:
    """Take out what was paid for. Harmless again, and where nothing was."""
    order = order_of(work, device)
    if order is None or order.state in UNPAID:
        return
    basket_id = _locked(work, device, at)
    if order_of(work, device) is not order:
        return  # somebody else has tidied it, and may have pressed Pay again
    left = to_buy(work, device)
    for sku in contents(work, device):
        _write(work, basket_id, sku, left.get(sku, 0))
    work.execute(update(Basket).where(Basket.id == basket_id).values(order_id=None))


def take(work: Session, device: str) -> dict[str, int]:
    """Take everything out, in the order it was added.

    Of two payments at the same moment only one gets it; the other finds nothing in it.
    """
    mine = select(Basket.id).where(Basket.device == hashed(device)).scalar_subquery()
    taken = work.execute(
        delete(BasketLine)
        .where(BasketLine.basket_id == mine)
        .returning(BasketLine.added_at, BasketLine.sku, BasketLine.units)
        .execution_options(synchronize_session=False)
    )
    return {sku: units for _, sku, units in sorted(taken.all())}


def _locked(work: Session, device: str, at: datetime) -> int:
    """This device's basket, made if it has none, locked until the transaction ends."""
    upsert = sqlite.insert if work.get_bind().dialect.name == "sqlite" else postgresql.insert
    basket_id: int = work.execute(
        upsert(Basket)
        .values(device=hashed(device), started_at=at)
        .on_conflict_do_update(index_elements=["device"], set_={"device": hashed(device)})
        .returning(Basket.id)
    ).scalar_one()
    return basket_id


def hashed(device: str) -> str:
    """What a basket knows its device by."""
    return hashlib.sha256(device.encode()).hexdigest()
