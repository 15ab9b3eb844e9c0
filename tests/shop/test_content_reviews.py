"""A sign-off belongs to one version of the content, names a registered person, and stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shop import content_reviews
from shop.audit import AuditRow
from shop.content_reviews import LONGEST_NAME, ContentReview
from shop.db import Database
from shop.errors import Unreadable
from tests.shop.conftest import NOON

VERSION, OTHER = "e7bfa5a46057c436", "0000000000000000"
SAM, NUMBER = "Sam Okoro", "PH123456"


def sign(work: Session, reviewer: str = SAM, registration: str = NUMBER) -> None:
    content_reviews.record(
        work, VERSION, reviewer=reviewer, registration=registration, by="Olive", at=NOON
    )


def signed(work: Session, version: str = VERSION) -> list[tuple[str, str]]:
    return [(r.reviewer, r.registration) for r in content_reviews.of_version(work, version)]


def test_a_sign_off_is_of_this_version_and_of_no_other(work: Session) -> None:
    sign(work)

    (review,) = content_reviews.of_version(work, VERSION)
    assert (review.reviewer, review.registration, review.by) == (SAM, NUMBER, "Olive")
    assert review.at == NOON
    assert signed(work, OTHER) == []


def test_who_recorded_it_is_in_the_audit(work: Session) -> None:
    sign(work)

    acts = work.execute(select(AuditRow.act, AuditRow.subject, AuditRow.by, AuditRow.at)).all()
    assert acts == [("content reviewed", f"{VERSION} by {SAM}, {NUMBER}", "Olive", NOON)]


def test_pressing_twice_writes_it_once(work: Session) -> None:
    sign(work)
    sign(work, registration=" ph 123456 ")

    assert len(work.scalars(select(ContentReview)).all()) == 1
    assert len(work.scalars(select(AuditRow)).all()) == 1


def test_several_people_can_sign_off_the_same_version(work: Session) -> None:
    sign(work)
    sign(work, "Dr Rae Ellis", "7123456")

    assert signed(work) == [(SAM, NUMBER), ("Dr Rae Ellis", "7123456")]


def test_a_slip_in_a_name_is_put_right_by_recording_it_again(work: Session) -> None:
    sign(work, "Sma Okoro")
    sign(work)

    assert signed(work) == [(SAM, NUMBER)]
    assert len(work.scalars(select(ContentReview)).all()) == 2


@pytest.mark.parametrize(
    ("typed", "number"),
    [("PH123456", NUMBER), ("ph 12 34 56", NUMBER), ("OT1234", "OT1234"), ("7123456", "7123456")],
)
def test_a_number_is_kept_as_its_register_writes_it(typed: str, number: str) -> None:
    assert content_reviews.registration_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "PH",
        "PH123",
        "PH1234567",
        "123456",
        "12345678",
        "PHX12345",
        "P123456",
        "PH12345é",
        "PH１２３４５",
    ],
)
def test_what_no_register_gives_is_refused(work: Session, typed: str) -> None:
    with pytest.raises(Unreadable, match="no registration number"):
        sign(work, registration=typed)

    assert signed(work) == []


@pytest.mark.parametrize("name", ["", "A" * (LONGEST_NAME + 1)])
def test_nobody_and_an_endless_name_are_refused(work: Session, name: str) -> None:
    with pytest.raises(Unreadable, match="1 to 100 characters"):
        sign(work, name)

    assert signed(work) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE shop_content_review SET reviewer = 'Somebody Else'",
        "DELETE FROM shop_content_review",
    ],
)
def test_a_sign_off_is_never_changed(database: Database, change: str) -> None:
    with database.transaction() as work:
        sign(work)

    with pytest.raises(DBAPIError, match="only appended to"), database.transaction() as work:
        work.execute(text(change))

    with database.reading() as work:
        assert signed(work) == [(SAM, NUMBER)]


def test_a_later_sign_off_keeps_its_own_time(work: Session) -> None:
    sign(work)
    content_reviews.record(
        work, OTHER, reviewer=SAM, registration=NUMBER, by="Mo", at=NOON + timedelta(days=1)
    )

    (review,) = content_reviews.of_version(work, OTHER)
    assert (review.by, review.at) == ("Mo", NOON + timedelta(days=1))
