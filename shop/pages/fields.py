"""Fields that say in a sentence what to type, and keep what was typed."""

from datetime import date
from typing import Any

from wtforms import StringField
from wtforms.validators import StopValidation
from wtforms.widgets import DateInput, HiddenInput

from shop.errors import Unreadable
from shop.pages.form import Form
from shop.pages.text import line, pence, whole_number


class WholeField(StringField):  # type: ignore[misc]
    """A whole number between two bounds. `number` is it, once the form is good.

    With `empty`, that is what a field stands for in which nothing was typed.
    """

    number: int

    def __init__(
        self, label: str = "", *, low: int, high: int, empty: int | None = None, **rest: Any
    ) -> None:
        super().__init__(label, render_kw={"inputmode": "numeric", "autocomplete": "off"}, **rest)
        self.low, self.high, self.empty = low, high, empty

    def pre_validate(self, form: Form) -> None:
        try:
            typed = line(self.data or "")
            if not typed and self.empty is not None:
                self.number = self.empty
                return
            self.number = whole_number(typed, self.low, self.high)
        except Unreadable as refusal:
            raise StopValidation(str(refusal)) from refusal


class HiddenWholeField(WholeField):
    """A whole number that the page sends back."""

    widget = HiddenInput()


class MoneyField(StringField):  # type: ignore[misc]
    """An amount of money. `pence` is it, once the form is good, or none where it was left empty."""

    pence: int | None

    def __init__(self, label: str = "", **rest: Any) -> None:
        super().__init__(label, render_kw={"inputmode": "decimal", "autocomplete": "off"}, **rest)

    def pre_validate(self, form: Form) -> None:
        try:
            typed = line(self.data or "")
            self.pence = pence(typed) if typed else None
        except Unreadable as refusal:
            raise StopValidation(str(refusal)) from refusal


class DayField(StringField):  # type: ignore[misc]
    """A day, as a browser's calendar sends it. `day` is it, or none where it was left empty."""

    widget = DateInput()
    day: date | None

    def pre_validate(self, form: Form) -> None:
        try:
            typed = line(self.data or "")
            self.day = date.fromisoformat(typed) if typed else None
        except (Unreadable, ValueError) as refusal:
            raise StopValidation("Write the day like 2026-06-03.") from refusal
        if self.day is not None and not 2000 <= self.day.year <= 2100:
            raise StopValidation("Use a day of this century.")


def pounds_and_pence(amount: int) -> str:
    """An amount as a money field holds it: 3.50."""
    return f"{amount // 100}.{amount % 100:02}"


class LineField(StringField):  # type: ignore[misc]
    """One line of so many characters, which may be empty."""

    data: str

    def __init__(self, label: str = "", *, most: int, **rest: Any) -> None:
        super().__init__(label, render_kw={"autocomplete": "off"}, **rest)
        self.most = most

    def pre_validate(self, form: Form) -> None:
        too_long = f"Use {self.most} characters or fewer."
        try:
            self.data = line(self.data or "")
        except Unreadable as refusal:
            raise StopValidation(too_long) from refusal
        if len(self.data) > self.most:
            raise StopValidation(too_long)
