"""An order is a basket that was placed. Settled at the desk, it is a sale.

Desk and web both go `new` -> `place` -> `settle`; `settle` is the only way to a sale.
Lines are frozen when the order is placed: a later price changes nothing here.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, bindparam, case, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import (
    holds,
    kept,
    numbers,
    order_sets,
    order_steps,
    places,
    plan_progress,
    presses,
    pricing,
    product_range,
    stock,
    substitutes,
    vouchers,
)
from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.discounts import Discount
from shop.drafts import Channel, Draft, Fulfilment
from shop.errors import NotFound, Unreadable
from shop.money import BASIS, MOST_PENCE
from shop.order_lines import MOST_LINES, OrderLine
from shop.order_states import UNPAID, OrderState
from shop.product_range import Range

LARGEST_NUMBER = 2_000_000_000
A_MOMENT = timedelta(minutes=1)  # that the desk keeps what it sells in the same transaction
STANDARD_BP = 2000  # the VAT in postage
_STATES = ", ".join(f"'{state}'" for state in OrderState)


class Order(Base):
    """`press` is the hash of the form's one-time token: one press, one order.

    An order has a `settled_at` from the moment it is paid, whatever becomes of it then. `uid`
    is what a payment page is told instead of its number: random, and in no other database.
    `sets_pence` is the part of its discount that its sets take off; the rest has another cause.
    """

    __tablename__ = "shop_order"
    __table_args__ = (
        whole("number", 1, 2_000_000_000),
        whole("total_pence", 0, MOST_PENCE),
        whole("discount_pence", 0, MOST_PENCE),
        whole("sets_pence", 0, MOST_PENCE),
        whole("postage_pence", 0, MOST_PENCE),
        whole("postage_vat_bp", 0, BASIS),
        whole("postage_vat_pence", 0, MOST_PENCE),
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint(
            "(state IN ('placed', 'cancelled')) = (settled_at IS NULL)", name="settled_has_time"
        ),
        CheckConstraint("(channel = 'web') = (uid IS NOT NULL)", name="online_has_uid"),
        CheckConstraint("fulfilment IN ('collect', 'post')", name="fulfilment_known"),
        CheckConstraint("postage_zone IN ('mainland', 'ni', 'islands')", name="zone_known"),
        CheckConstraint("postage_zone IS NULL OR fulfilment = 'post'", name="zone_is_of_post"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_has_person"),
        CheckConstraint("total_pence > 0 OR discount_pence > 0", name="free_only_by_a_discount"),
        CheckConstraint(
            "CASE WHEN discount_reason IS NULL THEN discount_by IS NULL"
            " AND (discount_pence = sets_pence OR voucher_code IS NOT NULL)"
            " ELSE discount_by IS NOT NULL AND voucher_code IS NULL END",
            name="discount_has_one_cause",
        ),
        CheckConstraint("sets_pence <= discount_pence", name="sets_within_discount"),
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
    uid: Mapped[str | None] = mapped_column(unique=True)
    fulfilment: Mapped[str | None]
    postage_zone: Mapped[str | None]
    postage_pence: Mapped[int] = mapped_column(default=0, server_default="0")
    postage_vat_bp: Mapped[int] = mapped_column(default=0, server_default="0")
    postage_vat_pence: Mapped[int] = mapped_column(default=0, server_default="0")
    discount_pence: Mapped[int] = mapped_column(default=0, server_default="0")
    sets_pence: Mapped[int] = mapped_column(default=0, server_default="0")
    voucher_code: Mapped[str | None] = mapped_column(ForeignKey("shop_voucher.code"), index=True)
    discount_reason: Mapped[str | None]
    discount_by: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order that is written down, with what its payment has to match."""

    id: int
    number: int
    site: str
    currency: str
    total_pence: int
    uid: str | None = None
    posts: bool = False


def new_press() -> str:
    """A one-time token for a form that sells, so that pressing twice sells once."""
    return presses.new()


def new(
    work: Session, site_id: str, basket: Mapping[str, int], *, channel: Channel, currency: str,
    vat_registered: bool, fulfilment: Fulfilment | None = None, postage_pence: int = 0,
    discount: Discount | None = None, range_: Range | None = None,
) -> Draft:  # fmt: skip
    """Price a basket with its sets, by `range_` if that was just read. Raises Unreadable."""
    if not basket:
        raise Unreadable("There is nothing in the basket yet. Scan or type a product.")
    if len(basket) > MOST_LINES:
        raise Unreadable(f"One sale has at most {MOST_LINES} different products.")
    goods = range_ or product_range.now(work)
    draft = Draft(
        site_id, channel, currency, pricing.lines(basket, goods.prices(basket), vat_registered),
        fulfilment=fulfilment, postage_pence=postage_pence,
        postage_vat_bp=STANDARD_BP if vat_registered and postage_pence else 0,
    )  # fmt: skip
    if draft.total_pence > MOST_PENCE:
        raise Unreadable("That is more than one sale can be. Split it.")
    draft = draft.in_sets(goods.sets)
    return draft.less(discount) if discount else draft


def place(
    work: Session,
    draft: Draft,
    *,
    press: str,
    at: datetime,
    hold_until: datetime | None = None,
    plans: Sequence[int] = (),
) -> PlacedOrder:
    """Write the order down with its lines frozen, and use its voucher; Refusal if that is over.

    With `hold_until` its units are kept on the shelf until then; OutOfStock when they are not
    there. What was kept for `plans` passes to it, and it keeps no reference to them. The same
    press twice is a clash of keys: see `pressed`, which finds the first one.
    """
    number = numbers.take(work, numbers.ORDERS, first=numbers.FIRST_ORDER)
    if draft.discount and draft.discount.voucher:
        vouchers.use(work, draft.discount.voucher, at=at)
    values = {
        "number": number,
        "press": presses.hashed(press),
        "state": OrderState.PLACED,
        "placed_at": at,
        "uid": (uid := secrets.token_hex(16) if draft.channel == Channel.WEB else None),
        **draft.columns(),
    }
    order_id: int = work.execute(_PLACE, values).scalar_one()
    work.execute(_WRITE_LINES, draft.rows(order_id))
    order_sets.write(work, order_id, draft.sets)
    units, shelf = {line.sku: line.units for line in draft.lines}, places.shelf(draft.site)
    given = plan_progress.buy(work, plans, shelf, units, at=at) if plans else {}
    if holding := units if hold_until else {sku: units[sku] for sku in given}:
        until = hold_until or at + A_MOMENT
        holds.make(work, shelf, holding, order_number=number, until=until, at=at, given=given)
    posts, total = draft.fulfilment == Fulfilment.POST, draft.total_pence
    return PlacedOrder(order_id, number, draft.site, draft.currency, total, uid, posts)


def settle(work: Session, order: PlacedOrder, *, by: str, at: datetime) -> bool:
    """Turn a placed order into a sale: its units leave the shelf. False if it was one already.

    At the desk they leave with their buyer; what was bought online is put aside. Safe to call
    many times, also at once: only one caller finds the order unpaid. Raises OutOfStock, and
    then nothing of the caller's transaction is kept.
    """
    claim = {"order": order.id, "settled_at": at, "settled_by": by}
    if (holds_some := work.scalar(_CLAIM, claim)) is None:
        return False
    held = holds.settle(work, order.number, at=at) if holds_some else {}
    leaving = outgoing(work, order, held)
    if order.uid is None:
        stock.sell(work, order.site, leaving, by=by, at=at)
    else:
        kept.put_aside(work, order.site, leaving, by=by, at=at)
        order_steps.record(work, order.id, OrderState.PAID, by=by, at=at)
    return True


def outgoing(work: Session, order: PlacedOrder, held: Mapping[str, str]) -> list[stock.Outgoing]:
    """An order's lines as they leave the shelf, with what goes out instead of what is not there.

    `held` gives the place of what is kept for it.
    """
    shelf = places.shelf(order.site)
    return [
        stock.Outgoing(sku, units, line_id, held=held.get(sku) == shelf)
        for sku, units, line_id in work.execute(substitutes.GOING, {"order": order.id})
    ]


def pressed(work: Session, press: str) -> Order | None:
    """The order that this form has already made, if it was pressed before."""
    return work.scalars(select(Order).where(Order.press == presses.hashed(press))).one_or_none()


def get(work: Session, order_id: int) -> Order:
    order = work.get(Order, order_id)
    if order is None:
        raise NotFound("There is no such order.")
    return order


# Built once, on tables rather than classes: a sale is the one thing that must be quick.
_ORDER, _LINE, _HOLD = table_of(Order), table_of(OrderLine), table_of(holds.Hold)
_PLACE = insert(_ORDER).returning(_ORDER.c.id)
_WRITE_LINES = insert(_LINE)
_CLAIM = (
    update(_ORDER)
    .where(_ORDER.c.id == bindparam("order"), _ORDER.c.state.in_(UNPAID))
    .values(
        state=case((_ORDER.c.uid.is_(None), OrderState.SETTLED), else_=OrderState.PAID),
        settled_at=bindparam("settled_at"),
        settled_by=bindparam("settled_by"),
    )
    .returning(
        select(_HOLD.c.id)
        .where(_HOLD.c.order_number == _ORDER.c.number, _HOLD.c.ended_at.is_(None))
        .exists()
    )
)
