"""A person's answers in one line: all clear, sore, at a wall, unless the test says otherwise."""

from functools import cache

from catalog import library
from catalog.answers import Answers, Position, Press
from catalog.library import Library
from catalog.outcomes import Advice, Candidate, Referral, Urgent
from catalog.recommend import recommend


@cache
def content() -> Library:
    return library.load()


@cache
def demo_candidates() -> tuple[Candidate, ...]:
    return tuple(
        Candidate(item.sku, item.name, item.tool, item.price_pence, here=3, elsewhere=3)
        for item in content().demo_range
    )


def answers(
    *regions: str,
    safety: frozenset[str] | set[str] | None = frozenset(),
    press: Press | None = Press.QUITE,
    at: set[Position] | frozenset[Position] | None = frozenset({Position.WALL}),
) -> Answers:
    return Answers(
        regions=regions or ("blade_spine",),
        safety=None if safety is None else frozenset(safety),
        press=press,
        positions=None if at is None else frozenset(at),
    )


def advise(given: Answers, candidates: object = None) -> Advice | Referral | Urgent:
    return recommend(given, candidates or demo_candidates(), content())  # type: ignore[arg-type]
