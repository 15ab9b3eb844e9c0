"""The body, front and back, and the spots on it that stand for the places of the finder's list.

Each spot is a picture of its own in the same frame, so that it can lie inside its choice: what
is ticked, pointed at or in focus is then seen on the map without a rule for every place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Self

from catalog.drawing.ink import Point, limb, num, nums, path, soft
from catalog.entries import Entry

WIDTH, HEIGHT = 328, 524  # at least as wide on a phone, so a unit is a pixel or more there
FINGER = 44  # units: what a finger hits without care


class View(StrEnum):
    FRONT = "front"
    BACK = "back"

    @property
    def middle(self) -> float:
        return WIDTH * (0.25 if self is View.FRONT else 0.75)


@dataclass(frozen=True, slots=True)
class Spot:
    """One place: the ovals that are drawn and the boxes that can be hit, from the middle line."""

    view: View
    shape: tuple[float, ...]
    target: tuple[float, ...]

    @classmethod
    def read(cls, entry: Entry, regions: Mapping[str, object]) -> Self:
        """Read one [spot] entry. Raises ContentError for one that nobody could hit."""
        spot = cls(
            entry.word("view", View),
            entry.numbers("shape", 4),
            entry.numbers("target", 4),
        )
        entry.done()
        if entry.id not in regions:
            raise entry.refuse("there is no region of this name.")
        if complaint := spot._complaint():
            raise entry.refuse(complaint)
        return spot

    def _complaint(self) -> str:
        left, top, right, bottom = self.target
        x, y, wide, high = self.shape
        if min(right - left, bottom - top) < FINGER:
            return f"'target' must be {FINGER} or more both ways."
        inside = max(-left, right) <= WIDTH / 4 and top >= 0 and bottom <= HEIGHT
        if not inside or (left < 0 and -left != right):
            return "'target' must lie on one side of its body, or on both alike."
        if not (left <= x - wide and x + wide <= right and top <= y - high and y + high <= bottom):
            return "'shape' must lie inside its 'target'."
        return ""

    @property
    def ovals(self) -> tuple[tuple[float, ...], ...]:
        """What is drawn: x and y of each middle on the whole map, half width, half height."""
        x, *rest = self.shape
        return tuple((self.view.middle + side * x, *rest) for side in ((1, -1) if x else (1,)))

    @property
    def boxes(self) -> tuple[tuple[float, ...], ...]:
        """What can be hit: left, top, right and bottom on the whole map."""
        left, top, right, bottom = self.target
        middle = self.view.middle
        right_one = (middle + left, top, middle + right, bottom)
        if left < 0:
            return (right_one,)
        return right_one, (middle - right, top, middle - left, bottom)


def spot(place: Spot) -> str:
    """One place's picture, to lie over the body. The box is there to be hit and not seen."""
    boxes = "".join(
        f"M{nums(left, top)}H{num(right)}V{num(bottom)}H{num(left)}Z"
        for left, top, right, bottom in place.boxes
    )
    ovals = "".join(_oval(*oval) for oval in place.ovals)
    return _svg("tp-spot", path("tp-spot-box", boxes) + path("tp-spot-oval", ovals))


@cache
def body() -> str:
    """Both outlines, with what tells front from back: collarbones and knees, blades and spine."""
    drawn = ""
    for view, lines in ((View.FRONT, _FRONT), (View.BACK, _BACK)):
        drawn += (
            f'<g transform="translate({num(view.middle)})">{path("tp-b-skin", _outline())}'
            f"{path('tp-b-line', lines)}"
            f'<text x="0" y="{HEIGHT - 4}">{view.value.capitalize()}</text></g>'
        )
    return _svg("tp-b", drawn)


def _svg(css: str, drawn: str) -> str:
    return (
        f'<svg class="{css}" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">'
        f"{drawn}</svg>"
    )


def _oval(x: float, y: float, wide: float, high: float) -> str:
    half = f"A{nums(wide, high)} 0 0 1"
    return f"M{nums(x - wide, y)}{half} {nums(x + wide, y)}{half} {nums(x - wide, y)}Z"


_FRONT = "M8 94Q22 90 38 95M-8 94Q-22 90-38 95M13 378q7 6 14 0M-13 378q-7 6-14 0M0 232v3"
_BACK = (
    "M0 92V232M24 108q-5 20-2 40q14-4 22-26M-24 108q5 20 2 40q-14-4-22-26"
    "M3 284q15 12 32 2M-3 284q-15 12-32 2"
)


def _outline() -> str:
    """Everything that is skin, one piece over the other. One stroke joins them to one outline."""
    pieces = [_oval(0, 36, 20, 27), limb((0, 54, 11), (0, 88, 12)), soft(_trunk())]
    for side in (1, -1):
        pieces += [_limb(side, *joints) for joints in _LIMBS]
    return "".join(pieces)


def _trunk() -> list[Point]:
    return [*_RIGHT, *((-x, y) for x, y in reversed(_RIGHT))]


def _limb(side: int, *joints: tuple[float, float, float]) -> str:
    return limb(*((side * x, y, radius) for x, y, radius in joints))


# The trunk's right edge from the neck to the fork, and what hangs on it: shoulder, elbow, wrist
# and hand; hip, knee, calf, ankle and foot. Each joint is across, down and radius.
_RIGHT = [
    *((10, 84), (26, 91), (50, 96), (51, 122), (39, 152)),
    *((31, 196), (31, 214), (38, 246), (40.5, 280), (30, 290)),
]
_LIMBS = (
    ((44, 109, 13.5), (58, 186, 9.5), (68, 252, 7), (72, 276, 7.5)),
    ((20, 274, 20.5), (20, 376, 12.5), (21.5, 410, 14), (20, 478, 8), (25, 496, 9)),
)
