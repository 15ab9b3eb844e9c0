"""What a practitioner may suggest for one place: its tools by fit, its guides with a usual dose.

A person who examined the patient decides. So nothing is asked and nothing is ruled out but what is
never right there: a tool too firm or too rough for the place, or one that nobody has measured.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalog.body import Region
from catalog.doses import Dose
from catalog.guides import Guide
from catalog.library import Library
from catalog.outcomes import Candidate
from catalog.own_tools import OwnTool
from catalog.safety import Topic, asked
from catalog.sensitivity import Band
from catalog.tools import Firmness, Surface, Tool, noun

USUAL = Band.MODERATE  # whose dose stands in a plan until the practitioner changes it
WEEKS = 2  # "If nothing has changed after 2 weeks, ask your physiotherapist."
TIMES = ("once a day", "twice a day", "3 times a day", "4 times a day")


@dataclass(frozen=True, slots=True)
class Fit:
    """A product for a place. `equal` is the nearest one on this shelf, where this one is out."""

    candidate: Candidate
    guides: tuple[Guide, ...]
    firm_to_start: bool  # firmer than what we give somebody new to it
    equal: Candidate | None = None


def areas(library: Library) -> tuple[Region, ...]:
    """The places for which there is a guide, in the content's order."""
    return tuple(
        region
        for region in library.regions.values()
        if not region.never_press and library.guides_for(region.id)
    )


def safety_list(area: Region, library: Library) -> tuple[Topic, ...]:
    """What the finder would ask first, to be gone through before a tool is handed over."""
    return asked(library.rules.topics.values(), [area.id])


def tools(area: Region, candidates: Iterable[Candidate], library: Library) -> tuple[Fit, ...]:
    """The products that suit this place, best first. A shelf decides between equals only."""
    guides = library.guides_for(area.id)
    start = library.bands[Band.LOW].ceiling
    fits = []
    for candidate in candidates:
        served = serving(candidate.tool, area, guides)
        if served:
            firm = (candidate.tool.felt_firmness or Firmness.VERY_FIRM) > start
            fits.append(Fit(candidate, served, firm))
    fits.sort(key=lambda fit: _rank(fit, area, guides))
    return tuple(replace(fit, equal=_equal(fit, fits)) for fit in fits)


def serving(tool: Tool, area: Region, guides: Iterable[Guide]) -> tuple[Guide, ...]:
    """The guides this tool may be used for at this place; none for one that nobody measured."""
    firmness = tool.felt_firmness
    if not tool.known or firmness is None or firmness > area.ceiling:
        return ()
    if area.smooth and tool.surface is not Surface.SMOOTH:
        return ()
    return tuple(guide for guide in guides if guide.presses and guide.allows(tool))


def dose(guide: Guide) -> Dose:
    """The usual dose of a guide, or the nearest gentler one that it has."""
    gentlest = max(guide.doses)
    return guide.doses.get(USUAL) or guide.doses[gentlest]


def dosed(guide: Guide, *, hold_seconds: int, repeats: int, times_a_day: int, weeks: int) -> Dose:
    """The dose that a practitioner gave, in the form in which every page shows one."""
    lasts = f"for {weeks} {'week' if weeks == 1 else 'weeks'}"
    return replace(
        dose(guide),
        hold_limit_seconds=hold_seconds,
        repeats=repeats,
        times_a_day=f"{TIMES[times_a_day - 1]}, {lasts}",
    )


def why(tool: Tool, area: Region | None, guides: Sequence[Guide]) -> tuple[str, ...]:
    """Why a tool may suit, in sentences that claim nothing about the person."""
    said = [_FEELS[tool.felt_firmness]] if tool.felt_firmness else []
    if area is not None:
        said.insert(
            0, f"Your physiotherapist chose this {noun(tool.kind)} for this place: {area.place}."
        )
    fits = [guide.title for guide in guides if guide.allows(tool)]
    return (*said, *(f"It is for the guide “{title}”." for title in fits))


def at_home(area: Region | None, guides: Sequence[Guide], library: Library) -> tuple[OwnTool, ...]:
    """What most homes have that will do for one of these guides."""
    return tuple(
        own
        for own in library.own_tools.values()
        if own.household
        and any(guide.allows(own.tool) for guide in guides)
        and (area is None or serving(own.tool, area, guides))
    )


def _rank(fit: Fit, area: Region, guides: Sequence[Guide]) -> tuple[object, ...]:
    tool, first = fit.candidate.tool, fit.guides[0]
    firmness = tool.felt_firmness or Firmness.VERY_FIRM
    target = min(Firmness.MEDIUM, area.ceiling)
    return (
        fit.firm_to_start,
        guides.index(first),
        first.kinds.index(tool.kind),
        abs(firmness - target),
        firmness,
        tool.pointedness,
        tool.surface is not Surface.SMOOTH,
        fit.candidate.here == 0,
        fit.candidate.elsewhere == 0,
        fit.candidate.sku,
    )


def _equal(fit: Fit, fits: Sequence[Fit]) -> Candidate | None:
    """The nearest in size on this shelf, of the same kind and just as firm. None where it is in."""
    tool = fit.candidate.tool
    if fit.candidate.here:
        return None
    alike = [
        other.candidate
        for other in fits
        if other.candidate.here
        and (other.candidate.tool.kind, other.candidate.tool.felt_firmness)
        == (tool.kind, tool.felt_firmness)
        and other.candidate.tool.pointedness <= tool.pointedness
    ]
    return min(alike, key=lambda c: (_apart(c.tool, tool), c.sku), default=None)


def _apart(one: Tool, other: Tool) -> int:
    """How many millimetres two tools differ by."""
    return abs((one.diameter_mm or 0) - (other.diameter_mm or 0)) + abs(
        (one.length_mm or 0) - (other.length_mm or 0)
    )


_FEELS: Mapping[Firmness, str] = {
    Firmness.SOFT: "It is soft: it gives way when you lean on it.",
    Firmness.MEDIUM: "It is medium: it gives way a little, and you lean less.",
    Firmness.FIRM: "It is firm: lean lightly, and use a wall before the floor.",
    Firmness.VERY_FIRM: "It is very firm: lean very lightly.",
}
