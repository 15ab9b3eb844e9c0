"""Deliveries: a box from a supplier, for a purchase order or without one, in whole or in part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import costs, failpoints, ledger, numbers, places, products, purchases, sites, suppliers
from shop.db import Base, BigId, UTCTime, whole
from shop.errors import NotFound, Refusal, Unreadable
from shop.ledger import LONGEST_NOTE, Move, MoveReason
from shop.money import MOST_PENCE
from shop.places import SUPPLIER
from shop.purchases import Purchase, PurchaseLine, PurchaseState

MOST_UNITS = 9_999  # of one product in one delivery
MOST_LINES = 200
SERIES = "delivery"


class Delivery(Base):
    __tablename__ = "shop_delivery"
    __table_args__ = (whole("number", 1, 2_000_000_000),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    supplier_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("shop_supplier.id"))
    purchase_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("shop_purchase.id"), index=True
    )
    note: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


class DeliveryLine(Base):
    """`average` is what the product's average cost became, in thousandths of a penny."""

    __tablename__ = "shop_delivery_line"
    __table_args__ = (UniqueConstraint("delivery_id", "sku"), whole("units", 1, MOST_UNITS))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_delivery.id"))
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    units: Mapped[int]
    unit_cost_pence: Mapped[int | None]
    average: Mapped[int | None] = mapped_column(BigInteger)


@dataclass(frozen=True, slots=True)
class Item:
    """Units of a product that came out of the box, and what one cost where that is known."""

    sku: str
    units: int
    unit_cost_pence: int | None = None


class MoreThanOrdered(Refusal):
    """More came than was ordered. Nothing was received; ask, and say `more_is_right`."""


def receive(
    work: Session,
    site_id: str,
    items: Sequence[Item],
    *,
    supplier_id: int | None = None,
    note: str = "",
    by: str,
    at: datetime,
) -> Delivery:
    """A box came that nobody has a purchase order for: put it on this site's shelf."""
    sites.get(work, site_id)
    if supplier_id is not None:
        suppliers.get(work, supplier_id)
    return _record(work, site_id, items, supplier_id, None, note, by=by, at=at)


def receive_for(
    work: Session,
    purchase_number: int,
    items: Sequence[Item],
    *,
    more_is_right: bool = False,
    note: str = "",
    by: str,
    at: datetime,
) -> Delivery:
    """All or a part of a purchase order came. When nothing is missing any more, it closes.

    Of one that is closed something may still come: a second box, or what nobody waited for.
    A cost that is not given is the one that was ordered at, if anybody said one. Raises
    MoreThanOrdered for units and products that were not ordered, unless somebody has said that
    they are right.
    """
    states = PurchaseState.ORDERED, PurchaseState.CLOSED
    purchase = purchases.locked(work, purchase_number, *states)
    lines = {line.sku: line for line in purchases.lines_of(work, purchase_number)}
    _check(work, items)
    if not more_is_right:
        _ask(work, purchase, lines, items)
    priced = [_at_ordered_cost(item, lines) for item in items]
    for item in items:
        more = update(PurchaseLine).where(
            PurchaseLine.purchase_id == purchase.id, PurchaseLine.sku == item.sku
        )
        work.execute(more.values(received=PurchaseLine.received + item.units))
    delivery = _record(work, purchase.site, priced, purchase.supplier_id, purchase.id, note,
                       by=by, at=at)  # fmt: skip
    missing = any(line.outstanding for line in purchases.lines_of(work, purchase_number))
    if purchase.state == PurchaseState.ORDERED and not missing:
        purchases.close(work, purchase_number, by=by, at=at)
    return delivery


def get(work: Session, number: int) -> Delivery:
    found = work.scalars(select(Delivery).where(Delivery.number == number)).one_or_none()
    if found is None:
        raise NotFound("There is no delivery with that number.")
    return found


def lines_of(work: Session, number: int) -> Sequence[DeliveryLine]:
    """What came out of a box, by product."""
    statement = (
        select(DeliveryLine)
        .join(Delivery, Delivery.id == DeliveryLine.delivery_id)
        .where(Delivery.number == number)
    )
    return work.scalars(statement.order_by(DeliveryLine.sku)).all()


def _at_ordered_cost(item: Item, lines: dict[str, PurchaseLine]) -> Item:
    if item.unit_cost_pence is not None or item.sku not in lines:
        return item
    return Item(item.sku, item.units, lines[item.sku].known_cost)


def _ask(
    work: Session, purchase: Purchase, lines: dict[str, PurchaseLine], items: Sequence[Item]
) -> None:
    for item in items:
        line = lines.get(item.sku)
        over = purchase.state == PurchaseState.CLOSED
        missing = line.outstanding if line and not over else 0
        if item.units > missing:
            name = products.get(work, item.sku).name
            expects = "is closed and expects no more" if over else f"still expects {missing}"
            raise MoreThanOrdered(
                f"Purchase order {purchase.number} {expects} {name}, and you have {item.units}. "
                "Count them again, or say that it is right."
            )


def _check(work: Session, items: Sequence[Item]) -> None:
    skus = {item.sku for item in items}
    if not items or len(items) > MOST_LINES or len(skus) < len(items):
        raise Unreadable(f"Receive 1 to {MOST_LINES} different products.")
    for item in items:
        name = products.get(work, item.sku).name
        if not 1 <= item.units <= MOST_UNITS:
            raise Unreadable(f"Receive 1 to {MOST_UNITS} of {name}.")
        if item.unit_cost_pence is not None and not 0 <= item.unit_cost_pence <= MOST_PENCE:
            raise Unreadable(f"The cost of {name} is no amount that could be paid.")


def _record(
    work: Session,
    site_id: str,
    items: Sequence[Item],
    supplier_id: int | None,
    purchase_id: int | None,
    note: str,
    *,
    by: str,
    at: datetime,
) -> Delivery:
    _check(work, items)
    if len(note) > LONGEST_NOTE:
        raise Unreadable(f"A note has at most {LONGEST_NOTE} characters.")
    delivery = Delivery(
        number=numbers.take(work, SERIES), site=site_id, supplier_id=supplier_id,
        purchase_id=purchase_id, note=note, by=by, at=at,
    )  # fmt: skip
    work.add(delivery)
    work.flush()
    # Averages first and in order: they are locked before any level is, by everybody.
    in_order = sorted(items, key=lambda item: item.sku)
    moves = [_line(work, delivery, item, places.shelf(site_id)) for item in in_order]
    ledger.post(work, moves, by=by, at=at)
    failpoints.reached("delivery.after_moves", work)
    return delivery


def _line(work: Session, delivery: Delivery, item: Item, shelf: str) -> Move:
    average = (
        None
        if item.unit_cost_pence is None
        else costs.bought(work, item.sku, item.units, item.unit_cost_pence)
    )
    row = insert(DeliveryLine).values(
        delivery_id=delivery.id,
        sku=item.sku,
        units=item.units,
        unit_cost_pence=item.unit_cost_pence,
        average=average,
    )
    line_id: int = work.execute(row.returning(DeliveryLine.id)).scalar_one()
    return Move(
        item.sku, item.units, SUPPLIER, shelf, MoveReason.DELIVERY, delivery_line_id=line_id
    )
