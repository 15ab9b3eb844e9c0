"""From answers to advice: which tool and guides may suit, or which person to ask first.

Pure and deterministic. Safety comes first and stops everything; then the place to press;
then the limits of the body and of every condition; only what stays below them is ranked.
"""

from collections.abc import Iterable, Sequence

from catalog import allowed, exclusions, fitting, reasons, safety, spots
from catalog.allowed import Allowed, Held
from catalog.answers import Answers, Press
from catalog.library import Library
from catalog.outcomes import Advice, Candidate, GuideAdvice, Referral, Urgent
from catalog.reason import Reason
from catalog.safety import Clearance
from catalog.sensitivity import Band
from catalog.spots import Places


def recommend(
    answers: Answers, candidates: Iterable[Candidate], library: Library
) -> Advice | Referral | Urgent:
    """Say what may suit this person, or whom to ask.

    A warning sign wins over every tool, and so does a safety step nobody answered.
    Raises ValueError for a region, a safety item or a tool that the library does not know.
    """
    clearance = cleared(answers, library)
    if stop := _not_cleared(answers, clearance, library):
        return stop
    places = spots.find(answers, library)
    if stop := _no_place(answers, places, library):
        return stop
    here = allowed.sensitivity(answers)
    held = allowed.held(answers, clearance.signs, places, here)
    if stop := _stopped_by_condition(answers, held, here, library):
        return stop
    outcome = _below_the_limits(answers, candidates, places, held, here, library)
    resting = [(sign, limit) for sign, limit in held if limit.rests]
    return _rested(answers, outcome, resting, library) if resting else outcome


def _below_the_limits(
    answers: Answers,
    candidates: Iterable[Candidate],
    places: Places,
    held: tuple[Held, ...],
    here: Band,
    library: Library,
) -> Advice | Referral:
    """What is left for a person who was cleared and whom no condition stops."""
    left = allowed.remaining(places, held, library)
    if not left:
        return Referral(reasons.removed(held), library.version, band=here)
    if here is Band.VERY_HIGH:
        why = (reasons.too_sore(answers),)
        return Referral(why, library.version, calm=library.calm, band=here)
    limits = allowed.allow(answers, places, left, held, library)
    guides = _guides(answers, limits, library)
    if not guides:
        return Referral((_dead_end(answers, limits, library),), library.version, band=here)
    return _advice(answers, candidates, places, limits, guides, library)


def cleared(answers: Answers, library: Library) -> safety.Clearance:
    """What both safety steps come to."""
    return safety.clearance(answers.safety, answers.signs, answers.regions or (), library.rules)


def stopped(answers: Answers, library: Library) -> Urgent | Referral | None:
    """The outcome that is settled already, whatever the questions still open would say."""
    if stop := _not_cleared(answers, cleared(answers, library), library):
        return stop
    return _no_place(answers, spots.find(answers, library), library)


def _not_cleared(
    answers: Answers, clearance: Clearance, library: Library
) -> Urgent | Referral | None:
    if clearance.answered and not clearance.raised:
        return None
    why = reasons.not_cleared(clearance) + reasons.leave_own(answers, library)
    if clearance.level.urgent:
        return Urgent(clearance, why, library.version)
    return Referral(why, library.version)


def _no_place(answers: Answers, places: Places, library: Library) -> Referral | None:
    """Whether there is no place to press, or none that we have an exercise for."""
    if places.nowhere and answers.spots is not None:
        return Referral((reasons.nowhere(),), library.version)
    if not places.pressed and (answers.spots is not None or not spots.asked(answers, library)):
        return Referral(reasons.never_pressed(places.never), library.version)
    if not any(library.guides_for(id_) for id_ in _reachable(places)):
        return Referral((reasons.no_guide(places.felt),), library.version)
    if answers.press is Press.ON_BONE:
        return Referral((reasons.on_bone(),), library.version)
    return None


def _reachable(places: Places) -> set[str]:
    """Every place that may still turn out to be the one to press."""
    return {r.id for r in places.pressed} | {id_ for r in places.felt for id_ in r.felt_from}


def _stopped_by_condition(
    answers: Answers, held: Sequence[Held], here: Band, library: Library
) -> Referral | None:
    """The conditions that rule out every tool, some of them only when it is this sore."""
    stops = [(sign, limit) for sign, limit in held if limit.stops]
    if all(limit.rests for _, limit in stops):
        return None
    return Referral(
        reasons.stops(stops) + reasons.leave_own(answers, library),
        library.version,
        refine=_could_be_calmer(answers, stops),
        calm=library.calm if here is Band.VERY_HIGH else None,
        band=here,
    )


def _rested(
    answers: Answers, outcome: Advice | Referral, resting: Sequence[Held], library: Library
) -> Referral:
    """Nothing is pressed for now. Whoever had to see a person still has to, and is told why."""
    why = outcome.asks if isinstance(outcome, Advice) else outcome.reasons
    return Referral(
        reasons.stops(resting) + why + reasons.leave_own(answers, library),
        library.version,
        refer=outcome.refer,
        calm=library.calm,
        band=outcome.band,
    )


def _could_be_calmer(answers: Answers, stops: Sequence[Held]) -> bool:
    """Whether it is only the missing answers that keep it in the band that stops here."""
    best = allowed.at_best(answers)
    return all(limit.from_band is not None and best < limit.from_band for _, limit in stops)


def _guides(answers: Answers, limits: Allowed, library: Library) -> tuple[GuideAdvice, ...]:
    """The guides of the places that are left, each in the best position that is allowed."""
    able = (answers.positions or frozenset()) & limits.positions
    found: dict[str, GuideAdvice] = {}
    for region in limits.regions:
        for guide in library.guides_for(region.id):
            positions = [p for p in guide.positions_for(limits.band) if p in able]
            fits = limits.band in guide.doses and guide.id not in limits.without_guides
            if positions and fits and guide.id not in found:
                dose = guide.doses[limits.band].narrowed(limits.without, limits.discomfort_limit)
                found[guide.id] = GuideAdvice(guide, positions[0], dose)
    return tuple(found.values())


def _dead_end(answers: Answers, limits: Allowed, library: Library) -> Reason:
    if not any(library.guides_for(region.id) for region in limits.regions):
        return reasons.no_guide(limits.regions)
    return reasons.no_position(answers.positions or frozenset(), limits)


def _advice(
    answers: Answers,
    candidates: Iterable[Candidate],
    places: Places,
    limits: Allowed,
    guides: tuple[GuideAdvice, ...],
    library: Library,
) -> Advice | Referral:
    suitable, ruled_out = fitting.fitting(candidates, answers, limits, guides)
    own, left_alone = fitting.own(answers, limits, guides, library, needed=not suitable)
    ranked = fitting.ranked(suitable, answers, limits, guides)
    best = ranked[0] if ranked else None
    used = own if own and (own.owned or not best) else best
    if used is None:
        why = (reasons.nothing_left(limits, guides),)
        return Referral(why, library.version, band=limits.band)
    shown = fitting.in_order(used.guides, answers)
    return Advice(
        best=best,
        own=own,
        others=fitting.others(ranked, limits) if ranked else (),
        guides=shown,
        band=limits.band,
        discomfort_limit=limits.discomfort_limit,
        reasons=reasons.why(answers, places, limits, used, shown[0]),
        asks=reasons.asks(answers, places, limits),
        asks_first=limits.asks_first,
        cautions=reasons.cautions(limits),
        ruled_out=ruled_out + left_alone + exclusions.guides(answers, limits, shown, library),
        calm=library.calm if limits.band is Band.HIGH else None,
        version=library.version,
    )
