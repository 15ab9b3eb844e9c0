"""The second clinical reading, question by question: what a yes does, and what a no leaves."""

from itertools import product

import pytest

from catalog.answers import Answers, Position, Press, Spot
from catalog.doses import Technique
from catalog.outcomes import Advice, Referral, Urgent
from catalog.refinements import Experience
from catalog.safety import Level
from catalog.sensitivity import Band
from catalog.tools import Firmness, Kind
from tests.catalog.answering import advise, answers, content, hardly_sore
from tests.catalog.people import SORENESS, person, pressed_places

SOFT, MEDIUM, FIRM, _ = Firmness
REFER, SAME_DAY, _, A_AND_E, EMERGENCY = Level


def level(*signs: str, felt: str = "thigh_front", topic: str | None = None) -> Level | None:
    """How soon a person is needed for these answers, or None where a tool may be used."""
    outcome = advise(hardly_sore(felt, safety={topic} if topic else set(), signs=set(signs)))
    if isinstance(outcome, Urgent):
        return outcome.clearance.level
    return REFER if isinstance(outcome, Referral) else None


def advice(given: Answers) -> Advice:
    outcome = advise(given)
    assert isinstance(outcome, Advice), outcome.reasons
    return outcome


def softest_and_firmest(found: Advice) -> set[Firmness | None]:
    return {pick.tool.felt_firmness for pick in (found.best, found.own, *found.others) if pick}


def codes(outcome: Advice | Referral | Urgent) -> list[str]:
    return [reason.code for reason in outcome.reasons]


@pytest.mark.parametrize("felt", ["chest", "shoulder_front", "mid_back", "throat"])
def test_x1_pain_with_effort_is_for_today_and_for_999_when_it_is_there_now(felt: str) -> None:
    assert level(felt=felt, topic="effort") is SAME_DAY
    assert level(felt=felt, topic="effort_now") is EMERGENCY
    assert level(felt=felt) is (REFER if felt == "throat" else None)


@pytest.mark.parametrize("press", list(Press))
def test_x1_a_sore_muscle_never_cancels_pain_with_effort(press: Press) -> None:
    outcome = advise(answers("chest", safety={"effort"}, press=press))

    assert isinstance(outcome, Urgent)


def test_x2_on_the_bone_is_never_pressed_and_in_the_muscle_may_be() -> None:
    for place in pressed_places():
        on_bone = advise(person(place, press=Press.ON_BONE))

        assert isinstance(on_bone, Referral)
        assert on_bone.refer
        assert codes(on_bone) == ["on-bone"]
        assert isinstance(advise(person(place, press=Press.QUITE)), Advice)


@pytest.mark.parametrize("felt", ["chest", "mid_back", "side_back", "shin", "sole"])
def test_x2_a_sharp_spot_on_a_bone_is_for_a_person(felt: str) -> None:
    assert level(felt=felt, topic="bone_spot") is REFER
    assert level(felt=felt) is None


def test_x3_a_blow_is_for_a_hospital_for_a_person_or_for_a_soft_start() -> None:
    assert level("head_knock") is A_AND_E
    assert level("accident", "thinners", felt="neck_back") is A_AND_E
    assert level("tighter") is A_AND_E
    assert level("accident") is REFER
    checked = advice(hardly_sore("buttock", signs={"accident_checked"}))
    assert (softest_and_firmest(checked), checked.discomfort_limit) == ({SOFT}, 3)


def test_x4_a_rash_with_blisters_is_for_today_and_another_rash_waits() -> None:
    assert level("stripe_rash") is SAME_DAY
    assert level("rash") is REFER


def test_x5_a_recent_clot_and_a_swollen_limb_are_for_today() -> None:
    assert level("clot_limb") is SAME_DAY
    assert level("clot", "swollen_limb", felt="calf") is SAME_DAY
    assert level("clot") is REFER


def test_x6_cancer_is_for_its_team_unless_it_is_over_and_elsewhere() -> None:
    assert level("cancer_bone_pain") is SAME_DAY
    assert level("cancer_bone") is REFER
    assert level("cancer_spine") is REFER
    assert level("cancer_followed") is REFER
    over = advice(hardly_sore("buttock", signs={"cancer_discharged"}))
    plain = advice(hardly_sore("buttock"))
    assert over.asks_first
    assert (over.best, over.discomfort_limit) == (plain.best, plain.discomfort_limit)


def test_x7_a_new_medicine_asks_first_and_leaves_a_gentle_tool() -> None:
    found = advice(hardly_sore("buttock", signs={"new_medicine"}))

    assert found.asks_first
    assert [reason.code for reason in found.asks] == ["ask-new_medicine"]
    assert (softest_and_firmest(found), found.discomfort_limit) == ({SOFT}, 3)


@pytest.mark.parametrize(("press", "rests"), [(6, False), (7, True), (8, True), (5, False)])
def test_x8_new_exercise_and_very_sore_is_rested_and_nobody_has_to_be_seen(
    press: int, rests: bool
) -> None:
    outcome = advise(answers("thigh_front", signs={"new_exercise"}, press=press, at=set(Position)))

    if rests:
        assert isinstance(outcome, Referral)
        assert (outcome.refer, outcome.calm) == (False, content().calm)
    else:
        assert isinstance(outcome, Advice)
    assert level("dark_urine", "new_exercise") is A_AND_E


def test_x8_rest_sends_nobody_home_who_had_to_see_a_person() -> None:
    """Very sore, no position, pregnant with back pain, thin bones near the spine."""
    rested = {
        "very high": answers("thigh_front", signs={"new_exercise"}, press=9, at=set(Position)),
        "no position": answers("thigh_front", signs={"new_exercise"}, press=7, at=set()),
        "pregnant": answers("low_back", signs={"new_exercise", "pregnant"}, press=7),
        "bones": answers("mid_back", signs={"new_exercise", "osteoporosis"}, press=7),
        "clot": answers("calf", signs={"new_exercise", "thinners"}, press=7),
    }
    for name, given in rested.items():
        outcome = advise(given)

        assert isinstance(outcome, Referral), name
        assert outcome.refer, name
        assert len(outcome.reasons) >= 2 or name == "clot", name


@pytest.mark.parametrize(
    ("usual", "press", "odd"), [(7, 2, True), (8, 0, True), (7, 3, False), (6, 2, False)]
)
def test_x9_much_pain_that_hardly_hurts_on_pressing_is_for_a_person_too(
    usual: int, press: int, odd: bool
) -> None:
    for place in pressed_places():
        found = advice(person(place, usual=usual, press=press, experience=Experience.REGULAR))

        assert ("ask-mismatch" in [reason.code for reason in found.asks]) is odd
        assert found.refer is odd
        if odd:
            assert softest_and_firmest(found) == {SOFT}
            assert found.discomfort_limit == 3


def test_x10_a_hip_too_sore_to_lie_on_leaves_a_soft_ball_on_the_buttock_at_a_wall() -> None:
    given = hardly_sore("hip_outer", safety={"hip_side"}, experience=Experience.REGULAR)
    found = advice(given)

    assert {advised.guide.id for advised in found.guides} == {"G15"}
    assert {advised.position for advised in found.guides} == {Position.WALL}
    assert found.best
    assert (found.best.tool.kind, softest_and_firmest(found)) == (Kind.BALL, {SOFT})
    assert found.refer
    assert not advice(hardly_sore("hip_outer")).refer


def test_x10_the_hip_moves_no_other_place_from_the_chair_to_the_wall() -> None:
    """At a wall a neck takes more weight than by hand: a condition may never add any."""
    for signs in (set[str](), {"hip_side"}):
        found = advice(hardly_sore("neck_back", signs=signs))

        assert {advised.position for advised in found.guides} == {Position.CHAIR}


def test_x11_who_may_fall_sits_and_has_the_balance_checked() -> None:
    for place in pressed_places():
        outcome = advise(person(place, signs=["unsteady"], experience=Experience.REGULAR))

        assert outcome.refer if isinstance(outcome, Advice | Referral) else False
        if isinstance(outcome, Advice):
            assert {advised.position for advised in outcome.guides} == {Position.CHAIR}
            assert softest_and_firmest(outcome) == {SOFT}


def test_x12_who_could_not_press_holds_gently_in_a_band_of_moderate_at_least() -> None:
    for place, sore in product(pressed_places(), ("low", "moderate", "high")):
        calm = dict(SORENESS[sore]) | {"press": Press.CANT_REACH, "usual": SORENESS[sore]["press"]}
        found = advice(person(place, experience=Experience.REGULAR, **calm))

        assert found.band is (Band.HIGH if sore == "high" else Band.MODERATE)
        assert (softest_and_firmest(found), found.discomfort_limit) == ({SOFT}, 3)
        for advised in found.guides:
            assert not advised.dose.techniques & {Technique.MOVE, Technique.ROLL}
            assert advised.dose.repeats == 0


def test_x12_who_could_not_reach_one_of_two_places_is_as_careful_with_both() -> None:
    given = hardly_sore(
        "thigh_front", "sole", spots={"sole": frozenset({Spot.CANT_REACH})},
        experience=Experience.REGULAR,
    )  # fmt: skip
    found = advice(given)

    assert (softest_and_firmest(found), found.discomfort_limit) == ({SOFT}, 3)


def test_x13_strong_painkillers_for_months_leave_soft_and_short_and_a_visit() -> None:
    found = advice(hardly_sore("buttock", signs={"painkillers_long"}))

    assert [reason.code for reason in found.asks] == ["ask-painkillers_long"]
    assert softest_and_firmest(found) == {SOFT}
    assert all(advised.dose.hold_only for advised in found.guides)
    assert not advice(hardly_sore("buttock", signs={"painkillers"})).refer


def test_x14_blood_pressure_under_control_is_pressed_softly_and_else_not_at_all() -> None:
    found = advice(hardly_sore("buttock", signs={"pressure_treated"}))

    assert (softest_and_firmest(found), found.discomfort_limit) == ({SOFT}, 3)
    assert not found.refer
    assert level("pressure_untreated") is REFER


def test_x15_veins_are_never_pressed_and_near_them_only_softly_while_sitting() -> None:
    assert level("veins_here", felt="calf") is REFER
    found = advice(hardly_sore("calf", signs={"veins_near"}))
    assert {advised.position for advised in found.guides} == {Position.CHAIR}
    assert softest_and_firmest(found) == {SOFT}


def test_x16_after_a_birth_the_lower_back_is_left_alone() -> None:
    assert level("gave_birth", felt="low_back") is REFER
    for felt in ("buttock", "blade_spine", "mid_back"):
        found = advice(hardly_sore(felt, signs={"gave_birth"}))

        assert softest_and_firmest(found) == {SOFT}
        assert Position.FLOOR not in {advised.position for advised in found.guides}


def test_x17_under_16_is_for_the_physiotherapist_and_a_parent() -> None:
    for place in pressed_places():
        outcome = advise(person(place, signs=["under_16"]))

        assert isinstance(outcome, Referral)
        assert "parent" in outcome.reasons[0].text


@pytest.mark.parametrize("own", sorted(content().own_tools))
def test_x18_a_tool_that_made_it_worse_is_left_for_something_softer(own: str) -> None:
    tool = content().own_tools[own].tool
    felt = tool.felt_firmness or SOFT
    given = hardly_sore(
        "buttock", experience=Experience.REGULAR, owns=frozenset({own}), worse=frozenset({own})
    )
    found = advice(given)

    softer = max(SOFT, felt - 1)
    assert all(firmness and firmness <= softer for firmness in softest_and_firmest(found))
    assert found.own is None or found.own.own.id != own
    assert f"own-{own}" in [reason.code for reason in found.ruled_out]
    held = all(advised.dose.hold_only for advised in found.guides)
    assert held is (felt is SOFT)
