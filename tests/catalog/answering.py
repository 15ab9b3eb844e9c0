"""A person's answers in one line: all clear, sore, at a wall, unless the test says otherwise."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from catalog import library, looser
from catalog.allowed import Allowed
from catalog.answers import Answers, Position, Press
from catalog.library import Library
from catalog.outcomes import Advice, Candidate, Referral, Urgent
from catalog.recommend import recommend
from catalog.refinements import Settling, Waking


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
    signs: frozenset[str] | set[str] | None = None,
    press: Press | int | None = Press.QUITE,
    at: set[Position] | frozenset[Position] | None = frozenset({Position.WALL}),
    **more: Any,
) -> Answers:
    """Where the pain may come from elsewhere, it comes from the place itself."""
    regions = regions or ("blade_spine",)
    return Answers(
        regions=regions,
        safety=None if safety is None else frozenset(safety),
        signs=None if signs is None else frozenset(signs),
        press=press,
        positions=None if at is None else frozenset(at),
        **{"spots": from_itself(regions), **more},
    )


def from_itself(regions: Iterable[str]) -> dict[str, frozenset[str]] | None:
    known = [content().regions[id_] for id_ in regions if id_ in content().regions]
    asked = [region for region in known if region.felt_from]
    return {region.id: frozenset({region.id}) for region in asked} or None


def hardly_sore(*regions: str, at: Iterable[Position] = Position, **more: Any) -> Answers:
    """All four sensitivity answers given, and all of them low."""
    calm = {"usual": 1, "settling": Settling.MINUTES, "waking": Waking.NO}
    return answers(*regions, at=frozenset(at), **{"press": 2, **calm, **more})


def advise(given: Answers, candidates: object = None) -> Advice | Referral | Urgent:
    return recommend(given, candidates or demo_candidates(), content())  # type: ignore[arg-type]


def limits_of(given: Answers) -> Allowed:
    """Everything that the program allows this person, before it looks at a product."""
    return looser.limits_of(given, content())
