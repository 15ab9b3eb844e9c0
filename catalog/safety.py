"""Warning signs and conditions: who must see a person first, and whose tool has limits.

It is asked in two steps. The first screen offers a few broad topics; only who ticks one is
asked which sign of it applies. Some topics are so urgent that nobody is asked which. An
unanswered step clears nobody.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from catalog.body import Region
from catalog.entries import Entry
from catalog.limits import Limit

SOMETHING_ELSE = "something_else"  # offered in every group of the second step


class Level(IntEnum):
    """How soon a person is needed. The highest level that applies is the one shown."""

    REFER = 1  # GP or physiotherapist within days
    SAME_DAY = 2  # NHS 111 or an urgent GP visit today
    TEAM = 3  # the maternity unit or the specialist team, now
    A_AND_E = 4
    EMERGENCY = 5  # 999

    @property
    def urgent(self) -> bool:
        return self >= Level.SAME_DAY

    @property
    def heading(self) -> str:
        """What the card says first, in words that carry the urgency without its colour."""
        return _HEADINGS[self]


_HEADINGS = {
    Level.REFER: "Ask your physiotherapist or GP before you use a ball or roller",
    Level.SAME_DAY: "Call NHS 111 or your GP today",
    Level.TEAM: "Call your maternity unit now",
    Level.A_AND_E: "Go to A&E now",
    Level.EMERGENCY: "Call 999 now",
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that a person can tick: what it is in lay words, and what to do then.

    With a `level` there is never a tool. Without one, its limits narrow what may suit.
    """

    id: str
    label: str
    hint: str
    level: Level | None
    action: str
    source: str
    confidence: str  # how sure the source is, as our notes grade it, or "clinic default"
    limits: tuple[Limit, ...] = ()

    @classmethod
    def read(cls, entry: Entry, regions: Mapping[str, Region]) -> Self:
        sign = cls(
            id=entry.id,
            label=entry.text("label"),
            hint=entry.text("hint", ""),
            level=entry.word_or_unknown("level", Level),
            action=entry.text("action", None if "level" in entry else ""),
            source=entry.text("source"),
            confidence=entry.text("confidence"),
            limits=tuple(Limit.read(part, regions) for part in entry.tables("limit")),
        )
        entry.done()
        if sign.level is None and not sign.limits:
            raise entry.refuse("a sign has a level, or at least one limit: this one does nothing.")
        return sign


@dataclass(frozen=True, slots=True)
class Topic:
    """One broad item of the first screen, and the signs it stands for.

    A topic with a `level` settles the outcome at once. `regions` is empty for what everyone
    is asked; otherwise only those who chose one of these regions are asked.
    """

    id: str
    label: str
    hint: str
    level: Level | None
    action: str
    signs: tuple[Sign, ...]
    regions: frozenset[str] = frozenset()

    @property
    def source(self) -> str:
        return "; ".join(dict.fromkeys(sign.source for sign in self.signs))

    @property
    def asks_which(self) -> bool:
        """Whether ticking it leads to the second step."""
        return self.level is None and len(self.signs) > 1

    @classmethod
    def read(cls, entry: Entry, signs: Mapping[str, Sign], regions: Mapping[str, Region]) -> Self:
        level = entry.word_or_unknown("level", Level)
        topic = cls(
            id=entry.id,
            label=entry.text("label"),
            hint=entry.text("hint", ""),
            level=level,
            action=entry.text("action") if level else "",
            signs=entry.some_of("signs", signs, "sign"),
            regions=frozenset(r.id for r in entry.some_of("regions", regions, "region")),
        )
        entry.done()
        if not topic.signs:
            raise entry.refuse("a topic needs at least one of its signs.")
        if level and any(sign.level is not level for sign in topic.signs):
            raise entry.refuse("ticking it settles the level, so each of its signs has that level.")
        return topic


@dataclass(frozen=True, slots=True)
class Together:
    """Signs that mean more when they come together: an accident, say, and then weakness.

    It holds when one sign of every part was ticked, and, where `regions` are named, when it
    is felt in one of them. It then counts as the sign that it `means`.
    """

    parts: tuple[frozenset[str], ...]
    regions: frozenset[str]
    means: Sign

    @classmethod
    def read(cls, entry: Entry, signs: Mapping[str, Sign], regions: Mapping[str, Region]) -> Self:
        together = cls(
            parts=tuple(
                frozenset(sign.id for sign in part)
                for part in entry.groups_of("parts", signs, "sign")
            ),
            regions=frozenset(r.id for r in entry.some_of("regions", regions, "region")),
            means=entry.one_of("means", signs, "sign"),
        )
        entry.done()
        if len(together.parts) < 2 or together.means.level is None:
            raise entry.refuse("it takes two parts or more, and it means a sign with a level.")
        return together

    def holds(self, ticked: Set[str], regions: Set[str]) -> bool:
        here = not self.regions or bool(self.regions & regions)
        return here and all(part & ticked for part in self.parts)


def asked(topics: Iterable[Topic], regions: Iterable[str]) -> tuple[Topic, ...]:
    """The first screen for someone who chose these regions: their own topics, urgent ones first,
    and then those of everyone, as the content orders them."""
    chosen = frozenset(regions)
    relevant = [topic for topic in topics if not topic.regions or topic.regions & chosen]
    return tuple(sorted(relevant, key=_place_on_screen))


def _place_on_screen(topic: Topic) -> tuple[bool, int]:
    return (not topic.regions, -(topic.level or Level.REFER) if topic.regions else 0)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the two safety steps ask, and what their answers can mean."""

    topics: Mapping[str, Topic]
    signs: Mapping[str, Sign]
    togethers: tuple[Together, ...]

    @property
    def asked(self) -> tuple[Topic | Sign, ...]:
        """All that either screen can offer."""
        return (*self.topics.values(), *self.signs.values())

    def which(self, ticked: Iterable[str]) -> tuple[Topic, ...]:
        """The groups of the second screen for these topics, in the order of the first one.

        A topic that settles its level is among them: with another one, its signs may mean more.
        """
        several = [self.topics[id_] for id_ in self.topics if id_ in frozenset(ticked)]
        return tuple(topic for topic in several if len(topic.signs) > 1)


@dataclass(frozen=True, slots=True)
class Clearance:
    """What the safety answers come to.

    `raised` are the topics and signs that rule out every tool, the worst first; `signs` are
    all that was ticked, so also the conditions that only limit.
    """

    raised: tuple[Topic | Sign, ...]
    signs: tuple[Sign, ...]
    answered: bool

    @property
    def settled(self) -> bool:
        """Whether it stops here, without asking which sign it is."""
        return bool(self.raised) and (self.answered or self.level >= Level.A_AND_E)

    @property
    def level(self) -> Level:
        return max((item.level or Level.REFER for item in self.raised), default=Level.REFER)


def clearance(
    topics: frozenset[str] | None,
    signs: frozenset[str] | None,
    regions: Iterable[str],
    rules: Rules,
) -> Clearance:
    """Judge both safety steps. A topic that asks which is no clearance before it was said.

    Raises ValueError for an item we do not know: a word we cannot read may be a warning sign.
    """
    for ticked, known in ((topics, rules.topics), (signs, rules.signs)):
        if strange := sorted((ticked or frozenset()) - known.keys()):
            raise ValueError(f"No such safety item: {', '.join(strange)}.")
    chosen = [rules.topics[id_] for id_ in sorted(topics or ())]
    told = {id_: rules.signs[id_] for id_ in sorted(signs or ())}
    told |= {t.signs[0].id: t.signs[0] for t in chosen if len(t.signs) == 1}
    here = frozenset(regions)
    meant = [t.means for t in rules.togethers if t.holds(told.keys(), here)]
    raised: dict[str, Topic | Sign] = {s.id: s for s in (*told.values(), *meant) if s.level}
    raised |= {t.id: t for t in chosen if t.level and not _told(t, raised)}
    open_ = [topic for topic in chosen if topic.asks_which and not _told(topic, told)]
    return Clearance(
        raised=tuple(sorted(raised.values(), key=lambda item: (-(item.level or 0), item.id))),
        signs=tuple(told.values()),
        answered=topics is not None and (not open_ or SOMETHING_ELSE in told),
    )


def _told(topic: Topic, told: Mapping[str, object]) -> bool:
    return any(sign.id in told for sign in topic.signs)
