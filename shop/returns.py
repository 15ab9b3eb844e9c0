"""Goods that come back: what condition they are in, and where they went.

Giving money back and putting something on the shelf are two answers. A unit comes back once, for
the line that it was sold under, and its move in the ledger names that.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import failpoints, ledger, places, substitutes
from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.errors import Unreadable
from shop.ledger import Move, MoveReason
from shop.order_lines import MOST_UNITS_A_LINE, OrderLine
from shop.order_states import IN_HAND, OrderState
from shop.places import CUSTOMER


class Condition(StrEnum):
    SELLABLE = "sellable"
    DAMAGED = "damaged"
    NOT_BACK = "not-back"  # it stays with its buyer, or never left


class ReturnLine(Base):
    """Units of one order line that were taken back, from where and to where."""

    __tablename__ = "shop_return_line"
    __table_args__ = (
        whole("units", 1, MOST_UNITS_A_LINE),
        CheckConstraint("condition IN ('sellable', 'damaged')", name="condition_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_line_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order_line.id"), index=True)
    units: Mapped[int]
    condition: Mapped[str]
    from_place: Mapped[str]
    to_place: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


def take_back(
    work: Session,
    line: OrderLine,
    units: int,
    condition: Condition,
    *,
    state: OrderState,
    site_id: str,
    on_shelf: bool,
    by: str,
    at: datetime,
) -> None:
    """Units of a line that are refunded: where they are now, and where they go.

    `state` is their order's, which says where they come from. Raises Unreadable for answers that
    contradict each other, or more units than were sold. Nothing moves for what doesn't come back.
    """
    _require_sense(line, condition, state=state, on_shelf=on_shelf)
    if condition == Condition.NOT_BACK or (condition == Condition.SELLABLE and not on_shelf):
        return
    if units > line.units - taken_back(work, [line.id]).get(line.id, 0):
        raise Unreadable(f"More of {line.name} would come back than were sold.")
    kind = places.Kind.SHELF if on_shelf else places.Kind.DAMAGED
    from_place = places.kept(site_id) if state in IN_HAND else CUSTOMER
    to_place = places.place(kind, site_id)
    row = {
        "order_line_id": line.id,
        "units": units,
        "condition": condition,
        "from_place": from_place,
        "to_place": to_place,
        "by": by,
        "at": at,
    }
    line_id: int = work.execute(_WRITE, row).scalar_one()
    instead = substitutes.of_lines(work, [line.id]).get(line.id)
    sku = instead.sku if instead else line.sku
    move = Move(sku, units, from_place, to_place, MoveReason.BROUGHT_BACK, return_line_id=line_id)
    ledger.post(work, [move], by=by, at=at)
    failpoints.reached("refund.after_restock", work)


def _require_sense(
    line: OrderLine, condition: Condition, *, state: OrderState, on_shelf: bool
) -> None:
    """Answers that fit each other, and where the units are now."""
    stays = condition == Condition.NOT_BACK or (condition == Condition.SELLABLE and not on_shelf)
    if on_shelf and condition != Condition.SELLABLE:
        raise Unreadable(f"{line.name}: only what can be sold again goes back on the shelf.")
    if state in IN_HAND and stays:
        raise Unreadable(f"{line.name} is put aside here. Say that it goes back on the shelf.")
    if state in (OrderState.OWED, OrderState.UNCOLLECTED) and not stays:
        raise Unreadable(f"{line.name} is not with its buyer, so it can't come back.")


def taken_back(
    work: Session, line_ids: list[int], *, from_place: str | None = None
) -> Mapping[int, int]:
    """Units of these order lines that came back so far, from anywhere or from one place."""
    its = select(ReturnLine.order_line_id, func.sum(ReturnLine.units)).where(
        ReturnLine.order_line_id.in_(line_ids)
    )
    if from_place is not None:
        its = its.where(ReturnLine.from_place == from_place)
    return dict(work.execute(its.group_by(ReturnLine.order_line_id)).all())


_WRITE = insert(table_of(ReturnLine)).returning(table_of(ReturnLine).c.id)
