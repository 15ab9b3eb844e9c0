"""The questionnaire: what may be answered, what comes next, and what a missing answer means."""

from dataclasses import replace
from itertools import product

import pytest

from catalog.answers import Answers, Position, Press, Spot
from catalog.path import next_question, with_regions
from catalog.refinements import Experience, Goal, Settling, Waking
from catalog.safety import Level
from catalog.sensitivity import UNANSWERED, Band, band
from tests.catalog.answering import answers, content


def order(whole: Answers) -> list[str | None]:
    """The questions that someone is asked who then answers as in `whole`."""
    given, asked = Answers(), [next_question(Answers(), content())]
    while asked[-1]:
        given = replace(given, **{asked[-1]: getattr(whole, asked[-1])})
        asked.append(next_question(given, content()))
    return asked[:-1]


def test_the_questions_come_in_their_order() -> None:
    assert order(answers("thigh_front")) == ["regions", "safety", "press", "positions"]
    assert order(answers("thigh_front", safety={"about_you"}, signs={"aspirin"})) == [
        *("regions", "safety", "signs", "press", "positions")
    ]


def test_where_it_can_come_from_elsewhere_that_is_asked_too() -> None:
    assert order(answers("blade_spine")) == ["regions", "safety", "spots", "press", "positions"]


def test_a_person_without_a_warning_sign_sees_six_screens_at_most() -> None:
    for region in content().regions:
        assert len(order(answers(region))) + 1 <= 6, region  # and the result


def test_a_warning_sign_ends_the_questions_at_once() -> None:
    for topic in content().rules.topics.values():
        ticked = answers("thigh_front", safety={topic.id}, press=None, at=None)

        urgent = bool(topic.level and topic.level >= Level.A_AND_E)
        assert (next_question(ticked, content()) is None) is bool(topic.level), topic.id
        assert next_question(ticked, content()) in ((None,) if urgent else (None, "signs", "press"))


def test_a_ticked_sign_with_a_level_ends_them_too() -> None:
    for sign in content().rules.signs.values():
        ticked = answers("thigh_front", signs={sign.id}, press=None, at=None)

        assert next_question(ticked, content()) == (None if sign.level else "press"), sign.id


def test_a_group_that_has_no_answer_is_asked_again() -> None:
    half = answers("thigh_front", safety={"condition", "about_you"}, signs={"diabetes"}, at=None)

    assert next_question(half, content()) == "signs"


def test_nobody_gets_past_an_unanswered_safety_step() -> None:
    for region, press in product(content().regions, Press):
        skipped = answers(region, safety=None, press=press, at=set(Position))

        assert next_question(skipped, content()) == "safety"


def test_a_place_without_a_guide_is_not_asked_how_sore_it_is() -> None:
    nowhere = answers("throat", press=None, at=None)

    assert next_question(nowhere, content()) is None


@pytest.mark.parametrize("press", [Press.TOO_SORE, Press.ON_BONE])
def test_what_is_not_pressed_is_not_asked_for_a_position(press: Press) -> None:
    assert next_question(answers(press=press, at=None), content()) is None


def test_pain_that_no_press_brings_on_is_not_asked_how_sore_it_is() -> None:
    nowhere = answers("calf", "sole", spots={"sole": frozenset({Spot.NOWHERE})}, press=None)
    only = answers("sole", spots={"sole": frozenset({Spot.NOWHERE})}, press=None)

    assert next_question(nowhere, content()) == "press"
    assert next_question(only, content()) is None


def test_another_place_with_other_safety_questions_asks_them_again() -> None:
    moved = with_regions(answers("blade_spine", signs={"aspirin"}), ("chest",), content())

    assert (moved.regions, moved.safety, moved.signs) == (("chest",), None, None)


def test_how_sore_another_place_is_was_not_said_yet() -> None:
    said = replace(answers("blade_spine"), usual=1, settling=Settling.MINUTES, waking=Waking.NO)

    moved = with_regions(said, ("blade_spine", "blade_back"), content())

    assert (moved.press, moved.usual, moved.settling, moved.waking) == (None,) * 4
    assert moved.positions == said.positions


def test_another_place_is_asked_anew_where_it_comes_from() -> None:
    moved = with_regions(answers("blade_spine"), ("forearm_outer",), content())
    back = with_regions(answers("blade_spine"), ("thigh_front",), content())

    assert (moved.spots, back.spots) == (None, None)


def test_another_place_with_the_same_safety_questions_asks_them_for_that_place() -> None:
    moved = with_regions(answers("blade_spine"), ("blade_back",), content())
    both = with_regions(answers("blade_spine"), ("blade_spine", "blade_back"), content())

    assert (moved.safety, both.safety) == (None, None)


def test_one_place_less_with_the_same_safety_questions_keeps_the_answer() -> None:
    fewer = with_regions(answers("blade_spine", "blade_back"), ("blade_spine",), content())

    assert fewer.safety == frozenset()


def test_answers_travel_as_plain_data_and_come_back_the_same() -> None:
    refined = answers(signs={"aspirin"}, usual=3, settling=Settling.LONGER, waking=Waking.NO,
                      experience=Experience.FEW, goal=Goal.RANGE, owns=frozenset({"stick"}),
                      worse=frozenset({"firm_ball"}), budget_pence=2500)  # fmt: skip
    for given in (
        Answers(),
        answers(),
        answers(safety={"today"}, at=set()),
        answers(press=7),
        refined,
    ):
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
        {"spots": ["calf"]},
        {"spots": {"calf": "calf"}},
        {"press": 11},
        {"usual": True},
        {"usual": -1},
        {"budget_pence": 5.5},
        {"waking": "never"},
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
