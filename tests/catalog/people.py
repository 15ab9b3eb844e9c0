"""The people that the proofs ask for: every place, every band, every position, every age."""

from collections.abc import Iterable, Mapping
from itertools import chain, combinations
from typing import Any

from catalog.answers import Answers, Position, Press
from catalog.refinements import Experience, Settling, Waking
from catalog.sensitivity import Band
from tests.catalog import notes
from tests.catalog.answering import content

POSITION_SETS = tuple(
    frozenset(chosen)
    for chosen in chain.from_iterable(combinations(Position, n) for n in range(len(Position) + 1))
)
ANYWHERE = frozenset(Position)
ONE_OR_ALL = (*(frozenset({position}) for position in Position), ANYWHERE)
AGES = ("", "under_16", "age_16_17", "over_74")
EXPERIENCES = (None, Experience.FEW, Experience.REGULAR)

_CALM: Mapping[str, Any] = {"usual": 1, "settling": Settling.MINUTES, "waking": Waking.NO}
# One way into each band, and what counts as moderate at least: nobody could press.
SORENESS: Mapping[str, Mapping[str, Any]] = {
    "low": {"press": 2, **_CALM},
    "moderate": {"press": 5, **_CALM},
    "high": {"press": 7, **_CALM},
    "very high": {"press": 9, **_CALM},
    "untried": {"press": Press.CANT_REACH, **_CALM},
    "short path": {"press": Press.QUITE},
}
FIVE_BANDS = tuple(SORENESS)[:5]
BANDS = dict(zip(("low", "moderate", "high", "very high"), Band, strict=True))

Place = tuple[str, str]  # where it is felt, and the place that brings it on


def places() -> tuple[Place, ...]:
    """Every place that can be felt, with each place that may bring it on."""
    return tuple(
        (region.id, source)
        for region in content().regions.values()
        for source in region.felt_from or (region.id,)
    )


def pressed_places() -> tuple[Place, ...]:
    """Those of them where a tool may go at all."""
    return tuple(place for place in places() if place[1] not in notes.NEVER_PRESSED)


def person(
    *felt: Place,
    sore: str = "low",
    signs: Iterable[str] = (),
    at: frozenset[Position] = ANYWHERE,
    experience: Experience | None = None,
    **more: Any,
) -> Answers:
    """Somebody who answered everything; `signs` are what the second safety step was told."""
    asked = {f: frozenset({s}) for f, s in felt if content().regions[f].felt_from}
    given = {
        "regions": tuple(region for region, _ in felt),
        "safety": frozenset(),
        "signs": frozenset(filter(None, signs)),
        "spots": asked or None,
        "positions": at,
        "experience": experience,
    }
    return Answers(**{**given, **SORENESS[sore], **more})
