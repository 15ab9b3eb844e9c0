"""`flask shop content check FOLDER`: what is wrong is named and refused, the rest has a version."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import make_url

from catalog import library, passages, proofs
from tests.catalog.folders import folder, guide
from tests.conftest import make_app
from tests.shop.test_cli import flask, from_a_shell

STOP = '[stop_rule.own]\ntext = "Stop if you feel sick."\n'
WRONG_IN_EVERY_WAY = """
[stop_rule.own]
text = "It cures. It is very LONG."
[region.heel]
label = "At your heel"
group = "Leg"
muscles = ["soleus"]
ceiling = "soft"
[sign.lost]
label = "An unspecified dermatological abnormality"
source = "Clinic default"
confidence = "clinic default"
[[sign.lost.limit]]
say = "Not there."
removes = ["calf"]
instead = "throat"
[topic.ninth]
label = "One more"
signs = ["heart", "lungs"]
[band.high]
band = "high"
ceiling = "firm"
pressure_limit = 4
positions = ["wall", "chair"]
techniques = ["place", "hold", "ease"]
hold = "lightly, for 20 to 30 seconds, 2 or 3 times"
hold_limit_seconds = 30
times_a_day = "once a day, or every other day"
discomfort_limit = 3
""".replace("very LONG", "very " * 23 + "long")


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """A site whose database is never made."""
    return make_app(make_url(f"sqlite:///{tmp_path / 'nowhere.sqlite'}"))


@pytest.fixture
def one_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dead ends alone are looked for, where a test is about the command and not the proofs."""
    monkeypatch.setattr(proofs, "PROOFS", {"dead ends": proofs.dead_ends})


def check(app: Flask, path: Path) -> Result:
    return flask(app, "content", "check", str(path))


def test_a_good_folder_ends_with_nought_and_the_version_a_restart_will_show(
    tmp_path: Path,
) -> None:
    own = folder(tmp_path / "own", own=STOP)

    ran = from_a_shell("content", "check", str(own))

    restarted = make_app(
        make_url(f"sqlite:///{tmp_path / 'nowhere.sqlite'}"), SHOP_CONTENT_FOLDERS=str(own)
    )
    shown = restarted.test_client().get("/readyz").json
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("Fit to publish: 32 guides, 23 places, ")
    assert ran.stdout.endswith(f"Content version {shown['content']}\n")
    assert shown["content"] != library.load().version


def test_it_makes_no_database(app: Flask, tmp_path: Path, one_proof: None) -> None:
    assert check(app, folder(tmp_path / "own", own=STOP)).exit_code == 0
    assert not (tmp_path / "nowhere.sqlite").exists()


def test_a_folder_that_is_published_already_counts_once(tmp_path: Path, one_proof: None) -> None:
    own = folder(tmp_path / "own", own=STOP)
    app = make_app(make_url("sqlite:///nowhere.sqlite"), SHOP_CONTENT_FOLDERS=str(own))

    said = check(app, tmp_path / "own" / ".." / "own").stdout

    assert said.endswith(f"Content version {library.load(own).version}\n")


def test_it_stands_on_the_folders_that_are_published(tmp_path: Path, one_proof: None) -> None:
    published = folder(tmp_path / "published", own='[muscle]\nheel = { name = "Heel" }\n')
    region = '[region.heel]\nlabel = "Heel"\ngroup = "Leg"\nceiling = "soft"\nmuscles = ["heel"]\n'
    own = folder(tmp_path / "own", own=region)
    alone = make_app(make_url("sqlite:///nowhere.sqlite"))
    beside = make_app(make_url("sqlite:///nowhere.sqlite"), SHOP_CONTENT_FOLDERS=str(published))

    assert "'muscles' names the muscle 'heel', and there is none." in check(alone, own).stdout
    assert "heel, low, wall: a dead end" in check(beside, own).stdout


def test_everything_that_is_wrong_has_a_line_of_its_own(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passages, "results", lambda *_: ())  # the content alone, which is quick
    guides = {"guides_Z01": guide(bands='["very high"]'), "guides_Z32": guide("G32", slug='"calm"')}

    result = check(app, folder(tmp_path / "own", own=WRONG_IN_EVERY_WAY, **guides))

    lines = result.stdout.splitlines()
    for said in (
        "stop_rules: 7: it claims what we may not claim, “cures”.",
        "stop_rules: 7: a sentence of 26 words, and 25 are the most: “It is very very",
        "signs lost: it reads at grade ",
        "heel, low, wall: a dead end, “no-guide” answers nobody there.",
        "guides/Z01.toml: no place, soreness and position leads to it.",
        "sign lost: no topic offers it, so nobody can tick it.",
        "topics: 9 are asked of everyone, and 8 are the most.",
        "sign lost: it puts 'throat' in another's place.",
        "band high: it allows more firmness than moderate.",
        "guides: one guide has no kinds, the calm-down plan; these are G32, Z32.",
    ):
        assert any(line.startswith(said) for line in lines), said
    assert result.exit_code == 1
    assert result.stderr == f"Not fit to publish. Problems: {len(lines)}.\n"


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"own": "[stop_rule"}, "own.toml: this is not TOML ("),
        ({"own": "[story.one]\n"}, "own.toml: there is no kind of entry called 'story'."),
        ({"own": STOP + 'txt = "x"\n'}, "own.toml, stop_rule 'own': nothing here is called 'txt'."),
        ({"guides_Z01": guide(regions='["heel"]')}, "guides/Z01.toml: 'regions' names the region"),
        ({"guides_Z01": guide(regions='["throat"]')}, "guides/Z01.toml: it presses on 'throat'"),
        ({"guides_Z01": guide(review_by='"soon"')}, "guides/Z01.toml: 'review_by' is a day"),
        ({"guides_G32": guide(kinds='["ball"]')}, "No guide is the calm-down plan"),
    ],
)
def test_what_cannot_be_loaded_is_one_line_that_names_its_file(
    app: Flask, tmp_path: Path, files: dict[str, str], line: str
) -> None:
    result = check(app, folder(tmp_path / "own", **files))

    assert result.exit_code == 1
    assert result.stdout.startswith(line)
    assert len(result.stdout.splitlines()) == 1


def test_a_file_that_is_no_text_or_no_file_is_named_too(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "binary").mkdir()
    (tmp_path / "binary" / "own.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "nested" / "own.toml").mkdir(parents=True)

    binary, nested = check(app, tmp_path / "binary"), check(app, tmp_path / "nested")

    assert binary.stdout.startswith("own.toml: this is not TOML (")
    assert nested.stdout == "own.toml: this file can't be read (Is a directory).\n"
    assert (binary.exit_code, nested.exit_code) == (1, 1)


def test_a_warning_sign_that_leads_to_a_tool_is_refused(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsafe = [proofs.Problem("sign heart", "it is not what counts for calf, low, wall.")]
    monkeypatch.setattr(proofs, "PROOFS", {"warning signs": lambda _: unsafe})

    result = check(app, folder(tmp_path / "own", own=STOP))

    assert result.exit_code == 1
    assert result.stdout == "sign heart: it is not what counts for calf, low, wall.\n"


@pytest.mark.parametrize("arguments", [["check"], ["check", "/nowhere"], ["check", __file__], []])
def test_wrong_usage_ends_with_two(app: Flask, arguments: list[str]) -> None:
    result = flask(app, "content", *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage:" in result.stderr


def test_a_folder_without_any_content_is_wrong_usage(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dear Anna")

    result = check(app, tmp_path)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "has no content" in result.stderr


def test_a_published_folder_that_is_broken_is_a_setting_that_cannot_be_right(
    tmp_path: Path,
) -> None:
    broken = folder(tmp_path / "broken", own="[stop_rule")

    ran = from_a_shell("content", "check", str(broken), SHOP_CONTENT_FOLDERS=str(broken))

    assert (ran.returncode, ran.stdout) == (2, "")
    assert "own.toml: this is not TOML" in ran.stderr
