"""What is wrong with the content, where, and for whom."""

from dataclasses import dataclass

from catalog import allowed
from catalog.answers import Answers
from catalog.safety import Sign, Topic


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the entry, passage or cell, and a sentence about it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def named(item: Topic | Sign) -> str:
    return f"{'topic' if isinstance(item, Topic) else 'sign'} {item.id}"


def who(answers: Answers) -> str:
    """This person in words: "calf, high, chair or floor"."""
    able = " or ".join(sorted(answers.positions or ())) or "no position"
    band = allowed.sensitivity(answers)
    return f"{', '.join(answers.regions or ())}, {band.word}, {able}"
