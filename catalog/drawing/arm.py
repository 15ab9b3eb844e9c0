"""The arm and its hand, drawn alike from the side, the front and above."""

from dataclasses import dataclass

from catalog.drawing.ink import Point, between, cuff, direction, limb, nums, path, turn

SHOULDER_WIDTH, HEM_WIDTH = 10.0, 8.8


@dataclass(frozen=True, slots=True)
class Reach:
    """An arm that was solved: its joints and the tip of the fingers."""

    shoulder: Point
    elbow: Point
    wrist: Point
    fingers: Point
    flat: bool = False  # the palm lies on something, so the thumb does not stand out
    thumb_side: int = -1  # from the wrist to the fingers, left or right


def bare(reach: Reach, zoom: float = 1) -> str:
    return path("tp-f-skin", _skin(reach, zoom))


def faint(reach: Reach, zoom: float = 1) -> str:
    """Where the arm comes from, or goes to."""
    return path("tp-f-faint", _skin(reach, zoom))


def sleeve(reach: Reach, zoom: float = 1) -> str:
    """Path data of the sleeve, open at the shoulder, which the shirt under it shows."""
    hem = between(reach.shoulder, reach.elbow, 0.6)
    along = direction(reach.shoulder, reach.elbow)
    left, hem_left, hem_right, right = (
        turn(spot, width * zoom, along + side)
        for spot, width, side in (
            (reach.shoulder, SHOULDER_WIDTH, -90), (hem, HEM_WIDTH, -90),
            (hem, HEM_WIDTH, 90), (reach.shoulder, SHOULDER_WIDTH, 90),
        )
    )  # fmt: skip
    return f"M{nums(*left)}L{nums(*hem_left, *hem_right, *right)}"


def round_sleeve(reach: Reach, zoom: float = 1) -> str:
    """Path data of a sleeve that is sewn to a shirt in the same path."""
    hem = between(reach.shoulder, reach.elbow, 0.6)
    return cuff((*reach.shoulder, SHOULDER_WIDTH * zoom), (*hem, HEM_WIDTH * zoom))


def _skin(reach: Reach, zoom: float) -> str:
    elbow, wrist, fingers = reach.elbow, reach.wrist, reach.fingers
    joints = (
        (between(reach.shoulder, elbow, 0.3), 7.6),
        (elbow, 6.2),
        (between(elbow, wrist, 0.25), 6.4),
        (wrist, 4.3),
        (between(wrist, fingers, 0.45), 3.6 if reach.flat else 5.4),
        (fingers, 3),
    )
    arm = limb(*((x, y, r * zoom) for (x, y), r in joints))
    return arm if reach.flat else arm + _thumb(reach, zoom)


def _thumb(reach: Reach, zoom: float) -> str:
    root = between(reach.wrist, reach.fingers, 0.2)
    away = direction(reach.wrist, reach.fingers) + 34 * reach.thumb_side
    tip = turn(root, 11.5 * zoom, away)
    return limb((*root, 2.9 * zoom), (*tip, 2.1 * zoom))
