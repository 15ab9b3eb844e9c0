"""An order is a basket that was placed. Settled at the desk, it is a sale.

Desk and web both go `new` -> `place` -> `settle`; `settle` is the only way to a sale.
Lines are frozen when the order is placed: a later price changes nothing here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    bindparam,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from shop import holds, numbers, places, presses, products, stock
from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.drafts import Channel, Draft, DraftLine
from shop.errors import NotFound, Refusal, Unreadable
from shop.money import BASIS, MOST_PENCE

MOST_UNITS_A_LINE = 99
MOST_LINES = 20


class OrderState(StrEnum):
    PLACED = "placed"
    SETTLED = "settled"


class Order(Base):
    """`press` is the hash of the form's one-time token: one press, one order."""

    __tablename__ = "shop_order"
    __table_args__ = (
        whole("number", 1, 2_000_000_000),
        whole("total_pence", 1, MOST_PENCE),
        CheckConstraint("state IN ('placed', 'settled')", name="state_known"),
        CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled_has_time"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_has_person"),
        Index("ix_shop_order_site_settled_at", "site", "settled_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    press: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    currency: Mapped[str]
    total_pence: Mapped[int]
    state: Mapped[str]
    placed_at: Mapped[datetime] = mapped_column(UTCTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCTime)
    settled_by: Mapped[str | None]

    lines: Mapped[list["OrderLine"]] = relationship(
        order_by="OrderLine.position", viewonly=True, lazy="raise"
    )


class OrderLine(Base):
    """What was sold, under the name and at the price of that moment."""

    __tablename__ = "shop_order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "sku"),
        UniqueConstraint("order_id", "position"),
        whole("position", 1, MOST_LINES),
        whole("units", 1, MOST_UNITS_A_LINE),
        whole("unit_pence", 1, MOST_PENCE),
        whole("vat_bp", 0, BASIS),
        whole("vat_pence", 0, MOST_PENCE),
        CheckConstraint("vat_pence <= units * unit_pence", name="vat_within_total"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"))
    position: Mapped[int]
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    name: Mapped[str]
    units: Mapped[int]
    unit_pence: Mapped[int]
    vat_bp: Mapped[int]
    vat_pence: Mapped[int]

    @property
    def total_pence(self) -> int:
        return self.units * self.unit_pence


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order that is written down, with what its payment has to match."""

    id: int
    number: int
    site: str
    currency: str
    total_pence: int


def new_press() -> str:
    """A one-time token for a form that sells, so that pressing twice sells once."""
    return presses.new()


def new(
    work: Session,
    site_id: str,
    basket: Mapping[str, int],
    *,
    channel: Channel,
    currency: str,
    vat_registered: bool,
) -> Draft:
    """Price a basket of units by sku. Raises Unreadable for one that can't be an order."""
    if not basket:
        raise Unreadable("There is nothing in the basket yet. Scan or type a product.")
    if len(basket) > MOST_LINES:
        raise Unreadable(f"One sale has at most {MOST_LINES} different products.")
    known = products.prices(work, basket)
    draft = Draft(
        site=site_id,
        channel=channel,
        currency=currency,
        lines=tuple(_line_of(sku, units, known, vat_registered) for sku, units in basket.items()),
    )
    if draft.total_pence > MOST_PENCE:
        raise Unreadable("That is more than one sale can be. Split it.")
    return draft


def place(
    work: Session,
    draft: Draft,
    *,
    press: str,
    at: datetime,
    hold_until: datetime | None = None,
) -> PlacedOrder:
    """Write the order down with its lines frozen.

    With `hold_until` its units are kept on the shelf until then; OutOfStock when they are
    not there. The same press twice is a clash of keys: see `pressed`, which finds the first one.
    """
    number = numbers.take(work, numbers.ORDERS, first=numbers.FIRST_ORDER)
    values = {
        "number": number,
        "press": presses.hashed(press),
        "channel": draft.channel,
        "site": draft.site,
        "currency": draft.currency,
        "total_pence": draft.total_pence,
        "state": OrderState.PLACED,
        "placed_at": at,
    }
    order_id: int = work.execute(_PLACE, values).scalar_one()
    rows = [
        {"order_id": order_id, "position": position, **asdict(line), "vat_pence": line.vat_pence}
        for position, line in enumerate(draft.lines, 1)
    ]
    work.execute(_WRITE_LINES, rows)
    if hold_until is not None:
        units = {line.sku: line.units for line in draft.lines}
        shelf = places.shelf(draft.site)
        holds.make(work, shelf, units, order_number=number, until=hold_until, at=at)
    return PlacedOrder(order_id, number, draft.site, draft.currency, draft.total_pence)


def settle(work: Session, order: PlacedOrder, *, by: str, at: datetime) -> bool:
    """Turn a placed order into a sale: its units leave the shelf. False if it was one already.

    Safe to call many times, also at once: only one caller finds the order still placed.
    Raises OutOfStock, and then nothing of the caller's transaction is kept.
    """
    claim = {"order": order.id, "settled_at": at, "settled_by": by}
    claimed = work.execute(_CLAIM, claim).one_or_none()
    if claimed is None:
        return False
    (holds_some,) = claimed
    held = holds.settle(work, order.number, at=at) if holds_some else {}
    shelf = places.shelf(order.site)
    lines = work.execute(_OUTGOING, {"order": order.id})
    outgoing = [
        stock.Outgoing(sku, units, line_id, held=held.get(sku) == shelf)
        for sku, units, line_id in lines
    ]
    stock.sell(work, order.site, outgoing, by=by, at=at)
    return True


def pressed(work: Session, press: str) -> Order | None:
    """The order that this form has already made, if it was pressed before."""
    return work.scalars(select(Order).where(Order.press == presses.hashed(press))).one_or_none()


def get(work: Session, order_id: int) -> Order:
    order = work.get(Order, order_id)
    if order is None:
        raise NotFound("There is no such order.")
    return order


def lines_of(work: Session, order_ids: Sequence[int]) -> Sequence[OrderLine]:
    """The frozen lines of these orders, in the order they were rung up."""
    statement = select(OrderLine).where(OrderLine.order_id.in_(order_ids))
    return work.scalars(statement.order_by(OrderLine.order_id, OrderLine.position)).all()


def _line_of(
    sku: str, units: int, known: Mapping[str, products.Price], vat_registered: bool
) -> DraftLine:
    product = known.get(sku)
    if product is None or not product.on_sale:
        raise Refusal(f"{product.name if product else sku} is no longer on sale. Take it out.")
    if not 1 <= units <= MOST_UNITS_A_LINE:
        raise Unreadable(f"Sell 1 to {MOST_UNITS_A_LINE} of {product.name} at a time.")
    vat_bp = product.vat_bp if vat_registered else 0
    return DraftLine(sku, product.name, units, product.price_pence, vat_bp)


# Built once, on tables rather than classes: a sale is the one thing that must be quick.
_ORDER, _LINE, _HOLD = table_of(Order), table_of(OrderLine), table_of(holds.Hold)
_PLACE = insert(_ORDER).returning(_ORDER.c.id)
_WRITE_LINES = insert(_LINE)
_CLAIM = (
    update(_ORDER)
    .where(_ORDER.c.id == bindparam("order"), _ORDER.c.state == OrderState.PLACED)
    .values(
        state=OrderState.SETTLED,
        settled_at=bindparam("settled_at"),
        settled_by=bindparam("settled_by"),
    )
    .returning(exists().where(_HOLD.c.order_number == _ORDER.c.number, _HOLD.c.ended_at.is_(None)))
)
_OUTGOING = select(_LINE.c.sku, _LINE.c.units, _LINE.c.id).where(
    _LINE.c.order_id == bindparam("order")
)
