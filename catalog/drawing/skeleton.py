"""Bones and joints, the same in every view: their lengths, how they hang, reach and bend.

Lengths are pixels of a person 1.75 m tall. Angles are degrees on the page: 0 hangs straight
down, 90 points the way the person faces (right), 180 up, below 0 behind them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from math import acos, cos, degrees, hypot, radians, sin, sqrt

from catalog.drawing.ink import Point, between, direction, trace, turn

PX_PER_CM = 1.55  # 1.75 m is 271 px
FLOOR = 288.0

UPPER_ARM, FOREARM, HAND = 50.0, 41.0, 24.0
PALM = 13.0  # from the wrist to the middle of the palm
THIGH, SHANK, ANKLE = 67.0, 66.0, 10.0
HEEL, TOE = 11.0, 29.0  # from the ankle, along the sole
SHOULDER, COLLAR, NECK = (1.0, 76.0), (-3.0, 84.0), (0.0, 92.0)  # from the hip, upright
SKULL = (5.0, 18.0)  # from the neck's joint


class OutOfReachError(ValueError):
    """A hand or foot is sent further than its limb is long. The message says how much."""


@contextmanager
def naming(key: str) -> Iterator[None]:
    """Say which key of the table it is that can't be reached."""
    try:
        yield
    except OutOfReachError as far:
        if str(far).startswith("'"):
            raise
        raise OutOfReachError(f"{key!r} {far}") from far


def px(cm: float) -> float:
    return cm * PX_PER_CM


def hang(root: Point, length: float, angle: float) -> Point:
    """Where a bone ends that hangs from `root`."""
    return turn(root, length, 90 - angle)


def angle_of(a: Point, b: Point) -> float:
    """The angle of a bone from `a` to `b`, from -180 to 180."""
    return (90 - direction(a, b) + 180) % 360 - 180


def reach(root: Point, goal: Point, first: float, second: float, way: int) -> Point:
    """The joint between two bones that lead from `root` to `goal`, bent to the side `way`.

    A goal a hair too far is met with a straight limb; one that is too far is refused.
    """
    gap = hypot(goal[0] - root[0], goal[1] - root[1])
    missing = max(gap - first - second, abs(first - second) - gap)
    if missing > 0.5:
        raise OutOfReachError(f"is {missing / PX_PER_CM:.1f} cm out of reach.")
    if missing > -0.02:
        return between(root, goal, first / (first + second))
    inner = degrees(acos((first**2 + gap**2 - second**2) / (2 * first * gap)))
    return turn(root, first, direction(root, goal) + way * inner)


@dataclass(frozen=True, slots=True)
class Spine:
    """The trunk's middle line: leaning as a whole, and curled between the waist and the chest."""

    hip: Point
    lean: float  # degrees; ahead (or to the right) is more
    curl: float = 0  # how much further the chest leans than the hips

    WAIST, CHEST = 10.0, 72.0  # the part that bends, in pixels above the hip

    def place(self, part: Point) -> Point:
        """A point of the upright body, x ahead and y up from the hip, where it is on the page."""
        x, y = part
        low = min(y, self.WAIST)
        middle = min(max(y - self.WAIST, 0), self.CHEST - self.WAIST)
        high = max(y - self.CHEST, 0)
        here = _up(self.hip, low, self.lean)
        here = self._along(here, middle)
        here = _up(here, high, self.lean + self.curl)
        angle = radians(self.tilt(y))
        return here[0] + x * cos(angle), here[1] + x * sin(angle)

    def tilt(self, height: float) -> float:
        """How far the trunk leans at this height."""
        share = (height - self.WAIST) / (self.CHEST - self.WAIST)
        return self.lean + self.curl * min(max(share, 0), 1)

    def _along(self, start: Point, way: float) -> Point:
        """Up an arc of a circle, which is what an evenly curled part is."""
        bend = radians(self.tilt(self.WAIST + way) - self.lean)
        chord = way * (sin(bend / 2) / (bend / 2) if bend else 1)
        return _up(start, chord, self.lean + degrees(bend / 2))


def rest(outline: Sequence[Point], anchor: Point, towards: float, radius: float) -> Point:
    """The middle of a round tool that just touches an outline.

    It comes to the `anchor` from outside, against the direction `towards`.
    """
    along = turn((0, 0), 1, 90 - towards)
    best = None
    for x, y in outline:
        dx, dy = x - anchor[0], y - anchor[1]
        beside = dx * along[1] - dy * along[0]
        if abs(beside) < radius:
            ahead = dx * along[0] + dy * along[1] + sqrt(radius**2 - beside**2)
            best = ahead if best is None else max(best, ahead)
    if best is None:
        raise OutOfReachError("lies beside the part of the body that it is on.")
    return anchor[0] + along[0] * best, anchor[1] + along[1] * best


def flanks(bones: Sequence[tuple[float, float, float]]) -> list[Point]:
    """Points along both sides of a limb of (x, y, half width) joints."""
    points = []
    for (ax, ay, ar), (bx, by, br) in pairwise(bones):
        if (ax, ay) == (bx, by):  # a hem, where the half width jumps
            continue
        along = direction((ax, ay), (bx, by))
        for step in range(13):
            middle, half = between((ax, ay), (bx, by), step / 12), ar + (br - ar) * step / 12
            points += [turn(middle, half, along + 90), turn(middle, half, along - 90)]
    return points


def edge(outline: Sequence[Point]) -> list[Point]:
    """Points on the soft line round an outline, close enough together to rest on."""
    return trace(outline, 12)


def _up(start: Point, length: float, lean: float) -> Point:
    return start[0] + length * sin(radians(lean)), start[1] - length * cos(radians(lean))
