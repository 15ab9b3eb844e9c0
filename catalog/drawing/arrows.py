"""Arrows: where the body leans or a hand presses, and how a part moves."""

from collections.abc import Mapping

from catalog.drawing.arrow import Arrow, Shape
from catalog.drawing.ink import Point, straight_arrow, swing_arrow, turn
from catalog.drawing.skeleton import px

PUSH_LENGTH = 34.0


def draw(
    arrows: tuple[Arrow, ...], joints: Mapping[str, Point], *, from_above: bool = False
) -> str:
    """All arrows of a frame. A ValueError says which joint there is none of."""
    return "".join(_arrow(arrow, joints, from_above=from_above) for arrow in arrows)


def _arrow(arrow: Arrow, joints: Mapping[str, Point], *, from_above: bool) -> str:
    if arrow.at not in joints:
        raise ValueError(f"'at' can't be {arrow.at!r}; it is one of: {', '.join(joints)}.")
    x, y = joints[arrow.at]
    at = (x + px(arrow.aside_cm[0]), y + px(arrow.aside_cm[1]))
    start, end = (angle if from_above else 90 - angle for angle in arrow.angles)
    match arrow.shape:
        case Shape.PUSH:
            tip = turn(at, px(arrow.cm), end + 180)
            return straight_arrow(turn(tip, PUSH_LENGTH, end + 180), tip)
        case Shape.SLIDE:
            half = px(arrow.cm) / 2
            return straight_arrow(
                turn(at, half, end + 180),
                turn(at, half, end),
                both_ways=arrow.both_ways,
                css="tp-f-move",
            )
        case Shape.SWING:
            return swing_arrow(at, px(arrow.cm), start, end, both_ways=arrow.both_ways)
