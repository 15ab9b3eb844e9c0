"""The answers nobody has to give: they make the advice fit better, never less careful."""

from enum import StrEnum


class Settling(StrEnum):
    """How long it takes to calm down once it was stirred up by pressing or using it."""

    MINUTES = "minutes"
    HALF_HOUR = "half-an-hour"
    TWO_HOURS = "two-hours"
    LONGER = "longer"

    @property
    def label(self) -> str:
        return _SETTLING[self][0]

    @property
    def score(self) -> int:
        return _SETTLING[self][1]


_SETTLING = {
    Settling.MINUTES: ("A few minutes", 0),
    Settling.HALF_HOUR: ("Up to 30 minutes", 2),
    Settling.TWO_HOURS: ("30 minutes to 2 hours", 5),
    Settling.LONGER: ("More than 2 hours, or until the next day", 7),
}


class Waking(StrEnum):
    """Whether this pain wakes the person at night, and not a baby or an alarm."""

    NO = "no"
    SOMETIMES = "sometimes"
    MOST_NIGHTS = "most-nights"

    @property
    def label(self) -> str:
        return _WAKING[self][0]

    @property
    def score(self) -> int:
        return _WAKING[self][1]


_WAKING = {
    Waking.NO: ("No", 0),
    Waking.SOMETIMES: ("Sometimes", 4),
    Waking.MOST_NIGHTS: ("Most nights", 7),
}


class Experience(StrEnum):
    """How used to balls and rollers the person is. Nobody who says nothing counts as used."""

    NEVER = "never"
    FEW = "a-few-times"
    REGULAR = "regular"

    @property
    def label(self) -> str:
        return _EXPERIENCE[self]


_EXPERIENCE = {
    Experience.NEVER: "I have never used one",
    Experience.FEW: "I have used one a few times",
    Experience.REGULAR: "I use one most weeks",
}


class Goal(StrEnum):
    LESS_PAIN = "less-pain"
    RANGE = "move-further"

    @property
    def label(self) -> str:
        return _GOALS[self]


_GOALS = {
    Goal.LESS_PAIN: "Less soreness",
    Goal.RANGE: "To move further and feel less tight",
}
