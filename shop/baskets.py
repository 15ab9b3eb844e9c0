"""A basket belongs to one device, and waits there while the phone rings. It keeps no stock.

At the desk it becomes a sale at once. A customer's becomes an order on Pay, and what was paid of
it is out of it from that moment on, whoever heard of the payment first.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, delete, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from shop.basket_contents import (
    BASKET,
    IN_IT,
    IS_PAID,
    ORDER,
    ORDERED,
    Basket,
    BasketLine,
    BasketPlan,
    hashed_device,
    locked,
    look,
)
from shop.errors import Unreadable
from shop.order_lines import MOST_LINES, MOST_UNITS_A_LINE
from shop.orders import Order


def new_device() -> str:
    return secrets.token_urlsafe(16)


def contents(work: Session, device: str) -> dict[str, int]:
    """Units by sku, in the order they were first added, as they were put in."""
    statement = (
        select(BasketLine.sku, BasketLine.units)
        .join(Basket, Basket.id == BasketLine.basket_id)
        .where(Basket.device == hashed_device(device))
        .order_by(BasketLine.added_at, BasketLine.sku)
    )
    return dict(work.execute(statement).all())


def add(work: Session, device: str, sku: str, units: int, *, at: datetime) -> int:
    """Put units of a product in, and say how many of it are in now.

    Raises NotFound for a product that is not on sale.
    """
    return _change(work, device, sku, lambda now: now + units, at, on_sale=True)


def add_set(work: Session, device: str, code: str, times: int, *, at: datetime) -> dict[str, int]:
    """Put the parts of so many sets in, and say how many of each part are in now, by sku.

    Raises NotFound for a set that is not on sale, and Unreadable for more than a line or a basket
    can have: of such a set nothing may be kept.
    """
    basket_id, seen = _locked(work, device, at), look(work, device)
    inside, parts = dict(seen.units), seen.range_.set_on_sale(code).parts
    for part in parts:
        units = inside.get(part.sku, 0) + times * part.units
        _put(work, basket_id, inside, part.sku, units, at)
        inside[part.sku] = units
    return {part.sku: inside[part.sku] for part in parts}


def set_units(work: Session, device: str, sku: str, units: int, *, at: datetime) -> None:
    """Make it this many of a product; none takes it out."""
    _change(work, device, sku, lambda now: units, at)


def load(work: Session, device: str, plan_id: int, skus: Iterable[str], *, at: datetime) -> None:
    """Put one of each of a plan's tools in, and remember the plan. Twice is once."""
    basket_id, inside = _locked(work, device, at), contents(work, device)
    for sku in skus:
        if sku not in inside:
            _change(work, device, sku, lambda now: 1, at)
    upsert = sqlite.insert if work.get_bind().dialect.name == "sqlite" else postgresql.insert
    its = upsert(BasketPlan).values(basket_id=basket_id, plan_id=plan_id)
    work.execute(its.on_conflict_do_nothing())


def plans_of(work: Session, device: str) -> Sequence[int]:
    """The plans whose tools are in this basket."""
    its = select(BasketPlan.plan_id).join(Basket, Basket.id == BasketPlan.basket_id)
    return work.scalars(its.where(Basket.device == hashed_device(device)).order_by("plan_id")).all()


def take_plans(work: Session, device: str) -> Sequence[int]:
    """The same, and the basket forgets them: an order is made of it now, or it was emptied."""
    mine = select(Basket.id).where(Basket.device == hashed_device(device)).scalar_subquery()
    gone = delete(BasketPlan).where(BasketPlan.basket_id == mine).returning(BasketPlan.plan_id)
    taken = work.scalars(gone.execution_options(synchronize_session=False))
    return sorted(taken.all())


def _change(
    work: Session, device: str, sku: str, wanted: Callable[[int], int], at: datetime, *,
    on_sale: bool = False,
) -> int:  # fmt: skip
    """Change one line. The basket's row is locked first, so that no scan is lost to another."""
    basket_id = _locked(work, device, at)
    inside = look(work, device)
    if on_sale:
        inside.range_.on_sale(sku)
    units = wanted(inside.units.get(sku, 0))
    _put(work, basket_id, inside.units, sku, units, at)
    return units


def _put(
    work: Session, basket_id: int, inside: Mapping[str, int], sku: str, units: int, at: datetime
) -> None:
    """Make it this many of a product, none taking it out. `inside` is what is in it now."""
    if not 0 <= units <= MOST_UNITS_A_LINE:
        raise Unreadable(f"Sell 1 to {MOST_UNITS_A_LINE} of one product at a time.")
    if units == 0 or sku in inside:
        _write(work, basket_id, sku, units)
    elif len(inside) >= MOST_LINES:
        raise Unreadable(f"One sale has at most {MOST_LINES} different products.")
    else:
        values = {"basket_id": basket_id, "sku": sku, "units": units, "added_at": at}
        work.execute(insert(BasketLine).values(**values))


def _write(work: Session, basket_id: int, sku: str, units: int) -> None:
    """Make a line that is there this many, none taking it out."""
    its = (BasketLine.basket_id == basket_id, BasketLine.sku == sku)
    if units:
        work.execute(update(BasketLine).where(*its).values(units=units))
    else:
        work.execute(delete(BasketLine).where(*its))
        some = select(BasketLine.sku).where(BasketLine.basket_id == basket_id).limit(1)
        if work.scalar(some) is None:  # who comes next has nothing to do with its plans
            work.execute(delete(BasketPlan).where(BasketPlan.basket_id == basket_id))


def pays_for(work: Session, device: str, order_id: int, *, before: int | None) -> bool:
    """Pay was pressed on this basket, and made this order.

    False, and nothing noted, where the basket's order is not the one that was known `before`: a
    second tab was quicker, and one basket never keeps the units of two orders.
    """
    mine = {"mine": hashed_device(device), "order": order_id, "before": before}
    return work.scalar(_PAYS_FOR, mine) is not None


def used_up(work: Session, device: str, *, before: int | None) -> bool:
    """An order without a payment page was made of all that is in this basket: it is gone.

    False, and nothing changed, where the basket's order is not the one that was known `before`, or
    another order has used it up: a second tab was quicker.
    """
    return work.scalar(_USED_UP, {"mine": hashed_device(device), "before": before}) is not None


def order_of(work: Session, device: str) -> Order | None:
    """The order that this basket's last press of Pay made, if there was one."""
    its = select(Order).join(Basket, Basket.order_id == Order.id)
    return work.scalars(its.where(Basket.device == hashed_device(device))).one_or_none()


def tidy(work: Session, device: str, *, at: datetime) -> None:
    """Take out what was paid for. Harmless again, and where nothing was.

    What a page shows never waits for it: `look` leaves out what was paid.
    """
    _locked(work, device, at)


def _tidied(work: Session, basket_id: int, order_id: int) -> None:
    its = {"basket": basket_id, "order": order_id}
    if work.scalar(_LET_GO, its) is not None:
        work.execute(_OUT, its)
        work.execute(_FEWER, its)


def take(work: Session, device: str) -> dict[str, int]:
    """Take everything out, in the order it was added.

    Of two payments at the same moment only one gets it; the other finds nothing in it.
    """
    mine = locked(work, device)
    taken = work.execute(
        delete(BasketLine)
        .where(BasketLine.basket_id == mine)
        .returning(BasketLine.added_at, BasketLine.sku, BasketLine.units)
        .execution_options(synchronize_session=False)
    )
    return {sku: units for _, sku, units in sorted(taken.all())}


def _locked(work: Session, device: str, at: datetime) -> int:
    """This device's basket, made if it has none, locked until the transaction ends and tidied."""
    mine = {"mine": hashed_device(device), "at": at}
    basket_id, order_id = work.execute(_LOCK[work.get_bind().dialect.name], mine).one()
    if order_id is not None:
        _tidied(work, basket_id, order_id)
    return basket_id


# Built once: every act of buying begins with one of these.
_MINE = BASKET.c.device == bindparam("mine")
_AS_BEFORE = BASKET.c.order_id.is_not_distinct_from(bindparam("before", type_=BigInteger))
_USED_UP = delete(BASKET).where(_MINE, _AS_BEFORE).returning(BASKET.c.id)
_PAYS_FOR = (
    update(BASKET)
    .where(_MINE, _AS_BEFORE)
    .values(order_id=bindparam("order"))
    .returning(BASKET.c.id)
)
_THIS = bindparam("order", type_=BigInteger)
_LET_GO = (
    update(BASKET)
    .where(
        BASKET.c.id == bindparam("basket"),
        BASKET.c.order_id == _THIS,
        exists().where(ORDER.c.id == _THIS, IS_PAID),
    )
    .values(order_id=None)
    .returning(BASKET.c.id)
)
_OF_ORDER = (ORDERED.c.order_id == _THIS, ORDERED.c.sku == IN_IT.c.sku)
_PAID_UNITS = select(ORDERED.c.units).where(*_OF_ORDER).scalar_subquery()
_OF_IT = IN_IT.c.basket_id == bindparam("basket")
_OUT = delete(IN_IT).where(_OF_IT, IN_IT.c.units <= _PAID_UNITS)
_SOME_LEFT = update(IN_IT).where(_OF_IT, IN_IT.c.units > _PAID_UNITS)
_FEWER = _SOME_LEFT.values(units=IN_IT.c.units - _PAID_UNITS)


def _locking(
    insert_basket: Callable[..., postgresql.Insert | sqlite.Insert],
) -> ReturningInsert[int, int | None]:
    statement = insert_basket(BASKET).values(device=bindparam("mine"), touched_at=bindparam("at"))
    now = {"touched_at": statement.excluded.touched_at}
    locked = statement.on_conflict_do_update(index_elements=["device"], set_=now)
    return locked.returning(BASKET.c.id, BASKET.c.order_id)


_LOCK = {"sqlite": _locking(sqlite.insert), "postgresql": _locking(postgresql.insert)}
