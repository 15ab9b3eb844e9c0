"""A guide's picture in a list: the same lines as its first frame, in far fewer letters."""

import re
from collections.abc import Iterator

import pytest

from catalog import library
from catalog.drawing import small
from catalog.drawing.figure import svgs
from catalog.guides import Guide

GUIDES = list(library.load().guides.values())
SHAPES = re.compile(r'<(?:path|circle|g) class="([^"]*)"(?: d="([^"]*)")?')
NUMBER = r"(-?(?:\d+\.?\d*|\.\d+)) *"
TOKENS = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
ARC = re.compile(NUMBER * 3 + r"([01]) *([01]) *" + NUMBER * 2)
NEXT = {"M": "L", "m": "l"}
SIZES = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "T": 2, "C": 6, "S": 4, "A": 7}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.id)
def test_it_has_every_shape_of_the_first_frame(guide: Guide) -> None:
    full, light = svgs(guide.figure, "x")[0], small.svg(guide.figure)

    assert [css for css, _ in shapes(light)] == [css for css, _ in shapes(full)]
    assert re.search('viewBox="([^"]*)"', light)[1] == re.search('viewBox="([^"]*)"', full)[1]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.id)
def test_no_point_of_a_line_is_more_than_half_a_unit_off(guide: Guide) -> None:
    full, light = svgs(guide.figure, "x")[0], small.svg(guide.figure)

    for (_, line), (_, short) in zip(shapes(full), shapes(light), strict=True):
        drawn = set(ends(short))
        for x, y in ends(line):
            assert min(max(abs(x - a), abs(y - b)) for a, b in drawn) <= 0.5001, (line, short)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.id)
def test_it_is_light_enough_for_a_list_of_all_guides(guide: Guide) -> None:
    assert len(small.svg(guide.figure)) <= 1_950
    assert "<title" not in small.svg(guide.figure)  # the guide's name stands beside it


@pytest.mark.parametrize(
    ("line", "short"),
    [
        ("M10.4 20.6L15.5 24.4", "m10 21 6 3"),
        ("M10 20H30V5H8", "m10 20h20v-15h-22"),
        ("M0 0L9 9.2L9.3 8.9L4 4Z", "m0 0 9 9-5-5z"),  # a step too short to be seen is left out
        ("M4 4l2 2m-2 5l2 2", "m4 4 2 2m-2 5 2 2"),
        ("M9 9A5.6 5.6 0 1 1 14 4A5 5 0 0 0 9 9", "m9 9a6 6 0 115-5 5 5 0 00-5 5"),
        ("M0 5Q1 2 3 4T8 9 9 12", "m0 5q1-3 3-1t5 5 1 3"),
        ("M5 5H9Zm3 1v4", "m5 5h4zm3 1v4"),  # what is closed goes on from where it began
    ],
)
def test_a_line_is_written_in_whole_steps_from_point_to_point(line: str, short: str) -> None:
    assert small.shorter(line) == short


def test_many_short_steps_do_not_drift() -> None:
    assert list(ends(small.shorter("M0 0" + "l.4 1" * 20)))[-1] == (8, 20)


def shapes(svg: str) -> list[tuple[str, str]]:
    """The class of everything drawn, and the data of its line. Lines of the room are as one."""
    found: list[tuple[str, str]] = []
    for css, data in SHAPES.findall(svg):
        if css == "tp-f-prop" and found and found[-1][0] == css:
            data = found.pop()[1] + data
        found.append((css, data))
    return found


def ends(line: str) -> Iterator[tuple[float, float]]:
    """Where each step of a line ends, read as a browser reads it."""
    tokens, at, begun, name = tokens_of(line), (0.0, 0.0), (0.0, 0.0), ""
    while tokens:
        name = tokens.pop(0) if tokens[0].isalpha() else NEXT.get(name, name)
        if name in "Zz":
            at = begun
            continue
        numbers = [float(tokens.pop(0)) for _ in range(SIZES[name.upper()])]
        x, y = at if name.islower() else (0.0, 0.0)
        if name in "Hh":
            at = (x + numbers[-1], at[1])
        elif name in "Vv":
            at = (at[0], y + numbers[-1])
        else:
            at = (x + numbers[-2], y + numbers[-1])
        begun = at if name in "Mm" else begun
        yield at


def tokens_of(line: str) -> list[str]:
    """Its letters and numbers. The two flags of an arc may stand with nothing between them."""
    found: list[str] = []
    for name, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", line):
        found.append(name)
        if name not in "Aa":
            found += TOKENS.findall(rest)
            continue
        found += [part for arc in ARC.findall(rest) for part in arc]
    return found
