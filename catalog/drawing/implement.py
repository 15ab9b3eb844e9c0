"""The tool in an exercise drawing, with the dashed ring where it presses."""

from catalog.drawing.ink import Point, between, disc, limb, nums, path, turn
from catalog.drawing.pose import Kind, Tool
from catalog.drawing.skeleton import px

HALO = 6.0
STICK_HALF = 38.0  # a stick across a limb, drawn slanting so that both ends are seen
STICK_SLANT = -34.0
GRIP = 13.0


def round_end(tool: Tool, centre: Point, radius: float) -> str:
    """A ball, or a roller or peanut seen from its end."""
    halo = disc("tp-f-halo", centre, radius + HALO)
    if tool.hidden:
        return halo + disc("tp-f-behind", centre, radius)
    body = disc("tp-f-ball", centre, radius)
    return (
        halo + body + (disc("tp-f-hole", centre, radius * 0.4) if tool.kind is Kind.ROLLER else "")
    )


def peanut(centre: Point, radius: float, along: float) -> str:
    """Both halves of a peanut that lies at this page angle."""
    a, b = halves(centre, radius, along)
    waist = between(a, b, 0.5)
    shape = limb((*a, radius), (*waist, radius * 0.62), (*b, radius))
    ring = limb((*a, radius + HALO), (*b, radius + HALO))
    return path("tp-f-halo", ring) + path("tp-f-ball", shape)


def halves(centre: Point, radius: float, along: float) -> tuple[Point, Point]:
    return turn(centre, radius * 0.95, along + 180), turn(centre, radius * 0.95, along)


def bar(centre: Point, radius: float, half: float, along: float, *, grips: bool) -> str:
    """A stick, or a roller seen from its side: a rounded bar, with grips when it is a stick."""
    a, b = turn(centre, half, along + 180), turn(centre, half, along)
    inner = half - GRIP if grips else half - radius
    start, end = turn(centre, inner, along + 180), turn(centre, inner, along)
    drawn = ""
    if grips:
        drawn += path("tp-f-grip", limb((*a, radius * 0.7), (*b, radius * 0.7)))
    ring = limb((*start, radius + HALO), (*end, radius + HALO))
    return (
        path("tp-f-halo", ring) + drawn + path("tp-f-ball", limb((*start, radius), (*end, radius)))
    )


def stick_ends(centre: Point) -> tuple[Point, Point]:
    """The grips of a slanting stick: the near hand's and the far hand's."""
    return turn(centre, STICK_HALF - 5, STICK_SLANT + 180), turn(
        centre, STICK_HALF - 5, STICK_SLANT
    )


def cane(points: tuple[Point, ...], tip: Point) -> str:
    """A hooked tube through these points, and the knob at its tip that presses."""
    start, *rest = points
    curve = f"M{nums(*start)}C{nums(*rest[0], *rest[1], *rest[2])}"
    if len(rest) > 3:
        curve += f"S{nums(*rest[3], *rest[4])}"
    return (
        path("tp-f-edge", curve)
        + path("tp-f-tube", curve)
        + disc("tp-f-halo", tip, 6 + HALO)
        + disc("tp-f-ball", tip, 6)
    )


def pack(centre: Point, half: float, along: float) -> str:
    """A warm pack: a soft cushion with waves of warmth over it."""
    a, b = turn(centre, half, along + 180), turn(centre, half, along)
    up = along - 90
    waves = ""
    for share in (0.2, 0.5, 0.8):
        x, y = turn(between(a, b, share), 13, up)
        waves += f"M{nums(x, y)}q5-5 0-9t0-9"
    return path("tp-f-ball", limb((*a, 6), (*b, 6))) + path("tp-f-warm", waves)


def spot(centre: Point) -> str:
    """Where it is sore: a ring that nothing presses on."""
    x, y = centre
    cross = f"M{nums(x - 4, y - 4)}l8 8m0-8l-8 8"
    return disc("tp-f-halo", centre, 9) + path("tp-f-warm", cross)


def radius_of(tool: Tool) -> float:
    return px(tool.radius_cm)
