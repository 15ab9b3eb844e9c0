"""What an arrow of a frame says: where the body leans, or which way something moves."""

from dataclasses import dataclass
from enum import StrEnum

from catalog.drawing.table import Table


class Shape(StrEnum):
    PUSH = "push"  # where the body leans or the hand presses
    SWING = "swing"  # a movement round a joint
    SLIDE = "slide"  # a movement straight on


@dataclass(frozen=True, slots=True)
class Arrow:
    shape: Shape
    at: str  # a joint, or the tool
    cm: float  # push: from there to its tip; swing: its radius; slide: its length
    angles: tuple[float, float]  # swing: from and to; otherwise the way it points, twice
    both_ways: bool
    aside_cm: tuple[float, float]  # moved right and down

    @classmethod
    def read(cls, table: Table) -> tuple["Arrow", ...]:
        if not table.has("arrows"):
            return ()
        return tuple(_arrow(each) for each in table.own("arrows"))


def _arrow(table: Table) -> Arrow:
    shape = table.word("shape", Shape)
    swing = shape is Shape.SWING
    if swing:
        angles = table.pair("angles", -360, 360)
        if angles[0] == angles[1]:
            raise table.refuse("'angles' must be two different angles.")
    else:
        angles = (table.measure("angle", -360, 360),) * 2
    arrow = Arrow(
        shape=shape,
        at=table.text("at"),
        cm=table.measure("cm", -60, 90),
        angles=angles,
        both_ways=table.flag("both_ways"),
        aside_cm=table.pair("aside_cm", -90, 90) if table.has("aside_cm") else (0, 0),
    )
    table.done()
    return arrow
