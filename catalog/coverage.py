"""What comes out where no safety item is ticked: every place, soreness and position.

The staff's board draws these cells, and the proofs of the content refuse the dead ends among
them. Stock never changes what may be used, so it is asked of a cell, and not part of it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from catalog.answers import Answers, Position
from catalog.body import Region
from catalog.library import Library
from catalog.outcomes import Advice, Candidate, Pick, Referral, Urgent
from catalog.recommend import recommend
from catalog.refinements import Experience, Settling, Waking
from catalog.sensitivity import Band
from catalog.tools import Kind

Able = frozenset[Position]
ONE_EACH: tuple[Able, ...] = tuple(frozenset({position}) for position in Position)
EVERY_SET: tuple[Able, ...] = tuple(
    frozenset(some) for n in range(len(Position) + 1) for some in combinations(Position, n)
)
_ALL: Able = frozenset(Position)
# How sore it is when pressed, out of ten, in the middle of each band.
_SORE = {Band.LOW: 2, Band.MODERATE: 5, Band.HIGH: 7, Band.VERY_HIGH: 9}


class Mark(StrEnum):
    """Why a cell of the board needs a look, the worst first."""

    DEAD_END = "dead end"  # no tool, and no reason that answers the person
    NO_PRODUCT = "no product"  # a thing from home would do, and we sell none that would
    OUT_OF_STOCK = "out of stock"  # at every clinic
    ONE_PRODUCT = "one product"  # when it sells out, nothing is left

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]


_MEANINGS = {
    Mark.DEAD_END: "Nobody gets a tool there, and no answer of theirs says why.",
    Mark.NO_PRODUCT: "A thing from home would do. We sell nothing that fits.",
    Mark.OUT_OF_STOCK: "What fits is sold out at every clinic.",
    Mark.ONE_PRODUCT: "Only one product fits. When it sells out, nothing is left.",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one kind of person hears.

    `kinds` and `skus` are what may be used, best first, and `guides` what it is used for;
    `at_home` is a thing that most homes have, where no product fits. `reason` is the code of
    the referral where there is no tool, and `dead_end` says that it answers nobody.
    """

    region: str
    band: Band
    able: Able
    guides: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    skus: tuple[str, ...] = ()
    at_home: str = ""
    reason: str = ""
    dead_end: bool = False

    @property
    def name(self) -> str:
        """As a problem names it: "calf, high, chair or floor"."""
        able = " or ".join(sorted(self.able)) or "no position"
        return f"{self.region}, {self.band.word}, {able}"

    def mark(self, in_stock: Collection[str]) -> Mark | None:
        """What is wrong with it, given the products that some clinic has free to sell."""
        if self.dead_end:
            return Mark.DEAD_END
        if self.reason:
            return None
        if not self.skus:
            return Mark.NO_PRODUCT
        if not set(self.skus) & set(in_stock):
            return Mark.OUT_OF_STOCK
        return Mark.ONE_PRODUCT if len(self.skus) == 1 else None


def person(region: str, band: Band, able: Able) -> Answers:
    """Somebody new to these tools with nothing to tick, who presses where it is felt."""
    return Answers(
        regions=(region,),
        safety=frozenset(),
        spots={region: frozenset({region})},
        press=_SORE[band],
        positions=able,
        usual=_SORE[Band.LOW],
        settling=Settling.MINUTES,
        waking=Waking.NO,
        experience=Experience.NEVER,
    )


def demo_candidates(library: Library) -> tuple[Candidate, ...]:
    """The demo range: content is proved without a shop, so against the tools that it brings."""
    return tuple(
        Candidate(item.sku, item.name, item.tool, item.price_pence, 1, 0)
        for item in library.demo_range
    )


def cells(
    candidates: Iterable[Candidate], library: Library, abilities: Sequence[Able] = ONE_EACH
) -> Iterator[Cell]:
    """The whole board, region by region and the calmest band first, asked of `recommend`."""
    range_ = tuple(candidates)
    for region in library.regions.values():
        for band in Band:
            at_best = recommend(person(region.id, band, _ALL), range_, library)
            stuck = not isinstance(at_best, Advice)
            for able in abilities:
                yield _cell(region, band, able, range_, library, stuck=stuck)


def _cell(
    region: Region,
    band: Band,
    able: Able,
    range_: tuple[Candidate, ...],
    library: Library,
    *,
    stuck: bool,
) -> Cell:
    answers = person(region.id, band, able)
    outcome = recommend(answers, range_, library)
    if not isinstance(outcome, Advice):
        dead_end = not _explained(outcome, region, stuck)
        return Cell(region.id, band, able, reason=_reason(outcome), dead_end=dead_end)
    picks = _every_pick(answers, range_, outcome, library)
    shown = [*outcome.guides, *(advised for pick in picks for advised in pick.guides)]
    return Cell(
        region.id,
        band,
        able,
        guides=tuple(dict.fromkeys(advised.guide.id for advised in shown)),
        kinds=tuple(dict.fromkeys(pick.tool.kind for pick in picks)),
        skus=tuple(pick.candidate.sku for pick in picks),
        at_home=outcome.own.own.id if outcome.own and not picks else "",
    )


def _every_pick(
    answers: Answers, range_: Iterable[Candidate], outcome: Advice, library: Library
) -> list[Pick]:
    """All that may be used. A result shows three at most, so it is asked again without those."""
    left = {candidate.sku: candidate for candidate in range_}
    picks: list[Pick] = []
    told: Advice | Referral | Urgent = outcome
    while isinstance(told, Advice) and told.best:
        shown = (told.best, *told.others)
        picks += shown
        for pick in shown:
            del left[pick.candidate.sku]
        told = recommend(answers, left.values(), library)
    return picks


def _reason(outcome: Advice | Referral | Urgent) -> str:
    return "" if isinstance(outcome, Advice) else outcome.reasons[0].code


def _explained(outcome: Referral | Urgent, region: Region, stuck: bool) -> bool:
    """Whether the reason answers this person: their place, how sore it is, what they can do.

    "Our exercises need another position" is no answer where the person is `stuck`, because no
    position helps; and "no exercise yet" is one only where there is no muscle to press.
    """
    code = _reason(outcome)
    if code == "very-high":
        return isinstance(outcome, Referral) and outcome.calm is not None
    if code == "no-position":
        return not stuck
    if code == "no-guide":
        return not region.muscles
    return code == f"never-press-{region.id}"
