"""A product's photo, where somebody has taken one. The drawing stays, for it shows the size.

Rows and not files, because any process has to be able to show it. Each photo gets a random
address, so a browser may keep it for ever and another photo is never mistaken for it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import audit, raster
from shop.db import Base, whole
from shop.errors import NotFound
from shop.raster import Picture

LONGEST_LARGE, LONGEST_SMALL = 800, 320  # pixels of its longer side
MOST_LARGE, MOST_SMALL = 48_000, 12_000  # bytes
LONGEST_ALT = 150


class Size(StrEnum):
    LARGE = "large"  # on the product's own page
    SMALL = "small"  # in a list


class ProductPhoto(Base):
    """`name` is the address, `alt` what the photo shows, in words."""

    __tablename__ = "shop_product_photo"
    __table_args__ = (
        whole("width", 1, LONGEST_LARGE),
        whole("height", 1, LONGEST_LARGE),
        CheckConstraint(f"length(large) BETWEEN 1 AND {MOST_LARGE}", name="large_capped"),
        CheckConstraint(f"length(small) BETWEEN 1 AND {MOST_SMALL}", name="small_capped"),
        CheckConstraint(f"length(alt) BETWEEN 1 AND {LONGEST_ALT}", name="alt_there"),
    )

    sku: Mapped[str] = mapped_column(ForeignKey("shop_product.sku"), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    alt: Mapped[str]
    width: Mapped[int]  # of the large one
    height: Mapped[int]
    large: Mapped[bytes] = mapped_column(deferred=True)
    small: Mapped[bytes] = mapped_column(deferred=True)


@dataclass(frozen=True, slots=True)
class Ready:
    """A photo in both sizes, before it is saved."""

    large: Picture
    small: Picture


def prepare(content: bytes) -> Ready:
    """Draw a file anew in both sizes. Takes a moment, so not inside a transaction.

    Raises Unreadable for what is no picture, or one we can't use; nothing of it is kept.
    """
    image = raster.read(content, longest=LONGEST_LARGE)
    return Ready(
        raster.webp(image, longest=LONGEST_LARGE, most_bytes=MOST_LARGE),
        raster.webp(image, longest=LONGEST_SMALL, most_bytes=MOST_SMALL),
    )


def put(work: Session, sku: str, ready: Ready, alt: str, *, by: str, at: datetime) -> None:
    """Show this photo of the product from now on. An earlier one is gone, and so is its address."""
    gone = work.execute(delete(ProductPhoto).where(ProductPhoto.sku == sku).returning(_NAME)).all()
    values = {
        "sku": sku,
        "name": secrets.token_urlsafe(16),
        "alt": alt,
        "width": ready.large.width,
        "height": ready.large.height,
        "large": ready.large.content,
        "small": ready.small.content,
    }
    work.execute(insert(ProductPhoto).values(**values))
    audit.record(work, "photo replaced" if gone else "photo added", sku, by=by, at=at)


def describe(work: Session, sku: str, alt: str, *, by: str, at: datetime) -> None:
    """Say in other words what the photo shows."""
    of_it = update(ProductPhoto).where(ProductPhoto.sku == sku).returning(_NAME)
    _need(work.execute(of_it.values(alt=alt)).all())
    audit.record(work, "photo described", sku, by=by, at=at)


def remove(work: Session, sku: str, *, by: str, at: datetime) -> None:
    """Back to the drawing alone."""
    _need(work.execute(delete(ProductPhoto).where(ProductPhoto.sku == sku).returning(_NAME)).all())
    audit.record(work, "photo removed", sku, by=by, at=at)


def content(work: Session, name: str, size: Size) -> bytes:
    """The WebP at an address. Raises NotFound for one that was replaced or never was."""
    column = ProductPhoto.large if size is Size.LARGE else ProductPhoto.small
    found = work.scalars(select(column).where(ProductPhoto.name == name)).one_or_none()
    if found is None:
        raise NotFound("We don't have that photo.")
    return found


def _need(rows: object) -> None:
    if not rows:
        raise NotFound("There is no photo of that product.")


_NAME = ProductPhoto.name
