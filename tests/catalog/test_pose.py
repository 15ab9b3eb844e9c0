"""A `[figure]` table that cannot be drawn is refused with words its writer can act on."""

import copy

import pytest

from catalog.drawing.figure import Figure
from catalog.drawing.pose import Bent, Sent, blend
from tests.catalog.test_figure import figure_table

BALL = {"kind": "ball", "mm": 70, "on": "trunk", "cm": 38, "rests": "wall"}
WRONG = [
    (("support",), "left", "G09.toml, frame 1: 'support'"),
    (("room",), "vast", "G09.toml: 'room'"),
    (("tool",), BALL | {"mm": "70"}, "G09.toml, frame 1, tool: 'mm'"),
    (("tool",), BALL | {"mm": True}, "G09.toml, frame 1, tool: 'mm'"),
    (("tool",), BALL | {"mm": 900}, "G09.toml, frame 1, tool: 'mm'"),
    (("tool",), BALL | {"on": "ear"}, "G09.toml, frame 1, tool: 'on'"),
    (("tool",), BALL | {"colour": "red"}, "G09.toml, frame 1, tool: "),
    (("tool",), BALL | {"cm": 60, "mm": 20}, "G09.toml, frame 1: 'tool'"),
    (("tool",), "ball", "G09.toml, frame 1, tool: "),
    (("leg",), {"to": "floor", "cm": 118}, "G09.toml, frame 1: 'leg'"),
    (("leg",), {"thigh": 3}, "G09.toml, frame 1, leg: 'shin'"),
    (("title",), " ", "G09.toml: 'title'"),
    (("colour",), "red", "G09.toml: "),
    (("frames",), [], "G09.toml: 'frames'"),
    (("frames",), {}, "G09.toml: 'frames'"),
    (("frames", 0), "side", "G09.toml, frame 1: "),
    (("frames", 0, "view"), "below", "G09.toml, frame 1: 'view'"),
    (("frames", 0, "caption"), "a" * 91, "G09.toml, frame 1: 'caption'"),
    (("frames", 1, "shows"), "", "G09.toml, frame 2: 'shows'"),
    (("frames", 1, "arm"), {"upper": 3}, "G09.toml, frame 2, arm: 'fore'"),
    (("frames", 1, "arm"), {"upper": 3, "fore": 400}, "G09.toml, frame 2, arm: 'fore'"),
    (("frames", 1, "arm"), {"to": "moon"}, "G09.toml, frame 2, arm: 'to'"),
    (("frames", 0, "arm"), {"to": "floor", "cm": 20}, "G09.toml, frame 1: 'arm'"),
    (("frames", 0, "arm"), {"to": "body"}, "G09.toml, frame 1, arm: 'to'"),
    (("support",), "standing", "G09.toml, frame 1: 'support'"),
    (("tool",), BALL | {"on": "forearm"}, "G09.toml, frame 1: 'tool'"),
    (("frames", 0, "arm"), {"upper": 1}, "G09.toml, frame 1, arm: 'fore'"),
    (("frames", 0, "far_leg"), {"thigh": 3, "shin": 400}, "G09.toml, frame 1, far_leg: 'shin'"),
    (("frames", 0, "extra"), ["sofa"], "G09.toml, frame 1: 'extra'"),
    (("frames", 1, "leg"), {"to": "wall", "cm": 3}, "G09.toml, frame 2, leg: 'to'"),
    (("frames", 2, "tool"), BALL | {"on": "thigh"}, "G09.toml, frame 3: 'tool'"),
    (("frames", 2, "arm"), {"to": "tool"}, "G09.toml, frame 3: 'ways'"),
    (("frames", 1, "armm"), {}, "G09.toml, frame 2: "),
    (("frames", 1, "lean"), 200, "G09.toml, frame 2: 'lean'"),
    (("frames", 1, "hair"), "long", "G09.toml, frame 2: 'hair'"),
    (("frames", 1, "ways"), {}, "G09.toml, frame 2: 'ways'"),
    (("frames", 1, "ways"), [{"arm": {"to": "wall", "cm": 9}}], "G09.toml, frame 2: 'ways'"),
    (("frames", 1, "ways", 0, "foot"), 3, "G09.toml, frame 2, ways 1: "),
    (("frames", 1, "arrows", 0, "angles"), [1, 2, 3], "G09.toml, frame 2, arrows 1: 'angles'"),
    (("frames", 1, "arrows", 0, "angles"), [20, 20], "G09.toml, frame 2, arrows 1: 'angles'"),
    (("frames", 1, "arrows", 0, "at"), "ear", "G09.toml, frame 2: 'at'"),
    (("frames", 1, "arrows", 0, "both_ways"), "yes", "G09.toml, frame 2, arrows 1: 'both_ways'"),
    (("frames", 0, "arrows", 0, "shape"), "line", "G09.toml, frame 1, arrows 1: 'shape'"),
    (("frames", 2, "seated"), True, "G09.toml, frame 3: 'leg'"),
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
    assert "\n" not in str(refusal.value)


def test_what_is_said_once_for_the_guide_holds_in_every_frame_that_says_nothing_else():
    table = figure_table("G01") | {"hair": "bun"}
    table["frames"][1]["hair"] = "curls"

    hair = [frame.pose.look.hair for frame in Figure.from_data(table, "G01.toml").frames]

    assert hair == ["bun", "curls", "bun"]


def test_what_no_frame_takes_over_is_a_slip():
    table = figure_table("G28") | {"thumb": 30, "colour": "red"}

    with pytest.raises(ValueError, match="'colour'"):
        Figure.from_data(table, "G28.toml")


def test_between_two_poses_the_angles_are_halved_and_not_the_places():
    assert blend(Bent(0, 10), Bent(90, 50), 0.5) == Bent(45, 30)
    assert blend(Sent("floor", 10), Sent("floor", 30), 0.25) == Sent("floor", 15)


def test_who_stands_on_no_leg_or_presses_an_arm_that_is_not_there_is_refused():
    bent = {"thigh": 0, "shin": 0}
    afloat = figure_table("G01") | {"leg": bent, "far_leg": bent}
    armless = figure_table("G29")
    del armless["frames"][0]["arm"]

    with pytest.raises(ValueError, match="'leg' or 'far_leg' must stand on the floor"):
        Figure.from_data(afloat, "G01.toml")
    with pytest.raises(ValueError, match="'arm' is missing"):
        Figure.from_data(armless, "G29.toml")
