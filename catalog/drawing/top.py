"""The person seen from above, with the wall on the same side of the page as from the side."""

from dataclasses import dataclass
from math import acos, degrees

from catalog.drawing import arm, skeleton
from catalog.drawing.arm import Reach
from catalog.drawing.ink import Point, disc, limb, nums, path, soft, swing_arrow, turn, wall
from catalog.drawing.pose import Arm, Bent, Frame, PalmOnWall, Setting, Spot

ZOOM = 1.24  # larger than from the side: there is room, and the ball's spot is the point
SPINE_Y = 106.0
BESIDE_SPINE = {Spot.UPPER_BACK: 10.0, Spot.CHEST: 19.0}  # how far the ball lies to the side
SHOULDER = (0.0, 31.0)  # from the spine: x ahead, y to the side of the ball
ARROW_RADIUS = 96.0  # round the shoulder, inside the hand's way

# The shoulders from above, round the spine: back first, then the far shoulder and the chest.
SHOULDERS = (
    (-13, 36), (-20, 16), (-16, 0), (-20, -16), (-13, -36), (2, -43), (13, -36),
    (20, -16), (18, 0), (20, 16), (13, 36), (2, 43),
)  # fmt: skip
FACE = ((-10, -13), (4, -14), (14, -8), (16, -3), (21, 0), (16, 3), (14, 8), (4, 14), (-10, 13))
HAIR = ((-15, -8), (-7, -16), (5, -13), (10, -6), (10, 6), (5, 13), (-7, 16), (-15, 8))
BONES = {
    Spot.UPPER_BACK: (((-14, 17), (-5, 33)), ((-14, -17), (-5, -33))),
    Spot.CHEST: (((14, 6), (6, 34)), ((14, -6), (6, -34))),
}  # the shoulder blades or the collarbones: what the ball's place is named after


@dataclass(frozen=True, slots=True)
class Above:
    """Wall, ball and body as they lie in the picture."""

    wall_x: float
    ball: Point
    ball_radius: float
    spine: Point
    shoulder: Point  # the one on the ball's side


def draw(setting: Setting, frame: Frame) -> str:
    """One frame from above."""
    seen = place(setting)
    main = reach(seen, frame.arm)
    return "".join(
        [
            wall(seen.wall_x, setting.wall.way),
            *(arm.faint(reach(seen, wanted), ZOOM) for wanted in frame.faint_arms),
            arm.bare(main, ZOOM),
            _other_arm(seen.spine),
            path("tp-f-shirt", soft(_at(seen.spine, SHOULDERS)) + arm.sleeve(main, ZOOM)),
            _bones(seen.spine, setting.ball_on),
            _head(seen.spine),
            disc("tp-f-halo", seen.ball, seen.ball_radius + 6),
            disc("tp-f-ball", seen.ball, seen.ball_radius),
            _swing(seen.shoulder, frame),
        ]
    )


def place(setting: Setting) -> Above:
    """The body as near to the wall as the ball between them allows."""
    way, wall_x = setting.wall.way, skeleton.WALL_X[setting.wall]
    radius, beside = skeleton.ball_radius(setting.ball_mm) * ZOOM, BESIDE_SPINE[setting.ball_on]
    ball = (wall_x - way * radius, SPINE_Y + beside * ZOOM)
    spine_x = ball[0] - skeleton.touch(_at((0, 0), SHOULDERS), beside * ZOOM, radius, way)
    shoulder = (spine_x + SHOULDER[0] * ZOOM, SPINE_Y + SHOULDER[1] * ZOOM)
    return Above(wall_x, ball, radius, (spine_x, SPINE_Y), shoulder)


def reach(seen: Above, wanted: Arm) -> Reach:
    """The arm at its full length, palm down or on the wall: height does not show from above."""
    upper, fore, hand = (
        length * ZOOM for length in (skeleton.UPPER_ARM, skeleton.FOREARM, skeleton.HAND)
    )
    shoulder = seen.shoulder
    match wanted:
        case Bent(first, second):
            elbow = turn(shoulder, upper, first)
            wrist = turn(elbow, fore, second)
            return Reach(shoulder, elbow, wrist, turn(wrist, hand, second))
        case PalmOnWall():
            ahead = seen.wall_x - (skeleton.HALF_HAND + 1) * ZOOM - shoulder[0]
            angle = degrees(acos(ahead / (upper + fore)))
            elbow, wrist = turn(shoulder, upper, angle), turn(shoulder, upper + fore, angle)
            return Reach(shoulder, elbow, wrist, (wrist[0], wrist[1] + hand), flat=True)


def _swing(shoulder: Point, frame: Frame) -> str:
    if not frame.swing:
        return ""
    return swing_arrow(shoulder, ARROW_RADIUS, *frame.swing, both_ways=frame.both_ways)


def _head(spine: Point) -> str:
    middle = (spine[0] + 5, spine[1])
    return path("tp-f-skin", soft(_at(middle, FACE))) + path("tp-f-hair", soft(_at(middle, HAIR)))


def _other_arm(spine: Point) -> str:
    x, y = spine[0] + SHOULDER[0] * ZOOM, SPINE_Y - SHOULDER[1] * ZOOM
    return path("tp-f-skin", limb((x, y, 9), (x + 24, y + 1, 7.5), (x + 32, y + 5, 5)))


def _bones(spine: Point, spot: Spot) -> str:
    return path(
        "tp-f-bone",
        "".join(f"M{nums(*a)}L{nums(*b)}" for a, b in (_at(spine, line) for line in BONES[spot])),
    )


def _at(centre: Point, outline: tuple[Point, ...]) -> list[Point]:
    return [(centre[0] + x * ZOOM, centre[1] + y * ZOOM) for x, y in outline]
