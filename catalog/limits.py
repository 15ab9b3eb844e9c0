"""What a condition changes: one limit at a time, when it holds and what it narrows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from catalog.answers import Position
from catalog.body import Region
from catalog.doses import Technique
from catalog.entries import Entry
from catalog.sensitivity import Band
from catalog.tools import Firmness, Kind


class Ask(StrEnum):
    """Whether a person who may use a tool sees someone first, or as well."""

    FIRST = "first"
    TOO = "too"


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing that a condition changes, and when. What is not named stays as it is.

    `regions`, `from_band` and `from_press` say when; the rest says what. `stops` means no
    tool at all; `removes` takes places out, and `instead` puts another in their stead. One
    that names nothing but `say` is a note: a caution that narrows nothing.
    """

    say: str  # what changes and why, for the person
    regions: frozenset[str] = frozenset()
    from_band: Band | None = None
    from_press: int | None = None
    stops: bool = False
    rests: bool = False  # nothing is pressed for now, and no one has to be seen
    removes: frozenset[str] = frozenset()
    instead: str = ""
    ceiling: Firmness | None = None
    softer: int = 0
    discomfort: int | None = None
    positions: frozenset[Position] = frozenset(Position)
    kinds: frozenset[Kind] = frozenset(Kind)
    without: frozenset[Technique] = frozenset()
    without_guides: frozenset[str] = frozenset()
    smooth: bool = False
    unpowered: bool = False
    ask: Ask | None = None

    @property
    def narrows(self) -> bool:
        """Whether it changes what may be used, and not only what is said."""
        return replace(self, say="", ask=None) != replace(_NOTE, regions=self.regions)

    def holds(self, regions: frozenset[str], band: Band, press: int | None) -> bool:
        """Whether it applies there, this easily stirred up, and this sore when pressed."""
        return (
            (not self.regions or bool(self.regions & regions))
            and (self.from_band is None or band >= self.from_band)
            and (self.from_press is None or (press is not None and press >= self.from_press))
        )

    @classmethod
    def read(cls, entry: Entry, regions: Mapping[str, Region]) -> Self:
        def of(key: str) -> frozenset[str]:
            return frozenset(region.id for region in entry.some_of(key, regions, "region"))

        limit = cls(
            say=entry.text("say"),
            regions=of("regions"),
            from_band=entry.word_or_unknown("from_band", Band),
            from_press=entry.number_or_unknown("from_press", 0, 10),
            stops=entry.text("level", "") == "refer",
            rests=entry.flag("rests"),
            removes=of("removes"),
            instead=entry.text("instead", ""),
            ceiling=entry.word_or_unknown("ceiling", Firmness),
            softer=entry.number_or_unknown("softer", 1, 3) or 0,
            discomfort=entry.number_or_unknown("discomfort", 1, 7),
            positions=frozenset(entry.words("positions", Position)) or frozenset(Position),
            kinds=frozenset(entry.words("kinds", Kind)) or frozenset(Kind),
            without=frozenset(entry.words("without", Technique)),
            without_guides=frozenset(entry.texts("without_guides")),
            smooth=entry.flag("smooth"),
            unpowered=entry.flag("unpowered"),
            ask=entry.word_or_unknown("ask", Ask),
        )
        if limit.instead and limit.instead not in regions:
            raise entry.refuse(f"'instead' names the region {limit.instead!r}, and there is none.")
        if limit.rests and not limit.stops:
            raise entry.refuse("'rests' needs level = \"refer\": nothing is pressed for now.")
        entry.done()
        return limit


_NOTE = Limit(say="")
