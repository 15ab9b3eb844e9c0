"""Parked sales: a basket that waits at its clinic, for whichever device takes it up again.

It keeps no stock, like every basket, and is forgotten after half a day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import baskets
from shop.basket_contents import Basket, BasketLine, hashed_device, locked
from shop.db import Base, BigId, table_of, whole
from shop.discounts import Discount
from shop.errors import NotFound, Refusal
from shop.money import MOST_PENCE

KEPT = timedelta(hours=12)
MOST_PARKED = 20  # of one clinic


class ParkedDiscount(Base):
    """What was agreed to take off a basket, parked or not, as `Discount` has it."""

    __tablename__ = "shop_parked_discount"
    __table_args__ = (
        whole("percent", 0, 100),
        whole("pence", 0, MOST_PENCE),
        whole("least_pence", 0, MOST_PENCE),
        CheckConstraint(
            '(reason IS NULL) = ("by" IS NULL) AND (voucher IS NULL) <> (reason IS NULL)',
            name="why_it_is",
        ),
    )

    basket_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("shop_basket.id", ondelete="CASCADE"), primary_key=True
    )
    percent: Mapped[int]
    pence: Mapped[int]
    voucher: Mapped[str | None]
    reason: Mapped[str | None]
    by: Mapped[str | None]
    least_pence: Mapped[int]


@dataclass(frozen=True, slots=True)
class Parked:
    basket_id: int
    by: str
    at: datetime
    units: int


def park(work: Session, device: str, site_id: str, *, by: str, at: datetime) -> None:
    """Put a device's basket aside, so that the next customer can be served on it. What was agreed
    to take off it waits with it.

    Raises Refusal where nothing is in it, or too many wait already.
    """
    locked(work, device)
    if not baskets.contents(work, device):
        raise Refusal("There is nothing in the basket to park.")
    if len(waiting(work, site_id, at=at)) >= MOST_PARKED:
        raise Refusal(f"{MOST_PARKED} sales are parked here. Take one up, or finish it, first.")
    nobodys = hashed_device(baskets.new_device())
    aside = update(Basket).where(Basket.device == hashed_device(device))
    aside = aside.values(device=nobodys, parked_site=site_id, parked_by=by, parked_at=at)
    work.execute(aside)


def resume(
    work: Session, device: str, basket_id: int, site_id: str, *, at: datetime
) -> Discount | None:
    """Take a parked sale up on this device. Of two who try at once, one gets it.

    Gives what was agreed to take off it. Whether that still holds is for whoever takes it up to
    ask, with the prices and the vouchers of that moment.

    Raises Refusal where this device's basket has something in it, which stays as it is.
    """
    locked(work, device)
    if baskets.contents(work, device):
        raise Refusal("Finish or park what is in the basket first.")
    mine = hashed_device(device)
    work.execute(delete(Basket).where(Basket.device == mine))
    back = (
        update(Basket)
        .where(Basket.id == basket_id, Basket.parked_site == site_id, Basket.parked_at > at - KEPT)
        .values(device=mine, parked_site=None, parked_by=None, parked_at=None)
    )
    if work.scalar(back.returning(Basket.id)) is None:
        raise NotFound("That sale is not parked here any more. Somebody may have taken it up.")
    return _discount_of(work, basket_id)


def forget(work: Session, *, at: datetime) -> int:
    """Drop what was parked and nobody took up again, and say how many."""
    over = delete(Basket).where(Basket.parked_at <= at - KEPT).returning(Basket.id)
    return len(work.execute(over.execution_options(synchronize_session=False)).all())


def waiting(work: Session, site_id: str, *, at: datetime) -> Sequence[Parked]:
    """What is parked at a clinic, the one that has waited longest first."""
    units = func.sum(BasketLine.units)
    its = (
        select(Basket.id, Basket.parked_by, Basket.parked_at, units)
        .join(BasketLine, BasketLine.basket_id == Basket.id)
        .where(Basket.parked_site == site_id, Basket.parked_at > at - KEPT)
        .group_by(Basket.id, Basket.parked_by, Basket.parked_at)
        .order_by(Basket.parked_at, Basket.id)
    )
    return [
        Parked(which, by, since, int(n))
        for which, by, since, n in work.execute(its)
        if by is not None and since is not None
    ]


def _discount_of(work: Session, basket_id: int) -> Discount | None:
    """What waited with this basket, which is its device's again."""
    its = table_of(ParkedDiscount)
    waited = delete(its).where(its.c.basket_id == basket_id).returning(*its.c)
    row = work.execute(waited).mappings().one_or_none()
    return Discount(**{k: v for k, v in row.items() if k != "basket_id"}) if row else None
