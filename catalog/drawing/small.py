"""A picture for a list: the same lines, written as short as its size on the page allows.

A list shows it half as large as a guide's own page does, so that no line needs more than whole
units. The title beside it says the same: there is nothing in it to be read out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.drawing.figure import Figure
from catalog.drawing.ink import Point

Place = tuple[int, int]

_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
# One line of the room after another, which can be one: nothing lies between them.
_OPEN_LINES = re.compile(r'(?<=class="tp-f-prop" d=")([^"]*)"/><path class="tp-f-prop" d="')
_SIZES = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "T": 2, "C": 6, "S": 4, "A": 7}
_GOES_ON_AS = {"M": "L", "m": "l"}  # what more numbers after a command mean


def svg(figure: Figure) -> str:
    """The first picture of a guide: the place, and how the tool is held there."""
    first = figure.frames[0]
    drawn = _OPEN_LINES.sub(r"\1", first.still())
    drawn = re.sub(r' d="([^"]*)"', lambda line: f' d="{shorter(line[1])}"', drawn)
    drawn = re.sub(r'(c[xy]|r)="([^"]*)"', lambda of: f'{of[1]}="{_whole(of[2])}"', drawn)
    return f'<svg class="tp-f" viewBox="{first.pose.room.view_box}">{drawn}</svg>'


@dataclass(frozen=True, slots=True)
class _Step:
    """One command of a line: the points it names, all of them on the page, the last one its end."""

    name: str
    points: tuple[Point, ...]
    bow: tuple[float, ...] = ()  # of an arc: its radii, how it lies, and which way it goes


def shorter(data: str) -> str:
    """The same line in whole units, each step counted from the last one, which is fewer digits.

    Places are rounded before they are counted from each other, so that a long line can't drift.
    """
    written, before, at, begun = "", "", (0, 0), (0, 0)
    for step in _steps(data):
        if step.name == "Z":
            written, before, at = f"{written}z", "", begun
            continue
        places = [(round(x), round(y)) for x, y in step.points]
        if step.name == "L" and places == [at]:
            continue
        moves = [(x - at[0], y - at[1]) for x, y in places]
        name, said = _said(step, moves)
        written += name if name != before else "" if said.startswith("-") else " "
        written, at = written + said, places[-1]
        begun = at if name == "m" else begun
        before = "l" if name == "m" else name
    return written


def _steps(data: str) -> Iterator[_Step]:
    """Every command by itself, in capitals, with places on the page."""
    at, begun = (0.0, 0.0), (0.0, 0.0)
    for name, rest in _COMMAND.findall(data):
        numbers = [float(number) for number in _NUMBER.findall(rest)]
        if name in "Zz":
            yield _Step("Z", ())
            at = begun
            continue
        size = _SIZES[name.upper()]
        for n in range(0, len(numbers), size):
            step = _step(_GOES_ON_AS.get(name, name) if n else name, numbers[n : n + size], at)
            yield step
            at = step.points[-1]
            begun = at if step.name == "M" else begun


def _step(name: str, numbers: list[float], at: Point) -> _Step:
    x, y = at if name.islower() else (0.0, 0.0)
    name = name.upper()
    if name == "H":
        return _Step("L", ((x + numbers[0], at[1]),))
    if name == "V":
        return _Step("L", ((at[0], y + numbers[0]),))
    bow, pairs = (numbers[:5], numbers[5:]) if name == "A" else ([], numbers)
    points = zip(pairs[::2], pairs[1::2], strict=True)
    return _Step(name, tuple((x + px, y + py) for px, py in points), tuple(bow))


def _said(step: _Step, moves: list[Place]) -> tuple[str, str]:
    """A command and its numbers. Straight across and straight down need but one of them."""
    (x, y), name = moves[-1], step.name.lower()
    if name == "l" and 0 in (x, y):
        return ("h", str(x)) if y == 0 else ("v", str(y))
    numbers = " ".join(str(n) for move in moves for n in move).replace(" -", "-")
    if step.bow:
        wide, high, _, large, clockwise = map(round, step.bow)
        numbers = f"{wide} {high} 0 {large}{clockwise}{numbers}"  # the two signs need no space
    return name, numbers


def _whole(number: str) -> str:
    return str(round(float(number)))
