"""Two things to time against each other, each as "how many a second"."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

Rate = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Pair:
    name: str
    ours: Rate
    other: Rate
    gate: float | None = None  # the least share of the other that lands
    rounds: int = 5


def rate(act: Callable[[], object], *, seconds: float = 0.8) -> Rate:
    """How often `act` can be done in a second, tried for about that long."""

    def tried() -> float:
        act()
        times, started = 0, perf_counter()
        while (elapsed := perf_counter() - started) < seconds:
            act()
            times += 1
        return times / elapsed

    return tried
