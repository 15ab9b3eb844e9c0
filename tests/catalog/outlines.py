"""Reads our SVG back as plain points, so that a test measures what is drawn, not what was meant."""

import re
from itertools import pairwise
from math import atan2, ceil, cos, hypot, pi, sin, sqrt
from xml.etree import ElementTree

Point = tuple[float, float]

_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
_ARITY = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "T": 2, "C": 6, "S": 4, "A": 7, "Z": 0}


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def by_class(svg: str, css: str) -> list[ElementTree.Element]:
    return [node for node in parse(svg).iter() if css in node.get("class", "").split()]


def points(node: ElementTree.Element) -> list[Point]:
    """Points along the edge of one shape."""
    size = {key: float(value) for key, value in node.items() if key in _SIZES}
    match node.tag:
        case "path":
            return _path(node.attrib["d"])
        case "circle":
            return _ring(size["cx"], size["cy"], size["r"], size["r"])
        case "ellipse":
            return _ring(size["cx"], size["cy"], size["rx"], size["ry"])
        case "rect":
            x, y = size["x"], size["y"]
            return [(x, y), (x + size["width"], y + size["height"])]
    return []


_SIZES = {"cx", "cy", "r", "rx", "ry", "x", "y", "width", "height"}


def _ring(x: float, y: float, rx: float, ry: float) -> list[Point]:
    turns = [step * pi / 36 for step in range(72)]
    return [(x + rx * cos(turn), y + ry * sin(turn)) for turn in turns]


def _path(data: str) -> list[Point]:
    tokens = _TOKEN.findall(data)
    line: list[Point] = []
    here, start, pull, command = (0.0, 0.0), (0.0, 0.0), None, ""
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
        name = command.upper()
        numbers = [float(tokens.pop(0)) for _ in range(_ARITY[name])]
        if command.islower():
            numbers = _absolute(name, numbers, here)
        if name == "Z":
            here, pull = start, None
            continue
        piece, pull = _piece(name, numbers, here, pull)
        line += piece
        here = piece[-1]
        if name == "M":
            start, command = here, "l" if command == "m" else "L"
    return line


def _absolute(name: str, numbers: list[float], here: Point) -> list[float]:
    match name:
        case "H":
            return [numbers[0] + here[0]]
        case "V":
            return [numbers[0] + here[1]]
        case "A":
            return [*numbers[:5], numbers[5] + here[0], numbers[6] + here[1]]
    return [number + here[n % 2] for n, number in enumerate(numbers)]


def _piece(
    name: str, numbers: list[float], here: Point, pull: Point | None
) -> tuple[list[Point], Point | None]:
    """The points of one command, and the last control point for "T" and "S"."""
    match name:
        case "M":
            return [(numbers[0], numbers[1])], None
        case "H":
            return [(numbers[0], here[1])], None
        case "V":
            return [(here[0], numbers[0])], None
        case "A":
            return _arc(here, numbers), None
    places = list(zip(numbers[::2], numbers[1::2], strict=True))
    if name in "TS":
        pull = pull or here
        places = [(2 * here[0] - pull[0], 2 * here[1] - pull[1]), *places]
    curve = [_bezier([here, *places], step / 8) for step in range(1, 9)]
    return curve, places[-2] if len(places) > 1 else None


def _bezier(places: list[Point], share: float) -> Point:
    while len(places) > 1:
        places = [
            (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
            for a, b in pairwise(places)
        ]
    return places[0]


def _arc(here: Point, numbers: list[float]) -> list[Point]:
    """SVG 2, appendix B.2.4, for an ellipse that is not turned."""
    rx, ry, _, large, sweep, x, y = numbers
    half = ((here[0] - x) / 2 / rx, (here[1] - y) / 2 / ry)
    gap = hypot(*half)
    if not gap:  # the arc is shorter than its numbers can tell
        return [here]
    grow = max(1.0, gap)
    far = sqrt(max(0.0, grow**2 / gap**2 - 1)) * (-1 if large == sweep else 1)
    middle = (far * half[1] + (here[0] + x) / 2 / rx, -far * half[0] + (here[1] + y) / 2 / ry)
    begin = atan2(here[1] / ry - middle[1], here[0] / rx - middle[0])
    end = atan2(y / ry - middle[1], x / rx - middle[0])
    while sweep and end < begin:
        end += 2 * pi
    while not sweep and end > begin:
        end -= 2 * pi
    steps = max(1, ceil(abs(end - begin) * 12))
    turns = [begin + (end - begin) * step / steps for step in range(1, steps)]
    round_points = [
        ((middle[0] + grow * cos(turn)) * rx, (middle[1] + grow * sin(turn)) * ry) for turn in turns
    ]
    return [*round_points, (x, y)]
