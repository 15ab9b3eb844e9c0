"""What a product is for the body: its kind, firmness, size and surface."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Self

from catalog.entries import Entry


class Kind(StrEnum):
    BALL = "ball"
    PEANUT = "peanut"  # two balls joined, with a groove that spares the spine
    ROLLER = "roller"
    STICK = "stick"  # a bar that both hands roll over a limb
    CANE = "cane"  # an S-shaped hook that both hands press


class Firmness(IntEnum):
    """The shop's own scale, set by a thumb press, so that it compares across materials."""

    SOFT = 1
    MEDIUM = 2
    FIRM = 3
    VERY_FIRM = 4

    @property
    def word(self) -> str:
        return self.name.lower().replace("_", " ")


class Surface(StrEnum):
    SMOOTH = "smooth"
    NUBBED = "nubbed"  # low, rounded bumps
    SPIKY = "spiky"
    RIDGED = "ridged"  # ribs or a grid


HAND_HELD = frozenset({Kind.STICK, Kind.CANE})
# Names of our own for what is asked of every tool and guide at each piece of advice: looking a
# member up in its enumeration, or hashing it, takes longer than all the rest of the question.
_PEANUT, _ROLLER, _STICK, _CANE = Kind.PEANUT, Kind.ROLLER, Kind.STICK, Kind.CANE
_SOFT, _MEDIUM = Firmness.SOFT, Firmness.MEDIUM
_SPIKY, _RIDGED = Surface.SPIKY, Surface.RIDGED


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool as the body feels it. What nobody has measured stays None, never a guess.

    `diameter_mm` is the ball's, or each ball of a peanut; `length_mm` is for rollers,
    sticks and canes.
    """

    kind: Kind
    firmness: Firmness | None = None
    diameter_mm: int | None = None
    length_mm: int | None = None
    surface: Surface | None = None
    powered: bool = False

    @classmethod
    def read(cls, entry: Entry) -> Self:
        """The attributes as a content file gives them. What it leaves out stays unknown."""
        return cls(
            kind=entry.word("kind", Kind),
            firmness=entry.word_or_unknown("firmness", Firmness),
            diameter_mm=entry.number_or_unknown("diameter_mm", 10, 400),
            length_mm=entry.number_or_unknown("length_mm", 50, 1500),
            surface=entry.word_or_unknown("surface", Surface),
            powered=entry.flag("powered"),
        )

    @property
    def known(self) -> bool:
        """Whether we know enough to recommend it: a guess about firmness could hurt someone."""
        return None not in (self.firmness, self.diameter_mm, self.surface)

    @property
    def felt_firmness(self) -> Firmness | None:
        """How firm it feels in use. The hands that hold a stick or a cane limit its pressure."""
        if self.kind is _STICK and self.firmness is not None:
            return _SOFT
        if self.kind is _CANE and self.firmness is not None:
            return _MEDIUM
        return self.firmness

    @property
    def pointedness(self) -> int:
        """How small an area takes the pressure, from 0 (a roller) to 3 (a golf ball, hard spikes).

        Source: the pressure index of our clinical notes; mean pressure on the thigh was
        33 kPa under soft foam and 52 kPa under a rigid ridged roller
        (Curran 2008, 10.1123/jsr.17.4.432).
        """
        if self.kind is _STICK:
            return 0
        if self.kind is _CANE:
            return 2
        hard = self.firmness is None or self.firmness > _MEDIUM
        if self.surface is _RIDGED or (self.surface is _SPIKY and hard):
            return 3
        if self.kind is _ROLLER:
            return 0
        if self.diameter_mm is not None and self.diameter_mm < 50:
            return 3
        if self.kind is _PEANUT or (self.diameter_mm or 0) >= 80:
            return 1
        return 2


_NOUNS = {
    Kind.BALL: "ball",
    Kind.PEANUT: "peanut ball",
    Kind.ROLLER: "foam roller",
    Kind.STICK: "massage stick",
    Kind.CANE: "hook cane",
}


def noun(kind: Kind) -> str:
    """What people call this kind of tool, in the middle of a sentence."""
    return _NOUNS[kind]


def plural(kind: Kind) -> str:
    return f"{_NOUNS[kind]}s"


def spec_line(tool: Tool) -> str:
    """What to look for in any shop, so that nobody has to buy it from us: "ball, 65 mm, soft"."""
    facts = [noun(tool.kind)]
    if tool.length_mm and tool.diameter_mm:
        facts.append(f"{tool.length_mm} mm long, {tool.diameter_mm} mm across")
    elif tool.length_mm or tool.diameter_mm:
        facts.append(f"{tool.length_mm or tool.diameter_mm} mm")
    if tool.firmness is not None:
        facts.append(tool.firmness.word)
    if tool.surface is not None:
        facts.append(tool.surface.value)
    if len(facts) == 1:
        facts.append("size and firmness not known")
    return ", ".join(facts)
