"""Speed, each figure beside one measured in the same run, because machines differ by the minute.

    python3 dev.py bench            every figure, and exit 1 where one is below its gate
    python3 dev.py bench stock      one group: pages, checkout, sales, moves, stock or advice

Data lies on disk here, as a clinic's does. The two sides of a pair take turns, round by round;
the figure is the median of the rounds' ratios. Absolute numbers are printed for the record and
gate nothing.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from tests.bench import advice, checkout, moves, pages, sales, stock
from tests.bench.pairs import Pair

GROUPS = {
    "pages": pages.pairs,
    "checkout": checkout.pairs,
    "sales": sales.pairs,
    "moves": moves.pairs,
    "stock": stock.pairs,
    "advice": advice.pairs,
}


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    ours: float  # a second
    other: float
    ratio: float
    gate: float | None

    @property
    def good(self) -> bool:
        return self.gate is None or self.ratio >= self.gate


def measured(pair: Pair) -> Figure:
    """Take turns, and keep the middle of what the rounds say."""
    rounds = [(pair.ours(), pair.other()) for _ in range(pair.rounds)]
    ours, other = (median(side) for side in zip(*rounds, strict=True))
    ratio = median(mine / theirs for mine, theirs in rounds)
    return Figure(pair.name, ours, other, ratio, pair.gate)


def main(names: Sequence[str]) -> int:
    os.environ["TEST_ON_DISK"] = "1"
    started, figures = perf_counter(), []
    if strange := set(names) - GROUPS.keys():
        sys.exit(f"No such group: {', '.join(sorted(strange))}. There are {', '.join(GROUPS)}.")
    print(f"{'what':<58} {'ours/s':>9} {'us each':>9} {'other/s':>9} {'ratio':>6}  gate")
    for name in names or GROUPS:
        with GROUPS[name]() as pairs:
            for pair in pairs:
                figure = measured(pair)
                figures.append(figure)
                gate = "-" if figure.gate is None else f"{figure.gate:.2f}"
                verdict = "" if figure.good else "  BELOW"
                print(
                    f"{figure.name:<58} {figure.ours:>9.0f} {1e6 / figure.ours:>9.0f}"
                    f" {figure.other:>9.0f} {figure.ratio:>6.2f}  {gate}{verdict}",
                    flush=True,
                )
    print(f"{len(figures)} figures in {perf_counter() - started:.0f} s")
    return 0 if all(figure.good for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
