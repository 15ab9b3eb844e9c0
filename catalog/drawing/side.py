"""The person seen from the side. The far arm hangs behind the body and is not seen."""

from catalog.drawing import arm, skeleton
from catalog.drawing.ink import (
    between,
    cuff,
    disc,
    limb,
    num,
    nums,
    path,
    soft,
    straight_arrow,
    swing_arrow,
    wall,
)
from catalog.drawing.pose import Frame, Setting
from catalog.drawing.skeleton import Body, Leg

ARROW_RADIUS = 78.0  # round the shoulder, inside the hand's way

# The head from the side, from its middle: x ahead, y down.
FACE = (
    (-8, 14), (-14, 9), (-16, -3), (-14, -17), (2, -20), (13, -15), (12.5, -5), (12, -2),
    (16.5, 4), (15.5, 6), (12.5, 6), (13, 9), (12, 10), (12.5, 14), (9, 18), (2, 15), (-1, 11),
)  # fmt: skip
HAIR = (
    (-9, 13), (-9, 13), (-15, 9), (-18, -3), (-16, -20), (2, -23.5), (15, -18), (13, -9), (13, -9),
    (3, -11), (-3, -4), (-3, 3), (-7, 5),
)  # fmt: skip
SEAT = ((15, 10), (16, 0), (15, -12), (0, -15), (-16, -17), (-20, -8), (-18, 2), (-13, 10))
SHOE = (
    (-11, 9), (-11, 9), (-12, 0), (-9, -5), (-7, -8), (5, -8), (8, -4), (16, 0), (28, 1), (31, 9),
    (31, 9),
)  # fmt: skip


def draw(setting: Setting, frame: Frame) -> str:
    """One frame from the side."""
    body = skeleton.stand(setting, frame)
    reach = skeleton.arm(body, frame.arm)
    return "".join(
        [
            wall(body.wall_x, setting.wall.way),
            path("tp-f-prop", f"M14 {num(skeleton.FLOOR)}H226"),
            f'<g class="tp-f-far">{_leg(body, body.far_leg)}</g>',
            _head(body),
            _leg(body, body.near_leg),
            path("tp-f-shirt", soft(body.trunk)),
            *(arm.faint(skeleton.arm(body, wanted)) for wanted in frame.faint_arms),
            arm.bare(reach),
            path("tp-f-shirt tp-f-sleeve", arm.sleeve(reach)),
            _ball(body),
            *_arrows(setting, frame, body),
        ]
    )


def _leg(body: Body, leg: Leg) -> str:
    hip, knee, ankle = body.hip, leg.knee, leg.ankle
    calf = between(knee, ankle, 0.3)
    hem = between(hip, knee, 0.62)
    bare = limb((*hip, 13), (*knee, 9.2), (calf[0] - 1.5, calf[1], 9), (*ankle, 5.6))
    shoe = soft([(ankle[0] + x, ankle[1] + y) for x, y in SHOE])
    seat = soft([(hip[0] + x, hip[1] - y) for x, y in SEAT])
    shorts = seat + cuff((*hip, 14.5), (*hem, 13.5))
    return path("tp-f-skin", bare) + path("tp-f-shoe", shoe) + path("tp-f-shorts", shorts)


def _head(body: Body) -> str:
    x, y = body.skull
    neck = limb((*body.collar, 9), (x - 5, y + 8, 8.5))
    ear = f"M{nums(x - 4, y + 1)}q1-5 4-2 1 4-3 6"
    face, hair = (soft([(x + dx, y + dy) for dx, dy in part]) for part in (FACE, HAIR))
    return path("tp-f-skin", neck + face) + path("tp-f-hair", hair) + path("tp-f-line", ear)


def _ball(body: Body) -> str:
    halo = disc("tp-f-halo", body.ball, body.ball_radius + 6)
    return halo + disc("tp-f-ball", body.ball, body.ball_radius)


def _arrows(setting: Setting, frame: Frame, body: Body) -> list[str]:
    drawn = []
    if frame.push:
        way = setting.wall.way
        tip = (body.ball[0] - way * (body.ball_radius + 46), body.ball[1])
        drawn.append(straight_arrow((tip[0] - way * 34, tip[1]), tip))
    if frame.swing:
        start, end = (90 - angle for angle in frame.swing)
        both_ways = frame.both_ways
        drawn.append(swing_arrow(body.shoulder, ARROW_RADIUS, start, end, both_ways=both_ways))
    return drawn
