"""`recommend()` against a plain loop over the same products and guides that decides nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from catalog.recommend import recommend
from tests.bench.pairs import Pair, rate
from tests.catalog.answering import answers, content, demo_candidates


@contextmanager
def pairs() -> Iterator[list[Pair]]:
    candidates, library, given = demo_candidates(), content(), answers()

    def loop() -> int:
        return sum(
            candidate.tool.kind in guide.kinds
            for candidate in candidates
            for guide in library.guides.values()
        )

    ours = rate(lambda: recommend(given, candidates, library), seconds=0.3)
    yield [Pair("recommend(), of a plain loop over the same pairs", ours, rate(loop, seconds=0.3))]
