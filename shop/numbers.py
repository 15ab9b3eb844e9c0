"""Numbers for people: counter rows, so that a series has no gap even when a sale is undone."""

from collections.abc import Callable

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from shop.db import Base, table_of, whole

ORDERS = "order"
FIRST_ORDER = 1001  # the first customer is not told that nobody came before


class DocumentNumber(Base):
    """The last number taken in one series. Its row lock queues up those who want the next."""

    __tablename__ = "shop_document_number"
    __table_args__ = (whole("last", 1, 2_000_000_000),)

    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


_COUNTER = table_of(DocumentNumber)


def _take(insert: Callable[..., postgresql.Insert | sqlite.Insert]) -> ReturningInsert[int]:
    return (
        insert(_COUNTER)
        .values(series=bindparam("series"), last=bindparam("first"))
        .on_conflict_do_update(index_elements=["series"], set_={"last": _COUNTER.c.last + 1})
        .returning(_COUNTER.c.last)
    )


# Built once: putting a statement together costs more than running it.
_TAKE = {"sqlite": _take(sqlite.insert), "postgresql": _take(postgresql.insert)}


def take(work: Session, series: str, *, first: int = 1) -> int:
    """Take the next number of a series. Undoing the transaction gives it back.

    The row stays locked until the transaction ends, so take it as late as can be.
    """
    statement = _TAKE[work.get_bind().dialect.name]
    return work.execute(statement, {"series": series, "first": first}).scalar_one()
