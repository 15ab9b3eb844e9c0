"""One picture of a guide: the pose, where the movement comes from, and the words under it."""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, Self

from catalog.drawing import arrows, closeup, front, side, top
from catalog.drawing.closeup import CloseUpPose
from catalog.drawing.front_pose import FrontPose
from catalog.drawing.ink import Piece, Point
from catalog.drawing.pose import blend
from catalog.drawing.side_pose import SidePose
from catalog.drawing.support import Room
from catalog.drawing.table import Table
from catalog.drawing.top_body import TopPose

CAPTION_LIMIT = 90
# Poses in a movement that is played; the style sheet knows how many. A whole body that moves has
# fewer, because each of them is all of it drawn anew.
STEPS, BODY_STEPS = 5, 3


class View(StrEnum):
    SIDE = "side"
    FRONT = "front"
    TOP = "top"  # from above
    CLOSE_UP = "close-up"


@dataclass(frozen=True, slots=True)
class Drawer:
    """How a view reads, draws and measures its poses."""

    read: Callable[[Table, Room], Any]
    pieces: Callable[[Any], list[Piece]]
    joints: Callable[[Any], dict[str, Point]]


_DRAWERS = {
    View.SIDE: Drawer(SidePose.read, side.pieces, side.joints),
    View.FRONT: Drawer(FrontPose.read, front.pieces, front.joints),
    View.TOP: Drawer(TopPose.read, top.pieces, top.joints),
    View.CLOSE_UP: Drawer(CloseUpPose.read, closeup.pieces, closeup.joints),
}


_PART_OF = {
    "arm": "arm", "far_arm": "other arm", "other_arm": "other arm", "leg": "leg",
    "far_leg": "other leg", "other_leg": "other leg", "nod": "head", "tilt": "head",
    "bend": "limb", "curl": "limb", "thumb": "limb", "slide_cm": "limb",
}  # fmt: skip
_WHOLE = frozenset({"lean", "curl", "x_cm", "sink_cm", "tool"})


@dataclass(frozen=True, slots=True)
class Frame:
    view: View
    caption: str
    shows: str  # for people who cannot see the picture
    pose: Any
    ways: tuple[Any, ...]  # the poses that the movement comes from and goes to
    moving: frozenset[str]  # the parts that move by themselves, and leave a dashed outline

    @classmethod
    def read(cls, table: Table, room: Room) -> Self:
        """One frame, drawn once to find out whether it can be."""
        view = table.word("view", View)
        pose = _DRAWERS[view].read(table, room)
        moves = table.frames("ways")
        moving = _moving(view, moves)
        ways = tuple(_DRAWERS[view].read(way, room) for way in moves)
        for way in moves:
            way.done()
        frame = cls(view, table.text("caption"), table.text("shows"), pose, ways, moving)
        table.done()
        if len(frame.caption) > CAPTION_LIMIT:
            raise table.refuse(f"'caption' is longer than {CAPTION_LIMIT} characters.")
        if unlike := [name for way in ways for name in _unlike(pose, way)]:
            raise table.refuse(f"'ways' must say {unlike[0]!r} in the same terms as the frame.")
        try:
            frame.still()
        except ValueError as error:
            raise table.refuse(str(error)) from error
        return frame

    def still(self) -> str:
        """The picture on paper: the pose, with dashed outlines of where the movement goes."""
        return "".join(map(self._still_layer, *self._stops())) + self._arrows()

    def playing(self) -> str:
        """The same picture with the poses on the way in it, hidden until somebody plays them.

        What stays is drawn once; what moves is drawn once more for every step.
        """
        if not self.ways:
            return self.still()
        drawn = ""
        steps = [_DRAWERS[self.view].pieces(pose) for pose in self.between(self.steps)]
        css = "roll" if self.steps == BODY_STEPS else "go"
        for n, stops in enumerate(zip(*self._stops(), strict=True)):
            still = self._still_layer(*stops)
            if all(step[n].drawn == still for step in steps):
                drawn += still
                continue
            drawn += f'<g class="tp-f-still">{still}</g>' + "".join(
                f'<g class="tp-f-go tp-f-{css}{number}">{step[n].drawn}</g>'
                for number, step in enumerate(steps, 1)
            )
        return drawn + self._arrows()

    @property
    def steps(self) -> int:
        """How many poses its movement has when it is played."""
        if not self.ways:
            return 0
        return STEPS if self.moving else BODY_STEPS

    def between(self, steps: int) -> list[Any]:
        """The poses on the way, from the first to the last, evenly spread."""
        stops = [*self.ways[:1], self.pose, *self.ways[1:]]
        found = []
        for step in range(steps):
            place = step / (steps - 1) * (len(stops) - 1)
            n = min(int(place), len(stops) - 2)
            found.append(blend(stops[n], stops[n + 1], place - n))
        return found

    def _stops(self) -> list[list[Piece]]:
        """The layers of the pose, then those of every pose it comes from or goes to."""
        return [_DRAWERS[self.view].pieces(pose) for pose in (self.pose, *self.ways)]

    def _still_layer(self, layer: Piece, *ways: Piece) -> str:
        faint = "".join(way.faint for way in ways) if layer.name in self.moving else ""
        return faint + layer.drawn

    def _arrows(self) -> str:
        drawer = _DRAWERS[self.view]
        return arrows.draw(
            self.pose.arrows, drawer.joints(self.pose), from_above=self.view is View.TOP
        )


def _moving(view: View, moves: list[Table]) -> frozenset[str]:
    """The parts that move by themselves; none where the whole body moves, which an arrow shows."""
    whole = _WHOLE if view is not View.CLOSE_UP else frozenset()
    if any(move.says(key) for move in moves for key in whole):
        return frozenset()
    return frozenset(name for key, name in _PART_OF.items() if any(m.says(key) for m in moves))


def _unlike(a: Any, b: Any) -> list[str]:
    """The parts that can't be blended, because one is an angle and the other a place."""
    return [
        part.name
        for part in fields(a)
        if is_dataclass(x := getattr(a, part.name)) and type(x) is not type(getattr(b, part.name))
    ]


def joints(frame: Frame, pose: Any = None) -> dict[str, Point]:
    """Every joint of a frame, or of a pose on its way, by its name and where it is on the page."""
    return _DRAWERS[frame.view].joints(pose or frame.pose)
