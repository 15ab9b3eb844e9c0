"""Which shop this is: a random id that payments carry, so that nobody else's are taken for ours."""

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base

UID = "shop-uid"


class Setting(Base):
    """What is decided once for a database and stays with it, also in a backup."""

    __tablename__ = "shop_setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


def uid(work: Session) -> str:
    return work.scalars(_UID).one()


_UID = select(Setting.value).where(Setting.name == UID)
OF_SHOP = _UID.scalar_subquery()  # for a statement that needs it among other things
