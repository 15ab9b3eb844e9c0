"""Every place on the body: its ceiling, its own safety questions and its own guides."""

import re
from itertools import product

import pytest

from catalog.answers import Position, Press
from catalog.outcomes import Advice, Referral
from catalog.sensitivity import Band
from catalog.tools import Firmness, Kind
from tests.catalog.answering import advise, answers, content

SOFT, MEDIUM, _, VERY_FIRM = Firmness

# Clinical notes, sections 2 and 3: the firmest tool that is ever used there, whoever asks.
CEILINGS = {
    "skull_base": MEDIUM,
    "neck_back": MEDIUM,
    "shoulder_top": VERY_FIRM,
    "shoulder_front": MEDIUM,
    "blade_spine": VERY_FIRM,
    "blade_back": VERY_FIRM,
    "chest": MEDIUM,
    "side_back": VERY_FIRM,
    "mid_back": MEDIUM,
    "low_back": MEDIUM,
    "forearm_outer": MEDIUM,
    "forearm_inner": MEDIUM,
    "buttock": VERY_FIRM,
    "hip_outer": VERY_FIRM,
    "thigh_front": VERY_FIRM,
    "thigh_inner": MEDIUM,
    "thigh_back": VERY_FIRM,
    "calf": VERY_FIRM,
    "shin": MEDIUM,
    "sole": MEDIUM,
    # never pressed, or no guide
    "head_temple": SOFT,
    "throat": SOFT,
    "other": SOFT,
}

# Clinical notes, section 6: guide, place, tools, positions, movements, longest hold, high band.
GUIDES = [
    ("G07", "blade_back", {Kind.BALL}, [Position.FLOOR], 10, 90, False),
    ("G08", "shoulder_front", {Kind.BALL}, [Position.WALL], 10, 90, True),
    ("G09", "side_back", {Kind.BALL, Kind.ROLLER}, [Position.WALL, Position.FLOOR], 10, 90, True),
    ("G11", "mid_back", {Kind.ROLLER}, [Position.FLOOR], 5, 90, False),
    ("G14", "low_back", {Kind.BALL}, [Position.WALL], 5, 30, True),
    ("G29", "forearm_outer", {Kind.BALL, Kind.STICK}, [Position.CHAIR], 10, 60, True),
    ("G30", "forearm_inner", {Kind.BALL}, [Position.CHAIR], 10, 60, True),
    ("G31", "forearm_inner", {Kind.BALL}, [Position.CHAIR], 10, 60, True),
]


def cautions(guide_id: str) -> str:
    return " ".join(content().guides[guide_id].cautions)


# The places


def test_all_places_of_the_body_are_there_with_their_ceilings() -> None:
    assert {r.id: r.ceiling for r in content().regions.values()} == CEILINGS


def test_the_neck_the_shoulders_the_back_and_the_chest_come_first() -> None:
    groups = list(dict.fromkeys(region.group for region in content().regions.values()))

    assert groups[:3] == ["Neck and shoulders", "Back", "Chest"]
    assert groups[3:6] == ["Arms and hands", "Hips and legs", "Feet"]


def test_a_place_that_is_never_pressed_has_no_guide_and_gets_no_tool() -> None:
    never = {region.id for region in content().regions.values() if region.never_press}

    assert never == {"head_temple", "throat"}
    for region, press, position in product(never, Press, Position):
        assert not content().guides_for(region)
        assert isinstance(advise(answers(region, press=press, at={position})), Referral)


def test_no_two_places_share_a_name() -> None:
    labels = [region.label for region in content().regions.values()]

    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("region", "place"),
    [
        ("shoulder_front", "armpit"),
        ("side_back", "armpit"),
        ("side_back", "lowest ribs"),
        ("side_back", "breast"),
        ("low_back", "soft part below your ribs"),
        ("low_back", "bones of your spine"),
        ("forearm_outer", "crease of your elbow"),
        ("forearm_inner", "crease of your elbow"),
        ("forearm_inner", "crease of your wrist"),
        ("buttock", "bony point of your hip"),
        ("hip_outer", "bony point of your hip"),
        ("thigh_front", "kneecap"),
        ("thigh_front", "crease of your groin"),
        ("thigh_inner", "hand's width below your groin"),
        ("thigh_back", "back of your knee"),
        ("calf", "back of your knee"),
        ("shin", "shin bone"),
        ("shin", "ankle bones"),
        ("sole", "numb"),
    ],
)
def test_a_place_says_what_never_to_press_near_it(region: str, place: str) -> None:
    assert place in content().regions[region].keep_off


# Their guides


def test_nothing_is_advised_above_the_ceiling_of_its_place() -> None:
    positions = set(Position)
    for (region, ceiling), press in product(CEILINGS.items(), Press):
        outcome = advise(answers(region, press=press, at=positions))
        if isinstance(outcome, Advice):
            for pick in (outcome.best, *outcome.others):
                assert pick.candidate.tool.felt_firmness <= ceiling, region


def test_every_kind_of_tool_of_a_guide_has_one_below_the_ceiling_of_its_places() -> None:
    tools = [item.tool for item in content().demo_range if item.tool.known]
    for guide in content().guides.values():
        for region, kind in product(guide.regions, guide.kinds):
            gentlest = min(tool.felt_firmness or VERY_FIRM for tool in tools if tool.kind is kind)

            assert gentlest <= CEILINGS[region], f"{guide.id} {kind} {region}"


def test_no_guide_speaks_of_a_firmer_tool_than_its_place_allows() -> None:
    for guide in filter(lambda guide: guide.regions, content().guides.values()):
        if min(CEILINGS[region] for region in guide.regions) <= MEDIUM:
            steps = " ".join(step.text for step in guide.steps)
            said = f"{guide.lead} {guide.gentler} {guide.firmer} {steps}"

            assert not re.search(r"\bfirm (ball|peanut|roller|foam)", said), guide.id


def test_a_guide_works_on_muscles_of_its_places() -> None:
    for guide in content().guides.values():
        there = {m.id for region in guide.regions for m in content().regions[region].muscles}

        assert {muscle.id for muscle in guide.muscles} <= there, guide.id


@pytest.mark.parametrize(
    ("guide_id", "region", "kinds", "positions", "repeats", "hold", "for_the_very_sore"),
    GUIDES,
    ids=[guide[0] for guide in GUIDES],
)
def test_a_guide_is_done_as_the_notes_say(
    guide_id: str,
    region: str,
    kinds: set[Kind],
    positions: list[Position],
    repeats: int,
    hold: int,
    for_the_very_sore: bool,
) -> None:
    guide = content().guides[guide_id]

    assert guide.regions == (region,)
    assert (set(guide.kinds), list(guide.positions)) == (kinds, positions)
    assert guide.doses[Band.LOW].repeats == repeats
    assert guide.doses[Band.LOW].hold_limit_seconds == hold
    assert (Band.HIGH in guide.doses) is for_the_very_sore


def test_a_guide_that_is_only_for_the_floor_is_not_for_the_very_sore() -> None:
    for guide in content().guides.values():
        if set(guide.positions) == {Position.FLOOR}:
            assert Band.HIGH not in guide.doses, guide.id


def test_bending_back_over_a_roller_is_only_for_a_spot_that_is_a_little_sore() -> None:
    assert content().guides["G11"].doses.keys() == {Band.LOW}
    for words_ in ("osteoporosis", "steroid", "pregnancy", "hypermobility", "lower back"):
        assert words_ in cautions("G11")


def test_the_lower_back_is_never_rolled() -> None:
    guides = content().guides_for("low_back")

    assert guides
    for guide in guides:
        assert Kind.ROLLER not in guide.kinds
        assert Position.FLOOR not in guide.positions
    for press in Press:
        outcome = advise(answers("low_back", press=press, at=set(Position)))
        if isinstance(outcome, Advice):
            picks = (outcome.best, *outcome.others)
            assert {pick.candidate.tool.kind for pick in picks} == {Kind.BALL}


def test_the_lower_back_is_held_lightly_away_from_the_kidneys_after_the_buttock() -> None:
    for words_ in ("buttock first", "kidneys", "bones of your spine", "A&E", "foam roller"):
        assert words_ in cautions("G14")
    for dose in content().guides["G14"].doses.values():
        assert dose.hold_limit_seconds <= 30
        assert dose.repeats <= 5


@pytest.mark.parametrize("guide_id", ["G07", "G09", "G10", "G11"])
def test_lying_on_a_tool_under_the_ribs_is_not_for_thin_bones(guide_id: str) -> None:
    assert "osteoporosis" in cautions(guide_id)


def test_the_front_of_the_shoulder_says_when_to_call_999_and_to_try_the_blade_first() -> None:
    for words_ in ("Call 999", "chest pain or pressure", "First press the back of your shoulder"):
        assert words_ in cautions("G08")


@pytest.mark.parametrize("guide_id", ["G30", "G31"])
def test_the_wrist_and_hand_are_held_for_a_minute_at_most_and_not_when_numb(guide_id: str) -> None:
    assert "60 seconds" in cautions(guide_id)
    assert "numb" in cautions(guide_id)
    assert "crease of your wrist" in cautions(guide_id)


def test_every_sentence_of_a_place_or_a_guide_has_at_most_20_words() -> None:
    texts = [text for r in content().regions.values() for text in (r.label, r.keep_off)]
    for guide in content().guides.values():
        texts += [guide.lead, guide.refers_to, guide.gentler, guide.firmer, *guide.cautions]
        texts += [step.text for step in guide.steps]
    sentences = [s for text in texts for s in re.split(r"(?<=[.!?])\s+", text)]

    assert not [sentence for sentence in sentences if len(sentence.split()) > 20]
