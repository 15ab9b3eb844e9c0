"""The head from the side, the front and the back: an outline, hair, an ear or a nose."""

from collections.abc import Sequence

from catalog.drawing.ink import Point, disc, limb, nums, path, soft
from catalog.drawing.leg import turned
from catalog.drawing.pose import Hair

Outline = tuple[Point, ...]

# From the side, round its middle: x ahead, y down.
FACE = (
    (-8, 14), (-14, 9), (-16, -3), (-14, -17), (2, -20), (13, -15), (12.5, -5), (12, -2),
    (16.5, 4), (15.5, 6), (12.5, 6), (13, 9), (12, 10), (12.5, 14), (9, 18), (2, 15), (-1, 11),
)  # fmt: skip
SHORT = (
    (-9, 13), (-9, 13), (-15, 9), (-18, -3), (-16, -20), (2, -23.5), (15, -18), (13, -9), (13, -9),
    (3, -11), (-3, -4), (-3, 3), (-7, 5),
)  # fmt: skip
CURLS = (
    (-9, 14), (-17, 13), (-22, 2), (-21, -10), (-16, -24), (-2, -28), (10, -26), (18, -17),
    (13, -8), (4, -9), (-3, -4), (-3, 3), (-7, 6),
)  # fmt: skip
BUN = (-14.0, -19.0)

# From the front and the back.
OVAL: Outline = (
    (-11, 14),
    (-15, 4),
    (-15, -12),
    (0, -22),
    (15, -12),
    (15, 4),
    (11, 14),
    (0, 22),
)
FRINGE = (
    (-15, 2), (-18, -8), (-14, -22), (0, -26), (14, -22), (18, -8), (15, 2), (13, -6), (6, -12),
    (-8, -11), (-13, -5),
)  # fmt: skip
CLOUD = (
    (-15, 8), (-22, 2), (-22, -14), (-14, -28), (0, -31), (14, -28), (22, -14), (22, 2), (15, 8),
    (13, -4), (4, -10), (-6, -9), (-13, -3),
)  # fmt: skip
NAPE = ((-10, 11), (-17, 4), (-17, -14), (0, -28), (17, -14), (17, 4), (10, 11), (0, 14))
CLOUD_BEHIND = ((-12, 14), (-22, 6), (-22, -16), (0, -36), (22, -16), (22, 6), (12, 14), (0, 17))


def side(skull: Point, collar: Point, tilt: float, hair: Hair, *, girth: float = 1) -> str:
    """The head from the side, with the neck that carries it."""
    nape = turned(((-5, 8),), skull, tilt)[0]
    neck = limb((*collar, 9 * girth), (*nape, 8.5))
    mask = soft(turned(CURLS if hair is Hair.CURLS else SHORT, skull, tilt))
    ear = _pen(turned(((-4, 1), (-2.5, -3.5), (1, -1), (0, 4), (-4, 6.5)), skull, tilt))
    bun = disc("tp-f-hair", turned((BUN,), skull, tilt)[0], 8) if hair is Hair.BUN else ""
    face = soft(turned(FACE, skull, tilt))
    return path("tp-f-skin", neck + face) + bun + path("tp-f-hair", mask) + path("tp-f-line", ear)


def faint_side(skull: Point, tilt: float) -> str:
    return path("tp-f-faint", soft(turned(FACE, skull, tilt)))


def front(
    skull: Point, collar: Point, tilt: float, hair: Hair, look: tuple[float, float], *, behind: bool
) -> str:
    """The head from the front, or from `behind`. `look` moves the nose: turned, and nodded."""
    chin = turned(((0, 10),), skull, tilt)[0]
    neck = limb((*collar, 9.5), (*chin, 8.5))
    outline = soft(turned(OVAL, skull, tilt))
    bun = disc("tp-f-hair", turned(((0, -22),), skull, tilt)[0], 7) if hair is Hair.BUN else ""
    if behind:
        mask: Outline = CLOUD_BEHIND if hair is Hair.CURLS else NAPE
        return (
            path("tp-f-skin", neck + outline)
            + bun
            + path("tp-f-hair", soft(turned(mask, skull, tilt)))
        )
    across, down = look
    crown: Outline = CLOUD if hair is Hair.CURLS else FRINGE
    mask = tuple((x - across * 0.5, y + down * 0.6) for x, y in crown)
    nose = turned(
        ((across, down - 3), (across + 3, down + 5), (across - 1.5, down + 5)), skull, tilt
    )
    return (
        path("tp-f-skin", neck + outline)
        + bun
        + path("tp-f-hair", soft(turned(mask, skull, tilt)))
        + path("tp-f-line", f"M{nums(*nose[0])}L{nums(*nose[1], *nose[2])}")
    )


def faint_front(skull: Point, tilt: float) -> str:
    return path("tp-f-faint", soft(turned(OVAL, skull, tilt)))


def _pen(points: Sequence[Point]) -> str:
    start, *rest = points
    a, b, c, d = rest
    return f"M{nums(*start)}Q{nums(*a, *b)}Q{nums(*c, *d)}"
