"""How much: what each sensitivity band allows, and the dose a guide then gives."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from catalog.answers import Position
from catalog.entries import Entry
from catalog.sensitivity import Band
from catalog.tools import Firmness


class Technique(StrEnum):
    """In the order they are taught: hold first, then move, and roll last if at all."""

    PLACE = "place"
    HOLD = "hold"
    MOVE = "move"  # the tool pins the muscle while the limb moves
    ROLL = "roll"
    EASE = "ease"  # ease off and move freely


@dataclass(frozen=True, slots=True)
class HelpRule:
    """When to ask a person although nothing went wrong: some only from a band upwards."""

    text: str
    from_band: Band

    @classmethod
    def read(cls, entry: Entry) -> Self:
        rule = cls(entry.text("text"), entry.word_or_unknown("from_band", Band) or Band.LOW)
        entry.done()
        return rule


@dataclass(frozen=True, slots=True)
class BandRule:
    """What a band allows: `ceiling` and `pressure_limit` for those new to these tools.

    `pressure_limit` caps the pressure index (firmness, plus pointedness, plus how much body
    weight the position puts on the tool); it orders tools, it is not a physical unit.
    """

    band: Band
    ceiling: Firmness
    pressure_limit: int
    positions: frozenset[Position]
    techniques: frozenset[Technique]
    hold: str
    hold_limit_seconds: int
    times_a_day: str
    discomfort_limit: int  # out of ten
    regular_ceiling: Firmness
    regular_pressure_limit: int

    @classmethod
    def read(cls, entry: Entry) -> Self:
        ceiling = entry.word("ceiling", Firmness)
        pressure_limit = entry.number("pressure_limit", 0, 20)
        regular_limit = entry.number_or_unknown("regular_pressure_limit", pressure_limit, 20)
        rule = cls(
            band=entry.word("band", Band),
            ceiling=ceiling,
            pressure_limit=pressure_limit,
            regular_ceiling=entry.word_or_unknown("regular_ceiling", Firmness) or ceiling,
            regular_pressure_limit=regular_limit or pressure_limit,
            positions=frozenset(entry.words("positions", Position)),
            techniques=frozenset(entry.words("techniques", Technique)),
            hold=entry.text("hold"),
            hold_limit_seconds=entry.number("hold_limit_seconds", 1, 120),
            times_a_day=entry.text("times_a_day"),
            discomfort_limit=entry.number("discomfort_limit", 0, 7),
        )
        entry.done()
        return rule

    def dose(self, *, repeats: int, hold_limit_seconds: int) -> "Dose":
        """This band's dose of a guide: never longer than either allows, moving only if both do."""
        return Dose(
            band=self.band,
            techniques=self.techniques,
            hold=self.hold,
            hold_limit_seconds=min(hold_limit_seconds, self.hold_limit_seconds),
            repeats=repeats if Technique.MOVE in self.techniques else 0,
            times_a_day=self.times_a_day,
            discomfort_limit=self.discomfort_limit,
        )


@dataclass(frozen=True, slots=True)
class Dose:
    """How much, for one band: sentences and numbers that a table shows as they are."""

    band: Band
    techniques: frozenset[Technique]
    hold: str  # how long, in words: "until it feels less sore and tight"
    hold_limit_seconds: int
    repeats: int  # slow movements while the tool stays put; 0 where only holding is allowed
    times_a_day: str
    discomfort_limit: int  # out of ten

    @property
    def hold_only(self) -> bool:
        """Whether this dose leaves out every movement."""
        return not self.techniques & {Technique.MOVE, Technique.ROLL}

    def narrowed(self, without: frozenset[Technique], discomfort_limit: int) -> "Dose":
        """The same dose with some techniques left out, and no more discomfort than this."""
        techniques = self.techniques - without
        return replace(
            self,
            techniques=techniques,
            repeats=self.repeats if Technique.MOVE in techniques else 0,
            discomfort_limit=min(discomfort_limit, self.discomfort_limit),
        )
