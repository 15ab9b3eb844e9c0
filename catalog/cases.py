"""Runs a file of clinical cases against the demo range: python -m catalog.cases FILE [--json]

A case says in plain words what a person answers, and what a clinician expects. Each is run,
scored as the file's own rules say, and printed; the summary goes to standard error. The exit
code is 1 if any result is unsafe, and 2 for a file that can't be read.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from catalog import allowed, plain_words, scoring, telling
from catalog import library as content
from catalog.answers import Answers, Position, Press, Spot
from catalog.body import Region
from catalog.guides import Lying
from catalog.library import Library
from catalog.outcomes import Advice, Candidate, GuideAdvice, Referral, Urgent
from catalog.recommend import recommend
from catalog.refinements import Goal

Case = Mapping[str, Any]
T = TypeVar("T")


class CaseError(ValueError):
    """A case says something that the vocabulary does not have. The message names both."""


@dataclass(frozen=True, slots=True)
class Run:
    """One case, what came out in the plain vocabulary, and how it scored."""

    result: Mapping[str, Any]
    score: scoring.Score | None  # None where the case expects nothing


def run(case: Case, library: Library) -> Run:
    """Answer the questions as the case says, and put the outcome into plain words.

    Raises CaseError for a phrase that is not in the vocabulary.
    """
    name = str(case.get("id", "a case without an id"))
    given = case.get("input")
    if not isinstance(given, Mapping):
        raise CaseError(f"{name}: there is no input.")
    try:
        answers = read(given, library)
    except (ValueError, TypeError, AttributeError) as refusal:
        raise CaseError(f"{name}: {refusal}") from refusal
    result = {"id": name, **_plain(recommend(answers, _demo(library), library), answers, library)}
    expected = case.get("expected")
    return Run(result, scoring.score(result, expected) if expected else None)


def read(given: Mapping[str, Any], library: Library) -> Answers:
    """The answers that a case describes. Raises ValueError for what we have no word for."""
    regions = _all(given.get("feels_pain_in") or ["other or joint"], plain_words.REGIONS)
    signs = _signs(given)
    return Answers(
        regions=regions,
        safety=_topics(signs, regions, library) if signs is not None else None,
        signs=signs,
        spots=_spots(regions, given.get("sore_when_pressed_in"), library),
        press=_score(given.get("press_soreness_0_10"), Press.CANT_REACH),
        positions=frozenset(
            position for key, position in _POSITIONS.items() if given.get(key) is True
        ),
        usual=_score(given.get("pain_0_10"), None),
        settling=_maybe(given.get("settles_after"), plain_words.SETTLES),
        waking=_maybe(given.get("wakes_at_night"), plain_words.WAKES),
        experience=plain_words.experience(given.get("experience") or "never"),
        goal=Goal.RANGE if _RANGE.search(given.get("goal") or "") else Goal.LESS_PAIN,
        owns=frozenset(_all(given.get("already_owns") or [], plain_words.OWN_TOOLS)),
        budget_pence=_pence(given.get("budget_gbp")),
    )


_POSITIONS = {
    "can_stand_and_lean_on_wall": Position.WALL,
    "can_sit_and_use_hands": Position.CHAIR,
    "can_get_down_to_floor_and_up": Position.FLOOR,
}
_RANGE = re.compile(r"mov|range|flexib|reach", re.IGNORECASE)
_LONG = re.compile(r"(\d+|a|an|several|many)\+?\s*(month|year)", re.IGNORECASE)


def _signs(given: Mapping[str, Any]) -> frozenset[str] | None:
    """All signs that the case ticks. None where it does not say: nobody is cleared then."""
    if given.get("warning_answers") is None or given.get("health_answers") is None:
        return None
    signs = {*_all(given["warning_answers"], plain_words.WARNINGS)}
    signs |= {*_all(given["health_answers"], plain_words.HEALTH)}
    if "painkillers" in signs and _over_3_months(given.get("how_long") or ""):
        signs.add("painkillers_long")
    if given.get("pregnancy_weeks") is not None:
        signs.add("pregnant")
    age = given.get("age")
    if age is not None:
        signs |= {sign for sign, fits in _AGES.items() if fits(age)}
    return frozenset(signs)


_AGES: Mapping[str, Callable[[float], bool]] = {
    "under_16": lambda age: age < 16,
    "age_16_17": lambda age: 16 <= age < 18,
    "over_74": lambda age: age >= 75,
}


def _over_3_months(how_long: str) -> bool:
    found = _LONG.search(how_long)
    if not found:
        return False
    number, unit = found.groups()
    return unit.lower() == "year" or (int(number) > 3 if number.isdigit() else number != "a")


def _topics(signs: Iterable[str], regions: Iterable[str], library: Library) -> frozenset[str]:
    """The items of the first step behind which these signs are, the broad ones first."""
    topics = sorted(library.rules.topics.values(), key=lambda topic: bool(topic.regions))
    behind = {sign.id: topic.id for topic in reversed(topics) for sign in topic.signs}
    return frozenset(behind[sign] for sign in signs)


def _spots(
    felt: Iterable[str], sore: list[str] | None, library: Library
) -> dict[str, frozenset[str]]:
    """What the press test says for each place. Without it, nobody could try."""
    regions = [library.regions[id_] for id_ in felt]
    if sore is None:
        return {r.id: frozenset({Spot.CANT_REACH}) for r in regions if r.felt_from}
    found = frozenset(_all(sore, plain_words.REGIONS))
    return {region.id: _brought_on(region, found, len(regions)) for region in regions}


def _brought_on(region: Region, found: frozenset[str], places: int) -> frozenset[str]:
    related = found & {region.id, *region.felt_from}
    if related or (found and places == 1):
        return related or found
    return frozenset({Spot.NOWHERE})


def _all(phrases: object, words: Mapping[str, str]) -> tuple[str, ...]:
    if not isinstance(phrases, list):
        raise ValueError(f"{phrases!r} is not a list of phrases.")
    return tuple(_word(phrase, words) for phrase in phrases)


def _maybe(phrase: object, words: Mapping[str, T]) -> T | None:
    return None if phrase is None else _word(phrase, words)


def _word(phrase: object, words: Mapping[str, T]) -> T:
    if not isinstance(phrase, str) or phrase not in words:
        raise ValueError(f"{phrase!r} is not a phrase of the vocabulary.")
    return words[phrase]


def _score(value: object, missing: Any) -> Any:
    if value is None:
        return missing
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10:
        raise ValueError(f"{value!r} is not a whole number from 0 to 10.")
    return value


def _pence(pounds: object) -> int | None:
    if pounds is None:
        return None
    if not isinstance(pounds, int | float) or isinstance(pounds, bool) or pounds < 0:
        raise ValueError(f"{pounds!r} is not an amount in pounds.")
    return round(pounds * 100)


def _demo(library: Library) -> list[Candidate]:
    return [
        Candidate(item.sku, item.name, item.tool, item.price_pence, here=5, elsewhere=5)
        for item in library.demo_range
    ]


def _plain(
    outcome: Advice | Referral | Urgent, answers: Answers, library: Library
) -> dict[str, Any]:
    """The outcome in the words of the vocabulary."""
    advice = outcome if isinstance(outcome, Advice) else None
    picks = [pick for pick in (advice.best, *advice.others) if pick] if advice else []
    return {
        "outcome": type(outcome).__name__.lower(),
        "urgent_level": plain_words.LEVELS[outcome.clearance.level]
        if isinstance(outcome, Urgent)
        else None,
        "refer": isinstance(outcome, Urgent) or outcome.refer,
        "band": allowed.sensitivity(answers).word,
        "tools": [
            {"tool": plain_words.tool_name(p.tool), "sku": p.candidate.sku, "top": n == 0}
            for n, p in enumerate(picks)
        ],
        "use_own": plain_words.tool_name(advice.own.tool)
        if advice and advice.own and advice.own.owned
        else None,
        "guides": _topics_shown(outcome),
        "positions": sorted({p for a in advice.guides for p in _postures(a)}) if advice else [],
        "max_discomfort_0_10": advice.discomfort_limit if advice else None,
        "text": telling.told(outcome, library),
    }


def _topics_shown(outcome: Advice | Referral | Urgent) -> list[str]:
    guides = [advised.guide for advised in outcome.guides] if isinstance(outcome, Advice) else []
    if not isinstance(outcome, Urgent) and outcome.calm:
        guides.append(outcome.calm)
    more = [plain_words.KEEPS_GOING] if isinstance(outcome, Advice) else []
    return [*dict.fromkeys(map(plain_words.topic, guides)), *more]


def _postures(advised: GuideAdvice) -> set[str]:
    if advised.position is not Position.FLOOR:
        return {"standing"} if advised.position is Position.WALL else set()
    lying = {Lying.FACE_DOWN: {"floor face down"}, Lying.ON_BACK: {"floor on back"}}
    return {"floor"} | (lying.get(advised.guide.lying, set()) if advised.guide.lying else set())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m catalog.cases", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="one object a line")
    options = parser.parse_args(arguments)
    try:
        cases = json.loads(options.file.read_text(encoding="utf-8"))["cases"]
        library = content.load()
        runs = [run(case, library) for case in cases]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as refusal:
        print(f"{options.file}: {refusal}", file=sys.stderr)
        return 2
    for each in runs:
        print(json.dumps(each.result, ensure_ascii=False) if options.json else line(each))
    scores = [each.score for each in runs if each.score]
    print(scoring.summary(scores, len(runs) - len(scores)), file=sys.stderr)
    return 1 if any(score.unsafe for score in scores) else 0


def line(each: Run) -> str:
    """One case in one line: what came out, and what is wrong with it."""
    result, score = each.result, each.score
    tools = ", ".join(tool["tool"] for tool in result["tools"]) or "no tool"
    told = result["urgent_level"] or ("refer" if result["refer"] else "")
    came = " · ".join(filter(None, [result["outcome"], told, result["band"], tools]))
    return f"{result['id']}: {came} — {score.verdict if score else 'not scored'}"


if __name__ == "__main__":
    sys.exit(main())
