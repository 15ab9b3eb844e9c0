"""The finder's fields: boxes and radios that say in words what is wrong with an answer."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from shop.pages.form import Form

NONE = "none"  # has to be ticked: an unanswered safety question is not a "no"
CHANGED = "This question has changed since you opened it. Answer it as it is now"


class Boxes(SelectMultipleField):  # type: ignore[misc]
    """Tick boxes. An answer that stands `alone`, such as "None of these", goes with no other.

    `nothing` is what to say where none is ticked; without it, that is an answer too.
    """

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(
        self,
        label: str,
        *,
        nothing: str = "",
        alone: Mapping[str, str] | None = None,
        most: tuple[int, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, choices=[], **kwargs)
        self.alone = alone or {}
        self._nothing, self._most = nothing, most

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        """Set the choices, each a value and its label; those that stand alone come last."""
        every = (*choices, *self.alone.items())
        self.choices = [SelectChoice(value, label) for value, label in every]

    def process_data(self, value: Iterable[str] | None) -> None:
        """Nothing ticked is an empty list, also where nothing at all was sent."""
        super().process_data(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """An empty value is no tick: a page sends one to say that it showed these boxes."""
        super().process_formdata([value for value in valuelist if value])

    def pre_validate(self, form: Form) -> None:
        if not set(self.data) <= {choice.value for choice in self.choices}:
            raise StopValidation(CHANGED)
        if self._nothing and not self.data:
            raise StopValidation(self._nothing)
        if len(self.data) > 1 and (lone := [v for v in self.alone if v in self.data]):
            raise StopValidation(f"Select “{self.alone[lone[0]]}”, or what applies, not both")
        if self._most and len(self.data) > self._most[0]:
            raise StopValidation(self._most[1])

    @property
    def ticked(self) -> frozenset[str]:
        return frozenset(self.data) - {NONE}

    def show(self, ticked: Iterable[str] | None) -> None:
        """Tick what was answered before; an answer of nothing ticks "None of these"."""
        if ticked is not None:
            self.data = sorted(ticked) or ([NONE] if NONE in self.alone else [])


class Radios(RadioField):  # type: ignore[misc]
    """One of a few. `nothing` is what to say where none is chosen, or it may stay open."""

    def __init__(
        self, label: str, *, choices: Iterable[tuple[str, str]], nothing: str = "", **kwargs: Any
    ) -> None:
        offered = [SelectChoice(value, label) for value, label in choices]
        super().__init__(label, choices=offered, validate_choice=False, **kwargs)
        self._nothing = nothing

    def pre_validate(self, form: Form) -> None:
        if self._nothing and not self.data:
            raise StopValidation(self._nothing)
        if self.data and self.data not in {choice.value for choice in self.choices}:
            raise StopValidation(CHANGED)
