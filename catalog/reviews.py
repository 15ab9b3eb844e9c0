"""Which content waits for a clinician: nobody has signed it yet, or its review is overdue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from catalog.library import Library


@dataclass(frozen=True, slots=True)
class Waiting:
    """One guide, card or lesson that somebody has to read. Only guides have a day for it."""

    kind: str
    id: str
    title: str
    unsigned: bool
    overdue_since: date | None = None


def waiting(library: Library, today: date, *, signed_off: bool = False) -> Iterator[Waiting]:
    """What waits on this day, guides first. `signed_off` says that this version is reviewed."""
    for guide in library.guides.values():
        due = date.fromisoformat(guide.review.review_by)
        unsigned = not (guide.review.reviewer or signed_off)
        if unsigned or due < today:
            since = due if due < today else None
            yield Waiting("guide", guide.id, guide.title, unsigned, since)
    for kind, entries in (("card", library.cards), ("lesson", library.lessons)):
        for id_, entry in entries.items():
            if not (entry.reviewer or signed_off):
                yield Waiting(kind, id_, entry.title, unsigned=True)
