"""Every public word of the content, and of the results it leads to, told apart by a key."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from itertools import product
from typing import Any

from catalog import reasons
from catalog.answers import Answers, Position, Press, Spot
from catalog.library import Library
from catalog.outcomes import Advice, Candidate, Referral, Urgent
from catalog.reason import Reason
from catalog.recommend import recommend
from catalog.refinements import Experience, Goal, Settling, Waking
from catalog.safety import Level
from catalog.tools import Firmness, Kind, Surface, Tool

# Fields that visitors don't read as they are. A guide's doses are told with the bands.
_NOT_COPY = frozenset(
    {"id", "slug", "sku", "barcode", "colour", "source", "confidence", "review_by", "reviewer"}
    | {"beside", "doses", "regions", "signs"}
)
# The index is what people type, not what we say; sources are looked up, rules are its two tables.
_NOT_TABLES = frozenset({"version", "index", "rules", "sources"})
_LOOKED_UP = frozenset({"muscles", "sources", "brand"})
_ANY = "A soft ball"  # stands for any product in a reason that names one


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of public copy. `key` says whose it is and which part: "guides G01: steps 3 text"."""

    key: str
    text: str

    @property
    def group(self) -> str:
        """Whose it is. What is read together is graded together."""
        return self.key.partition(":")[0]

    @property
    def prose(self) -> bool:
        """Whether people read it through; citations, Latin names and brands are looked up."""
        return _LOOKED_UP.isdisjoint(self.key.split())


def every(library: Library) -> Iterator[Passage]:
    """Every public word of the content, and of what it leads to."""
    yield from written(library)
    yield from results(library, library.regions)


def written(library: Library) -> Iterator[Passage]:
    """Every public word of the content files. Empty fields are left out."""
    return _told(_content(library))


def results(library: Library, regions: Iterable[str]) -> Iterator[Passage]:
    """Every choice of an answer, and every reason that a result for these places can give."""
    return _told(_results(library, regions))


def _told(parts: Iterable[tuple[str, str, str]]) -> Iterator[Passage]:
    return (Passage(f"{group}: {part}", text) for group, part, text in parts if text.strip())


def _content(library: Library) -> Iterator[tuple[str, str, str]]:
    tables = {f.name: getattr(library, f.name) for f in fields(library)}
    tables |= {"topics": library.rules.topics, "signs": library.rules.signs}
    for table, entries in tables.items():
        if table in _NOT_TABLES:
            continue
        named = entries.items() if isinstance(entries, Mapping) else enumerate(entries, 1)
        for key, entry in named:
            name = getattr(entry, "sku", getattr(key, "name", key))
            group = table if isinstance(entry, str) else f"{table} {name}"
            yield from ((group, part or str(key), text) for part, text in _texts(entry))
    yield from ((f"guides {guide.id}", "kit", guide.kit) for guide in library.guides.values())


def _texts(value: object, part: str = "") -> Iterator[tuple[str, str]]:
    """Every text inside, whatever it is in: a new field is copy until it is listed as none."""
    if isinstance(value, str) and not isinstance(value, Enum):
        yield part, value
    elif isinstance(value, tuple):
        for n, item in enumerate(value, 1):
            yield from _texts(item, f"{part} {n}".lstrip())
    elif is_dataclass(value):
        for name in (f.name for f in fields(value) if f.name not in _NOT_COPY):
            yield from _texts(getattr(value, name), f"{part} {name}".lstrip())


def _results(library: Library, regions: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for name, words_ in _CHOICES.items():
        yield from ((f"answers {name}", each.value, each.label) for each in words_)
    yield from (("levels", level.name.lower(), level.heading) for level in Level)
    told = dict.fromkeys(
        reason for outcome in _outcomes(library, regions) for reason in _said(outcome)
    )
    for n, reason in enumerate(told, 1):
        yield f"reason {reason.code}", str(n), reason.text
    tools = [Tool(kind, firmness) for kind, firmness in product(Kind, Firmness)]
    lines = dict.fromkeys(reasons.difference(a, b) for a, b in product(tools, tools))
    yield from (("reason difference", str(n), line) for n, line in enumerate(lines, 1))


def _said(outcome: Advice | Referral | Urgent) -> Iterator[Reason]:
    yield from outcome.reasons
    if isinstance(outcome, Advice):
        yield from (*outcome.asks, *outcome.cautions, *outcome.ruled_out)


def _outcomes(library: Library, regions: Iterable[str]) -> Iterator[Advice | Referral | Urgent]:
    """What comes out for each place, and there for every sign, answer and tool at home."""
    range_ = [
        Candidate(f"{kind}-{firmness}-{surface}-{size}", _ANY, tool, 500, 1, 1)
        for kind, firmness, surface, size in product(Kind, Firmness, Surface, (40, 65))
        for tool in [Tool(kind, firmness, size, surface=surface)]
    ]
    range_ += [Candidate("unknown", _ANY, Tool(Kind.BALL), 500, 1, 1)]
    range_ += [
        Candidate(
            "powered",
            _ANY,
            Tool(Kind.BALL, Firmness.SOFT, 65, None, Surface.SMOOTH, True),
            500,
            1,
            1,
        )
    ]
    for region in regions:
        for answers in _about(region, library):
            yield recommend(answers, range_, library)


def _about(region: str, library: Library) -> Iterator[Answers]:
    plain = Answers((region,), frozenset(), None, None, Press.QUITE, frozenset(Position))
    calm = replace(plain, press=3, usual=1, settling=Settling.MINUTES, waking=Waking.NO)
    yield replace(plain, safety=None)
    for said in (*Press, 7):
        yield from (replace(plain, press=said, positions=frozenset(p)) for p in _SOME_POSITIONS)
    for changes in _REFINED:
        yield replace(calm, **changes)
    yield from (
        replace(plain, spots={region: frozenset({spot})}) for spot in (*Spot, *library.regions)
    )
    for sign in library.rules.signs:
        for each in (plain, replace(calm, press=8), calm):
            yield replace(each, signs=frozenset({sign}))
    owned = frozenset(library.own_tools)
    yield from (replace(plain, owns=owned), replace(calm, owns=owned))
    yield from (replace(calm, worse=frozenset({own})) for own in library.own_tools)
    yield replace(plain, owns=owned, safety=frozenset(library.rules.topics))


_CHOICES: Mapping[str, type[Press | Position | Spot | Settling | Waking | Experience | Goal]] = {
    "press": Press, "positions": Position, "spots": Spot, "settling": Settling,
    "waking": Waking, "experience": Experience, "goal": Goal,
}  # fmt: skip
_SOME_POSITIONS = ((), *((position,) for position in Position), tuple(Position))
_REFINED: tuple[dict[str, Any], ...] = (
    {},
    *({"experience": experience} for experience in Experience),
    *({"usual": usual} for usual in (5, 8, 10)),
    *({"settling": settling} for settling in Settling),
    *({"waking": waking} for waking in Waking),
    {"goal": Goal.RANGE},
    {"press": 1, "usual": 8},
)
