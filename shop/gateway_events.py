"""Notices from a gateway: each one is recorded once, in the transaction of what it brings about."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, UTCTime, table_of
from shop.gateways import Notice


class GatewayEvent(Base):
    """`outcome` is what came of it. What a notice says of a person is not kept."""

    __tablename__ = "shop_gateway_event"

    id: Mapped[str] = mapped_column(primary_key=True)
    gateway: Mapped[str]
    type: Mapped[str]
    reference: Mapped[str | None]
    outcome: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime, index=True)


def known(work: Session, notice: Notice) -> bool:
    """Whether it was dealt with before."""
    return work.scalar(select(GatewayEvent.id).where(GatewayEvent.id == notice.id)) is not None


def record(work: Session, gateway: str, notice: Notice, outcome: str, *, at: datetime) -> None:
    """Write down that it was dealt with. Twice is once."""
    row = {
        "id": notice.id,
        "gateway": gateway,
        "type": notice.type,
        "reference": notice.reference,
        "outcome": outcome,
        "at": at,
    }
    work.execute(_RECORD[work.get_bind().dialect.name], row)


def _recording(insert_row: Callable[..., postgresql.Insert | sqlite.Insert]) -> Insert:
    return insert_row(table_of(GatewayEvent)).on_conflict_do_nothing()


_RECORD = {"sqlite": _recording(sqlite.insert), "postgresql": _recording(postgresql.insert)}
