"""Product drawings from a tool's attributes, so that no product needs a photo to be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Self

from catalog.drawing import shapes
from catalog.drawing.ink import num, nums, path
from catalog.tools import Firmness, Kind, Tool, noun

COLOURS = ("teal", "clay", "navy", "plum", "moss", "stone", "sand")

ROOM = 112.0  # the longest drawing that fits
ROUND, ROLLERS, HELD = (Kind.BALL, Kind.PEANUT), (Kind.ROLLER,), (Kind.STICK, Kind.CANE)
USUAL_MM = {  # what is drawn, dashed, when nobody has measured the tool: diameter, length
    Kind.BALL: (70, 0),
    Kind.PEANUT: (65, 0),
    Kind.ROLLER: (145, 330),
    Kind.STICK: (35, 450),
    Kind.CANE: (30, 560),
}


@dataclass(frozen=True, slots=True)
class Scales:
    """Units of the drawing for a millimetre: one for all that is round, one for rollers, one for
    what two hands hold. Whatever shares a list shares these, so that its sizes compare.
    """

    round: float = 0.72
    rollers: float = 0.24
    held: float = 0.2

    @classmethod
    def of(cls, tools: Iterable[Tool]) -> Self:
        """The usual scales, or smaller ones where the largest of these tools needs more room."""
        usual, tools = cls(), list(tools)
        return cls(
            *(
                min([usual.at(kinds[0]), *(_fitting(t) for t in tools if t.kind in kinds)])
                for kinds in (ROUND, ROLLERS, HELD)
            )
        )

    def at(self, kind: Kind) -> float:
        if kind in ROUND:
            return self.round
        return self.rollers if kind in ROLLERS else self.held


@lru_cache(maxsize=1024)
def svg(
    tool: Tool, name: str, *, colour: str = "teal", uid: str, scales: Scales | None = None
) -> str:
    """The drawing of one product with a 5 cm bar and a dot for each grade of firmness.

    `uid` makes the title's id unique on the page; `scales` are the list's, where it is in one.
    A tool whose size is not known gets the usual outline, dashed, and no bar.
    """
    if colour not in COLOURS:
        raise ValueError(f"{colour!r} is not one of the drawing colours: {', '.join(COLOURS)}.")
    sized, scale = _sized(tool), (scales or Scales.of([tool])).at(tool.kind)
    across, long = _millimetres(tool)
    css = f"tp-p tp-p-{colour}" if sized else f"tp-p tp-p-{colour} tp-p-unsized"
    name_id = escape(uid)
    shape = shapes.draw(tool.kind, across * scale, long * scale, tool.surface)
    sign = shapes.power_sign() if tool.powered else ""
    scale_bar = _bar(scale) if sized else ""
    dots = _dots(tool.firmness) if tool.firmness else ""
    return (
        f'<svg class="{css}" viewBox="0 0 120 100" role="img" aria-labelledby="{name_id}">'
        f'<title id="{name_id}">{title(tool, colour)}</title>'
        f"<desc>Drawing of {escape(name)}</desc>{shape}{sign}{scale_bar}{dots}</svg>"
    )


def title(tool: Tool, colour: str) -> str:
    """What the drawing shows, in words: "Plum spiky ball, 80 mm across, firm"."""
    surface = f"{tool.surface} " if tool.surface else ""
    powered = "vibrating " if tool.powered else ""
    sizes = [f"{tool.length_mm} mm long"] if tool.length_mm else []
    if tool.diameter_mm:
        each = "each half " if tool.kind is Kind.PEANUT else ""
        sizes.append(f"{each}{tool.diameter_mm} mm across")
    firmness = tool.firmness.word if tool.firmness else "firmness not known"
    what = f"{colour.capitalize()} {surface}{powered}{noun(tool.kind)}"
    return ", ".join([what, *(sizes if _sized(tool) else ["size not known"]), firmness])


def _sized(tool: Tool) -> bool:
    match tool.kind:
        case Kind.BALL | Kind.PEANUT:
            return tool.diameter_mm is not None
        case Kind.ROLLER:
            return None not in (tool.diameter_mm, tool.length_mm)
        case Kind.STICK | Kind.CANE:
            return tool.length_mm is not None


def _millimetres(tool: Tool) -> tuple[float, float]:
    usual_across, usual_long = USUAL_MM[tool.kind]
    return tool.diameter_mm or usual_across, tool.length_mm or usual_long


def _fitting(tool: Tool) -> float:
    """The largest scale at which this tool has room."""
    return ROOM / _extent(tool.kind, *_millimetres(tool))


def _extent(kind: Kind, across: float, long: float) -> float:
    """How much room it needs, in mm as wide; a ball must also stay above the bar."""
    match kind:
        case Kind.BALL:
            return across * 1.4
        case Kind.PEANUT:
            return across * (1 + shapes.PEANUT_GAP)
        case Kind.ROLLER:
            return long + across * 2 * shapes.PERSPECTIVE
        case Kind.STICK | Kind.CANE:
            return long


def _bar(scale: float) -> str:
    end = 4 + 50 * scale
    line = path("tp-p-bar", f"M4 88v8m0-4H{num(end)}m0-4v8")
    return f'{line}<text x="{num(end + 4)}" y="96">5 cm</text>'


def _dots(firmness: Firmness) -> str:
    """One dot for each grade, filled up to this one. The words stand in the title."""
    spots = [f"M{nums(84 + 9.5 * n, 92)}a3 3 0 1 0 6 0a3 3 0 1 0-6 0" for n in range(len(Firmness))]
    filled = path("tp-p-firm", "".join(spots[:firmness]))
    return filled + (path("tp-p-less", "".join(spots[firmness:])) if spots[firmness:] else "")
