"""Who wants to be told when something is back at a clinic: one mail, and then we forget them.

An address that is given here is used for nothing else, and is gone once its mail is queued.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import outbox, product_range, products, sites, stock
from shop.db import Base, BigId, UTCTime
from shop.errors import NotFound, TooManyTries, Unreadable

MOST_WAITS = 5  # of one address at once
KEPT = timedelta(days=365)  # that somebody waits, before we forget them


class StockWait(Base):
    """`token_hash` is of the link that ends it."""

    __tablename__ = "shop_stock_wait"
    __table_args__ = (
        UniqueConstraint("email", "sku", "site"),
        Index("ix_shop_stock_wait_sku_site", "sku", "site"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    email: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[datetime] = mapped_column(UTCTime)


def ask(work: Session, sku: str, site_id: str, email: str, *, at: datetime) -> str:
    """Note who wants to know. Gives the token of the link that ends it, a new one each time.

    Raises Unreadable where it is in stock, and TooManyTries for an address that waits for a lot.
    """
    product, site = product_range.now(work).on_sale(sku), sites.get(work, site_id)
    if stock.free(work, [sku], at=at).get(sku, {}).get(site_id):
        raise Unreadable(f"{product.name} is in stock at {site.name} now.")
    its = (StockWait.email == email, StockWait.sku == sku, StockWait.site == site_id)
    work.execute(delete(StockWait).where(*its))
    count = select(func.count()).where(StockWait.email == email)
    if (work.scalar(count) or 0) >= MOST_WAITS:
        raise TooManyTries(f"We note {MOST_WAITS} products for one address. Wait for one of them.")
    token = secrets.token_urlsafe(16)
    work.add(StockWait(sku=sku, site=site_id, email=email, token_hash=_hash(token), asked_at=at))
    work.flush()
    return token


def of_token(work: Session, token: str) -> StockWait:
    """What a link is about. Raises NotFound once it is over."""
    found = select(StockWait).where(StockWait.token_hash == _hash(token))
    wait = work.scalars(found).one_or_none()
    if wait is None:
        raise NotFound("We have no such note. It has ended, and your address is gone.")
    return wait


def end(work: Session, token: str) -> None:
    """They don't want to know any more: their address is gone. Harmless again."""
    work.execute(delete(StockWait).where(StockWait.token_hash == _hash(token)))


def forget(work: Session, email: str) -> int:
    """Forget all that somebody waits for."""
    gone = delete(StockWait).where(StockWait.email == email).returning(StockWait.id)
    return len(work.execute(gone).all())


def of_email(work: Session, email: str) -> list[StockWait]:
    return [*work.scalars(select(StockWait).where(StockWait.email == email))]


def tell(work: Session, *, at: datetime) -> int:
    """Queue a mail to everybody whose product is back, and forget them. Gives how many."""
    work.execute(delete(StockWait).where(StockWait.asked_at < at - KEPT))
    waits = work.scalars(select(StockWait).order_by(StockWait.id).with_for_update()).all()
    free = stock.free(work, sorted({wait.sku for wait in waits}), at=at)
    told = [wait for wait in waits if free.get(wait.sku, {}).get(wait.site)]
    for wait in told:
        _write(work, wait, at)
        work.delete(wait)
    work.flush()
    return len(told)


def _write(work: Session, wait: StockWait, at: datetime) -> None:
    product, site = products.get(work, wait.sku), sites.get(work, wait.site)
    where = "\n".join(part for part in (site.name, site.address, site.hours, site.phone) if part)
    outbox.put(
        work, f"{outbox.ONCE}{wait.token_hash[:32]}", to=wait.email, site=wait.site,
        subject=f"Back in stock at {site.name}",
        body="\n\n".join([
            f"{product.name} is in stock again. Nothing is kept for you.", where,
            "You asked us to tell you. We have forgotten your address: this is the only mail.",
        ]),
        at=at,
    )  # fmt: skip


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
