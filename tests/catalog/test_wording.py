"""Our copy makes no claim it may not make, in words that most people can read."""

import ast
import inspect
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from catalog import (
    answers,
    because,
    exclusions,
    fitting,
    passages,
    reasons,
    refinements,
    safety,
    wording,
)
from catalog.answers import Position, Press
from catalog.library import Library, load
from catalog.passages import Passage
from catalog.refinements import Settling
from catalog.safety import Level
from catalog.wording import ALLOWED, NEEDED

HIGHEST_GRADE = 6
# No guide of ours takes so much weight that this is the limit; a clinic's own guide could.
ONLY_A_CLINICS = {"too-much-pressure"}
MAKERS = {"Reason", "_because", "_of"}  # what makes a reason; its first argument is the code
CLAIM = "This is guaranteed."
TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "shop"
OURS = ("staff", "office")  # folders of screens that no visitor sees

# Templates that say what this is not, each with the one word it may have for that.
NOT_A_DIAGNOSIS = {"front/home.html": "diagnos", "front/find_regions.html": "diagnos"}

# Every kind of passage of the content files, so that none is forgotten.
FIELDS = {
    "regions": ("label", "group", "keep_off"),
    "topics": ("label", "hint", "action"),
    "signs": ("label", "hint", "action", "limits say"),
    "own_tools": ("name",),
    "bands": ("hold", "times_a_day"),
    "stop_rules": ("",),
    "guides": (
        *("title", "lead", "steps text", "cautions", "refers_to", "gentler", "firmer"),
        *("variations name", "variations text", "review author", "sources text", "muscles name"),
        *("figure title", "figure frames caption", "figure frames shows"),
    ),
    "demo_range": ("name", "brand", "summary", "made_of", "cleaning"),
    "cards": ("title", "when", "text"),
    "lessons": ("title", "paragraphs", "points", "findings text"),
}
KINDS = [f"{table} {part}".strip() for table, parts in FIELDS.items() for part in parts]


@cache
def content() -> Library:
    return load()


@cache
def told() -> tuple[Passage, ...]:
    return tuple(passages.every(content()))


def kind(passage: Passage) -> str:
    """A key without names and numbers: "guides steps text"."""
    part = re.sub(r"\b\d+\b", "", passage.key.partition(": ")[2])
    return " ".join([passage.key.split()[0].rstrip(":"), *part.split()])


def sown(value: Any, old: str, new: str) -> Any:
    """The same content, with one text in the place of another."""
    if isinstance(value, str):
        return new if value == old and not isinstance(value, Enum) else value
    if isinstance(value, tuple):
        return tuple(sown(item, old, new) for item in value)
    if isinstance(value, Mapping):
        return {key: sown(item, old, new) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{f.name: sown(getattr(value, f.name), old, new) for f in fields(value)}
        )
    return value


def visible(source: str) -> str:
    """Roughly what a template shows: its own text, its labels, and what it hands to a macro."""
    source = re.sub(r"\{#.*?#\}", " ", source, flags=re.DOTALL)
    source = re.sub(r"\{[{%].*?[%}]\}", lambda code: _quoted(code[0]), source, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", lambda tag: _quoted(tag[0]), source)


def _quoted(code: str) -> str:
    found = re.findall(r'"([^"]*)"|\'([^\']*)\'', code)
    return " ".join(text for pair in found for text in pair if " " in text) or " "


# Claims


def test_the_content_makes_no_banned_claim() -> None:
    assert not wording.claims(told())


@pytest.mark.parametrize("allowance", ALLOWED, ids=" – ".join)
def test_every_allowance_is_needed_and_has_a_reason(allowance: tuple[str, str]) -> None:
    key, phrase = allowance

    found = wording.claims(told(), ALLOWED.keys() - {allowance})

    assert {(claim.key, claim.found.lower()) for claim in found} == {(key, phrase)}
    assert ALLOWED[allowance]


def test_a_mechanism_is_allowed_only_where_the_article_is_quoted_beside_the_evidence() -> None:
    lessons = {key.partition(":")[0].split()[1] for key, _ in ALLOWED if key.startswith("lessons")}

    assert all(content().lessons[id_].attributed for id_ in lessons)
    assert all(content().lessons[id_].beside for id_ in lessons)


def test_every_kind_of_passage_is_checked() -> None:
    assert set(KINDS) <= {kind(passage) for passage in told()}


@pytest.mark.parametrize("field", KINDS)
def test_a_claim_in_any_field_of_the_content_is_found(field: str) -> None:
    here = next(passage for passage in told() if kind(passage) == field)

    found = wording.claims(passages.written(sown(content(), here.text, CLAIM)))

    assert here.key in {claim.key for claim in found}


@pytest.mark.parametrize(
    ("module", "table", "key", "where"),
    [
        (answers, "_PRESS_LABELS", Press.QUITE, "answers press: quite-sore"),
        (answers, "_POSITION_LABELS", Position.WALL, "answers positions: wall"),
        (safety, "_HEADINGS", Level.REFER, "levels: refer"),
        (reasons, "_ABLE", Position.WALL, "reason position-wall"),
        (because, "_FELT", Press.QUITE, "reason firmness-soft"),
        (refinements, "_SETTLING", Settling.LONGER, "answers settling: longer"),
    ],
)
def test_a_claim_in_an_answer_or_a_result_is_found(
    monkeypatch: pytest.MonkeyPatch, module: Any, table: str, key: Any, where: str
) -> None:
    claim = (CLAIM, 7) if table == "_SETTLING" else CLAIM
    monkeypatch.setitem(getattr(module, table), key, claim)

    found = wording.claims(passages.results(content(), ["blade_spine"]))

    assert any(claim.key.startswith(where) for claim in found)


def codes(module: ModuleType) -> set[str]:
    """How the code of each reason that a module makes begins: "kind-" for f"kind-{kind}"."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(module)))
             if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS]  # fmt: skip
    first = [call.args[0] for call in calls if call.args]
    parts = [code.values[0] if isinstance(code, ast.JoinedStr) else code for code in first]
    return {part.value for part in parts if isinstance(part, ast.Constant)}


@pytest.mark.parametrize("module", [reasons, exclusions, fitting], ids=lambda each: each.__name__)
def test_every_reason_that_a_result_can_give_is_checked(module: ModuleType) -> None:
    checked = {passage.group.removeprefix("reason ") for passage in told()}
    forgotten = {
        start for start in codes(module) if not any(code.startswith(start) for code in checked)
    }

    assert codes(module)
    assert forgotten <= ONLY_A_CLINICS


@pytest.mark.parametrize(
    "claim",
    [
        *("cures", "Heals in days", "it will heal", "treats", "treatment for", "diagnose"),
        *("Clinically proven", "medical-grade", "medical grade", "guarantees", "pain-free"),
        *("pain free", "eliminates", "toxins", "endorphins", "BLOOD FLOW", "circulation"),
        *("breaks down scar tissue", "breaking up knots", "break up adhesions", "sciatica"),
        *("migraines", "arthritis", "fibromyalgia", "plantar fasciitis", "tendonitis", "anxiety"),
        *("depression", "releases trigger points", "removes irritants", "lasting pain relief"),
        "doctor recommended",
    ],
)
def test_a_banned_phrase_is_found_in_any_case(claim: str) -> None:
    assert wording.claims([Passage("demo_range BALL: summary", f"A ball. {claim.strip()}.")])


@pytest.mark.parametrize(
    "text",
    [
        "Continue to secure payment",
        "For self-massage of the upper back.",
        "Lean gently until it feels less sore, up to 60 seconds.",
        "Soft. A gentler start if the area is very sore.",
        "A broken bone that has not healed",
        "Cureus 2023;15:e33394",
    ],
)
def test_plain_copy_is_no_claim(text: str) -> None:
    assert not wording.claims([Passage("a passage", text)])


# Templates


def test_no_template_that_visitors_see_makes_a_claim() -> None:
    claims = {
        (name, claim.found.lower())
        for path in TEMPLATES.rglob("*.*")
        if not (name := path.relative_to(TEMPLATES).as_posix()).startswith(OURS)
        for claim in wording.claims([Passage(name, visible(path.read_text(encoding="utf-8")))])
    }

    assert claims == set(NOT_A_DIAGNOSIS.items())


@pytest.mark.parametrize(
    "source",
    [
        "<p>It is {# why #} guaranteed</p>",
        '<p aria-label="It is guaranteed">{{ name }}</p>',
        '{{ question(form.press, "It is guaranteed") }}',
        '{% set words = "It is guaranteed" %}',
    ],
)
def test_what_a_template_says_is_seen(source: str) -> None:
    assert "guaranteed" in visible(source)


def test_what_a_template_only_does_is_not_seen() -> None:
    source = '{# cure #}{% if cure %}<p class="cure">{{ cure }}</p>{% endif %}'

    assert "cure" not in visible(source)


# How hard it is to read


def test_no_sentence_is_longer_than_25_words() -> None:
    assert not wording.long_sentences(told())


def test_every_guide_region_question_and_reason_reads_at_grade_6_or_below() -> None:
    grades = wording.grades(told())
    too_hard = {group: round(g, 1) for group, g in grades.items() if g > HIGHEST_GRADE}

    worst = wording.hardest(passage for passage in told() if passage.group in too_hard)

    assert not too_hard, "\n".join(f"{g} {line.key}: {line.found}" for g, line in worst)


def test_every_guide_and_region_does_so_without_any_word_let_off() -> None:
    grades = wording.grades(told(), needed=())

    assert [g for g in grades if g.startswith(("guides", "regions")) and grades[g] > 6] == []


@pytest.mark.parametrize("word", sorted(NEEDED))
def test_a_word_is_let_off_only_if_it_is_long_and_used(word: str) -> None:
    written = {said.lower(): said for passage in told() for said in wording.words(passage.text)}
    used = written.get(word) or written[f"{word}s"]

    assert wording.syllables(used, needed=()) > wording.syllables(used) == 2


def test_the_ten_hardest_sentences_come_worst_first() -> None:
    worst = wording.hardest(told())
    grades = [grade for grade, _ in worst]

    assert (len(worst), grades) == (10, sorted(grades, reverse=True))


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("The cat sat on the mat.", -1.45),  # 6 words, 6 syllables
        ("Lean gently into the ball. Press and hold.", 0.72),  # 8 words, 10 syllables, 2 sentences
        ("Ask someone before using any firmer roller.", 9.05),  # 7 words, 13 syllables
    ],
)
def test_the_grade_is_worked_out_by_the_formula_of_1975(text: str, grade: float) -> None:
    assert wording.grade(text) == pytest.approx(grade, abs=0.01)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Use a ball, e.g. a tennis ball. Then rest.", 2),
        ("It is 4.5 cm across. It costs £5.50. Look at it.", 3),
        ("Is it sore? Stop! Then ask us.", 3),
        ("You ticked “A fever.” Call NHS 111.", 2),
        ("On a chair\nAt a wall", 2),
        ("Soft", 1),
        ("–", 0),
    ],
)
def test_a_sentence_ends_where_a_reader_stops(text: str, count: int) -> None:
    assert len(wording.sentences(text)) == count


def test_what_stands_between_spaces_is_a_word() -> None:
    said = wording.words("“Go to A&E” – it isn’t 4.5 cm, light-headed (£5.50).")

    assert said == ["Go", "to", "A&E", "it", "isn’t", "4.5", "cm", "light-headed", "£5.50"]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "ball press bruise eye times healed rolled the your lean calf months knee's breathe"),
        (2, "muscle muscles little gentle needles shoulder going movement safety somewhere every"),
        (2, "wheelchair pressure ankles freely firmer lying people ridges faces 30 settled"),
        (3, "collarbone area serious specialist together 999 NHS exercise position tolerate"),
        (4, "diabetes operation exercises unsteadiness mm"),
        (6, "osteoporosis hypermobility"),
    ],
)
def test_syllables_are_counted_about_as_they_are_heard(count: int, words: str) -> None:
    assert {word: wording.syllables(word, needed=()) for word in words.split()} == dict.fromkeys(
        words.split(), count
    )
