"""The product drawings: true to size, small, and readable without seeing them."""

import re
from itertools import product as every
from pathlib import Path

import pytest

from catalog.drawing.product import COLOURS, Scales, svg
from catalog.tools import Firmness, Kind, Surface, Tool
from tests.catalog.outlines import by_class, parse, points

SHEET = Path(__file__).parents[2] / "shop" / "static" / "drawing.css"

SIZES = {
    Kind.BALL: [(43, None), (80, None), (150, None)],
    Kind.PEANUT: [(50, None), (80, None), (120, None)],
    Kind.ROLLER: [(100, 300), (150, 450), (150, 1220)],
    Kind.STICK: [(None, 400), (38, 600)],
    Kind.CANE: [(None, 560), (30, 700)],
}
TOOLS = [
    Tool(kind, Firmness.FIRM, across, long, surface, powered=powered)
    for kind, sizes in SIZES.items()
    for across, long in [*sizes, (None, None)]
    for surface, powered in every((*Surface, None), (False, True))
]


def draw(tool: Tool, colour: str = "teal") -> str:
    return svg(tool, "Some tool", colour=colour, uid="p1")


def ball(diameter_mm: int | None, surface: Surface | None = Surface.SMOOTH) -> Tool:
    return Tool(Kind.BALL, Firmness.MEDIUM, diameter_mm, None, surface)


def title(drawing: str) -> str:
    return parse(drawing)[0].text


def width(drawing: str, css: str) -> float:
    across = [x for node in by_class(drawing, css) for x, _ in points(node)]
    return max(across) - min(across)


@pytest.mark.parametrize(
    ("tool", "colour", "words"),
    [
        (
            Tool(Kind.BALL, Firmness.FIRM, 80, None, Surface.SPIKY),
            "plum",
            "Plum spiky ball, 80 mm across, firm",
        ),
        (
            Tool(Kind.PEANUT, Firmness.VERY_FIRM, 65, None, Surface.SMOOTH),
            "navy",
            "Navy smooth peanut ball, each half 65 mm across, very firm",
        ),
        (
            Tool(Kind.ROLLER, Firmness.SOFT, 150, 450, Surface.SMOOTH),
            "moss",
            "Moss smooth foam roller, 450 mm long, 150 mm across, soft",
        ),
        (
            Tool(Kind.BALL, Firmness.MEDIUM, 90, None, Surface.SMOOTH, powered=True),
            "stone",
            "Stone smooth vibrating ball, 90 mm across, medium",
        ),
        (Tool(Kind.BALL), "sand", "Sand ball, size not known, firmness not known"),
        (Tool(Kind.ROLLER, diameter_mm=150), "clay", None),
    ],
)
def test_the_title_says_in_words_what_the_drawing_shows(tool, colour, words):
    words = words or "Clay foam roller, size not known, firmness not known"

    assert title(draw(tool, colour)) == words


def test_the_title_is_the_accessible_name_and_its_id_is_the_page_s():
    root = parse(svg(ball(60), "Soft ball", uid="card-7"))

    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == root[0].attrib["id"] == "card-7"


def test_a_name_cannot_break_out_of_the_drawing():
    root = parse(svg(ball(60), "</desc><script>", uid="p1"))

    assert root[1].text == "Drawing of </desc><script>"


@pytest.mark.parametrize("surface", [Surface.SMOOTH, Surface.NUBBED, Surface.SPIKY])
@pytest.mark.parametrize("millimetres", [43, 60, 90])
def test_a_ball_is_as_wide_as_the_5_cm_bar_says(millimetres, surface):
    drawing = draw(ball(millimetres, surface))

    assert width(drawing, "tp-p-body") / width(drawing, "tp-p-bar") * 50 == pytest.approx(
        millimetres, rel=0.03
    )


def test_balls_and_peanuts_share_one_scale_so_that_a_list_compares():
    tools = [ball(43), ball(90), Tool(Kind.PEANUT, Firmness.FIRM, 80, None, Surface.NUBBED)]

    assert len({width(draw(tool), "tp-p-bar") for tool in tools}) == 1


@pytest.mark.parametrize("length", [300, 450, 900])
def test_a_roller_is_as_long_as_its_own_bar_says(length):
    drawing = draw(Tool(Kind.ROLLER, Firmness.SOFT, 150, length, Surface.SMOOTH))
    (end,) = by_class(drawing, "tp-p-end")
    body = width(drawing, "tp-p-body") - float(end.attrib["rx"])

    assert body / width(drawing, "tp-p-bar") * 50 == pytest.approx(length, rel=0.06)


@pytest.mark.parametrize("tool", TOOLS, ids=str)
def test_every_tool_fits_its_picture_and_stays_above_the_bar(tool):
    drawing = draw(tool)

    for node in parse(drawing).iter():
        floor = 100 if node.get("class") in ("tp-p-bar", "tp-p-firm", "tp-p-less") else 86
        assert all(0 <= x <= 120 and 0 <= y <= floor for x, y in points(node))


@pytest.mark.parametrize("tool", TOOLS, ids=str)
def test_a_drawing_is_small_and_obeys_the_strict_content_policy(tool):
    drawing = draw(tool)
    plain = tool.surface in (Surface.SMOOTH, None)

    assert len(drawing.encode()) <= (1200 if plain else 1900)
    names = {name for node in parse(drawing).iter() for name in node.attrib}
    assert not {name for name in names if name == "style" or name.startswith("on")}
    assert {node.tag for node in parse(drawing).iter()} <= {
        "svg", "title", "desc", "path", "circle", "ellipse", "rect", "text",
    }  # fmt: skip


@pytest.mark.parametrize("kind", Kind)
def test_an_unmeasured_tool_is_dashed_without_a_bar_and_says_so(kind):
    drawing = draw(Tool(kind, Firmness.SOFT))

    assert "tp-p-unsized" in parse(drawing).attrib["class"].split()
    assert "size not known" in title(drawing)
    assert "5 cm" not in drawing
    assert not by_class(drawing, "tp-p-bar")


def test_a_measured_tool_is_not_dashed():
    assert "tp-p-unsized" not in draw(ball(70))


def test_each_surface_of_a_ball_looks_different():
    drawings = {draw(ball(70, surface)).split("</desc>")[1] for surface in Surface}

    assert len(drawings) >= 3  # smooth, nubbed, spiky; nobody makes a ridged ball


def test_only_a_ridged_roller_is_hollow():
    rollers = {
        surface: draw(Tool(Kind.ROLLER, Firmness.FIRM, 140, 330, surface)) for surface in Surface
    }

    hollow = {surface for surface, drawing in rollers.items() if by_class(drawing, "tp-p-hole")}

    assert hollow == {Surface.RIDGED}


@pytest.mark.parametrize("grade", Firmness)
def test_a_dot_stands_for_each_grade_of_firmness_and_is_filled_up_to_this_one(grade):
    drawing = draw(Tool(Kind.BALL, grade, 70, None, Surface.NUBBED))

    filled, empty = (
        sum(node.attrib["d"].count("M") for node in by_class(drawing, css))
        for css in ("tp-p-firm", "tp-p-less")
    )

    assert (filled, empty) == (grade, 4 - grade)


def test_no_dot_is_a_guess_at_an_unknown_firmness():
    drawing = draw(Tool(Kind.BALL, None, 70, None, Surface.SMOOTH))

    assert not by_class(drawing, "tp-p-firm") + by_class(drawing, "tp-p-less")
    assert "firmness not known" in title(drawing)


def test_the_dots_keep_clear_of_the_bar_and_its_words():
    for tool in TOOLS:
        drawing = draw(tool)
        bar, dots = by_class(drawing, "tp-p-bar"), by_class(drawing, "tp-p-firm")
        if bar:
            end_of_words = max(x for x, _ in points(bar[0])) + 4 + 5 * 7.6  # "5 cm", 12 px

            assert end_of_words < min(x for x, _ in points(dots[0]))


LIST = [
    ball(45),
    ball(150),
    Tool(Kind.PEANUT, Firmness.FIRM, 65, 130, Surface.SMOOTH),
    Tool(Kind.ROLLER, Firmness.SOFT, 150, 450, Surface.SMOOTH),
    Tool(Kind.ROLLER, Firmness.SOFT, 150, 1220, Surface.SMOOTH),
    Tool(Kind.STICK, Firmness.FIRM, 40, 450, Surface.SMOOTH),
    Tool(Kind.CANE, Firmness.FIRM, 35, 700, Surface.SMOOTH),
]


def bars(tools: list[Tool], scales: Scales | None) -> list[float]:
    drawings = (svg(tool, "Some tool", uid="p1", scales=scales) for tool in tools)
    return [width(drawing, "tp-p-bar") for drawing in drawings]


def test_a_list_shares_one_scale_and_rollers_have_their_own():
    shared = bars(LIST, Scales.of(LIST))

    assert len(set(shared[:3])) == len(set(shared[3:5])) == len(set(shared[5:])) == 1
    assert shared[0] > shared[3]
    assert len(set(bars(LIST[:3], None))) > 1  # each by itself would be drawn as large as it can


def test_the_largest_of_a_list_fits_its_picture():
    scales = Scales.of(LIST)

    for tool in LIST:
        for node in parse(svg(tool, "Some tool", uid="p1", scales=scales)).iter():
            floor = 100 if node.get("class") in ("tp-p-bar", "tp-p-firm", "tp-p-less") else 86
            assert all(0 <= x <= 120 and 0 <= y <= floor for x, y in points(node))


def test_one_large_roller_leaves_the_balls_of_its_list_as_they_are():
    assert Scales.of([ball(65), LIST[4]]).round == Scales.of([ball(65)]).round


def test_a_colour_nobody_styled_is_refused_by_name():
    with pytest.raises(ValueError, match="'pink' is not one of the drawing colours: teal, clay"):
        draw(ball(60), "pink")


def test_the_style_sheet_knows_every_class_and_no_other():
    drawn = "".join(draw(tool) for tool in TOOLS) + "".join(draw(ball(70), c) for c in COLOURS)
    used = {css for found in re.findall(r'class="([^"]*)"', drawn) for css in found.split()}

    styled = set(re.findall(r"\.(tp-p(?:-\w+)*)(?![\w-])", SHEET.read_text()))

    assert styled - used == set()
    assert used - styled <= {"tp-p-edge", "tp-p-line", "tp-p-bar", "tp-p-less"}  # plain ink


def test_a_drawing_is_made_once():
    assert svg(ball(61), "Same", uid="x") is svg(ball(61), "Same", uid="x")
