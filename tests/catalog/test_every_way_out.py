"""Nobody is left without an answer, and nothing in the content is there for nobody."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain, combinations, product

import pytest

from catalog.answers import Answers, Position, Press, Spot
from catalog.outcomes import Advice, Candidate, Referral
from catalog.refinements import Experience, Goal, Settling, Waking
from catalog.tools import Tool
from tests.catalog import canonical, notes
from tests.catalog.answering import advise, content, demo_candidates, hardly_sore
from tests.catalog.expected import expected, faults
from tests.catalog.people import (
    EXPERIENCES,
    POSITION_SETS,
    SORENESS,
    person,
    places,
    pressed_places,
)
from tests.catalog.strength import Outcome

UNMEASURED = "EUREKA-BALL"


def everybody() -> Iterator[Answers]:
    """Each place, soreness, set of positions and experience, without a warning sign."""
    for place, sore, at, used in product(places(), SORENESS, POSITION_SETS, EXPERIENCES):
        yield person(place, sore=sore, at=at, experience=used)


@cache
def outcomes() -> tuple[tuple[Answers, Outcome], ...]:
    return tuple((given, advise(given)) for given in everybody())


def guides(outcome: Outcome) -> set[str]:
    found = {outcome.calm.id} if isinstance(outcome, Advice | Referral) and outcome.calm else set()
    if isinstance(outcome, Advice):
        picks = (outcome.best, outcome.own, *outcome.others)
        found |= {advised.guide.id for pick in picks if pick for advised in pick.guides}
    return found


def skus(outcome: Outcome) -> set[str]:
    if not isinstance(outcome, Advice):
        return set()
    return {pick.candidate.sku for pick in (outcome.best, *outcome.others) if pick}


# Everybody gets an answer


def test_everybody_without_a_warning_sign_gets_a_plan_or_an_explained_referral() -> None:
    explained = {"very-high", "no-position", "never-press-throat"}
    for given, outcome in outcomes():
        assert not faults(outcome, given, expected(given)), given
        assert all(reason.code and len(reason.text) > 20 for reason in outcome.reasons)
        if isinstance(outcome, Referral):
            assert {reason.code for reason in outcome.reasons} <= explained, given


def test_who_can_take_every_position_gets_a_plan_unless_it_is_very_sore() -> None:
    for given, outcome in outcomes():
        if len(given.positions or ()) == len(Position) and given.press != 9:
            plan = isinstance(outcome, Advice)

            assert plan or given.regions == ("throat",), given


def test_a_referral_for_want_of_a_position_says_what_the_person_can_do() -> None:
    for given, outcome in outcomes():
        if outcome.reasons[0].code == "no-position":
            said = [position.ability for position in given.positions or ()]

            assert all(
                word in outcome.reasons[0].text for word in said or ["none of the positions"]
            )


def test_too_sore_to_press_is_calmed_down_and_seen() -> None:
    for place in pressed_places():
        for given in (person(place, press=Press.TOO_SORE), person(place, sore="very high")):
            outcome = advise(given)

            assert isinstance(outcome, Referral)
            assert (outcome.reasons[0].code, outcome.refer) == ("very-high", True)
            assert outcome.calm is content().calm


# Everything there is for somebody


def test_every_guide_is_for_somebody() -> None:
    reached = set(chain.from_iterable(guides(outcome) for _, outcome in outcomes()))

    assert reached == content().guides.keys()


def test_every_demo_tool_but_the_unmeasured_one_is_for_somebody() -> None:
    """As the best, as another, or as the person's own like it; some when their twin is sold out."""
    sold = set(chain.from_iterable(skus(outcome) for _, outcome in outcomes()))
    twins = [c for c in demo_candidates() if c.sku not in sold]
    for at, place in product(POSITION_SETS, pressed_places()):
        left = [c if c in twins else replace(c, here=0, elsewhere=0) for c in demo_candidates()]
        sold |= skus(advise(hardly_sore(place[1], at=at), left))
    owned = {_feel(own.tool) for own in content().own_tools.values() if _may_be_used(own.id)}
    unused = {c.sku for c in demo_candidates() if c.sku not in sold and _feel(c.tool) not in owned}

    assert unused == {UNMEASURED}


def _feel(tool: Tool) -> tuple[object, ...]:
    small = tool.kind == "ball" and (tool.diameter_mm or 0) < 50
    return tool.kind, tool.firmness, tool.surface, small


def _may_be_used(own: str) -> bool:
    for place, at in product(pressed_places(), POSITION_SETS):
        given = hardly_sore(place[1], at=at, owns=frozenset({own}), experience=Experience.REGULAR)
        outcome = advise(given)
        if isinstance(outcome, Advice) and outcome.own and outcome.own.own.id == own:
            return True
    return False


def test_every_tool_that_people_have_is_for_somebody_but_the_massage_gun() -> None:
    assert {own for own in content().own_tools if not _may_be_used(own)} == {"massage_gun"}


def test_a_regular_user_whose_spot_is_hardly_sore_is_shown_the_next_firmer_tool() -> None:
    for given, outcome in outcomes():
        limits = expected(given)
        if given.experience is not Experience.REGULAR or limits.band is not notes.LOW:
            continue
        if isinstance(outcome, Advice) and outcome.best:
            best = outcome.best.tool.felt_firmness or 0
            firmer = [p for p in outcome.others if (p.tool.felt_firmness or 0) == best + 1]
            fits = _suits(given, best + 1)

            assert bool(firmer) is fits, given


def _suits(given: Answers, firmness: int) -> bool:
    """Whether a product of this firmness alone would be advised."""
    only = [c for c in demo_candidates() if c.tool.felt_firmness == firmness]
    outcome = advise(given, only or [_nothing()])
    return isinstance(outcome, Advice) and outcome.best is not None


def _nothing() -> Candidate:
    return next(c for c in demo_candidates() if c.sku == UNMEASURED)


# Every answer counts


OPTIONS: dict[str, tuple[object, ...]] = {
    "press": tuple(Press),
    "usual": (1, 5, 7, 9, None),
    "settling": (*Settling, None),
    "waking": (*Waking, None),
    "experience": (*Experience,),
    "goal": tuple(Goal),
    "budget_pence": (800, None),
    "positions": POSITION_SETS,
}


@pytest.mark.parametrize("question", OPTIONS)
def test_every_option_of_a_question_changes_what_somebody_reads(question: str) -> None:
    base = {"press": 1, "usual": 0, "settling": Settling.MINUTES, "waking": Waking.NO}
    dear = [replace(c, price_pence=9000) if c.sku == "BALL-65-S" else c for c in demo_candidates()]
    people = [
        person(place, **{**base, **more})  # type: ignore[arg-type]
        for place in (("blade_spine", "blade_spine"), ("calf", "calf"), ("mid_back", "mid_back"))
        for more in (
            {"experience": Experience.REGULAR},
            {"press": 5},
            {"signs": ["new_exercise"]},
        )
    ]
    for one, other in combinations(OPTIONS[question], 2):
        told = [
            [canonical.text(advise(replace(who, **{question: option}), dear)) for who in people]
            for option in (one, other)
        ]

        assert told[0] != told[1], (one, other)


@pytest.mark.parametrize("felt", sorted({f for f, source in places() if f != source}))
def test_every_answer_about_where_it_comes_from_changes_the_advice(felt: str) -> None:
    """Sore in another way is pressed where it is felt, so it may read like that place itself."""
    sources = content().regions[felt].felt_from
    told = {
        each: canonical.text(advise(hardly_sore(felt, spots={felt: frozenset({each})})))
        for each in (*sources, *Spot)
    }

    assert len({told[source] for source in sources}) == len(sources)
    assert told[Spot.NOWHERE] not in {text for each, text in told.items() if each != Spot.NOWHERE}
    assert told[Spot.CANT_REACH] not in {told[source] for source in sources}


@pytest.mark.parametrize("own", content().own_tools)
def test_every_tool_of_ones_own_is_answered_for(own: str) -> None:
    outcome = advise(hardly_sore("buttock", owns=frozenset({own})))

    assert isinstance(outcome, Advice)
    used = outcome.own and outcome.own.owned and outcome.own.own.id == own
    assert used or f"own-{own}" in [reason.code for reason in outcome.ruled_out]
