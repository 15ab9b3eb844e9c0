"""Lets the person, seen from the side, down onto what holds them.

Nothing is placed by eye. The feet stand on the floor, the tool lies between body and wall, seat
or floor, the hips go where these allow it, and knees, hands and elbows follow.
"""

from collections.abc import Sequence
from math import sqrt

from catalog.drawing import skeleton as bones
from catalog.drawing.arm import Reach
from catalog.drawing.implement import radius_of
from catalog.drawing.ink import Circle, Point, between
from catalog.drawing.leg import Leg, turned
from catalog.drawing.pose import Bent, Kind, Limb, Look, Part, Rests, Sent, Tool
from catalog.drawing.side_body import SideBody, along
from catalog.drawing.side_pose import SidePose
from catalog.drawing.skeleton import FLOOR, Spine, hang, px, reach, rest
from catalog.drawing.support import BACKREST_X, SEAT_TOP, Support

LIFTS = {Rests.FLOOR: FLOOR, Rests.CHAIR: SEAT_TOP}  # what a tool can lift the body off
SKULL_OUTLINE = ((-9, 16), (-15, 10), (-19, -3), (-16, -20), (2, -23), (15, -18), (12, 18))


def solve(pose: SidePose) -> SideBody:
    """Let the body down onto, or against, what holds it."""
    bare = SideBody(
        pose, Spine((0, 0), pose.lean, pose.curl), _loose(pose.leg, pose.look), None, None
    )
    hip_x = _hip_x(pose, bare)
    hip = (hip_x, _hip_y(pose, bare, hip_x))
    spine = Spine(hip, pose.lean, pose.curl)
    leg, far_leg = _legs(pose, hip)
    body = SideBody(pose, spine, leg, far_leg, None)
    return SideBody(pose, spine, leg, far_leg, _contact(pose.tool, body) if pose.tool else None)


def _hip_x(pose: SidePose, bare: SideBody) -> float:
    tool = pose.tool
    if tool and tool.rests is Rests.BACKREST:
        return BACKREST_X + radius_of(tool) - _contact(tool, bare)[0]
    if tool and tool.rests in (Rests.WALL, Rests.DOOR_FRAME):
        away = pose.support.way * radius_of(tool)
        return pose.support.face - away - _contact(tool, bare)[0]
    return px(pose.x_cm)


def _hip_y(pose: SidePose, bare: SideBody, hip_x: float) -> float:
    tool = pose.tool
    if tool and tool.rests in LIFTS and tool.on in (Part.TRUNK, Part.SEAT, Part.THIGH):
        return LIFTS[tool.rests] - radius_of(tool) - _contact(tool, bare)[1]
    if pose.support.is_seat:
        return SEAT_TOP - max(y for _, y in bones.edge(bare.seat)) - 1
    if pose.support is Support.FLOOR:
        lowest = [*bones.edge(bare.seat), *bones.edge(bare.trunk)]
        return FLOOR - max(y for _, y in lowest) - 1
    return _standing_height(pose, hip_x)


def _standing_height(pose: SidePose, hip_x: float) -> float:
    """As high as the leg that is further away allows, with its knee a touch soft."""
    standing = [leg for leg in (pose.leg, pose.far_leg) if isinstance(leg, Sent)]
    if not standing:
        raise bones.OutOfReachError("'leg' or 'far_leg' must stand on the floor.")
    furthest = max(abs(hip_x - _ankle_x(pose, leg, hip_x)) for leg in standing)
    most = bones.THIGH + bones.SHANK - 0.05
    if furthest >= most:
        raise bones.OutOfReachError("'leg' stands further away than it is long.")
    return FLOOR - bones.ANKLE - sqrt(most**2 - furthest**2) + px(pose.sink_cm)


def _ankle_x(pose: SidePose, wanted: Sent, hip_x: float) -> float:
    """The heels are next to a wall behind, the toes next to a wall in front."""
    wall = pose.support.wall_x
    if wall is None:
        return hip_x + px(wanted.cm)
    foot = bones.HEEL if pose.support is Support.WALL_BEHIND else bones.TOE
    return wall - pose.support.way * (px(wanted.cm) + foot)


def _legs(pose: SidePose, hip: Point) -> tuple[Leg, Leg | None]:
    near = _leg(pose, pose.leg, hip, "leg")
    return near, _leg(pose, pose.far_leg, hip, "far_leg") if pose.far_leg else None


def _leg(pose: SidePose, wanted: Limb, hip: Point, key: str) -> Leg:
    if isinstance(wanted, Bent):
        return _bent_leg(wanted, hip, pose.look)
    ankle = (_ankle_x(pose, wanted, hip[0]), FLOOR - bones.ANKLE)
    with bones.naming(key):
        knee = reach(hip, ankle, bones.THIGH, bones.SHANK, -wanted.way)
    return Leg(hip, knee, ankle, -wanted.end, pose.look.build.girth, pose.look.barefoot)


def _bent_leg(wanted: Bent, hip: Point, look: Look) -> Leg:
    knee = hang(hip, bones.THIGH * wanted.first_share, wanted.first)
    ankle = hang(knee, bones.SHANK * wanted.second_share, wanted.second)
    turn_of_foot = -wanted.second - wanted.end
    return Leg(hip, knee, ankle, turn_of_foot, look.build.girth, look.barefoot)


def _loose(wanted: Limb, look: Look) -> Leg:
    """The leg before the hip is known: only a bent one has a shape by then."""
    return _bent_leg(wanted if isinstance(wanted, Bent) else Bent(0, 0), (0, 0), look)


def _contact(tool: Tool, body: SideBody) -> Point:
    """The middle of the tool where it just touches its part of the body."""
    if tool.on is Part.SIDE:
        return body.spine.place((px(tool.beside_cm), px(tool.cm)))
    with bones.naming("tool"):
        return _resting(tool, body)


def _resting(tool: Tool, body: SideBody) -> Point:
    anchor, outline = _surface(tool, body)
    towards = tool.angle if tool.angle is not None else _towards(tool, body.pose.support)
    radius = 1 if tool.kind is Kind.SPOT else 6 if tool.kind is Kind.PACK else radius_of(tool)
    return rest(outline, anchor, towards, radius)


def _towards(tool: Tool, support: Support) -> float:
    if tool.rests in (Rests.WALL, Rests.DOOR_FRAME):
        return 90.0 * support.way
    return tool.rests.towards


def _surface(tool: Tool, body: SideBody) -> tuple[Point, Sequence[Point]]:
    """Where along its part the tool lies, and the outline that it touches."""
    way = px(tool.cm)
    match tool.on:
        case Part.TRUNK:
            return body.spine.place((px(tool.beside_cm), way)), bones.edge(body.trunk)
        case Part.SEAT:
            return body.spine.place((px(tool.beside_cm), way)), bones.edge(body.seat)
        case Part.HEAD:
            anchor = turned(((px(tool.beside_cm), way),), body.skull, body.head_tilt)[0]
            return anchor, bones.edge(turned(SKULL_OUTLINE, body.skull, body.head_tilt))
        case Part.THIGH:
            return along(body.leg.hip, body.leg.knee, way), bones.flanks(body.leg.thigh)
        case Part.SHIN:
            return along(body.leg.knee, body.leg.ankle, way), bones.flanks(body.leg.shin)
        case Part.FOOT:
            foot = turned(((way, 4),), body.leg.ankle, body.leg.foot_turn)[0]
            return foot, bones.edge(body.leg.foot)
        case _:
            if body.pose.arm is None:
                raise bones.OutOfReachError("lies on a forearm, and 'arm' is missing.")
            arm = body.arm(body.pose.arm)
            return along(arm.elbow, arm.wrist, way), bones.flanks(_forearm(arm))


def _forearm(arm: Reach) -> tuple[Circle, ...]:
    fleshy = between(arm.elbow, arm.wrist, 0.25)
    return (*arm.elbow, 6.2), (*fleshy, 6.4), (*arm.wrist, 4.3)
