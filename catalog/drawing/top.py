"""The person seen from above, facing right: the only way to see an arm move across the body."""

from catalog.drawing import arm, implement
from catalog.drawing.implement import radius_of
from catalog.drawing.ink import (
    Piece,
    Point,
    between,
    cuff,
    limb,
    nums,
    path,
    soft,
    turn,
    wall,
)
from catalog.drawing.leg import turned
from catalog.drawing.pose import (
    Bent,
    Hair,
    Kind,
    Limb,
    Part,
    Rests,
)
from catalog.drawing.top_body import SHOULDERS, ZOOM, Above, TopPose, across_thigh, solve

FACE = ((-10, -13), (4, -14), (14, -8), (16, -3), (21, 0), (16, 3), (14, 8), (4, 14), (-10, 13))
MASKS = {
    Hair.SHORT: ((-15, -8), (-7, -16), (5, -13), (10, -6), (10, 6), (5, 13), (-7, 16), (-15, 8)),
    Hair.BUN: ((-15, -6), (-7, -16), (5, -13), (10, -6), (10, 6), (5, 13), (-7, 16), (-15, 6),
               (-24, 8), (-27, 0), (-24, -8)),
    Hair.CURLS: ((-20, -10), (-9, -20), (5, -17), (12, -8), (12, 8), (5, 17), (-9, 20), (-20, 10)),
}  # fmt: skip
BONES = {
    -1: (((-14, 17), (-5, 33)), ((-14, -17), (-5, -33))),  # shoulder blades, for a tool behind
    1: (((14, 6), (6, 34)), ((14, -6), (6, -34))),  # collarbones, for one in front
}
SOLE = ((-9, -7), (-11, 0), (-9, 7), (4, 8), (22, 9), (32, 5), (32, -4), (22, -8), (4, -7))


def joints(pose: TopPose) -> dict[str, Point]:
    return solve(pose).joints()


def pieces(pose: TopPose) -> list[Piece]:
    """The layers from the floor up."""
    seen = solve(pose)
    held = pose.tool is not None and pose.tool.rests is Rests.HAND
    return [
        Piece(_support(seen)),
        _leg(seen, pose.other_leg, -1),
        _leg(seen, pose.leg, 1),
        Piece(_tool(seen) if held else ""),
        _arm(seen, pose.other_arm, -1),
        _arm(seen, pose.arm, 1),
        Piece(path("tp-f-shirt", soft(seen.at(SHOULDERS)) + _sleeves(seen))),
        Piece(_bones(seen)),
        Piece(_head(seen)),
        Piece("" if held else _tool(seen)),
    ]


def _support(seen: Above) -> str:
    pose = seen.pose
    if pose.support.wall_x:
        return wall(pose.support.wall_x, pose.support.way)
    if not pose.support.is_seat:
        return ""
    x, y = seen.spine
    back, deep, half = x - 36, 88, 46
    return path("tp-f-prop", f"M{nums(back, y - half)}V{nums(y + half)}") + path(
        "tp-f-hatch", f"M{nums(back, y - half)}h{deep}v{half * 2}h{-deep}"
    )


def _leg(seen: Above, wanted: Bent | None, side: int) -> Piece:
    placed = seen.leg(wanted, side)
    if placed is None:
        return Piece("")
    hip, knee, heel, toes = placed
    g = seen.girth
    hem = between(hip, knee, 0.66)
    shoe = soft(turned(tuple((x * ZOOM * 0.9, y * ZOOM) for x, y in SOLE), heel, toes))
    shin = limb((*knee, 10 * g), (*heel, 7.5 * g))
    thigh = limb((*hip, 14 * g), (*knee, 10 * g))
    shorts = cuff((*hip, 15 * g), (*hem, 13.5 * g))
    drawn = path("tp-f-shoe", shoe) + path("tp-f-skin", shin + thigh) + path("tp-f-shorts", shorts)
    return Piece(drawn, path("tp-f-faint", shoe + shin), "leg" if side > 0 else "other leg")


def _arm(seen: Above, wanted: Limb | None, side: int) -> Piece:
    if wanted is None:
        x, y = seen.shoulder(side)
        ahead = seen.pose.turn
        first, second = turn((x, y), 24, ahead + side * 3), turn((x, y), 32, ahead - side * 8)
        return Piece(path("tp-f-skin", limb((x, y, 9), (*first, 7.5), (*second, 5))))
    placed = seen.reach(wanted, side)
    return Piece(
        arm.bare(placed, ZOOM), arm.faint(placed, ZOOM), "arm" if side > 0 else "other arm"
    )


def _sleeves(seen: Above) -> str:
    pose = seen.pose
    return "".join(
        arm.sleeve(seen.reach(wanted, side), ZOOM)
        for wanted, side in ((pose.other_arm, -1), (pose.arm, 1))
        if wanted
    )


def _bones(seen: Above) -> str:
    tool = seen.pose.tool
    if tool is None or tool.on is not Part.TRUNK:
        return ""
    lines = BONES[seen.pose.support.way if seen.pose.support.wall_x else -1]
    ends = (seen.at(line) for line in lines)
    return path("tp-f-bone", "".join(f"M{nums(*a)}L{nums(*b)}" for a, b in ends))


def _head(seen: Above) -> str:
    hair = MASKS[seen.pose.look.hair]
    middle = tuple((x + 5 / ZOOM, y) for x, y in FACE)
    mask = tuple((x + 5 / ZOOM, y) for x, y in hair)
    return path("tp-f-skin", soft(seen.at(middle))) + path("tp-f-hair", soft(seen.at(mask)))


def _tool(seen: Above) -> str:
    tool, centre = seen.pose.tool, seen.tool
    if tool is None or centre is None:
        return ""
    radius = radius_of(tool) * ZOOM
    if tool.kind is Kind.PEANUT:
        return implement.peanut(centre, radius, 90)
    if tool.kind in (Kind.STICK, Kind.ROLLER):
        half = 44.0 if tool.kind is Kind.STICK else 36.0
        grips = tool.kind is Kind.STICK
        return implement.bar(centre, radius, half, across_thigh(seen), grips=grips)
    return implement.round_end(tool, centre, radius)
