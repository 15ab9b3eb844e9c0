"""Secret links to an order's page. A link's token is shown once, and only its hash is kept."""

import hashlib
import re
import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime
from shop.errors import NotFound, TooManyTries
from shop.orders import Order

MOST_LINKS = 50  # to one order, of those that its pages make
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)  # 128 bits and a little


class OrderLink(Base):
    __tablename__ = "shop_order_link"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCTime)


def mint(work: Session, order_id: int, *, at: datetime) -> str:
    """A new link's token. Those that were given out before go on working."""
    mine = select(func.count()).where(OrderLink.order_id == order_id)
    if (work.scalar(mine) or 0) >= MOST_LINKS:
        raise TooManyTries("This order has been opened in many ways. Use the link in your email.")
    token = secrets.token_urlsafe(16)
    values = {"token_hash": _hash(token), "order_id": order_id, "made_at": at}
    work.execute(insert(OrderLink).values(**values))
    return token


def keep(work: Session, order_id: int, token: str, *, at: datetime) -> None:
    """Have a token that somebody else made lead to an order: a mail's, which may be sent again."""
    if work.get(OrderLink, _hash(token)) is None:
        work.add(OrderLink(token_hash=_hash(token), order_id=order_id, made_at=at))
        work.flush()


def follow(work: Session, token: str) -> Order:
    """The order that a link leads to. Raises NotFound, the same for every other token."""
    its = select(Order).join(OrderLink, OrderLink.order_id == Order.id)
    order = (
        _TOKEN.fullmatch(token)
        and work.scalars(its.where(OrderLink.token_hash == _hash(token))).one_or_none()
    )
    if not order:
        raise NotFound("There is no such order page. Check the link, or have it sent again.")
    return order


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
