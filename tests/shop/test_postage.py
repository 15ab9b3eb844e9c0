"""Parcels: what goes into which, by packed size and weight, and what goes into none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.postage import Band, Packed, band, together

BALL = Packed(75, 75, 75, 80)
ROLLER = Packed(460, 160, 160, 1400)
LONG_ROLLER = Packed(900, 150, 150, 1800)
PACKED = st.builds(
    Packed, st.integers(1, 700), st.integers(1, 700), st.integers(1, 700), st.integers(1, 9_000)
)


@pytest.mark.parametrize(
    ("packed", "in_band"),
    [
        (BALL, Band.SMALL),
        (Packed(350, 160, 450, 2000), Band.SMALL),  # whichever way it is measured
        (Packed(450, 350, 161, 2000), Band.MEDIUM),
        (Packed(450, 350, 160, 2001), Band.MEDIUM),
        (ROLLER, Band.MEDIUM),
        (Packed(610, 460, 460, 20_000), Band.MEDIUM),
        (Packed(611, 460, 460, 20_000), None),
        (Packed(610, 460, 460, 20_001), None),
        (Packed(900, 70, 70, 800), Band.MEDIUM),  # a tube: 900 and twice 70 are 1040
        (Packed(900, 71, 70, 800), None),
        (Packed(901, 20, 20, 800), None),
        (LONG_ROLLER, None),  # 900 and twice 150 are 1200: never quoted a wrong price
    ],
)
def test_a_parcels_band_comes_from_its_size_and_its_weight(
    packed: Packed, in_band: Band | None
) -> None:
    assert band(packed) == in_band


def test_several_things_are_packed_on_top_of_each_other() -> None:
    assert together([BALL, ROLLER]) == Packed(460, 160, 235, 1480)
    assert band(together([ROLLER] * 2)) == Band.MEDIUM
    assert band(together([ROLLER] * 4)) is None


@given(st.lists(PACKED, min_size=1, max_size=5), PACKED)
def test_one_thing_more_never_makes_a_parcel_smaller_or_cheaper(
    things: list[Packed], more: Packed
) -> None:
    less, all_ = together(things), together([*things, more])
    bands = [Band.SMALL, Band.MEDIUM, None]

    assert all_.grams > less.grams
    assert all(a <= b for a, b in zip(less.sides, all_.sides, strict=True)) or max(
        all_.sides
    ) >= max(less.sides)
    if not any(t.sides[0] > 610 for t in [*things, more]):  # tubes are for one thing alone
        assert bands.index(band(all_)) >= bands.index(band(less))
