"""Close-ups of a forearm, a hand or a foot, for movements that a whole person can't show."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from catalog.drawing import implement, support
from catalog.drawing.arrow import Arrow
from catalog.drawing.implement import radius_of
from catalog.drawing.ink import Circle, Piece, Point, between, cuff, limb, num, path, soft, turn
from catalog.drawing.leg import turned
from catalog.drawing.pose import Kind, Rests, Tool
from catalog.drawing.pose import Part as Pressed
from catalog.drawing.skeleton import FLOOR, FOREARM, edge, flanks, px, rest
from catalog.drawing.support import Room
from catalog.drawing.table import Table

ZOOM = 2.1
THUMB = 5.0  # what of it is lower than a palm-down forearm on a table
ELBOW = (66.0, 0.0)
TABLE_TOP = 246.0
PALM_LONG = 15.0 * ZOOM
FINGER = (9.5 * ZOOM, 7.5 * ZOOM)
# Round the ankle: heel, sole with its arch, and the ball of the foot, where the toes begin.
FOOT = (
    (-24, 17), (-28, 6), (-21, -14), (-15, -18), (13, -18), (21, -8), (42, 4), (50, 8), (50, 21),
    (36, 22), (18, 16), (0, 21), (-18, 23),
)  # fmt: skip
TOES = (48.0, 14.5)


class What(StrEnum):
    FOREARM = "forearm"
    HAND = "hand"  # from above, palm down
    FOOT = "foot"


@dataclass(frozen=True, slots=True)
class CloseUpPose:
    room: Room
    what: What
    tool: Tool
    palm_up: bool
    bend: float  # wrist or ankle: above 0 the back of the hand or the foot comes up
    curl: float  # fingers or toes: from 0, straight, to a fist
    thumb: float  # away from the hand
    slide_cm: float  # how far the limb has moved along, over the tool
    arrows: tuple[Arrow, ...]

    @classmethod
    def read(cls, table: Table, room: Room) -> Self:
        tool = Tool.read(table)
        if tool is None:
            raise table.refuse("'tool' is missing.")
        return cls(
            room=room,
            what=table.word("what", What),
            tool=tool,
            palm_up=table.flag("palm_up"),
            bend=table.measure("bend", -80, 80, 0),
            curl=table.measure("curl", -40, 100, 0),
            thumb=table.measure("thumb", -20, 90, 30),
            slide_cm=table.measure("slide_cm", -20, 20, 0),
            arrows=Arrow.read(table),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A close-up that was solved."""

    joints: dict[str, Point]
    behind: str
    limb: str  # path data
    over: str


def pieces(pose: CloseUpPose) -> list[Piece]:
    part = _DRAW[pose.what](pose)
    tool = _tool(pose, part.joints["tool"])
    return [
        Piece(part.behind),
        Piece(path("tp-f-skin", part.limb), path("tp-f-faint", part.limb), "limb"),
        Piece(part.over),
        Piece(tool),
        Piece(_other_hand(pose, part)),
    ]


def joints(pose: CloseUpPose) -> dict[str, Point]:
    return _DRAW[pose.what](pose).joints


def _tool(pose: CloseUpPose, centre: Point) -> str:
    radius = radius_of(pose.tool) * ZOOM
    if pose.tool.kind is Kind.STICK:
        return implement.bar(centre, radius, 46, implement.STICK_SLANT - 8, grips=True)
    return implement.round_end(pose.tool, centre, radius)


def _other_hand(pose: CloseUpPose, part: Part) -> str:
    """The other hand, where it presses the ball on from above."""
    if pose.tool.rests is not Rests.HAND or pose.tool.kind is not Kind.BALL:
        return ""
    x, y = part.joints["tool"]
    top = y - radius_of(pose.tool) * ZOOM
    bones = (218, top - 46, 17), (x + 44, top - 22, 12), (x + 16, top - 12, 12), (x - 22, top, 6)
    return path("tp-f-skin", limb(*bones))


def _forearm(pose: CloseUpPose) -> Part:
    """A forearm that lies on, or under, the tool on a table."""
    radius = radius_of(pose.tool) * ZOOM
    arm = _bones(0)
    towards = pose.tool.angle or 0
    if pose.tool.on is Pressed.HAND:
        spot, surface = (ELBOW[0] + FOREARM * ZOOM + 14, 0.0), _pad()
    else:
        spot, surface = (ELBOW[0] + px(pose.tool.cm) * ZOOM, 0.0), flanks(arm)
    tool = rest(surface, spot, towards, radius)
    lowest = tool[1] + radius if towards == 0 else max(y for _, y in flanks(arm)) + THUMB
    down = TABLE_TOP - lowest
    arm = _bones(down)
    elbow, wrist = (ELBOW[0], down), (ELBOW[0] + FOREARM * ZOOM, down)
    hand, found = _hand_from_side(pose, wrist)
    shoulder = (36.0, down - 88)
    data = limb((*shoulder, 19), (*elbow, 15)) + limb(*arm) + hand
    sleeve = path("tp-f-shirt", cuff((*shoulder, 24), (*between(shoulder, elbow, 0.36), 21)))
    found |= {"elbow": elbow, "wrist": wrist, "tool": (tool[0], tool[1] + down)}
    return Part(found, support.table(8, 228, TABLE_TOP), data, sleeve)


def _pad() -> list[Point]:
    """The underside of the palm next to the wrist, where the thumb begins."""
    end = ELBOW[0] + FOREARM * ZOOM
    return flanks(((end, 0, 9.5), (end + PALM_LONG / 2, 0, 11), (end + PALM_LONG, 0, 9.5)))


def _bones(down: float) -> tuple[Circle, ...]:
    end = ELBOW[0] + FOREARM * ZOOM
    return (ELBOW[0], down, 14.5), (ELBOW[0] + 24, down, 15.5), (end, down, 9.5)


def _hand_from_side(pose: CloseUpPose, wrist: Point) -> tuple[str, dict[str, Point]]:
    """Palm, fingers and thumb: above 0 the wrist bends up, whichever way the palm looks."""
    way = -1 if pose.palm_up else 1  # fingers curl towards the palm
    along = -pose.bend
    knuckles = turn(wrist, PALM_LONG, along)
    middle = turn(knuckles, FINGER[0], along + way * pose.curl)
    tip = turn(middle, FINGER[1], along + way * pose.curl * 2.1)
    root = between(wrist, knuckles, 0.3)
    root = turn(root, 5, along + 90 * way)
    thumb_middle = turn(root, 17, along + way * pose.thumb)
    thumb = turn(thumb_middle, 13, along + way * (pose.thumb - 14 - pose.curl * 0.5))
    data = (
        limb((*wrist, 9.5), (*between(wrist, knuckles, 0.5), 11), (*knuckles, 9.5))
        + limb((*knuckles, 9), (*middle, 7.5), (*tip, 5.5))
        + limb((*root, 7.5), (*thumb_middle, 6), (*thumb, 4.8))
    )
    return data, {"knuckles": knuckles, "fingers": tip, "thumb": thumb}


def _hand(pose: CloseUpPose) -> Part:
    """A hand palm down on a table, from above; the thumb's pad is on the side towards us."""
    wrist = (84.0, (pose.room.top + 300) / 2 - 6)
    x, y = wrist
    knuckles = [turn(wrist, 62, angle) for angle in (-17, -6, 6, 17)]
    data = limb((8, y, 19), (x - 20, y, 17), (*wrist, 17))
    data += limb((x + 6, y, 21), (x + 46, y, 24))
    for knuckle, spread, length in zip(knuckles, (-11, -4, 3, 10), (34, 45, 48, 40), strict=True):
        data += limb((*knuckle, 9), (*turn(knuckle, length, spread), 7))
    root = (x + 14, y + 19)
    middle = turn(root, 30, 10 + pose.thumb)
    thumb = turn(middle, 26, 2 + pose.thumb)
    data += limb((*root, 14), (*middle, 9.5), (*thumb, 7))
    pad = (x + 22, y + 22)
    behind = path("tp-f-prop", f"M8 {num(pose.room.top + 14)}H232V{num(288)}H8")
    return Part({"wrist": wrist, "thumb": thumb, "root": root, "tool": pad}, behind, data, "")


def _foot(pose: CloseUpPose) -> Part:
    """A bare foot on a tool on the floor, from its inner side."""
    radius = radius_of(pose.tool) * ZOOM
    centre = (118.0, FLOOR - radius)
    shift = px(pose.slide_cm) * ZOOM
    sole = turned(FOOT, (0, 0), -pose.bend)
    spot = turned(((px(pose.tool.cm) * ZOOM / 1.6 - shift, 10),), (0, 0), -pose.bend)[0]
    touch = rest(edge(sole), spot, 0, radius)
    ankle = (centre[0] - touch[0], centre[1] - touch[1])
    foot = soft(turned(FOOT, ankle, -pose.bend))
    root = turned((TOES,), ankle, -pose.bend)[0]
    middle = turn(root, 13, -pose.bend + pose.curl)
    tip = turn(middle, 11, -pose.bend + pose.curl * 1.9)
    knee = (ankle[0] - 14, pose.room.top + 4)
    data = (
        limb((*knee, 27), (*between(knee, ankle, 0.55), 23), (ankle[0], ankle[1] - 8, 16.5))
        + foot
        + limb((*root, 8), (*middle, 6.5), (*tip, 5.5))
    )
    found = {"ankle": ankle, "root": root, "toes": tip, "tool": centre}
    return Part(found, support.floor(pose.room), data, "")


_DRAW: dict[What, Callable[[CloseUpPose], Part]] = {
    What.FOREARM: _forearm,
    What.HAND: _hand,
    What.FOOT: _foot,
}
