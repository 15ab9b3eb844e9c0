"""The ledger: stock is double entry. A move takes units of one product from place to place.

Nothing else changes what a place holds, and `post` is the only function that writes a move.
Units are conserved by construction: what leaves one place arrives at another. A mistake is
put right by another move, never by touching an old one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import failpoints, holds, products, sites
from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.errors import Refusal, Unreadable
from shop.levels import Shift
from shop.places import ADJUSTMENT, CUSTOMER, OUTSIDE, SUPPLIER, Kind, kind_of, site_of

MOST_UNITS = (
    100_000  # of one product in one move: past this, somebody scanned a barcode as a number
)
LONGEST_NOTE = 200  # characters


class MoveReason(StrEnum):
    OPENING = "opening"  # what was there when the books were opened
    DELIVERY = "delivery"
    SALE = "sale"
    KEPT = "kept"  # paid for online, and put aside
    HANDED_OVER = "handed-over"  # collected, or given to the post
    UNCOLLECTED = "uncollected"  # put aside, and nobody came
    BROUGHT_BACK = "brought-back"  # by its buyer, or refunded before it was handed over
    FOUND = "found"
    USED = "used"  # in the clinic
    LOST = "lost"  # or stolen
    SUPPLIER_ERROR = "supplier-error"
    DAMAGED = "damaged"
    DEMO = "demo"
    BACK = "back"  # a demo or a damaged one is fit for sale again
    WRITTEN_OFF = "written-off"
    SENT = "sent"  # to another clinic
    ARRIVED = "arrived"
    BROKEN = "broken"  # on the way
    LOST_ON_THE_WAY = "lost-on-the-way"
    RETURNED = "returned"  # never left the sender, or came back to it
    COUNT = "count"  # what a count found more or less


_SHELF, _DEMO, _DAMAGED, _TRANSIT = Kind.SHELF, Kind.DEMO, Kind.DAMAGED, Kind.TRANSIT
_KEPT = Kind.KEPT
_COUNTED = (Kind.SHELF, Kind.KEPT)
# Between which kinds of place each reason may move units.
WAYS: Mapping[MoveReason, Sequence[tuple[str, str]]] = {
    MoveReason.OPENING: [(ADJUSTMENT, _SHELF)],
    MoveReason.DELIVERY: [(SUPPLIER, _SHELF)],
    MoveReason.SALE: [(_SHELF, CUSTOMER)],
    MoveReason.KEPT: [(_SHELF, _KEPT)],
    MoveReason.HANDED_OVER: [(_KEPT, CUSTOMER)],
    MoveReason.UNCOLLECTED: [(_KEPT, _SHELF)],
    MoveReason.BROUGHT_BACK: [
        (CUSTOMER, _SHELF),
        (CUSTOMER, _DAMAGED),
        (_KEPT, _SHELF),
        (_KEPT, _DAMAGED),
    ],
    MoveReason.FOUND: [(ADJUSTMENT, _SHELF)],
    MoveReason.USED: [(_SHELF, ADJUSTMENT)],
    MoveReason.LOST: [(_SHELF, ADJUSTMENT), (_DEMO, ADJUSTMENT)],
    MoveReason.SUPPLIER_ERROR: [(SUPPLIER, _SHELF), (_SHELF, SUPPLIER)],
    MoveReason.DAMAGED: [(_SHELF, _DAMAGED), (_DEMO, _DAMAGED)],
    MoveReason.DEMO: [(_SHELF, _DEMO)],
    MoveReason.BACK: [(_DEMO, _SHELF), (_DAMAGED, _SHELF)],
    MoveReason.WRITTEN_OFF: [(_DAMAGED, ADJUSTMENT), (_DEMO, ADJUSTMENT)],
    MoveReason.SENT: [(_SHELF, _TRANSIT)],
    MoveReason.ARRIVED: [(_TRANSIT, _SHELF)],
    MoveReason.BROKEN: [(_TRANSIT, _DAMAGED)],
    MoveReason.LOST_ON_THE_WAY: [(_TRANSIT, ADJUSTMENT)],
    MoveReason.RETURNED: [(_TRANSIT, _SHELF)],
    MoveReason.COUNT: [(ADJUSTMENT, kind) for kind in _COUNTED]
    + [(kind, ADJUSTMENT) for kind in _COUNTED],
}


_OF_AN_ORDER = "'sale', 'kept', 'handed-over', 'uncollected'"
_ARRIVING = "'arrived', 'broken', 'lost-on-the-way', 'returned'"


class StockMove(Base):
    """One line of the ledger. Appended once and never touched again; triggers see to that.

    A cause is the row of another table that the move carries out, and each such row has one
    move: what was sold, sent, received or counted can't be posted a second time.
    """

    __tablename__ = "shop_stock_move"
    __table_args__ = (
        whole("units", 1, MOST_UNITS),
        CheckConstraint("from_place <> to_place", name="two_places"),
        CheckConstraint(
            f"(reason IN ({_OF_AN_ORDER})) = (order_line_id IS NOT NULL)",
            name="sale_has_its_line",
        ),
        CheckConstraint(
            f"(reason = '{MoveReason.SENT}') = (transfer_line_id IS NOT NULL)",
            name="sent_has_its_line",
        ),
        CheckConstraint(
            f"(reason IN ({_ARRIVING})) = (arrival_line_id IS NOT NULL)",
            name="arrival_has_its_line",
        ),
        CheckConstraint(
            f"(reason = '{MoveReason.COUNT}') = (count_line_id IS NOT NULL)",
            name="count_has_its_line",
        ),
        CheckConstraint(
            f"(reason = '{MoveReason.BROUGHT_BACK}') = (return_line_id IS NOT NULL)",
            name="brought_back_has_its_line",
        ),
        CheckConstraint(
            f"delivery_line_id IS NULL OR reason = '{MoveReason.DELIVERY}'",
            name="delivery_line_of_delivery",
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
    transfer_line_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("shop_transfer_line.id"), unique=True
    )
    arrival_line_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("shop_arrival_line.id"), unique=True
    )
    count_line_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("shop_count_line.id"), unique=True
    )
    delivery_line_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("shop_delivery_line.id"), unique=True
    )
    return_line_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("shop_return_line.id"), unique=True
    )
    note: Mapped[str | None]
    by: Mapped[str]  # the staff member's name, as it was then
    at: Mapped[datetime] = mapped_column(UTCTime)


@dataclass(frozen=True, slots=True)
class Move:
    """A move to be posted. `held` says that its units were kept for whom they go to."""

    sku: str
    units: int
    from_place: str
    to_place: str
    reason: MoveReason
    order_line_id: int | None = None
    transfer_line_id: int | None = None
    arrival_line_id: int | None = None
    count_line_id: int | None = None
    delivery_line_id: int | None = None
    return_line_id: int | None = None
    note: str | None = None
    held: bool = False


def post(
    work: Session, moves: Sequence[Move], *, by: str, at: datetime, undone: str = "moved"
) -> None:
    """Write moves and shift their levels by the same units, or refuse all of it.

    The rows go first and the levels last, so that the lock on a popular ball is held as
    briefly as can be; the levels go in sorted order, so that two acts never wait for each
    other in a circle. Raises OutOfStock, ending on what was not `undone`; the caller's
    transaction then undoes the rest.
    """
    for move in moves:
        _check(move)
    if not moves:
        return
    work.execute(_WRITE, [_row(move, by, at) for move in moves])
    failpoints.reached("ledger.after_moves", work)
    for change in _shifts(moves):
        if not holds.shift(work, change, at=at):
            raise _refusal(work, change, undone)
        failpoints.reached("ledger.between_levels", work)


def _check(move: Move) -> None:
    if not 1 <= move.units <= MOST_UNITS:
        raise Unreadable(f"A move is of 1 to {MOST_UNITS} units, not of {move.units}.")
    if move.note and len(move.note) > LONGEST_NOTE:
        raise Unreadable(f"A note has at most {LONGEST_NOTE} characters.")
    way = kind_of(move.from_place), kind_of(move.to_place)
    assert way in WAYS[move.reason], f"{move.reason} does not go {way}"


def _row(move: Move, by: str, at: datetime) -> dict[str, object]:
    return {**{name: getattr(move, name) for name in _WRITTEN}, "by": by, "at": at}


def _shifts(moves: Sequence[Move]) -> list[Shift]:
    """What the moves do to each level together, in the order that everybody takes locks in."""
    changes: dict[tuple[str, str], Shift] = {}

    def add(place: str, sku: str, on_hand: int, held: int) -> None:
        if place not in OUTSIDE:
            so_far = changes.get((place, sku), Shift(place, sku))
            changes[place, sku] = Shift(
                place, sku, so_far.on_hand + on_hand, so_far.held + held, so_far.moves + 1
            )

    for move in moves:
        add(move.from_place, move.sku, -move.units, -move.units if move.held else 0)
        add(move.to_place, move.sku, move.units, 0)
    return [changes[key] for key in sorted(changes)]


def _refusal(work: Session, change: Shift, undone: str) -> Refusal:
    if change.on_hand > 0:
        name, site = products.get(work, change.sku).name, sites.get(work, site_of(change.place))
        return Refusal(f"That would be more {name} than {site.name} can hold. Check the number.")
    return holds.out_of_stock(work, change.place, change.sku, wanted=-change.on_hand, undone=undone)


_WRITE = insert(table_of(StockMove))
_WRITTEN = [field.name for field in fields(Move) if field.name != "held"]
