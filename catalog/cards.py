"""Advice cards: what in daily life may keep a sore spot going, and what to try about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from catalog.entries import Entry
from catalog.guides import Source
from catalog.safety import Sign


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that may keep it going, as a question, and a few sentences of what to try."""

    id: str
    title: str
    when: str  # the question that tells a person whether it is theirs
    text: tuple[str, ...]  # what to try, a sentence each
    sources: tuple[Source, ...]
    reviewer: str  # empty until a clinician has signed it off
    signs: frozenset[str]  # who ticked one of these reads this card first

    @classmethod
    def read(cls, entry: Entry, sources: Mapping[str, Source], signs: Mapping[str, Sign]) -> Self:
        """Raises ContentError for a card without a source, or with too much to try."""
        card = cls(
            id=entry.id,
            title=entry.text("title"),
            when=entry.text("when"),
            text=entry.texts("text"),
            sources=entry.some_of("sources", sources, "source"),
            reviewer=entry.text("reviewer", ""),
            signs=frozenset(sign.id for sign in entry.some_of("signs", signs, "sign")),
        )
        entry.done()
        if not 2 <= len(card.text) <= 4:
            raise entry.refuse("'text' must have 2 to 4 sentences, each on its own.")
        if not card.sources:
            raise entry.refuse("a card needs at least one of its sources.")
        return card
