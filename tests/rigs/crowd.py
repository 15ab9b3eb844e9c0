"""Asks the advice for a great many people on every core, and says how many and how long."""

import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from random import Random
from time import perf_counter
from typing import Any, NamedTuple

from catalog.answers import Answers, Position, Press, Spot
from catalog.refinements import Experience, Goal, Settling, Waking
from tests.catalog import notes
from tests.catalog.answering import advise, content
from tests.catalog.expected import expected, faults
from tests.catalog.people import (
    AGES,
    EXPERIENCES,
    FIVE_BANDS,
    POSITION_SETS,
    Place,
    person,
    places,
)
from tests.catalog.strength import CHAINS, Outcome, grown, raised, relaxed, strength, worsened

MOST_TOLD = 5  # of what is wrong, for a reader


class Found(NamedTuple):
    asked: int
    wrong: list[str]


def ask_all(title: str, ask: Callable[..., Found], jobs: Iterable[tuple[Any, ...]]) -> list[str]:
    """Every job on some core. Prints the figures, and gives back what is wrong."""
    started, asked, wrong = perf_counter(), 0, list[str]()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(ask, *zip(*jobs, strict=True)):
            asked += found.asked
            wrong += found.wrong[:MOST_TOLD]
    sys.stdout.write(f"\n{title}: {asked:,} answers in {perf_counter() - started:.0f} s")
    return wrong


def grid(place: Place, at: frozenset[Position], experience: Experience | None) -> Found:
    """Four sensitivity answers, each of them and each left open, and one step worse of each."""
    met: dict[tuple[object, ...], tuple[Answers, Outcome]] = {}
    wrong: list[str] = []
    for scores in product((*CHAINS["press"], None), *list(CHAINS.values())[1:]):
        given = person(
            place, at=at, experience=experience, **dict(zip(CHAINS, scores, strict=True))
        )
        met[scores] = given, advise(given)
        wrong += [f"{fault}: {given}" for fault in faults(met[scores][1], given, expected(given))]
    for before, outcome in met.values():
        for after in raised(before, CHAINS) if before.press is not None else ():
            worse = met[tuple(getattr(after, question) for question in CHAINS)][1]
            wrong += [f"{w}: {before} {after}" for w in worsened(before, after, (outcome, worse))]
            wrong += [f"two steps: {before} {after}"] * (abs(_best(outcome) - _best(worse)) > 1)
    return Found(len(met), wrong)


def _best(outcome: Outcome) -> int:
    """The firmness of the first choice; between the soft and the firm where there is none."""
    pick = getattr(outcome, "best", None)
    return int(pick.tool.felt_firmness) if pick else 2


def signs(place: Place, sore: str) -> Found:
    """Each warning sign at each age, in each set of positions."""
    asked, wrong = 0, list[str]()
    for sign, age, at in product(notes.LEVELS, AGES, POSITION_SETS):
        given = person(
            place, sore=sore, signs=[sign, age], at=at, experience=Experience.REGULAR,
            owns=frozenset(content().own_tools),
        )  # fmt: skip
        asked += 1
        wrong += [f"{fault}: {given}" for fault in faults(advise(given), given, expected(given))]
    return Found(asked, wrong)


def conditions(place: Place, condition: str) -> Found:
    """A condition in each band, set of positions, age and experience."""
    asked, wrong = 0, list[str]()
    every = product(FIVE_BANDS, POSITION_SETS, AGES, EXPERIENCES)
    for sore, at, age, experience in every:
        given = person(place, sore=sore, signs=[condition, age], at=at, experience=experience)
        asked += 1
        wrong += [f"{fault}: {given}" for fault in faults(advise(given), given, expected(given))]
    return Found(asked, wrong)


def pairs(place: Place, sore: str, at: frozenset[Position]) -> Found:
    """Each two conditions, beside each of the two alone."""

    def asked_with(*ticked: str) -> Outcome:
        given = person(place, sore=sore, at=at, signs=ticked, experience=Experience.REGULAR)
        outcome = advise(given)
        wrong.extend(f"{fault}: {given}" for fault in faults(outcome, given, expected(given)))
        return outcome

    wrong: list[str] = []
    alone = {condition: asked_with(condition) for condition in notes.LIMITS}
    asked = len(alone)
    for one, other in product(notes.LIMITS, notes.LIMITS):
        if one < other:
            both, asked = asked_with(one, other), asked + 1
            for first, second in ((one, other), (other, one)):
                worse = grown(alone[first], both) + relaxed(alone[first], both)
                if second == "thinners" and strength(both).pressure <= 4:  # to a wall, as asked
                    worse = [name for name in worse if name not in ("load", "pressure")]
                wrong += [f"{name} with {one} and {other}: {place} {sore} {at}" for name in worse]
    return Found(asked, wrong)


def triples(sore: str, condition: str) -> Found:
    """Each three places at once."""
    each = {felt: (felt, source) for felt, source in reversed(places())}.values()
    asked, wrong = 0, list[str]()
    for three in product(each, each, each):
        if three[0] < three[1] < three[2]:
            given = person(*three, sore=sore, signs=[condition], experience=Experience.REGULAR)
            asked += 1
            wrong += [f"{f}: {given}" for f in faults(advise(given), given, expected(given))]
    return Found(asked, wrong)


def anybody(seed: int, many: int) -> Found:
    """People made up by chance, of all that can be answered."""
    chance, wrong = Random(seed), list[str]()
    for _ in range(many):
        given = _made_up(chance)
        wrong += [f"{fault}: {given}" for fault in faults(advise(given), given, expected(given))]
    return Found(many, wrong)


def _made_up(chance: Random) -> Answers:
    felt = {f: (f, s) for f, s in chance.sample(places(), chance.choice((1, 1, 2, 3)))}
    ticked = chance.sample(list(notes.LIMITS), chance.choice((0, 0, 1, 1, 2, 3)))
    ticked += chance.sample(list(notes.LEVELS), chance.choice((0, 0, 0, 0, 0, 1, 2)))
    owned, topics = list(content().own_tools), list(content().rules.topics)
    calm = {"press": chance.choice((0, 2, 3)), "usual": chance.choice((0, 3)),
            "settling": Settling.MINUTES, "waking": Waking.NO}  # fmt: skip
    sore = {
        "press": chance.choice((*range(11), *Press, None)),
        "usual": chance.choice((None, *range(11))),
        "settling": chance.choice((None, *Settling)),
        "waking": chance.choice((None, *Waking)),
    }
    spots = {f: frozenset({s}) for f, s in felt.values() if content().regions[f].felt_from}
    for region in spots:
        if chance.random() < 0.2:
            said = (*Spot, region, *content().regions[region].felt_from, "throat")
            spots[region] = frozenset({chance.choice(said)})
    safety = frozenset(chance.sample(topics, chance.choice((0, 0, 0, 0, 0, 0, 1, 2))))
    return person(
        *felt.values(), signs=ticked, at=chance.choice(POSITION_SETS),
        experience=chance.choice(EXPERIENCES), spots=spots or None,
        safety=None if chance.random() < 0.02 else safety,
        owns=frozenset(chance.sample(owned, chance.choice((0, 0, 2)))),
        worse=frozenset(chance.sample(owned, chance.choice((0, 0, 0, 1, 2)))),
        goal=chance.choice((None, *Goal)), budget_pence=chance.choice((None, 500, 1500)),
        **chance.choice((calm, sore)),
    )  # fmt: skip
