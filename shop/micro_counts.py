"""Products to count soon, because something about them was odd. Asking twice asks once."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Insert, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import counts
from shop.counts import Count, CountLine
from shop.db import Base, UTCTime, table_of
from shop.errors import Refusal


class CountDue(Base):
    __tablename__ = "shop_count_due"

    site: Mapped[str] = mapped_column(ForeignKey("shop_site.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCTime)


def ask(work: Session, site_id: str, sku: str, *, by: str, at: datetime) -> None:
    """Put a product on this clinic's next micro-count."""
    values = {"site": site_id, "sku": sku, "asked_by": by, "asked_at": at}
    work.execute(_ASK[work.get_bind().dialect.name], values)


def due(work: Session, site_id: str) -> Sequence[CountDue]:
    """What is to be counted here, longest asked for first."""
    found = select(CountDue).where(CountDue.site == site_id)
    return work.scalars(found.order_by(CountDue.asked_at, CountDue.sku)).all()


def start(work: Session, site_id: str, *, by: str, at: datetime) -> Count:
    """Begin to count what is due. It stays due until that count is posted."""
    asked = [each.sku for each in due(work, site_id)]
    if not asked:
        raise Refusal("Nothing is waiting to be counted here.")
    return counts.start(work, site_id, asked, by=by, at=at)


def done(work: Session, count: Count) -> None:
    """What was counted in this count does not wait any longer."""
    counted = select(CountLine.sku).where(CountLine.count_id == count.id, CountLine.times > 0)
    work.execute(delete(CountDue).where(CountDue.site == count.site, CountDue.sku.in_(counted)))


def _asking(insert_due: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    return insert_due(table_of(CountDue)).on_conflict_do_nothing()


_ASK = {"sqlite": _asking(sqlite.insert), "postgresql": _asking(postgresql.insert)}
