"""Which question comes next. Routing only: what the answers mean is `recommend`'s business."""

from dataclasses import replace

from catalog import spots
from catalog.answers import QUESTIONS, Answers, Press
from catalog.body import Region
from catalog.library import Library
from catalog.recommend import cleared, stopped
from catalog.safety import SOMETHING_ELSE, Topic, asked, clearance

MOST_REGIONS = 3


def next_question(answers: Answers, library: Library) -> str | None:
    """The first question still needed, or None when the outcome is settled."""
    last = reached(answers, library)[-1]
    return last if _open(last, answers, library) else None


def reached(answers: Answers, library: Library) -> tuple[str, ...]:
    """The questions that may be looked at: those answered so far, and the one that is open.

    A warning sign settles the outcome, and so does a place that no guide is for: nobody is
    asked how sore it is on the way to being sent to a person.
    """
    shown: list[str] = []
    for question in questions(answers, library):
        shown.append(question)
        if _open(question, answers, library) or _settles(question, answers, library):
            break
    return tuple(shown)


def questions(answers: Answers, library: Library) -> tuple[str, ...]:
    """The questions that these answers call for, in their order."""
    needed = {"signs": bool(which(answers, library)), "spots": bool(places(answers, library))}
    return tuple(question for question in QUESTIONS if needed.get(question, True))


def which(answers: Answers, library: Library) -> tuple[Topic, ...]:
    """The groups of the second safety step; none where the first one is enough."""
    ticked = answers.safety or frozenset()
    if not any(library.rules.topics[id_].asks_which for id_ in ticked):
        return ()
    first_step = clearance(ticked, None, answers.regions or (), library.rules)
    return () if first_step.settled else library.rules.which(ticked)


def places(answers: Answers, library: Library) -> tuple[Region, ...]:
    """The chosen places for which it is asked where the pain comes from."""
    return spots.asked(answers, library) if answers.regions else ()


def with_regions(answers: Answers, regions: tuple[str, ...], library: Library) -> Answers:
    """The answers after choosing these regions. What only other regions ask is dropped.

    A place that is new asks again what was said of the other ones: the safety questions, since
    "broken skin where it is sore" is another question there, and how sore it is.
    """
    topics = library.rules.topics.values()
    before, now = asked(topics, answers.regions or ()), asked(topics, regions)
    kept = {id_: said for id_, said in (answers.spots or {}).items() if id_ in regions}
    moved = replace(answers, regions=regions)
    still = {region.id for region in places(moved, library)}
    moved = replace(moved, spots=kept if still and still <= kept.keys() else None)
    if set(regions) - set(answers.regions or ()):
        moved = replace(moved, press=None, usual=None, settling=None, waking=None)
    elif before == now:
        return moved
    return replace(moved, safety=None, signs=None)


def with_safety(answers: Answers, topics: frozenset[str], library: Library) -> Answers:
    """The answers after the first safety step. Signs of topics no longer ticked are dropped.

    A topic that is ticked anew asks which sign it is, also where one of its signs was told as
    part of another topic: the person may mean more by it.
    """
    ticked = replace(answers, safety=topics, signs=None)
    groups = which(ticked, library)
    if any(topic.id not in (answers.safety or ()) for topic in groups):
        return ticked
    offered = {sign.id for topic in groups for sign in topic.signs} | {SOMETHING_ELSE}
    kept = frozenset(offered & (answers.signs or frozenset())) if groups else frozenset()
    return replace(ticked, signs=kept or None)


def _open(question: str, answers: Answers, library: Library) -> bool:
    if question == "signs":
        return not cleared(answers, library).answered
    return getattr(answers, question) is None


def _settles(question: str, answers: Answers, library: Library) -> bool:
    if question == "safety" and which(answers, library):
        return False  # the second step settles it, or does not
    if question in ("safety", "signs"):
        safe = cleared(answers, library)
        return safe.settled or (safe.answered and stopped(answers, library) is not None)
    if question == "spots":
        return stopped(answers, library) is not None
    return question == "press" and answers.press in (Press.TOO_SORE, Press.ON_BONE)
