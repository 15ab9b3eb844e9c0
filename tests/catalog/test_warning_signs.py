"""No warning sign leads to a tool, and none is answered less urgently than the notes say."""

from dataclasses import replace
from itertools import combinations, cycle, product

import pytest

from catalog import safety
from catalog.answers import Answers
from catalog.outcomes import Advice, Referral, Urgent
from catalog.refinements import Experience
from catalog.safety import Clearance, Level
from tests.catalog import notes
from tests.catalog.answering import advise, answers, content, hardly_sore
from tests.catalog.expected import expected, faults, urgency
from tests.catalog.people import (
    AGES,
    BANDS,
    FIVE_BANDS,
    POSITION_SETS,
    SORENESS,
    person,
    places,
)

RULES = content().rules
SIGNS = {sign.id for sign in RULES.signs.values() if sign.level}
REGIONS = tuple(content().regions)
# A place where nothing means more together, and one where everything that can does.
ELSEWHERE, SPINE = "thigh_front", "skull_base"


def cleared(signs: set[str], region: str, topics: set[str] = frozenset()) -> Clearance:  # type: ignore[assignment]
    return safety.clearance(frozenset(topics), frozenset(signs), [region], RULES)


def strongest(region: str, **more: object) -> Answers:
    """Somebody who would be offered the firmest tool, and owns every one of them."""
    return hardly_sore(
        region, experience=Experience.REGULAR, owns=frozenset(content().own_tools), **more
    )


def level_of(outcome: Advice | Referral | Urgent) -> Level | None:
    if isinstance(outcome, Urgent):
        return outcome.clearance.level
    return Level.REFER if isinstance(outcome, Referral) and outcome.refer else None


def test_the_notes_and_the_content_know_the_same_signs() -> None:
    assert RULES.signs.keys() == notes.LEVELS.keys() | notes.LIMITS.keys()
    assert notes.LEVELS.keys() == SIGNS


def test_every_sign_has_its_level_in_every_place_at_every_age() -> None:
    for sign, region, age in product(SIGNS, REGIONS, AGES):
        found = cleared({sign, age} - {""}, region)

        assert found.level == notes.LEVELS[sign], (sign, region, age)
        assert found.raised


@pytest.mark.parametrize("age", AGES)
def test_no_sign_leads_to_a_tool_however_sore_it_is_and_whatever_is_possible(age: str) -> None:
    """Each sign, place and band. The sets of positions take turns; a rig tries them all."""
    turns = cycle(POSITION_SETS)
    for place, sore in product(places(), FIVE_BANDS):
        given = person(place, sore=sore, experience=Experience.REGULAR)
        for sign, level in notes.LEVELS.items():
            at, ticked = next(turns), frozenset({sign, age} - {""})
            outcome = advise(replace(given, signs=ticked, positions=at))

            assert level_of(outcome) == level, (place, sore, at, sign)


def test_a_sign_wins_over_every_condition() -> None:
    for sign, condition in product(SIGNS, notes.LIMITS):
        for region in (ELSEWHERE, SPINE, "sole"):
            found = cleared({sign, condition}, region)

            assert found.level >= notes.LEVELS[sign], (sign, condition, region)


def test_the_most_urgent_of_two_signs_is_the_one_that_is_shown() -> None:
    for one, other in combinations(sorted(SIGNS), 2):
        worst = max(notes.LEVELS[one], notes.LEVELS[other])
        found = cleared({one, other}, ELSEWHERE)

        assert found.level >= worst
        assert found.raised[0].level == found.level
        assert [item.level for item in found.raised] == sorted(
            (item.level for item in found.raised), reverse=True
        )


def test_any_two_answers_together_mean_what_the_notes_say() -> None:
    for pair in combinations(sorted(RULES.signs), 2):
        for region in (ELSEWHERE, SPINE, "low_back", "head_temple", "throat", "sole", "buttock"):
            given = answers(region, signs=set(pair))
            found = cleared(set(pair), region)

            assert (found.level if found.raised else None) == urgency(given), (pair, region)


@pytest.mark.parametrize("rule", notes.TOGETHER, ids=lambda rule: rule.means)
def test_what_means_more_together_holds_for_every_part_and_in_every_place(
    rule: notes.Rule,
) -> None:
    for region, signs in product(REGIONS, product(*rule.parts)):
        found = cleared(set(signs), region)
        alone = [notes.LEVELS[sign] for sign in signs if sign in notes.LEVELS]
        here = rule.places is None or region in rule.places

        assert (rule.means in {item.id for item in found.raised}) is here, (region, signs)
        assert found.level == max([*alone, rule.level if here else Level.REFER]), (region, signs)


def test_where_it_is_felt_counts_and_not_only_where_it_is_pressed() -> None:
    """A temple after an accident is a head, also where a shoulder brings the pain on."""
    signs = ["accident", "thinners"]

    felt = advise(person(("head_temple", "shoulder_top"), signs=signs))
    elsewhere = advise(person(("shoulder_top", "shoulder_top"), signs=signs))

    assert level_of(felt) is Level.A_AND_E
    assert level_of(elsewhere) is Level.REFER


# The two steps


def test_a_first_step_that_nobody_answered_clears_nobody() -> None:
    for place, sore in product(places(), SORENESS):
        outcome = advise(person(place, sore=sore, safety=None, experience=Experience.REGULAR))

        assert isinstance(outcome, Referral)
        assert outcome.reasons[0].code == "safety-unanswered"


def test_a_topic_of_which_nobody_said_more_clears_nobody() -> None:
    for topic, region in product(RULES.topics.values(), REGIONS):
        outcome = advise(strongest(region, safety={topic.id}))
        condition = len(topic.signs) == 1 and topic.signs[0].level is None

        assert isinstance(outcome, Advice) <= condition, (topic.id, region)
        if topic.level:
            assert level_of(outcome) == topic.level


def test_one_answered_group_does_not_answer_the_other() -> None:
    groups = [topic for topic in RULES.topics.values() if topic.asks_which]
    for told, silent in product(groups, groups):
        limits = {sign.id for sign in told.signs if not sign.level}
        limits -= {sign.id for sign in silent.signs}
        if told is not silent and limits:
            given = strongest(ELSEWHERE, safety={told.id, silent.id}, signs=limits)

            assert isinstance(advise(given), Referral), (told.id, silent.id)


def test_a_topic_that_is_urgent_by_itself_stays_so_beside_an_answered_one() -> None:
    for topic in RULES.topics.values():
        if topic.level:
            given = strongest(ELSEWHERE, safety={topic.id, "about_you"}, signs={"aspirin"})

            assert level_of(advise(given)) == topic.level, topic.id


def test_something_else_like_these_is_an_answer_and_a_referral() -> None:
    for topic in RULES.topics.values():
        if topic.asks_which:
            given = strongest(ELSEWHERE, safety={topic.id}, signs={"something_else"})

            assert level_of(advise(given)) is Level.REFER
            assert cleared({"something_else"}, ELSEWHERE, {topic.id}).answered


def test_every_sign_counts_behind_each_topic_that_offers_it() -> None:
    for topic in RULES.topics.values():
        for sign, region in product(topic.signs, topic.regions or (ELSEWHERE,)):
            given = strongest(region, safety={topic.id}, signs={sign.id})
            outcome = advise(given)

            assert not faults(outcome, given, expected(given)), (topic.id, sign.id, region)


def test_a_topic_is_never_less_urgent_than_what_is_behind_it() -> None:
    for topic in RULES.topics.values():
        if topic.level:
            worst = max(notes.LEVELS[sign.id] for sign in topic.signs)

            assert topic.level >= worst, topic.id


def test_every_sign_can_be_reached_by_everyone_or_where_its_place_is_asked() -> None:
    for region in REGIONS:
        asked = safety.asked(RULES.topics.values(), [region])
        reached = {sign.id for topic in asked for sign in topic.signs} | {"something_else"}
        only_elsewhere = RULES.signs.keys() - reached

        assert only_elsewhere <= {"effort", "effort_now", "hip_side"}, region
    effort = {"chest", "shoulder_front", "mid_back", "throat"}
    for sign, where in (("effort", effort), ("effort_now", effort), ("hip_side", {"hip_outer"})):
        asking = [topic.regions for topic in RULES.topics.values() if RULES.signs[sign] in
                  topic.signs]  # fmt: skip

        assert frozenset().union(*asking) == where


@pytest.mark.parametrize("step", ["safety", "signs"])
def test_an_item_we_do_not_know_is_no_clearance(step: str) -> None:
    with pytest.raises(ValueError, match="No such safety item: made-up"):
        advise(answers(**{step: {"made-up"}}))  # type: ignore[arg-type]


def test_a_page_that_refers_says_to_leave_what_one_has_at_home() -> None:
    for sign in SIGNS:
        outcome = advise(strongest(ELSEWHERE, signs={sign}))

        assert isinstance(outcome, Urgent | Referral)
        assert outcome.reasons[-1].code == "leave-own"


def test_the_bands_that_the_proofs_speak_of_are_the_bands_of_the_notes() -> None:
    for word, band in BANDS.items():
        outcome = advise(person(("thigh_front", "thigh_front"), sore=word))

        assert isinstance(outcome, Advice | Referral)
        assert outcome.band is band
