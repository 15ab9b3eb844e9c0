"""What each place holds now, and how many of those are kept for somebody.

A level is the running sum of its place's moves. It only ever changes through `shift`, whose
UPDATE carries its own condition, so that two sales of the last ball can't both pass.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Row,
    bindparam,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from shop import places, spells, stock_rules
from shop.db import Base, table_of, whole
from shop.places import Kind
from shop.stock_rules import StockRule

MOST_UNITS = 10_000_000  # of one product at one place


class StockLevel(Base):
    """`held` of `on_hand` are kept for somebody; `position` counts the moves that touched it."""

    __tablename__ = "shop_stock_level"
    __table_args__ = (
        whole("on_hand", 0, MOST_UNITS),
        whole("held", 0, MOST_UNITS),
        whole("position", 0, 2_000_000_000),
        CheckConstraint("held <= on_hand", name="held_within_on_hand"),
    )

    place: Mapped[str] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    on_hand: Mapped[int]
    held: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0, server_default="0")


@dataclass(frozen=True, slots=True)
class Shift:
    """What one act does to one level: units in or out, units held or let go, moves written."""

    place: str
    sku: str
    on_hand: int = 0
    held: int = 0
    moves: int = 0


def shift(work: Session, change: Shift, *, at: datetime) -> bool:
    """Change one level if its units allow it. False, and nothing changed, if they don't."""
    adds = change.on_hand > 0
    assert not (adds and change.held), "one act does not bring units and hold them"
    statement = _ADD[work.get_bind().dialect.name] if adds else _TAKE
    after = work.execute(
        statement,
        {
            "at_place": change.place,
            "of_sku": change.sku,
            "units": change.on_hand,
            "more_held": change.held,
            "moves": change.moves,
            "site": places.site_of(change.place),
        },
    ).one_or_none()
    if after is None:
        return False
    if places.kind_of(change.place) == Kind.SHELF:
        _notice(work, change, after, at)
    return True


def locked(work: Session, place: str, sku: str) -> int:
    """What is there, and stays so until this transaction ends: for who decides by it.

    Where there was never any, a level of none is made: two who find the first one meet there.
    """
    nothing = {"at_place": place, "of_sku": sku, "units": 0, "moves": 0, "site": ""}
    on_hand: int = work.execute(_ADD[work.get_bind().dialect.name], nothing).one().on_hand
    return on_hand


def _notice(work: Session, change: Shift, after: Row[int, int, int | None], at: datetime) -> None:
    on_hand, held, minimum = after
    before = on_hand - change.on_hand
    if before == 0 < on_hand:
        spells.begin(work, change.place, change.sku, at=at)
    elif on_hand == 0 < before:
        spells.end(work, change.place, change.sku, at=at)
    if minimum is None:
        return
    free, grew = on_hand - held, change.on_hand - change.held
    # A level that was low stays low while it falls, and one that was not stays so while it grows.
    if free <= minimum if grew < 0 else free - grew <= minimum < free:
        site_id = places.site_of(change.place)
        stock_rules.judge(work, site_id, change.sku, free=free, minimum=minimum, at=at)


# Built once, on tables rather than classes: putting a statement together costs more than
# running it, and a sale is the one thing that must be quick.
_LEVEL, _RULE = table_of(StockLevel), table_of(StockRule)
_MINIMUM = (
    select(_RULE.c.minimum)
    .where(_RULE.c.site == bindparam("site"), _RULE.c.sku == bindparam("of_sku"))
    .scalar_subquery()
)
_AFTER = (_LEVEL.c.on_hand, _LEVEL.c.held, _MINIMUM)
_TAKE = (
    update(_LEVEL)
    .where(
        _LEVEL.c.place == bindparam("at_place"),
        _LEVEL.c.sku == bindparam("of_sku"),
        _LEVEL.c.on_hand + bindparam("units") >= _LEVEL.c.held + bindparam("more_held"),
        _LEVEL.c.held + bindparam("more_held") >= 0,
    )
    .values(
        on_hand=_LEVEL.c.on_hand + bindparam("units"),
        held=_LEVEL.c.held + bindparam("more_held"),
        position=_LEVEL.c.position + bindparam("moves"),
    )
    .returning(*_AFTER)
)


def _adding(
    insert_level: Callable[..., postgresql.Insert | sqlite.Insert],
) -> ReturningInsert[int, int, int | None]:
    statement = insert_level(_LEVEL).values(
        place=bindparam("at_place"),
        sku=bindparam("of_sku"),
        on_hand=bindparam("units"),
        held=0,
        position=bindparam("moves"),
    )
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["place", "sku"],
        set_={
            "on_hand": _LEVEL.c.on_hand + new.on_hand,
            "position": _LEVEL.c.position + new.position,
        },
        where=_LEVEL.c.on_hand + new.on_hand <= MOST_UNITS,
    ).returning(*_AFTER)


_ADD = {"sqlite": _adding(sqlite.insert), "postgresql": _adding(postgresql.insert)}
