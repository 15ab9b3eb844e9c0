"""What a guide's `[figure]` table says: the setting, and how the person stands in each frame.

People write it, so angles are degrees and lengths centimetres of a person 1.75 m tall.
Seen from the side an arm at 0 degrees hangs down, at 90 it points straight ahead, below 0
behind the body. Seen from above it points ahead at 0, out to the side at 90, and below 0
across the body.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

CAPTION_LIMIT = 90

Table = Mapping[str, Any]


class View(StrEnum):
    SIDE = "side"
    TOP = "top"  # from above: the only way to see an arm move across the body


class Wall(StrEnum):
    BEHIND = "behind"
    IN_FRONT = "in front"

    @property
    def way(self) -> int:
        """Towards the wall, along the page: the person always faces right."""
        return -1 if self is Wall.BEHIND else 1


class Spot(StrEnum):
    """Where the ball presses."""

    UPPER_BACK = "upper back"  # between shoulder blade and spine
    CHEST = "chest"  # just below the middle of the collarbone


@dataclass(frozen=True, slots=True)
class Setting:
    """What stays as it is through all frames of a guide."""

    wall: Wall
    ball_mm: float
    ball_on: Spot
    feet_cm: tuple[float, float]  # from the wall to the near foot and to the far foot


@dataclass(frozen=True, slots=True)
class Bent:
    """An arm by its angles."""

    upper: float
    fore: float


@dataclass(frozen=True, slots=True)
class PalmOnWall:
    """An arm whose palm lies on the wall, this far below the shoulder (seen from the side)."""

    below_cm: float


Arm = Bent | PalmOnWall


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a guide: the person, the movement arrow, and the words under it."""

    view: View
    caption: str
    shows: str  # for people who cannot see the picture
    arm: Arm
    faint_arms: tuple[Arm, ...]  # where the arm comes from or goes to
    lean: float  # degrees of the trunk towards the wall
    push: bool  # an arrow that presses the body to the wall
    swing: tuple[float, float] | None  # an arrow along the arm's way, from one angle to another
    both_ways: bool


def read_setting(table: Table, where: str) -> Setting:
    """The setting, or ValueError with a sentence that names the place and the key."""
    setting = Setting(
        wall=Wall(_word(table, "wall", Wall, where)),
        ball_mm=_number(table, "ball_mm", 30, 120, where),
        ball_on=Spot(_word(table, "ball_on", Spot, where)),
        feet_cm=_pair(table, "feet_cm", 0, 80, where),
    )
    if (setting.wall is Wall.BEHIND) is not (setting.ball_on is Spot.UPPER_BACK):
        raise ValueError(f"{where}: 'ball_on' must face the wall, which is {setting.wall}.")
    return setting


def read_frame(table: Table, setting: Setting, where: str) -> Frame:
    """One frame, or ValueError with a sentence that names the place and the key."""
    only(table, Frame.__dataclass_fields__, where)
    faint = _list(table, "faint_arms", where)
    frame = Frame(
        view=View(_word(table, "view", View, where)),
        caption=text(table, "caption", where),
        shows=text(table, "shows", where),
        arm=_arm(table.get("arm"), "arm", where),
        faint_arms=tuple(_arm(arm, "faint_arms", where) for arm in faint),
        lean=_number(table, "lean", -5, 20, where) if "lean" in table else 0,
        push=_flag(table, "push", where),
        swing=_pair(table, "swing", -120, 180, where) if "swing" in table else None,
        both_ways=_flag(table, "both_ways", where),
    )
    _refuse_nonsense(frame, setting, where)
    return frame


def _refuse_nonsense(frame: Frame, setting: Setting, where: str) -> None:
    """Refuse what is well written but could not be drawn, or would be silently left out."""
    arms = (frame.arm, *frame.faint_arms)
    if len(frame.caption) > CAPTION_LIMIT:
        raise ValueError(f"{where}: 'caption' is longer than {CAPTION_LIMIT} characters.")
    if setting.wall is Wall.BEHIND and any(isinstance(arm, PalmOnWall) for arm in arms):
        raise ValueError(f"{where}: 'palm_below_cm' needs the wall in front.")
    if frame.view is View.TOP and (frame.push or frame.lean):
        raise ValueError(f"{where}: 'push' and 'lean' are only seen from the side.")
    if frame.swing and frame.swing[0] == frame.swing[1]:
        raise ValueError(f"{where}: 'swing' must be two different angles.")
    if frame.both_ways and not frame.swing:
        raise ValueError(f"{where}: 'both_ways' needs a 'swing'.")


def only(table: object, known: Mapping[str, Any] | frozenset[str], where: str) -> None:
    """Refuse what is not a table, and any key we would silently ignore."""
    if not isinstance(table, Mapping):
        raise ValueError(f"{where}: must be a table.")
    if unknown := sorted(set(table) - set(known)):
        raise ValueError(f"{where}: {unknown[0]!r} is not a key of this table.")


def text(table: Table, key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{where}: {key!r} must be a sentence.")
    return value


def _arm(value: object, key: str, where: str) -> Arm:
    match value:
        case {"upper": upper, "fore": fore, **rest} if not rest:
            upper = _within(upper, "upper", -180, 180, f"{where}, {key}")
            return Bent(upper, _within(fore, "fore", -180, 180, f"{where}, {key}"))
        case {"palm_below_cm": below, **rest} if not rest:
            return PalmOnWall(_within(below, "palm_below_cm", 15, 50, f"{where}, {key}"))
    raise ValueError(f"{where}: {key!r} must have 'upper' and 'fore', or 'palm_below_cm' alone.")


def _number(table: Table, key: str, least: float, most: float, where: str) -> float:
    return _within(table.get(key), key, least, most, where)


def _within(value: object, key: str, least: float, most: float, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"{where}: {key!r} must be a number from {least:g} to {most:g}.")
    return value


def _pair(table: Table, key: str, least: float, most: float, where: str) -> tuple[float, float]:
    value = table.get(key)
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"{where}: {key!r} must be two numbers.")
    first, second = (_within(part, key, least, most, where) for part in value)
    return first, second


def _word(table: Table, key: str, choices: type[StrEnum], where: str) -> str:
    value = table.get(key)
    if value not in list(choices):
        raise ValueError(
            f"{where}: {key!r} must be one of {', '.join(map(repr, map(str, choices)))}."
        )
    return str(value)


def _flag(table: Table, key: str, where: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(f"{where}: {key!r} must be true or false.")
    return value


def _list(table: Table, key: str, where: str) -> list[Any]:
    value = table.get(key, [])
    if not isinstance(value, list):
        raise ValueError(f"{where}: {key!r} must be a list.")
    return value
