"""The leg from the side, with its foot and its half of the shorts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

from catalog.drawing.ink import Circle, Point, between, cuff, direction, limb, path, soft, turn

# Round the ankle, the way the toes point: x ahead, y down. A doubled point is a corner.
SHOE = (
    (-11, 9), (-11, 9), (-12, 0), (-9, -5), (-7, -8), (5, -8), (8, -4), (16, 0), (28, 1), (31, 9),
    (31, 9),
)  # fmt: skip
BARE = (
    (-9, 10), (-14, 6), (-9, -5), (-6, -8), (6, -8), (10, -2), (20, 2), (29, 3), (31, 7), (28, 10),
    (20, 10), (10, 7), (2, 10),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg that was solved. The foot's turn is of the page, 0 when it stands flat."""

    hip: Point
    knee: Point
    ankle: Point
    foot_turn: float
    girth: float = 1
    barefoot: bool = False

    @property
    def thigh(self) -> tuple[Circle, ...]:
        """What a tool on the thigh touches: the shorts, then the bare thigh."""
        hem, g = between(self.hip, self.knee, 0.62), self.girth
        return ((*self.hip, 14.5 * g), (*hem, 13.5 * g), (*hem, 11 * g), (*self.knee, 9.2 * g))

    @property
    def shin(self) -> tuple[Circle, ...]:
        calf, g = between(self.knee, self.ankle, 0.3), self.girth
        back = turn(calf, 1.5, direction(self.knee, self.ankle) + 90)
        return ((*self.knee, 9.2 * g), (*back, 9 * g), (*self.ankle, 5.6 * g))

    @property
    def foot(self) -> list[Point]:
        return turned(BARE if self.barefoot else SHOE, self.ankle, self.foot_turn)


def turned(shape: tuple[Point, ...], centre: Point, angle: float) -> list[Point]:
    """A shape of x ahead and y down, turned clockwise on the page round its own origin."""
    c, s = cos(radians(angle)), sin(radians(angle))
    return [(centre[0] + x * c - y * s, centre[1] + x * s + y * c) for x, y in shape]


def draw(leg: Leg, seat: Sequence[Point] = ()) -> str:
    """The leg; its shorts go on over the `seat`, so that both are one shape."""
    hem = between(leg.hip, leg.knee, 0.62)
    shorts = cuff((*leg.hip, 14.5 * leg.girth), (*hem, 13.5 * leg.girth))
    skin = limb((*leg.hip, 13 * leg.girth), *leg.shin)
    foot = path("tp-f-skin" if leg.barefoot else "tp-f-shoe", soft(leg.foot))
    over = path("tp-f-skin", skin)
    # A shoe covers the ankle; the outline of a bare foot would cut it off.
    bare = foot + over if leg.barefoot else over + foot
    return bare + path("tp-f-shorts", (soft(seat) if seat else "") + shorts)


def faint(leg: Leg) -> str:
    """Where the leg comes from: from the hem down, since the hip stays."""
    hem = between(leg.hip, leg.knee, 0.66)
    below = limb((*hem, 11 * leg.girth), *leg.shin)
    return path("tp-f-faint", below + soft(leg.foot))
