"""Which question comes next. Routing only: what the answers mean is `recommend`'s business."""

from dataclasses import replace

from catalog import safety
from catalog.answers import QUESTIONS, Answers, Press
from catalog.library import Library


def next_question(answers: Answers, library: Library) -> str | None:
    """The first question still needed, or None when the outcome is settled.

    A warning sign settles it at once, and so does a place that no guide is for: nobody is
    asked how sore it is on the way to being sent to a person.
    """
    for question in QUESTIONS:
        if question in answers.unanswered:
            return question
        if _settles(question, answers, library):
            return None
    return None


def with_regions(answers: Answers, regions: tuple[str, ...], library: Library) -> Answers:
    """The answers after choosing these regions. What another region was asked is dropped."""
    signs = library.signs.values()
    before = safety.asked(signs, answers.regions or ())
    now = safety.asked(signs, regions)
    kept = answers.safety if before == now else None
    return replace(answers, regions=regions, safety=kept)


def _settles(question: str, answers: Answers, library: Library) -> bool:
    if question == "safety":
        has_guide = any(library.guides_for(region) for region in answers.regions or ())
        return bool(answers.safety) or not has_guide
    return question == "press" and answers.press is Press.TOO_SORE
