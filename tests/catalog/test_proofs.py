"""The proofs of the content: our own passes, and what is broken is found and named."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from catalog import allowed, library, passages, proofs
from catalog.allowed import Allowed
from catalog.answers import Answers
from catalog.entries import ContentError
from catalog.library import Library
from catalog.outcomes import Advice, Referral, Urgent
from catalog.problem import Problem
from catalog.proofs import PROOFS
from catalog.recommend import recommend
from catalog.safety import Level
from catalog.tools import Firmness
from tests.catalog.answering import content
from tests.catalog.folders import folder, guide

SIGN = """
[sign.{id}]
label = "A made-up sign"
source = "Clinic default, for the reviewing clinician"
confidence = "clinic default"
"""
ASK = 'level = "refer"\naction = "Ask your GP."'
TOPIC = '[topic.ninth]\nlabel = "One more"\nsigns = ["heart", "lungs"]\n'
LONG = "It is " + "a very " * 13 + "long sentence."


@pytest.fixture
def with_folder(tmp_path: Path) -> Callable[..., Library]:
    """Our own content with a clinic's folder on top."""

    def load(**files: str) -> Library:
        return library.load(folder(tmp_path, **files))

    return load


def found(proof: str, on: Library) -> list[str]:
    return [str(problem) for problem in PROOFS[proof](on)]


@pytest.mark.parametrize("proof", PROOFS)
def test_our_own_content_passes(proof: str) -> None:
    assert found(proof, content()) == []


def test_a_check_runs_every_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    trouble = {name: Problem(name, "it is broken.") for name in PROOFS}
    failing = {name: lambda _, name=name: [trouble[name]] for name in PROOFS}
    monkeypatch.setattr(proofs, "PROOFS", failing)

    assert proofs.check(content()) == list(trouble.values())


# Words


def test_a_claim_a_long_sentence_and_hard_words_are_each_named(
    with_folder: Callable[..., Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passages, "results", lambda *_: ())  # the content alone, which is quick
    broken = with_folder(
        own=f'[stop_rule.bruise]\ntext = "This cures it. {LONG}"\n'
        '[sign.lump]\nlabel = "An unspecified dermatological abnormality"\n'
        f'source = "x"\nconfidence = "seen"\n{ASK}\n'
    )

    said = "\n".join(found("words", broken))

    assert "stop_rules: 5: it claims what we may not claim, “cures”." in said
    assert "stop_rules: 5: a sentence of 30 words, and 25 are the most: “It is" in said
    assert "signs lump: it reads at grade " in said


# Dead ends


def test_a_place_that_no_exercise_is_for_is_named_cell_by_cell(
    with_folder: Callable[..., Library],
) -> None:
    heel = '[region.heel]\nlabel = "At your heel"\ngroup = "Leg"\nmuscles = ["soleus"]\n'

    said = found("dead ends", with_folder(own=f'{heel}ceiling = "soft"\n'))

    assert "heel, low, wall: a dead end, “no-guide” answers nobody there." in said
    assert len(said) == 4 * 8  # every soreness, every set of positions


def test_an_exercise_that_nothing_leads_to_is_named(with_folder: Callable[..., Library]) -> None:
    said = found("dead ends", with_folder(guides_Z01=guide(bands='["very high"]')))

    assert said == ["guides/Z01.toml: no place, soreness and position leads to it."]


# Warning signs


def deaf(answers: Answers, *rest: object) -> Advice | Referral | Urgent:
    """A finder that hears no safety answer."""
    heard = replace(answers, safety=frozenset(), signs=None)
    return recommend(heard, *rest)  # type: ignore[arg-type]


def slow(answers: Answers, *rest: object) -> Advice | Referral | Urgent:
    """A finder that sends everybody to somebody, and nobody at once."""
    told = recommend(answers, *rest)  # type: ignore[arg-type]
    return Referral(told.reasons, told.version) if isinstance(told, Urgent) else told


def test_a_sign_or_topic_that_leads_to_a_tool_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "recommend", deaf)

    said = found("warning signs", content())

    rules = content().rules
    levelled = [sign.id for sign in rules.signs.values() if sign.level]
    clears_nobody = [t.id for t in rules.topics.values() if t.level or t.asks_which]
    assert [line.partition(":")[0] for line in said] == [
        *(f"topic {id_}" for id_ in clears_nobody), *(f"sign {id_}" for id_ in levelled)
    ]  # fmt: skip
    assert "sign heart: it is not what counts for skull_base, low, no position." in said
    assert "sign lump: it is not what counts for skull_base, low, wall." in said


def test_a_sign_that_is_not_urgent_enough_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "recommend", slow)

    said = found("warning signs", content())

    urgent = [s.id for s in content().rules.signs.values() if s.level and s.level.urgent]
    assert [line.split()[1].rstrip(":") for line in said if line.startswith("sign")] == urgent


def test_a_lower_level_than_the_sign_has_is_not_enough() -> None:
    told = recommend(
        replace(proofs.person("calf", proofs.Band.LOW, frozenset()), signs=frozenset({"fever"})),
        (), content(),
    )  # fmt: skip

    assert proofs._soon_enough(told, Level.SAME_DAY)
    assert not proofs._soon_enough(told, Level.A_AND_E)


def test_a_sign_that_nobody_can_tick_is_named(with_folder: Callable[..., Library]) -> None:
    said = found("first screen", with_folder(own=SIGN.format(id="lost") + ASK))

    assert said == ["sign lost: no topic offers it, so nobody can tick it."]


def test_a_first_screen_that_asks_everyone_too_much_is_named(
    with_folder: Callable[..., Library],
) -> None:
    said = found("first screen", with_folder(own=TOPIC))

    assert said == ["topics: 9 are asked of everyone, and 8 are the most."]


def test_a_topic_that_is_not_followed_up_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "which", lambda *_: ())

    said = found("first screen", content())

    assert "topic condition: who ticks it is not asked which sign it is." in said


# Never pressed


def test_an_exercise_where_nothing_is_pressed_stops_the_load(
    with_folder: Callable[..., Library],
) -> None:
    with pytest.raises(ContentError, match=r"guides/G02.toml: it presses on 'chest'"):
        with_folder(
            own='[region.chest]\nlabel = "Chest"\ngroup = "Front"\nceiling = "soft"\n'
            "never_press = true\n"
        )


def test_an_exercise_and_an_answer_that_press_there_are_named() -> None:
    chest = replace(content().regions["chest"], never_press=True)
    broken = replace(content(), regions={**content().regions, "chest": chest})

    assert found("never pressed", broken) == ["guides/G02.toml: it presses on 'chest'."]


def test_a_tool_where_nothing_is_pressed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(answers: Answers, *rest: object) -> Advice | Referral | Urgent:
        moved = replace(answers, regions=("calf",), spots={"calf": frozenset({"calf"})})
        return recommend(moved, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(proofs, "recommend", careless)

    said = found("never pressed", content())

    assert "throat, low, chair: a tool comes out where nothing is ever pressed." in said


def test_a_condition_that_moves_the_tool_there_is_named(
    with_folder: Callable[..., Library],
) -> None:
    moves = '[[sign.lost.limit]]\nsay = "x"\nremoves = ["calf"]\ninstead = "throat"\n'

    said = found("never pressed", with_folder(own=SIGN.format(id="lost") + moves))

    assert said == ["sign lost: it puts 'throat' in another's place."]


# Ceilings


@pytest.mark.parametrize(
    ("band", "line", "says"),
    [
        ("moderate", 'ceiling = "firm"', "firmness than low"),
        ("moderate", 'regular_ceiling = "very firm"', "firmness for regular users than low"),
        ("moderate", "pressure_limit = 9", "pressure than low"),
        ("high", "regular_pressure_limit = 12", "pressure for regular users than moderate"),
        ("moderate", "discomfort_limit = 7", "discomfort than low"),
        ("very_high", "hold_limit_seconds = 120", "time than high"),
        ("very_high", 'positions = ["chair", "floor"]', "positions than high"),
        ("high", 'techniques = ["hold", "roll"]', "techniques than moderate"),
    ],
)
def test_a_band_that_allows_more_than_a_calmer_one_is_named(
    with_folder: Callable[..., Library], band: str, line: str, says: str
) -> None:
    own = (library.OWN_DATA / "doses.toml").read_text().partition(f"[band.{band}]\n")[2]
    key = line.partition(" = ")[0]
    kept = [each for each in own.split("\n\n")[0].splitlines() if not each.startswith(f"{key} =")]

    said = found("ceilings", with_folder(own="\n".join([f"[band.{band}]", *kept, line])))

    assert f"band {band.replace('_', ' ')}: it allows more {says}." in said


def test_a_condition_that_allows_more_than_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = allowed.allow

    def generous(*given: object) -> Allowed:
        limits = strict(*given)  # type: ignore[arg-type]
        return replace(limits, ceiling=Firmness.VERY_FIRM) if limits.held else limits

    monkeypatch.setattr(allowed, "allow", generous)

    said = found("ceilings", content())

    assert "sign aspirin: it allows more firmness for skull_base, low, chair or floor or wall." in (
        said
    )


def test_a_condition_that_loosens_as_it_gets_sorer_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strict = allowed.allow

    def turned(*given: object) -> Allowed:
        """With a condition, nothing in the low band and what the band allows above it."""
        limits = strict(*given)  # type: ignore[arg-type]
        gentlest = limits.held and limits.band is proofs.Band.LOW
        return replace(limits, discomfort_limit=0) if gentlest else limits

    monkeypatch.setattr(allowed, "allow", turned)

    said = found("ceilings", content())

    assert any(line.startswith("sign aspirin: it allows more discomfort for") for line in said)


# The calm-down plan


def test_two_guides_that_press_nothing_are_named(with_folder: Callable[..., Library]) -> None:
    said = found("calm-down plan", with_folder(guides_Z32=guide("G32")))

    assert said == ["guides: one guide has no kinds, the calm-down plan; these are G32, Z32."]


# References


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (
            {"own": '[region.heel]\nlabel = "Heel"\ngroup = "Leg"\nceiling = "soft"\n'
                    'felt_from = ["toe"]\n'},
            "region 'heel': 'felt_from' names 'toe'",
        ),
        (
            {"own": SIGN.format(id="lost")
                    + '[[sign.lost.limit]]\nsay = "x"\nwithout_guides = ["G99"]\n'},
            "sign 'lost': 'without_guides' names 'G99'",
        ),
        ({"guides_Z01": guide(review_by='"soon"')}, r"guides/Z01.toml: 'review_by' is a day"),
        ({"guides_Z01": guide(regions='["heel"]')}, r"guides/Z01.toml: 'regions' names the region"),
        ({"guides_Z01": guide(slug='"calm-down-plan"')}, r"guides/Z01.toml: G32 has the slug"),
    ],
)  # fmt: skip
def test_a_reference_to_what_is_not_there_stops_the_load(
    with_folder: Callable[..., Library], files: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ContentError, match=sentence):
        with_folder(**files)
