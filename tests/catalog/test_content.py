"""What our own content files say, and what happens to a clinic's file that can't be so."""

import re
import tomllib
from pathlib import Path

import pytest

from catalog import passages
from catalog.answers import Position
from catalog.doses import Technique
from catalog.entries import ContentError
from catalog.guides import Guide, Origin
from catalog.library import OWN_DATA, Library, load
from catalog.sensitivity import Band
from catalog.tools import Firmness, Kind, Surface

TECHNIQUES = list(Technique)

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
    return {passage.key: passage.text for passage in passages.every(library) if passage.prose}


def pressing(library: Library) -> list[Guide]:
    """All guides but the calm-down plan, which presses nothing."""
    return [guide for guide in library.guides.values() if guide.presses]


def article_words(library: Library, guide_id: str) -> str:
    """What a guide says in the article's name: its steps and its variations."""
    guide = library.guides[guide_id]
    parts = (*guide.steps, *guide.variations)
    return " ".join(part.text for part in parts if part.origin is Origin.ARTICLE).lower()


# The library


def test_the_library_loads_with_its_guides_and_regions(library: Library) -> None:
    guides = {f"G{n:02}" for n in range(1, 33)}
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
    for guide in pressing(library):
        order = [TECHNIQUES.index(step.technique) for step in guide.steps]

        assert order == sorted(order), guide.id
        assert {Technique.PLACE, Technique.HOLD, Technique.EASE} <= {
            step.technique for step in guide.steps
        }, guide.id


def test_every_guide_moves_if_and_only_if_it_has_repeats(library: Library) -> None:
    for guide in pressing(library):
        moves = any(step.technique is Technique.MOVE for step in guide.steps)

        assert moves is (guide.doses[Band.LOW].repeats > 0), guide.id


def test_every_guide_builds_up_the_pressure_and_says_how_to_do_less(library: Library) -> None:
    for guide in pressing(library):
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
