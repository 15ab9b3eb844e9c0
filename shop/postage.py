"""What goes into which parcel: by packed size and weight. What is too large is in none.

Source: Royal Mail's size guide, https://www.royalmail.com/sending/parcel-sizes. A tube is measured
by its length and twice its diameter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_TUBE_MM, _TUBE_LENGTH_MM = 1_040, 900  # length and twice the diameter, and the length alone


class Band(StrEnum):
    SMALL = "small"
    MEDIUM = "medium"


@dataclass(frozen=True, slots=True)
class Packed:
    """One packed thing, or several in one parcel."""

    length_mm: int
    width_mm: int
    height_mm: int
    grams: int

    @property
    def sides(self) -> tuple[int, int, int]:
        """Its three sides, the longest first."""
        longest, middle, shortest = sorted(
            (self.length_mm, self.width_mm, self.height_mm), reverse=True
        )
        return longest, middle, shortest


# Each band's longest sides, and its weight.
_LIMITS = {
    Band.SMALL: ((450, 350, 160), 2_000),
    Band.MEDIUM: ((610, 460, 460), 20_000),
}


def together(things: Iterable[Packed]) -> Packed:
    """One parcel with all of these on top of each other: never smaller than it has to be."""
    sides = [thing.sides for thing in things]
    grams = sum(thing.grams for thing in things)
    return Packed(
        max(longest for longest, _, _ in sides),
        max(middle for _, middle, _ in sides),
        sum(shortest for _, _, shortest in sides),
        grams,
    )


def band(packed: Packed) -> Band | None:
    """The cheapest band that takes it, None where no parcel does."""
    for name, (sides, grams) in _LIMITS.items():
        if packed.grams <= grams and all(map(int.__le__, packed.sides, sides)):
            return name
    longest, thick, _ = packed.sides
    slim = longest <= _TUBE_LENGTH_MM and longest + 2 * thick <= _TUBE_MM
    return Band.MEDIUM if slim and packed.grams <= _LIMITS[Band.MEDIUM][1] else None
