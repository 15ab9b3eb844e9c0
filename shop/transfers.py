"""Transfers: units that go from one clinic to another, sent by one person, received by another.

Between the two they are in transit, a place that both clinics see. What comes of them there is
in `arrivals.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import failpoints, ledger, numbers, places, products, sites
from shop.db import Base, BigId, UTCTime, whole
from shop.errors import NotFound, Refusal, Unreadable
from shop.ledger import Move, MoveReason

MOST_UNITS = 9_999  # of one product in one transfer
MOST_LINES = 100
SERIES = "transfer"


class TransferState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Transfer(Base):
    __tablename__ = "shop_transfer"
    __table_args__ = (
        whole("number", 1, 2_000_000_000),
        CheckConstraint("from_site <> to_site", name="two_sites"),
        CheckConstraint("state IN ('draft', 'sent', 'closed', 'cancelled')", name="state_known"),
        CheckConstraint("(sent_at IS NULL) = (sent_by IS NULL)", name="sent_by_somebody"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        CheckConstraint(
            "(state IN ('closed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_has_time"
        ),
        CheckConstraint(
            "state = 'cancelled' OR (state = 'draft') = (sent_at IS NULL)", name="sent_has_time"
        ),
        Index("ix_shop_transfer_state", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    from_site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    to_site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    state: Mapped[str]
    note: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UTCTime)
    sent_by: Mapped[str | None]
    sent_at: Mapped[datetime | None] = mapped_column(UTCTime)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)


class TransferLine(Base):
    """`accounted` of its units have arrived or are known to be broken, lost or returned."""

    __tablename__ = "shop_transfer_line"
    __table_args__ = (
        UniqueConstraint("transfer_id", "sku"),
        whole("units", 1, MOST_UNITS),
        whole("accounted", 0, MOST_UNITS),
        CheckConstraint("accounted <= units", name="accounted_within_units"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    transfer_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_transfer.id"))
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    units: Mapped[int]
    accounted: Mapped[int] = mapped_column(default=0)

    @property
    def outstanding(self) -> int:
        return self.units - self.accounted


def draft(
    work: Session,
    from_site: str,
    to_site: str,
    units_by_sku: Mapping[str, int],
    *,
    note: str = "",
    by: str,
    at: datetime,
) -> Transfer:
    """Write down what should go where. Nothing moves until it is sent."""
    sites.get(work, from_site), sites.get(work, to_site)
    if from_site == to_site:
        raise Unreadable("Choose two different clinics.")
    if len(note) > ledger.LONGEST_NOTE:
        raise Unreadable(f"A note has at most {ledger.LONGEST_NOTE} characters.")
    transfer = Transfer(
        number=numbers.take(work, SERIES),
        from_site=from_site,
        to_site=to_site,
        state=TransferState.DRAFT,
        note=note,
        made_by=by,
        made_at=at,
    )
    work.add(transfer)
    work.flush()
    _write_lines(work, transfer, units_by_sku)
    return transfer


def change(work: Session, number: int, units_by_sku: Mapping[str, int]) -> None:
    """Put other lines into a draft."""
    transfer = locked(work, number, TransferState.DRAFT)
    work.execute(delete(TransferLine).where(TransferLine.transfer_id == transfer.id))
    _write_lines(work, transfer, units_by_sku)


def send(work: Session, number: int, *, by: str, at: datetime) -> None:
    """The box leaves: its units are off the sender's shelf and on their way. Once only."""
    transfer = locked(work, number, TransferState.DRAFT)
    leaves, way = places.shelf(transfer.from_site), places.transit(transfer.to_site)
    moves = [
        Move(line.sku, line.units, leaves, way, MoveReason.SENT, transfer_line_id=line.id)
        for line in lines_of(work, number)
    ]
    turn(work, transfer, TransferState.SENT, sent_by=by, sent_at=at)
    failpoints.reached("transfer.after_dispatch", work)
    ledger.post(work, moves, by=by, at=at, undone="sent")


def cancel(work: Session, number: int, *, by: str, at: datetime) -> None:
    """Call a draft off. For one that is on its way there is `arrivals.turn_back`."""
    transfer = locked(work, number, TransferState.DRAFT)
    turn(work, transfer, TransferState.CANCELLED, ended_by=by, ended_at=at)


def get(work: Session, number: int) -> Transfer:
    found = work.scalars(select(Transfer).where(Transfer.number == number)).one_or_none()
    if found is None:
        raise NotFound("There is no transfer with that number.")
    return found


def lines_of(work: Session, number: int) -> Sequence[TransferLine]:
    """A transfer's lines as they are in the database now, by product."""
    statement = (
        select(TransferLine)
        .join(Transfer, Transfer.id == TransferLine.transfer_id)
        .where(Transfer.number == number)
        .order_by(TransferLine.sku)
        .execution_options(populate_existing=True)
    )
    return work.scalars(statement).all()


def open_at(work: Session, site_id: str) -> Sequence[Transfer]:
    """Drafts, and what is on its way, to this clinic or from it, the oldest first."""
    statement = select(Transfer).where(
        Transfer.state.in_([TransferState.DRAFT, TransferState.SENT]),
        or_(Transfer.from_site == site_id, Transfer.to_site == site_id),
    )
    return work.scalars(statement.order_by(Transfer.number)).all()


def ended_at(work: Session, site_id: str, *, most: int) -> Sequence[Transfer]:
    """The last transfers of this clinic that were received or called off, the latest first."""
    statement = select(Transfer).where(
        Transfer.state.in_([TransferState.CLOSED, TransferState.CANCELLED]),
        or_(Transfer.from_site == site_id, Transfer.to_site == site_id),
    )
    return work.scalars(statement.order_by(Transfer.number.desc()).limit(most)).all()


def locked(work: Session, number: int, *states: TransferState) -> Transfer:
    """A transfer nobody else can act on until this transaction ends, in one of these states."""
    statement = select(Transfer).where(Transfer.number == number).with_for_update()
    found = work.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("There is no transfer with that number.")
    if found.state not in states:
        raise Refusal(f"Transfer {number} {_STANDS[TransferState(found.state)]}")
    return found


def turn(work: Session, transfer: Transfer, state: TransferState, **facts: object) -> None:
    """Take a transfer from the state it was read in to the next, if it still is in that one."""
    was = update(Transfer).where(Transfer.id == transfer.id, Transfer.state == transfer.state)
    turned = work.execute(was.values(state=state, **facts).returning(Transfer.id))
    assert turned.one_or_none(), "a locked transfer has changed"
    work.refresh(transfer)


_STANDS = {
    TransferState.DRAFT: "has not been sent yet.",
    TransferState.SENT: "is on its way already.",
    TransferState.CLOSED: "has been received already.",
    TransferState.CANCELLED: "was cancelled.",
}


def _write_lines(work: Session, transfer: Transfer, units_by_sku: Mapping[str, int]) -> None:
    if not units_by_sku:
        raise Unreadable("There is nothing in this transfer. Scan or type a product.")
    if len(units_by_sku) > MOST_LINES:
        raise Unreadable(f"One transfer has at most {MOST_LINES} different products.")
    known = products.by_sku(work, units_by_sku)
    for sku, units in units_by_sku.items():
        if sku not in known:
            raise NotFound(f"There is no product with the code {sku}.")
        if not 1 <= units <= MOST_UNITS:
            raise Unreadable(f"Send 1 to {MOST_UNITS} of {known[sku].name}.")
    rows = [{"transfer_id": transfer.id, "sku": sku, "units": n} for sku, n in units_by_sku.items()]
    work.execute(insert(TransferLine), rows)
