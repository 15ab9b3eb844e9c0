"""The finder's questions as forms, filled with today's content."""

import hashlib
from typing import Any

from wtforms import HiddenField

from catalog import path, safety, spots
from catalog.answers import Answers, Position, Press, Spot
from catalog.body import Region
from catalog.library import Library
from catalog.safety import SOMETHING_ELSE, Topic
from shop.pages.form import Form
from shop.pages.front.choices import CHANGED, NONE, Boxes, Radios


class Question(Form):
    """A screen of the finder, which knows whether it was sent for what it asks now.

    A tab that stayed open may show the questions of a place that was changed in another tab.
    Its "None of these" says nothing about the questions of today.
    """

    asked = HiddenField()

    @property
    def fields(self) -> list[Any]:
        return [field for field in self if isinstance(field, Boxes | Radios)]

    @property
    def offered(self) -> str:
        """A short sign of all that this screen offers; the page sends it back as `asked`."""
        every = [(f.name, [choice.value for choice in f.choices]) for f in self.fields]
        return hashlib.sha256(repr(every).encode()).hexdigest()[:16]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        good = bool(super().validate(*args, **kwargs))
        if self.asked.data in (None, "", self.offered):
            return good
        for field in self.fields:
            field.data, field.errors = [] if isinstance(field, Boxes) else None, ()
        self.refuse(self.fields[0], CHANGED)
        return False


class WhereForm(Question):
    regions = Boxes(
        "Where would you like to use the tool?",
        nothing="Select where you would like to use the tool",
        most=(path.MOST_REGIONS, f"Select {path.MOST_REGIONS} places at most, the sorest ones"),
    )

    def prepare(self, answers: Answers, library: Library) -> None:
        self.regions.offer((region.id, region.label) for region in library.regions.values())

    def groups(self, library: Library) -> list[tuple[str, list[Any]]]:
        """The choices under the headings that the content gives them, in its order."""
        groups: dict[str, list[Any]] = {}
        for option in self.regions:
            groups.setdefault(library.regions[option.data].group, []).append(option)
        return list(groups.items())


class CheckForm(Question):
    safety = Boxes(
        "Do any of these apply to you?",
        nothing="Select what applies to you, or “None of these”",
        alone={NONE: "None of these"},
    )

    def prepare(self, answers: Answers, library: Library) -> None:
        self.safety.offer((topic.id, topic.label) for topic in asked(answers, library))


def asked(answers: Answers, library: Library) -> tuple[Topic, ...]:
    """The topics of the first safety step for the places that were chosen."""
    return safety.asked(library.rules.topics.values(), answers.regions or ())


class Group(Boxes):
    """The signs of one topic. One that is ticked in another group counts here too."""

    def __init__(self, topic: Topic, something_else: str, **kwargs: Any) -> None:
        nothing = f"Select which of these it is: “{topic.label}”"
        super().__init__(topic.label, nothing=nothing, **kwargs)
        self.topic = topic
        self.offer([*((sign.id, sign.label) for sign in topic.signs),
                    (SOMETHING_ELSE, something_else)])  # fmt: skip

    def pre_validate(self, form: Form) -> None:
        told = {sign for field in form if isinstance(field, Group) for sign in field.data}
        if self.data or not told & {sign.id for sign in self.topic.signs}:
            super().pre_validate(form)


class WhichForm(Question):
    """The second safety step: a group of signs for each topic that asks which one it is."""

    @property
    def ticked(self) -> frozenset[str]:
        return frozenset[str]().union(*(group.ticked for group in self.fields))

    def show(self, signs: frozenset[str] | None) -> None:
        """Tick what was said. "Something else" belongs to the groups that say nothing more."""
        for group in self.fields:
            said = (signs or frozenset()) & {sign.id for sign in group.topic.signs}
            group.show(said or (signs or frozenset()) & {SOMETHING_ELSE})


def which_form(answers: Answers, library: Library) -> WhichForm:
    something_else = library.rules.signs[SOMETHING_ELSE].label
    groups = {
        f"signs-{topic.id}": Group(topic, something_else) for topic in path.which(answers, library)
    }
    form: WhichForm = type("WhichForm", (WhichForm,), groups)()
    return form


class Sources(Boxes):
    """The places that may bring on what is felt in one place, or why nobody can say."""

    def __init__(self, felt: Region, likely: tuple[Region, ...], **kwargs: Any) -> None:
        super().__init__(
            felt.label,
            nothing=f"Select what brings on the pain {felt.place}, or one of the last 3 answers",
            alone={spot.value: spot.label for spot in Spot},
            **kwargs,
        )
        self.felt = felt
        self.offer((region.id, region.label) for region in likely)


class SpotForm(Question):
    """Where pressing brings on the pain the person knows, asked for each place it is felt."""

    @property
    def told(self) -> dict[str, frozenset[str]]:
        return {source.felt.id: source.ticked for source in self.fields}

    def show(self, answers: Answers) -> None:
        for source in self.fields:
            source.show((answers.spots or {}).get(source.felt.id))


def spot_form(answers: Answers, library: Library) -> SpotForm:
    sources = {
        f"spots-{felt.id}": Sources(felt, spots.candidates(felt, library))
        for felt in path.places(answers, library)
    }
    form: SpotForm = type("SpotForm", (SpotForm,), sources)()
    return form


class PressForm(Question):
    press = Radios(
        "How does it feel when you press the spot gently with your thumb?",
        nothing="Select how it feels when you press the spot",
        choices=[(press.value, press.label) for press in Press],
    )


class PositionForm(Question):
    positions = Boxes(
        "Which of these can you do safely?",
        nothing="Select what you can do, or “None of these, or I’m not sure”",
        alone={NONE: "None of these, or I’m not sure"},
    )

    def prepare(self) -> None:
        self.positions.offer((position.value, position.label) for position in Position)
