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

    `ceiling` is the firmest tool that is ever used here: thin muscle over bone or nerves
    keeps it low. `regular_ceiling` is that of a regular user whose spot is only a little sore.
    `never_press` marks places that no tool may touch. `felt_from` are the places that may
    bring on what is felt here, likely ones first, so that the finder asks which one does.
    """

    id: str
    label: str
    group: str
    muscles: tuple[Muscle, ...]
    ceiling: Firmness
    regular_ceiling: Firmness
    never_press: bool = False
    thick: bool = False  # muscle that takes a ridged or small firm tool, too
    smooth: bool = False  # only smooth tools go here
    keep_off: str = ""  # what not to press near here, as a sentence
    refers_to: str = ""  # where a sore spot here may also be felt, for clinicians
    felt_from: tuple[str, ...] = ()

    @classmethod
    def read(cls, entry: Entry, muscles: Mapping[str, Muscle]) -> Self:
        ceiling = entry.word("ceiling", Firmness)
        region = cls(
            id=entry.id,
            label=entry.text("label"),
            group=entry.text("group"),
            muscles=entry.some_of("muscles", muscles, "muscle"),
            ceiling=ceiling,
            regular_ceiling=entry.word_or_unknown("regular_ceiling", Firmness) or ceiling,
            never_press=entry.flag("never_press"),
            thick=entry.flag("thick"),
            smooth=entry.flag("smooth"),
            keep_off=entry.text("keep_off", ""),
            refers_to=entry.text("refers_to", ""),
            felt_from=entry.texts("felt_from"),
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
