"""What is inside a basket, and how it stands with the order that was last made of it.

What an order has paid for is no longer inside, from the moment on that the payment is in our
books: nobody has to take it out first.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, and_, bindparam, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import product_range
from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.identity import Setting
from shop.order_lines import MOST_UNITS_A_LINE, OrderLine
from shop.order_states import UNPAID, OrderState
from shop.orders import Order
from shop.presses import hashed
from shop.product_range import Range


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
    touched_at: Mapped[datetime] = mapped_column(UTCTime)
    order_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("shop_order.id"))
    parked_site: Mapped[str | None] = mapped_column(ForeignKey("shop_site.id"), index=True)
    parked_by: Mapped[str | None]
    parked_at: Mapped[datetime | None] = mapped_column(UTCTime)


class BasketPlan(Base):
    """A plan whose tools are in the basket, so that what is kept for it can pass to the order."""

    __tablename__ = "shop_basket_plan"

    basket_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("shop_basket.id", ondelete="CASCADE"), primary_key=True
    )
    plan_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_plan.id"), primary_key=True)


class BasketLine(Base):
    __tablename__ = "shop_basket_line"
    __table_args__ = (whole("units", 1, MOST_UNITS_A_LINE),)

    basket_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("shop_basket.id", ondelete="CASCADE"), primary_key=True
    )
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    units: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(UTCTime)


@dataclass(frozen=True, slots=True)
class Inside:
    """What is still to be bought, units by sku in the order they were first added.

    `order_id` is the order that the basket's last press of Pay made, and `state` how that stands:
    what it has paid for is no longer inside. `pressed` is the order that a form made before, and
    `of_plans` says whether tools of a plan are among the rest. `number` and `voucher` are that
    order's.
    """

    units: Mapping[str, int]
    range_: Range
    order_id: int | None = None
    state: str | None = None
    pressed: int | None = None
    of_plans: bool = False
    number: int | None = None
    voucher: str | None = None

    @property
    def waits(self) -> bool:
        """Whether its order may be paid still, and keeps its units and its voucher until then."""
        return self.state == OrderState.PLACED


def look(work: Session, device: str, *, press: str = "") -> Inside:
    """What a basket comes to now, in one statement: also with whom it stands about paying.

    `press` is the token of a form; where it made an order already, that is said too.
    """
    rows = work.execute(_LOOK, {"mine": hashed_device(device), "press": hashed(press)}).all()
    first = rows[0]
    left = {row.sku: row.left for row in rows if row.left is not None and row.left > 0}
    return Inside(
        left,
        product_range.of(work, first.version),
        first.order_id,
        first.state,
        first.pressed,
        bool(first.of_plans),
        first.number,
        first.voucher_code,
    )


def locked(work: Session, device: str) -> int | None:
    """A device's basket, into which nobody scans until this transaction ends; none if it has none.

    For who takes all of it: what is scanned meanwhile comes before that or after it.
    """
    its = select(Basket.id).where(Basket.device == hashed_device(device)).with_for_update()
    return work.scalar(its)


def hashed_device(device: str) -> str:
    """What a device's basket is found by."""
    return hashlib.sha256(device.encode()).hexdigest()


# Built once: every page of buying begins with this.
BASKET, IN_IT = table_of(Basket), table_of(BasketLine)
ORDER, ORDERED, _SETTING = table_of(Order), table_of(OrderLine), table_of(Setting)
_PLANS = table_of(BasketPlan)
IS_PAID = ORDER.c.state.not_in(UNPAID)
_LOOK = (
    select(
        _SETTING.c.value.label("version"),
        BASKET.c.order_id,
        ORDER.c.state,
        ORDER.c.number,
        ORDER.c.voucher_code,
        select(ORDER.c.id)
        .where(ORDER.c.press == bindparam("press"))
        .correlate(None)
        .scalar_subquery()
        .label("pressed"),
        exists().where(_PLANS.c.basket_id == BASKET.c.id).label("of_plans"),
        IN_IT.c.sku,
        (IN_IT.c.units - func.coalesce(ORDERED.c.units, 0)).label("left"),
    )
    .select_from(_SETTING)  # which has one row, also where there is no basket
    .outerjoin(BASKET, BASKET.c.device == bindparam("mine"))
    .outerjoin(ORDER, ORDER.c.id == BASKET.c.order_id)
    .outerjoin(IN_IT, IN_IT.c.basket_id == BASKET.c.id)
    .outerjoin(
        ORDERED,
        and_(ORDERED.c.order_id == ORDER.c.id, ORDERED.c.sku == IN_IT.c.sku, IS_PAID),
    )
    .where(_SETTING.c.name == product_range.NAME)
    .order_by(IN_IT.c.added_at, IN_IT.c.sku)
)
