"""Where every joint of the standing person is: solved from the wall, the ball and the feet.

Nothing is placed by eye. The feet stand on the floor, the ball lies between wall and body,
the hips go where both allow it, and the knees and a palm on the wall follow. The person
faces right; lengths are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import acos, cos, degrees, hypot, radians, sin, sqrt

from catalog.drawing.arm import Reach
from catalog.drawing.ink import Point, between, direction, trace, turn
from catalog.drawing.pose import Arm, Bent, Frame, PalmOnWall, Setting, Spot, Wall

PX_PER_CM = 1.55  # 1.75 m is 271 px
BALL_GROWTH = 1.5  # the ball is drawn larger than life, so that it is seen on a phone

FLOOR = 288.0
WALL_X = {Wall.BEHIND: 36.0, Wall.IN_FRONT: 180.0}
UPPER_ARM, FOREARM, HAND = 50.0, 41.0, 24.0
THIGH, SHANK, ANKLE = 67.0, 66.0, 10.0
HEEL, TOE = 11.0, 29.0  # from the ankle, along the floor
SHOULDER, COLLAR, SKULL = (1.0, 76.0), (-3.0, 84.0), (5.0, 110.0)  # from the hip, upright
HALF_HAND = 3.5

# The trunk from the side, from the hip joint: x ahead, y up. Back first, then chest and belly.
TRUNK = (
    (-19, -6), (-19, -6), (-15, 10), (-12, 30), (-19, 50), (-20, 68), (-15, 82), (-9, 90),
    (3, 90), (9, 82), (18, 70), (19, 54), (15, 34), (16, 12), (16, -6), (16, -6),
)  # fmt: skip
HEIGHT = {Spot.UPPER_BACK: 60.0, Spot.CHEST: 68.0}  # of the ball's middle above the hip


@dataclass(frozen=True, slots=True)
class Leg:
    knee: Point
    ankle: Point


@dataclass(frozen=True, slots=True)
class Body:
    """The whole person with wall and ball, ready to draw."""

    wall_x: float
    ball: Point
    ball_radius: float
    hip: Point
    shoulder: Point
    collar: Point
    skull: Point
    trunk: tuple[Point, ...]
    near_leg: Leg
    far_leg: Leg


def ball_radius(ball_mm: float) -> float:
    return ball_mm / 10 * PX_PER_CM * BALL_GROWTH / 2


def stand(setting: Setting, frame: Frame) -> Body:
    """The person of one frame, leaning on the ball with both feet on the floor."""
    way, wall_x, radius = setting.wall.way, WALL_X[setting.wall], ball_radius(setting.ball_mm)
    tilt, height = frame.lean * way, HEIGHT[setting.ball_on]
    upright = [_place((0, 0), tilt, part) for part in TRUNK]
    hip_x = wall_x - way * radius - touch(upright, -height, radius, way)
    ankles = [_ankle_x(setting.wall, gap_cm) for gap_cm in setting.feet_cm]
    hip = (hip_x, _hip_height(hip_x, ankles))
    near, far = (_leg(hip, (x, FLOOR - ANKLE)) for x in ankles)
    return Body(
        wall_x=wall_x,
        ball=(wall_x - way * radius, hip[1] - height),
        ball_radius=radius,
        hip=hip,
        shoulder=_place(hip, tilt, SHOULDER),
        collar=_place(hip, tilt, COLLAR),
        skull=_place(hip, tilt, SKULL),
        trunk=tuple(_place(hip, tilt, part) for part in TRUNK),
        near_leg=near,
        far_leg=far,
    )


def arm(body: Body, wanted: Arm) -> Reach:
    """From the angles, or from where the palm lies on the wall.

    An arm with its palm on the wall is straight and held out to the side, so from the side
    it looks shorter than it is.
    """
    match wanted:
        case Bent(upper, fore):
            elbow = turn(body.shoulder, UPPER_ARM, 90 - upper)
            wrist = turn(elbow, FOREARM, 90 - fore)
            return Reach(body.shoulder, elbow, wrist, turn(wrist, HAND, 90 - fore))
        case PalmOnWall(below_cm):
            wrist = (body.wall_x - HALF_HAND - 1, body.shoulder[1] + below_cm * PX_PER_CM)
            elbow = between(body.shoulder, wrist, UPPER_ARM / (UPPER_ARM + FOREARM))
            fingers = (wrist[0], wrist[1] + HAND * 0.8)
            return Reach(body.shoulder, (elbow[0] - 3, elbow[1]), wrist, fingers, flat=True)


def touch(outline: Sequence[Point], height: float, radius: float, way: int) -> float:
    """Where the middle of a ball at this height is when it just touches the body from one side."""
    near = [
        way * x + sqrt(radius**2 - (y - height) ** 2)
        for x, y in trace(outline)
        if abs(y - height) < radius
    ]
    return way * max(near)


def _ankle_x(wall: Wall, gap_cm: float) -> float:
    """The heels are next to a wall behind, the toes next to a wall in front."""
    foot = HEEL if wall is Wall.BEHIND else TOE
    return WALL_X[wall] - wall.way * (gap_cm * PX_PER_CM + foot)


def _hip_height(hip_x: float, ankles: list[float]) -> float:
    """As high as the leg that is further away allows, with its knee a touch soft."""
    furthest = max(abs(hip_x - x) for x in ankles)
    return FLOOR - ANKLE - sqrt((THIGH + SHANK - 0.05) ** 2 - furthest**2)


def _leg(hip: Point, ankle: Point) -> Leg:
    """Two-bone inverse kinematics: the knee, bent forwards, that joins hip and ankle."""
    gap = min(hypot(ankle[0] - hip[0], ankle[1] - hip[1]), THIGH + SHANK - 0.01)
    inner = degrees(acos((THIGH**2 + gap**2 - SHANK**2) / (2 * THIGH * gap)))
    return Leg(turn(hip, THIGH, direction(hip, ankle) - inner), ankle)


def _place(hip: Point, tilt: float, part: Point) -> Point:
    """A point of the upright body, on the page, when the trunk is tilted forwards."""
    x, y, s, c = *part, sin(radians(tilt)), cos(radians(tilt))
    return hip[0] + x * c + y * s, hip[1] - y * c + x * s
