"""Every product at one clinic, what needs attention first: the rows of the stock screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from shop import places, products, stock
from shop.counts import Count, CountLine, CountState
from shop.db import UTCTime, table_of
from shop.holds import OVERDUE
from shop.levels import StockLevel
from shop.places import Kind
from shop.stock_rules import StockRule

COUNTED_WITHIN = timedelta(days=90)  # a number that nobody has checked for longer is a guess


class Only(StrEnum):
    """What the list can be narrowed to."""

    LOW = "low"
    OUT = "out"
    OVER = "over"
    NOT_COUNTED = "not-counted"


class State(StrEnum):
    OUT = "out"
    LOW = "low"  # at its minimum or below it
    OVER = "over"  # more than its target
    OK = "ok"


_BY_ATTENTION = (State.OUT, State.LOW, State.OVER, State.OK)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page of the list ended: the next one goes on behind this product."""

    rank: int
    sku: str


@dataclass(frozen=True, slots=True)
class Row:
    """One product as its clinic sees it. `kept` is for orders and plans, put aside or still on the
    shelf."""

    sku: str
    name: str
    on_sale: bool
    shelf: int
    held: int
    aside: int
    coming: int
    rank: int
    counted_at: datetime | None
    elsewhere: Mapping[str, int]

    @property
    def kept(self) -> int:
        return self.held + self.aside

    @property
    def free(self) -> int:
        return self.shelf - self.held

    @property
    def state(self) -> State:
        return _BY_ATTENTION[self.rank]

    @property
    def mark(self) -> Mark:
        return Mark(self.rank, self.sku)


def page(
    work: Session,
    site_id: str,
    *,
    words: str = "",
    only: Only | None = None,
    after: Mark | None = None,
    most: int = 50,
    at: datetime,
) -> Sequence[Row]:
    """Up to so many products of a clinic: what is out first, then what is low, then what is over.

    Two statements, however many products, clinics and moves there are.
    """
    statement = _LIST.where(products.matching(words)).limit(most)
    if only is not None:
        statement = statement.where(_KEEPS[only])
    if after is not None:
        statement = statement.where(_BEHIND)
    rows = work.execute(
        statement,
        {
            **{f"{kind}_place": places.place(kind, site_id) for kind in _HERE},
            "of_site": site_id,
            "now": at,
            "counted_since": at - COUNTED_WITHIN,
            "after_rank": after and after.rank,
            "after_sku": after and after.sku,
        },
    ).mappings()
    found = rows.all()
    free = stock.free(work, [row["sku"] for row in found], at=at)
    return [Row(**row, elsewhere=_others(free, row["sku"], site_id)) for row in found]


def _others(free: Mapping[str, Mapping[str, int]], sku: str, site_id: str) -> dict[str, int]:
    return {site: units for site, units in free.get(sku, {}).items() if site != site_id}


# Built once. Each kind of place is one join on a primary key, so the cost does not grow with
# the ledger.
_HERE = (Kind.SHELF, Kind.KEPT, Kind.TRANSIT)
_SHELF, _ASIDE, _COMING = (table_of(StockLevel).alias(f"{kind}_level") for kind in _HERE)
_PRODUCT, _RULE = table_of(products.Product), table_of(StockRule)
_LINE, _COUNT = table_of(CountLine), table_of(Count)


def _at(level: FromClause, kind: Kind) -> ColumnElement[bool]:
    return and_(level.c.sku == _PRODUCT.c.sku, level.c.place == bindparam(f"{kind}_place"))


def _units(column: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(column, 0)


_HELD = _units(_SHELF.c.held) - _units(OVERDUE.c.units)
_FREE = _units(_SHELF.c.on_hand) - _HELD
_RANK: ColumnElement[int] = case(
    (_FREE <= 0, _BY_ATTENTION.index(State.OUT)),
    (func.coalesce(_RULE.c.minimum, stock.LOW) >= _FREE, _BY_ATTENTION.index(State.LOW)),
    (_RULE.c.target < _FREE, _BY_ATTENTION.index(State.OVER)),
    else_=_BY_ATTENTION.index(State.OK),
)
_COUNTED_AT = (
    select(func.max(_LINE.c.counted_at))
    .join_from(_LINE, _COUNT, _COUNT.c.id == _LINE.c.count_id)
    .where(
        _LINE.c.sku == _PRODUCT.c.sku,
        _LINE.c.place == bindparam("shelf_place"),
        _LINE.c.times > 0,
        _COUNT.c.state == CountState.POSTED,
    )
    .scalar_subquery()
)
_LIST = (
    select(
        _PRODUCT.c.sku,
        _PRODUCT.c.name,
        _PRODUCT.c.on_sale,
        _units(_SHELF.c.on_hand).label("shelf"),
        _HELD.label("held"),
        _units(_ASIDE.c.on_hand).label("aside"),
        _units(_COMING.c.on_hand).label("coming"),
        _RANK.label("rank"),
        _COUNTED_AT.label("counted_at"),
    )
    .select_from(_PRODUCT)
    .outerjoin(_SHELF, _at(_SHELF, Kind.SHELF))
    .outerjoin(_ASIDE, _at(_ASIDE, Kind.KEPT))
    .outerjoin(_COMING, _at(_COMING, Kind.TRANSIT))
    .outerjoin(OVERDUE, and_(OVERDUE.c.sku == _SHELF.c.sku, OVERDUE.c.place == _SHELF.c.place))
    .outerjoin(_RULE, and_(_RULE.c.sku == _PRODUCT.c.sku, _RULE.c.site == bindparam("of_site")))
    # What was withdrawn is shown as long as there is some.
    .where(
        or_(
            _PRODUCT.c.on_sale.is_(True),
            _SHELF.c.on_hand > 0,
            _ASIDE.c.on_hand > 0,
            _COMING.c.on_hand > 0,
        )
    )
    .order_by(_RANK, _PRODUCT.c.name)
)


def _is(state: State) -> ColumnElement[bool]:
    return _RANK.in_([_BY_ATTENTION.index(state)])


_KEEPS: Mapping[Only, ColumnElement[bool]] = {
    Only.OUT: _is(State.OUT),
    Only.LOW: _is(State.LOW),
    Only.OVER: _is(State.OVER),
    Only.NOT_COUNTED: func.coalesce(bindparam("counted_since", type_=UTCTime) > _COUNTED_AT, True),
}
_OTHER = table_of(products.Product).alias("last_shown")
_LAST_NAME = select(_OTHER.c.name).where(_OTHER.c.sku == bindparam("after_sku")).scalar_subquery()
_BEHIND = or_(
    bindparam("after_rank") < _RANK,
    and_(bindparam("after_rank") == _RANK, _PRODUCT.c.name > _LAST_NAME),
)
