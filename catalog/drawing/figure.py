"""Exercise drawings: a guide's `[figure]` table becomes one accessible SVG per frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Self

from catalog.drawing.frame import Frame
from catalog.drawing.support import ROOMS, Room
from catalog.drawing.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """The drawings of one guide: its frames in order, and other ways to do it."""

    title: str
    frames: tuple[Frame, ...]
    variations: tuple[Frame, ...]

    @classmethod
    def from_data(cls, data: Mapping[str, Any], where: str) -> Self:
        """Read a `[figure]` table.

        Raises ValueError with one sentence that names `where`, the frame and the key.
        """
        table = Table(where, data)
        title, room = table.text("title"), room_of(table)
        frames = tuple(Frame.read(each, room) for each in table.frames("frames"))
        if not frames:
            raise table.refuse("'frames' must be a list of at least one frame.")
        others = tuple(Frame.read(each, room_of(each)) for each in table.frames("variations"))
        table.done()
        return cls(title, frames, others)


def room_of(table: Table) -> Room:
    """How much of the page to show. All frames of a guide show the same, to be stacked."""
    name = table.text("room", "tall")
    if name not in ROOMS:
        raise table.refuse(f"'room' can't be {name!r}; it is one of: {', '.join(ROOMS)}.")
    return ROOMS[name]


def svgs(figure: Figure, uid: str) -> tuple[str, ...]:
    """One picture per frame. `uid` makes the ids unique on the page."""
    return tuple(
        _svg(figure, frame, f"{uid}-{n}", frame.still()) for n, frame in enumerate(figure.frames, 1)
    )


def playing_svgs(figure: Figure, uid: str) -> tuple[str, ...]:
    """The same pictures, with the poses on the way of each movement hidden in them."""
    return tuple(
        _svg(figure, frame, f"{uid}-{n}", frame.playing())
        for n, frame in enumerate(figure.frames, 1)
    )


def variation_svgs(figure: Figure, uid: str) -> tuple[str, ...]:
    """One picture for each other way to do it."""
    return tuple(
        _svg(figure, each, f"{uid}-v{n}", each.still())
        for n, each in enumerate(figure.variations, 1)
    )


def _svg(figure: Figure, frame: Frame, uid: str, drawn: str) -> str:
    title, name = escape(f"{figure.title}: {frame.caption}"), escape(uid)
    return (
        f'<svg class="tp-f" viewBox="{frame.pose.room.view_box}" role="img"'
        f' aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{title}</title><desc id="{name}-d">{escape(frame.shows)}</desc>'
        f"{drawn}</svg>"
    )
