"""Secret links to an order's page. A link's token is shown once, and only its hash is kept."""

import hashlib
import re
import secrets
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, bindparam, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, table_of
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
    token = secrets.token_urlsafe(16)
    values = {"hash": _hash(token), "order": order_id, "at": at}
    if work.scalar(_MINT, values) is None:
        raise TooManyTries("This order has been opened in many ways. Use the link in your email.")
    return token


def keep(work: Session, order_id: int, token: str, *, at: datetime) -> None:
    """Have a token that somebody else made lead to an order: a mail's, which may be sent again."""
    if work.get(OrderLink, _hash(token)) is None:
        work.add(OrderLink(token_hash=_hash(token), order_id=order_id, made_at=at))
        work.flush()


def follow(work: Session, token: str) -> Order:
    """The order that a link leads to. Raises NotFound, the same for every other token."""
    its = select(Order).join(OrderLink, OrderLink.order_id == Order.id)
    order = work.scalars(its.where(OrderLink.token_hash == found_by(token))).one_or_none()
    if order is None:
        raise nowhere()
    return order


def found_by(token: str) -> str:
    """What a link's row is found by: for what can't be a token, nothing that any row has."""
    return _hash(token) if _TOKEN.fullmatch(token) else ""


def nowhere() -> NotFound:
    """The refusal of every token that leads to no order, to be raised."""
    return NotFound("There is no such order page. Check the link, or have it sent again.")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_LINK = table_of(OrderLink)
_ORDER_ID = bindparam("order", type_=BigInteger)
_SO_FAR = select(func.count()).where(_LINK.c.order_id == _ORDER_ID).scalar_subquery()
_MINT = (
    insert(_LINK)
    .from_select(
        ["token_hash", "order_id", "made_at"],
        select(bindparam("hash", type_=String), _ORDER_ID, bindparam("at", type_=UTCTime)).where(
            _SO_FAR < MOST_LINKS
        ),
    )
    .returning(_LINK.c.token_hash)
)
