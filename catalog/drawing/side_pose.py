"""What a `[figure]` table says of a frame that is seen from the side."""

from dataclasses import dataclass
from typing import Self

from catalog.drawing.arrow import Arrow
from catalog.drawing.pose import ARM, Goal, Limb, Look, Tool, read_leg, read_limb
from catalog.drawing.support import Extra, Room, Support
from catalog.drawing.table import Table

REACHES = (Goal.WALL, Goal.FLOOR, Goal.TOOL, Goal.HEAD)


@dataclass(frozen=True, slots=True)
class SidePose:
    """One frame's person and things, as its table says them."""

    room: Room
    support: Support
    extra: frozenset[Extra]
    tool: Tool | None
    look: Look
    lean: float  # the trunk, ahead
    curl: float  # the chest, further than the hips
    nod: float  # the head, further than the chest
    x_cm: float  # the hip, from the left of the page, where no wall decides it
    sink_cm: float  # how much lower than on straight legs
    arm: Limb | None
    far_arm: Limb | None
    leg: Limb
    far_leg: Limb | None
    arrows: tuple[Arrow, ...]

    @classmethod
    def read(cls, table: Table, room: Room) -> Self:
        support = table.word("support", Support)
        leg = read_leg(table, "leg")
        if leg is None:
            raise table.refuse("'leg' is missing.")
        return cls(
            room=room,
            support=support,
            extra=frozenset(table.words("extra", Extra)),
            tool=Tool.read(table),
            look=Look.read(table),
            lean=table.measure("lean", -180, 180, 0),
            curl=table.measure("curl", -90, 90, 0),
            nod=table.measure("nod", -70, 70, 0),
            x_cm=table.measure("x_cm", 0, 200, 57),
            sink_cm=table.measure("sink_cm", 0, 60, 0),
            arm=read_limb(table, "arm", ARM, REACHES),
            far_arm=read_limb(table, "far_arm", ARM, REACHES),
            leg=leg,
            far_leg=read_leg(table, "far_leg"),
            arrows=Arrow.read(table),
        )
