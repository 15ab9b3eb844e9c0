"""The exercise drawings: a physiotherapist must be able to trust every joint of them."""

import re
import tomllib
from itertools import chain
from math import hypot
from pathlib import Path

import pytest

from catalog.drawing.figure import Figure, playing_svgs, svgs, variation_svgs
from catalog.drawing.frame import STEPS, View, joints
from catalog.drawing.pose import Goal, Rests
from catalog.drawing.skeleton import SHANK
from tests.catalog import kept
from tests.catalog.measure import drawings, edge, faults
from tests.catalog.outlines import Point, by_class, parse

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "catalog" / "data" / "guides"
FIGURES = kept.figures()
DRAWINGS = [
    pytest.param(frame, svg, id=f"{code}-{n}")
    for code, figure in FIGURES.items()
    for n, (frame, svg) in enumerate(drawings(figure), 1)
]

ALLOWED = {"svg", "title", "desc", "g", "path", "circle"}

each_guide = pytest.mark.parametrize("code", FIGURES)
each_drawing = pytest.mark.parametrize(("frame", "svg"), DRAWINGS)


def figure_table(code: str) -> dict:
    return tomllib.loads((GUIDES / f"{code}.toml").read_text())["figure"]


def read(code: str) -> Figure:
    return FIGURES[code]


@each_drawing
def test_a_drawing_has_no_fault_that_can_be_measured(frame, svg):
    assert faults(frame, svg) == []


@pytest.mark.parametrize("file", sorted(GUIDES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_guide_is_drawn_in_two_to_four_frames(file):
    table = tomllib.loads(file.read_text())

    assert 2 <= len(table["figure"]["frames"]) <= 4


@each_guide
def test_the_first_frame_holds_still_and_the_last_shows_where_the_movement_goes(code):
    first, *_, last = read(code).frames

    assert not first.ways
    assert last.pose.arrows


@each_guide
def test_a_drawing_is_as_it_was_last_looked_at(code):
    file = kept.FOLDER / f"{code}.txt"

    assert file.exists(), "look at it, then: python3 -m tests.catalog.kept"
    assert kept.text(read(code)) == file.read_text(), (
        f"{code} is drawn anew: look at it, then: python3 -m tests.catalog.kept"
    )


def test_no_kept_drawing_is_of_a_guide_that_is_gone():
    assert {file.stem for file in kept.FOLDER.iterdir()} == set(FIGURES)


@each_guide
def test_every_drawing_has_a_title_and_a_description_that_a_screen_reader_finds(code):
    for _, svg in drawings(read(code)):
        root = parse(svg)
        words = {node.attrib["id"]: node.text for node in root if node.tag in ("title", "desc")}

        assert root.attrib["role"] == "img"
        assert root.attrib["aria-labelledby"].split() == list(words)
        assert all(len(text) > 20 for text in words.values())


def test_ids_are_unique_on_a_page_with_all_guides():
    pictures = [
        svg
        for code, figure in FIGURES.items()
        for svg in (*svgs(figure, f"page-{code}"), *variation_svgs(figure, f"page-{code}"))
    ]

    ids = re.findall(r' id="([^"]*)"', "".join(pictures))

    assert len(ids) == len(set(ids)) == 2 * len(pictures)
    assert all(name.startswith("page-") for name in ids)


@each_guide
def test_a_caption_is_one_or_two_sentences_of_at_most_90_characters(code):
    for frame, _ in drawings(read(code)):
        assert 20 < len(frame.caption) <= 90
        assert re.fullmatch(r"[A-Z][^.!?]*\.( [A-Z][^.!?]*\.)?", frame.caption), frame.caption


@each_guide
def test_no_two_captions_of_a_guide_are_the_same(code):
    figure = read(code)
    captions = [frame.caption for frame in (*figure.frames, *figure.variations)]

    assert len(set(captions)) == len(captions)


@each_guide
def test_every_drawing_obeys_the_strict_content_policy(code):
    for _, svg in drawings(read(code)):
        root = parse(svg)
        names = {name for node in root.iter() for name in node.attrib}

        assert {node.tag for node in root.iter()} <= ALLOWED
        assert names <= {"class", "viewBox", "role", "aria-labelledby", "id", "d", "cx", "cy", "r"}


def test_the_style_sheet_knows_every_class_and_no_other():
    sheet = (ROOT / "shop" / "static" / "drawing.css").read_text()
    drawn = "".join(
        svg
        for figure in FIGURES.values()
        for svg in (*playing_svgs(figure, "g"), *variation_svgs(figure, "g"))
    )

    used = set(chain.from_iterable(c.split() for c in re.findall(r'class="([^"]*)"', drawn)))

    assert used == set(re.findall(r"\.(tp-f(?:-\w+)?)(?![\w-])", sheet))


@each_guide
def test_all_frames_of_a_guide_can_be_stacked(code):
    boxes = {parse(svg).attrib["viewBox"] for svg in svgs(read(code), "g")}

    assert len(boxes) == 1


def test_words_and_ids_cannot_break_out_of_the_picture():
    table = figure_table("G01") | {"title": '<script> & "quotes"'}
    table["frames"][0]["shows"] = "</desc><b>"

    picture = svgs(Figure.from_data(table, "G01.toml"), '"><i>')[0]

    assert parse(picture)[0].text.startswith('<script> & "quotes"')
    assert parse(picture)[1].text == "</desc><b>"


# What single guides have to show.


def test_upper_back_raises_the_hand_to_90_degrees_then_crosses_the_body_and_goes_out():
    place, raised, across = read("G01").frames

    assert place.pose.arrows[0].angles[0] == -90
    assert raised.pose.arm.first == 90
    assert raised.ways[0].arm == place.pose.arm
    assert across.view is View.TOP
    assert across.ways[0].arm.first < 0 < across.ways[1].arm.first


def test_the_ball_stays_in_the_same_spot_while_the_arm_moves():
    first, second = (_ball(svg) for svg in svgs(read("G01"), "g")[:2])

    assert hypot(*_from(first, second)) <= 3


def test_pectoralis_lifts_the_palm_off_the_wall_behind_the_person_and_back():
    _, held, lifted = read("G02").frames

    assert held.pose.arm.to is Goal.WALL
    assert lifted.pose.arm.first > 90 > lifted.ways[0].arm.first
    assert lifted.pose.arrows[0].both_ways
    wall = lifted.pose.support.wall_x
    faint = edge(svgs(read("G02"), "g")[2], "tp-f-faint")
    assert 0 <= wall - max(x for x, _ in faint) <= 3


def test_pectoralis_is_drawn_with_the_arm_low_at_shoulder_height_and_high():
    table = tomllib.loads((GUIDES / "G02.toml").read_text())
    named = [each["name"] for each in table["variation"]][1:]
    low, level, high = (frame.pose.arm.first for frame in read("G02").variations)

    assert [frame.caption.split(":")[0] for frame in read("G02").variations] == named
    assert low < 60 < level == 90 < 120 < high


@pytest.mark.parametrize("code", ["G10", "G11", "G16", "G20", "G24", "G25"])
def test_what_lies_on_a_tool_lies_on_the_floor(code):
    assert {frame.pose.tool.rests for frame in read(code).frames} == {Rests.FLOOR}


def test_the_sole_is_never_stood_on():
    whole, *close = read("G28").frames

    assert whole.pose.support.is_seat
    assert {frame.view for frame in close} == {View.CLOSE_UP}


def test_a_wheelchair_is_drawn_with_its_brake():
    (seated,) = read("G13").variations
    marked = by_class(variation_svgs(read("G13"), "g")[0], "tp-f-brake")

    assert seated.pose.support == "wheelchair"
    assert len(marked) == 1


def test_both_builds_and_all_hair_are_drawn():
    looks = {
        frame.pose.look
        for figure in FIGURES.values()
        for frame in figure.frames
        if frame.view is not View.CLOSE_UP
    }

    assert {look.build for look in looks} == {"narrow", "wide"}
    assert {look.hair for look in looks} == {"short", "bun", "curls"}


# Movement.


@each_guide
def test_a_movement_plays_in_five_steps_and_a_whole_body_in_three(code):
    for frame, svg in zip(read(code).frames, playing_svgs(read(code), "g"), strict=True):
        limb = {n for n in range(1, 9) if by_class(svg, f"tp-f-go{n}")}
        body = {n for n in range(1, 9) if by_class(svg, f"tp-f-roll{n}")}

        assert limb == (set(range(1, 6)) if frame.ways and frame.moving else set())
        assert body == (set(range(1, 4)) if frame.ways and not frame.moving else set())


@each_guide
def test_what_is_shown_while_nothing_plays_is_the_still_picture(code):
    for still, playing in zip(svgs(read(code), "g"), playing_svgs(read(code), "g"), strict=True):
        root = parse(playing)
        for parent in list(root.iter()):
            for child in list(parent):
                if "tp-f-go" in child.get("class", "").split():
                    parent.remove(child)

        shown = [node.attrib for node in root.iter() if node.get("class") != "tp-f-still"]
        assert shown == [node.attrib for node in parse(still).iter()]


def test_the_movement_goes_from_where_it_starts_to_where_it_ends():
    (*_, straight) = read("G17").frames
    start, *_, end = straight.between(STEPS)

    assert start == straight.ways[0]
    assert end == straight.pose


def test_a_limb_keeps_its_length_on_the_way():
    frame = read("G17").frames[2]
    on_the_way = [joints(frame, pose) for pose in frame.between(STEPS)]

    shins = [hypot(*_from(at["knee"], at["ankle"])) for at in on_the_way]
    assert shins == [pytest.approx(SHANK)] * STEPS
    feet = [at["ankle"][0] for at in on_the_way]
    assert feet == sorted(set(feet))


def _ball(svg: str) -> Point:
    (ball,) = by_class(svg, "tp-f-ball")
    return float(ball.attrib["cx"]), float(ball.attrib["cy"])


def _from(a: Point, b: Point) -> Point:
    return b[0] - a[0], b[1] - a[1]
