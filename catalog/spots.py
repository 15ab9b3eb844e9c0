"""Where to press: pain may be felt in one place and come from another.

A sore muscle elsewhere can bring on the pain a person knows. The finder asks which place
does, and the advice is for that place. Places that are never pressed drop out here.

Source: the consensus on trigger points asks for the person's known pain on pressing, and
names no fixed place for it (Fernández-de-las-Peñas and Dommerholt 2018, Pain Med 19:142).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.answers import Answers, Spot
from catalog.body import Region
from catalog.library import Library

SOURCE = (
    "Fernández-de-las-Peñas C, Dommerholt J. International Consensus on Diagnostic Criteria. "
    "Pain Med 2018;19:142–50"
)


@dataclass(frozen=True, slots=True)
class Places:
    """`felt` is what the person chose, `pressed` is where a tool may go, in the same order.

    `brought_on` names, for a place where it is felt, the other places that bring it on.
    `never` are the places, felt or found sore, that no tool may touch, and that nothing else
    stands in for. `untried` means that for some of it nobody could say what pressing does.
    """

    felt: tuple[Region, ...]
    pressed: tuple[Region, ...]
    brought_on: Mapping[str, tuple[Region, ...]]
    never: tuple[Region, ...]
    untried: bool
    nowhere: bool  # no press brought anything on, so this is not a sore spot

    @property
    def all(self) -> frozenset[str]:
        return frozenset(region.id for region in (*self.felt, *self.pressed))


def asked(answers: Answers, library: Library) -> tuple[Region, ...]:
    """The chosen places for which the finder asks where the pain comes from."""
    return tuple(region for region in _felt(answers, library) if region.felt_from)


def candidates(region: Region, library: Library) -> tuple[Region, ...]:
    """The places that may bring on what is felt here, likely ones first, and the place itself.

    Only those that an exercise presses: to find that another one is sore would lead nowhere.
    """
    ids = dict.fromkeys((*region.felt_from, region.id))
    likely = (_region(id_, library) for id_ in ids)
    return tuple(r for r in likely if not r.never_press and library.guides_for(r.id))


def find(answers: Answers, library: Library) -> Places:
    """Work out where to press. A question nobody answered counts as "can't reach".

    Raises ValueError for a region that the library does not know, or where none is chosen.
    """
    felt = _felt(answers, library)
    pressed: dict[str, Region] = {}
    never: dict[str, Region] = {}
    brought_on: dict[str, tuple[Region, ...]] = {}
    untried, nowhere = False, []
    for region in felt:
        said = _said(region, answers)
        nowhere.append(Spot.NOWHERE in said)  # also beside a place, which contradicts it
        likely = sorted(said - set(Spot), key=lambda id_: (id_ not in region.felt_from, id_))
        sources = () if nowhere[-1] else tuple(_region(id_, library) for id_ in likely)
        untried |= Spot.CANT_REACH in said
        if sources and sources != (region,):
            brought_on[region.id] = sources
        if not sources and not nowhere[-1]:
            sources = (region,)
        touched = {source.id: source for source in sources if not source.never_press}
        never |= {} if touched else {source.id: source for source in sources}
        pressed |= touched
    return Places(
        felt=felt,
        pressed=tuple(pressed.values()),
        brought_on=brought_on,
        never=tuple(never.values()),
        untried=untried,
        nowhere=all(nowhere),
    )


def _said(region: Region, answers: Answers) -> frozenset[str]:
    """What pressing said for this place. Where nothing was asked, it is pressed where it is.

    A place that is never pressed, and that nothing else stands in for, is not asked about.
    """
    if region.never_press and not region.felt_from:
        return frozenset()
    if region.id in (answers.spots or {}):
        return (answers.spots or {})[region.id]
    return frozenset({Spot.CANT_REACH}) if region.felt_from else frozenset()


def _felt(answers: Answers, library: Library) -> tuple[Region, ...]:
    if not answers.regions:
        raise ValueError("There is no advice without a place: the first question is open.")
    return tuple(_region(id_, library) for id_ in answers.regions)


def _region(id_: str, library: Library) -> Region:
    if id_ not in library.regions:
        raise ValueError(f"No such region: {id_}.")
    return library.regions[id_]
