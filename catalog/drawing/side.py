"""The person seen from the side, always facing right; the far arm and leg are fainter."""

from catalog.drawing import arm, head, implement, leg, skeleton, support
from catalog.drawing.arm import Reach
from catalog.drawing.ink import Piece, Point, path, soft
from catalog.drawing.leg import turned
from catalog.drawing.pose import Kind, Limb, Rests
from catalog.drawing.side_body import SideBody
from catalog.drawing.side_pose import SidePose
from catalog.drawing.side_settle import solve
from catalog.drawing.skeleton import px
from catalog.drawing.support import Extra, Support


def pieces(pose: SidePose) -> list[Piece]:
    """The layers of a frame, the furthest away first. The same number for every pose."""
    body = solve(pose)
    near, trunk = _leg(body), Piece(path("tp-f-shirt", soft(body.trunk)))
    standing = not pose.support.is_seat and pose.support is not Support.FLOOR
    over = pose.tool is not None and pose.tool.rests is not Rests.HAND  # a held one lies under
    return [
        Piece(support.floor(pose.room) + _mats(body) + support.draw(pose.support, body.backrest_x)),
        Piece(_furniture(body)),
        _arm(body, pose.far_arm, far=True),
        _far_leg(body),
        _head(body),
        *((near, trunk) if standing else (trunk, near)),
        Piece("" if over else _tool(body)),
        _arm(body, pose.arm, far=False),
        Piece(_tool(body) if over else ""),
    ]


def joints(pose: SidePose) -> dict[str, Point]:
    return solve(pose).joints()


def _head(body: SideBody) -> Piece:
    look = body.pose.look
    drawn = head.side(body.skull, body.collar, body.head_tilt, look.hair, girth=look.build.girth)
    return Piece(drawn, head.faint_side(body.skull, body.head_tilt), "head")


def _leg(body: SideBody) -> Piece:
    return Piece(leg.draw(body.leg, body.seat), leg.faint(body.leg), "leg")


def _far_leg(body: SideBody) -> Piece:
    if body.far_leg is None:
        return Piece("")
    drawn = f'<g class="tp-f-far">{leg.draw(body.far_leg)}</g>'
    return Piece(drawn, leg.faint(body.far_leg), "other leg")


def _arm(body: SideBody, wanted: Limb | None, *, far: bool) -> Piece:
    if wanted is None:
        return Piece("")
    reach: Reach = body.arm(wanted, far=far)
    girth = body.pose.look.build.girth
    drawn = arm.bare(reach, girth) + path("tp-f-shirt tp-f-sleeve", arm.sleeve(reach, girth))
    if far:
        return Piece(f'<g class="tp-f-far">{drawn}</g>', arm.faint(reach, girth), "other arm")
    return Piece(drawn, arm.faint(reach, girth), "arm")


def _tool(body: SideBody) -> str:
    tool, centre = body.pose.tool, body.tool
    if tool is None or centre is None:
        return ""
    match tool.kind:
        case Kind.STICK:
            return implement.bar(
                centre, body.radius, implement.STICK_HALF, implement.STICK_SLANT, grips=True
            )
        case Kind.CANE:
            return _cane(body)
        case Kind.PACK:
            return implement.pack(centre, px(tool.mm / 20), 90 - (tool.angle or 0) + 90)
        case _:
            return implement.round_end(tool, centre, body.radius)


def _cane(body: SideBody) -> str:
    """Over the shoulder from behind, and down to the hands in front of the chest."""
    (x, y), (sx, sy) = body.tool or (0, 0), body.shoulder
    hands = body.joints().get("wrist", (sx + 50, sy + 30))
    end = (hands[0] + 16, hands[1] + 10)
    bow = (x - 18, y - 3), (x - 15, y - 25), (sx - 1, sy - 21), (end[0] - 30, end[1] - 22)
    return implement.cane(((x, y), *bow, end), (x, y))


def _mats(body: SideBody) -> str:
    pose = body.pose
    drawn = support.mat(14, pose.room.wide - 14) if Extra.MAT in pose.extra else ""
    if Extra.WALL in pose.extra:  # we look straight at it, or through it
        drawn += support.skirting(pose.room)
    if Extra.PILLOW in pose.extra:
        x, y = body.skull
        drawn += support.pillow(x - 30, x + 24, y + 17)
    return drawn


def _furniture(body: SideBody) -> str:
    pose, drawn = body.pose, ""
    if Extra.STOOL in pose.extra:
        drawn += _stool(body)
    if Extra.TABLE in pose.extra and body.tool:  # as high as the tool that lies on it
        top = body.tool[1] + body.radius
        drawn += support.table(body.shoulder[0] + 24, pose.room.wide - 14, top)
    return drawn


def _stool(body: SideBody) -> str:
    """As high as what rests on it: the tool, or a heel whose toes are free to move."""
    tool, ankle = body.pose.tool, body.leg.ankle
    if tool and tool.rests is Rests.STOOL and body.tool:
        x, top = body.tool[0], body.tool[1] + body.radius
        return support.stool(x - 30, x + 30, top)
    neutral = -skeleton.angle_of(body.leg.knee, ankle)
    heel = turned(((-skeleton.HEEL, 9),), ankle, neutral)[0]
    return support.stool(heel[0] - 34, heel[0] + 8, heel[1])
