"""Which tools fit what is allowed: the products, the person's own, and what most homes have.

A fixed order decides between those that fit, so the same answers give the same advice. Stock
and price may change the order at its end, and never what is allowed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from catalog import exclusions, reasons
from catalog.allowed import Allowed
from catalog.answers import Answers, Position
from catalog.library import Library
from catalog.outcomes import Candidate, GuideAdvice, OwnPick, Pick
from catalog.reason import Reason
from catalog.refinements import Goal
from catalog.tools import HAND_HELD, Firmness, Kind, Surface, Tool

MOST_OTHERS = 2
WORSE = "you said it was worse the next morning, so we go softer."
POINTED = 3  # ridges, hard spikes and golf balls, on the scale of `Tool.pointedness`


def pressure_index(tool: Tool, advised: GuideAdvice) -> int:
    """A figure to order tools by: firmness, plus pointedness, plus the body weight on it."""
    firmness = tool.felt_firmness
    if firmness is None:
        raise ValueError("Nobody has measured this tool, so its pressure has no index.")
    return firmness + tool.pointedness + load(tool, advised)


def load(tool: Tool, advised: GuideAdvice) -> int:
    """How much body weight rests on it: 0 by hand or seated, 1 at a wall, 2 or 3 on the floor."""
    if tool.kind in HAND_HELD or advised.position is Position.CHAIR:
        return 0
    return 1 if advised.position is Position.WALL else advised.guide.floor_load


def fitting(
    candidates: Iterable[Candidate],
    answers: Answers,
    limits: Allowed,
    guides: tuple[GuideAdvice, ...],
) -> tuple[list[Pick], tuple[Reason, ...]]:
    """The products that may be used, with their guides, and why each other one may not."""
    suitable: list[Pick] = []
    ruled_out = {
        f"kind-{kind}": exclusions.kind(kind, limits)
        for kind in Kind
        if not any(kind in each.guide.kinds for each in guides) or kind not in limits.kinds
    }
    for candidate in sorted(candidates, key=lambda candidate: candidate.sku):
        served, refusal = _judge(candidate.tool, candidate.name, answers, limits, guides)
        if served:
            suitable.append(Pick(candidate, served))
        elif refusal and f"kind-{candidate.tool.kind}" not in ruled_out:
            ruled_out[candidate.sku] = refusal
    return suitable, tuple(ruled_out.values())


def own(
    answers: Answers,
    limits: Allowed,
    guides: tuple[GuideAdvice, ...],
    library: Library,
    *,
    needed: bool,
) -> tuple[OwnPick | None, tuple[Reason, ...]]:
    """The best of what the person has, and why the rest stays in the cupboard.

    Where nobody has anything that fits and a tool is `needed`, a thing that most homes have.
    """
    fit: list[OwnPick] = []
    left_alone: list[Reason] = []
    for id_ in sorted((answers.owns or frozenset()) | (answers.worse or frozenset())):
        tool = library.own_tool(id_)
        served, refusal = _judge(tool.tool, f"Your {tool.called}", answers, limits, guides)
        if id_ in (answers.worse or ()):
            left_alone.append(Reason(f"own-{id_}", f"Your {tool.called}: {WORSE}"))
        elif served:
            fit.append(OwnPick(tool, served, owned=True))
        elif refusal:
            left_alone.append(replace(refusal, code=f"own-{id_}"))
    if needed and not fit:
        fit = [
            OwnPick(tool, served, owned=False)
            for tool in library.own_tools.values()
            if tool.household and tool.id not in (answers.worse or ())
            for served, _ in [_judge(tool.tool, tool.name, answers, limits, guides)]
            if served
        ]
    best = min(
        fit, key=lambda pick: (*_rank(pick.tool, pick.guides, limits, guides), pick.own.id),
        default=None,
    )  # fmt: skip
    return best, tuple(left_alone)


def ranked(
    suitable: Iterable[Pick],
    answers: Answers,
    limits: Allowed,
    guides: tuple[GuideAdvice, ...],
) -> list[Pick]:
    """Best first: fit to the body, then the budget, then the shelf, then a fixed order."""
    budget = answers.budget_pence

    def order(pick: Pick) -> tuple[object, ...]:
        candidate = pick.candidate
        return (
            *_rank(candidate.tool, pick.guides, limits, guides),
            budget is not None and candidate.price_pence > budget,
            candidate.here == 0,
            candidate.elsewhere == 0,
            candidate.sku,
        )

    return sorted(suitable, key=order)


def others(ranked: Sequence[Pick], limits: Allowed) -> tuple[Pick, ...]:
    """At most two beside the best of them: one in stock where the best is not, the next firmer one
    for a person who is used to it, and then what feels different."""
    best, chosen = ranked[0], dict[str, Pick]()
    for pick in _worth_showing(best, ranked, limits):
        if len(chosen) < MOST_OTHERS:
            difference = reasons.difference(best.tool, pick.tool)
            told = Pick(pick.candidate, pick.guides, difference)
            chosen.setdefault(pick.candidate.sku, told)
    return tuple(chosen.values())


def _worth_showing(best: Pick, ranked: Sequence[Pick], limits: Allowed) -> Iterator[Pick]:
    if not best.candidate.here:
        yield from [pick for pick in ranked if pick.candidate.here][:1]
    if limits.used_to_it:
        firmer = (best.tool.felt_firmness or Firmness.SOFT) + 1
        ready = [pick for pick in ranked if pick.tool.felt_firmness == firmer]
        yield from sorted(ready, key=lambda pick: pick.tool.kind is not best.tool.kind)[:1]
    seen = {_feel(best)}
    for pick in ranked:
        if _feel(pick) not in seen:
            seen.add(_feel(pick))
            yield pick


def in_order(guides: Iterable[GuideAdvice], answers: Answers) -> tuple[GuideAdvice, ...]:
    """The exercises as they are shown: in the content's order, those that move a joint first
    for who wants to move further."""
    wants_range = answers.goal is Goal.RANGE
    return tuple(sorted(guides, key=lambda each: wants_range and not each.dose.repeats))


def _judge(
    tool: Tool, name: str, answers: Answers, limits: Allowed, guides: Iterable[GuideAdvice]
) -> tuple[tuple[GuideAdvice, ...], Reason | None]:
    """The guides this tool may be used for, or the reason why there are none."""
    firmness = tool.felt_firmness
    if not tool.known or firmness is None:
        return (), exclusions.not_measured(name)
    of_kind = [advised for advised in guides if tool.kind in advised.guide.kinds]
    if tool.kind not in limits.kinds or not of_kind:
        return (), exclusions.kind(tool.kind, limits, name)
    if tool.powered and not limits.pointed:
        return (), exclusions.powered(name, limits, answers)
    if limits.smooth and tool.surface is not Surface.SMOOTH:
        return (), exclusions.too_rough(name, limits)
    if firmness > limits.ceiling:
        return (), exclusions.too_firm(name, limits)
    if tool.pointedness >= POINTED and not limits.pointed:
        return (), exclusions.too_pointed(name, limits, answers)
    taken = [advised for advised in of_kind if advised.guide.allows(tool)]
    if not taken:
        gentlest = max(advised.guide.ceiling for advised in of_kind)
        return (), exclusions.too_firm_for_guide(name, gentlest, limits)
    served = tuple(a for a in taken if pressure_index(tool, a) <= limits.pressure_limit)
    return served, None if served else exclusions.too_much(name, answers)


def _rank(
    tool: Tool, served: tuple[GuideAdvice, ...], limits: Allowed, guides: tuple[GuideAdvice, ...]
) -> tuple[object, ...]:
    """Most chosen places, closest to the target, the guides' own order, softer, smoother."""
    firmness = tool.felt_firmness or Firmness.VERY_FIRM
    places = {region.id for region in limits.regions}
    covered = {id_ for advised in served for id_ in advised.guide.regions if id_ in places}
    return (
        -len(covered),
        abs(firmness - limits.target),
        guides.index(served[0]),
        served[0].guide.kinds.index(tool.kind),
        firmness,
        tool.pointedness >= POINTED,
        tool.surface is not Surface.SMOOTH,
    )


def _feel(pick: Pick) -> tuple[object, ...]:
    return pick.tool.kind, pick.tool.felt_firmness
