"""The data that every view shares: how a limb is bent or where it goes, the tool, the arrows.

People write it, so angles are degrees and lengths centimetres of a person 1.75 m tall.
Seen from the side or the front a limb at 0 degrees hangs down, at 90 it points to the right of
the page, at 180 up, and below 0 to the left. Seen from above 0 points right and 90 down.
"""

from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

from catalog.drawing.table import Table


class Build(StrEnum):
    NARROW = "narrow"
    WIDE = "wide"

    @property
    def girth(self) -> float:
        return 1.0 if self is Build.NARROW else 1.14


class Hair(StrEnum):
    SHORT = "short"
    BUN = "bun"
    CURLS = "curls"


@dataclass(frozen=True, slots=True)
class Look:
    """Who is drawn: an outline and a mask of hair, nothing that says age, sex or skin."""

    build: Build
    hair: Hair
    barefoot: bool

    @classmethod
    def read(cls, table: Table) -> "Look":
        return cls(
            build=table.word("build", Build) if table.has("build") else Build.NARROW,
            hair=table.word("hair", Hair) if table.has("hair") else Hair.SHORT,
            barefoot=table.flag("barefoot"),
        )


class Goal(StrEnum):
    """Where a hand or foot can be sent."""

    WALL = "wall"
    FLOOR = "floor"
    TOOL = "tool"
    HEAD = "head"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Bent:
    """A limb by its angles. A part that comes towards us looks shorter: its share of its length."""

    first: float
    second: float
    end: float = 0  # the hand or foot, from straight on: above 0 it bends forwards or up
    first_share: float = 1
    second_share: float = 1


@dataclass(frozen=True, slots=True)
class Sent:
    """A limb whose palm or heel is somewhere; its middle joint follows."""

    to: Goal
    cm: float  # along the thing it goes to; what from, each view says
    across_cm: float = 0
    way: int = 1  # which side the elbow or knee bends to
    end: float = 0


Limb = Bent | Sent


ARM, LEG = ("upper", "fore", "hand"), ("thigh", "shin", "foot")


def read_leg(table: Table, key: str) -> Limb | None:
    """A leg that is bent, or that stands on the floor."""
    return read_limb(table, key, LEG, (Goal.FLOOR,))


def read_limb(
    table: Table, key: str, names: tuple[str, str, str], goals: tuple[Goal, ...]
) -> Limb | None:
    """An arm or leg, whose parts have these `names`. None where the frame has none."""
    if not table.has(key):
        return None
    limb = table.inner(key)
    first, second, end = names
    found: Limb
    if limb.has("to"):
        to = limb.word("to", Goal)
        if to not in goals:
            raise limb.refuse(f"'to' can't be {str(to)!r} in this view.")
        found = Sent(
            to=to,
            cm=limb.measure("cm", -120, 120, 0),
            across_cm=limb.measure("across_cm", -60, 60, 0),
            way=-1 if limb.flag("other_way") else 1,
            end=limb.measure(end, -180, 180, 0),
        )
    else:
        found = Bent(
            first=limb.measure(first, -270, 270),
            second=limb.measure(second, -270, 270),
            end=limb.measure(end, -120, 120, 0),
            first_share=limb.measure(f"{first}_share", 0, 1, 1),
            second_share=limb.measure(f"{second}_share", 0, 1, 1),
        )
    limb.done()
    return found


class Kind(StrEnum):
    BALL = "ball"
    PEANUT = "peanut"
    ROLLER = "roller"
    STICK = "stick"
    CANE = "cane"
    PACK = "warm pack"
    SPOT = "sore spot"  # no tool at all: where it is sore

    @property
    def usual_mm(self) -> float:
        return _USUAL_MM[self]

    @property
    def growth(self) -> float:
        """Small tools are drawn larger than life, so that they are seen on a phone."""
        return 1.5 if self in (Kind.BALL, Kind.PEANUT, Kind.STICK, Kind.CANE) else 1.15


_USUAL_MM = {
    Kind.BALL: 70, Kind.PEANUT: 65, Kind.ROLLER: 150, Kind.STICK: 40, Kind.CANE: 40,
    Kind.PACK: 150, Kind.SPOT: 40,
}  # fmt: skip


class Part(StrEnum):
    """What the tool presses."""

    TRUNK = "trunk"
    HEAD = "head"
    SEAT = "seat"
    SIDE = "side"  # of the hip: we look at the place it presses
    THIGH = "thigh"
    SHIN = "shin"
    FOOT = "foot"
    FOREARM = "forearm"
    HAND = "hand"  # the pad of the thumb


class Rests(StrEnum):
    """What holds the tool against the body."""

    WALL = "wall"
    FLOOR = "floor"
    CHAIR = "chair"  # its seat
    BACKREST = "backrest"
    STOOL = "stool"
    TABLE = "table"
    DOOR_FRAME = "door frame"
    HAND = "hand"
    FACING = "facing wall"  # a wall that we look straight at, or through

    @property
    def towards(self) -> float:
        """From the body to it, where that goes without saying."""
        return -90 if self is Rests.BACKREST else 0


@dataclass(frozen=True, slots=True)
class Tool:
    kind: Kind
    mm: float
    on: Part
    cm: float  # from the joint next to the trunk; on the trunk and seat up from the hip
    beside_cm: float  # from the middle line, where the view shows it
    rests: Rests
    angle: float | None  # from the body towards the tool, where it is not the support's own
    hidden: bool  # behind the body as we see it

    @property
    def radius_cm(self) -> float:
        return self.mm / 20 * self.kind.growth

    @classmethod
    def read(cls, table: Table) -> "Tool | None":
        if not table.has("tool"):
            return None
        inner = table.inner("tool")
        kind = inner.word("kind", Kind)
        tool = cls(
            kind=kind,
            mm=inner.measure("mm", 20, 200, kind.usual_mm),
            on=inner.word("on", Part),
            cm=inner.measure("cm", -20, 60, 0),
            beside_cm=inner.measure("beside_cm", -30, 30, 0),
            rests=inner.word("rests", Rests),
            angle=inner.measure("angle", -270, 270) if inner.has("angle") else None,
            hidden=inner.flag("hidden"),
        )
        inner.done()
        return tool


def blend(a: Any, b: Any, share: float) -> Any:
    """The pose between two poses: angle by angle, so that no bone changes its length."""
    if isinstance(a, bool):
        return a
    if isinstance(a, int | float) and isinstance(b, int | float):
        return a + (b - a) * share
    if is_dataclass(a) and not isinstance(a, type) and type(a) is type(b):
        parts = [part.name for part in fields(a)]
        return replace(a, **{n: blend(getattr(a, n), getattr(b, n), share) for n in parts})
    return a if share < 0.5 else b
