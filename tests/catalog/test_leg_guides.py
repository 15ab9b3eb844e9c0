"""What the guides for the buttock, the leg and the foot have to say, one by one."""

import re

import pytest

from catalog.answers import Position, Press
from catalog.doses import Technique
from catalog.guides import Guide, Origin
from catalog.outcomes import Advice
from catalog.sensitivity import Band
from catalog.tools import Kind
from tests.catalog.answering import advise, answers, content, hardly_sore

TECHNIQUES = list(Technique)
BALL, PEANUT, ROLLER, STICK, CANE = Kind
WALL, CHAIR, FLOOR = Position

# Clinical notes, section 6: region, tools and positions, best first, and what it does in steps.
TABLE = {
    "G15": ("buttock", [BALL], [WALL], "knee on that side slowly out and back"),
    "G16": ("buttock", [BALL, ROLLER], [FLOOR], "knee on that side slowly in and out"),
    "G17": ("buttock", [BALL], [CHAIR], "straighten the knee"),
    "G18": ("hip_outer", [BALL], [WALL], "swing the leg on that side slowly back"),
    "G19": ("hip_outer", [ROLLER, STICK], [CHAIR, FLOOR], "bend your knee"),
    "G20": ("thigh_front", [ROLLER], [FLOOR], "bend your knee"),
    "G21": ("thigh_front", [STICK, BALL], [CHAIR], "straighten your knee slowly and bend it"),
    "G22": ("thigh_inner", [ROLLER, STICK], [CHAIR, FLOOR], "bend your knee"),
    "G23": ("thigh_back", [BALL], [CHAIR], "straighten your knee"),
    "G24": ("thigh_back", [ROLLER], [FLOOR], "roll slowly"),
    "G25": ("calf", [ROLLER], [FLOOR], "foot slowly up and down from the ankle"),
    "G26": ("calf", [STICK, BALL], [CHAIR], "foot slowly up and down from the ankle"),
    "G27": ("shin", [STICK, BALL], [CHAIR], "foot slowly up and down"),
    "G28": ("sole", [BALL], [CHAIR], "curl your toes slowly, then spread them"),
}

# What the caution of the table, or the limit of 4a to 4e that binds there, sounds like here.
CAUTIONS = [
    ("G15", "stop if pain shoots down your leg"),
    ("G15", "shooting pain below your knee, ask your physiotherapist first"),
    ("G16", "stop if pain shoots down your leg"),
    ("G16", "do not use it in pregnancy"),
    ("G17", "stop if pain shoots down your leg"),
    ("G18", "off the bony point of your hip"),
    ("G18", "if you can't lie on that side"),
    ("G19", "do not press hard on the tight band"),
    ("G19", "keep off your knee"),
    ("G19", "if you can't lie on that side"),
    ("G20", "do not use it in pregnancy"),
    ("G20", "off your kneecap"),
    ("G21", "off your kneecap"),
    ("G22", "a hand's width below your groin"),
    ("G22", "do not use it in pregnancy"),
    ("G23", "stop if you get tingling"),
    ("G23", "off the back of your knee"),
    ("G24", "if your wrists or shoulders hurt"),
    ("G24", "stop if you get tingling"),
    ("G24", "off the back of your knee"),
    ("G25", "do not use it in pregnancy"),
    ("G25", "do not press behind your knee"),
    ("G26", "do not use it in pregnancy"),
    ("G26", "do not press behind your knee"),
    ("G27", "keep off your shin bone"),
    ("G27", "on the bone, or is worse with impact or training, press nothing here"),
    ("G27", "do not use it if your leg or foot is numb"),
    ("G28", "do not use it if your feet are numb"),
    ("G28", "stop if your foot tingles or goes numb"),
    ("G28", "do not stand on the ball"),
    ("G28", "a wound on your foot or a hot foot, call your foot team or nhs 111 today"),
]


def guide(guide_id: str) -> Guide:
    return content().guides[guide_id]


def steps(guide_id: str, *techniques: Technique) -> str:
    wanted = techniques or tuple(Technique)
    return " ".join(s.text for s in guide(guide_id).steps if s.technique in wanted).lower()


def cautions(guide_id: str) -> str:
    return " ".join(guide(guide_id).cautions).lower()


def everything(guide_id: str) -> list[str]:
    found = guide(guide_id)
    texts = [found.title, found.lead, found.refers_to, found.gentler, found.firmer]
    texts += [*found.cautions, *(step.text for step in found.steps)]
    texts += [f"{variation.name}. {variation.text}" for variation in found.variations]
    return [part for text in texts for part in re.split(r"(?<=[.!?])\s+", text)]


def legs(where: Position) -> list[str]:
    return [id_ for id_ in TABLE if where in guide(id_).positions]


ONLY_FLOOR = ["G16", "G20", "G24", "G25"]
BOTH_WAYS = ["G19", "G22"]  # seated by hand, or lying on the roller
EVERY = pytest.mark.parametrize("guide_id", TABLE)


@EVERY
def test_it_is_for_its_place_with_its_tools_and_positions(guide_id: str) -> None:
    region, kinds, positions, movement = TABLE[guide_id]
    found = guide(guide_id)

    assert found.regions == (region,)
    assert (list(found.kinds), list(found.positions)) == (kinds, positions)
    assert movement in steps(guide_id, Technique.MOVE, Technique.ROLL)


@EVERY
def test_it_works_muscles_of_its_place(guide_id: str) -> None:
    found = guide(guide_id)

    assert found.muscles
    for region in found.regions:
        assert set(found.muscles) <= set(content().regions[region].muscles)


@EVERY
def test_it_is_the_clinics_own_and_waits_for_a_reviewer(guide_id: str) -> None:
    found = guide(guide_id)

    assert {part.origin for part in (*found.steps, *found.variations)} == {Origin.CLINIC}
    assert found.review.author == "Sorespot, clinic-standard practice"


@pytest.mark.parametrize(("guide_id", "words"), CAUTIONS)
def test_it_names_its_caution(guide_id: str, words: str) -> None:
    assert words in cautions(guide_id)


def test_every_guide_of_the_table_has_a_caution_here() -> None:
    assert {id_ for id_, _ in CAUTIONS} == TABLE.keys()


# What comes first


@EVERY
def test_it_warms_up_finds_the_spot_lightly_holds_and_ends_easing_off(guide_id: str) -> None:
    found = guide(guide_id)

    assert "to warm up" in found.steps[0].text
    assert "light pressure" in steps(guide_id, Technique.PLACE)
    assert "until the sore spot feels less sensitive and tight" in steps(guide_id, Technique.HOLD)
    assert "within your discomfort limit" in steps(guide_id, Technique.HOLD)
    assert found.steps[-1].technique is Technique.EASE


@EVERY
def test_nothing_rolls_before_it_was_held(guide_id: str) -> None:
    order = [TECHNIQUES.index(step.technique) for step in guide(guide_id).steps]
    strokes = re.compile(r"\broll (slowly|the|it|up|over)|\bstrokes?\b", re.I)
    stroking = {s.technique for s in guide(guide_id).steps if strokes.search(s.text)}

    assert order == sorted(order)
    assert stroking <= {Technique.ROLL}


@pytest.mark.parametrize("guide_id", ["G16", "G19", "G20", "G21", "G24", "G25", "G28"])
def test_rolling_is_only_for_a_spot_that_is_a_little_sore(guide_id: str) -> None:
    found = guide(guide_id)

    assert steps(guide_id, Technique.ROLL).startswith("if it is a little sore at most")
    allowing = [band for band, dose in found.doses.items() if Technique.ROLL in dose.techniques]
    assert allowing == [Band.LOW]


# The floor


@pytest.mark.parametrize("guide_id", ONLY_FLOOR)
def test_a_floor_guide_is_not_for_a_very_sore_spot(guide_id: str) -> None:
    assert guide(guide_id).positions == (FLOOR,)
    assert set(guide(guide_id).doses) == {Band.LOW, Band.MODERATE}


@pytest.mark.parametrize("guide_id", [id_ for id_ in TABLE if id_ not in ONLY_FLOOR])
def test_every_other_guide_is_for_a_very_sore_spot_too_and_starts_off_the_floor(
    guide_id: str,
) -> None:
    assert set(guide(guide_id).doses) == {Band.LOW, Band.MODERATE, Band.HIGH}
    assert guide(guide_id).positions[0] is not FLOOR


@pytest.mark.parametrize("guide_id", ONLY_FLOOR + BOTH_WAYS)
def test_only_part_of_your_weight_is_on_the_tool_on_the_floor(guide_id: str) -> None:
    assert "part of your weight" in steps(guide_id, Technique.PLACE)


@pytest.mark.parametrize("guide_id", ONLY_FLOOR + BOTH_WAYS)
def test_the_floor_says_who_stays_off_it(guide_id: str) -> None:
    assert re.search(r"only if you can get down (on the floor )?and up again", cautions(guide_id))
    assert "osteoporosis" in cautions(guide_id)
    assert "long-term steroid tablets" in cautions(guide_id)


@pytest.mark.parametrize("guide_id", ONLY_FLOOR)
def test_a_floor_guide_is_not_for_people_on_blood_thinners(guide_id: str) -> None:
    assert re.search(r"do not use it with .*blood thinners", cautions(guide_id))


@pytest.mark.parametrize(
    ("guide_id", "limit"), [("G19", "if it is quite sore"), ("G22", "if it is a little sore")]
)
def test_lying_on_the_roller_is_not_for_a_very_sore_spot(guide_id: str, limit: str) -> None:
    lying = [step.text for step in guide(guide_id).steps if "you can lie" in step.text]

    assert len(lying) == 1
    assert lying[0].lower().startswith(f"{limit} at most")


def test_the_floor_guides_are_all_here() -> None:
    assert sorted(legs(FLOOR)) == sorted(ONLY_FLOOR + BOTH_WAYS)


# Seated and standing


@EVERY
def test_nothing_asks_you_to_stand_on_a_tool(guide_id: str) -> None:
    for sentence in everything(guide_id):
        on_it = re.search(r"\b(stand|step|standing)\b[^.]* on (a|the|it|your)\b", sentence, re.I)
        assert not on_it or sentence.startswith("Do not stand on"), sentence


@pytest.mark.parametrize("guide_id", legs(CHAIR))
def test_a_seated_guide_reminds_of_the_brakes_and_of_feeling(guide_id: str) -> None:
    assert "in a wheelchair, put the brakes on first" in cautions(guide_id)
    assert re.search(r"feel touch normally|numb", cautions(guide_id))


@pytest.mark.parametrize("guide_id", legs(CHAIR))
def test_a_seated_guide_sits_on_a_firm_chair(guide_id: str) -> None:
    assert "sit on a firm chair" in steps(guide_id, Technique.PLACE)


# Calf, shin, sole


@pytest.mark.parametrize("guide_id", ["G25", "G26"])
def test_a_calf_guide_carries_the_clot_note(guide_id: str) -> None:
    told = guide(guide_id).cautions

    assert any(
        text.startswith("Call NHS 111 today")
        and "newly swollen, warm, sore or a different colour" in text
        for text in told
    )
    assert any(text.startswith("Call 999 if you are suddenly short of breath") for text in told)
    assert "a blood clot now or in the last 3 months, or with blood thinners" in cautions(guide_id)
    assert "varicose veins" in cautions(guide_id)


@EVERY
def test_a_sentence_of_the_999_card_is_about_999_alone(guide_id: str) -> None:
    for text in guide(guide_id).cautions:
        assert "999" not in text or "111" not in text, text


@pytest.mark.parametrize("guide_id", ["G25", "G26", "G27", "G28"])
def test_below_the_knee_nothing_is_pressed_that_is_numb(guide_id: str) -> None:
    assert re.search(r"do not use it if your (leg or foot is|feet are) numb", cautions(guide_id))


@pytest.mark.parametrize("guide_id", ["G25", "G26"])
def test_a_calf_is_pressed_at_its_lower_or_middle_part(guide_id: str) -> None:
    assert "lower or middle part of your calf" in steps(guide_id, Technique.PLACE)


# The words, and where they lead


@EVERY
def test_no_sentence_is_longer_than_20_words(guide_id: str) -> None:
    assert not [text for text in everything(guide_id) if len(text.split()) > 20]


@EVERY
def test_numbers_are_numerals(guide_id: str) -> None:
    spelt = re.compile(r"\b(one|two|three|four|five|ten|once|twice)\b", re.I)

    assert not [text for text in everything(guide_id) if spelt.search(text)]


@EVERY
def test_a_guide_can_be_reached_by_its_answers(guide_id: str) -> None:
    region, _, positions, _ = TABLE[guide_id]
    reached = set()
    for position in positions:
        outcome = advise(hardly_sore(region, at={position}))
        if isinstance(outcome, Advice):
            picks = (outcome.best, *outcome.others)
            reached |= {(a.guide.id, a.position) for pick in picks for a in pick.guides}

    assert reached >= {(guide_id, position) for position in positions}


@pytest.mark.parametrize("region", sorted({row[0] for row in TABLE.values()}))
def test_a_very_sore_leg_is_never_sent_to_the_floor(region: str) -> None:
    outcome = advise(answers(region, press=Press.VERY, at=set(Position)))

    assert isinstance(outcome, Advice)
    for advised in outcome.guides:
        assert advised.position is not FLOOR
        assert advised.dose.hold_only
