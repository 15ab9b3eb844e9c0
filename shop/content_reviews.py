"""Sign-offs: who, with a registration number, has read exactly this version of the content."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import audit
from shop.db import Base, BigId, UTCTime
from shop.errors import Unreadable

LONGEST_NAME = 100
# The Health and Care Professions Council: two letters of the profession and up to six digits.
# The General Medical Council: seven digits.
_REGISTRATION = re.compile(r"[A-Z]{2}\d{4,6}|\d{7}", re.ASCII)


class ContentReview(Base):
    """One sign-off. Appended once: a change of the content is another version, to be read anew."""

    __tablename__ = "shop_content_review"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[str] = mapped_column(index=True)  # the hash of the content that was read
    reviewer: Mapped[str]
    registration: Mapped[str]
    by: Mapped[str]  # who wrote it down here
    at: Mapped[datetime] = mapped_column(UTCTime)


def of_version(work: Session, version: str) -> Sequence[ContentReview]:
    """Who has signed off this content, a row for each of them, under the latest name."""
    rows = work.scalars(_OF_VERSION, {"version": version})
    return tuple({row.registration: row for row in rows}.values())


_OF_VERSION = (
    select(ContentReview)
    .where(ContentReview.version == bindparam("version"))
    .order_by(ContentReview.id)
)


def record(
    work: Session, version: str, *, reviewer: str, registration: str, by: str, at: datetime
) -> None:
    """Write down that somebody has reviewed this version. Pressing twice writes it once.

    Raises Unreadable for no name, and for a number that no register gives.
    """
    if not reviewer or len(reviewer) > LONGEST_NAME:
        raise Unreadable(f"The reviewer’s name has 1 to {LONGEST_NAME} characters.")
    number = registration_number(registration)
    if (reviewer, number) in {(r.reviewer, r.registration) for r in of_version(work, version)}:
        return
    values = {"version": version, "reviewer": reviewer, "registration": number}
    work.execute(insert(ContentReview).values(**values, by=by, at=at))
    audit.record(work, "content reviewed", f"{version} by {reviewer}, {number}", by=by, at=at)


def registration_number(typed: str) -> str:
    """The number as its register writes it: "ph 12 3456" is PH123456. Raises Unreadable."""
    number = "".join(typed.split()).upper()
    if not _REGISTRATION.fullmatch(number):
        raise Unreadable(
            "That is no registration number. An HCPC one looks like PH123456, "
            "and a GMC one has 7 digits."
        )
    return number
