"""Demo units: tried in the treatment room, lent with a day to bring them back, and cleaned between.

A lent unit is still the clinic's and stays in the books as a demo one; its loan says that it is
out. No name is kept: whoever borrows it takes a slip with the loan's number along.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import numbers, places, products, stock
from shop.db import Base, BigId, UTCTime, whole
from shop.errors import NotFound, Refusal, Unreadable
from shop.ledger import MoveReason
from shop.levels import StockLevel
from shop.places import Kind

SERIES = "loan"
MOST_DAYS = 90  # until it is due
LONGEST_LIST = 200  # loans


class Ending(StrEnum):
    BACK = "back"
    SOLD = "sold"
    LOST = "lost"


class Loan(Base):
    """One unit that is out, until it is back, sold or lost."""

    __tablename__ = "shop_loan"
    __table_args__ = (
        whole("number", 1, 2_000_000_000),
        CheckConstraint("ending IN ('back', 'sold', 'lost')", name="ending_known"),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended_somehow"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        CheckConstraint(
            "(order_id IS NOT NULL) = (COALESCE(ending, '') = 'sold')", name="sold_has_order"
        ),
        Index("ix_shop_loan_site_sku_ended_at", "site", "sku", "ended_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    due_on: Mapped[date] = mapped_column(Date)
    lent_by: Mapped[str]
    lent_at: Mapped[datetime] = mapped_column(UTCTime)
    ending: Mapped[str | None]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)
    order_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("shop_order.id"), unique=True)


class Cleaning(Base):
    """Somebody ticked that a demo unit was cleaned. Appended, and never changed."""

    __tablename__ = "shop_cleaning"
    __table_args__ = (Index("ix_shop_cleaning_site_sku", "site", "sku"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    loan_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("shop_loan.id"), index=True)
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


def try_here(work: Session, site_id: str, sku: str, *, by: str, at: datetime) -> None:
    """Take one off the shelf for the treatment room. Raises OutOfStock."""
    stock.adjust(work, site_id, sku, -1, MoveReason.DEMO, by=by, at=at)


def lend(
    work: Session, site_id: str, sku: str, *, due_on: date, today: date, by: str, at: datetime
) -> Loan:
    """Lend a demo unit that is here and was cleaned since it was last out.

    Raises Refusal where none is, and Unreadable for a day that is past or too far off.
    """
    name = products.get(work, sku).name
    if not today <= due_on <= today + timedelta(days=MOST_DAYS):
        raise Unreadable(f"Choose a day from today to {MOST_DAYS} days from now.")
    _lock(work, site_id, sku)
    ready = here(work, site_id).get(sku, 0) - len(_dirty(work, site_id, sku))
    if ready < 1:
        raise Refusal(f"No clean {name} is here to lend. Clean one, or take one off the shelf.")
    loan = Loan(
        number=numbers.take(work, SERIES), site=site_id, sku=sku, due_on=due_on, lent_by=by,
        lent_at=at,
    )  # fmt: skip
    work.add(loan)
    work.flush()
    return loan


def bring_back(work: Session, number: int, *, by: str, at: datetime) -> Loan:
    """It is here again, and waits to be cleaned."""
    return _end(work, number, Ending.BACK, by=by, at=at)


def lose(work: Session, number: int, *, by: str, at: datetime) -> Loan:
    """It never came back: it leaves the books."""
    loan = _end(work, number, Ending.LOST, by=by, at=at)
    stock.write_off(work, loan.site, loan.sku, 1, Kind.DEMO, by=by, at=at)
    return loan


def sold(work: Session, number: int, order_id: int, *, by: str, at: datetime) -> Loan:
    """Whoever has it keeps it, and has paid: its sale is that order."""
    return _end(work, number, Ending.SOLD, order_id=order_id, by=by, at=at)


def clean(
    work: Session, site_id: str, sku: str, loan_id: int | None = None, *, by: str, at: datetime
) -> None:
    """Tick that a demo unit was cleaned; with a loan, the one that came back from it."""
    if loan_id is not None and loan_id not in {loan.id for loan in _dirty(work, site_id, sku)}:
        return
    work.add(Cleaning(site=site_id, sku=sku, loan_id=loan_id, by=by, at=at))
    work.flush()


def numbered(work: Session, number: int) -> Loan:
    found = work.scalars(select(Loan).where(Loan.number == number)).one_or_none()
    if found is None:
        raise NotFound("There is no loan with that number.")
    return found


def out(work: Session, site_id: str) -> Sequence[Loan]:
    """What this clinic has lent and not got back, the first due first."""
    its = select(Loan).where(Loan.site == site_id, Loan.ended_at.is_(None))
    return work.scalars(its.order_by(Loan.due_on, Loan.number).limit(LONGEST_LIST)).all()


def to_clean(work: Session, site_id: str) -> Sequence[Loan]:
    """What came back and nobody has cleaned yet."""
    return _dirty(work, site_id)


def here(work: Session, site_id: str) -> Mapping[str, int]:
    """Demo units that are in the clinic now, by product: those that are out are left out."""
    demo = places.place(Kind.DEMO, site_id)
    held = select(StockLevel.sku, StockLevel.on_hand).where(
        StockLevel.place == demo, StockLevel.on_hand > 0
    )
    lent = select(Loan.sku, func.count()).where(Loan.site == site_id, Loan.ended_at.is_(None))
    away = dict(work.execute(lent.group_by(Loan.sku)).all())
    return {sku: units - away.get(sku, 0) for sku, units in work.execute(held.order_by("sku"))}


def last_cleaned(work: Session, site_id: str) -> Mapping[str, datetime]:
    its = select(Cleaning.sku, func.max(Cleaning.at)).where(Cleaning.site == site_id)
    return dict(work.execute(its.group_by(Cleaning.sku)).all())


def _dirty(work: Session, site_id: str, sku: str | None = None) -> Sequence[Loan]:
    cleaned = select(Cleaning.loan_id).where(Cleaning.loan_id.is_not(None))
    its = select(Loan).where(
        Loan.site == site_id, Loan.ending == Ending.BACK, Loan.id.not_in(cleaned)
    )
    if sku is not None:
        its = its.where(Loan.sku == sku)
    return work.scalars(its.order_by(Loan.number).limit(LONGEST_LIST)).all()


def _lock(work: Session, site_id: str, sku: str) -> None:
    """Two who lend the last one meet at its level, and the second finds none."""
    demo = places.place(Kind.DEMO, site_id)
    its = select(StockLevel).where(StockLevel.place == demo, StockLevel.sku == sku)
    work.scalars(its.with_for_update()).one_or_none()


def _end(
    work: Session,
    number: int,
    ending: Ending,
    *,
    order_id: int | None = None,
    by: str,
    at: datetime,
) -> Loan:
    """End a loan that is out, once."""
    values = {"ending": ending, "ended_by": by, "ended_at": at, "order_id": order_id}
    its = update(Loan).where(Loan.number == number, Loan.ended_at.is_(None)).values(**values)
    if work.scalar(its.returning(Loan.id)) is None:
        loan = numbered(work, number)
        raise Refusal(f"Loan {number} is over: {loan.ending}.")
    loan = numbered(work, number)
    work.refresh(loan)
    return loan
