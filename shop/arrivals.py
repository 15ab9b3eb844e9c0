"""What came of a transfer: every unit that was sent is accounted for, and none of them twice.

It arrived, or there is a reason why it can't be sold. When all are accounted for, the transfer
closes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import failpoints, ledger, places, products, sites, transfers
from shop.db import Base, BigId, UTCTime, whole
from shop.errors import Refusal, Unreadable
from shop.ledger import Move, MoveReason
from shop.places import ADJUSTMENT, Kind
from shop.transfers import MOST_UNITS, Transfer, TransferLine, TransferState


class Outcome(StrEnum):
    """What became of a unit that was sent, and so the reason where one is missing."""

    ARRIVED = "arrived"
    BROKEN = "broken"  # it arrived, and can't be sold
    LOST = "lost"
    RETURNED = "returned"  # it was never in the box, or went back


class Arrival(Base):
    """Somebody said what came of a transfer. There may be several, when it comes in parts."""

    __tablename__ = "shop_arrival"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    transfer_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_transfer.id"), index=True)
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


class ArrivalLine(Base):
    """Units of one line with one outcome. Each has its move, and none has two."""

    __tablename__ = "shop_arrival_line"
    __table_args__ = (
        UniqueConstraint("arrival_id", "transfer_line_id", "outcome"),
        whole("units", 1, MOST_UNITS),
        CheckConstraint(
            "outcome IN ('arrived', 'broken', 'lost', 'returned')", name="outcome_known"
        ),
        Index("ix_shop_arrival_line_transfer_line_id", "transfer_line_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    arrival_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_arrival.id"))
    transfer_line_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_transfer_line.id"))
    outcome: Mapped[str]
    units: Mapped[int]
    note: Mapped[str]


@dataclass(frozen=True, slots=True)
class Part:
    """Units of a product with one outcome, as a person reports them. A note is welcome."""

    sku: str
    units: int
    outcome: Outcome = Outcome.ARRIVED
    note: str = ""


def receive(
    work: Session, number: int, site_id: str, parts: Sequence[Part], *, by: str, at: datetime
) -> Transfer:
    """Say what came of a transfer, all of it or a part; the rest stays on its way.

    Raises Refusal at the wrong clinic, for a transfer that is not on its way, and for more
    than is still missing: what was accounted for can't arrive a second time.
    """
    transfer = transfers.locked(work, number, TransferState.SENT)
    if site_id != transfer.to_site:
        there = sites.get(work, transfer.to_site).name
        raise Refusal(f"Transfer {number} goes to {there}. It can only be received there.")
    _account(work, transfer, parts, by=by, at=at)
    if all(not line.outstanding for line in transfers.lines_of(work, number)):
        transfers.turn(work, transfer, TransferState.CLOSED, ended_by=by, ended_at=at)
    failpoints.reached("transfer.before_receive_commit", work)
    return transfer


def turn_back(work: Session, number: int, *, by: str, at: datetime) -> None:
    """Call off what is on its way: its units are back on the sender's shelf.

    Raises Refusal once part of it has arrived: then the rest needs its reasons.
    """
    transfer = transfers.locked(work, number, TransferState.SENT)
    lines = transfers.lines_of(work, number)
    if any(line.accounted for line in lines):
        raise Refusal(f"Part of transfer {number} has arrived. Say what became of the rest.")
    back = [Part(line.sku, line.units, Outcome.RETURNED) for line in lines]
    _account(work, transfer, back, by=by, at=at)
    transfers.turn(work, transfer, TransferState.CANCELLED, ended_by=by, ended_at=at)


def outcomes(work: Session, number: int) -> Sequence[Part]:
    """What has been said of a transfer so far, in the order it was said."""
    statement = (
        select(TransferLine.sku, ArrivalLine.units, ArrivalLine.outcome, ArrivalLine.note)
        .join(TransferLine, TransferLine.id == ArrivalLine.transfer_line_id)
        .join(Transfer, Transfer.id == TransferLine.transfer_id)
        .where(Transfer.number == number)
        .order_by(ArrivalLine.id)
    )
    said = work.execute(statement)
    return [Part(sku, units, Outcome(outcome), note) for sku, units, outcome, note in said]


def _account(
    work: Session, transfer: Transfer, parts: Sequence[Part], *, by: str, at: datetime
) -> None:
    lines = {line.sku: line for line in transfers.lines_of(work, transfer.number)}
    _check(work, transfer, parts, lines)
    arrival = Arrival(transfer_id=transfer.id, by=by, at=at)
    work.add(arrival)
    work.flush()
    moves = [_record(work, transfer, arrival, lines[part.sku], part) for part in parts]
    failpoints.reached("transfer.after_partial", work)
    ledger.post(work, moves, by=by, at=at)


def _check(
    work: Session, transfer: Transfer, parts: Sequence[Part], lines: Mapping[str, TransferLine]
) -> None:
    if not parts:
        raise Unreadable("Say what arrived, or what became of it.")
    if len({(part.sku, part.outcome) for part in parts}) < len(parts):
        raise Unreadable("One product has the same line twice. Add them up.")
    for part in parts:
        if part.sku not in lines:
            name = products.get(work, part.sku).name
            raise Refusal(
                f"{name} was not in transfer {transfer.number}. If it is here, add it as found."
            )
        if not 1 <= part.units <= MOST_UNITS:
            raise Unreadable(f"Receive 1 to {MOST_UNITS} of a product.")
    for sku, line in lines.items():
        given = sum(part.units for part in parts if part.sku == sku)
        if given > line.outstanding:
            name = products.get(work, sku).name
            raise Refusal(
                f"Only {line.outstanding} {name} of transfer {transfer.number} are still missing, "
                f"not {given}. If there are more, add them as found."
            )


def _record(
    work: Session, transfer: Transfer, arrival: Arrival, line: TransferLine, part: Part
) -> Move:
    """Write one part down, and give the move that carries it out."""
    accounted = work.execute(
        update(TransferLine)
        .where(TransferLine.id == line.id, TransferLine.accounted + part.units <= line.units)
        .values(accounted=TransferLine.accounted + part.units)
        .returning(TransferLine.id)
    )
    assert accounted.one_or_none(), "a locked transfer has changed"
    row = insert(ArrivalLine).values(
        arrival_id=arrival.id,
        transfer_line_id=line.id,
        outcome=part.outcome,
        units=part.units,
        note=part.note,
    )
    arrival_line_id: int = work.execute(row.returning(ArrivalLine.id)).scalar_one()
    reason, to_place = {
        Outcome.ARRIVED: (MoveReason.ARRIVED, places.shelf(transfer.to_site)),
        Outcome.BROKEN: (MoveReason.BROKEN, places.place(Kind.DAMAGED, transfer.to_site)),
        Outcome.LOST: (MoveReason.LOST_ON_THE_WAY, ADJUSTMENT),
        Outcome.RETURNED: (MoveReason.RETURNED, places.shelf(transfer.from_site)),
    }[part.outcome]
    way = places.transit(transfer.to_site)
    return Move(
        part.sku, part.units, way, to_place, reason,
        arrival_line_id=arrival_line_id, note=part.note or None,
    )  # fmt: skip
