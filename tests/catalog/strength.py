"""How strong an outcome is, and how urgent, so that two of them can be compared."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from catalog import fitting
from catalog.allowed import mismatch
from catalog.answers import Answers
from catalog.doses import Technique
from catalog.outcomes import Advice, GuideAdvice, Referral, Urgent
from catalog.refinements import Settling, Waking
from catalog.safety import Level
from catalog.tools import Tool

Outcome = Advice | Referral | Urgent


class Strength(NamedTuple):
    """The most of each that an outcome offers anywhere: best, others, own, and every guide."""

    firmness: int = 0
    load: int = 0
    pressure: int = 0
    discomfort: int = 0
    repeats: int = 0
    hold_seconds: int = 0
    rolling: int = 0


class Urgency(NamedTuple):
    level: int  # of a warning sign, 0 for none
    refers: bool  # a person is needed, before or beside a tool
    first: bool  # and no tool is used before


def offered(outcome: Outcome) -> Iterator[tuple[Tool, GuideAdvice]]:
    """Every tool that is offered, with every guide it is offered for."""
    if isinstance(outcome, Advice):
        for pick in filter(None, (outcome.best, outcome.own, *outcome.others)):
            yield from ((pick.tool, advised) for advised in pick.guides)


def strength(outcome: Outcome) -> Strength:
    each = [
        Strength(
            tool.felt_firmness or 0,
            fitting.load(tool, advised),
            fitting.pressure_index(tool, advised),
            advised.dose.discomfort_limit,
            advised.dose.repeats,
            advised.dose.hold_limit_seconds,
            Technique.ROLL in advised.dose.techniques,
        )
        for tool, advised in offered(outcome)
    ]
    return Strength(*map(max, zip(*each, strict=True))) if each else Strength()


def urgency(outcome: Outcome) -> Urgency:
    if isinstance(outcome, Urgent):
        return Urgency(outcome.clearance.level, refers=True, first=True)
    if isinstance(outcome, Referral):
        return Urgency(Level.REFER if outcome.refer else 0, outcome.refer, outcome.refer)
    return Urgency(0, outcome.refer, outcome.asks_first)


def grown(before: Outcome, after: Outcome) -> list[str]:
    """What is stronger after than before; nothing, where an answer got worse."""
    pairs = zip(Strength._fields, strength(before), strength(after), strict=True)
    return [name for name, less, more in pairs if more > less]


def relaxed(before: Outcome, after: Outcome) -> list[str]:
    """In which way a person is needed less after than before."""
    pairs = zip(Urgency._fields, urgency(before), urgency(after), strict=True)
    return [name for name, then, now in pairs if now < then]


# From calm to sore. An answer nobody gave stands where it counts: at moderate, and never at zero.
CHAINS: Mapping[str, tuple[Any, ...]] = {
    "press": tuple(range(11)),
    "usual": (0, 1, 2, 3, None, *range(4, 11)),
    "settling": (
        Settling.MINUTES, Settling.HALF_HOUR, None, Settling.TWO_HOURS, Settling.LONGER,
    ),
    "waking": (Waking.NO, None, Waking.SOMETIMES, Waking.MOST_NIGHTS),
}  # fmt: skip


def raised(given: Answers, chains: Mapping[str, tuple[Any, ...]]) -> Iterator[Answers]:
    """The same person with one of the four answers one step worse."""
    for question, chain in chains.items():
        worse = chain[chain.index(getattr(given, question)) + 1 :]
        if worse:
            yield replace(given, **{question: worse[0]})


def worsened(before: Answers, after: Answers, outcomes: tuple[Outcome, Outcome]) -> list[str]:
    """What goes the wrong way from one person to a sorer one.

    A picture that does not fit a sore spot (much pain, hardly sore when pressed) refers. When
    a higher press answer makes it fit, that referral ends, and nothing else may.
    """
    wrong = grown(*outcomes)
    return wrong if mismatch(before) and not mismatch(after) else wrong + relaxed(*outcomes)
