"""Payment pages: each one that was opened for an order, and how it ended.

A row is saved before the gateway is asked for the page, with the key that makes asking again
harmless. Whatever the gateway says later is compared with it.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Row,
    bindparam,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, table_of, whole
from shop.gateways import PageAsked, PageSeen
from shop.identity import OF_SHOP
from shop.money import MOST_PENCE
from shop.orders import Order, PlacedOrder

PAGE_LIVES = timedelta(minutes=35)  # Stripe's shortest is 30, and asking again takes its time
OPENING_TAKES = timedelta(minutes=2)  # at most, with every second try
HELD_LONGER = timedelta(minutes=15)  # the units, than the page: a payment may be on its way


class SessionState(StrEnum):
    BEGUN = "begun"  # our key is saved; what the gateway knows of it is not known
    OPEN = "open"  # somebody may pay on it
    PAID = "paid"
    EXPIRED = "expired"
    REFUSED = "refused"  # the gateway would not open it
    PAID_TWICE = "paid-twice"  # its money came after the order was paid with another
    WRONG_AMOUNT = "wrong-amount"  # its money is not what the order costs


UNFINISHED = (SessionState.BEGUN, SessionState.OPEN)
_WITH_MONEY = "'paid', 'paid-twice', 'wrong-amount'"
_STATES = ", ".join(f"'{state}'" for state in SessionState)
_UNFINISHED, _PAID = text("state IN ('begun', 'open')"), text("state = 'paid'")


class PaymentSession(Base):
    """An order has one unfinished session at most, and one that was paid."""

    __tablename__ = "shop_payment_session"
    __table_args__ = (
        whole("amount_pence", 1, MOST_PENCE),
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint(f"(state IN ({_WITH_MONEY})) = (payment IS NOT NULL)", name="paid_by"),
        CheckConstraint("(state IN ('begun', 'open')) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("state <> 'open' OR reference IS NOT NULL", name="open_is_known"),
        Index(
            "uq_shop_payment_session_unfinished",
            "order_id",
            unique=True,
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
        Index(
            "uq_shop_payment_session_paid",
            "order_id",
            unique=True,
            sqlite_where=_PAID,
            postgresql_where=_PAID,
        ),
        Index("ix_shop_payment_session_state_expires_at", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_order.id"), index=True)
    gateway: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str | None] = mapped_column(unique=True)
    payment: Mapped[str | None] = mapped_column(unique=True)
    amount_pence: Mapped[int]
    currency: Mapped[str]
    success_url: Mapped[str]
    cancel_url: Mapped[str]
    state: Mapped[str]
    begun_at: Mapped[datetime] = mapped_column(UTCTime)
    expires_at: Mapped[datetime] = mapped_column(UTCTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)


def begin(
    work: Session,
    order: PlacedOrder,
    gateway: str,
    *,
    success_url: str,
    cancel_url: str,
    at: datetime,
) -> tuple[int, PageAsked]:
    """Save that a page is about to be asked for, and say with what. Gives the session's id too.

    Refused while the order has an unfinished one.
    """
    session = PaymentSession(
        order_id=order.id,
        gateway=gateway,
        key=f"page-{secrets.token_hex(16)}",
        amount_pence=order.total_pence,
        currency=order.currency,
        success_url=success_url,
        cancel_url=cancel_url,
        state=SessionState.BEGUN,
        begun_at=at,
        expires_at=at + PAGE_LIVES,
    )
    row = {name: getattr(session, name) for name in _SAVED}
    session_id, shop_uid = work.execute(_BEGIN, row).one()
    return session_id, asking(session, order, shop_uid)


def opened(work: Session, order_id: int, session_id: int, reference: str) -> bool:
    """The gateway has opened the page, under this name. False where it is not as simple as that.

    The order is locked first, as by everybody who changes its sessions.
    """
    page = {"order": order_id, "session": session_id, "name": reference}
    return work.scalar(_OPENED, page) is not None


def found(
    work: Session, order: PlacedOrder, gateway: str, seen: PageSeen, *, at: datetime
) -> PaymentSession:
    """A page that was paid for this order and that our records don't have. It has ended, and
    how is for the caller to say."""
    session = PaymentSession(
        order_id=order.id,
        gateway=gateway,
        key=f"found-{seen.reference}",
        reference=seen.reference,
        amount_pence=order.total_pence,
        currency=order.currency,
        success_url="",
        cancel_url="",
        state=SessionState.EXPIRED,
        begun_at=at,
        expires_at=at,
        ended_at=at,
    )
    work.add(session)
    return session


def asking(session: PaymentSession, order: PlacedOrder, shop_uid: str) -> PageAsked:
    """What the gateway is asked, word for word the same however often."""
    assert order.uid is not None, "only an online order has a page"
    return PageAsked(
        key=session.key,
        shop=shop_uid,
        order=order.uid,
        number=order.number,
        amount_pence=session.amount_pence,
        currency=session.currency,
        expires_at=session.expires_at,
        success_url=session.success_url,
        cancel_url=session.cancel_url,
        posts=order.posts,
    )


def get(work: Session, session_id: int) -> PaymentSession:
    return work.get_one(PaymentSession, session_id)


def with_reference(work: Session, reference: str) -> PaymentSession | None:
    """The session of a page that the gateway names so."""
    its = select(PaymentSession).where(PaymentSession.reference == reference)
    return work.scalars(its).one_or_none()


def locked(work: Session, reference: str) -> Row[Order, PaymentSession, str] | None:
    """That session with its order and which shop this is. The order is locked, before the session
    is, until the transaction ends."""
    its = (
        select(Order, PaymentSession, OF_SHOP)
        .join_from(Order, PaymentSession, PaymentSession.order_id == Order.id)
        .where(PaymentSession.reference == reference)
        .with_for_update()
    )
    return work.execute(its.execution_options(populate_existing=True)).one_or_none()


def of_order(work: Session, order_id: int) -> Sequence[PaymentSession]:
    """An order's sessions, the first one first."""
    its = select(PaymentSession).where(PaymentSession.order_id == order_id)
    fresh = its.order_by(PaymentSession.id).execution_options(populate_existing=True)
    return work.scalars(fresh).all()


def unfinished(work: Session) -> Sequence[PaymentSession]:
    """The sessions that nobody has heard the end of, the oldest first."""
    going_on = select(PaymentSession).where(PaymentSession.state.in_(UNFINISHED))
    return work.scalars(going_on.order_by(PaymentSession.id)).all()


def overdue(work: Session, *, at: datetime) -> Sequence[int]:
    """The sessions whose end, or whose beginning, should have been heard of by now."""
    never_opened = PaymentSession.state == SessionState.BEGUN
    patience = at - OPENING_TAKES
    late = select(PaymentSession.id).where(
        PaymentSession.state.in_(UNFINISHED),
        or_(PaymentSession.expires_at <= at, never_opened & (PaymentSession.begun_at < patience)),
    )
    return work.scalars(late.order_by(PaymentSession.id)).all()


def end(session: PaymentSession, state: SessionState, at: datetime) -> None:
    """A session has come to its end, or to another one: money may arrive late."""
    session.state = state
    session.ended_at = session.ended_at or at


_SESSION, _ORDER = table_of(PaymentSession), table_of(Order)
_BEGIN = insert(_SESSION).returning(_SESSION.c.id, OF_SHOP)
_SAVED = (
    "order_id", "gateway", "key", "amount_pence", "currency", "success_url", "cancel_url", "state",
    "begun_at", "expires_at",
)  # fmt: skip
_LOCKED = select(_ORDER.c.id).where(_ORDER.c.id == bindparam("order")).with_for_update()
_OPENED = (
    update(_SESSION)
    .where(
        _SESSION.c.order_id == _LOCKED.scalar_subquery(),
        _SESSION.c.id == bindparam("session"),
        _SESSION.c.state == SessionState.BEGUN,
        _SESSION.c.reference.is_(None),
    )
    .values(reference=bindparam("name"), state=SessionState.OPEN)
    .returning(_SESSION.c.id)
)
