"""The education page: what a sore spot is, what is only thought about it, and what was found.

The one place that may speak of how pressure is thought to work. Such a lesson is marked as
somebody else's word, and names the lesson with the evidence that has to stand beside it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from catalog.entries import Entry
from catalog.guides import Source
from catalog.safety import Level


@dataclass(frozen=True, slots=True)
class Finding:
    """What a study found, in plain sentences, also where it found nothing."""

    text: str
    sources: tuple[Source, ...]

    @classmethod
    def read(cls, entry: Entry, sources: Mapping[str, Source]) -> Self:
        finding = cls(entry.text("text"), entry.some_of("sources", sources, "source"))
        entry.done()
        if not finding.sources:
            raise entry.refuse("a finding needs the study that found it among its sources.")
        return finding


@dataclass(frozen=True, slots=True)
class Lesson:
    """One part of the page, under its own heading."""

    id: str
    title: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...]
    findings: tuple[Finding, ...]
    sources: tuple[Source, ...]
    attributed: bool  # it is what the article says, not what we know
    beside: str  # the lesson with the evidence for an attributed one
    level: Level | None  # set for a care card: how soon a person is needed
    reviewer: str  # empty until a clinician has signed it off

    @classmethod
    def read(cls, entry: Entry, known: Collection[str], sources: Mapping[str, Source]) -> Self:
        """Raises ContentError for what has no source, or is only thought and stands alone."""
        lesson = cls(
            id=entry.id,
            title=entry.text("title"),
            paragraphs=entry.texts("paragraphs"),
            points=entry.texts("points"),
            findings=tuple(Finding.read(part, sources) for part in entry.tables("finding")),
            sources=entry.some_of("sources", sources, "source"),
            attributed=entry.flag("attributed"),
            beside=entry.text("beside", ""),
            level=entry.word_or_unknown("level", Level),
            reviewer=entry.text("reviewer", ""),
        )
        entry.done()
        if not (lesson.paragraphs or lesson.points or lesson.findings):
            raise entry.refuse("a lesson needs paragraphs, points or findings.")
        if not lesson.sources:
            raise entry.refuse("a lesson needs at least one of its sources.")
        if lesson.beside not in known and (lesson.beside or lesson.attributed):
            raise entry.refuse(f"'beside' names the lesson {lesson.beside!r}, and there is none.")
        return lesson


def read_lessons(entries: Sequence[Entry], sources: Mapping[str, Source]) -> dict[str, Lesson]:
    """Every lesson by its id, in the order of the page."""
    known = {entry.id for entry in entries}
    return {entry.id: Lesson.read(entry, known, sources) for entry in entries}


def rows(lessons: Mapping[str, Lesson]) -> list[tuple[Lesson, Lesson | None]]:
    """The page from top to bottom: each lesson, and the evidence that stands beside it."""
    beside = {lesson.beside for lesson in lessons.values()}
    return [
        (lesson, lessons.get(lesson.beside)) for id_, lesson in lessons.items() if id_ not in beside
    ]
