"""A file that waits to be imported: part after part, each once, and not for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shop import uploads
from shop.errors import NotFound
from shop.uploads import Progress
from tests.shop.conftest import NOON

WHO = {"by": "anna", "at": NOON}
PARTS = [[(2, ["A", "é"]), (3, ["B", ""])], [(5, ["C", "1"])]]


@pytest.fixture
def kept(work: Session) -> int:
    return uploads.keep(work, "range.csv", ["sku", "name"], PARTS, **WHO).id


def test_parts_come_one_after_the_other_and_then_no_more(work: Session, kept: int) -> None:
    assert [uploads.next_part(work, kept) for _ in range(3)] == [*PARTS, []]
    assert uploads.get(work, kept).columns == ["sku", "name"]


def test_progress_is_in_lines(work: Session, kept: int) -> None:
    def progress() -> Progress:
        work.expire_all()
        return uploads.progress(uploads.get(work, kept), 2)

    assert progress() == Progress(0, 3)
    uploads.next_part(work, kept)
    assert progress() == Progress(2, 3)
    assert not progress().is_over
    uploads.next_part(work, kept)
    assert progress() == Progress(3, 3)
    assert progress().is_over


def test_a_file_that_is_a_day_old_is_dropped_when_another_one_comes(
    work: Session, kept: int
) -> None:
    later = NOON + timedelta(hours=24, seconds=1)

    uploads.keep(work, "other.csv", ["sku"], [[(2, ["A"])]], by="zoe", at=later)

    work.expire_all()
    with pytest.raises(NotFound):
        uploads.get(work, kept)
    assert work.execute(text("SELECT count(*) FROM shop_upload_part")).scalar_one() == 1


def test_a_file_that_is_not_there_is_said_to(work: Session) -> None:
    for ask in (uploads.get, uploads.next_part):
        with pytest.raises(NotFound):
            ask(work, 99)
