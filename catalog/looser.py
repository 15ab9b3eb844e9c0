"""What one band, or one person's limits, allow more of than another's."""

from collections.abc import Mapping

from catalog import allowed, spots
from catalog.allowed import Allowed
from catalog.answers import Answers
from catalog.doses import BandRule
from catalog.library import Library
from catalog.recommend import cleared

Amounts = Mapping[str, float | frozenset[object]]


def looser(before: Amounts, after: Amounts) -> list[str]:
    """What the second one allows more of. Subsets and smaller numbers are both "at most"."""
    return [what for what, most in before.items() if not after[what] <= most]  # type: ignore[operator]


def of_rule(rule: BandRule) -> Amounts:
    return {
        "firmness": rule.ceiling,
        "firmness for regular users": rule.regular_ceiling,
        "pressure": rule.pressure_limit,
        "pressure for regular users": rule.regular_pressure_limit,
        "discomfort": rule.discomfort_limit,
        "time": rule.hold_limit_seconds,
        "positions": frozenset(rule.positions),
        "techniques": frozenset(rule.techniques),
    }


def of_person(limits: Allowed, library: Library) -> Amounts:
    return {
        "firmness": limits.ceiling,
        "pressure": limits.pressure_limit,
        "discomfort": limits.discomfort_limit,
        "positions": frozenset(limits.positions),
        "kinds": frozenset(limits.kinds),
        "techniques": frozenset(library.bands[limits.band].techniques - limits.without),
        "exercises": frozenset(library.guides.keys() - limits.without_guides),
        "rough tools": not limits.smooth,
        "pointed or powered tools": limits.pointed,
    }


def limits_of(answers: Answers, library: Library) -> Allowed:
    """Everything that this content allows them, before a product is looked at."""
    places = spots.find(answers, library)
    here = allowed.sensitivity(answers)
    held = allowed.held(answers, cleared(answers, library).signs, places, here)
    left = allowed.remaining(places, held, library)
    return allowed.allow(answers, places, left, held, library)
