"""The body map: every place can be found on it and hit, and none lies over another."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from catalog import library
from catalog.drawing.body_map import FINGER, HEIGHT, WIDTH, Spot, View, body, spot
from catalog.entries import ContentError
from tests.catalog.outlines import by_class, parse, points

LIBRARY = library.load()
SPOTS = LIBRARY.spots
SHEET = Path(__file__).parents[2] / "shop" / "static" / "shop.css"


def box_of(drawn: str, css: str) -> list[tuple[float, float, float, float]]:
    """Each closed piece of the path of this class: left, top, right, bottom."""
    (node,) = by_class(drawn, css)
    boxes = []
    for piece in node.attrib["d"].split("Z")[:-1]:
        node.set("d", f"{piece}Z")
        xs, ys = zip(*points(node), strict=True)
        boxes.append((min(xs), min(ys), max(xs), max(ys)))
    return boxes


def test_every_region_that_has_a_place_is_on_the_map() -> None:
    assert set(LIBRARY.regions) - set(SPOTS) == {"other"}


@pytest.mark.parametrize("place", SPOTS)
def test_a_finger_can_hit_it_where_it_is_drawn(place: str) -> None:
    drawn = spot(SPOTS[place])
    targets, ovals = box_of(drawn, "tp-spot-box"), box_of(drawn, "tp-spot-oval")

    for left, top, right, bottom in targets:
        assert right - left >= 44
        assert bottom - top >= 44
        assert 0 <= left <= right <= WIDTH
        assert 0 <= top <= bottom <= HEIGHT
    for left, top, right, bottom in ovals:
        assert any(
            t[0] <= left + 0.2 and right <= t[2] + 0.2 and t[1] <= top and bottom <= t[3]
            for t in targets
        )


def test_no_target_lies_over_another() -> None:
    boxes = [(name, box) for name, place in SPOTS.items() for box in place.boxes]

    over = [
        (one, other)
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])
    ]

    assert over == []


@pytest.mark.parametrize("place", SPOTS)
def test_a_place_beside_the_middle_is_drawn_on_both_sides(place: str) -> None:
    here = SPOTS[place]
    across = sorted(x - here.view.middle for x, *_ in here.ovals)

    assert across == [-x for x in reversed(across)]
    assert len(across) == (1 if here.shape[0] == 0 else 2)


@pytest.mark.parametrize("place", SPOTS)
def test_what_is_drawn_lies_on_skin(place: str) -> None:
    """The middle of each oval is closer to the body's middle line than the body's edge."""
    here = SPOTS[place]
    skin = by_class(body(), "tp-b-skin")[0 if here.view is View.FRONT else 1]
    outline = points(skin)
    for x, y, _wide, high in here.ovals:
        offset = abs(x - here.view.middle)
        beside = [abs(px) for px, py in outline if abs(py - y) < high + 12]

        assert offset < max(beside), place


def test_front_and_back_say_which_they_are_and_are_hidden_from_a_screen_reader() -> None:
    root = parse(body())

    assert [node.text for node in root.iter("text")] == ["Front", "Back"]
    assert root.attrib["aria-hidden"] == "true"
    assert not list(root.iter("title"))


def test_the_map_is_small_and_obeys_the_strict_content_policy() -> None:
    drawn = [body(), *map(spot, SPOTS.values())]

    assert sum(len(svg) for svg in drawn) < 12_000
    assert len(body()) < 4_096
    assert not [svg for svg in drawn if re.search(r'style=|\son\w+="', svg)]


def test_the_style_sheet_knows_every_class_of_the_map() -> None:
    drawn = body() + "".join(map(spot, SPOTS.values()))

    used = {css for found in re.findall(r'class="([^"]*)"', drawn) for css in found.split()}

    assert used <= set(re.findall(r"\.(tp-[\w-]+)", SHEET.read_text()))


@pytest.mark.parametrize(
    ("view", "shape", "target", "sentence"),
    [
        ("side", "0, 50, 5, 5", "-22, 30, 22, 80", "'view' can't be 'side'"),
        ("back", "0, 50, 5", "-22, 30, 22, 80", "'shape' must be 4 numbers"),
        ("back", "0, 50, 5, true", "-22, 30, 22, 80", "'shape' must be 4 numbers"),
        ("back", "0, 50, 5, 5", "-21, 30, 22, 80", "must be 44 or more both ways"),
        ("back", "0, 50, 5, 5", "-22, 30, 40, 80", "or on both alike"),
        ("back", "60, 50, 5, 5", "40, 30, 84, 80", "must lie on one side of its body"),
        ("back", "0, 510, 5, 5", "-22, 490, 22, 540", "must lie on one side of its body"),
        ("back", "30, 50, 5, 5", "-22, 30, 22, 80", "must lie inside its 'target'"),
    ],
)
def test_a_spot_that_nobody_could_hit_stops_the_start(
    tmp_path: Path, view: str, shape: str, target: str, sentence: str
) -> None:
    (tmp_path / "more.toml").write_text(
        f'[spot.calf]\nview = "{view}"\nshape = [{shape}]\ntarget = [{target}]\n'
    )

    with pytest.raises(ContentError, match=re.escape(sentence)) as refusal:
        library.load(tmp_path)

    assert str(refusal.value).startswith("more.toml, spot 'calf'")


def test_a_spot_of_no_region_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "more.toml").write_text(
        '[spot.tail]\nview = "back"\nshape = [0, 50, 5, 5]\ntarget = [-22, 30, 22, 80]\n'
    )

    with pytest.raises(ContentError, match=r"spot 'tail': there is no region of this name"):
        library.load(tmp_path)


def test_a_clinics_own_region_needs_no_spot_and_can_bring_one(tmp_path: Path) -> None:
    (tmp_path / "more.toml").write_text(
        '[region.jaw]\nlabel = "At your jaw"\ngroup = "Head"\nceiling = "soft"\n'
    )
    assert "jaw" not in library.load(tmp_path).spots

    with (tmp_path / "more.toml").open("a") as file:
        file.write(
            '[spot.jaw]\nview = "front"\nshape = [9, 52, 4, 4]\ntarget = [-22, 20, 22, 64]\n'
        )

    assert library.load(tmp_path).spots["jaw"].view is View.FRONT


def test_the_smallest_target_is_what_a_finger_hits_without_care() -> None:
    assert FINGER == 44
    assert min(min(r - x, b - t) for s in SPOTS.values() for x, t, r, b in s.boxes) >= 44
    assert isinstance(next(iter(SPOTS.values())), Spot)
