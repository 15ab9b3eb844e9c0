"""Where every joint is, seen from the front or the back; the tool is on the page's right side."""

from dataclasses import dataclass
from math import sqrt

from catalog.drawing import skeleton as bones
from catalog.drawing.arm import Reach
from catalog.drawing.front_pose import FrontPose
from catalog.drawing.implement import radius_of
from catalog.drawing.ink import Point, between
from catalog.drawing.leg import turned
from catalog.drawing.pose import (
    Goal,
    Limb,
    Part,
    Rests,
    Sent,
    Tool,
)
from catalog.drawing.skeleton import FLOOR, Spine, hang, px, reach, rest
from catalog.drawing.support import SEAT_TOP, Support

SHOULDER, HIP = (29.0, 76.0), (12.5, 0.0)
SKULL = (0.0, 18.0)
HEM = 0.6
# x to the right and y up from between the hips: left side up, right side down.
TRUNK = (
    (-25, -6), (-25, -6), (-22, 14), (-21, 34), (-29, 58), (-31, 70), (-37, 80), (-28, 86),
    (-11, 88), (-8, 92), (8, 92), (11, 88), (28, 86), (37, 80), (31, 70), (29, 58), (21, 34),
    (22, 14), (25, -6), (25, -6),
)  # fmt: skip
PELVIS = (
    (24, 10), (25, -4), (25, -14), (10, -20), (0, -12), (-10, -20), (-25, -14), (-25, -4),
    (-24, 10),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FrontBody:
    pose: FrontPose
    spine: Spine
    tool: Point | None

    @property
    def girth(self) -> float:
        return self.pose.look.build.girth

    @property
    def breadth(self) -> float:
        """How wide the trunk looks: less when it is turned half away."""
        return self.girth * (0.78 if self.pose.half_turned else 1)

    @property
    def hip(self) -> Point:
        return self.spine.hip

    @property
    def radius(self) -> float:
        return radius_of(self.pose.tool) if self.pose.tool else 0

    @property
    def trunk(self) -> list[Point]:
        return [self.spine.place((x * self.breadth, y)) for x, y in TRUNK]

    @property
    def pelvis(self) -> list[Point]:
        return [self.spine.place((x * self.breadth, y)) for x, y in PELVIS]

    @property
    def collar(self) -> Point:
        return self.spine.place((0, 84))

    @property
    def head_tilt(self) -> float:
        return self.spine.tilt(90) + self.pose.tilt

    @property
    def skull(self) -> Point:
        return turned(((0, -SKULL[1]),), self.spine.place((0, 94)), self.head_tilt)[0]

    def shoulder(self, side: int) -> Point:
        return self.spine.place((side * SHOULDER[0] * self.breadth, SHOULDER[1]))

    def leg(self, side: int) -> tuple[Point, Point, Point, float]:
        """Hip, knee, ankle, and how far the foot is turned on the page."""
        wanted = self.pose.leg if side > 0 else self.pose.other_leg
        hip = self.spine.place((side * HIP[0] * self.breadth, HIP[1]))
        laid = self.pose.laid
        if isinstance(wanted, Sent):
            ankle = (self.hip[0] + side * px(wanted.cm), FLOOR - bones.ANKLE)
            if self.pose.support.is_seat:
                knee = (ankle[0] + side * px(wanted.across_cm), ankle[1] - bones.SHANK)
            else:
                knee = reach(hip, ankle, bones.THIGH, bones.SHANK, -side * wanted.way)
            return hip, knee, ankle, -side * wanted.end
        knee = hang(hip, bones.THIGH * wanted.first_share, side * wanted.first - laid)
        ankle = hang(knee, bones.SHANK * wanted.second_share, side * wanted.second - laid)
        return hip, knee, ankle, laid - side * (wanted.second + wanted.end)

    def arm(self, wanted: Limb, side: int) -> Reach:
        shoulder, laid = self.shoulder(side), self.pose.laid
        if isinstance(wanted, Sent):
            with bones.naming("arm" if side > 0 else "other_arm"):
                return self._sent(wanted, shoulder, side)
        elbow = hang(shoulder, bones.UPPER_ARM * wanted.first_share, side * wanted.first - laid)
        wrist = hang(elbow, bones.FOREARM * wanted.second_share, side * wanted.second - laid)
        fingers = hang(wrist, bones.HAND, side * (wanted.second + wanted.end) - laid)
        return Reach(shoulder, elbow, wrist, fingers, thumb_side=side)

    def crosses(self, wanted: Limb, side: int) -> bool:
        """Whether the arm lies over the trunk, so that its sleeve has an edge of its own."""
        if isinstance(wanted, Sent):
            return True
        shoulder, elbow = self.shoulder(side), self.arm(wanted, side).elbow
        inwards = self.spine.place((0, SHOULDER[1]))
        ahead = (inwards[0] - shoulder[0]) * (elbow[0] - shoulder[0])
        return ahead + (inwards[1] - shoulder[1]) * (elbow[1] - shoulder[1]) > 60

    def _sent(self, wanted: Sent, shoulder: Point, side: int) -> Reach:
        palm = self._goal(wanted)
        forearm = bones.FOREARM + bones.PALM
        elbow = reach(shoulder, palm, bones.UPPER_ARM, forearm, -side * wanted.way)
        wrist = between(elbow, palm, bones.FOREARM / forearm)
        fingers = hang(wrist, bones.HAND, bones.angle_of(elbow, wrist) + side * wanted.end)
        open_hand = wanted.to is Goal.BODY
        return Reach(shoulder, elbow, wrist, fingers, flat=not open_hand, thumb_side=-side)

    def _goal(self, wanted: Sent) -> Point:
        cm, across = px(wanted.cm), px(wanted.across_cm)
        if wanted.to is Goal.BODY:
            return self.spine.place((across, cm))
        if self.tool is None:
            raise bones.OutOfReachError("can't go to a tool where there is none.")
        return self.tool[0] + across, self.tool[1] - cm

    def joints(self) -> dict[str, Point]:
        found = {"hip": self.hip, "head": self.skull, "neck": self.spine.place((0, 94)),
                 "chest": self.spine.place((0, 56))}  # fmt: skip
        for name, wanted, side in (("", self.pose.arm, 1), ("other ", self.pose.other_arm, -1)):
            found[f"{name}shoulder"] = self.shoulder(side)
            leg_hip, knee, ankle, _ = self.leg(side)
            found |= {f"{name}hip joint": leg_hip, f"{name}knee": knee, f"{name}ankle": ankle}
            if wanted:
                reach_ = self.arm(wanted, side)
                found |= {f"{name}elbow": reach_.elbow, f"{name}wrist": reach_.wrist}
                found[f"{name}hand"] = reach_.fingers
        if self.tool:
            found["tool"] = self.tool
        return found


def solve(pose: FrontPose) -> FrontBody:
    """Stand, sit or lie where feet, seat, wall and tool allow."""
    loose = FrontBody(pose, Spine((0, 0), pose.lean + pose.laid, pose.curl), None)
    tool = pose.tool
    at = _contact(tool, loose) if tool else None
    x, y = px(pose.x_cm), px(pose.y_cm)
    if tool and at and tool.rests is Rests.WALL:
        x = pose.support.face - radius_of(tool) - at[0]
    if tool and at and tool.rests is Rests.FLOOR:
        y = FLOOR - radius_of(tool) - at[1]
    elif pose.support.is_seat:
        y = SEAT_TOP - 15
    elif pose.support is not Support.FLOOR:
        y = _standing(pose, loose)
    spine = Spine((x, y), pose.lean + pose.laid, pose.curl)
    return FrontBody(pose, spine, (x + at[0], y + at[1]) if at else None)


def _standing(pose: FrontPose, loose: FrontBody) -> float:
    """As high as the leg that stands furthest out allows."""
    most, heights = bones.THIGH + bones.SHANK - 0.05, []
    for side, leg in ((1, pose.leg), (-1, pose.other_leg)):
        if isinstance(leg, Sent):
            hip = loose.spine.place((side * HIP[0] * loose.breadth, 0))
            out = side * px(leg.cm) - hip[0]
            if abs(out) >= most:
                raise bones.OutOfReachError("'leg' stands further away than it is long.")
            heights.append(FLOOR - bones.ANKLE - sqrt(most**2 - out**2) - hip[1])
    if not heights:
        raise bones.OutOfReachError("'leg' or 'other_leg' must stand on the floor.")
    return max(heights)


def _contact(tool: Tool, body: FrontBody) -> Point:
    """Beside the body where it touches, or over it where we look at the place it presses."""
    if tool.on is Part.THIGH:
        hip, knee, *_ = body.leg(1)
        along = bones.angle_of(hip, knee)
        return hang(hang(hip, px(tool.cm), along), px(tool.beside_cm), along + 90)
    if tool.on is Part.HEAD:
        return turned(((px(tool.beside_cm), px(tool.cm)),), body.skull, body.head_tilt)[0]
    if tool.angle is None:
        return body.spine.place((px(tool.beside_cm), px(tool.cm)))
    outline = bones.edge(body.trunk if tool.on is Part.TRUNK else body.pelvis)
    anchor = body.spine.place((px(tool.beside_cm), px(tool.cm)))
    return rest(outline, anchor, tool.angle, radius_of(tool))
