"""A worse answer, or one more condition, never leads to anything stronger or less urgent."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise, product
from typing import Any

import pytest

from catalog.answers import Answers, Position, Press
from catalog.outcomes import Advice
from catalog.refinements import Experience
from tests.catalog import notes
from tests.catalog.answering import advise, content
from tests.catalog.people import ANYWHERE, Place, person, pressed_places
from tests.catalog.strength import CHAINS, Outcome, grown, raised, relaxed, strength, worsened

# Both sides of each border between bands, and of what does not fit a sore spot.
BORDERS: dict[str, tuple[Any, ...]] = {
    "press": (2, 3, 4, 7, 9),
    "usual": (3, None, 4, 7, 9),
    "settling": (CHAINS["settling"][0], None, CHAINS["settling"][4]),
    "waking": (CHAINS["waking"][0], None, CHAINS["waking"][3]),
}
# One place for each that may be pressed: what it feels like elsewhere is the rig's.
SOURCES = {source: (felt, source) for felt, source in reversed(pressed_places())}
NO_FLOOR = frozenset({Position.WALL, Position.CHAIR})


def everyone(place: Place, experience: Experience | None) -> Iterator[Answers]:
    for answers in product(*BORDERS.values()):
        more = dict(zip(BORDERS, answers, strict=True))
        yield person(place, experience=experience, **more)


@pytest.mark.parametrize("experience", [None, Experience.REGULAR])
@pytest.mark.parametrize("source", SOURCES)
def test_a_worse_answer_is_never_answered_with_more(
    source: str, experience: Experience | None
) -> None:
    outcomes: dict[tuple[object, ...], Outcome] = {}

    def outcome(given: Answers) -> Outcome:
        key = tuple(getattr(given, question) for question in BORDERS)
        if key not in outcomes:
            outcomes[key] = advise(given)
        return outcomes[key]

    for before in everyone(SOURCES[source], experience):
        for after in raised(before, BORDERS):
            assert not worsened(before, after, (outcome(before), outcome(after))), (before, after)


def test_a_press_that_nobody_tried_is_never_taken_for_less_than_moderate() -> None:
    for place, experience in product(pressed_places(), (None, Experience.REGULAR)):
        for press in (0, 3, 4, 6):
            tried = person(place, experience=experience, press=press)
            untried = replace(tried, press=Press.CANT_REACH)

            assert not grown(advise(tried), advise(untried)), (place, press)


def test_an_answer_nobody_gave_counts_as_a_moderate_one() -> None:
    for place, question in product(pressed_places(), ("usual", "settling", "waking")):
        given = person(place, experience=Experience.REGULAR)
        open_ = advise(replace(given, **{question: None}))
        moderate = {"usual": 4, "settling": CHAINS["settling"][3], "waking": CHAINS["waking"][2]}
        answered = advise(replace(given, **{question: moderate[question]}))

        assert strength(open_) == strength(answered)
        assert isinstance(open_, Advice)
        assert open_.band is notes.MODERATE


# One step more or less


@pytest.mark.parametrize("experience", [None, Experience.FEW, Experience.REGULAR])
def test_one_point_moves_the_first_choice_by_one_step_of_firmness_at_most(
    experience: Experience | None,
) -> None:
    for place, at in product(pressed_places(), (frozenset({Position.WALL}), ANYWHERE)):
        for question in ("press", "usual"):
            picks = [
                _best(person(place, at=at, experience=experience, **{question: score}))
                for score in range(11)
            ]
            steps = [abs(a - b) for a, b in pairwise(picks) if a and b]

            assert max(steps, default=0) <= 1, (place, question, picks)


def _best(given: Answers) -> int:
    outcome = advise(given)
    best = outcome.best if isinstance(outcome, Advice) else None
    return best.tool.felt_firmness or 0 if best else 0


# One more condition


@cache
def _with(place: Place, sore: str, at: frozenset[Position], *signs: str) -> Outcome:
    given = person(place, sore=sore, at=at, signs=signs, experience=Experience.REGULAR)
    return advise(given)


def _wrong(before: Outcome, after: Outcome) -> list[str]:
    """What a condition made stronger or less urgent."""
    return grown(before, after) + relaxed(before, after)


@pytest.mark.parametrize("condition", notes.LIMITS)
def test_a_condition_never_allows_more_than_none(condition: str) -> None:
    for place, sore, at in product(pressed_places(), ("low", "high"), (ANYWHERE, NO_FLOOR)):
        before, after = _with(place, sore, at), _with(place, sore, at, condition)

        assert not _wrong(before, after), (place, sore, at)


def test_a_second_condition_never_allows_more_than_the_first() -> None:
    """On the places that conditions speak of; a rig tries them all."""
    spoken_of = ("neck_back", "mid_back", "buttock", "calf", "hip_outer", "thigh_inner")
    for source, pair in product(spoken_of, combinations(notes.LIMITS, 2)):
        both = _with(SOURCES[source], "low", ANYWHERE, *pair)
        for first, second in (pair, pair[::-1]):
            before = _with(SOURCES[source], "low", ANYWHERE, first)

            assert not _wrong(before, both), (source, first, second)


def test_a_tool_that_made_it_worse_never_allows_more() -> None:
    for place, own in product(pressed_places(), content().own_tools):
        given = person(place, experience=Experience.REGULAR)
        worse = replace(given, worse=frozenset({own}))

        assert not grown(advise(given), advise(worse)), (place, own)
