"""Typed words: how they are told apart, and which known word a misspelt one may be."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
_APOSTROPHES = str.maketrans("", "", "'’")
LITTLE = {  # they say nothing of what is looked for
    *("a", "an", "and", "at", "by", "can", "do", "exercise", "for", "from", "get", "guide", "have"),
    *("help", "how", "i", "im", "in", "is", "it", "massage", "me", "muscle", "my", "of", "on"),
    *("or", "release", "self", "some", "that", "the", "there", "this", "to", "up", "use", "want"),
    *("what", "when", "where", "with", "you", "your"),
}
SLIPS = ((7, 2), (4, 1))  # from this many letters on, so many slips are forgiven


def words_of(text: str) -> list[str]:
    """The words and numbers of a text, in lower case: "65mm" is two, "6.5" is one."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    return _WORD.findall(plain)


def folded(word: str) -> str:
    """The word without the s of a plural, so that "balls" finds a ball. "Gluteus" keeps its s."""
    plural = len(word) > 3 and word[-1] == "s" and word[-2] not in "isu"
    return word[:-1] if plural else word


def folded_words(text: str) -> str:
    """All of its words as `folded` has them, with a space between."""
    return " ".join(map(folded, words_of(text)))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word with the fewest slips between them, if they are few enough.

    Of several, one with the same first letter, then one of the same letters ("pian" is "pain"
    and not "plan"), then the one that comes first.
    """
    most = next((slips for length, slips in SLIPS if len(word) >= length), 0)
    if not most:
        return None
    letters = _letters(word)
    near = [
        (slips, other[0] != word[0], sorted(other) != sorted(word), other)
        for other in known
        if abs(len(other) - len(word)) <= most
        and (_letters(other) ^ letters).bit_count() <= 2 * most
        and 0 < (slips := distance(word, other)) <= most
    ]
    return min(near, key=lambda one: one[:3])[3] if near else None


def distance(one: str, other: str) -> int:
    """How many letters are missing, too many, wrong, or have changed places with the next one."""
    above: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, before, row = row, above, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]


@lru_cache(maxsize=4096)
def _letters(word: str) -> int:
    """The set of its letters as bits: words whose sets differ much need no closer look."""
    bits = 0
    for letter in word:
        bits |= 1 << ord(letter) % 32
    return bits
