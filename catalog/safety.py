"""Warning signs and conditions: who must see a person before any tool.

The first step asks a few broad items. Ticking any of them ends in a person, never in a
product, and an unanswered step clears nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from catalog.body import Region
from catalog.entries import Entry


class Level(IntEnum):
    """How soon a person is needed. The highest level that applies is the one shown."""

    REFER = 1  # GP or physiotherapist within days
    SAME_DAY = 2  # NHS 111 or an urgent GP visit today
    A_AND_E = 3
    EMERGENCY = 4  # 999

    @property
    def urgent(self) -> bool:
        return self >= Level.SAME_DAY

    @property
    def heading(self) -> str:
        """What the card says first, in words that carry the urgency without its colour."""
        return _HEADINGS[self]


_HEADINGS = {
    Level.REFER: "Ask your physiotherapist or GP before you use a ball or roller",
    Level.SAME_DAY: "Call NHS 111 or your GP today",
    Level.A_AND_E: "Go to A&E now",
    Level.EMERGENCY: "Call 999 now",
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One item a person can tick: what it asks in lay words, and what to do then.

    `regions` is empty for what everyone is asked; otherwise only those who chose one of
    these regions are asked too.
    """

    id: str
    label: str
    hint: str
    level: Level
    action: str
    source: str
    regions: frozenset[str] = frozenset()

    @classmethod
    def read(cls, entry: Entry, regions: Mapping[str, Region]) -> Self:
        sign = cls(
            id=entry.id,
            label=entry.text("label"),
            hint=entry.text("hint", ""),
            level=entry.word("level", Level),
            action=entry.text("action"),
            source=entry.text("source"),
            regions=frozenset(r.id for r in entry.some_of("regions", regions, "region")),
        )
        entry.done()
        return sign


def asked(signs: Iterable[Sign], regions: Iterable[str]) -> tuple[Sign, ...]:
    """The items for someone who chose these regions, the regions' own first."""
    chosen = frozenset(regions)
    relevant = [sign for sign in signs if not sign.regions or sign.regions & chosen]
    return tuple(sorted(relevant, key=lambda sign: not sign.regions))


@dataclass(frozen=True, slots=True)
class Clearance:
    """What the safety answers allow: nothing raised, or the items raised with the worst first."""

    raised: tuple[Sign, ...]
    answered: bool

    @property
    def clear(self) -> bool:
        return self.answered and not self.raised

    @property
    def level(self) -> Level:
        return max((sign.level for sign in self.raised), default=Level.REFER)


def clearance(ticked: frozenset[str] | None, signs: Iterable[Sign]) -> Clearance:
    """Judge the ticked items. An item we do not know is no clearance either.

    Raises ValueError for an unknown item: a word we cannot read may be a warning sign.
    """
    if ticked is None:
        return Clearance((), answered=False)
    known = {sign.id: sign for sign in signs}
    if strange := sorted(ticked - known.keys()):
        raise ValueError(f"No such safety item: {', '.join(strange)}.")
    raised = sorted((known[id_] for id_ in ticked), key=lambda sign: (-sign.level, sign.id))
    return Clearance(tuple(raised), answered=True)
