"""The body map, touched: a press on the body ticks the list, with and without JavaScript."""

from collections.abc import Callable

import pytest

from catalog import library
from tests.e2e.visit import Visit

SMALLEST = 44  # CSS pixels
PHONE = 360


def touch(visit: Visit, place: str) -> None:
    """Press the middle of each oval of a place, as a finger would."""
    frame = visit.page.locator(".tp-map > .tp-b").bounding_box()
    assert frame
    spot = library.load().spots[place]
    scale = frame["width"] / 328
    x, y, *_ = spot.ovals[0]
    visit.page.mouse.click(frame["x"] + x * scale, frame["y"] + y * scale)


@pytest.mark.parametrize("place", ["calf", "blade_spine", "forearm_inner", "head_temple", "sole"])
def test_a_press_on_the_body_ticks_the_place_in_the_list(visit: Visit, place: str) -> None:
    visit.go("/find/where")
    label = library.load().regions[place].label

    touch(visit, place)

    assert visit.page.get_by_label(label, exact=True).is_checked()
    filled = visit.page.locator(".tp-place:has(:checked) .tp-spot-oval")
    assert filled.evaluate("oval => getComputedStyle(oval).strokeDasharray") == "none"
    visit.press("Continue")
    visit.says("Do any of these apply to you?")
    assert visit.complaints == []


def test_the_phone_says_what_was_touched_beside_the_picture(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit(PHONE)
    visit.go("/find/where")
    picked = visit.page.locator(".tp-picked").get_by_text("In your calf")
    assert not picked.is_visible()

    touch(visit, "calf")

    assert picked.is_visible()
    frame, said = visit.page.locator(".tp-map > .tp-b").bounding_box(), picked.bounding_box()
    assert frame
    assert said
    assert 0 <= said["y"] - frame["y"] - frame["height"] < 100


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_every_target_on_the_body_is_44_pixels_wide_and_high(
    open_visit: Callable[..., Visit], width: int
) -> None:
    visit = open_visit(width)
    visit.go("/find/where")

    frame = visit.page.locator(".tp-map > .tp-b").bounding_box()

    assert frame
    scale = frame["width"] / 328
    for name, spot in library.load().spots.items():
        for left, top, right, bottom in spot.boxes:
            assert min(right - left, bottom - top) * scale >= SMALLEST, name


def test_the_spots_lie_where_the_body_is_at_every_width(open_visit: Callable[..., Visit]) -> None:
    for width in (320, 360, 768, 1280):
        visit = open_visit(width)
        visit.go("/find/where")
        frame = visit.page.locator(".tp-map > .tp-b").bounding_box()
        boxes = [spot.bounding_box() for spot in visit.page.locator(".tp-spot").all()]

        assert all(box == pytest.approx(frame, abs=1) for box in boxes), width
        visit.fits()
