"""`recommend()` against a plain loop over the same products and guides that decides nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle, islice

from catalog.answers import Answers
from catalog.library import Library
from catalog.outcomes import Candidate
from catalog.recommend import recommend
from catalog.refinements import Experience
from tests.bench.pairs import Pair, Rate, rate
from tests.catalog.answering import answers, content, demo_candidates, hardly_sore

PRODUCTS, GUIDES = 40, 40
# The gates leave room for a busy machine; what they catch is advice that takes twice as long.
PEOPLE: dict[str, tuple[Answers, float]] = {
    "on the short path": (answers("blade_spine"), 0.08),
    "with a condition": (hardly_sore("neck_back", signs={"aspirin"}), 0.08),
    "of whom most is allowed": (hardly_sore("buttock", experience=Experience.REGULAR), 0.06),
    "with a warning sign": (answers("calf", safety={"leg_clot"}), 1.5),
}


def forty_products() -> tuple[Candidate, ...]:
    """The demo range, and the same again under other codes."""
    twice = enumerate(islice(cycle(demo_candidates()), PRODUCTS))
    return tuple(replace(candidate, sku=f"{candidate.sku}-{n}") for n, candidate in twice)


def forty_guides() -> Library:
    """Our guides, and some of them again under other names."""
    guides = dict(content().guides)
    for n, guide in enumerate(islice(content().guides.values(), GUIDES - len(guides))):
        guides[f"X{n:02}"] = replace(guide, id=f"X{n:02}", slug=f"another-{n}")
    return replace(content(), guides=guides)


@contextmanager
def pairs() -> Iterator[list[Pair]]:
    candidates, library = forty_products(), forty_guides()

    def loop() -> int:
        return sum(
            candidate.tool.kind in guide.kinds
            for candidate in candidates
            for guide in library.guides.values()
        )

    plain = rate(loop, seconds=0.3)

    def advising(given: Answers) -> Rate:
        return rate(lambda: recommend(given, candidates, library), seconds=0.3)

    yield [
        Pair(f"advice for someone {who}, of a plain loop", advising(given), plain, gate)
        for who, (given, gate) in PEOPLE.items()
    ]
