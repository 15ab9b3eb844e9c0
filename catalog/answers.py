"""One filled-in questionnaire: every question, and every answer it allows.

A frozen value that is never a row: it lives in one request, or in the visitor's own
encrypted cookie between two screens.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from catalog.refinements import Experience, Goal, Settling, Waking


class Press(StrEnum):
    """How it feels when the person presses the spot gently with a thumb."""

    NOT_SORE = "not-sore"
    A_LITTLE = "a-little-sore"
    QUITE = "quite-sore"
    VERY = "very-sore"
    TOO_SORE = "too-sore-to-press"
    CANT_REACH = "cant-reach"
    ON_BONE = "on-the-bone"

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
    Press.ON_BONE: "It is on the bone, not in the muscle",
}
_PRESS_SCORES = {
    Press.NOT_SORE: 0,
    Press.A_LITTLE: 2,
    Press.QUITE: 5,
    Press.VERY: 7,
    Press.TOO_SORE: 9,
    Press.CANT_REACH: None,
    Press.ON_BONE: None,
}


class Position(StrEnum):
    """Where the person can use a tool and stay in control of the pressure."""

    WALL = "wall"
    CHAIR = "chair"
    FLOOR = "floor"

    @property
    def label(self) -> str:
        return _POSITION_LABELS[self]

    @property
    def ability(self) -> str:
        """What the person said, in short: "you said you can lean on a wall"."""
        return _ABILITIES[self]


_POSITION_LABELS = {
    Position.WALL: "Stand and lean on a wall",
    Position.CHAIR: "Sit on a firm chair, or in a wheelchair with its brakes on",
    Position.FLOOR: "Get down on the floor and up again",
}


_ABILITIES = {
    Position.WALL: "lean on a wall",
    Position.CHAIR: "sit on a chair",
    Position.FLOOR: "get down on the floor",
}


class Spot(StrEnum):
    """What a gentle press said, where no place brought on the pain the person knows."""

    DIFFERENT = "different"
    NOWHERE = "nowhere"
    CANT_REACH = "cant-reach"

    @property
    def label(self) -> str:
        return _SPOT_LABELS[self]


_SPOT_LABELS = {
    Spot.DIFFERENT: "They are sore, but it is not the pain I know",
    Spot.NOWHERE: "None of them is sore",
    Spot.CANT_REACH: "I can't reach them, or I haven't tried",
}


# In the order they are asked. `signs` and `spots` only where an earlier answer calls for them.
QUESTIONS = ("regions", "safety", "signs", "spots", "press", "positions")
# Never asked on the way; the result offers them, and without them it stays careful.
REFINEMENTS = ("usual", "settling", "waking", "experience", "goal", "owns", "worse", "budget_pence")


@dataclass(frozen=True, slots=True)
class Answers:
    """None means the question was not answered yet; an empty set means "none of these" was.

    `regions` is where it is felt. `safety` are the topics ticked on the first screen, `signs`
    those of the second. `spots` says for each felt place which places bring on the pain,
    or one of the words of `Spot`. `press` may be a word, or its number out of ten. `owns` are
    the tools the person has, `worse` those of them that made it worse the next morning.
    """

    regions: tuple[str, ...] | None = None
    safety: frozenset[str] | None = None
    signs: frozenset[str] | None = None
    spots: Mapping[str, frozenset[str]] | None = None
    press: Press | int | None = None
    positions: frozenset[Position] | None = None
    usual: int | None = None
    settling: Settling | None = None
    waking: Waking | None = None
    experience: Experience | None = None
    goal: Goal | None = None
    owns: frozenset[str] | None = None
    worse: frozenset[str] | None = None
    budget_pence: int | None = None

    @property
    def press_score(self) -> int | None:
        """How sore it is when pressed, out of ten. None where nobody could press."""
        return self.press.score if isinstance(self.press, Press) else self.press

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The questions still open, in the order they are asked."""
        return tuple(name for name in QUESTIONS if getattr(self, name) is None)

    def as_data(self) -> dict[str, Any]:
        """Plain lists and words, for the cookie that carries the answers between screens."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: _plain(value) for name, value in given.items() if value is not None}

    @classmethod
    def from_data(cls, data: object) -> "Answers":
        """Read what `as_data` wrote. Raises ValueError for anything it could not have written."""
        if not isinstance(data, dict) or not data.keys() <= _READ.keys():
            raise ValueError("These are not the answers to our questions.")
        return cls(**{name: _READ[name](value) for name, value in data.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: sorted(words) for name, words in value.items()}
    return value if isinstance(value, str | int) else _list(value)


def _list(value: tuple[str, ...] | frozenset[str]) -> list[str]:
    return list(value) if isinstance(value, tuple) else sorted(value)


def _words(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ValueError("An answer of many parts is a list of words.")
    return value


def _set(value: object) -> frozenset[str]:
    return frozenset(_words(value))


def _spots(value: object) -> dict[str, frozenset[str]]:
    if not isinstance(value, dict):
        raise ValueError("The places that bring it on are told for each place it is felt.")
    return {name: _set(words) for name, words in value.items()}


def _number(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"This answer is a whole number from {low} to {high}.")
        return value

    return read


def _press(value: Any) -> Press | int:
    return _number(0, 10)(value) if isinstance(value, int) else Press(value)


_READ: Mapping[str, Callable[[Any], Any]] = {
    "regions": lambda value: tuple(_words(value)),
    "safety": _set,
    "signs": _set,
    "spots": _spots,
    "press": _press,
    "positions": lambda value: frozenset(map(Position, _words(value))),
    "usual": _number(0, 10),
    "settling": Settling,
    "waking": Waking,
    "experience": Experience,
    "goal": Goal,
    "owns": _set,
    "worse": _set,
    "budget_pence": _number(0, 1_000_000),
}
