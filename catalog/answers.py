"""One filled-in questionnaire: every question, and every answer it allows.

A frozen value that is never a row: it lives in one request, or in the visitor's own
encrypted cookie between two screens.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Press(StrEnum):
    """How it feels when the person presses the spot gently with a thumb."""

    NOT_SORE = "not-sore"
    A_LITTLE = "a-little-sore"
    QUITE = "quite-sore"
    VERY = "very-sore"
    TOO_SORE = "too-sore-to-press"
    CANT_REACH = "cant-reach"

    @property
    def label(self) -> str:
        return _PRESS_LABELS[self]

    @property
    def score(self) -> int | None:
        """The word as a number out of ten; no number where nobody could press."""
        return _PRESS_SCORES[self]


_PRESS_LABELS = {
    Press.NOT_SORE: "Not sore",
    Press.A_LITTLE: "A little sore",
    Press.QUITE: "Quite sore",
    Press.VERY: "Very sore",
    Press.TOO_SORE: "Too sore to press",
    Press.CANT_REACH: "I can't reach it, or I haven't tried",
}
_PRESS_SCORES = {
    Press.NOT_SORE: 0,
    Press.A_LITTLE: 2,
    Press.QUITE: 5,
    Press.VERY: 7,
    Press.TOO_SORE: 9,
    Press.CANT_REACH: None,
}


class Position(StrEnum):
    """Where the person can use a tool and stay in control of the pressure."""

    WALL = "wall"
    CHAIR = "chair"
    FLOOR = "floor"

    @property
    def label(self) -> str:
        return _POSITION_LABELS[self]


_POSITION_LABELS = {
    Position.WALL: "Stand and lean on a wall",
    Position.CHAIR: "Sit on a firm chair",
    Position.FLOOR: "Get down on the floor and up again",
}

QUESTIONS = ("regions", "safety", "press", "positions")  # in the order they are asked


@dataclass(frozen=True, slots=True)
class Answers:
    """None means the question was not answered yet; an empty set means "none of these" was."""

    regions: tuple[str, ...] | None = None
    safety: frozenset[str] | None = None
    press: Press | None = None
    positions: frozenset[Position] | None = None

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The questions still open, in the order they are asked."""
        return tuple(name for name in QUESTIONS if getattr(self, name) is None)

    def as_data(self) -> dict[str, str | list[str]]:
        """Plain lists and words, for the cookie that carries the answers between screens."""
        given = {name: getattr(self, name) for name in QUESTIONS if name not in self.unanswered}
        return {
            name: value if isinstance(value, str) else sorted(value)
            for name, value in given.items()
        }

    @classmethod
    def from_data(cls, data: object) -> "Answers":
        """Read what `as_data` wrote. Raises ValueError for anything it could not have written."""
        if not isinstance(data, dict) or not set(data) <= set(QUESTIONS):
            raise ValueError("These are not the answers to our questions.")
        regions, safety = data.get("regions"), data.get("safety")
        press, positions = data.get("press"), data.get("positions")
        return cls(
            regions=None if regions is None else tuple(_words(regions)),
            safety=None if safety is None else frozenset(_words(safety)),
            press=None if press is None else Press(press),
            positions=None if positions is None else frozenset(map(Position, _words(positions))),
        )


def _words(value: object) -> Iterable[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ValueError("An answer of many parts is a list of words.")
    return value
