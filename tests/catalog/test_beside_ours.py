"""A clinic's folder may be more careful than our own content, and never less."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import library
from catalog.beside_ours import less_careful
from tests.catalog.answering import content
from tests.catalog.folders import folder, guide

Said = Callable[..., list[str]]


@pytest.fixture
def said(tmp_path: Path) -> Said:
    """What is less careful in our content with these entries of a clinic on top of it."""

    def of(**files: str) -> list[str]:
        return [str(problem) for problem in less_careful(library.load(folder(tmp_path, **files)))]

    return of


def entry(table: str, id_: str, *changes: tuple[str, str], file: str) -> str:
    """One of our own entries, with some of its words replaced."""
    text = (library.OWN_DATA / f"{file}.toml").read_text(encoding="utf-8")
    own = text.partition(f"[{table}.{id_}]\n")[2].split(f"\n[{table}.")[0]
    for before, after in changes:
        assert own.count(before) == 1, (id_, before)
        own = own.replace(before, after)
    return f"[{table}.{id_}]\n{own}"


def test_our_own_content_is_as_careful_as_itself() -> None:
    assert list(less_careful(content())) == []


def test_the_same_entry_again_and_a_stricter_one_are_welcome(said: Said) -> None:
    assert said(own=entry("sign", "thinners", file="conditions")) == []
    stricter = entry("sign", "aspirin", ("softer = 1", 'level = "refer"'), file="conditions")
    assert said(own=stricter) == []


def test_a_sign_that_was_made_less_urgent_is_named(said: Said) -> None:
    calmer = entry("sign", "pregnancy_signs", ('level = "team"', 'level = "refer"'), file="signs")

    assert (
        "sign pregnancy_signs: it is less urgent than in our content: "
        "“Ask your physiotherapist or GP before you use a ball or roller”." in said(own=calmer)
    )


def test_a_sign_that_no_longer_stops_is_named(said: Said) -> None:
    text = entry("sign", "pregnancy_signs", file="signs").splitlines()
    kept = [line for line in text if not line.startswith(("level", "action"))]
    note = '[[sign.pregnancy_signs.limit]]\nsay = "Go gently."\n'

    assert (
        "sign pregnancy_signs: it is less urgent than in our content: it sends nobody to a person."
        in (said(own="\n".join([*kept, note])))
    )


def test_signs_that_mean_less_together_are_named(said: Said) -> None:
    text = (library.OWN_DATA / "signs.toml").read_text(encoding="utf-8")
    name = text.partition("[together.")[2].partition("]")[0]
    lost = entry("together", name, file="signs").splitlines()
    means = next(line for line in lost if line.startswith("means"))
    weaker = "\n".join(lost).replace(means, 'means = "lump"')

    assert any("together they are less urgent" in line for line in said(own=weaker))


def test_a_sign_that_a_topic_no_longer_offers_is_named(said: Said) -> None:
    topics = content().rules.topics.values()
    topic = next(t for t in topics if len(t.signs) > 2 and not t.level and not t.regions)
    last = topic.signs[-1].id
    text = entry("topic", topic.id, file="topics")
    fewer = text.replace(f', "{last}"', "").replace(f'\n  "{last}",', "")
    assert fewer != text

    assert any(
        line.startswith(f"sign {last}: nobody is asked about it any more for")
        for line in said(own=fewer)
    )


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"own": entry("region", "chest", ("medium", "firm"), file="body")},
         "region chest: it allows more firmness than our content."),
        ({"own": entry("region", "throat", ("never_press = true\n", ""), file="body")},
         "region throat: it allows more pressing than our content."),
        ({"own": entry("band", "moderate", ("pressure_limit = 6", "pressure_limit = 7"),
                       file="doses").split("\n\n")[0]},
         "band moderate: it allows more pressure than our content."),
        ({"guides_G04": guide("G04", slug='"corner-of-neck-and-shoulder"', ceiling='"firm"')},
         "guides/G04.toml: it allows more firmness than our content."),
        ({"guides_G04": guide("G04", slug='"corner-of-neck-and-shoulder"',
                              positions='["chair", "wall", "floor"]', bands='["low"]')},
         "guides/G04.toml: it allows more positions or soreness than our content."),
    ],
)  # fmt: skip
def test_what_allows_more_is_named(said: Said, files: dict[str, str], line: str) -> None:
    assert line in said(**files)


def test_a_condition_that_limits_less_is_named_with_the_first_person(said: Said) -> None:
    firmer = entry("sign", "pressure_treated", ('ceiling = "soft"', 'ceiling = "firm"'),
                   file="conditions")  # fmt: skip

    [line] = said(own=firmer)
    assert line.startswith("sign pressure_treated: it allows more firmness than our content for ")


@pytest.mark.parametrize(
    ("sign", "line", "says"),
    [("diabetes", "smooth = true", "rough tools"),
     ("hypermobility", 'without_guides = ["G11"]', "exercises"),
     ("fragile_skin", 'without = ["roll"]', "techniques")],
)  # fmt: skip
def test_whatever_a_condition_does_not_limit_any_more_is_named(
    said: Said, sign: str, line: str, says: str
) -> None:
    less = entry("sign", sign, (f"{line}\n", ""), file="conditions")

    assert f"sign {sign}: it allows more {says} than our content for " in "".join(said(own=less))


def test_a_condition_that_stops_later_is_named(said: Said) -> None:
    later = entry("sign", "thinners", ('from_band = "moderate"', 'from_band = "very high"'),
                  file="conditions")  # fmt: skip

    [line] = said(own=later)
    assert line.startswith("sign thinners: it lets a tool be used sooner than our content for ")


def test_a_condition_that_asks_nobody_first_is_named(said: Said) -> None:
    alone = entry("sign", "thinners", ('ask = "first"\n', ""), file="conditions")

    [line] = said(own=alone)
    assert line.startswith("sign thinners: it sends fewer people to somebody first than our ")
