"""The outlines of balls, peanuts, rollers, sticks and canes, in pixels round one middle."""

from catalog.drawing.ink import Point, disc, limb, num, nums, path, turn
from catalog.tools import Kind, Surface

MIDDLE = (60.0, 43.0)
PEANUT_GAP = 0.94  # how far apart the middles of a peanut's balls are, in diameters
PERSPECTIVE = 0.19  # how wide a roller's round end looks, in diameters
SPIKES = 20
BUMPY = frozenset({Surface.NUBBED, Surface.SPIKY})


def draw(kind: Kind, across: float, long: float, surface: Surface | None) -> str:
    """The tool without its bar and words."""
    match kind:
        case Kind.BALL:
            return _ball(across / 2, surface)
        case Kind.PEANUT:
            return _peanut(across / 2, surface)
        case Kind.ROLLER:
            return _roller(across / 2, long, surface)
        case Kind.STICK:
            return _stick(across / 2, long, surface)
        case Kind.CANE:
            return _cane(across / 2, long)


def power_sign() -> str:
    x, y = MIDDLE
    return path("tp-p-power", f"M{nums(x - 4, y - 4)}a6 6 0 1 0 8 0M{nums(x, y - 7)}v6")


def _ball(r: float, surface: Surface | None) -> str:
    spiky = surface is Surface.SPIKY
    body = path("tp-p-body", _spikes(MIDDLE, r)) if spiky else disc("tp-p-body", MIDDLE, r)
    return body + _bumps(MIDDLE, r, surface) + _shine(MIDDLE, r)


def _peanut(r: float, surface: Surface | None) -> str:
    x, y = MIDDLE
    left, right = ((x + way * r * PEANUT_GAP, y) for way in (-1, 1))
    inner, high, low = r * 0.5, r * 0.9, r * 0.28
    waist = (
        f"M{nums(x - inner, y - high)}Q{nums(x, y - low, x + inner, y - high)}"
        f"V{num(y + high)}Q{nums(x, y + low, x - inner, y + high)}Z"
    )
    halves = "".join(limb((*half, r), (half[0] + 0.1, half[1], r)) for half in (left, right))
    bumps = "".join(_bumps(half, r, surface) for half in (left, right))
    return path("tp-p-body", halves + waist) + bumps + _shine(left, r)


def _spikes(middle: Point, r: float) -> str:
    tips = (turn(middle, r if n % 2 else r * 0.83, n * 180 / SPIKES) for n in range(2 * SPIKES))
    return "M" + " ".join(nums(*tip) for tip in tips).replace(" -", "-") + "Z"


def _bumps(middle: Point, r: float, surface: Surface | None) -> str:
    """Two rings of dots: dashes of no length with round ends."""
    if surface not in BUMPY:
        return ""
    rings = ((0.28, 5), (0.64, 11)) if surface is Surface.SPIKY else ((0.36, 5), (0.78, 11))
    width = r * (0.13 if surface is Surface.SPIKY else 0.24)
    return "".join(
        disc("tp-p-dots", middle, r * ring).replace(
            "/>", f' pathLength="{count}" stroke-dasharray="0 1" stroke-width="{num(width)}"/>'
        )
        for ring, count in rings
    )


def _shine(middle: Point, r: float) -> str:
    reach = r * 0.72
    start, end = turn(middle, reach, 192), turn(middle, reach, 250)
    return path("tp-p-shine", f"M{nums(*start)}A{nums(reach, reach)} 0 0 1 {nums(*end)}")


def _roller(r: float, long: float, surface: Surface | None) -> str:
    (x, y), end = MIDDLE, 2 * r * PERSPECTIVE
    left, right = x - long / 2, x + long / 2
    side = (
        f"M{nums(left, y - r)}H{num(right)}A{nums(end, r)} 0 0 1 {nums(right, y + r)}H{num(left)}Z"
    )
    drawn = (
        path("tp-p-body", side) + _rows(left + end, right, r, surface) + _oval("end", left, r, 1)
    )
    if surface is Surface.RIDGED:  # a ridged sleeve sits on a hollow core
        return drawn + _oval("hole", left, r, 0.64)
    return drawn


def _rows(left: float, right: float, r: float, surface: Surface | None) -> str:
    """What covers the roller: blocks, dots, or on smooth foam one gleam along the top."""
    y = MIDDLE[1]
    if surface is None or surface is Surface.SMOOTH:
        return path("tp-p-shine", f"M{nums(left + 2, y - r * 0.6)}H{num(right - 2)}")
    ridged = surface is Surface.RIDGED
    rows = "".join(
        f"M{nums(left, y + r * share)}H{num(right)}" for share in (-0.72, -0.25, 0.25, 0.72)
    )
    step = (right - left) / round((right - left) / (10 if ridged else 6))
    css, dash = (
        ("tp-p-ridge", nums(step * 0.7, step * 0.3)) if ridged else ("tp-p-dots", nums(0, step))
    )
    width = num(r * (0.3 if ridged else 0.24))
    return f'<path class="{css}" d="{rows}" stroke-width="{width}" stroke-dasharray="{dash}"/>'


def _oval(part: str, x: float, r: float, share: float) -> str:
    middle, wide, high = num(MIDDLE[1]), num(2 * r * PERSPECTIVE * share), num(r * share)
    return f'<ellipse class="tp-p-{part}" cx="{num(x)}" cy="{middle}" rx="{wide}" ry="{high}"/>'


def _stick(r: float, long: float, surface: Surface | None) -> str:
    """Two grips on a rod, and between them a sleeve, or beads when it is not smooth."""
    (x, y), grip = MIDDLE, long * 0.2
    left, right = x - long / 2, x + long / 2
    start, end = left + grip + 2, right - grip - 2
    beads = 1 if surface in (None, Surface.SMOOTH) else 7
    cuts = (start + (end - start) * n / beads for n in range(1, beads))
    return (
        path("tp-p-line", f"M{nums(left, y)}H{num(right)}")
        + _bar("body", start, end, r)
        + path("tp-p-line", "".join(f"M{nums(cut, y - r)}v{num(2 * r)}" for cut in cuts))
        + _bar("hole", left, left + grip, r * 0.8)
        + _bar("hole", right - grip, right, r * 0.8)
    )


def _bar(part: str, left: float, right: float, r: float) -> str:
    return (
        f'<rect class="tp-p-{part}" x="{num(left)}" y="{num(MIDDLE[1] - r)}"'
        f' width="{num(right - left)}" height="{num(2 * r)}" rx="{num(r * 0.7)}"/>'
    )


def _cane(r: float, long: float) -> str:
    """An S with a knob at each end and one on the shaft for each hand."""
    curve = (
        f"M{_at(long, -0.29, 0.2)}C{_at(long, -0.4, 0.28, -0.54, 0.12, -0.44, -0.08)}"
        f"C{_at(long, -0.34, -0.26, -0.16, -0.2, 0, 0)}S{_at(long, 0.34, 0.26, 0.44, 0.08)}"
        f"C{_at(long, 0.54, -0.12, 0.4, -0.28, 0.29, -0.2)}"
    )
    knobs = ((-0.29, 0.2), (0.29, -0.2), (-0.12, -0.04), (0.12, 0.04))
    tube = "".join(
        f'<path class="tp-p-{part}" d="{curve}" stroke-width="{num(width)}"/>'
        for part, width in (("edge", 2 * r + 2), ("tube", 2 * r - 0.6))
    )
    return tube + "".join(
        disc("tp-p-body", (MIDDLE[0] + across * long, MIDDLE[1] + down * long), r * 1.5)
        for across, down in knobs
    )


def _at(long: float, *shares: float) -> str:
    """Places given as shares of the length, from the middle."""
    return nums(*(MIDDLE[n % 2] + share * long for n, share in enumerate(shares)))
