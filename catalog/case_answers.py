"""One case in plain words, read as the answers that its person would give.

What a phrase leaves open is read with care; a phrase that is not in the vocabulary is refused.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from catalog import plain_words
from catalog.answers import Answers, Position, Press, Spot
from catalog.body import Region
from catalog.library import Library
from catalog.refinements import Goal

T = TypeVar("T")


def read(given: Mapping[str, Any], library: Library) -> Answers:
    """The answers that a case describes. Raises ValueError for what we have no word for."""
    regions = _all(given.get("feels_pain_in") or ["other or joint"], plain_words.REGIONS)
    signs = _signs(given)
    return Answers(
        regions=regions,
        safety=_topics(signs, regions, library) if signs is not None else None,
        signs=signs,
        spots=_spots(regions, given.get("sore_when_pressed_in"), library),
        press=_score(given.get("press_soreness_0_10"), Press.CANT_REACH),
        positions=frozenset(
            position for key, position in _POSITIONS.items() if given.get(key) is True
        ),
        usual=_score(given.get("pain_0_10"), None),
        settling=_maybe(given.get("settles_after"), plain_words.SETTLES),
        waking=_maybe(given.get("wakes_at_night"), plain_words.WAKES),
        experience=plain_words.experience(given.get("experience") or "never"),
        goal=Goal.RANGE if _RANGE.search(given.get("goal") or "") else Goal.LESS_PAIN,
        owns=frozenset(_all(given.get("already_owns") or [], plain_words.OWN_TOOLS)),
        budget_pence=_pence(given.get("budget_gbp")),
    )


_POSITIONS = {
    "can_stand_and_lean_on_wall": Position.WALL,
    "can_sit_and_use_hands": Position.CHAIR,
    "can_get_down_to_floor_and_up": Position.FLOOR,
}
_RANGE = re.compile(r"mov|range|flexib|reach", re.IGNORECASE)
_LONG = re.compile(r"(\d+|a|an|several|many)\+?\s*(month|year)", re.IGNORECASE)


def _signs(given: Mapping[str, Any]) -> frozenset[str] | None:
    """All signs that the case ticks. None where it does not say: nobody is cleared then."""
    if given.get("warning_answers") is None or given.get("health_answers") is None:
        return None
    signs = {*_all(given["warning_answers"], plain_words.WARNINGS)}
    signs |= {*_all(given["health_answers"], plain_words.HEALTH)}
    if "painkillers" in signs and _over_3_months(given.get("how_long") or ""):
        signs.add("painkillers_long")
    if given.get("pregnancy_weeks") is not None:
        signs.add("pregnant")
    age = given.get("age")
    if age is not None:
        signs |= {sign for sign, fits in _AGES.items() if fits(age)}
    return frozenset(signs)


_AGES: Mapping[str, Callable[[float], bool]] = {
    "under_16": lambda age: age < 16,
    "age_16_17": lambda age: 16 <= age < 18,
    "over_74": lambda age: age >= 75,
}


def _over_3_months(how_long: str) -> bool:
    found = _LONG.search(how_long)
    if not found:
        return False
    number, unit = found.groups()
    return unit.lower() == "year" or (int(number) > 3 if number.isdigit() else number != "a")


def _topics(signs: Iterable[str], regions: Iterable[str], library: Library) -> frozenset[str]:
    """The items of the first step behind which these signs are, the broad ones first."""
    topics = sorted(library.rules.topics.values(), key=lambda topic: bool(topic.regions))
    behind = {sign.id: topic.id for topic in reversed(topics) for sign in topic.signs}
    return frozenset(behind[sign] for sign in signs)


def _spots(
    felt: Iterable[str], sore: list[str] | None, library: Library
) -> dict[str, frozenset[str]]:
    """What the press test says for each place. Without it, nobody could try."""
    regions = [library.regions[id_] for id_ in felt]
    if sore is None:
        return {r.id: frozenset({Spot.CANT_REACH}) for r in regions if r.felt_from}
    found = frozenset(_all(sore, plain_words.REGIONS))
    return {region.id: _brought_on(region, found, len(regions)) for region in regions}


def _brought_on(region: Region, found: frozenset[str], places: int) -> frozenset[str]:
    related = found & {region.id, *region.felt_from}
    if related or (found and places == 1):
        return related or found
    return frozenset({Spot.NOWHERE})


def _all(phrases: object, words: Mapping[str, str]) -> tuple[str, ...]:
    if not isinstance(phrases, list):
        raise ValueError(f"{phrases!r} is not a list of phrases.")
    return tuple(_word(phrase, words) for phrase in phrases)


def _maybe(phrase: object, words: Mapping[str, T]) -> T | None:
    return None if phrase is None else _word(phrase, words)


def _word(phrase: object, words: Mapping[str, T]) -> T:
    if not isinstance(phrase, str) or phrase not in words:
        raise ValueError(f"{phrase!r} is not a phrase of the vocabulary.")
    return words[phrase]


def _score(value: object, missing: Any) -> Any:
    if value is None:
        return missing
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10:
        raise ValueError(f"{value!r} is not a whole number from 0 to 10.")
    return value


def _pence(pounds: object) -> int | None:
    if pounds is None:
        return None
    if not isinstance(pounds, int | float) or isinstance(pounds, bool) or pounds < 0:
        raise ValueError(f"{pounds!r} is not an amount in pounds.")
    return round(pounds * 100)
