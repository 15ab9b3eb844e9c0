"""More than one place: the strictest of them decides, and each guide is for one of them."""

from itertools import combinations, product

import pytest

from catalog import allowed, spots
from catalog.allowed import Allowed
from catalog.answers import Answers, Spot
from catalog.outcomes import Advice, Referral
from catalog.refinements import Experience
from catalog.tools import Firmness
from tests.catalog.answering import advise, content, hardly_sore
from tests.catalog.expected import expected, faults
from tests.catalog.people import SORENESS, Place, person, places, pressed_places

ONE_FOR_EACH = {felt: (felt, source) for felt, source in reversed(places())}
PAIRS = tuple(combinations(ONE_FOR_EACH.values(), 2))


def triples() -> list[tuple[Place, Place, Place]]:
    """Three places at a time, so that each two of them meet at least once with a third."""
    each = tuple(ONE_FOR_EACH.values())
    found, met = [], set[frozenset[Place]]()
    for three in combinations(each, 3):
        two = {frozenset(pair) for pair in combinations(three, 2)}
        if not two & met:
            met |= two
            found.append(three)
    left = [pair for pair in PAIRS if frozenset(pair) not in met]
    return found + [(*pair, next(p for p in each if p not in pair)) for pair in left]


def limits(*felt: Place) -> Allowed:
    given = person(*felt, experience=Experience.REGULAR)
    where = spots.find(given, content())
    return allowed.allow(given, where, where.pressed, (), content())


def test_any_two_places_are_as_strict_as_the_stricter_of_them() -> None:
    for one, other in combinations(pressed_places(), 2):
        if one[0] == other[0]:
            continue
        both, alone = limits(one, other), (limits(one), limits(other))

        assert both.ceiling == min(each.ceiling for each in alone), (one, other)
        assert both.smooth is any(each.smooth for each in alone)
        assert both.pointed is all(each.pointed for each in alone)


@pytest.mark.parametrize("sore", ["low", "moderate", "high", "untried"])
def test_any_two_places_get_what_the_notes_allow_both(sore: str) -> None:
    for pair, signs in product(PAIRS, ((), ("numb_feet",))):
        given = person(*pair, sore=sore, signs=signs, experience=Experience.REGULAR)

        assert not faults(advise(given), given, expected(given)), (pair, signs)


@pytest.mark.parametrize("sore", ["low", "moderate"])
def test_three_places_get_what_the_notes_allow_all(sore: str) -> None:
    for three in triples():
        given = person(*three, sore=sore, experience=Experience.REGULAR)

        assert not faults(advise(given), given, expected(given)), three


def test_the_guides_that_are_shown_are_for_the_places_that_were_chosen() -> None:
    for pair in PAIRS:
        outcome = advise(person(*pair))
        if isinstance(outcome, Advice):
            chosen = {source for _, source in pair}

            assert outcome.guides
            for advised in outcome.guides:
                assert chosen & set(advised.guide.regions), (pair, advised.guide.id)


def test_the_tool_that_serves_both_places_comes_before_one_that_serves_one() -> None:
    outcome = advise(hardly_sore("blade_spine", "mid_back"))

    assert isinstance(outcome, Advice)
    covered = {id_ for advised in outcome.guides for id_ in advised.guide.regions}
    assert {"blade_spine", "mid_back"} <= covered


def test_a_place_that_is_never_pressed_beside_another_is_left_to_a_person() -> None:
    for region in ("throat", "head_temple"):
        spot = {"head_temple": frozenset({"throat"}), "blade_spine": frozenset({"blade_spine"})}
        outcome = advise(hardly_sore("blade_spine", region, spots=spot))

        assert isinstance(outcome, Advice)
        assert outcome.refer
        assert {"blade_spine"} <= {r for a in outcome.guides for r in a.guide.regions}


def test_a_condition_that_takes_one_place_out_leaves_the_other() -> None:
    outcome = advise(hardly_sore("calf", "buttock", signs={"pregnant"}))

    assert isinstance(outcome, Advice)
    assert all("calf" not in advised.guide.regions for advised in outcome.guides)


def test_a_place_that_a_condition_takes_out_still_keeps_the_other_as_soft() -> None:
    """Ticking one more thing never allows a firmer tool."""
    for signs in ([], ["numb_feet"]):
        outcome = advise(person(("shin", "shin"), ("buttock", "buttock"), signs=signs,
                                experience=Experience.REGULAR))  # fmt: skip

        assert isinstance(outcome, Advice)
        shown = [pick for pick in (outcome.best, *outcome.others) if pick]
        assert max(pick.tool.felt_firmness or 0 for pick in shown) <= Firmness.MEDIUM


# Where it is felt, and where it comes from


def brought_on_by(felt: str, *said: str) -> Answers:
    return hardly_sore(felt, spots={felt: frozenset(said)}, experience=Experience.REGULAR)


def test_the_place_that_brings_it_on_is_pressed_and_not_the_place_that_hurts() -> None:
    for felt, source in pressed_places():
        outcome = advise(person((felt, source)))

        assert isinstance(outcome, Advice)
        assert all(source in advised.guide.regions for advised in outcome.guides)
        if felt != source:
            assert f"source-{source}" in [reason.code for reason in outcome.reasons]


def test_where_no_press_brings_it_on_it_is_for_a_person() -> None:
    for felt in {felt for felt, source in places() if felt != source}:
        outcome = advise(brought_on_by(felt, Spot.NOWHERE))

        assert isinstance(outcome, Referral)
        assert outcome.reasons[0].code == "nowhere"


def test_no_press_brings_it_on_wins_over_a_place_that_contradicts_it() -> None:
    """No form lets both through. The one that is more careful counts."""
    said = {"sole": frozenset({Spot.NOWHERE, "calf"})}

    assert isinstance(advise(hardly_sore("sole", spots=said)), Referral)
    beside = advise(hardly_sore("sole", "thigh_front", spots=said))
    assert isinstance(beside, Advice)
    assert {r for a in beside.guides for r in a.guide.regions} == {"thigh_front"}


def test_a_place_that_no_press_brings_on_is_left_alone_beside_one_that_does() -> None:
    for order in (("sole", "thigh_front"), ("thigh_front", "sole")):
        outcome = advise(hardly_sore(*order, spots={"sole": frozenset({Spot.NOWHERE})}))

        assert isinstance(outcome, Advice)
        assert {r for a in outcome.guides for r in a.guide.regions} == {"thigh_front"}


def test_a_question_that_nobody_answered_counts_as_out_of_reach() -> None:
    """Whichever of several places it is about, and whatever the others say."""
    for order in (("sole", "thigh_back"), ("thigh_back", "sole")):
        reached = {"thigh_back": frozenset({"thigh_back"})}
        for spots_ in (reached, reached | {"sole": frozenset({Spot.CANT_REACH})}):
            given = hardly_sore(*order, spots=spots_, experience=Experience.REGULAR)
            outcome = advise(given)

            assert isinstance(outcome, Advice)
            assert outcome.discomfort_limit == 3
            assert not faults(outcome, given, expected(given))


def test_what_brings_it_on_names_other_places_only() -> None:
    for felt, source in pressed_places():
        where = spots.find(person((felt, source)), content())

        assert where.brought_on.keys() == ({felt} if felt != source else set())


def test_a_place_that_is_sore_in_another_way_is_pressed_where_it_is() -> None:
    for felt in {felt for felt, source in places() if felt != source}:
        region = content().regions[felt]
        outcome = advise(brought_on_by(felt, Spot.DIFFERENT))

        if region.never_press or not content().guides_for(felt):
            assert isinstance(outcome, Referral)
        else:
            assert isinstance(outcome, Advice)
            assert all(felt in advised.guide.regions for advised in outcome.guides)


def test_a_source_that_is_never_pressed_drops_out_and_the_others_stay() -> None:
    outcome = advise(brought_on_by("head_temple", "throat", "skull_base"))

    assert isinstance(outcome, Advice)
    assert {r for a in outcome.guides for r in a.guide.regions} == {"skull_base"}
    assert isinstance(advise(brought_on_by("head_temple", "throat")), Referral)


def test_nobody_is_asked_twice_about_a_place_that_nothing_else_brings_on() -> None:
    asked = spots.asked(hardly_sore(*content().regions), content())

    assert {region.id: region.felt_from for region in asked} == {
        "shoulder_front": ("blade_back", "chest", "shoulder_front"),
        "blade_spine": ("blade_spine", "neck_back"),
        "low_back": ("buttock", "low_back"),
        "forearm_outer": ("forearm_outer", "blade_back"),
        "thigh_back": ("buttock", "thigh_back"),
        "sole": ("calf", "sole"),
        "head_temple": ("shoulder_top", "skull_base"),
        "other": ("thigh_front",),
    }


def test_two_places_that_come_from_one_are_pressed_once() -> None:
    where = spots.find(person(("sole", "calf"), ("calf", "calf")), content())

    assert [region.id for region in where.pressed] == ["calf"]


@pytest.mark.parametrize("sore", SORENESS)
def test_no_place_at_all_is_refused(sore: str) -> None:
    with pytest.raises(ValueError, match="no advice without a place"):
        advise(person(sore=sore))


def test_a_place_we_do_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="No such region: elbow-room"):
        advise(hardly_sore("elbow-room"))
