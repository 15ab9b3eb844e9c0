"""The clinic's locations."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import audit
from shop.db import Base, whole
from shop.errors import NotFound, Unreadable

MOST_READY_MINUTES = 10_080  # a week, until an order is ready to be collected
MOST_DAYS_KEPT = 60  # that an order waits to be collected
LONGEST_HOURS = 200  # characters of the opening hours
LONGEST_EMAIL = 200
EVERY_DAY = 0b1111111  # a bit for each day of the week, Monday's the lowest
MONDAY_TO_SATURDAY = 0b0111111


class Site(Base):
    """`id` is the word that stands in places and series: `shelf:cambridge`.

    `collects` and `posts` say what online orders may be had from its shelf. `ready_minutes` is how
    long packing takes, and `keeps_days` how long an order waits for who collects it: two things.
    `open_days` has a bit for each day of the week on which it is open; `hours` says it in words.
    """

    __tablename__ = "shop_site"
    __table_args__ = (
        whole("position", 0, 999),
        whole("ready_minutes", 0, MOST_READY_MINUTES),
        whole("keeps_days", 1, MOST_DAYS_KEPT),
        whole("open_days", 1, EVERY_DAY),
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
    open_days: Mapped[int] = mapped_column(
        default=MONDAY_TO_SATURDAY, server_default=str(MONDAY_TO_SATURDAY)
    )

    @property
    def weekdays(self) -> frozenset[int]:
        """The days on which it is open, as `date.weekday` counts them: 0 is Monday."""
        return frozenset(day for day in range(7) if self.open_days & 1 << day)


def listed(work: Session) -> Sequence[Site]:
    """Every site, in the order the business lists them."""
    return work.scalars(_LISTED).all()


_LISTED = select(Site).order_by(Site.position, Site.id)


def get(work: Session, site_id: str) -> Site:
    site = work.get(Site, site_id)
    if site is None:
        raise NotFound("There is no such clinic.")
    return site


def next_opening(site: Site, day: date) -> date:
    """The next day after this one on which the clinic is open."""
    after = (day + timedelta(days=ahead) for ahead in range(1, 8))
    return next(each for each in after if each.weekday() in site.weekdays)


def set_weekdays(
    work: Session, site_id: str, weekdays: Collection[int], *, by: str, at: datetime
) -> None:
    """Say on which days of the week a clinic is open. What is kept already stays as it is kept."""
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise Unreadable("Select the days on which the clinic is open, one at least.")
    get(work, site_id).open_days = sum(1 << day for day in set(weekdays))
    work.flush()
    audit.record(work, "site.opening_days", site_id, by=by, at=at)


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
