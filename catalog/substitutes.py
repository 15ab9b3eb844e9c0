"""What may take the place of a tool that is no longer sold: as firm, as large, and no rougher.

A person who knows the patient approves it. What is proposed is therefore never an improvement, only
the same again: where nothing is alike enough, nothing is proposed.
"""

from bisect import bisect
from collections.abc import Iterable, Sequence

from catalog.body import Region
from catalog.guides import Guide
from catalog.library import Library
from catalog.outcomes import Candidate
from catalog.planning import serving
from catalog.tools import Kind, Surface, Tool

# Where one size ends and the next begins, in millimetres. A ball under 50 mm presses on a point
# and one of 80 mm or more spreads the pressure; rollers are sold as 30, 45 and 90 cm.
ACROSS = (50, 80)
LONG = (400, 700)
_BY_LENGTH = frozenset({Kind.ROLLER, Kind.STICK, Kind.CANE})


def size_band(tool: Tool) -> tuple[int, int] | None:
    """How large a tool is, as coarsely as the body can tell. None where nobody has measured it."""
    if tool.diameter_mm is None:
        return None
    if tool.kind not in _BY_LENGTH:
        return bisect(ACROSS, tool.diameter_mm), 0
    if tool.length_mm is None:
        return None
    return bisect(ACROSS, tool.diameter_mm), bisect(LONG, tool.length_mm)


def alike(gone: Tool, other: Tool) -> bool:
    """Whether the body would hardly know one from the other: kind, firmness and size the same."""
    return (
        gone.known
        and other.known
        and size_band(gone) is not None
        and (gone.kind, gone.firmness, size_band(gone), gone.powered)
        == (other.kind, other.firmness, size_band(other), other.powered)
        and other.surface in (gone.surface, Surface.SMOOTH)
        and other.pointedness <= gone.pointedness
    )


def instead_of(
    gone: Tool,
    others: Iterable[Candidate],
    area: Region | None,
    guides: Sequence[Guide],
    library: Library,
) -> tuple[Candidate, ...]:
    """What may stand in for a tool in one plan: what is on this shelf first, the nearest in size.

    Each is one that a new plan for this area could have, and serves all of the plan's `guides`
    that the tool which is gone served. An area that the content has no more has none.
    """
    if area is None:
        return ()
    served, of_area = [g for g in guides if g.allows(gone)], library.guides_for(area.id)
    fits = [
        other
        for other in others
        if alike(gone, other.tool)
        and serving(other.tool, area, of_area)
        and all(guide.allows(other.tool) for guide in served)
    ]
    return tuple(sorted(fits, key=lambda each: _order(gone, each)))


def _order(gone: Tool, other: Candidate) -> tuple[object, ...]:
    tool = other.tool
    apart = abs((tool.diameter_mm or 0) - (gone.diameter_mm or 0)) + abs(
        (tool.length_mm or 0) - (gone.length_mm or 0)
    )
    return other.here == 0, tool.surface is not gone.surface, apart, other.sku
