"""The exercise drawings: a physiotherapist must be able to trust every joint of them."""

import re
import tomllib
from itertools import chain
from math import hypot
from pathlib import Path

import pytest

from catalog.drawing import skeleton
from catalog.drawing.figure import Figure, svgs
from catalog.drawing.pose import PalmOnWall, View
from tests.catalog.outlines import Point, by_class, parse, points

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "catalog" / "data" / "guides"
CODES = ("G01", "G02")
BODY = ("tp-f-skin", "tp-f-shirt", "tp-f-shorts", "tp-f-shoe", "tp-f-hair", "tp-f-faint")


def figure_table(code: str) -> dict:
    """The guide's `[figure]` table, in a file of its own or merged into the guide."""
    tables = (tomllib.loads(file.read_text()) for file in GUIDES.glob(f"{code}*.toml"))
    return next(table["figure"] for table in tables if "figure" in table)


def read(code: str) -> Figure:
    return Figure.from_data(figure_table(code), f"{code}.toml")


def _pictures() -> list:
    return [
        pytest.param(read(code), n, id=f"{code}-{n + 1}")
        for code in CODES
        for n in range(len(read(code).frames))
    ]


each_frame = pytest.mark.parametrize(("figure", "n"), _pictures())
from_the_side = pytest.mark.parametrize(
    ("figure", "n"), [p for p in _pictures() if p.values[0].frames[p.values[1]].view is View.SIDE]
)


def edge(svg: str, *classes: str) -> list[Point]:
    """All points of the shapes that have one of these classes."""
    return list(chain.from_iterable(points(node) for css in classes for node in by_class(svg, css)))


def ball_of(svg: str) -> tuple[float, float, float]:
    (ball,) = by_class(svg, "tp-f-ball")
    return tuple(float(ball.attrib[key]) for key in ("cx", "cy", "r"))


def wall_of(svg: str) -> float:
    return next(x for x, y in edge(svg, "tp-f-prop") if y < 20)


@each_frame
def test_everything_that_is_drawn_lies_inside_the_picture(figure, n):
    svg = svgs(figure, "g")[n]
    left, top, wide, high = map(float, parse(svg).attrib["viewBox"].split())

    drawn = [point for node in parse(svg).iter() for point in points(node)]

    assert len(drawn) > 200
    assert all(left <= x <= left + wide and top <= y <= top + high for x, y in drawn)


@each_frame
def test_the_ball_touches_the_wall_and_the_body(figure, n):
    svg = svgs(figure, "g")[n]
    x, y, radius = ball_of(svg)

    to_body = min(hypot(x - px, y - py) for px, py in edge(svg, "tp-f-shirt"))

    assert abs(abs(x - wall_of(svg)) - radius) <= 3
    assert abs(to_body - radius) <= 3


@each_frame
def test_no_part_of_the_body_crosses_the_wall(figure, n):
    svg = svgs(figure, "g")[n]
    wall, (ball, _, _) = wall_of(svg), ball_of(svg)
    inwards = 1 if ball > wall else -1

    nearest = min((x - wall) * inwards for x, _ in edge(svg, *BODY))

    assert nearest >= 0


@from_the_side
def test_both_feet_stand_on_the_floor(figure, n):
    svg = svgs(figure, "g")[n]
    floor = max(y for _, y in edge(svg, "tp-f-prop"))

    soles = [max(y for _, y in points(shoe)) for shoe in by_class(svg, "tp-f-shoe")]

    assert len(soles) == 2
    assert all(abs(sole - floor) <= 2 for sole in soles)


@from_the_side
def test_no_bone_of_the_leg_is_stretched(figure, n):
    body = skeleton.stand(figure.setting, figure.frames[n])

    for leg in (body.near_leg, body.far_leg):
        assert hypot(*_from(body.hip, leg.knee)) == pytest.approx(skeleton.THIGH, abs=0.1)
        assert hypot(*_from(leg.knee, leg.ankle)) == pytest.approx(skeleton.SHANK, abs=0.1)


def _from(a: Point, b: Point) -> Point:
    return b[0] - a[0], b[1] - a[1]


def test_the_palm_lies_on_the_wall_where_the_guide_says_so():
    figure = read("G02")

    for n in (0, 1):
        assert isinstance(figure.frames[n].arm, PalmOnWall)
        svg = svgs(figure, "g")[n]
        arm = points(by_class(svg, "tp-f-skin")[-1])
        hand = [x for x, y in arm if y > max(y for _, y in arm) - 20]
        assert 0 <= wall_of(svg) - max(hand) <= 3


def test_the_palm_of_the_faint_arm_lies_on_the_wall_seen_from_above():
    svg = svgs(read("G02"), "g")[2]

    assert 0 <= wall_of(svg) - max(x for x, _ in edge(svg, "tp-f-faint")) <= 3


@pytest.mark.parametrize("code", CODES)
def test_the_ball_stays_in_the_same_spot_while_the_person_moves(code):
    first, second = (ball_of(svg) for svg in svgs(read(code), "g")[:2])

    assert hypot(*_from(first[:2], second[:2])) <= 3


def test_upper_back_raises_the_hand_to_90_degrees_then_crosses_the_body_and_goes_out():
    place, raised, across = read("G01").frames

    assert place.push
    assert raised.arm.upper == 90
    assert raised.swing[1] > raised.swing[0]
    assert across.view is View.TOP
    assert across.both_ways
    assert across.swing[0] < 0 < across.swing[1]


def test_pectoralis_lifts_the_palm_off_the_wall_behind_the_person_and_back():
    _, held, lifted = read("G02").frames

    assert lifted.faint_arms == (held.arm,)  # from the palm on the wall
    assert lifted.arm.upper > 90  # past straight out to the side
    assert lifted.both_ways


def test_an_arrow_has_one_head_or_two_when_the_movement_goes_both_ways():
    heads = [len(by_class(svg, "tp-f-tip")) for svg in svgs(read("G01"), "g")]

    assert heads == [1, 1, 2]


def test_a_lean_brings_the_shoulder_nearer_to_the_wall_than_the_hip():
    table = figure_table("G02")
    gaps = []
    for lean in (0, 6):
        table["frames"][0]["lean"] = lean
        figure = Figure.from_data(table, "G02.toml")
        body = skeleton.stand(figure.setting, figure.frames[0])
        gaps.append(body.shoulder[0] - body.hip[0])

    assert gaps[1] - gaps[0] > 5


@each_frame
def test_every_picture_has_a_title_and_a_description_that_a_screen_reader_finds(figure, n):
    root = parse(svgs(figure, "g")[n])

    words = {node.attrib["id"]: node.text for node in root if node.tag in ("title", "desc")}

    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == list(words)
    assert all(len(text) > 20 for text in words.values())


def test_ids_are_unique_on_a_page_with_two_guides():
    pictures = [svg for code in CODES for svg in svgs(read(code), f"page-{code}")]

    ids = re.findall(r' id="([^"]*)"', "".join(pictures))

    assert len(ids) == len(set(ids)) == 2 * len(pictures)
    assert all(name.startswith("page-") for name in ids)


@each_frame
def test_a_caption_is_one_sentence_of_at_most_90_characters(figure, n):
    caption = figure.frames[n].caption

    assert 20 < len(caption) <= 90
    assert re.fullmatch(r"[A-Z][^.!?]*\.", caption)


@each_frame
def test_a_picture_is_at_most_4_kilobytes(figure, n):
    assert len(svgs(figure, "g")[n].encode()) <= 4096


@each_frame
def test_a_picture_obeys_the_strict_content_policy(figure, n):
    root = parse(svgs(figure, "g")[n])

    assert {node.tag for node in root.iter()} <= {"svg", "title", "desc", "g", "path", "circle"}
    names = {name for node in root.iter() for name in node.attrib}
    assert names <= {"class", "viewBox", "role", "aria-labelledby", "id", "d", "cx", "cy", "r"}


def test_the_style_sheet_knows_every_class_and_no_other():
    sheet = (ROOT / "shop" / "static" / "drawing.css").read_text()
    drawn = "".join(svg for code in CODES for svg in svgs(read(code), "g"))

    used = set(chain.from_iterable(c.split() for c in re.findall(r'class="([^"]*)"', drawn)))

    assert used == set(re.findall(r"\.(tp-f[\w-]*)", sheet))


@pytest.mark.parametrize("code", CODES)
def test_all_frames_of_a_guide_can_be_stacked(code):
    boxes = {parse(svg).attrib["viewBox"] for svg in svgs(read(code), "g")}

    assert len(boxes) == 1


def test_words_and_ids_cannot_break_out_of_the_picture():
    table = figure_table("G01") | {"title": '<script> & "quotes"'}
    table["frames"][0]["shows"] = "</desc><b>"

    picture = svgs(Figure.from_data(table, "G01.toml"), '"><i>')[0]

    assert parse(picture)[0].text.startswith('<script> & "quotes"')
    assert parse(picture)[1].text == "</desc><b>"
