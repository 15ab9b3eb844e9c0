"""Stock is double entry: a move takes units of one product from one place to another.

Nothing else changes what a place holds. A level is the sum of a place's moves, kept beside
them so that one conditional UPDATE can refuse a sale; `flask shop verify` proves that they
agree. Only places inside a clinic have a level; supplier, customer and adjustment do not.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Insert,
    UniqueConstraint,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import products, sites
from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.errors import OutOfStock, Unreadable

MOST_UNITS = (
    100_000  # of one product in one move: past this, somebody scanned a barcode as a number
)
LOW = 5  # free units at which a shelf is called low, and at which the public sees the number
SUPPLIER, CUSTOMER, ADJUSTMENT = "supplier", "customer", "adjustment"
OUTSIDE = (SUPPLIER, CUSTOMER, ADJUSTMENT)


class MoveReason(StrEnum):
    DELIVERY = "delivery"  # supplier -> shelf
    SALE = "sale"  # shelf -> customer


class StockMove(Base):
    """One line of the ledger. Appended once and never touched again; triggers see to that."""

    __tablename__ = "shop_stock_move"
    __table_args__ = (
        whole("units", 1, MOST_UNITS),
        CheckConstraint("from_place <> to_place", name="two_places"),
        CheckConstraint(
            f"(reason = '{MoveReason.SALE}') = (order_line_id IS NOT NULL)",
            name="sale_has_its_line",
        ),
        UniqueConstraint("order_line_id", "reason"),
        Index("ix_shop_stock_move_from_place_sku", "from_place", "sku"),
        Index("ix_shop_stock_move_to_place_sku", "to_place", "sku"),
        Index("ix_shop_stock_move_sku_id", "sku", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    units: Mapped[int]
    from_place: Mapped[str]
    to_place: Mapped[str]
    reason: Mapped[str]
    order_line_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("shop_order_line.id"))
    by: Mapped[str]  # the staff member's name, as it was then
    at: Mapped[datetime] = mapped_column(UTCTime)


class StockLevel(Base):
    """What a place holds now, and how many of those are kept for somebody."""

    __tablename__ = "shop_stock_level"
    __table_args__ = (
        whole("on_hand", 0, MOST_UNITS * 100),
        whole("held", 0, MOST_UNITS * 100),
        CheckConstraint("held <= on_hand", name="held_within_on_hand"),
    )

    place: Mapped[str] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    on_hand: Mapped[int]
    held: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Units that leave with a customer, and the order line that they leave for."""

    sku: str
    units: int
    order_line_id: int


def shelf(site_id: str) -> str:
    return f"shelf:{site_id}"


def receive(
    work: Session, site_id: str, units_by_sku: Mapping[str, int], *, by: str, at: datetime
) -> None:
    """A delivery arrived: put its units on this site's shelf."""
    moves = [
        _Move(sku, units, SUPPLIER, shelf(site_id), MoveReason.DELIVERY)
        for sku, units in units_by_sku.items()
    ]
    _post(work, moves, by=by, at=at)


def sell(
    work: Session, site_id: str, outgoing: Iterable[Outgoing], *, by: str, at: datetime
) -> None:
    """Hand units over the counter: off this site's shelf, and no other's.

    Raises OutOfStock when the shelf has fewer free than are wanted; the caller's
    transaction then undoes the lines before it.
    """
    moves = [
        _Move(line.sku, line.units, shelf(site_id), CUSTOMER, MoveReason.SALE, line.order_line_id)
        for line in outgoing
    ]
    _post(work, moves, by=by, at=at)


def free(work: Session, skus: Iterable[str] | None = None) -> dict[str, dict[str, int]]:
    """Units free to sell on each site's shelf: `free(work)[sku][site_id]`."""
    if skus is None:
        rows = work.execute(_FREE)
    else:
        rows = work.execute(_FREE_OF, {"skus": sorted(set(skus))})
    units: dict[str, dict[str, int]] = {}
    for sku, place, free_ in rows:
        units.setdefault(sku, {})[place.removeprefix("shelf:")] = free_
    return units


def levels_of(work: Session, sku: str) -> Sequence[StockLevel]:
    """One product's level at every place that has one."""
    statement = select(StockLevel).where(StockLevel.sku == sku).order_by(StockLevel.place)
    return work.scalars(statement).all()


def history(
    work: Session, sku: str, *, before: int | None = None, most: int = 50
) -> Sequence[StockMove]:
    """A product's moves, the latest first; `before` is the id that the last page ended at."""
    statement = select(StockMove).where(StockMove.sku == sku).order_by(StockMove.id.desc())
    if before is not None:
        statement = statement.where(StockMove.id < before)
    return work.scalars(statement.limit(most)).all()


@dataclass(frozen=True, slots=True)
class _Move:
    sku: str
    units: int
    from_place: str
    to_place: str
    reason: MoveReason
    order_line_id: int | None = None


def _post(work: Session, moves: Sequence[_Move], *, by: str, at: datetime) -> None:
    """Write moves and shift their levels by the same units, or refuse all of it.

    The only function that touches the ledger or a level. The rows go first and the
    levels last, so that the lock on a popular ball is held as briefly as can be; the
    levels go in sorted order, so that two sales never wait for each other in a circle.
    """
    for move in moves:
        if not 1 <= move.units <= MOST_UNITS:
            raise Unreadable(f"A move is of 1 to {MOST_UNITS} units, not of {move.units}.")
    work.execute(_WRITE, [{**asdict(move), "by": by, "at": at} for move in moves])
    for move in sorted(moves, key=lambda move: move.sku):
        if move.from_place not in OUTSIDE:
            _take(work, move.from_place, move.sku, move.units)
        if move.to_place not in OUTSIDE:
            values = {"place": move.to_place, "sku": move.sku, "on_hand": move.units, "held": 0}
            work.execute(_ADD[work.get_bind().dialect.name], values)


def _take(work: Session, place: str, sku: str, units: int) -> None:
    taken = work.execute(_TAKE, {"from": place, "what": sku, "wanted": units})
    if not taken.rowcount:  # type: ignore[attr-defined]
        site_id = place.partition(":")[2]
        left = free(work, [sku]).get(sku, {}).get(site_id, 0)
        name, site = products.get(work, sku).name, sites.get(work, site_id).name
        raise OutOfStock(name, site, wanted=units, left=left)


def _adding(insert_level: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    statement = insert_level(_LEVEL)
    more = {"on_hand": _LEVEL.c.on_hand + statement.excluded.on_hand}
    return statement.on_conflict_do_update(index_elements=["place", "sku"], set_=more)


# Built once, on tables rather than classes: putting a statement together costs more than
# running it, and a sale is the one thing that must be quick.
_LEVEL = table_of(StockLevel)
_WRITE = insert(table_of(StockMove))
_TAKE = (
    update(_LEVEL)
    .where(
        _LEVEL.c.place == bindparam("from"),
        _LEVEL.c.sku == bindparam("what"),
        _LEVEL.c.on_hand - _LEVEL.c.held >= bindparam("wanted"),
    )
    .values(on_hand=_LEVEL.c.on_hand - bindparam("wanted"))
)
_FREE = select(_LEVEL.c.sku, _LEVEL.c.place, _LEVEL.c.on_hand - _LEVEL.c.held).where(
    _LEVEL.c.place.like("shelf:%")
)
_FREE_OF = _FREE.where(_LEVEL.c.sku.in_(bindparam("skus", expanding=True)))
_ADD = {"sqlite": _adding(sqlite.insert), "postgresql": _adding(postgresql.insert)}
