"""When a shelf had some: sales a day are worked out over those days, not over empty ones."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, bindparam, insert, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime, table_of

_OPEN = text("ended_at IS NULL")


class StockSpell(Base):
    """A time in which a shelf had some: sales a day are worked out over these days only."""

    __tablename__ = "shop_stock_spell"
    __table_args__ = (
        Index(
            "uq_shop_stock_spell_open",
            "place",
            "sku",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_shop_stock_spell_ended_at", "ended_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    place: Mapped[str]
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"))
    began_at: Mapped[datetime] = mapped_column(UTCTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)


def begin(work: Session, place: str, sku: str, *, at: datetime) -> None:
    """An empty shelf was filled."""
    work.execute(_BEGIN, {"at_place": place, "of_sku": sku, "at": at})


def end(work: Session, place: str, sku: str, *, at: datetime) -> None:
    """The last one left."""
    work.execute(_END, {"at_place": place, "of_sku": sku, "at": at})


_SPELL = table_of(StockSpell)
_BEGIN = insert(_SPELL).values(
    place=bindparam("at_place"), sku=bindparam("of_sku"), began_at=bindparam("at", type_=UTCTime)
)
_END = (
    update(_SPELL)
    .where(
        _SPELL.c.place == bindparam("at_place"),
        _SPELL.c.sku == bindparam("of_sku"),
        _SPELL.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("at"))
)
