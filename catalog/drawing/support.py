"""What a person stands at, sits on or lies on, drawn from its edge and from the front."""

from dataclasses import dataclass
from enum import StrEnum

from catalog.drawing.ink import Point, disc, num, nums, path, wall
from catalog.drawing.skeleton import FLOOR

SEAT_TOP = FLOOR - 68
BACKREST_X = 58.0  # where a tool leans on it; otherwise it is right behind the person
BEHIND_HIP = 30.0
SEAT_LONG = 66.0
WHEEL = 44.0
DOOR_FRAME_WIDTH = 14.0

Line = tuple[Point, Point]


class Extra(StrEnum):
    """What else is in the picture."""

    TABLE = "table"
    STOOL = "stool"
    PILLOW = "pillow"
    MAT = "mat"
    WALL = "wall"  # one that we look straight at, or through


class Support(StrEnum):
    WALL_BEHIND = "wall behind"  # as the person stands, who always faces right
    WALL_IN_FRONT = "wall in front"
    WALL_BESIDE = "wall beside"  # to the right of the page
    DOOR_FRAME = "door frame"
    CHAIR = "chair"
    HIGH_CHAIR = "high chair"  # its back reaches the shoulders
    WHEELCHAIR = "wheelchair"
    STANDING = "standing"  # on the floor, away from any wall or with it behind the picture
    FLOOR = "floor"  # sitting or lying on it

    @property
    def wall_x(self) -> float | None:
        """Where the wall's face is on the page."""
        return _WALL_X.get(self)

    @property
    def face(self) -> float:
        """Where the wall's face is, for what has to have one."""
        if self.wall_x is None:
            raise ValueError("'support' has no wall for what goes to one.")
        return self.wall_x

    @property
    def way(self) -> int:
        """Towards the wall, along the page."""
        return -1 if self is Support.WALL_BEHIND else 1

    @property
    def is_seat(self) -> bool:
        return self in (Support.CHAIR, Support.HIGH_CHAIR, Support.WHEELCHAIR)

    @property
    def back_height(self) -> float:
        return 128.0 if self is Support.HIGH_CHAIR else 78.0


_WALL_X = {
    Support.WALL_BEHIND: 36.0, Support.WALL_IN_FRONT: 180.0, Support.WALL_BESIDE: 190.0,
    Support.DOOR_FRAME: 176.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Room:
    """How much of the page a guide's frames take: the same for all, so that they can be stacked."""

    name: str
    top: float
    wide: float

    @property
    def view_box(self) -> str:
        return f"0 {num(self.top)} {num(self.wide)} {num(300 - self.top)}"


ROOMS = {
    room.name: room
    for room in (
        Room("tall", 0, 240),
        Room("high", -52, 240),  # somebody who stands and reaches up
        Room("seat", 46, 240),
        Room("wide", 120, 310),
        Room("long", 120, 370),  # somebody who lies and reaches up
    )
}


def floor(room: Room) -> str:
    return path("tp-f-prop", f"M12 {num(FLOOR)}H{num(room.wide - 12)}")


def mat(left: float, right: float) -> str:
    """A mat lies in the floor's line, so that what lies on it lies on the floor."""
    return path("tp-f-mat", f"M{nums(left, FLOOR)}H{num(right)}v6H{num(left)}Z")


def draw(support: Support, backrest_x: float) -> str:
    """From the side, without the floor."""
    x = support.wall_x
    if x is None:
        return _chair(support, backrest_x) if support.is_seat else ""
    return _door_frame(x) if support is Support.DOOR_FRAME else wall(x, support.way)


def _door_frame(x: float) -> str:
    """The far post of a doorway: the head is in the opening, on our side of it."""
    w = DOOR_FRAME_WIDTH
    hatch = f"M{nums(x, 30)}" + f"l{nums(w, 12)}m{nums(-w, 4)}" * 15
    outline = f"M{nums(x, FLOOR)}V14H{num(x + w)}V{num(FLOOR)}"
    return path("tp-f-hatch", hatch) + path("tp-f-prop", outline)


def _chair(support: Support, left: float) -> str:
    if support is Support.WHEELCHAIR:
        return _wheelchair(left)
    top, end = SEAT_TOP, left + SEAT_LONG
    return path(
        "tp-f-prop",
        f"M{nums(left, top - support.back_height)}V{num(FLOOR)}M{nums(left, top + 2)}"
        f"H{num(end)}M{nums(end - 6, top + 2)}V{num(FLOOR)}",
    )


def _wheelchair(x: float) -> str:
    top, end = SEAT_TOP, x + SEAT_LONG
    hub = (x + 24, FLOOR - WHEEL)
    frame = (
        f"M{nums(x - 16, top - 76)}H{num(x)}V{num(top + 2)}H{num(end)}l16 50h20"
        f"M{nums(end - 4, top + 2)}V{num(FLOOR - 20)}M{nums(x, top + 2)}V{num(FLOOR - WHEEL)}"
    )
    rim = (hub[0] + 41, hub[1] - 4)
    brake = path("tp-f-brake", f"M{nums(*rim)}l22-7")
    return (
        disc("tp-f-prop", hub, WHEEL - 1)
        + disc("tp-f-hatch", hub, WHEEL - 7)
        + disc("tp-f-prop", hub, 4)
        + disc("tp-f-prop", (end - 4, FLOOR - 11), 10)
        + path("tp-f-prop", frame)
        + brake
    )


def stool(left: float, right: float, top: float) -> str:
    return path(
        "tp-f-prop",
        f"M{nums(left, top + 1)}H{num(right)}M{nums(left + 7, top + 1)}L{nums(left + 3, FLOOR)}"
        f"M{nums(right - 7, top + 1)}L{nums(right - 3, FLOOR)}",
    )


def table(left: float, right: float, top: float) -> str:
    return path(
        "tp-f-prop",
        f"M{nums(left, top + 1)}H{num(right)}M{nums(left, top + 6)}H{num(right)}"
        f"M{nums(left, top + 1)}v5M{nums(right - 8, top + 6)}V{num(FLOOR)}",
    )


def skirting(room: Room) -> str:
    """The foot of a wall that we look straight at."""
    x, wide, high = 12, room.wide - 24, FLOOR - 38
    frame = f"M{nums(x, 22)}v{num(high)}m{nums(wide, 0)}v{num(-high)}"
    return path("tp-f-hatch", f"M{nums(x, FLOOR - 16)}h{num(wide)}{frame}")


def chair_from_front(x: float) -> str:
    top = SEAT_TOP
    return path(
        "tp-f-prop",
        f"M{nums(x - 34, top + 2)}h68M{nums(x - 31, top + 2)}V{num(FLOOR)}m62 0V{num(top + 2)}"
        f"M{nums(x - 31, top)}V{num(top - 78)}h62V{num(top)}",
    )


def pillow(left: float, right: float, top: float) -> str:
    """As thick as the gap between head and floor."""
    deep, wide = FLOOR - top, right - left - 10
    return path(
        "tp-f-mat",
        f"M{nums(left + 5, FLOOR)}q{nums(-9, -deep / 2, 0, -deep)}q{nums(wide / 2, 5, wide, 0)}"
        f"q{nums(9, deep / 2, 0, deep)}Z",
    )
