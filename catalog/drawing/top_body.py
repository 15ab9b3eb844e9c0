"""Where every joint is, seen from above: the body as near to its support as the tool allows."""

from dataclasses import dataclass
from typing import Self

from catalog.drawing import skeleton
from catalog.drawing.arm import Reach
from catalog.drawing.arrow import Arrow
from catalog.drawing.implement import radius_of
from catalog.drawing.ink import (
    Point,
    between,
    direction,
    turn,
)
from catalog.drawing.leg import turned
from catalog.drawing.pose import (
    ARM,
    LEG,
    Bent,
    Goal,
    Kind,
    Limb,
    Look,
    Part,
    Sent,
    Tool,
    read_limb,
)
from catalog.drawing.skeleton import px, reach, rest
from catalog.drawing.support import Room, Support
from catalog.drawing.table import Table

ZOOM = 1.24  # larger than from the side: there is room, and the tool's spot is the point
SHOULDER = 31.0  # from the spine, to the side
HIP = 14.0

# The shoulders from above, round the spine: back first, then the far shoulder and the chest.
SHOULDERS = (
    (-13, 36), (-20, 16), (-16, 0), (-20, -16), (-13, -36), (2, -43), (13, -36),
    (20, -16), (18, 0), (20, 16), (13, 36), (2, 43),
)  # fmt: skip
REACHES = (Goal.TOOL,)


@dataclass(frozen=True, slots=True)
class TopPose:
    room: Room
    support: Support
    tool: Tool | None
    look: Look
    turn: float  # the whole body, clockwise
    x_cm: float  # the spine, where no wall decides it
    y_cm: float
    arm: Limb | None  # on the tool's side, which is lower on the page
    other_arm: Limb | None
    leg: Bent | None  # somebody who sits
    other_leg: Bent | None
    arrows: tuple[Arrow, ...]

    @classmethod
    def read(cls, table: Table, room: Room) -> Self:
        return cls(
            room=room,
            support=table.word("support", Support),
            tool=Tool.read(table),
            look=Look.read(table),
            turn=table.measure("turn", -180, 180, 0),
            x_cm=table.measure("spine_x_cm", 0, 200, 40),
            y_cm=table.measure("spine_y_cm", 0, 200, 68.4),
            arm=read_limb(table, "arm", ARM, REACHES),
            other_arm=read_limb(table, "other_arm", ARM, REACHES),
            leg=_leg(table, "leg"),
            other_leg=_leg(table, "other_leg"),
            arrows=Arrow.read(table),
        )


def _leg(table: Table, key: str) -> Bent | None:
    """Only of somebody who is seated: who stands has their legs under them."""
    if not table.flag("seated"):
        return None
    leg = read_limb(table, key, LEG, (Goal.FLOOR,))
    if not isinstance(leg, Bent):
        raise table.refuse(f"{key!r} of somebody seated must be given by its angles.")
    return leg


@dataclass(frozen=True, slots=True)
class Above:
    """The body as it lies on the page."""

    pose: TopPose
    spine: Point
    tool: Point | None

    def at(self, outline: tuple[Point, ...]) -> list[Point]:
        """Points of the body, x ahead and y to the tool's side."""
        grown = tuple((x * ZOOM, y * ZOOM) for x, y in outline)
        return turned(grown, self.spine, self.pose.turn)

    @property
    def girth(self) -> float:
        return ZOOM * self.pose.look.build.girth

    def shoulder(self, side: int) -> Point:
        return self.at(((0, side * SHOULDER),))[0]

    def hip(self, side: int) -> Point:
        return self.at(((2, side * HIP),))[0]

    def leg(self, wanted: Bent | None, side: int) -> tuple[Point, Point, Point, float] | None:
        """Hip, knee, heel and the way the toes point."""
        if wanted is None:
            return None
        ahead = self.pose.turn + side * wanted.first
        along = self.pose.turn + side * wanted.second
        knee = turn(self.hip(side), skeleton.THIGH * ZOOM * wanted.first_share, ahead)
        heel = turn(knee, skeleton.SHANK * ZOOM * wanted.second_share, along)
        return self.hip(side), knee, heel, along + side * wanted.end

    def reach(self, wanted: Limb, side: int) -> Reach:
        """An arm at the height of the shoulder; what hangs down looks as short as its share."""
        upper, fore, hand = (
            length * ZOOM for length in (skeleton.UPPER_ARM, skeleton.FOREARM, skeleton.HAND)
        )
        shoulder = self.shoulder(side)
        if isinstance(wanted, Sent):
            with skeleton.naming("arm" if side > 0 else "other_arm"):
                return self._to_tool(wanted, shoulder, side)
        first, second = (self.pose.turn + side * a for a in (wanted.first, wanted.second))
        elbow = turn(shoulder, upper * wanted.first_share, first)
        wrist = turn(elbow, fore * wanted.second_share, second)
        fingers = turn(wrist, hand, second + side * wanted.end)
        return Reach(shoulder, elbow, wrist, fingers, thumb_side=-side)

    def joints(self) -> dict[str, Point]:
        """Every joint by the name that an arrow can give it."""
        pose = self.pose
        found = {"spine": self.spine}
        for name, side, arm, leg in (
            ("", 1, pose.arm, pose.leg), ("other ", -1, pose.other_arm, pose.other_leg),
        ):  # fmt: skip
            found[f"{name}shoulder"] = self.shoulder(side)
            if arm:
                at = self.reach(arm, side)
                found |= {f"{name}elbow": at.elbow, f"{name}wrist": at.wrist}
                found[f"{name}hand"] = at.fingers
            if placed := self.leg(leg, side):
                hip, knee, heel, _ = placed
                found |= {f"{name}hip": hip, f"{name}knee": knee, f"{name}heel": heel}
        return found | ({"tool": self.tool} if self.tool else {})

    def _to_tool(self, wanted: Sent, shoulder: Point, side: int) -> Reach:
        """A hand at the tool's end; both bones look shorter, since the hand is lower down."""
        if self.tool is None:
            raise skeleton.OutOfReachError("can't go to a tool where there is none.")
        along = across_thigh(self)
        palm = turn(self.tool, px(wanted.cm) * ZOOM, along)
        upper, fore = skeleton.UPPER_ARM * ZOOM * 0.75, (skeleton.FOREARM + 13) * ZOOM * 0.9
        elbow = reach(shoulder, palm, upper, fore, side * wanted.way)
        wrist = between(elbow, palm, 0.76)
        fingers = turn(wrist, skeleton.HAND * ZOOM, direction(elbow, wrist) + side * wanted.end)
        return Reach(shoulder, elbow, wrist, fingers, thumb_side=-side)


def solve(pose: TopPose) -> Above:
    """The body as near to the wall or backrest as the tool between them allows."""
    spine = (px(pose.x_cm), px(pose.y_cm))
    loose, tool = Above(pose, (0, 0), None), pose.tool
    if tool is None:
        return Above(pose, spine, None)
    radius = radius_of(tool) * ZOOM
    if tool.on is Part.THIGH:
        seated = Above(pose, spine, None)
        return Above(pose, spine, _on_thigh(seated, tool))
    way = pose.support.way if pose.support.wall_x else -1
    face = pose.support.wall_x or px(pose.x_cm) - 36
    lobe = radius / ZOOM if tool.kind is Kind.PEANUT else 0
    anchor = loose.at(((0, px(tool.beside_cm) + lobe),))[0]
    touch = rest(skeleton.edge(loose.at(SHOULDERS)), anchor, 90.0 * way, radius)
    spine = (face - way * radius - touch[0], spine[1])
    return Above(pose, spine, (face - way * radius, spine[1] + touch[1] - lobe * ZOOM))


def across_thigh(seen: Above) -> float:
    """The way a stick lies on the thigh: straight across."""
    return direction(*_thigh(seen)) - 90


def _on_thigh(seen: Above, tool: Tool) -> Point:
    hip, knee = _thigh(seen)
    along = direction(hip, knee)
    return turn(turn(hip, px(tool.cm) * ZOOM, along), px(tool.beside_cm) * ZOOM, along + 90)


def _thigh(seen: Above) -> tuple[Point, Point]:
    placed = seen.leg(seen.pose.leg, 1)
    if placed is None:
        raise skeleton.OutOfReachError("'tool' lies on a thigh, and nobody is seated.")
    return placed[0], placed[1]
