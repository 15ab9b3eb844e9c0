"""What the two safety screens ask, in words, and what each answer has to say."""

import re

import pytest

from catalog import safety
from catalog.path import which, with_regions, with_safety
from catalog.safety import SOMETHING_ELSE, Level, Sign, Topic
from tests.catalog.answering import answers, content

REFER, SAME_DAY, TEAM, A_AND_E, EMERGENCY = Level
RULES = content().rules
EVERYONE = safety.asked(RULES.topics.values(), [])

# Clinical notes 4a, 4b and 4e: words that a sign of this level has to say.
SIGNS = {
    "heart": (EMERGENCY, "chest pain or pressure", "arm, neck, jaw, back or stomach", "sweaty"),
    "lungs": (EMERGENCY, "suddenly short of breath", "coughing up blood", "breathe in"),
    "stroke": (EMERGENCY, "drooping or numb face", "slurred", "double vision", "unsteadiness"),
    "stroke, the neck": (EMERGENCY, "sudden neck pain unlike any before"),
    "worst headache": (EMERGENCY, "sudden worst-ever headache"),
    "stiff neck": (EMERGENCY, "fever with a stiff neck or a rash"),
    "aorta": (EMERGENCY, "sudden tearing pain in your back or tummy", "faint"),
    "accident": (EMERGENCY, "serious accident", "spine pain", "weakness or numbness"),
    "cord": (EMERGENCY, "spinal cord injury", "pounding headache", "flushing", "sweating"),
    "effort now": (EMERGENCY, "comes on with effort", "there now while you rest"),
    "saddle": (A_AND_E, "numb between your legs", "back passage"),
    "bladder": (A_AND_E, "passing or holding urine", "bowels", "sexual feeling"),
    "both legs": (A_AND_E, "both legs weak or numb"),
    "spinal cancer": (A_AND_E, "cancer at any time", "new spine pain and leg weakness"),
    "fast weakness": (A_AND_E, "weakness that gets worse fast"),
    "fracture": (A_AND_E, "out of shape", "can't take your weight"),
    "dark urine": (A_AND_E, "very dark urine", "after hard exercise"),
    "sight": (A_AND_E, "change in your sight"),
    "head": (A_AND_E, "knock to your head", "blood thinners"),
    "compartment": (A_AND_E, "tighter, harder, number or far worse", "painkillers"),
    "maternity": (TEAM, "bleeding", "waters", "tightenings", "flashing lights", "upper-tummy"),
    "clot": (SAME_DAY, "newly swollen, warm, sore or a different colour"),
    "clot again": (SAME_DAY, "last 3 months", "newly tight, sore or swollen"),
    "temple": (SAME_DAY, "over 50", "temple", "sore scalp", "chew"),
    "fever": (SAME_DAY, "fever", "very unwell"),
    "infection": (SAME_DAY, "infected", "hot, red and swollen"),
    "kidney": (SAME_DAY, "pain in your side", "burning urine"),
    "shingles": (SAME_DAY, "blisters", "stripe on one side"),
    "weakness": (SAME_DAY, "new or worse weakness", "foot that drops"),
    "clumsy": (SAME_DAY, "clumsy hands", "walking has become unsteady"),
    "weight": (SAME_DAY, "weight loss without a reason"),
    "bone cancer": (SAME_DAY, "cancer in a bone, with new pain"),
    "foot": (SAME_DAY, "diabetes", "wound on your foot", "hot foot"),
    "effort": (SAME_DAY, "comes on with effort", "eases when you stop"),
    "broken bone": (REFER, "broken bone that has not healed"),
    "spine fracture": (REFER, "broken bone in your spine in the last year"),
    "unchecked accident": (REFER, "last 6 weeks", "nobody has checked"),
    "fresh": (REFER, "a pop, a bruise or swelling in the last 3 days"),
    "operation": (REFER, "operation there in the last 12 weeks"),
    "injection": (REFER, "injection there in the last 7 days"),
    "skin": (REFER, "open wound, a burn or broken skin"),
    "rash": (REFER, "a rash there"),
    "nodes": (REFER, "lymph nodes taken out", "radiotherapy"),
    "lymphoedema": (REFER, "lymphoedema"),
    "blood clot": (REFER, "blood clot now, or in the last 3 months"),
    "bleeding": (REFER, "bleeding disorder", "low platelets"),
    "cancer, bone": (REFER, "cancer in a bone"),
    "cancer, spine": (REFER, "cancer now or in the past", "new pain over your spine or ribs"),
    "cancer, seen": (REFER, "cancer that you are still seen for"),
    "heart condition": (REFER, "heart condition that is not stable"),
    "blood pressure": (REFER, "very high blood pressure, not treated"),
    "no feeling": (REFER, "no feeling in the area"),
    "numbness": (REFER, "numbness or pins and needles that never stop"),
    "shooting": (REFER, "shooting pain or tingling below your knee or elbow"),
    "lump": (REFER, "a lump you can't explain"),
    "night": (REFER, "night pain that nothing eases"),
    "joint": (REFER, "swollen, or locks"),
    "bone spot": (REFER, "sharp spot on a bone", "cough, impact or training"),
    "vascular": (REFER, "vascular type"),
    "flare": (REFER, "flare of an inflammatory joint"),
    "no control": (REFER, "no position in which you can control"),
    "under 16": (REFER, "under 16"),
}
# Clinical notes 4c and 4e: conditions that limit and do not stop by themselves.
CONDITIONS = {
    "thinners": ("warfarin, apixaban, rivaroxaban, edoxaban, dabigatran or heparin",),
    "aspirin": ("aspirin or clopidogrel",),
    "osteoporosis": ("osteoporosis", "minor fall"),
    "steroids": ("steroid tablets for more than 3 months",),
    "pregnant": ("pregnant",),
    "gave_birth": ("gave birth in the last 8 weeks",),
    "diabetes": ("diabetes", "normal feeling"),
    "numb_feet": ("numb feet",),
    "hypermobility": ("hypermobility or ehlers-danlos",),
    "widespread": ("fibromyalgia",),
    "veins_here": ("exactly where you would press",),
    "veins_near": ("not where you would press",),
    "device_here": ("pacemaker", "on the side you would press"),
    "device_elsewhere": ("pacemaker", "somewhere else"),
    "fragile_skin": ("fragile skin",),
    "painkillers": ("strong painkillers, sedatives or alcohol",),
    "painkillers_long": ("more than 3 months",),
    "unsteady": ("unsteady", "falls"),
    "age_16_17": ("16 or 17",),
    "over_74": ("75 or over",),
    "cord_injury": ("spinal cord injury",),
    "joint_replaced": ("replaced joint that has healed", "metalwork"),
    "cancer_discharged": ("no longer seen for it",),
    "pressure_treated": ("treated and all right at the last check",),
    "new_medicine": ("within weeks of a new medicine", "statin"),
    "new_exercise": ("1 to 3 days after exercise you are not used to",),
    "hip_side": ("lie on that side", "stand on one leg"),
    "accident_checked": ("checked and found safe",),
    "worn_out": ("poor sleep", "very tired"),
}
# Clinical notes 4, last design rule, and 4e: what a place asks again in its own words.
PLACES = [
    *((place, "effort_now", "effort")
      for place in ("chest", "shoulder_front", "mid_back", "throat")),
    *((place, "chest_device") for place in ("chest", "shoulder_front")),
    *((place, "neck_artery")
      for place in ("head_temple", "throat", "skull_base", "neck_back", "shoulder_top")),
    *((place, "temple_sight", "temple_headache")
      for place in ("head_temple", "skull_base", "neck_back")),
    *((place, "cauda_equina", "kidney", "spine", "pregnant") for place in ("low_back", "buttock")),
    *((place, "leg_nerve") for place in ("buttock", "thigh_back")),
    *((place, "leg_clot") for place in ("calf", "shin", "thigh_back")),
    *((place, "numb_feet") for place in ("sole", "shin", "calf")),
    *((place, "bone_spot") for place in ("shin", "sole", "chest", "mid_back", "side_back")),
    *((place, "bone_risk") for place in ("mid_back", "side_back", "low_back")),
    *((place, "pregnant") for place in ("thigh_inner", "calf")),
    ("calf", "calf_blood"), ("sole", "foot_wound"), ("hip_outer", "hip_side"),
    ("forearm_inner", "numb_hand"),
]  # fmt: skip


def words(item: Topic | Sign) -> str:
    return f"{item.label}. {item.hint}".lower()


def added(region: str) -> list[Topic]:
    """What this place asks on top of what everyone is asked, in the order of the screen."""
    return [topic for topic in safety.asked(RULES.topics.values(), [region]) if topic.regions]


# The first screen


def test_everyone_is_asked_at_most_eight_broad_topics() -> None:
    assert 0 < len(EVERYONE) <= 8


def test_every_sign_is_behind_a_topic_that_everyone_is_asked_or_that_its_places_ask() -> None:
    everywhere = {sign.id for topic in EVERYONE for sign in topic.signs}
    somewhere = {sign.id for topic in RULES.topics.values() for sign in topic.signs}

    assert somewhere | {SOMETHING_ELSE} == RULES.signs.keys()
    assert somewhere - everywhere == {"effort_now", "effort", "hip_side"}


def test_a_topic_that_settles_its_level_hides_no_sign_of_another() -> None:
    for topic in RULES.topics.values():
        if topic.level:
            assert {sign.level for sign in topic.signs} == {topic.level}, topic.id


@pytest.mark.parametrize("level", [SAME_DAY, A_AND_E, EMERGENCY])
def test_the_broad_urgent_topics_name_what_is_behind_them(level: Level) -> None:
    """A person has to find their own sign in the words of the first screen."""
    broad = " ".join(words(topic) for topic in EVERYONE if topic.level is level)
    telling = {
        EMERGENCY: ("chest pain", "breathing", "coughing", "tearing", "face", "speech", "vision",
                    "neck pain", "worst-ever", "stiff neck", "accident", "cord injury"),
        A_AND_E: ("numb between", "bladder", "bowel", "both legs", "worse fast", "cancer",
                  "out of shape", "weight", "dark urine", "sight", "knock", "tighter"),
        SAME_DAY: ("swollen", "fever", "hot, red", "urine", "blisters", "stripe", "weakness",
                   "clumsy", "unsteady walking", "drops", "weight loss", "temple", "scalp", "jaw",
                   "cancer in a bone", "foot wound"),
    }  # fmt: skip

    assert [word for word in telling[level] if word not in broad] == []


@pytest.mark.parametrize("screen", PLACES, ids=lambda screen: f"{screen[0]}: {screen[1]}")
def test_a_place_asks_its_own_questions_again(screen: tuple[str, ...]) -> None:
    place, *topics = screen

    assert set(topics) <= {topic.id for topic in added(place)}


def test_the_most_urgent_question_of_a_place_comes_first() -> None:
    for region in content().regions:
        levels = [topic.level or REFER for topic in added(region)]

        assert levels == sorted(levels, reverse=True), region


def test_no_place_asks_more_than_six_questions_of_its_own() -> None:
    assert max(len(added(region)) for region in content().regions) <= 6


def test_a_place_does_not_ask_what_belongs_elsewhere() -> None:
    for region in ("blade_spine", "blade_back", "thigh_front", "forearm_outer", "other"):
        assert not added(region)


@pytest.mark.parametrize("region", ["calf", "low_back", "buttock", "sole", "chest", "skull_base"])
def test_going_to_a_place_with_its_own_screen_asks_the_safety_step_again(region: str) -> None:
    moved = with_regions(answers("blade_spine"), (region,), content())

    assert (moved.safety, moved.signs) == (None, None)


# The second screen


@pytest.mark.parametrize("name", SIGNS)
def test_every_warning_sign_of_the_notes_has_its_level(name: str) -> None:
    level, *said = SIGNS[name]
    signs = [words(sign) for sign in RULES.signs.values() if sign.level is level]

    assert any(all(word in sign for word in said) for sign in signs)


@pytest.mark.parametrize("name", CONDITIONS)
def test_every_condition_of_the_notes_limits_and_says_how(name: str) -> None:
    sign = RULES.signs[name]

    assert all(word in words(sign) for word in CONDITIONS[name])
    assert sign.level is None
    assert all(limit.say for limit in sign.limits)


def test_no_sign_is_left_out_of_the_tables_above() -> None:
    limiting = {sign.id for sign in RULES.signs.values() if sign.level is None}

    assert limiting == CONDITIONS.keys()
    assert len(RULES.signs) - len(limiting) - 1 <= len(SIGNS)


def test_only_who_ticks_a_topic_that_needs_it_is_asked_which() -> None:
    for topic in RULES.topics.values():
        place = next(iter(topic.regions), "blade_spine")
        ticked = with_safety(answers(place), frozenset({topic.id}), content())

        assert bool(which(ticked, content())) is topic.asks_which, topic.id
    assert which(answers("blade_spine"), content()) == ()


def test_an_emergency_is_not_asked_which_other_topic_it_is() -> None:
    ticked = with_safety(answers(), frozenset({"heart_and_lungs", "condition"}), content())

    assert which(ticked, content()) == ()


def test_a_calmer_topic_beside_an_open_one_is_asked_about_too() -> None:
    """An accident alone is a referral; with weakness and neck pain it is a 999 call."""
    ticked = with_safety(answers("neck_back"), frozenset({"today", "sore_place"}), content())

    assert [topic.id for topic in which(ticked, content())] == ["today", "sore_place"]


def test_signs_of_a_topic_that_is_no_longer_ticked_are_dropped() -> None:
    both = with_safety(answers(), frozenset({"condition", "about_you"}), content())
    told = with_safety(
        answers(safety={"condition", "about_you"}, signs={"diabetes", "aspirin"}),
        frozenset({"about_you"}),
        content(),
    )

    assert both.signs is None
    assert told.signs == {"aspirin"}


# The words of each item


def test_each_sign_says_first_what_its_level_says() -> None:
    start = {EMERGENCY: r"(Keep still and c|C)all 999 now", A_AND_E: r"Go to A&E now",
             TEAM: r"Call your maternity unit now", SAME_DAY: r"Call .* today"}  # fmt: skip
    for item in RULES.asked:
        if item.level in start:
            assert re.match(start[item.level], item.action), item.id
        if item.level:
            assert "ball or roller" in item.action, item.id
            assert item.action.count(". ") <= 3, item.id


def test_each_sign_names_its_source_and_how_sure_it_is() -> None:
    for sign in RULES.signs.values():
        cited = re.search(r"\b(19|20)\d\d\b|NHS", sign.source)

        assert cited or "linic default, for the reviewing clinician" in sign.source, sign.id
        assert sign.confidence in {"seen", "known", "clinic default"}, sign.id


@pytest.mark.parametrize("item", ["leg_clot", "today"])
def test_a_limb_that_may_be_a_clot_says_when_to_call_999(item: str) -> None:
    assert "suddenly short of breath, call 999" in RULES.topics[item].action
    assert "suddenly short of breath, call 999" in RULES.signs["swollen_limb"].action
