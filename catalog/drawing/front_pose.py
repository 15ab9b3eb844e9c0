"""How a figure seen from the front or the back holds itself, as its `[figure]` table says."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from catalog.drawing.arrow import Arrow
from catalog.drawing.pose import ARM, Goal, Limb, Look, Tool, read_leg, read_limb
from catalog.drawing.support import Extra, Room, Support
from catalog.drawing.table import Table

REACHES = (Goal.TOOL, Goal.BODY)


class Bone(StrEnum):
    """What is drawn through the shirt, because the tool's place is named after it."""

    SPINE = "spine"
    NECK = "neck"
    BLADES = "blades"
    PELVIS = "pelvis"


@dataclass(frozen=True, slots=True)
class FrontPose:
    room: Room
    support: Support
    extra: frozenset[Extra]
    behind: bool  # seen from the back
    half_turned: bool  # so that one shoulder is nearer to us than the other
    laid: float  # degrees the whole body is laid down, clockwise
    tool: Tool | None
    look: Look
    bones: frozenset[Bone]
    lean: float  # the trunk, to the right
    curl: float  # the chest, further than the hips
    tilt: float  # the head, further than the chest
    turn_head: float  # the nose, to the right
    nod: float
    x_cm: float
    y_cm: float  # the hip, where neither floor nor seat decides it
    arm: Limb | None
    other_arm: Limb | None
    leg: Limb
    other_leg: Limb
    arrows: tuple[Arrow, ...]

    @classmethod
    def read(cls, table: Table, room: Room) -> Self:
        leg, other = read_leg(table, "leg"), read_leg(table, "other_leg")
        if leg is None or other is None:
            raise table.refuse("'leg' and 'other_leg' are both needed.")
        return cls(
            room=room,
            support=table.word("support", Support),
            extra=frozenset(table.words("extra", Extra)),
            behind=table.flag("behind"),
            half_turned=table.flag("half_turned"),
            laid=table.measure("laid", -180, 180, 0),
            tool=Tool.read(table),
            look=Look.read(table),
            bones=frozenset(table.words("bones", Bone)),
            lean=table.measure("lean", -60, 60, 0),
            curl=table.measure("curl", -60, 60, 0),
            tilt=table.measure("tilt", -60, 60, 0),
            turn_head=table.measure("turn_head", -90, 90, 0),
            nod=table.measure("nod", -60, 60, 0),
            x_cm=table.measure("x_cm", 0, 200, 77.4),
            y_cm=table.measure("y_cm", 0, 200, 100),
            arm=read_limb(table, "arm", ARM, REACHES),
            other_arm=read_limb(table, "other_arm", ARM, REACHES),
            leg=leg,
            other_leg=other,
            arrows=Arrow.read(table),
        )
