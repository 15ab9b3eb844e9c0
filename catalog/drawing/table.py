"""Reading a `[figure]` table: degrees, centimetres, and what a frame takes over from its guide."""

from collections.abc import Mapping
from typing import Any, Self

from catalog.entries import Entry


class Table(Entry):
    """A table of a figure. A key that it leaves out may be said once, further out.

    So a guide says its wall and its ball once, and a frame only what is new in it.
    """

    def __init__(self, where: str, data: object, outer: "Table | None" = None) -> None:
        if not isinstance(data, Mapping):
            raise self.refusal(where, "it must be a table.")
        super().__init__(where, {**(outer._data if outer else {}), **data})
        self._own, self._unread, self._outer = frozenset(data), set(data), outer

    @staticmethod
    def refusal(where: str, complaint: str) -> ValueError:
        return ValueError(f"{where}: {complaint}")

    def has(self, key: str) -> bool:
        return key in self._data

    def says(self, key: str) -> bool:
        """Whether the table says it itself, and does not only take it over."""
        return key in self._own

    def measure(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """Degrees or centimetres; a frame that says nothing gets the default."""
        return self._within(key, self._take(key, default), low, high)

    def pair(self, key: str, low: float, high: float) -> tuple[float, float]:
        value = self._take(key, None)
        if not isinstance(value, list) or len(value) != 2:
            raise self.refuse(f"{key!r} must be two numbers.")
        first, second = (self._within(key, part, low, high) for part in value)
        return first, second

    def inner(self, key: str) -> Self:
        """A table in the table, such as an arm."""
        return type(self)(f"{self.where}, {key}", self._take(key, None))

    def frames(self, key: str) -> list[Self]:
        """A list of tables that take over what this one says."""
        value = self._take(key, [])
        if not isinstance(value, list):
            raise self.refuse(f"{key!r} must be a list of tables.")
        name = {"frames": "frame", "variations": "variation"}.get(key, key)
        return [
            type(self)(f"{self.where}, {name} {n}", item, self) for n, item in enumerate(value, 1)
        ]

    def own(self, key: str) -> list[Self]:
        """A list of tables that stand for themselves, such as arrows."""
        value = self._take(key, [])
        if not isinstance(value, list):
            raise self.refuse(f"{key!r} must be a list of tables.")
        return [type(self)(f"{self.where}, {key} {n}", item) for n, item in enumerate(value, 1)]

    def _take(self, key: str, default: Any) -> Any:
        if self._outer and key not in self._unread:
            self._outer._discard(key)
        return super()._take(key, default)

    def _discard(self, key: str) -> None:
        self._unread.discard(key)
        if self._outer:
            self._outer._discard(key)

    def _within(self, key: str, value: object, low: float, high: float) -> float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not low <= value <= high:  # type: ignore[operator]
            raise self.refuse(f"{key!r} must be a number from {low:g} to {high:g}.")
        return float(value)  # type: ignore[arg-type]
