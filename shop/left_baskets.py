"""Baskets that nobody comes back to. They hold no stock, so forgetting one changes no shelf."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, or_
from sqlalchemy.orm import Session

from shop.basket_contents import BASKET, ORDER
from shop.db import UTCTime
from shop.order_states import OrderState

KEPT = timedelta(days=7)  # since somebody last touched it


def forget(work: Session, *, at: datetime) -> int:
    """Drop baskets that nobody has touched for days, and say how many. A parked one is not meant.

    One whose payment may still be made stays: its order says what of it is paid.
    """
    return len(work.execute(_FORGET, {"before": at - KEPT}).all())


_ITS_ORDER_IS_OVER = exists().where(
    ORDER.c.id == BASKET.c.order_id, ORDER.c.state != OrderState.PLACED
)
_FORGET = (
    delete(BASKET)
    .where(
        BASKET.c.touched_at < bindparam("before", type_=UTCTime),
        BASKET.c.parked_at.is_(None),
        # Said so that an order which was placed this moment, and can't be seen yet, is not over.
        or_(BASKET.c.order_id.is_(None), _ITS_ORDER_IS_OVER),
    )
    .returning(BASKET.c.id)
)
