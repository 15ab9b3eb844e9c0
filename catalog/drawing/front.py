"""The person seen from the front or the back: upright, or laid down on their side."""

from catalog.drawing import arm, head, implement, support
from catalog.drawing.front_body import HEM, FrontBody, solve
from catalog.drawing.front_pose import Bone, FrontPose
from catalog.drawing.ink import Piece, Point, between, cuff, limb, nums, path, soft
from catalog.drawing.leg import turned
from catalog.drawing.pose import Kind, Limb
from catalog.drawing.support import Extra

FOOT = ((-9, 9), (-9, 9), (-10, 2), (-5, -9), (5, -9), (10, 2), (9, 9), (9, 9))
BONES = {
    Bone.SPINE: (((0, 84), (0, 4)),),
    Bone.BLADES: (
        ((-9, 72), (-14, 50)), ((-14, 50), (-27, 66)), ((9, 72), (14, 50)), ((14, 50), (27, 66)),
    ),
    Bone.NECK: (((0, 96), (0, 70)),),
    Bone.PELVIS: (((-22, 12), (-8, 17)), ((22, 12), (8, 17))),
}  # fmt: skip


def pieces(pose: FrontPose) -> list[Piece]:
    """The layers of a frame, the furthest away first."""
    body = solve(pose)
    tool = Piece(_tool(body))
    held = pose.tool is not None and pose.tool.kind is Kind.CANE
    arms = [(pose.other_arm, -1), (pose.arm, 1)]
    legs = [_leg(body, -1), _leg(body, 1)]
    shorts, seated = Piece(_shorts(body)), pose.support.is_seat
    return [
        Piece(_support(body)),
        *([] if seated else [*legs, shorts]),
        *(_arm(body, wanted, side, over=False) for wanted, side in arms),
        _head(body),
        Piece(path("tp-f-shirt", soft(body.trunk) + _sleeves(body)) + _bones(body)),
        *([shorts, *legs] if seated else []),
        tool if held else Piece(""),
        *(_arm(body, wanted, side, over=True) for wanted, side in arms),
        Piece("") if held else tool,
    ]


def _name(limb_: str, side: int) -> str:
    return limb_ if side > 0 else f"other {limb_}"


def joints(pose: FrontPose) -> dict[str, Point]:
    return solve(pose).joints()


def _support(body: FrontBody) -> str:
    pose, room = body.pose, body.pose.room
    drawn = support.floor(room)
    if Extra.MAT in pose.extra:
        drawn += support.mat(14, room.wide - 14)
    if pose.support.wall_x:
        return drawn + support.draw(pose.support, 0)
    if pose.support.is_seat:
        return drawn + support.chair_from_front(body.hip[0])
    if Extra.WALL in pose.extra:  # the person is between us and it
        drawn += support.skirting(room)
    return drawn


def _leg(body: FrontBody, side: int) -> Piece:
    hip, knee, ankle, turn_of_foot = body.leg(side)
    g = body.girth
    calf = between(knee, ankle, 0.3)
    shin = ((*knee, 9.4 * g), (*calf, 9 * g), (*ankle, 5.6 * g))
    foot = soft(turned(FOOT, ankle, turn_of_foot))
    if body.pose.support.is_seat:  # the thighs come towards us, so the knees cover them
        skin = limb((knee[0], knee[1] - 1, 11.5 * g), *shin[1:])
    else:
        skin = limb((*hip, 12.5 * g), *shin)
    drawn = path("tp-f-skin", skin) + path("tp-f-shoe", foot)
    return Piece(
        drawn,
        path("tp-f-faint", limb((*between(hip, knee, HEM), 11 * g), *shin) + foot),
        _name("leg", side),
    )


def _shorts(body: FrontBody) -> str:
    g, (left, right) = body.girth, (body.leg(-1), body.leg(1))
    if body.pose.support.is_seat:  # the thighs come towards us and end at the knees
        data = limb((*left[0], 13 * g), (*right[0], 13 * g))
        for hip, knee, *_ in (left, right):
            data += limb((*hip, 13 * g), (knee[0], knee[1] - 9, 13.5 * g))
        return path("tp-f-shorts", data)
    data = soft(body.pelvis)
    for hip, knee, *_ in (left, right):
        data += cuff((*hip, 12.8 * g), (*between(hip, knee, HEM), 13.2 * g))
    return path("tp-f-shorts", data)


def _head(body: FrontBody) -> Piece:
    pose = body.pose
    look = (pose.turn_head / 90 * 15, pose.nod / 90 * 18)
    drawn = head.front(
        body.skull, body.collar, body.head_tilt, pose.look.hair, look, behind=pose.behind
    )
    return Piece(drawn, head.faint_front(body.skull, body.head_tilt), "head")


def _arm(body: FrontBody, wanted: Limb | None, side: int, *, over: bool) -> Piece:
    """An arm beside the trunk lies under the shirt, whose sleeve it wears; one across lies over."""
    if wanted is None or body.crosses(wanted, side) is not over:
        return Piece("")
    placed = body.arm(wanted, side)
    drawn = arm.bare(placed, body.girth)
    if over:
        drawn += path("tp-f-shirt tp-f-sleeve", arm.sleeve(placed, body.girth))
    return Piece(drawn, arm.faint(placed, body.girth), _name("arm", side))


def _sleeves(body: FrontBody) -> str:
    pose = body.pose
    return "".join(
        arm.round_sleeve(body.arm(wanted, side), body.girth)
        for wanted, side in ((pose.other_arm, -1), (pose.arm, 1))
        if wanted and not body.crosses(wanted, side)
    )


def _bones(body: FrontBody) -> str:
    lines = [line for name in sorted(body.pose.bones) for line in BONES[name]]
    ends = ((body.spine.place(a), body.spine.place(b)) for a, b in lines)
    data = "".join(f"M{nums(*a)}L{nums(*b)}" for a, b in ends)
    return path("tp-f-bone", data) if data else ""


def _tool(body: FrontBody) -> str:
    tool, centre = body.pose.tool, body.tool
    if tool is None or centre is None:
        return ""
    if tool.kind is Kind.CANE:
        return implement.cane(_cane(body, centre), centre)
    if tool.kind is Kind.PEANUT:
        return implement.peanut(centre, body.radius, body.spine.lean)
    if tool.kind is Kind.SPOT:
        return implement.spot(centre)
    return implement.round_end(tool, centre, body.radius)


def _cane(body: FrontBody, tip: Point) -> tuple[Point, ...]:
    """From the shoulder's top round beside the neck, and down across the chest."""
    x, y = tip
    low = body.spine.place((-12, 6))
    high = (x - 9, y + 2)
    return (x, y), (x + 9, y - 25), (x - 9, y - 27), high, (low[0] + 9, low[1] - 30), low
