"""What waits for a clinician: unsigned, or overdue on a day that is given."""

from dataclasses import replace
from datetime import date

from catalog.guides import Review
from catalog.library import Library
from catalog.reviews import Waiting, waiting
from tests.catalog.answering import content

DUE = date(2027, 5, 22)  # the day our own guides name
DAY_BEFORE, DAY_AFTER = date(2027, 5, 21), date(2027, 5, 23)


def signed(**days: str) -> Library:
    """Everything signed by somebody, and these guides to be read again by these days."""
    by = "Dr Sam Okoro"
    guides = {
        id_: replace(guide, review=Review("we", by, days.get(id_, DUE.isoformat())))
        for id_, guide in content().guides.items()
    }
    cards = {id_: replace(card, reviewer=by) for id_, card in content().cards.items()}
    lessons = {id_: replace(lesson, reviewer=by) for id_, lesson in content().lessons.items()}
    return replace(content(), guides=guides, cards=cards, lessons=lessons)


def test_all_of_our_own_content_waits_for_its_first_signature() -> None:
    found = list(waiting(content(), DAY_BEFORE))

    assert len(found) == len(content().guides) + len(content().cards) + len(content().lessons)
    assert all(each.unsigned and each.overdue_since is None for each in found)
    assert [each.kind for each in found] == sorted(
        (each.kind for each in found), key=["guide", "card", "lesson"].index
    )


def test_signed_content_waits_for_nobody_until_its_day_is_over() -> None:
    assert list(waiting(signed(), DUE)) == []


def test_a_guide_past_its_day_is_overdue_and_still_signed() -> None:
    library = signed(G01="2026-01-31")

    assert list(waiting(library, DUE)) == [
        Waiting(
            "guide", "G01", library.guides["G01"].title, unsigned=False,
            overdue_since=date(2026, 1, 31),
        )
    ]  # fmt: skip


def test_a_version_that_is_signed_off_leaves_only_what_is_overdue() -> None:
    assert list(waiting(content(), DUE, signed_off=True)) == []
    late = list(waiting(content(), DAY_AFTER, signed_off=True))

    assert {each.id for each in late} == content().guides.keys()
    assert all(each.overdue_since == DUE and not each.unsigned for each in late)
