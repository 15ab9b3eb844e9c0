"""Stock at the clinics: what came in, what was sold, put right or moved, and what is free.

Every verb here is a way into the ledger (`shop/ledger.py`), which alone writes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from shop import ledger, lent, places
from shop.db import table_of
from shop.errors import Unreadable
from shop.holds import OVERDUE
from shop.ledger import Move, MoveReason, StockMove
from shop.levels import StockLevel
from shop.places import ADJUSTMENT, CUSTOMER, SUPPLIER, Kind, shelf

LOW = 5  # free units at which a shelf is called low, and at which the public sees the number

# What a person may say of units that came or went by no sale: where they go to and come from.
# A reason with both ways takes its way from the sign.
_GONE: Mapping[MoveReason, str] = {
    MoveReason.USED: ADJUSTMENT,
    MoveReason.LOST: ADJUSTMENT,
    MoveReason.SUPPLIER_ERROR: SUPPLIER,
    MoveReason.DAMAGED: Kind.DAMAGED,
    MoveReason.DEMO: Kind.DEMO,
}
_CAME: Mapping[MoveReason, str] = {
    MoveReason.FOUND: ADJUSTMENT,
    MoveReason.SUPPLIER_ERROR: SUPPLIER,
}
ADJUSTMENTS = (*_CAME, *(reason for reason in _GONE if reason not in _CAME))
# What a person may move between a clinic's own places.
_WITHIN: Mapping[tuple[Kind, Kind], MoveReason] = {
    (Kind.SHELF, Kind.DEMO): MoveReason.DEMO,
    (Kind.SHELF, Kind.DAMAGED): MoveReason.DAMAGED,
    (Kind.DEMO, Kind.DAMAGED): MoveReason.DAMAGED,
    (Kind.DEMO, Kind.SHELF): MoveReason.BACK,
    (Kind.DAMAGED, Kind.SHELF): MoveReason.BACK,
}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Units that leave with a customer, the order line they leave for, and whether it held them."""

    sku: str
    units: int
    order_line_id: int
    held: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """One product at one clinic. `coming` is on its way there from another one."""

    shelf: int = 0
    held: int = 0
    kept: int = 0
    demo: int = 0
    damaged: int = 0
    coming: int = 0

    @property
    def free(self) -> int:
        return self.shelf - self.held


def receive(
    work: Session, site_id: str, units_by_sku: Mapping[str, int], *, by: str, at: datetime
) -> None:
    """Units arrived without any paper: put them on this site's shelf."""
    _bring(work, site_id, units_by_sku, SUPPLIER, MoveReason.DELIVERY, by=by, at=at)


def open_with(
    work: Session, site_id: str, units_by_sku: Mapping[str, int], *, by: str, at: datetime
) -> None:
    """The books are opened: this is what stands on the shelf already."""
    _bring(work, site_id, units_by_sku, ADJUSTMENT, MoveReason.OPENING, by=by, at=at)


def sell(
    work: Session, site_id: str, outgoing: Iterable[Outgoing], *, by: str, at: datetime
) -> None:
    """Hand units over the counter: off this site's shelf, and no other's.

    Raises OutOfStock when the shelf has fewer free than are wanted; the caller's
    transaction then undoes the lines before it.
    """
    here = shelf(site_id)
    moves = [
        Move(each.sku, each.units, here, CUSTOMER, MoveReason.SALE, each.order_line_id,
             held=each.held)
        for each in outgoing
    ]  # fmt: skip
    ledger.post(work, moves, by=by, at=at, undone="sold")


def adjust(
    work: Session,
    site_id: str,
    sku: str,
    change: int,
    reason: MoveReason,
    *,
    note: str = "",
    by: str,
    at: datetime,
) -> None:
    """Put a shelf right by so many units, with the reason why: +1 found, -2 used.

    Damaged and demo units leave the shelf for their own place. Raises Unreadable for a
    reason that can't be given, or not in this direction, and OutOfStock.
    """
    ways = _CAME if change > 0 else _GONE
    if reason not in ADJUSTMENTS:
        raise Unreadable("Choose a reason from the list.")
    if not change or reason not in ways:
        sign = "less" if change > 0 else "more"
        raise Unreadable(f"That reason is for units that are {sign} than before. Check the sign.")
    other, here = ways[reason], shelf(site_id)
    if other in tuple(Kind):
        other = places.place(Kind(other), site_id)
    from_place, to_place = (other, here) if change > 0 else (here, other)
    move = Move(sku, abs(change), from_place, to_place, reason, note=note or None)
    ledger.post(work, [move], by=by, at=at)


def relocate(
    work: Session,
    site_id: str,
    sku: str,
    units: int,
    from_: Kind,
    to: Kind,
    *,
    note: str = "",
    by: str,
    at: datetime,
) -> None:
    """Move units between a clinic's shelf, its demo units and its damaged ones.

    Raises Refusal for a demo unit that is out on loan.
    """
    reason = _WITHIN.get((from_, to))
    if reason is None:
        raise Unreadable(f"Units can't be moved from {from_} to {to} by hand.")
    move = Move(
        sku, units, places.place(from_, site_id), places.place(to, site_id), reason,
        note=note or None,
    )  # fmt: skip
    ledger.post(work, [move], by=by, at=at)
    if from_ == Kind.DEMO:
        lent.keep(work, site_id, sku, taken=units)


def write_off(
    work: Session,
    site_id: str,
    sku: str,
    units: int,
    from_: Kind,
    *,
    note: str = "",
    by: str,
    at: datetime,
) -> None:
    """Throw away units that nobody will buy: damaged ones, or a worn demo that is here."""
    if from_ not in (Kind.DAMAGED, Kind.DEMO):
        raise Unreadable("Only damaged and demo units are written off. Move them there first.")
    away = Move(
        sku, units, places.place(from_, site_id), ADJUSTMENT, MoveReason.WRITTEN_OFF,
        note=note or None,
    )  # fmt: skip
    ledger.post(work, [away], by=by, at=at)
    if from_ == Kind.DEMO:
        lent.keep(work, site_id, sku, taken=units)


def free(
    work: Session, skus: Iterable[str] | None = None, *, at: datetime
) -> dict[str, dict[str, int]]:
    """Units free to sell on each site's shelf: `free(work, at=now)[sku][site_id]`."""
    statement, values = (_FREE, {}) if skus is None else (_FREE_OF, {"skus": sorted(set(skus))})
    units: dict[str, dict[str, int]] = {}
    for sku, place, free_ in work.execute(statement, {**values, "now": at}):
        units.setdefault(sku, {})[places.site_of(place)] = free_
    return units


def overview(work: Session, *, at: datetime) -> dict[str, dict[str, Standing]]:
    """Every product at every clinic that has a place for it: `overview(…)[sku][site_id]`."""
    found: dict[str, dict[str, Standing]] = {}
    for sku, place, on_hand, held in work.execute(_ALL, {"now": at}):
        kind, site_id = places.kind_of(place), places.site_of(place)
        so_far = found.setdefault(sku, {}).get(site_id, Standing())
        part = "coming" if kind == Kind.TRANSIT else kind
        numbers = {part: on_hand, "held": held} if kind == Kind.SHELF else {part: on_hand}
        found[sku][site_id] = replace(so_far, **numbers)
    return found


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


def _bring(
    work: Session,
    site_id: str,
    units_by_sku: Mapping[str, int],
    from_place: str,
    reason: MoveReason,
    *,
    by: str,
    at: datetime,
) -> None:
    here = shelf(site_id)
    moves = [Move(sku, units, from_place, here, reason) for sku, units in units_by_sku.items()]
    ledger.post(work, moves, by=by, at=at)


def _standing(*columns: Any) -> Select[Any]:
    """Levels, with what is kept past its time counted as free again."""
    same = and_(OVERDUE.c.place == _LEVEL.c.place, OVERDUE.c.sku == _LEVEL.c.sku)
    return select(_LEVEL.c.sku, _LEVEL.c.place, *columns).outerjoin_from(_LEVEL, OVERDUE, same)


_LEVEL = table_of(StockLevel)
_KEPT = _LEVEL.c.held - func.coalesce(OVERDUE.c.units, 0)
_FREE = _standing(_LEVEL.c.on_hand - _KEPT).where(_LEVEL.c.place.like("shelf:%"))
_FREE_OF = _FREE.where(_LEVEL.c.sku.in_(bindparam("skus", expanding=True)))
_ALL = _standing(_LEVEL.c.on_hand, _KEPT)
