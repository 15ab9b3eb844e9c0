"""The clinic's locations."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, whole
from shop.errors import NotFound


class Site(Base):
    """`id` is the word that stands in places and series: `shelf:cambridge`."""

    __tablename__ = "shop_site"
    __table_args__ = (whole("position", 0, 999),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    receipt_prefix: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str]
    phone: Mapped[str]
    position: Mapped[int]


def listed(work: Session) -> Sequence[Site]:
    """Every site, in the order the business lists them."""
    return work.scalars(_LISTED).all()


_LISTED = select(Site).order_by(Site.position, Site.id)


def get(work: Session, site_id: str) -> Site:
    site = work.get(Site, site_id)
    if site is None:
        raise NotFound("There is no such clinic.")
    return site


def open_(
    work: Session, site_id: str, name: str, *, receipt_prefix: str, address: str, phone: str
) -> Site:
    """Add a clinic at the end of the list."""
    site = Site(
        id=site_id,
        name=name,
        receipt_prefix=receipt_prefix,
        address=address,
        phone=phone,
        position=len(listed(work)),
    )
    work.add(site)
    work.flush()
    return site
