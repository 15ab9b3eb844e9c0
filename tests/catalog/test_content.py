"""What our own content files say, and what happens to a clinic's file that can't be so."""

import re
import tomllib
from pathlib import Path

import pytest

from catalog import safety, wording
from catalog.answers import Position
from catalog.doses import Technique
from catalog.entries import ContentError
from catalog.guides import Origin
from catalog.library import OWN_DATA, Library, load
from catalog.safety import Level
from catalog.sensitivity import Band
from catalog.tools import Firmness, Kind, Surface

REFER, SAME_DAY, A_AND_E, EMERGENCY = Level
TECHNIQUES = list(Technique)

# Clinical notes 4a and the urgent rows of 4e: words that an item of this level has to say.
WARNING_SIGNS = {
    "heart": (EMERGENCY, "chest pain or pressure", "arm, neck, jaw, back or stomach"),
    "heart, with it": (EMERGENCY, "sweaty", "sick", "light-headed", "short of breath"),
    "lung clot": (EMERGENCY, "sudden trouble breathing", "coughing up blood", "breathe in"),
    "stroke": (EMERGENCY, "drooping or numb face", "slurred speech", "double vision"),
    "neck artery": (EMERGENCY, "new dizziness or unsteadiness", "neck pain unlike any before"),
    "thunderclap": (EMERGENCY, "sudden worst-ever headache"),
    "meningitis": (EMERGENCY, "fever with a stiff neck or a rash"),
    "aorta": (EMERGENCY, "sudden tearing pain in your back or tummy", "feeling faint"),
    "spine injury": (EMERGENCY, "serious accident", "spine pain with weakness or numbness"),
    "dysreflexia": (EMERGENCY, "spinal cord injury", "pounding headache", "flushing", "sweating"),
    "effort now": (EMERGENCY, "comes on with effort", "there now while you rest"),
    "saddle": (A_AND_E, "numb between your legs", "back passage", "sexual feeling"),
    "bladder and bowels": (A_AND_E, "passing or holding urine", "bowels"),
    "both legs": (A_AND_E, "both legs weak or numb"),
    "spinal cancer": (A_AND_E, "cancer at any time", "new spine pain and leg weakness"),
    "rapid weakness": (A_AND_E, "weakness that gets worse fast"),
    "fracture": (A_AND_E, "out of shape", "can't take weight"),
    "muscle breakdown": (A_AND_E, "very dark urine", "after hard exercise"),
    "sight": (A_AND_E, "change in your sight", "temple headache"),
    "head injury": (A_AND_E, "knock to the head", "blood thinners"),
    "compartment": (A_AND_E, "tighter, harder, number or far worse", "painkillers"),
    "maternity": (A_AND_E, "bleeding", "waters", "tightenings", "flashing lights", "upper-tummy"),
    "clot in a limb": (SAME_DAY, "newly swollen, warm, sore or a different colour"),
    "clot again": (SAME_DAY, "last 3 months", "newly tight, sore or swollen"),
    "giant cell arteritis": (SAME_DAY, "over 50", "temple headache", "sore scalp", "chew"),
    "infection": (SAME_DAY, "fever", "very unwell", "infected, hot, red or swollen"),
    "kidney": (SAME_DAY, "pain in your side with burning urine"),
    "shingles": (SAME_DAY, "blisters", "stripe on one side"),
    "weakness": (SAME_DAY, "new or worsening weakness", "clumsy hands", "foot that drops"),
    "walking": (SAME_DAY, "unsteady walking"),
    "weight loss": (SAME_DAY, "weight loss", "night pain"),
    "bone cancer": (SAME_DAY, "cancer in the bone, with new pain"),
    "diabetic foot": (SAME_DAY, "diabetes", "wound on your foot", "hot foot"),
    "effort": (SAME_DAY, "comes on with effort", "eases when you stop"),
}

# Clinical notes 4b and 4c, and the ages: each is an item of its own words, of level "refer".
CONDITIONS = (
    "broken bone that has not healed",
    "spine fracture in the last year",
    "serious accident in the last 6 weeks",
    "a pop, a bruise or swelling in the last 3 days",
    "operation there in the last 12 weeks",
    "injection there in the last 7 days",
    "open wound",
    "burn",
    "rash",
    "fragile skin",
    "lymph nodes removed",
    "radiotherapy",
    "lymphoedema",
    "varicose veins",
    "replaced joint",
    "metalwork",
    "port",
    "implanted device",
    "no feeling in the area",
    "constant numbness or tingling",
    "shooting pain below the knee or elbow",
    "a lump you can't explain",
    "night pain that nothing eases",
    "swollen or locking joint",
    "on the bone, not in the muscle",
    "blood clot now or in the last 3 months",
    "bleeding disorder",
    "low platelets",
    "osteoporosis",
    "minor fall",
    "cancer, now or in the past, in the bone or elsewhere",
    "heart disease that is not stable",
    "very high blood pressure",
    "pacemaker",
    "diabetes",
    "numb feet",
    "spinal cord injury",
    "hypermobility",
    "ehlers-danlos, and the vascular type",
    "inflammatory arthritis flare",
    "fibromyalgia",
    "under 16",
    "16 to 17",
    "75 and over",
    "pregnant",
    "gave birth in the last 8 weeks",
    "frail",
    "you have falls",
    "no position in which you can control the pressure",
    "warfarin, apixaban, rivaroxaban, edoxaban, dabigatran or heparin",
    "aspirin or clopidogrel",
    "steroid tablets for more than 3 months",
    "strong painkillers, sedatives or alcohol",
    "statin",
)

NOT_OUR_VOICE = re.compile(r"\b(please|sorry|oops|simply|just|should|valid|invalid)\b", re.I)
AMERICAN = re.compile(
    r"\b(colors?|colored|centers?|centered|fibers?|favorites?|programs?|gray|molded|pediatric"
    r"|anesthe\w+|edema|hematoma|tumor|orthopedic|ischemic|behavior|\w+(?<!s)iz(e|es|ed|ing))\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


def said(library: Library) -> dict[str, str]:
    """Every sentence that a visitor may read, by key."""
    return {passage.key: passage.text for passage in wording.passages(library) if passage.prose}


def item_words(sign: safety.Sign) -> str:
    return f"{sign.label}. {sign.hint}".lower()


def article_words(library: Library, guide_id: str) -> str:
    """What a guide says in the article's name: its steps and its variations."""
    guide = library.guides[guide_id]
    parts = (*guide.steps, *guide.variations)
    return " ".join(part.text for part in parts if part.origin is Origin.ARTICLE).lower()


# The library


def test_the_library_loads_with_its_guides_and_regions(library: Library) -> None:
    guides = {f"G{n:02}" for n in range(1, 32)}
    neck = {"skull_base", "neck_back", "shoulder_top", "shoulder_front", "head_temple", "throat"}
    back = {"blade_spine", "blade_back", "mid_back", "side_back", "low_back", "chest"}
    arms = {"forearm_outer", "forearm_inner"}
    legs = {"buttock", "hip_outer", "thigh_front", "thigh_inner", "thigh_back", "calf", "shin"}

    assert guides <= library.guides.keys()
    assert neck | back | arms | legs | {"sole", "other"} == set(library.regions)


def test_every_place_that_may_be_pressed_has_a_guide_and_says_what_to_keep_off(
    library: Library,
) -> None:
    for region in library.regions.values():
        may_be_pressed = not region.never_press and region.id != "other"

        assert bool(library.guides_for(region.id)) is may_be_pressed, region.id
        assert region.keep_off, region.id


def test_thin_places_over_bone_or_nerves_go_no_firmer_than_medium(library: Library) -> None:
    thin = {"skull_base", "neck_back", "shoulder_front", "chest", "mid_back", "low_back"}
    thin |= {"forearm_outer", "forearm_inner", "thigh_inner", "shin", "sole"}
    never = {"head_temple", "throat"}
    for region in library.regions.values():
        if region.id in never | {"other"}:
            assert region.ceiling is Firmness.SOFT, region.id
        else:
            limit = Firmness.MEDIUM if region.id in thin else Firmness.VERY_FIRM
            assert region.ceiling is limit, region.id
    assert {r.id for r in library.regions.values() if r.never_press} == never


def test_every_muscle_and_every_source_is_used_somewhere(library: Library) -> None:
    body, notes = (tomllib.loads((OWN_DATA / f).read_text()) for f in ("body.toml", "sources.toml"))

    used = {muscle.id for region in library.regions.values() for muscle in region.muscles}
    used |= {muscle.id for guide in library.guides.values() for muscle in guide.muscles}
    parts = (*library.guides.values(), *library.lessons.values(), *library.cards.values())
    cited = {source.id for part in parts for source in part.sources}

    assert used == body["muscle"].keys()
    assert cited == notes["source"].keys()


# The article's two exercises


@pytest.mark.parametrize(
    "fact",
    [
        "between your back and the wall",
        "start between your shoulder blade and your spine",
        "lean gently",
        "press and hold. wait until the sore spot starts to feel less sensitive",
        "keep the ball in the same spot",
        "lift your hand in front of you, to 90 degrees",
        "slowly across your body",
        "then out to the side again",
        "10 times",
    ],
)
def test_g01_says_what_the_article_says(library: Library, fact: str) -> None:
    assert fact in article_words(library, "G01")


@pytest.mark.parametrize(
    "fact",
    [
        "face a wall",
        "between you and the wall",
        "below the middle of your collarbone",
        "your palm on the wall",
        "lean gently",
        "press and hold. wait until the sore spot starts to feel less sensitive",
        "keep the ball in the same spot",
        "lift your palm off the wall",
        "behind you, then bring it back",
        "10 times",
        "your arm lower or higher out to the side",
        "a different part of the muscle",
    ],
)
def test_g02_says_what_the_article_says(library: Library, fact: str) -> None:
    assert fact in article_words(library, "G02")


@pytest.mark.parametrize("guide_id", ["G01", "G02"])
def test_the_articles_exercises_are_a_ball_at_a_wall_10_times(
    library: Library, guide_id: str
) -> None:
    guide = library.guides[guide_id]

    assert (guide.kinds, guide.positions) == ((Kind.BALL,), (Position.WALL,))
    assert guide.doses[Band.LOW].repeats == guide.doses[Band.MODERATE].repeats == 10
    assert guide.sources[0].id == "article"


def test_the_chest_exercise_can_be_done_at_three_heights_of_the_arm(library: Library) -> None:
    names = [variation.name for variation in library.guides["G02"].variations]

    assert names[1:] == ["Arm low", "Arm at shoulder height", "Arm high"]


@pytest.mark.parametrize("guide_id", ["G01", "G02"])
def test_nothing_said_in_the_articles_name_is_about_time_sessions_or_which_arm(
    library: Library, guide_id: str
) -> None:
    invented = r"second|minute|\bsets?\b|session|a day|daily|weeks?\b|same side|warm"

    assert not re.search(invented, article_words(library, guide_id))


def test_only_the_articles_two_exercises_speak_in_its_name(library: Library) -> None:
    for guide in library.guides.values():
        from_article = any(step.origin is Origin.ARTICLE for step in guide.steps)

        assert from_article is (guide.id in {"G01", "G02"}), guide.id
        assert from_article is any(source.id == "article" for source in guide.sources), guide.id
        assert from_article is guide.review.author.startswith("After a published"), guide.id


def test_the_articles_author_and_clinics_are_not_named() -> None:
    files = [*OWN_DATA.glob("*.toml"), *OWN_DATA.glob("guides/*.toml")]

    for path in files:
        assert not re.search(r"rowan|wilson|physiofit", path.read_text(), re.I), path.name


def test_the_chest_exercise_says_when_to_call_999(library: Library) -> None:
    cautions = " ".join(library.guides["G02"].cautions)

    assert "Call 999 if you have chest pain or pressure" in cautions
    assert "Call 999 if you feel sweaty, sick, light-headed or short of breath" in cautions


# Every guide


def test_every_guide_holds_before_it_moves_and_rolls_last(library: Library) -> None:
    for guide in library.guides.values():
        order = [TECHNIQUES.index(step.technique) for step in guide.steps]

        assert order == sorted(order), guide.id
        assert {Technique.PLACE, Technique.HOLD, Technique.EASE} <= {
            step.technique for step in guide.steps
        }, guide.id


def test_every_guide_moves_if_and_only_if_it_has_repeats(library: Library) -> None:
    for guide in library.guides.values():
        moves = any(step.technique is Technique.MOVE for step in guide.steps)

        assert moves is (guide.doses[Band.LOW].repeats > 0), guide.id


def test_every_guide_builds_up_the_pressure_and_says_how_to_do_less(library: Library) -> None:
    for guide in library.guides.values():
        hold = " ".join(s.text for s in guide.steps if s.technique is Technique.HOLD).lower()

        assert re.search(r"build up", hold), guide.id
        assert "less sensitive" in hold, guide.id
        assert guide.gentler, guide.id
        assert guide.cautions, guide.id


def test_every_guide_names_its_sources_and_says_it_awaits_review(library: Library) -> None:
    for guide in library.guides.values():
        assert "clinic" in {source.id for source in guide.sources}, guide.id
        assert {source.confidence for source in guide.sources} <= {"seen", "known", "unsure"}
        assert (guide.review.reviewer, guide.review.review_by) == ("", "2027-05-22"), guide.id


def test_the_stop_rules_name_what_must_end_an_exercise(library: Library) -> None:
    rules = " ".join(library.stop_rules).lower()

    for word in ("sharp", "electric", "spreads", "numbness", "dizzy", "bruises", "next day"):
        assert word in rules


def test_the_top_of_the_shoulder_is_never_held_for_longer_than_a_minute(library: Library) -> None:
    assert all(dose.hold_limit_seconds <= 60 for dose in library.guides["G03"].doses.values())


def test_nobody_very_sore_is_put_on_the_floor_or_told_to_move(library: Library) -> None:
    rule = library.bands[Band.HIGH]

    assert Position.FLOOR not in rule.positions
    assert rule.techniques == {Technique.PLACE, Technique.HOLD, Technique.EASE}
    assert rule.ceiling is Firmness.SOFT


def test_no_guide_is_for_a_spot_that_is_too_sore_to_press(library: Library) -> None:
    assert all(Band.VERY_HIGH not in guide.doses for guide in library.guides.values())


def test_a_sorer_spot_never_gets_more(library: Library) -> None:
    rules = [library.bands[band] for band in Band]

    for gentler, rule in zip(rules[1:], rules[:-1], strict=True):
        assert gentler.ceiling <= rule.ceiling
        assert gentler.pressure_limit <= rule.pressure_limit
        assert gentler.discomfort_limit <= rule.discomfort_limit
        assert gentler.hold_limit_seconds <= rule.hold_limit_seconds
        assert gentler.techniques <= rule.techniques
        assert gentler.positions <= rule.positions
    assert [rule.discomfort_limit for rule in rules] == [5, 4, 3, 3]
    assert [rule.pressure_limit for rule in rules] == [7, 6, 4, 4]


# The safety step


def test_everyone_is_asked_at_most_eight_items(library: Library) -> None:
    everyone = safety.asked(library.signs.values(), [])

    assert 0 < len(everyone) <= 8


def test_every_safety_item_is_asked_of_everyone_or_for_its_regions(library: Library) -> None:
    everyone = safety.asked(library.signs.values(), [])
    for sign in library.signs.values():
        if not sign.regions:
            assert sign in everyone
        for region in sign.regions:
            assert sign in safety.asked(library.signs.values(), [region]), sign.id


@pytest.mark.parametrize("name", WARNING_SIGNS)
def test_every_warning_sign_is_in_an_item_of_its_level(library: Library, name: str) -> None:
    level, *words = WARNING_SIGNS[name]
    items = [item_words(sign) for sign in library.signs.values() if sign.level is level]

    assert any(all(word in item for word in words) for item in items)


@pytest.mark.parametrize("name", WARNING_SIGNS)
def test_no_warning_sign_hides_in_a_calmer_item(library: Library, name: str) -> None:
    level, *words = WARNING_SIGNS[name]
    calmer = [item_words(sign) for sign in library.signs.values() if sign.level < level]

    assert not any(all(word in item for word in words) for item in calmer)


@pytest.mark.parametrize("words", CONDITIONS)
def test_every_condition_is_in_an_item_that_everyone_is_asked(library: Library, words: str) -> None:
    everyone = safety.asked(library.signs.values(), [])

    assert any(words in item_words(sign) for sign in everyone if sign.level is REFER)


@pytest.mark.parametrize("region", ["chest", "shoulder_front", "mid_back", "throat"])
def test_a_place_near_the_heart_asks_about_effort(library: Library, region: str) -> None:
    added = [sign for sign in safety.asked(library.signs.values(), [region]) if sign.regions]

    levels = {sign.level for sign in added if "effort" in sign.label}

    assert levels == {EMERGENCY, SAME_DAY}


@pytest.mark.parametrize("region", ["skull_base", "neck_back", "shoulder_top", "head_temple"])
def test_a_place_at_the_neck_asks_about_dizziness(library: Library, region: str) -> None:
    added = [sign for sign in safety.asked(library.signs.values(), [region]) if sign.regions]

    assert any("dizziness" in sign.label and sign.level is EMERGENCY for sign in added)


def test_each_item_says_first_what_its_level_says(library: Library) -> None:
    start = {
        EMERGENCY: "Call 999 now",
        A_AND_E: "Go to A&E now",
        SAME_DAY: "Call NHS 111",
        REFER: "Ask your physiotherapist",
    }
    for sign in library.signs.values():
        assert sign.action.startswith(start[sign.level]), sign.id
        assert "ball or roller" in sign.action, sign.id
        assert sign.action.count(".") <= 3, sign.id  # a paragraph has three sentences at most
        assert sign.source, sign.id


# The demo range


def test_every_barcode_is_a_true_ean_13_of_our_own_range_and_used_once(library: Library) -> None:
    barcodes = [item.barcode for item in library.demo_range]

    assert len(set(barcodes)) == len(barcodes)
    for barcode in barcodes:
        weighed = sum(int(digit) * (3 if n % 2 else 1) for n, digit in enumerate(barcode))
        assert re.fullmatch(r"20\d{11}", barcode), barcode
        assert weighed % 10 == 0, barcode


def test_no_two_products_share_an_address(library: Library) -> None:
    slugs = [item.slug for item in library.demo_range]

    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)


@pytest.mark.parametrize(
    ("kind", "firmness", "surface"),
    [
        (Kind.BALL, Firmness.SOFT, Surface.SMOOTH),
        (Kind.BALL, Firmness.MEDIUM, Surface.SMOOTH),
        (Kind.BALL, Firmness.FIRM, Surface.SMOOTH),
        (Kind.BALL, Firmness.SOFT, Surface.SPIKY),
        (Kind.BALL, Firmness.FIRM, Surface.SPIKY),
        (Kind.PEANUT, Firmness.SOFT, Surface.SMOOTH),
        (Kind.PEANUT, Firmness.MEDIUM, Surface.SMOOTH),
        (Kind.ROLLER, Firmness.SOFT, Surface.SMOOTH),
        (Kind.ROLLER, Firmness.MEDIUM, Surface.SMOOTH),
        (Kind.ROLLER, Firmness.FIRM, Surface.SMOOTH),
        (Kind.ROLLER, Firmness.FIRM, Surface.RIDGED),
        (Kind.STICK, Firmness.FIRM, Surface.SMOOTH),
        (Kind.CANE, Firmness.FIRM, Surface.SMOOTH),
    ],
)
def test_the_range_has_one_of_each_kind(
    library: Library, kind: Kind, firmness: Firmness, surface: Surface
) -> None:
    tools = [item.tool for item in library.demo_range]

    assert any((t.kind, t.firmness, t.surface) == (kind, firmness, surface) for t in tools)


def test_the_range_has_a_large_soft_ball_and_a_small_firm_one(library: Library) -> None:
    balls = [item.tool for item in library.demo_range if item.tool.kind is Kind.BALL]
    sizes = {(ball.firmness, ball.diameter_mm) for ball in balls}

    assert {(Firmness.SOFT, 90), (Firmness.FIRM, 45)} <= sizes
    assert len(library.demo_range) >= 14


def test_the_one_unmeasured_product_is_sold_with_its_attributes_unknown(library: Library) -> None:
    unknown = [item for item in library.demo_range if not item.tool.known]

    assert [item.name for item in unknown] == ["Eureka Physiocare Trigger point ball"]
    tool = unknown[0].tool
    assert (tool.kind, tool.firmness, tool.diameter_mm, tool.surface) == (
        Kind.BALL,
        None,
        None,
        None,
    )
    assert (unknown[0].price_pence > 0, unknown[0].latex) == (True, None)


# The words


def test_the_copy_keeps_our_voice(library: Library) -> None:
    assert not {key for key, text in said(library).items() if NOT_OUR_VOICE.search(text)}


def test_the_spelling_is_british(library: Library) -> None:
    assert not {key for key, text in said(library).items() if AMERICAN.search(text)}


def test_a_product_is_summed_up_in_two_short_sentences(library: Library) -> None:
    for item in library.demo_range:
        sentences = [part for part in re.split(r"(?<=\.)\s+", item.summary) if part]

        assert len(sentences) <= 2, item.sku
        assert all(len(sentence.split()) <= 20 for sentence in sentences), item.sku


# A clinic's own folder

BACK_GUIDE = (OWN_DATA / "guides" / "G06.toml").read_text(encoding="utf-8")


def test_a_guide_that_names_a_region_there_is_not_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "guides").mkdir()
    broken = BACK_GUIDE.replace('"blade_back"', '"moon"')
    (tmp_path / "guides" / "G90.toml").write_text(broken, encoding="utf-8")

    with pytest.raises(ContentError) as refusal:
        load(tmp_path)

    assert "guides/G90.toml" in str(refusal.value)
    assert "'moon'" in str(refusal.value)


def test_a_region_that_names_a_muscle_there_is_not_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "body.toml").write_text(
        '[region.knee]\nlabel = "Knee"\ngroup = "Legs"\nmuscles = ["gill"]\nceiling = "soft"\n',
        encoding="utf-8",
    )

    with pytest.raises(ContentError) as refusal:
        load(tmp_path)

    assert "body.toml, region 'knee'" in str(refusal.value)
    assert "'gill'" in str(refusal.value)


def test_a_misspelt_key_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        '[source.ours]\ntext = "Our notes"\nconfidence = "known"\nconfidance = "known"\n',
        encoding="utf-8",
    )

    with pytest.raises(ContentError) as refusal:
        load(tmp_path)

    assert "sources.toml, source 'ours'" in str(refusal.value)
    assert "'confidance'" in str(refusal.value)


def test_a_file_that_is_not_toml_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "doses.toml").write_text("[band.low\n", encoding="utf-8")

    with pytest.raises(ContentError, match=r"doses\.toml: this is not TOML"):
        load(tmp_path)


def test_a_guide_that_presses_on_the_throat_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "guides").mkdir()
    broken = BACK_GUIDE.replace('"blade_back"', '"throat"')
    (tmp_path / "guides" / "G90.toml").write_text(broken, encoding="utf-8")

    with pytest.raises(ContentError, match=r"guides/G90\.toml: it presses on 'throat'"):
        load(tmp_path)


def test_a_clinic_folder_replaces_a_guide_by_its_id(tmp_path: Path, library: Library) -> None:
    (tmp_path / "guides").mkdir()
    ours = BACK_GUIDE.replace('title = "Back of the shoulder"', 'title = "Our own way"')
    (tmp_path / "guides" / "G06.toml").write_text(ours, encoding="utf-8")

    theirs = load(tmp_path)

    assert theirs.guides["G06"].title == "Our own way"
    assert theirs.guides.keys() == library.guides.keys()
    assert theirs.version != library.version
