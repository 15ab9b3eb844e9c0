"""A clinic's own colour: never hard to read, by day, by night and on paper."""

from itertools import product

import pytest

from shop import colour
from shop.colour import BLACK, INK, LEAST, NIGHT_CARD, NIGHT_INK, PAPER, WHITE

GRID = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in product(range(0, 256, 17), repeat=3)]
GOOD = [c for c in GRID if not colour.complaint(c)]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        (BLACK, WHITE, 21.0),
        (WHITE, WHITE, 1.0),
        ("#777777", WHITE, 4.478),
        ("#767676", WHITE, 4.542),
        ("#0b5a5e", WHITE, 7.96),
        (INK, PAPER, 14.16),
    ],
)
def test_contrast_is_measured_as_wcag_says(one: str, other: str, ratio: float) -> None:
    assert colour.contrast(one, other) == pytest.approx(ratio, abs=0.006)
    assert colour.contrast(one, other) == colour.contrast(other, one)


def test_a_pale_colour_is_refused_with_what_was_measured_and_a_shade_that_passes() -> None:
    said = colour.complaint("#3fb8af")

    assert "2.41 with white" in said
    assert "2.31 with our paper" in said
    assert said.endswith(f"that passes is {colour.nearest('#3fb8af')}.")


def test_a_colour_that_only_white_can_take_is_refused() -> None:
    assert colour.contrast("#767676", WHITE) >= LEAST > colour.contrast("#767676", PAPER)
    assert "4.54 with white and 4.35 with our paper" in colour.complaint("#767676")


def test_a_ratio_just_below_never_looks_like_one_that_passes() -> None:
    just_below = next(
        c for c in (f"#00{g:02x}00" for g in range(90, 200)) if colour.contrast(c, PAPER) < LEAST
    )

    assert "4.5 with" not in colour.complaint(just_below)


@pytest.mark.parametrize("pale", [c for c in GRID if colour.complaint(c)][::7])
def test_the_nearest_shade_passes_and_is_no_darker_than_it_has_to_be(pale: str) -> None:
    near = colour.nearest(pale)

    assert not colour.complaint(near)
    assert colour.contrast(near, PAPER) < LEAST + 0.2


@pytest.mark.parametrize("word", ["", "teal", "#fff", "#12345g", "0b5a5e", "#0b5a5e;}", "#0b5a5e\n",
                                  "var(--x)", "#0b5a5e00", "#０b5a5e"])  # fmt: skip
def test_what_is_no_colour_is_refused(word: str) -> None:
    assert "six digits" in colour.complaint(word)


def test_every_colour_that_passes_can_be_read_wherever_it_is_used() -> None:
    assert len(GOOD) > 500
    for brand in GOOD:
        day, night = colour.by_day(brand), colour.by_night(brand)
        pairs = {
            "words on a button": [(day.on_brand, day.brand), (night.on_brand, night.brand)],
            "words on a button under the mouse": [
                (day.on_brand, day.hover), (night.on_brand, night.hover)],
            "its own words": [(day.brand, PAPER), (day.brand, WHITE), (night.brand, NIGHT_CARD)],
            "words under the mouse on a tint": [(day.hover, day.tint), (night.hover, night.tint)],
            "ink on a tint": [(INK, day.tint), (NIGHT_INK, night.tint)],
        }  # fmt: skip
        for use, told in pairs.items():
            for one, other in told:
                assert colour.contrast(one, other) >= LEAST, (brand, use, one, other)
