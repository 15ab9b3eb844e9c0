"""What was agreed to take off the basket on a counter: it lies with that basket and meets no other.

It is gone in the same transaction as what was in the basket: sold, taken out, or kept elsewhere.
A basket that is parked takes it along, and brings it back.
"""

from dataclasses import asdict

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from shop.basket_contents import BASKET, IN_IT, hashed_device
from shop.db import table_of
from shop.discounts import Discount
from shop.errors import Unreadable
from shop.parked import ParkedDiscount


def agree(work: Session, device: str, discount: Discount) -> None:
    """Take this off a device's basket, in place of what was agreed before.

    Raises Unreadable where nothing is in it: the next customer would get it.
    """
    filled = work.scalars(_FILLED, {"mine": hashed_device(device)}).first()
    if filled is None:
        raise Unreadable("There is nothing in the basket yet. Scan or type a product.")
    take(work, device)
    work.execute(insert(_AGREED).values(basket_id=filled, **asdict(discount)))


def of(work: Session, device: str) -> Discount | None:
    """What was agreed to take off what is in a device's basket."""
    row = work.execute(_OF, {"mine": hashed_device(device)}).mappings().one_or_none()
    return Discount(**row) if row else None


def take(work: Session, device: str) -> Discount | None:
    """The same, and the basket forgets it: an order is made of it now, or it was emptied."""
    row = work.execute(_TAKE, {"mine": hashed_device(device)}).mappings().one_or_none()
    return Discount(**row) if row else None


# Built once: a sale asks for one of these.
_AGREED = table_of(ParkedDiscount)
_WORDS = [column for column in _AGREED.c if column.name != "basket_id"]
_MINE = BASKET.c.device == bindparam("mine")
_OF = select(*_WORDS).join(BASKET, BASKET.c.id == _AGREED.c.basket_id).where(_MINE)
_TAKE = (
    delete(_AGREED)
    .where(_AGREED.c.basket_id == select(BASKET.c.id).where(_MINE).scalar_subquery())
    .returning(*_WORDS)
)
# Its lines are locked, so that a sale at the same moment comes before it or takes it along.
_FILLED = (
    select(IN_IT.c.basket_id)
    .join(BASKET, BASKET.c.id == IN_IT.c.basket_id)
    .where(_MINE)
    .order_by(IN_IT.c.sku)
    .with_for_update(of=IN_IT)
)
