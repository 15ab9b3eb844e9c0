"""The strokes every drawing shares: numbers, limbs, soft outlines and arrows, as SVG path data."""

from collections.abc import Sequence
from itertools import pairwise
from math import acos, atan2, cos, degrees, hypot, radians, sin

Point = tuple[float, float]
Circle = tuple[float, float, float]  # x, y, radius


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
    """A rounded, tapering limb through all joints.

    The pieces overlap and run the same way round, so one path that paints its stroke
    before its fill shows them as a single outline.
    """
    return "".join(_piece(a, b) for a, b in pairwise(joints))


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


def straight_arrow(tail: Point, tip: Point) -> str:
    """A push: where the body leans."""
    angle = direction(tail, tip)
    neck = turn(tip, -8, angle)
    return path("tp-f-push", f"M{nums(*tail)}L{nums(*neck)}") + _tip(tip, angle)


def swing_arrow(centre: Point, radius: float, start: float, end: float, *, both_ways: bool) -> str:
    """A movement round a joint, from one page angle to another, and back when `both_ways`."""
    way = 1 if end > start else -1
    notch = degrees(8 / radius) * way  # the line ends inside the arrow head
    a = turn(centre, radius, start + (notch if both_ways else 0))
    b = turn(centre, radius, end - notch)
    curve = f"M{nums(*a)}A{nums(radius, radius)} 0 0 {int(way > 0)} {nums(*b)}"
    drawn = path("tp-f-move", curve) + _tip(turn(centre, radius, end), end + way * (90 - notch / 2))
    if both_ways:
        drawn += _tip(turn(centre, radius, start), start - way * 90 + notch / 2)
    return drawn


def _tip(tip: Point, angle: float) -> str:
    wings = turn(tip, 13, angle + 152), turn(tip, 13, angle - 152)
    return path("tp-f-tip", f"M{nums(*wings[0])}L{nums(*tip)} {nums(*wings[1])}Z")


def _piece(a: Circle, b: Circle) -> str:
    """Two circles and their common tangents."""
    (ax, ay, ar), (bx, by, br) = a, b
    gap = max(hypot(bx - ax, by - ay), abs(ar - br) + 0.1)
    along, spread = direction((ax, ay), (bx, by)), degrees(acos((ar - br) / gap))
    a_left, a_right = (turn((ax, ay), ar, along + way * spread) for way in (-1, 1))
    b_left, b_right = (turn((bx, by), br, along + way * spread) for way in (-1, 1))
    big_a, big_b = int(spread < 90), int(spread > 90)
    return (
        f"M{nums(*a_right)}A{nums(ar, ar)} 0 {big_a} 1 {nums(*a_left)}"
        f"L{nums(*b_left)}A{nums(br, br)} 0 {big_b} 1 {nums(*b_right)}Z"
    )


def _bend(a: Point, pull: Point, b: Point, t: float) -> Point:
    return between(between(a, pull, t), between(pull, b, t), t)
