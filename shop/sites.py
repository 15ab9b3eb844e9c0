"""The clinic's locations."""

from collections.abc import Sequence

from sqlalchemy import select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.db import Base, whole
from shop.errors import NotFound

MOST_READY_MINUTES = 10_080  # a week, until an order is ready to be collected
MOST_DAYS_KEPT = 60  # that an order waits to be collected
LONGEST_HOURS = 200  # characters of the opening hours
LONGEST_EMAIL = 200


class Site(Base):
    """`id` is the word that stands in places and series: `shelf:cambridge`.

    `collects` and `posts` say what online orders may be had from its shelf. `ready_minutes` is how
    long packing takes, and `keeps_days` how long an order waits for who collects it: two things.
    """

    __tablename__ = "shop_site"
    __table_args__ = (
        whole("position", 0, 999),
        whole("ready_minutes", 0, MOST_READY_MINUTES),
        whole("keeps_days", 1, MOST_DAYS_KEPT),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    receipt_prefix: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str]
    phone: Mapped[str]
    position: Mapped[int]
    collects: Mapped[bool] = mapped_column(default=True, server_default=true())
    posts: Mapped[bool] = mapped_column(default=True, server_default=true())
    hours: Mapped[str] = mapped_column(default="", server_default="")
    email: Mapped[str] = mapped_column(default="", server_default="")
    ready_minutes: Mapped[int] = mapped_column(default=60, server_default="60")
    keeps_days: Mapped[int] = mapped_column(default=10, server_default="10")


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
