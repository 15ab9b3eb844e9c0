"""An outcome as plain text, in the order in which a person reads it."""

from collections.abc import Iterable, Iterator

from catalog.doses import Dose, Technique
from catalog.guides import Guide
from catalog.library import Library
from catalog.outcomes import Advice, GuideAdvice, Referral, Urgent
from catalog.safety import Level
from catalog.sensitivity import Band
from catalog.tools import spec_line

NOT_A_DIAGNOSIS = "This is a product guide. It is not a diagnosis."
LATER = (
    "Ask your physiotherapist if nothing has changed in 2 weeks. "
    "See your GP if it still bothers you after about 6 weeks, or at once with a warning sign."
)


def told(outcome: Advice | Referral | Urgent, library: Library) -> str:
    """All of it, a line for each thing that is said."""
    lines = _advice(outcome, library) if isinstance(outcome, Advice) else _no_tool(outcome)
    return "\n".join(lines)


def _no_tool(outcome: Referral | Urgent) -> Iterator[str]:
    if isinstance(outcome, Urgent):
        yield outcome.clearance.level.heading
    elif outcome.refer:
        yield Level.REFER.heading
    yield from (reason.text for reason in outcome.reasons)
    if isinstance(outcome, Referral) and outcome.calm:
        without = frozenset({Technique.HOLD}) if outcome.band is Band.VERY_HIGH else frozenset()
        yield from _plan(outcome.calm, frozenset(Technique) - without)


def _advice(advice: Advice, library: Library) -> Iterator[str]:
    yield from (reason.text for reason in advice.asks)
    if advice.own:
        yield f"Use what you have: {advice.own.own.name}."
    if advice.best:
        yield f"{advice.best.candidate.name} may suit you: {spec_line(advice.best.tool)}."
    yield from (reason.text for reason in (*advice.reasons, *advice.cautions))
    yield f"Stay at {advice.discomfort_limit} out of 10 or less. Ease off if it is more."
    for advised in advice.guides:
        yield from _guide(advised, library)
    if advice.calm:
        yield from _plan(advice.calm, frozenset(Technique))
    yield from library.stop_rules
    yield from (f"{pick.candidate.name}: {pick.difference}" for pick in advice.others)
    for card in library.cards.values():
        yield from (card.title, *card.text)
    yield from (LATER, NOT_A_DIAGNOSIS)
    yield from (reason.text for reason in advice.ruled_out)


def _guide(advised: GuideAdvice, library: Library) -> Iterator[str]:
    guide, dose = advised.guide, advised.dose
    yield from _plan(guide, dose.techniques)
    yield from _dose(dose)
    yield from (library.regions[id_].keep_off for id_ in guide.regions)
    yield guide.gentler


def _plan(guide: Guide, techniques: Iterable[Technique]) -> Iterator[str]:
    yield from (guide.title, *guide.cautions)
    yield from (step.text for step in guide.steps if step.technique in techniques)


def _dose(dose: Dose) -> Iterator[str]:
    yield f"Hold {dose.hold}, {dose.hold_limit_seconds} seconds at most, {dose.times_a_day}."
    if dose.hold_only:
        yield "Light pressure only, and no movement yet."
    elif dose.repeats:
        yield f"Then {dose.repeats} slow movements."
