"""The one place that turns what people type into text and numbers, or says why not."""

import re
import unicodedata

from werkzeug.datastructures import MultiDict

from shop.errors import Unreadable
from shop.money import MOST_PENCE

LONGEST = 500
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_POUNDS = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?", re.ASCII)


def clean(text: str) -> str:
    """The text as it is, unless it has characters that no keyboard types.

    Raises Unreadable for NUL, lone surrogates and control characters other than a line
    break or a tab.
    """
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and character not in "\r\n\t"):
            raise Unreadable("There is a character in there that we can't read. Type it again.")
    return text


def clean_fields(values: MultiDict[str, str]) -> None:
    """The same for every name and value that was sent."""
    for name, texts in values.lists():
        for text in (name, *texts):
            clean(text)


def line(text: str) -> str:
    """One line, without space around it, and not endless."""
    text = " ".join(clean(text).split())
    if len(text) > LONGEST:
        raise Unreadable(f"That is too long. Use {LONGEST} characters or fewer.")
    return text


def whole_number(text: str, low: int, high: int) -> int:
    """A whole number between two bounds, typed with plain digits only."""
    typed = line(text)
    if not _WHOLE.fullmatch(typed) or not low <= int(typed) <= high:
        raise Unreadable(f"Enter a whole number from {low} to {high}.")
    return int(typed)


def pence(text: str) -> int:
    """An amount of money, typed as pounds with or without pence: 12, 3.5, £12.00."""
    typed = line(text).removeprefix("£").strip()
    found = _POUNDS.fullmatch(typed)
    amount = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else -1
    if not 0 <= amount <= MOST_PENCE:
        raise Unreadable("Enter an amount in pounds, like 12 or 3.50.")
    return amount
