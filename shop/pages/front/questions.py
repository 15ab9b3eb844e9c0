"""The finder's questions as forms, filled with today's content."""

from collections.abc import Mapping
from typing import Any

from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from catalog import safety
from catalog.answers import Answers, Position, Press
from catalog.body import Region
from catalog.library import Library
from shop.pages.form import Form

NONE = "none"  # has to be ticked: an unanswered safety question is not a "no"


class Boxes(SelectMultipleField):  # type: ignore[misc]
    """Tick boxes with an exclusive last one, "None of these"."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, none: str, nothing: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self._none, self._nothing = none, nothing

    def offer(self, choices: list[SelectChoice]) -> None:
        self.choices = [*choices, SelectChoice(NONE, self._none)]

    def pre_validate(self, form: Form) -> None:
        if not self.data:
            raise StopValidation(self._nothing)
        if NONE in self.data and len(self.data) > 1:
            raise StopValidation(f"Select “{self._none}”, or what applies, not both")
        super().pre_validate(form)

    @property
    def ticked(self) -> frozenset[str]:
        return frozenset(self.data) - {NONE}

    def show(self, ticked: frozenset[str] | None) -> None:
        if ticked is not None:
            self.data = sorted(ticked) or [NONE]


class WhereForm(Form):
    region = RadioField(
        "Where would you like to use the tool?",
        [InputRequired("Select where you would like to use the tool")],
        validate_choice=True,
    )

    def prepare(self, answers: Answers, library: Library) -> None:
        self.region.choices = [
            SelectChoice(region.id, region.label) for region in library.regions.values()
        ]

    def groups(self, regions: Mapping[str, Region]) -> list[tuple[str, list[Any]]]:
        """The choices under the headings that the content gives them, in its order."""
        groups: dict[str, list[Any]] = {}
        for option in self.region:
            groups.setdefault(regions[option.data].group, []).append(option)
        return list(groups.items())


class CheckForm(Form):
    safety = Boxes(
        "Do any of these apply to you?",
        none="None of these",
        nothing="Select what applies to you, or “None of these”",
    )

    def prepare(self, answers: Answers, library: Library) -> None:
        signs = safety.asked(library.signs.values(), answers.regions or ())
        self.safety.offer([SelectChoice(sign.id, sign.label) for sign in signs])


class PressForm(Form):
    press = RadioField(
        "How does it feel when you press the spot gently with your thumb?",
        [InputRequired("Select how it feels when you press the spot")],
        choices=[SelectChoice(press.value, press.label) for press in Press],
    )


class PositionForm(Form):
    positions = Boxes(
        "Which of these can you do safely?",
        none="None of these, or I’m not sure",
        nothing="Select what you can do, or “None of these, or I’m not sure”",
    )

    def prepare(self, answers: Answers, library: Library) -> None:
        self.positions.offer([SelectChoice(p.value, p.label) for p in Position])
