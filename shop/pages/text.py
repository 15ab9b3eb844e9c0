"""The one place that turns what people type into text and numbers, or says why not."""

import re
import unicodedata

from werkzeug.datastructures import MultiDict

from shop.errors import Unreadable

LONGEST = 500
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


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
