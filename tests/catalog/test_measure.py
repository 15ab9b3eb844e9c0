"""Each check of the drawings goes red for the fault that it guards against."""

import re

import pytest

from catalog.drawing.figure import Figure
from tests.catalog.measure import LARGEST, drawings, faults
from tests.catalog.outlines import Point
from tests.catalog.test_figure import figure_table, read


def change(code: str, n: int, **keys: object) -> list[str]:
    """The faults of one frame whose keys were changed."""
    table = figure_table(code)
    table["frames"][n].update(keys)
    frame, svg = list(drawings(Figure.from_data(table, code)))[n]
    return faults(frame, svg)


def shifted(code: str, n: int, css: str, by: Point) -> list[str]:
    """The faults of one frame whose circles of a class were moved."""
    frame, svg = list(drawings(read(code)))[n]
    for key, way in zip(("cx", "cy"), by, strict=True):
        pattern = rf'(class="{css}"[^>]*? {key}=")([\d.]+)'
        svg = re.sub(pattern, lambda m, way=way: f"{m[1]}{float(m[2]) + way:.1f}", svg)
    return faults(frame, svg)


SEEDED = [
    (lambda: shifted("G01", 0, "tp-f-ball", (4, 0)), "away from the wall"),
    (lambda: shifted("G01", 0, "tp-f-ball", (-9, 0)), "away from the body"),
    (lambda: shifted("G17", 0, "tp-f-ball", (0, -4)), "away from the chair"),
    (lambda: shifted("G20", 0, "tp-f-ball", (0, -4)), "away from the floor"),
    (lambda: shifted("G13", 0, "tp-f-ball", (5, 0)), "away from the backrest"),
    (lambda: shifted("G26", 0, "tp-f-ball", (0, -4)), "away from the stool"),
    (lambda: shifted("G29", 0, "tp-f-ball", (0, -4)), "away from the table"),
    (lambda: change("G01", 0, x_cm=57, lean=-60), "inside the wall"),
    (lambda: change("G20", 0, arm={"upper": 4, "fore": 60}), "under the floor"),
    (lambda: change("G13", 0, arm={"upper": -60, "fore": -80}), "goes through the backrest"),
    (lambda: change("G17", 0, leg={"thigh": 30, "shin": 0}), "goes through the seat"),
    (
        lambda: change(
            "G29",
            0,
            tool={"kind": "ball", "on": "forearm", "cm": 6, "rests": "hand", "angle": 180},
            arm={"upper": 40, "fore": 30},
        ),
        "through the table",
    ),
    (lambda: change("G01", 0, arm={"upper": 130, "fore": 190}, x_cm=57), "leaves the picture"),
    (lambda: change("G17", 0, leg={"to": "floor", "cm": 42, "foot": 30}), "not on the floor"),
    (lambda: change("G01", 0, shows="a" * LARGEST), "bytes"),
]


@pytest.mark.parametrize(("fault", "says"), SEEDED, ids=[says for _, says in SEEDED])
def test_a_seeded_fault_is_found(fault, says):
    assert any(says in found for found in fault())


def test_a_hand_that_misses_its_tool_is_found():
    frame, svg = list(drawings(read("G21")))[1]
    elsewhere = '<circle class="tp-f-ball" cx="20" cy="60" r="4"/>'

    moved = re.sub(r'<path class="tp-f-(?:ball|grip)"[^>]*>', elsewhere, svg)

    assert "the hand is" not in " ".join(faults(frame, svg))
    assert "the hand is" in " ".join(faults(frame, moved))
