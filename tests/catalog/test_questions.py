"""The questionnaire: what may be answered, what comes next, and what a missing answer means."""

from itertools import product

import pytest

from catalog.answers import Answers, Position, Press
from catalog.path import next_question, with_regions
from catalog.sensitivity import UNANSWERED, Band, band
from tests.catalog.answering import answers, content


def test_the_questions_come_in_their_order() -> None:
    given = Answers()
    asked = [next_question(given, content())]
    for step in (
        answers("blade_spine", safety=None, press=None, at=None),
        answers("blade_spine", press=None, at=None),
        answers("blade_spine", at=None),
        answers("blade_spine"),
    ):
        asked.append(next_question(step, content()))

    assert asked == ["regions", "safety", "press", "positions", None]


def test_a_warning_sign_ends_the_questions_at_once() -> None:
    for sign in content().signs:
        ticked = answers("blade_spine", safety={sign}, press=None, at=None)

        assert next_question(ticked, content()) is None


def test_nobody_gets_past_an_unanswered_safety_step() -> None:
    for region, press in product(content().regions, Press):
        skipped = answers(region, safety=None, press=press, at=set(Position))

        assert next_question(skipped, content()) == "safety"


def test_a_place_without_a_guide_is_not_asked_how_sore_it_is() -> None:
    assert next_question(answers("other", press=None, at=None), content()) is None


def test_too_sore_to_press_is_not_asked_for_a_position() -> None:
    assert next_question(answers(press=Press.TOO_SORE, at=None), content()) is None


def test_another_place_with_other_safety_questions_asks_them_again() -> None:
    moved = with_regions(answers("blade_spine"), ("chest",), content())

    assert (moved.regions, moved.safety, moved.press) == (("chest",), None, Press.QUITE)


def test_another_place_with_the_same_safety_questions_keeps_the_answer() -> None:
    moved = with_regions(answers("blade_spine"), ("blade_back",), content())

    assert moved.safety == frozenset()


def test_answers_travel_as_plain_data_and_come_back_the_same() -> None:
    for given in (Answers(), answers(), answers(safety={"today"}, at=set()), answers(press=None)):
        assert Answers.from_data(given.as_data()) == given


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "regions",
        {"region": ["chest"]},
        {"regions": "chest"},
        {"regions": [1]},
        {"press": "sort-of"},
        {"positions": ["ceiling"]},
        {"safety": {"today": True}},
    ],
)
def test_data_that_we_never_wrote_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        Answers.from_data(data)


def test_the_worst_answer_decides_the_band() -> None:
    assert band(0, 0, 0, 0) is Band.LOW
    assert band(4, 0, 0, 0) is Band.MODERATE
    assert band(0, 0, 7, 0) is Band.HIGH
    assert band(0, 9, 0, 0) is Band.VERY_HIGH
    assert band(7, 7, 7, 0) is Band.VERY_HIGH


def test_raising_any_answer_never_lowers_the_band() -> None:
    for scores in product(range(0, 11, 2), repeat=4):
        for raised in range(4):
            higher = [min(10, s + 1) if i == raised else s for i, s in enumerate(scores)]

            assert band(*higher) >= band(*scores)


def test_an_answer_nobody_gave_is_never_a_zero() -> None:
    assert band(0) is Band.MODERATE
    assert band(None, 0, 0, 0) is band(UNANSWERED, 0, 0, 0)


@pytest.mark.parametrize("score", [-1, 11])
def test_a_score_out_of_range_is_refused(score: int) -> None:
    with pytest.raises(ValueError, match="out of 10"):
        band(score)


def test_the_short_path_stays_at_moderate_or_gentler() -> None:
    assert all(band(press.score) >= Band.MODERATE for press in Press)
