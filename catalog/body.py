"""Where it is felt: regions in lay words, and the muscles that lie there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from catalog.entries import Entry
from catalog.tools import Firmness


@dataclass(frozen=True, slots=True)
class Muscle:
    id: str
    name: str

    @classmethod
    def read(cls, entry: Entry) -> Self:
        muscle = cls(entry.id, entry.text("name"))
        entry.done()
        return muscle


@dataclass(frozen=True, slots=True)
class Region:
    """One area a person can choose. `label` is theirs; muscle names are for clinicians.

    `ceiling` is the firmest tool that is ever used here, whoever asks: thin muscle over
    bone or nerves keeps it low. `never_press` marks places that no tool may touch.
    """

    id: str
    label: str
    group: str
    muscles: tuple[Muscle, ...]
    ceiling: Firmness
    never_press: bool = False
    keep_off: str = ""  # what not to press near here, as a sentence

    @classmethod
    def read(cls, entry: Entry, muscles: Mapping[str, Muscle]) -> Self:
        region = cls(
            id=entry.id,
            label=entry.text("label"),
            group=entry.text("group"),
            muscles=entry.some_of("muscles", muscles, "muscle"),
            ceiling=entry.word("ceiling", Firmness),
            never_press=entry.flag("never_press"),
            keep_off=entry.text("keep_off", ""),
        )
        entry.done()
        return region

    @property
    def place(self) -> str:
        """The label in the middle of a sentence: "between your shoulder blade and your spine"."""
        return self.label[0].lower() + self.label[1:]

    @property
    def in_muscle_words(self) -> str:
        """Its name among clinicians: "Rhomboids, middle trapezius". The label where it has none."""
        names = ", ".join(muscle.name for muscle in self.muscles)
        return names.capitalize() or self.label
