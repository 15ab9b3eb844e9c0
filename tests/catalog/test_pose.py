"""A `[figure]` table that cannot be drawn is refused with words its writer can act on."""

import copy

import pytest

from catalog.drawing.figure import Figure
from tests.catalog.test_figure import figure_table

WRONG = [
    (("wall",), "left", "G09.toml: 'wall'"),
    (("ball_mm",), "70", "G09.toml: 'ball_mm'"),
    (("ball_mm",), True, "G09.toml: 'ball_mm'"),
    (("ball_on",), "chest", "G09.toml: 'ball_on'"),
    (("feet_cm",), [28], "G09.toml: 'feet_cm'"),
    (("feet_cm",), [28, -1], "G09.toml: 'feet_cm'"),
    (("title",), " ", "G09.toml: 'title'"),
    (("colour",), "red", "G09.toml: 'colour'"),
    (("frames",), [], "G09.toml: 'frames'"),
    (("frames", 0), "side", "G09.toml, frame 1: "),
    (("frames", 0, "view"), "front", "G09.toml, frame 1: 'view'"),
    (("frames", 0, "caption"), "a" * 91, "G09.toml, frame 1: 'caption'"),
    (("frames", 1, "shows"), "", "G09.toml, frame 2: 'shows'"),
    (("frames", 1, "arm"), {"upper": 3}, "G09.toml, frame 2: 'arm'"),
    (("frames", 1, "arm"), {"upper": 3, "fore": 400}, "G09.toml, frame 2, arm: 'fore'"),
    (("frames", 1, "arm"), {"palm_below_cm": 30}, "G09.toml, frame 2: 'palm_below_cm'"),
    (("frames", 1, "swing"), [1, 2, 3], "G09.toml, frame 2: 'swing'"),
    (("frames", 1, "swing"), [20, 20], "G09.toml, frame 2: 'swing'"),
    (("frames", 1, "armm"), {}, "G09.toml, frame 2: 'armm'"),
    (("frames", 0, "both_ways"), True, "G09.toml, frame 1: 'both_ways'"),
    (("frames", 0, "push"), "yes", "G09.toml, frame 1: 'push'"),
    (("frames", 2, "push"), True, "G09.toml, frame 3: 'push'"),
    (("frames", 2, "faint_arms"), {}, "G09.toml, frame 3: 'faint_arms'"),
]


@pytest.mark.parametrize(("place", "value", "names"), WRONG)
def test_a_wrong_table_is_refused_with_the_place_and_the_key(place, value, names):
    table = copy.deepcopy(figure_table("G01"))
    inner = table
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value

    with pytest.raises(ValueError, match="G09") as refusal:
        Figure.from_data(table, "G09.toml")

    assert str(refusal.value).startswith(names)
    assert str(refusal.value).endswith(".")
