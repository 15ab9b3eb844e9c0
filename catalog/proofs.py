"""Every proof of the content: that it says what may be said, and leads nobody where it must not.

The tests hold our own content to these, and `flask shop content check` a clinic's. What can't
be read, or names what isn't there, was refused before it came to this (`library.load`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise, product

from catalog import passages, safety, wording
from catalog.allowed import Allowed
from catalog.answers import Answers
from catalog.beside_ours import less_careful
from catalog.coverage import EVERY_SET, cells, demo_candidates, person
from catalog.library import Library
from catalog.looser import limits_of, looser, of_person, of_rule
from catalog.outcomes import Advice, Referral, Urgent
from catalog.path import which
from catalog.problem import Problem, named, who
from catalog.recommend import recommend
from catalog.refinements import Experience
from catalog.safety import SOMETHING_ELSE, Level, Sign, Topic
from catalog.sensitivity import Band

MOST_WORDS = 25  # in one sentence
HIGHEST_GRADE = 6  # the US school year that has to be enough to read it
MOST_TOPICS = 8  # that everyone is asked on the first safety screen


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
    for cell in cells(demo_candidates(library), library, EVERY_SET):
        used.update(cell.guides)
        if cell.dead_end:
            yield Problem(cell.name, f"a dead end, “{cell.reason}” answers nobody there.")
    for guide in library.guides.values():
        if guide.presses and guide.id not in used:
            yield Problem(f"guides/{guide.id}.toml", "no place, soreness and position leads to it.")


def warnings(library: Library) -> Iterator[Problem]:
    """Whatever has a level ends at a person, as soon as the level says: anywhere, for anybody."""
    range_ = demo_candidates(library)
    everybody = [
        person(region, band, able)
        for region, band, able in product(library.regions, Band, EVERY_SET)
    ]
    for item in library.rules.asked:
        level = item.level or _while_open(item)
        for answers in everybody if level else ():
            outcome = recommend(_ticking(item, answers), range_, library)
            if not _soon_enough(outcome, level):
                yield Problem(named(item), f"it is not what counts for {who(answers)}.")
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
        if isinstance(recommend(answers, demo_candidates(library), library), Advice):
            yield Problem(who(answers), "a tool comes out where nothing is ever pressed.")


def ceilings(library: Library) -> Iterator[Problem]:
    """The sorer it is, the less is allowed; and no condition allows more than none."""
    rules = [library.bands[band] for band in Band]
    found = [
        Problem(f"band {after.band.word}", f"it allows more {what} than {before.band.word}.")
        for before, after in pairwise(rules)
        for what in looser(of_rule(before), of_rule(after))
    ]
    yield from found
    if found:
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
    "as careful as ours": less_careful,
}


def _loosened(sign: Sign, library: Library) -> Iterator[Problem]:
    """Where ticking this condition allows more than not ticking it, or a sorer spot does."""
    for region, experience in product(library.regions, Experience):
        calmer: Allowed | None = None
        for band in Band:
            plain = replace(person(region, band, EVERY_SET[-1]), experience=experience)
            ticked = limits_of(replace(plain, signs=frozenset({sign.id})), library)
            for before in filter(None, (limits_of(plain, library), calmer)):
                for what in looser(of_person(before, library), of_person(ticked, library)):
                    yield Problem(f"sign {sign.id}", f"it allows more {what} for {who(plain)}.")
                    return
            calmer = ticked


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
