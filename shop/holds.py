"""Holds: units that stay where they are, kept for one order or one plan until a time.

A hold is made when somebody presses Pay or writes a plan, never by a basket. It ends once: settled
with its order, passed on from its plan to an order, released by a person, or expired. One that is
past its time counts as free from that moment on, whether or not anybody has swept it away yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import audit, failpoints, levels, products, sites
from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.errors import OutOfStock, Unreadable
from shop.levels import Shift
from shop.places import Kind, kind_of, site_of

MOST_UNITS = 9_999  # of one product in one hold


class Ending(StrEnum):
    SETTLED = "settled"  # they left with their order
    RELEASED = "released"  # somebody let them go
    EXPIRED = "expired"
    PASSED = "passed"  # from a plan to the order that bought it


_ACTIVE = text("ended_at IS NULL")


class Hold(Base):
    """Units of one product at one place, kept for one order or one plan. Never deleted, ended once.

    What passed from a plan has ended when it was made: the time of an order would join the two.
    """

    __tablename__ = "shop_hold"
    __table_args__ = (
        whole("units", 1, MOST_UNITS),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended_somehow"),
        CheckConstraint(
            "ending IN ('settled', 'released', 'expired', 'passed')", name="ending_known"
        ),
        CheckConstraint("(order_number IS NULL) <> (plan_id IS NULL)", name="order_or_plan"),
        Index(
            "uq_shop_hold_active",
            "order_number",
            "place",
            "sku",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        Index(
            "uq_shop_hold_active_plan",
            "plan_id",
            "place",
            "sku",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        Index(
            "ix_shop_hold_active_place_sku",
            "place",
            "sku",
            "until",
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    place: Mapped[str]
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    units: Mapped[int]
    order_number: Mapped[int | None] = mapped_column(ForeignKey("shop_order.number"))
    plan_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("shop_plan.id"))
    made_at: Mapped[datetime] = mapped_column(UTCTime)
    until: Mapped[datetime] = mapped_column(UTCTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)
    ending: Mapped[str | None]

    @property
    def whom(self) -> str:
        return f"order {self.order_number}" if self.order_number else "a plan"


def make(
    work: Session,
    place: str,
    units_by_sku: Mapping[str, int],
    *,
    order_number: int,
    until: datetime,
    at: datetime,
    given: Mapping[str, int] | None = None,
) -> None:
    """Keep these units for an order. Raises OutOfStock, and then nothing is kept.

    `given` are units of it that `plan_holds.take_over` gives: they are kept already.
    """
    if until <= at:
        raise Unreadable("Stock can only be kept until a time that is still to come.")
    for units in units_by_sku.values():
        if not 1 <= units <= MOST_UNITS:
            raise Unreadable(f"Keep 1 to {MOST_UNITS} of a product, not {units}.")
    terms = {"place": place, "order_number": order_number, "made_at": at, "until": until}
    work.execute(_KEEP, [{**terms, "sku": sku, "units": n} for sku, n in units_by_sku.items()])
    failpoints.reached("hold.after_rows", work)
    for sku, units in sorted(units_by_sku.items()):
        more = units - (given or {}).get(sku, 0)
        if more and not shift(work, Shift(place, sku, held=more), at=at):
            raise out_of_stock(work, place, sku, wanted=units, undone="kept")


def settle(work: Session, order_number: int, *, at: datetime) -> dict[str, str]:
    """The order is paid: its holds end, and their units may leave. Gives each sku's place.

    The level still counts them as held; the move that takes them away says so. What has been
    ended before, by a clock or a person, is not given and has to be free to be sold.
    """
    values = {"number": order_number, "now": at, "how": Ending.SETTLED}
    return {sku: place for place, sku, _ in work.execute(_END_OF_ORDER, values)}


def release(work: Session, order_number: int, *, by: str, at: datetime) -> int:
    """Let go of all that is kept for an order, and say how many units that was."""
    values = {"number": order_number, "now": at, "how": Ending.RELEASED}
    let_go = work.execute(_END_OF_ORDER, values).all()
    for place, sku, units in sorted(let_go):
        _let_go(work, place, sku, units, at=at)
    if let_go:
        audit.record(work, "hold.released", f"order {order_number}", by=by, at=at)
    return sum(units for _, _, units in let_go)


def expire(work: Session, place: str, sku: str, *, at: datetime) -> int:
    """Let go of what is kept past its time, of one product at one place. Harmless twice."""
    values = {"at_place": place, "of_sku": sku, "now": at}
    units: int = sum(work.execute(_END_OVERDUE, values).scalars())
    if units:
        failpoints.reached("sweeper.before_release", work)
        _let_go(work, place, sku, units, at=at)
    return units


def overdue(work: Session, *, at: datetime) -> Sequence[tuple[str, str]]:
    """Each place and product of which something is kept past its time."""
    found = select(Hold.place, Hold.sku).where(Hold.ended_at.is_(None), Hold.until <= at)
    return [(place, sku) for place, sku in work.execute(found.distinct().order_by("place", "sku"))]


def waiting(work: Session, place: str, sku: str, *, at: datetime) -> Sequence[Hold]:
    """What of this product is kept here for somebody, oldest first."""
    found = select(Hold).where(
        Hold.place == place, Hold.sku == sku, Hold.ended_at.is_(None), Hold.until > at
    )
    return work.scalars(found.order_by(Hold.id)).all()


def of_product(work: Session, sku: str, *, at: datetime) -> Sequence[Hold]:
    """What of this product is kept anywhere for somebody, oldest first."""
    found = select(Hold).where(Hold.sku == sku, Hold.ended_at.is_(None), Hold.until > at)
    return work.scalars(found.order_by(Hold.id)).all()


def kept_for(work: Session, place: str, sku: str, *, at: datetime) -> list[str]:
    """What this product is kept for here, oldest first: "order 1043", or "a plan"."""
    return [hold.whom for hold in waiting(work, place, sku, at=at)]


def of_orders(work: Session, numbers: Iterable[int], *, at: datetime) -> Sequence[Hold]:
    """What is kept for these orders now."""
    found = select(Hold).where(
        Hold.order_number.in_(sorted(numbers)), Hold.ended_at.is_(None), Hold.until > at
    )
    return work.scalars(found.order_by(Hold.order_number, Hold.sku)).all()


def shift(work: Session, change: Shift, *, at: datetime) -> bool:
    """Shift a level; where that does not fit, let overdue holds go and try once more."""
    if levels.shift(work, change, at=at):
        return True
    return bool(expire(work, change.place, change.sku, at=at)) and levels.shift(work, change, at=at)


def out_of_stock(work: Session, place: str, sku: str, *, wanted: int, undone: str) -> OutOfStock:
    """The refusal in words, to be raised: what is short, where, and how many are left."""
    left = work.scalar(_LEFT, {"at_place": place, "of_sku": sku}) or 0
    site = sites.get(work, site_of(place)).name
    where = site if kind_of(place) == Kind.SHELF else f"{site} ({kind_of(place)})"
    name = products.get(work, sku).name
    return OutOfStock(name, where, wanted=wanted, left=left, undone=undone)


def _let_go(work: Session, place: str, sku: str, units: int, *, at: datetime) -> None:
    let_go = levels.shift(work, Shift(place, sku, held=-units), at=at)
    assert let_go, f"{place} holds fewer {sku} than its holds say"


# Built once: an online sale and every refusal at the till come through here.
_HOLD, _LEVEL = table_of(Hold), table_of(levels.StockLevel)
_KEEP = insert(_HOLD)
_END = (
    update(_HOLD)
    .where(_HOLD.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"), ending=bindparam("how"))
)
_END_OF_ORDER = _END.where(_HOLD.c.order_number == bindparam("number")).returning(
    _HOLD.c.place, _HOLD.c.sku, _HOLD.c.units
)
_END_OVERDUE = (
    update(_HOLD)
    .where(
        _HOLD.c.ended_at.is_(None),
        _HOLD.c.place == bindparam("at_place"),
        _HOLD.c.sku == bindparam("of_sku"),
        _HOLD.c.until <= bindparam("now"),
    )
    .values(ended_at=bindparam("now"), ending=Ending.EXPIRED.value)
    .returning(_HOLD.c.units)
)
_LEFT = select(_LEVEL.c.on_hand - _LEVEL.c.held).where(
    _LEVEL.c.place == bindparam("at_place"), _LEVEL.c.sku == bindparam("of_sku")
)
# Of each place and product, the units that are kept past a time and so are free at it.
OVERDUE = (
    select(_HOLD.c.place, _HOLD.c.sku, func.sum(_HOLD.c.units).label("units"))
    .where(_HOLD.c.ended_at.is_(None), _HOLD.c.until <= bindparam("now", type_=UTCTime))
    .group_by(_HOLD.c.place, _HOLD.c.sku)
    .subquery("overdue")
)
