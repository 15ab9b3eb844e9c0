"""Exercise drawings: a guide's `[figure]` table becomes one accessible SVG per frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Self

from catalog.drawing import side, top
from catalog.drawing.pose import Frame, Setting, View, only, read_frame, read_setting, text

VIEW_BOX = "0 0 240 300"  # the same for all frames, so that they can be stacked

_KEYS = frozenset({"title", "wall", "ball_mm", "ball_on", "feet_cm", "frames"})
_DRAW = {View.SIDE: side.draw, View.TOP: top.draw}


@dataclass(frozen=True, slots=True)
class Figure:
    """The drawings of one guide, as data: what stays, and what each frame shows."""

    title: str
    setting: Setting
    frames: tuple[Frame, ...]

    @classmethod
    def from_data(cls, data: Mapping[str, Any], where: str) -> Self:
        """Read a `[figure]` table.

        Raises ValueError with one sentence that names `where`, the frame and the key.
        """
        only(data, _KEYS, where)
        frames = data.get("frames")
        if not isinstance(frames, list) or not frames:
            raise ValueError(f"{where}: 'frames' must be a list of at least one frame.")
        title, setting = text(data, "title", where), read_setting(data, where)
        return cls(
            title,
            setting,
            tuple(
                read_frame(frame, setting, f"{where}, frame {n}")
                for n, frame in enumerate(frames, 1)
            ),
        )


def svgs(figure: Figure, uid: str) -> tuple[str, ...]:
    """One picture per frame. `uid` makes the ids unique on the page."""
    return tuple(_svg(figure, frame, f"{uid}-{n}") for n, frame in enumerate(figure.frames, 1))


def _svg(figure: Figure, frame: Frame, uid: str) -> str:
    title, name = escape(f"{figure.title}: {frame.caption}"), escape(uid)
    return (
        f'<svg class="tp-f" viewBox="{VIEW_BOX}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{title}</title><desc id="{name}-d">{escape(frame.shows)}</desc>'
        f"{_DRAW[frame.view](figure.setting, frame)}</svg>"
    )
