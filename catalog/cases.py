"""Runs a file of clinical cases against the demo range: python -m catalog.cases FILE [--json]

A case says in plain words what a person answers, and what a clinician expects. Each is run,
scored as the file's own rules say, and printed; the summary goes to standard error. The exit
code is 1 if any result is unsafe, and 2 for a file that can't be read.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog import allowed, case_answers, plain_words, scoring, telling
from catalog import library as content
from catalog.answers import Answers, Position
from catalog.guides import Lying
from catalog.library import Library
from catalog.outcomes import Advice, Candidate, GuideAdvice, Referral, Urgent
from catalog.recommend import recommend

Case = Mapping[str, Any]


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
        answers = case_answers.read(given, library)
    except (ValueError, TypeError, AttributeError) as refusal:
        raise CaseError(f"{name}: {refusal}") from refusal
    result = {"id": name, **_plain(recommend(answers, _demo(library), library), answers, library)}
    expected = case.get("expected")
    return Run(result, scoring.score(result, expected) if expected else None)


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
