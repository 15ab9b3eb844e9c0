"""A clinic's content beside the shop's own: it may be more careful than that, and never less.

Whatever a folder replaces is measured against what came with the program: how urgent a sign
is and who is asked about it, what a place, a band, a guide or a condition allows, and who is
sent to a person first.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

from catalog import library as libraries
from catalog import safety
from catalog.answers import Answers
from catalog.coverage import EVERY_SET, demo_candidates, person
from catalog.library import Library
from catalog.looser import Amounts, limits_of, looser, of_person, of_rule
from catalog.outcomes import Advice
from catalog.problem import Problem, named, who
from catalog.recommend import recommend
from catalog.refinements import Experience
from catalog.safety import Level, Sign
from catalog.sensitivity import Band

ANYWHERE = "a place that no rule names"


def less_careful(library: Library) -> Iterator[Problem]:
    """Wherever this content asks less, warns later or allows more than our own."""
    ours = _ours()
    if library.version == ours.version:
        return
    yield from _levels(ours, library)
    yield from _togethers(ours, library)
    yield from _asked(ours, library)
    yield from _amounts(ours, library)
    for sign in ours.rules.signs.values():
        new = library.rules.signs[sign.id]
        if new != sign and sign.level is new.level is None:
            yield from _condition(sign, ours, library)


@cache
def _ours() -> Library:
    return libraries.load()


def _levels(ours: Library, theirs: Library) -> Iterator[Problem]:
    known = {named(item): item for item in theirs.rules.asked}
    for item in ours.rules.asked:
        level = known[named(item)].level
        if item.level and (level is None or level < item.level):
            yield Problem(named(item), f"it is less urgent than in our content: {_words(level)}.")


def _words(level: Level | None) -> str:
    return f"“{level.heading}”" if level else "it sends nobody to a person"


def _togethers(ours: Library, theirs: Library) -> Iterator[Problem]:
    """Signs that mean more when they come together mean no less there."""
    for together in ours.rules.togethers:
        for signs in product(*map(sorted, together.parts)):
            for region in sorted(together.regions) or [ANYWHERE]:
                if _urgency(theirs, signs, region) < _urgency(ours, signs, region):
                    what = "together they are less urgent than in our content."
                    yield Problem(f"signs {' and '.join(signs)}", what)


def _urgency(library: Library, signs: tuple[str, ...], region: str) -> int:
    found = safety.clearance(frozenset(), frozenset(signs), [region], library.rules)
    return found.level if found.raised else 0


def _asked(ours: Library, theirs: Library) -> Iterator[Problem]:
    """Whoever is asked about a sign by our content is asked about it there too."""
    for region in ours.regions:
        for id_ in sorted(_signs_asked(ours, region) - _signs_asked(theirs, region)):
            yield Problem(f"sign {id_}", f"nobody is asked about it any more for {region!r}.")


def _signs_asked(library: Library, region: str) -> set[str]:
    topics = safety.asked(library.rules.topics.values(), [region])
    return {sign.id for topic in topics for sign in topic.signs}


def _amounts(ours: Library, theirs: Library) -> Iterator[Problem]:
    """What a band, a place or a guide allows on its own."""
    for band, rule in ours.bands.items():
        yield from _more(f"band {band.word}", of_rule(rule), of_rule(theirs.bands[band]))
    for id_ in ours.regions:
        yield from _more(f"region {id_}", _of_region(ours, id_), _of_region(theirs, id_))
    for id_ in ours.guides:
        yield from _more(f"guides/{id_}.toml", _of_guide(ours, id_), _of_guide(theirs, id_))


def _more(where: str, before: Amounts, after: Amounts) -> Iterator[Problem]:
    for what in looser(before, after):
        yield Problem(where, f"it allows more {what} than our content.")


def _of_region(library: Library, id_: str) -> Amounts:
    region = library.regions[id_]
    return {
        "pressing": not region.never_press,
        "firmness": region.ceiling,
        "firmness for regular users": region.regular_ceiling,
        "pointed or powered tools": region.thick,
        "rough tools": not region.smooth,
    }


def _of_guide(library: Library, id_: str) -> Amounts:
    guide = library.guides[id_]
    return {
        "firmness": guide.ceiling,
        "kinds of tool": frozenset(guide.kinds),
        "places": frozenset(guide.regions),
        "positions or soreness": frozenset(
            (band, position) for band in guide.doses for position in guide.positions_for(band)
        ),
        "time": max((dose.hold_limit_seconds for dose in guide.doses.values()), default=0),
    }


def _condition(sign: Sign, ours: Library, theirs: Library) -> Iterator[Problem]:
    """The first person with this condition who is allowed more, or sent to fewer people."""
    for region, band, experience in product(ours.regions, Band, Experience):
        answers = replace(
            person(region, band, EVERY_SET[-1]),
            experience=experience,
            signs=frozenset({sign.id}),
        )
        if found := next(_loosened(answers, ours, theirs), ""):
            yield Problem(named(sign), f"{found} than our content for {who(answers)}.")
            return


def _loosened(answers: Answers, ours: Library, theirs: Library) -> Iterator[str]:
    """What this person may do sooner, with less advice from others, or more of."""
    before, after = (recommend(answers, demo_candidates(ours), each) for each in (ours, theirs))
    if not isinstance(after, Advice):
        return
    if not isinstance(before, Advice):
        yield "it lets a tool be used sooner"
        return
    if (before.asks_first and not after.asks_first) or (before.refer and not after.refer):
        yield "it sends fewer people to somebody first"
    limits = (of_person(limits_of(answers, each), each) for each in (ours, theirs))
    yield from (f"it allows more {what}" for what in looser(*limits))
