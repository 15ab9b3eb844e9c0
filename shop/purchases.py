"""Purchase orders: what was ordered from a supplier for one clinic, and how much of it has come.

An order adds nothing to a shelf. That is for a delivery (`deliveries.py`), which may come in
parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import numbers, products, sites, suppliers
from shop.db import Base, BigId, UTCTime, whole
from shop.errors import NotFound, Refusal, Unreadable
from shop.money import MOST_PENCE

MOST_UNITS = 9_999  # of one product in one purchase order
MOST_LINES = 200
SERIES = "purchase"


class PurchaseState(StrEnum):
    DRAFT = "draft"
    ORDERED = "ordered"
    CLOSED = "closed"  # all of it has come, or nobody waits for the rest
    CANCELLED = "cancelled"


class Purchase(Base):
    __tablename__ = "shop_purchase"
    __table_args__ = (
        whole("number", 1, 2_000_000_000),
        CheckConstraint("state IN ('draft', 'ordered', 'closed', 'cancelled')", name="state_known"),
        CheckConstraint("(ordered_at IS NULL) = (ordered_by IS NULL)", name="ordered_by_somebody"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        CheckConstraint(
            "(state IN ('closed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_has_time"
        ),
        Index("ix_shop_purchase_state", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    supplier_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_supplier.id"))
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    state: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UTCTime)
    ordered_by: Mapped[str | None]
    ordered_at: Mapped[datetime | None] = mapped_column(UTCTime)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)


class PurchaseLine(Base):
    """`received` may be more than `units`, once somebody has said that it is right. A cost of
    nothing is one that nobody has said: see `known_cost`."""

    __tablename__ = "shop_purchase_line"
    __table_args__ = (
        UniqueConstraint("purchase_id", "sku"),
        whole("units", 1, MOST_UNITS),
        whole("received", 0, 10_000_000),
        whole("unit_cost_pence", 0, MOST_PENCE),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purchase_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_purchase.id"))
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    units: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    unit_cost_pence: Mapped[int]

    @property
    def outstanding(self) -> int:
        return max(0, self.units - self.received)

    @property
    def known_cost(self) -> int | None:
        return self.unit_cost_pence or None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Units of a product to be ordered, at what one of them costs; nothing if nobody knows."""

    sku: str
    units: int
    unit_cost_pence: int


def draft(
    work: Session,
    supplier_id: int,
    site_id: str,
    wanted: Sequence[Wanted],
    *,
    by: str,
    at: datetime,
) -> Purchase:
    """Write down what should be ordered for a clinic."""
    suppliers.get(work, supplier_id), sites.get(work, site_id)
    purchase = Purchase(
        number=numbers.take(work, SERIES),
        supplier_id=supplier_id,
        site=site_id,
        state=PurchaseState.DRAFT,
        made_by=by,
        made_at=at,
    )
    work.add(purchase)
    work.flush()
    _write_lines(work, purchase, wanted)
    return purchase


def change(work: Session, number: int, wanted: Sequence[Wanted]) -> None:
    """Put other lines into a draft."""
    purchase = locked(work, number, PurchaseState.DRAFT)
    work.execute(delete(PurchaseLine).where(PurchaseLine.purchase_id == purchase.id))
    _write_lines(work, purchase, wanted)


def add(work: Session, number: int, more: Wanted) -> int:
    """Put more of a product into a draft and give its units then. A cost that is there stays."""
    locked(work, number, PurchaseState.DRAFT)
    lines = {
        line.sku: Wanted(line.sku, line.units, line.unit_cost_pence)
        for line in lines_of(work, number)
    }
    before = lines.get(more.sku)
    if before:
        more = replace(before, units=before.units + more.units)
    change(work, number, [*(lines | {more.sku: more}).values()])
    return more.units


def order(work: Session, number: int, *, by: str, at: datetime) -> None:
    """It was ordered: from now on its units are on order."""
    purchase = locked(work, number, PurchaseState.DRAFT)
    _turn(work, purchase, PurchaseState.ORDERED, ordered_by=by, ordered_at=at)


def close(work: Session, number: int, *, by: str, at: datetime) -> None:
    """Wait for the rest no longer."""
    purchase = locked(work, number, PurchaseState.ORDERED)
    _turn(work, purchase, PurchaseState.CLOSED, ended_by=by, ended_at=at)


def cancel(work: Session, number: int, *, by: str, at: datetime) -> None:
    """Call it off, as long as nothing has come of it."""
    purchase = locked(work, number, PurchaseState.DRAFT, PurchaseState.ORDERED)
    if any(line.received for line in lines_of(work, number)):
        raise Refusal(f"Part of purchase order {number} has come. Close it instead.")
    _turn(work, purchase, PurchaseState.CANCELLED, ended_by=by, ended_at=at)


def get(work: Session, number: int) -> Purchase:
    found = work.scalars(select(Purchase).where(Purchase.number == number)).one_or_none()
    if found is None:
        raise NotFound("There is no purchase order with that number.")
    return found


def lines_of(work: Session, number: int) -> Sequence[PurchaseLine]:
    """A purchase order's lines as they are in the database now, by product."""
    statement = (
        select(PurchaseLine)
        .join(Purchase, Purchase.id == PurchaseLine.purchase_id)
        .where(Purchase.number == number)
        .order_by(PurchaseLine.sku)
        .execution_options(populate_existing=True)
    )
    return work.scalars(statement).all()


def expected(work: Session, site_id: str, sku: str) -> Sequence[Purchase]:
    """The purchase orders from which a scanned product may have come, the oldest first."""
    statement = (
        select(Purchase)
        .join(PurchaseLine, PurchaseLine.purchase_id == Purchase.id)
        .where(
            Purchase.site == site_id,
            Purchase.state == PurchaseState.ORDERED,
            PurchaseLine.sku == sku,
            PurchaseLine.received < PurchaseLine.units,
        )
    )
    return work.scalars(statement.order_by(Purchase.number)).all()


def on_order(work: Session) -> dict[tuple[str, str], int]:
    """Units that suppliers still owe, by site and product."""
    owed = func.sum(PurchaseLine.units - PurchaseLine.received)
    statement = (
        select(Purchase.site, PurchaseLine.sku, owed)
        .join(Purchase, Purchase.id == PurchaseLine.purchase_id)
        .where(Purchase.state == PurchaseState.ORDERED, PurchaseLine.received < PurchaseLine.units)
        .group_by(Purchase.site, PurchaseLine.sku)
    )
    return {(site, sku): units for site, sku, units in work.execute(statement)}


def locked(work: Session, number: int, *states: PurchaseState) -> Purchase:
    """A purchase order nobody else can act on until this transaction ends."""
    statement = select(Purchase).where(Purchase.number == number).with_for_update()
    found = work.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("There is no purchase order with that number.")
    if states and found.state not in states:
        raise Refusal(f"Purchase order {number} is {found.state}.")
    return found


def _turn(work: Session, purchase: Purchase, state: PurchaseState, **facts: object) -> None:
    was = update(Purchase).where(Purchase.id == purchase.id)
    work.execute(was.values(state=state, **facts))
    work.refresh(purchase)


def _write_lines(work: Session, purchase: Purchase, wanted: Sequence[Wanted]) -> None:
    skus = {each.sku for each in wanted}
    if not wanted or len(wanted) > MOST_LINES or len(skus) < len(wanted):
        raise Unreadable(f"Order 1 to {MOST_LINES} different products.")
    known = products.by_sku(work, skus)
    for each in wanted:
        if each.sku not in known:
            raise NotFound(f"There is no product with the code {each.sku}.")
        if not 1 <= each.units <= MOST_UNITS or not 0 <= each.unit_cost_pence <= MOST_PENCE:
            raise Unreadable(f"Order 1 to {MOST_UNITS} of {known[each.sku].name}, at a price.")
    rows = [
        {"purchase_id": purchase.id, "sku": each.sku, "units": each.units,
         "unit_cost_pence": each.unit_cost_pence}
        for each in wanted
    ]  # fmt: skip
    work.execute(insert(PurchaseLine), rows)
