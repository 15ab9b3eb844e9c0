"""Why not: for every kind of tool, every product and every guide that was ruled out."""

from collections.abc import Iterable

from catalog import because
from catalog.allowed import Allowed
from catalog.answers import Answers
from catalog.guides import Guide
from catalog.library import Library
from catalog.outcomes import GuideAdvice
from catalog.reason import CLINIC, Reason
from catalog.tools import Firmness, Kind, plural


def capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _because(code: str, name: str, what: str, why: str, source: str = CLINIC) -> Reason:
    return Reason(code, f"{name}: {what}. {capital(why)}.", source)


def kind(ruled_out: Kind, limits: Allowed, name: str = "") -> Reason:
    """A kind of tool that a condition takes out, or that no exercise here uses."""
    name = name or capital(plural(ruled_out))
    for sign, limit in limits.held:
        if ruled_out not in limit.kinds:
            code = f"kind-{ruled_out}-{sign.id}"
            return _because(code, name, "not for now", because.sign(sign), sign.source)
    chosen = limits.regions[0].label
    return _because(f"kind-{ruled_out}", name, "not used there", f"you chose “{chosen}”")


def not_measured(name: str) -> Reason:
    return Reason("not-measured", f"{name}: nobody has told us its size and firmness.")


def too_firm(name: str, limits: Allowed) -> Reason:
    what = f"firmer than {limits.ceiling.word}"
    return _because("too-firm", name, what, limits.ceiling_because)


def too_firm_for_guide(name: str, ceiling: Firmness, limits: Allowed) -> Reason:
    what = f"the exercise there is for {ceiling.word} at most"
    return _because("too-firm-here", name, what, f"you chose “{limits.regions[0].label}”")


def powered(name: str, limits: Allowed, answers: Answers) -> Reason:
    what = "a motor presses harder than you may notice"
    return _because("powered", name, what, _not_used_to(limits, answers))


def too_pointed(name: str, limits: Allowed, answers: Answers) -> Reason:
    what = "it presses on a small spot"
    return _because("too-pointed", name, what, _not_used_to(limits, answers))


def _not_used_to(limits: Allowed, answers: Answers) -> str:
    """Why this person gets no ridged, small firm or powered tool."""
    for sign, limit in limits.held:
        if limit.narrows:
            return because.sign(sign)
    if limits.used_to_it:
        thin = next(region for region in limits.regions if not region.thick)
        return f"the muscle there is not thick enough: you chose “{thin.label}”"
    return because.band(answers, limits.band)


def too_rough(name: str, limits: Allowed) -> Reason:
    why = next((because.sign(sign) for sign, limit in limits.held if limit.smooth), None)
    why = why or f"you chose “{limits.regions[0].label}”"
    return _because("too-rough", name, "only smooth tools for now", why)


def too_much(name: str, answers: Answers) -> Reason:
    why = because.sensitivity(answers)
    return _because("too-much-pressure", name, "too much pressure there", why)


def guides(
    answers: Answers, limits: Allowed, used: Iterable[GuideAdvice], library: Library
) -> tuple[Reason, ...]:
    """Why each other exercise for these places is not shown."""
    taken = {advised.guide.id for advised in used}
    return tuple(
        _guide(guide, answers, limits)
        for region in limits.regions
        for guide in library.guides_for(region.id)
        if guide.id not in taken
    )


def _guide(guide: Guide, answers: Answers, limits: Allowed) -> Reason:
    what, why = _why_not(guide, answers, limits)
    return _because(f"guide-{guide.id}", f"“{guide.title}”", what, why)


def _why_not(guide: Guide, answers: Answers, limits: Allowed) -> tuple[str, str]:
    for sign, limit in limits.held:
        if guide.id in limit.without_guides or not set(guide.positions) & limit.positions:
            return "not for now", because.sign(sign)
    if limits.band not in guide.doses:
        return "not for now", because.sensitivity(answers)
    able = answers.positions or frozenset()
    if not set(guide.positions) & able:
        return "not for you", f"you did not say that you can {guide.positions[0].ability}"
    if not set(guide.positions_for(limits.band)) & able & limits.positions:
        return "not on the floor for now", because.sensitivity(answers)
    if not guide.kinds_left(limits.kinds):
        narrowed = next(s for s, limit in limits.held if not guide.kinds_left(limit.kinds))
        return "no tool for it is left", because.sign(narrowed)
    return "not with the tool we suggest", because.pressed(answers)
