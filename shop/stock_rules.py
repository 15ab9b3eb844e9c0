"""What a shelf should hold, and the alert that fires once when it holds too little."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Insert,
    bindparam,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, table_of, whole

MOST_RULE = 9_999  # units of a minimum, a target or a pack
MOST_LEAD_DAYS = 365
_OPEN = text("cleared_at IS NULL")


class StockRule(Base):
    """What one shelf should hold: order at `minimum`, up to `target`, in whole packs."""

    __tablename__ = "shop_stock_rule"
    __table_args__ = (
        whole("minimum", 0, MOST_RULE),
        whole("target", 1, MOST_RULE),
        whole("pack", 1, MOST_RULE),
        whole("lead_days", 0, MOST_LEAD_DAYS),
        CheckConstraint("minimum < target", name="target_above_minimum"),
    )

    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    minimum: Mapped[int]
    target: Mapped[int]
    pack: Mapped[int]
    lead_days: Mapped[int]


class StockAlert(Base):
    """A shelf fell to its minimum. One is open until the shelf is refilled, so it fires once."""

    __tablename__ = "shop_stock_alert"
    __table_args__ = (
        Index(
            "uq_shop_stock_alert_open",
            "site",
            "sku",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"))
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    free: Mapped[int]
    minimum: Mapped[int]
    fired_at: Mapped[datetime] = mapped_column(UTCTime)
    told_at: Mapped[datetime | None] = mapped_column(UTCTime)  # the digest that said so
    cleared_at: Mapped[datetime | None] = mapped_column(UTCTime)


def of(work: Session, site_id: str, sku: str) -> StockRule | None:
    """The rule of one shelf, where it has one."""
    return work.get(StockRule, (site_id, sku))


def judge(work: Session, site_id: str, sku: str, *, free: int, minimum: int, at: datetime) -> None:
    """Fire if this shelf is low and nobody has been told; arm it again if it is not."""
    values = {"of_site": site_id, "of_sku": sku, "free": free, "minimum": minimum, "at": at}
    if free <= minimum:
        work.execute(_FIRE[work.get_bind().dialect.name], values)
    else:
        work.execute(_CLEAR, values)


_ALERT = table_of(StockAlert)


def _firing(insert_alert: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    statement = insert_alert(_ALERT).values(
        site=bindparam("of_site"),
        sku=bindparam("of_sku"),
        free=bindparam("free"),
        minimum=bindparam("minimum"),
        fired_at=bindparam("at", type_=UTCTime),
    )
    return statement.on_conflict_do_nothing()  # it was said before, and nobody has refilled


_FIRE = {"sqlite": _firing(sqlite.insert), "postgresql": _firing(postgresql.insert)}
_CLEAR = (
    update(_ALERT)
    .where(
        _ALERT.c.site == bindparam("of_site"),
        _ALERT.c.sku == bindparam("of_sku"),
        _ALERT.c.cleared_at.is_(None),
    )
    .values(cleared_at=bindparam("at"))
)
