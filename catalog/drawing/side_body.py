"""The person from the side, once solved: where every joint is, and where an arm reaches."""

from dataclasses import dataclass
from math import hypot

from catalog.drawing import skeleton as bones
from catalog.drawing.arm import Reach
from catalog.drawing.implement import radius_of, stick_ends
from catalog.drawing.ink import Point, between
from catalog.drawing.leg import Leg, turned
from catalog.drawing.pose import Goal, Kind, Limb, Rests, Sent
from catalog.drawing.side_pose import SidePose
from catalog.drawing.skeleton import FLOOR, Spine, hang, px, reach
from catalog.drawing.support import BACKREST_X, BEHIND_HIP

# The trunk from the side, from the hip joint: x ahead, y up. Back first, then chest and belly.
TRUNK = (
    (-19, -6), (-19, -6), (-15, 10), (-12, 30), (-19, 50), (-20, 68), (-15, 82), (-9, 90),
    (3, 90), (9, 82), (18, 70), (19, 54), (15, 34), (16, 12), (16, -6), (16, -6),
)  # fmt: skip
SEAT = ((15, 10), (16, 0), (15, -12), (0, -15), (-16, -17), (-20, -8), (-18, 2), (-13, 10))
HALF_HAND = 3.5


@dataclass(frozen=True, slots=True)
class SideBody:
    """The whole person with the tool, ready to draw."""

    pose: SidePose
    spine: Spine
    leg: Leg
    far_leg: Leg | None
    tool: Point | None

    @property
    def hip(self) -> Point:
        return self.spine.hip

    @property
    def shoulder(self) -> Point:
        return self.spine.place(bones.SHOULDER)

    @property
    def collar(self) -> Point:
        return self.spine.place(bones.COLLAR)

    @property
    def head_tilt(self) -> float:
        return self.spine.tilt(90) + self.pose.nod

    @property
    def skull(self) -> Point:
        x, y = bones.SKULL
        return turned(((x, -y),), self.spine.place(bones.NECK), self.head_tilt)[0]

    @property
    def trunk(self) -> list[Point]:
        return self._outline(TRUNK)

    @property
    def seat(self) -> list[Point]:
        return self._outline(SEAT)

    @property
    def backrest_x(self) -> float:
        tool = self.pose.tool
        leans = tool is not None and tool.rests is Rests.BACKREST
        return BACKREST_X if leans else self.hip[0] - BEHIND_HIP

    @property
    def radius(self) -> float:
        return radius_of(self.pose.tool) if self.pose.tool else 0

    def _outline(self, shape: tuple[Point, ...]) -> list[Point]:
        girth = self.pose.look.build.girth
        return [self.spine.place((x * girth, y)) for x, y in shape]

    def arm(self, wanted: Limb, *, far: bool = False) -> Reach:
        """An arm from its angles, or to where its palm goes."""
        if isinstance(wanted, Sent):
            with bones.naming("far_arm" if far else "arm"):
                return _SEND.get(wanted.to, _to_point)(self, wanted, far)
        elbow = hang(self.shoulder, bones.UPPER_ARM * wanted.first_share, wanted.first)
        wrist = hang(elbow, bones.FOREARM * wanted.second_share, wanted.second)
        fingers = hang(wrist, bones.HAND, wanted.second + wanted.end)
        return Reach(self.shoulder, elbow, wrist, fingers)

    def joints(self) -> dict[str, Point]:
        """Every joint by the name that an arrow can give it."""
        found = {
            "hip": self.hip, "shoulder": self.shoulder, "head": self.skull,
            "neck": self.spine.place(bones.NECK), "chest": self.spine.place((0, 60)),
            "knee": self.leg.knee, "ankle": self.leg.ankle,
        }  # fmt: skip
        if self.far_leg:
            found |= {"far knee": self.far_leg.knee, "far ankle": self.far_leg.ankle}
        for name, wanted in (("", self.pose.arm), ("far ", self.pose.far_arm)):
            if wanted:
                arm = self.arm(wanted, far=bool(name))
                found |= {f"{name}elbow": arm.elbow, f"{name}wrist": arm.wrist}
                found |= {f"{name}hand": arm.fingers}
        if self.tool:
            found["tool"] = self.tool
        return found


def along(a: Point, b: Point, way: float) -> Point:
    """So many pixels from `a` towards `b`."""
    return between(a, b, way / hypot(b[0] - a[0], b[1] - a[1]))


def _to_wall(body: SideBody, wanted: Sent, far: bool) -> Reach:
    """Straight and held out to the side, so that from the side it looks shorter than it is."""
    wall, shoulder = body.pose.support.face, body.shoulder
    wrist = (wall - body.pose.support.way * (HALF_HAND + 1), shoulder[1] + px(wanted.cm))
    elbow = between(shoulder, wrist, bones.UPPER_ARM / (bones.UPPER_ARM + bones.FOREARM))
    if wanted.across_cm:  # bent instead: how far the elbow is out of the straight line
        elbow = (elbow[0], elbow[1] + px(wanted.across_cm))
    down = 1 if wanted.cm >= 0 else -1
    fingers = (wrist[0], wrist[1] + down * bones.HAND * 0.8)
    return Reach(shoulder, (elbow[0] - 3, elbow[1]), wrist, fingers, flat=True)


def _to_floor(body: SideBody, wanted: Sent, far: bool) -> Reach:
    """The palm on the floor, so far ahead of the hip, the fingers pointing away from it."""
    wrist = (body.hip[0] + px(wanted.cm), FLOOR - 5)
    elbow = reach(body.shoulder, wrist, bones.UPPER_ARM, bones.FOREARM, wanted.way)
    way = -1 if wanted.cm < 0 else 1
    return Reach(
        body.shoulder, elbow, wrist, (wrist[0] + way * bones.HAND * 0.8, FLOOR - 3.5), flat=True
    )


def _to_point(body: SideBody, wanted: Sent, far: bool) -> Reach:
    """The middle of the palm on a place of the body or on the tool."""
    palm = _goal(body, wanted, far)
    forearm = bones.FOREARM + bones.PALM
    elbow = reach(body.shoulder, palm, bones.UPPER_ARM, forearm, wanted.way)
    wrist = between(elbow, palm, bones.FOREARM / forearm)
    fingers = hang(wrist, bones.HAND, bones.angle_of(elbow, wrist) + wanted.end)
    gripping = wanted.to is Goal.TOOL and not far
    return Reach(body.shoulder, elbow, wrist, fingers, flat=not gripping)


def _goal(body: SideBody, wanted: Sent, far: bool) -> Point:
    """The place that a palm lies on, half a hand's thickness off it."""
    cm, across, tool = px(wanted.cm), px(wanted.across_cm), body.pose.tool
    if wanted.to is Goal.HEAD:
        return turned(((-15 + across, 4 - cm),), body.skull, body.head_tilt)[0]
    if tool is None or body.tool is None:
        raise bones.OutOfReachError("can't go to a tool where there is none.")
    if tool.kind is Kind.STICK:
        return stick_ends(body.tool)[far]
    away = tool.angle if tool.angle is not None else 0
    spot = hang(body.tool, body.radius + HALF_HAND, away)
    return spot[0] + cm, spot[1] + across


_SEND = {Goal.WALL: _to_wall, Goal.FLOOR: _to_floor}
