"""Colours by how well they can be read: a clinic's own one, and what follows from it.

Source: contrast ratio and relative luminance as in https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

import re
from dataclasses import dataclass
from math import floor

LEAST = 4.5  # to 1: what text needs to be read
CLEAR = 6.0  # what a brand colour gets at night, where small print glows
WHITE, BLACK, PAPER, INK = "#ffffff", "#000000", "#fbfaf7", "#1b2a30"
NIGHT_CARD, NIGHT_INK = "#1b2529", "#eef2f1"  # the card is the lightest thing at night
_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE | re.ASCII)
_STEPS = 255


@dataclass(frozen=True, slots=True)
class Shades:
    """What a page needs of a brand colour in one theme."""

    brand: str
    hover: str
    on_brand: str  # words on it
    tint: str  # behind what is chosen


def complaint(colour: str) -> str:
    """Why this can't be the brand colour, with a way out; nothing where it can."""
    if not _HEX.fullmatch(colour):
        return "is six digits of 0 to 9 and a to f behind a #, for example #0b5a5e."
    on_white, on_paper = contrast(colour, WHITE), contrast(colour, PAPER)
    if min(on_white, on_paper) >= LEAST:
        return ""
    return (
        f"{colour} is too pale: its contrast is {_said(on_white)} with white and "
        f"{_said(on_paper)} with our paper, and both need {LEAST} or more. "
        f"The nearest shade that passes is {nearest(colour)}."
    )


def nearest(colour: str) -> str:
    """The same hue, no darker than it has to be."""
    darker = (mix(colour, BLACK, step / _STEPS) for step in range(_STEPS + 1))
    return next(c for c in darker if min(contrast(c, WHITE), contrast(c, PAPER)) >= LEAST)


def by_day(colour: str) -> Shades:
    """White words on the colour itself; a hint of it behind what is chosen."""
    return Shades(colour.lower(), mix(colour, BLACK, 0.25), WHITE, mix(WHITE, colour, 0.12))


def by_night(colour: str) -> Shades:
    """The same hue, light on dark, with dark words on it."""
    lighter = (mix(colour, WHITE, step / _STEPS) for step in range(_STEPS + 1))
    brand = next(c for c in lighter if contrast(c, NIGHT_CARD) >= CLEAR)
    darker = (mix(colour, BLACK, step / _STEPS) for step in range(_STEPS // 2, _STEPS + 1))
    tints = (mix(NIGHT_CARD, brand, share / 100) for share in range(14, -1, -1))
    return Shades(
        brand,
        mix(brand, WHITE, 0.25),
        next(c for c in darker if contrast(c, brand) >= LEAST),
        next(c for c in tints if contrast(c, brand) >= LEAST and contrast(c, NIGHT_INK) >= 7),
    )


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black on white."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """So much of the other colour in the first."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _said(ratio: float) -> str:
    """Rounded down, so that 4.499 does not look like 4.5."""
    return f"{floor(ratio * 100) / 100:.2f}"
