"""Every proof of the content: that it says what may be said, and leads nobody where it must not.

The tests hold our own content to these, and `flask shop content check` a clinic's. What can't
be read, or names what isn't there, was refused before it came to this (`library.load`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise, product

from catalog import allowed, passages, safety, spots, wording
from catalog.allowed import Allowed
from catalog.answers import Answers
from catalog.coverage import EVERY_SET, cells, person
from catalog.doses import BandRule
from catalog.library import Library
from catalog.outcomes import Advice, Candidate, Referral, Urgent
from catalog.path import which
from catalog.recommend import cleared, recommend
from catalog.refinements import Experience
from catalog.safety import SOMETHING_ELSE, Level, Sign, Topic
from catalog.sensitivity import Band

MOST_WORDS = 25  # in one sentence
HIGHEST_GRADE = 6  # the US school year that has to be enough to read it
MOST_TOPICS = 8  # that everyone is asked on the first safety screen


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the entry, passage or cell, and a sentence about it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def check(library: Library) -> list[Problem]:
    """Run every proof. Content without a problem may be published."""
    return [problem for proof in PROOFS.values() for problem in proof(library)]


def words(library: Library) -> Iterator[Problem]:
    """No claim, no long sentence, and words that most people can read."""
    told = tuple(passages.every(library))
    for claim in wording.claims(told):
        yield Problem(claim.key, f"it claims what we may not claim, “{claim.found}”.")
    for long in wording.long_sentences(told, MOST_WORDS):
        count = len(wording.words(long.found))
        yield Problem(
            long.key, f"a sentence of {count} words, and {MOST_WORDS} are the most: “{long.found}”"
        )
    for group, grade in wording.grades(told).items():
        if grade > HIGHEST_GRADE:
            yield Problem(group, f"it reads at grade {grade:.2f}, and {HIGHEST_GRADE} is the most.")


def dead_ends(library: Library) -> Iterator[Problem]:
    """Who ticks nothing gets a tool, or a reason that answers them; and every guide is used."""
    used: set[str] = set()
    for cell in cells(_range(library), library, EVERY_SET):
        used.update(cell.guides)
        if cell.dead_end:
            yield Problem(cell.name, f"a dead end, “{cell.reason}” answers nobody there.")
    for guide in library.guides.values():
        if guide.presses and guide.id not in used:
            yield Problem(f"guides/{guide.id}.toml", "no place, soreness and position leads to it.")


def warnings(library: Library) -> Iterator[Problem]:
    """Whatever has a level ends at a person, as soon as the level says: anywhere, for anybody."""
    range_ = _range(library)
    everybody = [
        person(region, band, able)
        for region, band, able in product(library.regions, Band, EVERY_SET)
    ]
    for item in library.rules.asked:
        level = item.level or _while_open(item)
        for answers in everybody if level else ():
            outcome = recommend(_ticking(item, answers), range_, library)
            if not _soon_enough(outcome, level):
                yield Problem(_named(item), f"it is not what counts for {_who(answers)}.")
                break


def reachable(library: Library) -> Iterator[Problem]:
    """Every warning sign and condition can be ticked, and the first screen stays short."""
    rules = library.rules
    offered = {sign.id for topic in rules.topics.values() for sign in topic.signs}
    for id_ in sorted(rules.signs.keys() - offered - {SOMETHING_ELSE}):
        yield Problem(f"sign {id_}", "no topic offers it, so nobody can tick it.")
    for topic in rules.topics.values():
        region = next(iter(topic.regions or library.regions))
        ticked = Answers(regions=(region,), safety=frozenset({topic.id}))
        if topic.asks_which and topic not in which(ticked, library):
            yield Problem(f"topic {topic.id}", "who ticks it is not asked which sign it is.")
    everyones = len(safety.asked(rules.topics.values(), ()))
    if everyones > MOST_TOPICS:
        yield Problem(
            "topics", f"{everyones} are asked of everyone, and {MOST_TOPICS} are the most."
        )


def never_pressed(library: Library) -> Iterator[Problem]:
    """No exercise, no condition and no answer leads to a tool where nothing is ever pressed."""
    off = [region.id for region in library.regions.values() if region.never_press]
    for guide in library.guides.values():
        for region in guide.regions:
            if region in off:
                yield Problem(f"guides/{guide.id}.toml", f"it presses on {region!r}.")
    for sign in library.rules.signs.values():
        for limit in sign.limits:
            if limit.instead in off:
                yield Problem(f"sign {sign.id}", f"it puts {limit.instead!r} in another's place.")
    for region, band, able in product(off, Band, EVERY_SET):
        answers = person(region, band, able)
        if isinstance(recommend(answers, _range(library), library), Advice):
            yield Problem(_who(answers), "a tool comes out where nothing is ever pressed.")


def ceilings(library: Library) -> Iterator[Problem]:
    """The sorer it is, the less is allowed; and no condition allows more than none."""
    rules = [library.bands[band] for band in Band]
    looser = [
        Problem(f"band {after.band.word}", f"it allows more {what} than {before.band.word}.")
        for before, after in pairwise(rules)
        for what in _looser(_of_rule(before), _of_rule(after))
    ]
    yield from looser
    if looser:
        return  # or every condition would repeat it
    for sign in library.rules.signs.values():
        if sign.level is None:
            yield from _loosened(sign, library)


def calm_plan(library: Library) -> Iterator[Problem]:
    """One guide presses nothing: what who is too sore to press is given."""
    calm = [guide.id for guide in library.guides.values() if not guide.presses]
    if len(calm) != 1:
        which_ = ", ".join(calm) or "none"
        yield Problem("guides", f"one guide has no kinds, the calm-down plan; these are {which_}.")


PROOFS: Mapping[str, Callable[[Library], Iterable[Problem]]] = {
    "words": words,
    "dead ends": dead_ends,
    "warning signs": warnings,
    "first screen": reachable,
    "never pressed": never_pressed,
    "ceilings": ceilings,
    "calm-down plan": calm_plan,
}

_Amounts = Mapping[str, float | frozenset[object]]


def _loosened(sign: Sign, library: Library) -> Iterator[Problem]:
    """Where ticking this condition allows more than not ticking it, or a sorer spot does."""
    for region, experience in product(library.regions, Experience):
        calmer: Allowed | None = None
        for band in Band:
            plain = replace(person(region, band, EVERY_SET[-1]), experience=experience)
            ticked = _allowed(replace(plain, signs=frozenset({sign.id})), library)
            for before in filter(None, (_allowed(plain, library), calmer)):
                for what in _looser(_of_person(before, library), _of_person(ticked, library)):
                    yield Problem(f"sign {sign.id}", f"it allows more {what} for {_who(plain)}.")
                    return
            calmer = ticked


def _allowed(answers: Answers, library: Library) -> Allowed:
    places = spots.find(answers, library)
    here = allowed.sensitivity(answers)
    held = allowed.held(answers, cleared(answers, library).signs, places, here)
    left = allowed.remaining(places, held, library)
    return allowed.allow(answers, places, left, held, library)


def _looser(before: _Amounts, after: _Amounts) -> list[str]:
    """What the second one allows more of. Subsets and smaller numbers are both "at most"."""
    return [what for what, most in before.items() if not after[what] <= most]  # type: ignore[operator]


def _of_rule(rule: BandRule) -> _Amounts:
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


def _of_person(limits: Allowed, library: Library) -> _Amounts:
    return {
        "firmness": limits.ceiling,
        "pressure": limits.pressure_limit,
        "discomfort": limits.discomfort_limit,
        "positions": frozenset(limits.positions),
        "kinds": frozenset(limits.kinds),
        "techniques": frozenset(library.bands[limits.band].techniques - limits.without),
    }


def _ticking(item: Topic | Sign, answers: Answers) -> Answers:
    ticked = frozenset({item.id})
    if isinstance(item, Topic):
        return replace(answers, safety=ticked)
    return replace(answers, signs=ticked)


def _while_open(item: Topic | Sign) -> Level | None:
    """A topic without a level clears nobody either, before it was said which sign it is."""
    return Level.REFER if isinstance(item, Topic) and item.asks_which else None


def _soon_enough(outcome: Advice | Referral | Urgent, level: Level | None) -> bool:
    if isinstance(outcome, Advice) or level is None:
        return False
    return not level.urgent or (isinstance(outcome, Urgent) and outcome.clearance.level >= level)


def _named(item: Topic | Sign) -> str:
    return f"{'topic' if isinstance(item, Topic) else 'sign'} {item.id}"


def _who(answers: Answers) -> str:
    able = " or ".join(sorted(answers.positions or ())) or "no position"
    band = allowed.sensitivity(answers)
    return f"{', '.join(answers.regions or ())}, {band.word}, {able}"


def _range(library: Library) -> tuple[Candidate, ...]:
    """The demo range: content is proved without a shop, so against the tools that it brings."""
    return tuple(
        Candidate(item.sku, item.name, item.tool, item.price_pence, 1, 0)
        for item in library.demo_range
    )
