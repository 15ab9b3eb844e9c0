"""Who did what that is no sale: signing in, roles, settings. Appended, never changed."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, BigId, UTCTime


class AuditRow(Base):
    __tablename__ = "shop_audit"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    act: Mapped[str]
    subject: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCTime)


def record(work: Session, act: str, subject: str, *, by: str, at: datetime) -> None:
    """Write down one act in the transaction that does it."""
    work.execute(insert(AuditRow).values(act=act, subject=subject, by=by, at=at))
