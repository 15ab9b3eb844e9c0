"""Reading one entry of a content file, so that a mistake names its file, entry and key."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=Enum)


class ContentError(ValueError):
    """A content file says something that can't be so. The message names the file and entry."""


class Entry:
    """One table of a content file. Every key has to be read once, so a misspelt key is found."""

    def __init__(self, where: str, data: Mapping[str, Any], id_: str = "") -> None:
        self.where, self.id, self._data, self._unread = where, id_, data, set(data)

    def refuse(self, complaint: str) -> ContentError:
        return ContentError(f"{self.where}: {complaint}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self._take(key, default)
        if not isinstance(value, str) or (not value.strip() and default is None):
            raise self.refuse(f"{key!r} must be a sentence or a word.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.refuse(f"{key!r} must be a list of words.")
        return tuple(value)

    def number(self, key: str, low: int, high: int) -> int:
        value = self._take(key, None)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.refuse(f"{key!r} must be a whole number from {low} to {high}.")
        return value

    def number_or_unknown(self, key: str, low: int, high: int) -> int | None:
        return self.number(key, low, high) if key in self._data else None

    def numbers(self, key: str, count: int) -> tuple[float, ...]:
        """So many numbers, whole or not, such as the corners of a box."""
        value = self._take(key, None)
        good = isinstance(value, list) and len(value) == count
        if not good or any(type(number) not in (int, float) for number in value):
            raise self.refuse(f"{key!r} must be {count} numbers.")
        return tuple(map(float, value))

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.refuse(f"{key!r} must be true or false.")
        return value

    def word(self, key: str, words: type[E]) -> E:
        """A word of ours, such as a band or a kind, by its name in lower case."""
        return self._word(key, words, self.text(key))

    def words(self, key: str, words: type[E]) -> tuple[E, ...]:
        return tuple(self._word(key, words, text) for text in self.texts(key))

    def word_or_unknown(self, key: str, words: type[E]) -> E | None:
        return self.word(key, words) if key in self._data else None

    def some_of(self, key: str, known: Mapping[str, T], noun: str) -> tuple[T, ...]:
        return tuple(self._find(key, known, noun, id_) for id_ in self.texts(key))

    def one_of(self, key: str, known: Mapping[str, T], noun: str) -> T:
        return self._find(key, known, noun, self.text(key))

    def groups_of(self, key: str, known: Mapping[str, T], noun: str) -> tuple[tuple[T, ...], ...]:
        """A list of lists of what is known."""
        value = self._take(key, None)
        if not isinstance(value, list) or not all(isinstance(group, list) for group in value):
            raise self.refuse(f"{key!r} must be a list of lists of words.")
        return tuple(tuple(self._find(key, known, noun, id_) for id_ in group) for group in value)

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def tables(self, key: str) -> Iterable["Entry"]:
        """The tables of a list, each numbered from 1 in its complaints."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.refuse(f"{key!r} must be a list of tables.")
        return [Entry(f"{self.where}, {key} {n}", item) for n, item in enumerate(value, 1)]

    def raw(self, key: str) -> dict[str, Any] | None:
        """A table that someone else reads, or None where there is none."""
        value = self._take(key, None) if key in self._data else None
        if value is not None and not isinstance(value, dict):
            raise self.refuse(f"{key!r} must be a table.")
        return value

    def done(self) -> None:
        if self._unread:
            raise self.refuse(
                f"nothing here is called {', '.join(map(repr, sorted(self._unread)))}."
            )

    def _take(self, key: str, default: Any) -> Any:
        self._unread.discard(key)
        if key not in self._data and default is None:
            raise self.refuse(f"{key!r} is missing.")
        return self._data.get(key, default)

    def _word(self, key: str, words: type[E], text: str) -> E:
        for member in words:
            if text in (member.value, member.name.lower().replace("_", " ")):
                return member
        allowed = ", ".join(member.name.lower().replace("_", " ") for member in words)
        raise self.refuse(f"{key!r} can't be {text!r}; it is one of: {allowed}.")

    def _find(self, key: str, known: Mapping[str, T], noun: str, id_: str) -> T:
        if id_ not in known:
            raise self.refuse(f"{key!r} names the {noun} {id_!r}, and there is none.")
        return known[id_]
