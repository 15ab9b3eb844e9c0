"""From answers to advice: which tool and guides may suit, or which person to ask first.

Pure and deterministic. Safety comes first and stops everything; then the body sets
ceilings; only what stays below every ceiling is ranked. Stock can reorder, never raise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog import reasons, safety
from catalog.answers import Answers, Position, Press
from catalog.body import Region
from catalog.doses import Dose, Technique
from catalog.guides import Guide
from catalog.library import Library
from catalog.outcomes import Advice, Candidate, GuideAdvice, Pick, Referral, Urgent
from catalog.reasons import Reason
from catalog.sensitivity import Band, band
from catalog.tools import HAND_HELD, Firmness, Surface, Tool

GENTLEST_LIMIT = 3  # out of ten, where nobody could try how it feels to press
_LOADS = {Position.CHAIR: 0, Position.WALL: 1, Position.FLOOR: 2}


@dataclass(frozen=True, slots=True)
class _Limits:
    """Everything the answers allow, before any product is looked at."""

    band: Band
    ceiling: Firmness
    target: Firmness
    pressure_limit: int
    hold_only: bool
    discomfort_limit: int


def recommend(
    answers: Answers, candidates: Iterable[Candidate], library: Library
) -> Advice | Referral | Urgent:
    """Say what may suit this person, or whom to ask.

    A warning sign wins over every tool, and so does a safety step nobody answered.
    Raises ValueError for a region or a safety item that the library does not know.
    """
    clearance = safety.clearance(answers.safety, library.signs.values())
    if not clearance.clear:
        if clearance.raised and clearance.level.urgent:
            return Urgent(clearance, library.version)
        return Referral(reasons.not_cleared(clearance), library.version)
    regions = _regions(answers, library)
    treatable = [region for region in regions if not region.never_press]
    if not treatable:
        return Referral(reasons.never_pressed(regions), library.version)
    limits = _limits(answers, treatable, library)
    if limits.band is Band.VERY_HIGH:
        return Referral((reasons.too_sore(),), library.version)
    guides = _guides(answers, treatable, limits, library)
    if not guides:
        return Referral((_dead_end(answers, treatable, library),), library.version)
    return _advice(answers, candidates, treatable, limits, guides, library)


def _regions(answers: Answers, library: Library) -> list[Region]:
    if not answers.regions:
        raise ValueError("There is no advice without a place: the first question is open.")
    if strange := [id_ for id_ in answers.regions if id_ not in library.regions]:
        raise ValueError(f"No such region: {', '.join(strange)}.")
    return [library.regions[id_] for id_ in answers.regions]


def _limits(answers: Answers, regions: Sequence[Region], library: Library) -> _Limits:
    """The worst of the answers decides each limit, so no answer can loosen another."""
    score = answers.press.score if answers.press else None
    here = band(score)
    rule = library.bands[here]
    untried = score is None
    ceiling = min(rule.ceiling, *(region.ceiling for region in regions))
    return _Limits(
        band=here,
        ceiling=Firmness.SOFT if untried else ceiling,
        # Nobody is asked yet how used to these tools they are, so everyone starts soft.
        target=Firmness.SOFT,
        pressure_limit=rule.pressure_limit,
        hold_only=untried or Technique.MOVE not in rule.techniques,
        discomfort_limit=min(rule.discomfort_limit, GENTLEST_LIMIT)
        if untried
        else rule.discomfort_limit,
    )


def _guides(
    answers: Answers, regions: Sequence[Region], limits: _Limits, library: Library
) -> tuple[GuideAdvice, ...]:
    able = (answers.positions or frozenset()) & library.bands[limits.band].positions
    found = []
    for region in regions:
        for guide in library.guides_for(region.id):
            position = next((position for position in guide.positions if position in able), None)
            if position and limits.band in guide.doses:
                found.append(GuideAdvice(guide, position, _dose(guide, limits)))
    return tuple({advised.guide.id: advised for advised in found}.values())


def _dose(guide: Guide, limits: _Limits) -> Dose:
    dose = guide.doses[limits.band]
    return dose.gentlest(limits.discomfort_limit) if limits.hold_only else dose


def _dead_end(answers: Answers, regions: Sequence[Region], library: Library) -> Reason:
    if not any(library.guides_for(region.id) for region in regions):
        return reasons.no_guide(regions)
    return reasons.no_position(answers.positions or frozenset(), regions)


def _advice(
    answers: Answers,
    candidates: Iterable[Candidate],
    regions: Sequence[Region],
    limits: _Limits,
    guides: tuple[GuideAdvice, ...],
    library: Library,
) -> Advice | Referral:
    suitable: list[Pick] = []
    ruled_out: list[Reason] = []
    for candidate in sorted(candidates, key=lambda candidate: candidate.sku):
        served, refusal = _judge(candidate, limits, guides)
        if served:
            suitable.append(Pick(candidate, served))
        elif refusal:
            ruled_out.append(refusal)
    if not suitable:
        return Referral((reasons.nothing_gentle_enough(),), library.version)
    suitable.sort(key=lambda pick: _rank(pick, limits, regions, guides))
    best = suitable[0]
    return Advice(
        best=best,
        others=_others(best, suitable[1:]),
        guides=best.guides,
        band=limits.band,
        discomfort_limit=limits.discomfort_limit,
        reasons=_why(answers, regions, limits, best),
        ruled_out=tuple(ruled_out),
        version=library.version,
    )


def _judge(
    candidate: Candidate, limits: _Limits, guides: Iterable[GuideAdvice]
) -> tuple[tuple[GuideAdvice, ...], Reason | None]:
    """The guides this tool may be used for, or the reason why there are none."""
    tool = candidate.tool
    firmness = tool.felt_firmness
    if not tool.known or firmness is None:
        return (), reasons.not_measured(candidate.name)
    if tool.powered:
        return (), reasons.powered(candidate.name)
    if firmness > limits.ceiling:
        return (), reasons.too_firm(candidate.name, limits.ceiling)
    of_kind = [advised for advised in guides if tool.kind in advised.guide.kinds]
    if not of_kind:
        return (), reasons.not_for_here(candidate.name)
    fitting = [advised for advised in of_kind if advised.guide.allows(tool)]
    if not fitting:
        return (), reasons.too_firm(candidate.name, max(a.guide.ceiling for a in of_kind))
    served = tuple(a for a in fitting if pressure_index(tool, a.position) <= limits.pressure_limit)
    if not served or tool.pointedness >= 3:
        return (), reasons.too_pointed(candidate.name)
    return served, None


def pressure_index(tool: Tool, position: Position) -> int:
    """A figure to order tools by: firmness, plus pointedness, plus the body weight on it."""
    firmness = tool.felt_firmness
    if firmness is None:
        raise ValueError("Nobody has measured this tool, so its pressure has no index.")
    load = 0 if tool.kind in HAND_HELD else _LOADS[position]
    return firmness + tool.pointedness + load


def _rank(
    pick: Pick, limits: _Limits, regions: Sequence[Region], guides: tuple[GuideAdvice, ...]
) -> tuple[object, ...]:
    """Most chosen regions, closest to the target, the guides' own order, softer, then stock."""
    tool, candidate = pick.candidate.tool, pick.candidate
    firmness = tool.felt_firmness or Firmness.VERY_FIRM
    served = {region.id for region in regions for a in pick.guides if region.id in a.guide.regions}
    return (
        -len(served),
        abs(firmness - limits.target),
        guides.index(pick.guides[0]),
        pick.guides[0].guide.kinds.index(tool.kind),
        firmness,
        tool.surface is not Surface.SMOOTH,
        candidate.here == 0,
        candidate.elsewhere == 0,
        candidate.sku,
    )


def _others(best: Pick, ranked: Iterable[Pick]) -> tuple[Pick, ...]:
    """At most two that feel different, or that are in stock where the best match is not."""
    chosen: list[Pick] = []
    seen = {_feel(best)}
    for pick in ranked:
        empty_shelf = not best.candidate.here and pick.candidate.here and not chosen
        if len(chosen) < 2 and (_feel(pick) not in seen or empty_shelf):
            seen.add(_feel(pick))
            difference = reasons.difference(best.candidate.tool, pick.candidate.tool)
            chosen.append(Pick(pick.candidate, pick.guides, difference))
    return tuple(chosen)


def _feel(pick: Pick) -> tuple[object, ...]:
    return pick.candidate.tool.kind, pick.candidate.tool.felt_firmness


def _why(
    answers: Answers, regions: Sequence[Region], limits: _Limits, best: Pick
) -> tuple[Reason, ...]:
    advised = best.guides[0]
    press = answers.press or Press.CANT_REACH
    lines = [
        reasons.firmness(press, best.candidate.tool, limits.ceiling),
        reasons.place(regions, advised.guide),
        reasons.position(advised.position),
        reasons.cleared(),
    ]
    if limits.hold_only:
        lines.append(reasons.hold_only(press))
    return tuple(lines)
