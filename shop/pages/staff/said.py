"""What the last press did, said once on the page that follows it."""

from dataclasses import dataclass

from flask import session

_KEY = "shop_said"


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    warns: bool = False


def say(text: str, *, warns: bool = False) -> None:
    """Have the next desk page say this."""
    session[_KEY] = [text, warns]


def said() -> Said | None:
    """What there is to say, and only the first time it is asked for."""
    return Said(*session.pop(_KEY)) if _KEY in session else None
