"""The strokes every drawing shares: numbers, limbs, soft outlines and arrows, as SVG path data."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import acos, atan2, cos, degrees, hypot, radians, sin

Point = tuple[float, float]
Circle = tuple[float, float, float]  # x, y, radius


STRAIGHT = 4.0  # degrees: a smaller bend in a limb needs no rounding of its own


@dataclass(frozen=True, slots=True)
class Piece:
    """One layer of a drawing, and the dashed outline that shows where it moves from or to."""

    drawn: str
    faint: str = ""
    name: str = ""  # of the part that can move by itself


def num(value: float) -> str:
    """A number as short as SVG allows, to a tenth of a unit: "12.3", "7", ".5", "0"."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def nums(*values: float) -> str:
    """Numbers in a row; a minus sign parts them as well as a space does."""
    return " ".join(map(num, values)).replace(" -", "-")


def turn(origin: Point, length: float, angle: float) -> Point:
    """The point `length` away from `origin`. 0 degrees points right, 90 down the page."""
    return origin[0] + length * cos(radians(angle)), origin[1] + length * sin(radians(angle))


def between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def direction(a: Point, b: Point) -> float:
    """The angle in degrees from one point to another."""
    return degrees(atan2(b[1] - a[1], b[0] - a[0]))


def path(css: str, data: str) -> str:
    return f'<path class="{css}" d="{data}"/>'


def disc(css: str, centre: Point, radius: float) -> str:
    x, y = centre
    return f'<circle class="{css}" cx="{num(x)}" cy="{num(y)}" r="{num(radius)}"/>'


def wall(x: float, way: int) -> str:
    """A wall seen from its edge, hatched on the far side, so that it needs no colour."""
    hatch = f"M{nums(x, 22)}" + f"l{nums(8 * way, 8)}m{nums(-8 * way, 5)}" * 20
    return path("tp-f-hatch", hatch) + path("tp-f-prop", f"M{nums(x, 12)}V288")


def limb(*joints: Circle) -> str:
    """One rounded, tapering outline through all joints: out along its left side and back.

    On the inside of a bend the line runs on into the limb, where the fill covers it.
    """
    sides = [_tangents(a, b) for a, b in pairwise(joints)]
    turns = [direction(b.start, b.end) - direction(a.start, a.end) for a, b in pairwise(sides)]
    bends = [(angle + 180) % 360 - 180 for angle in turns]
    first, last = sides[0], sides[-1]
    data = f"M{nums(*first.right[0])}{_arc(joints[0][2], first.left[0], large=first.opens)}"
    for n, side in enumerate(sides):
        data += f"L{nums(*side.left[1])}"
        if n < len(bends) and bends[n] > STRAIGHT:
            data += _arc(joints[n + 1][2], sides[n + 1].left[0])
    data += _arc(joints[-1][2], last.right[1], large=not last.opens)
    for n in range(len(sides) - 1, 0, -1):
        data += f"L{nums(*sides[n].right[0])}"
        if bends[n - 1] < -STRAIGHT:
            data += _arc(joints[n][2], sides[n - 1].right[1])
    return data + "Z"


def cuff(start: Circle, end: Circle) -> str:
    """A sleeve or trouser leg: round where it starts, cut straight where it ends."""
    (x, y, r), (ex, ey, er) = start, end
    along = direction((x, y), (ex, ey))
    left, right = turn((x, y), r, along - 90), turn((x, y), r, along + 90)
    hem_left, hem_right = turn((ex, ey), er, along - 90), turn((ex, ey), er, along + 90)
    curve = f"A{nums(r, r)} 0 0 1 {nums(*left)}"
    return f"M{nums(*right)}{curve}L{nums(*hem_left)} {nums(*hem_right)}Z"


def soft(points: Sequence[Point]) -> str:
    """A smooth closed outline that the points pull on like magnets; a doubled point is a corner.

    Each midpoint is on the line, so that "T" can leave every control point unsaid.
    """
    last, first = points[-1], points[0]
    middles = [between(a, b, 0.5) for a, b in zip(points, [*points[1:], first], strict=True)]
    begin = f"M{nums(*between(last, first, 0.5))}Q{nums(*first, *middles[0])}"
    return begin + "T" + " ".join(nums(*m) for m in middles[1:]).replace(" -", "-") + "Z"


def trace(points: Sequence[Point], steps: int = 8) -> list[Point]:
    """Points on the line that `soft` draws, to find out where a ball touches it."""
    line = []
    for before, corner, after in zip(
        [points[-1], *points[:-1]], points, [*points[1:], points[0]], strict=True
    ):
        a, b = between(before, corner, 0.5), between(corner, after, 0.5)
        line += [_bend(a, corner, b, step / steps) for step in range(steps)]
    return line


def straight_arrow(
    tail: Point, tip: Point, *, both_ways: bool = False, css: str = "tp-f-push"
) -> str:
    """A push, or a straight movement, and back when `both_ways`."""
    angle = direction(tail, tip)
    start = turn(tail, 8, angle) if both_ways else tail
    drawn = path(css, f"M{nums(*start)}L{nums(*turn(tip, -8, angle))}") + _tip(tip, angle)
    return drawn + (_tip(tail, angle + 180) if both_ways else "")


def swing_arrow(centre: Point, radius: float, start: float, end: float, *, both_ways: bool) -> str:
    """A movement round a joint, from one page angle to another, and back when `both_ways`."""
    way = 1 if end > start else -1
    notch = degrees(8 / radius) * way  # the line ends inside the arrow head
    a = turn(centre, radius, start + (notch if both_ways else 0))
    b = turn(centre, radius, end - notch)
    large = int(abs(end - start) - 2 * abs(notch) > 180)
    curve = f"M{nums(*a)}A{nums(radius, radius)} 0 {large} {int(way > 0)} {nums(*b)}"
    drawn = path("tp-f-move", curve) + _tip(turn(centre, radius, end), end + way * (90 - notch / 2))
    if both_ways:
        drawn += _tip(turn(centre, radius, start), start - way * 90 + notch / 2)
    return drawn


def _tip(tip: Point, angle: float) -> str:
    wings = turn(tip, 13, angle + 152), turn(tip, 13, angle - 152)
    return path("tp-f-tip", f"M{nums(*wings[0])}L{nums(*tip)} {nums(*wings[1])}Z")


@dataclass(frozen=True, slots=True)
class _Side:
    """Two circles and their common tangents."""

    start: Point
    end: Point
    left: tuple[Point, Point]
    right: tuple[Point, Point]
    opens: bool  # the first circle is the smaller one


def _tangents(a: Circle, b: Circle) -> _Side:
    (ax, ay, ar), (bx, by, br) = a, b
    gap = max(hypot(bx - ax, by - ay), abs(ar - br) + 0.1)
    along, spread = direction((ax, ay), (bx, by)), degrees(acos((ar - br) / gap))
    left, right = (
        (turn((ax, ay), ar, along + way * spread), turn((bx, by), br, along + way * spread))
        for way in (-1, 1)
    )
    return _Side((ax, ay), (bx, by), left, right, opens=spread < 90)


def _arc(radius: float, to: Point, *, large: bool = False) -> str:
    return f"A{nums(radius, radius)} 0 {int(large)} 1 {nums(*to)}"


def _bend(a: Point, pull: Point, b: Point, t: float) -> Point:
    return between(between(a, pull, t), between(pull, b, t), t)
