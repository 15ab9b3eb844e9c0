"""Clinical cases: what people say leads where a clinician would send them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from catalog import plain_words, scoring
from catalog.case_answers import read
from catalog.cases import CaseError, main, run
from catalog.doses import Technique
from catalog.refinements import Experience
from catalog.tools import Firmness, Kind, Surface, Tool
from tests.catalog.answering import content
from tests.catalog.clinical_cases import CASES, NONE, case

ROOT = Path(__file__).resolve().parents[2]


def ran(example: dict[str, Any]) -> dict[str, Any]:
    return dict(run(example, content()).result)


@pytest.mark.parametrize("example", CASES, ids=lambda example: example["id"])
def test_a_person_gets_what_a_clinician_expects(example: dict[str, Any]) -> None:
    score = run(example, content()).score

    assert score
    assert (score.unsafe, score.too_strong) == ((), ())
    assert score.agrees
    assert not score.over_referred
    assert not score.over_urgent
    assert score.right_band


def test_the_cases_use_every_phrase_of_the_vocabulary_that_we_map() -> None:
    rules = content().rules

    assert set(plain_words.WARNINGS.values()) <= rules.signs.keys()
    assert set(plain_words.HEALTH.values()) <= rules.signs.keys()
    assert set(plain_words.REGIONS.values()) == content().regions.keys()
    assert set(plain_words.OWN_TOOLS.values()) <= content().own_tools.keys()
    assert plain_words.TOPICS.keys() == content().guides.keys()
    assert (len(plain_words.WARNINGS), len(plain_words.HEALTH)) == (30, 32)


@pytest.mark.parametrize("phrase", [*plain_words.WARNINGS, *plain_words.HEALTH])
def test_every_phrase_can_be_answered_and_is_never_lost(phrase: str) -> None:
    warning = phrase in plain_words.WARNINGS
    answers = "warning_answers" if warning else "health_answers"
    sign = plain_words.WARNINGS.get(phrase) or plain_words.HEALTH[phrase]

    given = read(case("one", "calf", NONE, **{answers: [phrase]})["input"], content())
    result = ran(case("one", "calf", NONE, **{answers: [phrase]}))

    assert sign in (given.signs or ())
    assert content().rules.signs[sign].label in result["text"]
    if warning:
        assert result["outcome"] != "advice"


def test_all_that_a_person_reads_is_in_the_text_in_its_order() -> None:
    result = ran(case("E", "between shoulder blade and spine", {}))
    text = result["text"]

    for said in ("5 out of 10 when pressed", "4 out of 10 or less", "2 weeks", "not used there"):
        assert said in text
    assert text.index("may suit you") < text.index("Lean gently") < text.index("Stop if")


def test_a_very_sore_person_is_not_told_to_move_yet() -> None:
    text = ran(case("E", "between shoulder blade and spine", {}, press_soreness_0_10=8))["text"]
    guide = content().guides["G01"]

    assert "no movement yet" in text
    assert not any(s.text in text for s in guide.steps if s.technique is Technique.MOVE)


def test_no_outcome_without_a_tool_shows_one() -> None:
    for example in CASES:
        result = ran(example)
        if result["outcome"] != "advice":
            assert (result["tools"], result["use_own"], result["positions"]) == ([], None, [])
            assert set(result["guides"]) <= {"calm-down plan"}
            assert "£" not in result["text"]
            assert "may suit you" not in result["text"]


@pytest.mark.parametrize(
    ("how_long", "long"),
    [("3 months", False), ("4 months", True), ("a year", True), ("several months", True),
     ("3 weeks", False), ("2 years", True), ("", False), ("a month", False)],
)  # fmt: skip
def test_strong_painkillers_for_over_3_months_count_as_such(how_long: str, long: bool) -> None:
    health = ["takes strong painkillers or sedatives"]
    given = case("E", "calf", {}, how_long=how_long, health_answers=health)["input"]

    assert ("painkillers_long" in (read(given, content()).signs or ())) is long


def test_what_nobody_said_about_warning_signs_clears_nobody() -> None:
    for missing in ("warning_answers", "health_answers"):
        assert ran(case("E", "calf", {}, **{missing: None}))["outcome"] == "referral"


@pytest.mark.parametrize(
    ("said", "means"),
    [("regular user", Experience.REGULAR), ("never used one", Experience.NEVER),
     ("used a few times", Experience.FEW)],
)  # fmt: skip
def test_experience_is_read_as_the_vocabulary_says(said: str, means: Experience) -> None:
    assert plain_words.experience(said) is means


@pytest.mark.parametrize(
    ("tool", "name"),
    [
        (Tool(Kind.BALL, Firmness.FIRM, 45, surface=Surface.SMOOTH), "small firm ball"),
        (Tool(Kind.BALL, Firmness.VERY_FIRM, 63, surface=Surface.SMOOTH), "firm ball"),
        (Tool(Kind.BALL, Firmness.FIRM, 70, surface=Surface.SPIKY), "hard spiky ball"),
        (Tool(Kind.BALL, Firmness.MEDIUM, 70, surface=Surface.SPIKY), "soft spiky ball"),
        (Tool(Kind.ROLLER, Firmness.FIRM, 140, 330, Surface.RIDGED), "ridged roller"),
        (Tool(Kind.ROLLER, Firmness.SOFT, 140, 330, Surface.SMOOTH, True), "vibrating tool"),
    ],
)
def test_a_tool_has_one_plain_name(tool: Tool, name: str) -> None:
    assert plain_words.tool_name(tool) == name


# Scoring


def result(**changes: Any) -> dict[str, Any]:
    plain = {
        "id": "x",
        "outcome": "advice",
        "urgent_level": None,
        "refer": False,
        "band": "low",
        "tools": [{"tool": "soft ball", "sku": "S", "top": True}],
        "use_own": None,
        "guides": ["calf seated"],
        "positions": [],
        "max_discomfort_0_10": 4,
        "text": "",
    }
    return {**plain, **changes}  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "came"),
    [
        ({"urgent": True, "urgent_level": "go to A&E now"},
         result(urgent_level="same day (111 or urgent GP)", tools=[])),
        ({"urgent": True, "urgent_level": "same day (111 or urgent GP)"}, result(tools=[])),
        ({"tools_allowed": "none"}, result()),
        ({"tools_allowed": "none"}, result(tools=[])),
        ({"tools_allowed": "none"}, result(tools=[], guides=[], use_own="soft ball")),
        ({"tools_allowed": "caution", "unacceptable_tools": ["any tool"]}, result()),
        ({"tools_allowed": "caution", "unacceptable_guide_topics": ["calf seated"]}, result()),
        ({"tools_allowed": "caution", "positions_not_allowed": ["floor"]},
         result(positions=["floor"])),
        ({"tools_allowed": "caution", "max_discomfort_0_10": 3}, result()),
        ({"must_refer": True}, result()),
    ],
)  # fmt: skip
def test_each_unsafe_result_is_seen(expected: dict[str, Any], came: dict[str, Any]) -> None:
    assert scoring.score(came, expected).unsafe


def test_what_a_clinician_accepts_wins_over_a_wildcard() -> None:
    expected = {"tools_allowed": "caution", "unacceptable_tools": ["any firm tool"],
                "acceptable_tools": ["firm ball"]}  # fmt: skip
    firm = [{"tool": "firm ball", "sku": "F", "top": True}]
    small = [{"tool": "small firm ball", "sku": "F", "top": True}]

    assert not scoring.score(result(tools=firm), expected).unsafe
    assert scoring.score(result(tools=small), expected).unsafe


def test_where_a_tool_is_allowed_freely_one_more_out_of_ten_is_let_pass() -> None:
    expected = {"tools_allowed": "yes", "max_discomfort_0_10": 3}

    assert not scoring.score(result(), expected).too_strong
    assert scoring.score(result(max_discomfort_0_10=5), expected).too_strong


def test_the_tool_one_has_counts_as_agreement() -> None:
    expected = {"tools_allowed": "yes", "acceptable_tools": ["medium roller"],
                "acceptable_guide_topics": ["calf seated"]}  # fmt: skip

    assert not scoring.score(result(), expected).agrees
    assert scoring.score(result(use_own="medium roller"), expected).agrees


# The command


def written(folder: Path, *cases: object) -> Path:
    path = folder / "cases.json"
    path.write_text(json.dumps({"cases": list(cases)}), encoding="utf-8")
    return path


def test_only_case_objects_go_to_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(written(tmp_path, *CASES)), "--json"]) == 0
    told = capsys.readouterr()

    objects = [json.loads(line) for line in told.out.splitlines()]
    assert [each["id"] for each in objects] == [example["id"] for example in CASES]
    assert set(objects[0]) == set(result())
    assert f"{len(CASES)} cases: 0 unsafe, 0 too strong" in told.err


def test_an_unsafe_result_ends_with_1_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {**case("wrong", "calf", {}), "expected": NONE}

    assert main([str(written(tmp_path, wrong))]) == 1
    assert "UNSAFE" in capsys.readouterr().out


def test_a_case_that_expects_nothing_is_run_and_not_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(written(tmp_path, case("open", "calf", {})))]) == 0
    told = capsys.readouterr()

    assert "not scored" in told.out
    assert "1 not scored." in told.err


@pytest.mark.parametrize("content_", ["", "{", "[]", '{"cases": 5}', '{"cases": [{"id": 1}]}'])
def test_a_file_that_cannot_be_read_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content_: str
) -> None:
    path = tmp_path / "cases.json"
    path.write_text(content_, encoding="utf-8")

    assert main([str(path)]) == 2
    assert main([str(tmp_path / "none.json")]) == 2
    assert "cases.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        {"feels_pain_in": ["left ear"]},
        {"feels_pain_in": "calf"},
        {"warning_answers": ["a strange feeling"]},
        {"press_soreness_0_10": 11},
        {"pain_0_10": True},
        {"settles_after": "soon"},
        {"already_owns": ["an anvil"]},
        {"budget_gbp": -1},
        {"age": "old"},
        {"experience": 5},
    ],
)
def test_a_phrase_we_have_no_word_for_is_refused_and_the_case_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(CaseError, match="one case"):
        run(case("one case", "calf", {}, **wrong), content())


def test_the_command_runs_as_the_contract_says(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "catalog.cases", str(written(tmp_path, CASES[0]))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert done.stdout.startswith("desk worker, top of shoulder: advice")
