"""An outcome as text that two processes can compare: every value in it, and no order of a set.

Run as a module it prints a digest over people of every kind, for a process of another hash seed.
"""

import hashlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from catalog.answers import Answers
from catalog.guides import Guide
from catalog.refinements import Experience, Goal
from tests.catalog import notes
from tests.catalog.answering import advise, content
from tests.catalog.people import ANYWHERE, ONE_OR_ALL, SORENESS, person, places


def text(value: object) -> str:
    """Like `repr`, with sets and mappings in order: their own order differs between processes.

    A guide is its id. What it says is held by the content's version, which is in the outcome.
    """
    if isinstance(value, Guide):
        return value.id
    if is_dataclass(value):
        inside = (f"{f.name}={text(getattr(value, f.name))}" for f in fields(value))
        return f"{type(value).__name__}({', '.join(inside)})"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(text, value))}]"
    if isinstance(value, Mapping):
        return text(sorted((text(key), text(each)) for key, each in value.items()))
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(text, value)))}}}"
    return repr(value)


def people() -> Iterator[Answers]:
    owned = frozenset(content().own_tools)
    for place in places():
        for sore in SORENESS:
            yield person(place, sore=sore)
        yield person(place, at=ONE_OR_ALL[0], experience=Experience.REGULAR, goal=Goal.RANGE)
        yield person(place, at=ANYWHERE, owns=owned, worse=frozenset({"firm_ball", "stick"}))
    for place, condition in zip(places() * 2, notes.LIMITS, strict=False):
        yield person(place, ("buttock", "buttock"), signs=[condition, "aspirin"])
    for sign in notes.LEVELS:
        yield person(("chest", "chest"), signs=[sign, "fever", "clot"], owns=owned)
    yield person(("calf", "calf"), safety=frozenset(content().rules.topics), signs=[])


def digest() -> str:
    return hashlib.sha256("\n".join(text(advise(given)) for given in people()).encode()).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(digest())
