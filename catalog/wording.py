"""The claims checker: promises we may not make, sentences that are long, and words that are hard.

A grade is a prompt to rewrite and no proof: only readers can show what is understood.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
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

_SAFETY = "a safety item asks who has it, and sends them to a person"
_LESSON = "the education page quotes the article there, and puts the evidence beside it"
# Each may stand in one passage only: its key, the phrase, and why.
ALLOWED = {
    ("signs joint_flare: hint", "arthritis"): _SAFETY,
    ("signs widespread: hint", "fibromyalgia"): _SAFETY,
    ("lessons pressure: paragraphs 1", "blood flow"): _LESSON,
    ("lessons pressure: points 4", "endorphin"): _LESSON,
}
# Names no plain word can replace: whom to ask, and what the person's own letter or packet says.
# Each counts as a word of two syllables, so a sentence full of them is still a long one.
NEEDED = frozenset(
    {"lymphoedema", "radiotherapy", "sedatives", "hypermobility", "ehlers-danlos", "clopidogrel"}
    | {
        "physiotherapist",
        "pharmacist",
        "maternity",
        "nhs",
        "111",
        "999",
        "osteoporosis",
        "medicine",
    }
    | {"apixaban", "dabigatran", "edoxaban", "heparin", "rivaroxaban", "warfarin"}
)

# "cure" is a word of its own here, so that "secure payment" may be said.
_BANNED = re.compile(
    r"\bcur(?:e[ds]?|ing|able|ative)\b|heals?\b|treats?\b|treatment for|diagnos|clinically proven"
    r"|medical[- ]grade|guarantee|pain[- ]free|eliminat|toxin|endorphin|blood flow|circulation"
    r"|break(?:s|ing)? (?:down|up) (?:scar|knots|adhesions)|sciatica|migraine|arthritis"
    r"|fibromyalgia|plantar fasciitis|tendonitis|anxiety|depression"
    r"|releas(?:es?|ing) trigger points?|irritants\b|pain relief|doctor[- ]recommended",
    re.IGNORECASE,
)
# Fields that visitors don't read as they are. A guide's doses are told with the bands.
_NOT_COPY = frozenset(
    {"id", "slug", "sku", "barcode", "colour", "source", "confidence", "review_by", "reviewer"}
    | {"beside", "doses", "regions", "signs"}
)
# The index is what people type, not what we say; sources are looked up, rules are its two tables.
_NOT_TABLES = frozenset({"version", "index", "rules", "sources"})
_LOOKED_UP = frozenset({"muscles", "sources", "brand"})
_ANY = "A soft ball"  # stands for any product in a reason that names one
_SHORTEST_RANKED = 6  # words: below that a grade says more about one word than about a sentence


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


@dataclass(frozen=True, slots=True)
class Finding:
    key: str
    found: str  # the phrase that is banned, or the sentence that is too long


def passages(library: Library) -> Iterator[Passage]:
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


def claims(
    told: Iterable[Passage], allowed: Collection[tuple[str, str]] = ALLOWED.keys()
) -> list[Finding]:
    """Every banned phrase that is not allowed in its passage.

    Source: the UK advertising code (CAP Code, 12.1) wants evidence for a health claim, and we
    hold none for any single product.
    """
    return [
        Finding(passage.key, phrase)
        for passage in told
        for phrase in _BANNED.findall(passage.text)
        if (passage.key, phrase.lower()) not in allowed
    ]


def long_sentences(told: Iterable[Passage], most: int = 25) -> list[Finding]:
    """Every sentence of more than `most` words."""
    return [line for line in _sentences(told) if len(words(line.found)) > most]


def grades(told: Iterable[Passage], needed: Collection[str] = NEEDED) -> dict[str, float]:
    """The grade of each guide, region, reason and so on as a whole."""
    together: dict[str, list[str]] = {}
    for passage in told:
        if passage.prose:
            together.setdefault(passage.group, []).append(passage.text)
    return {group: grade("\n".join(texts), needed) for group, texts in together.items()}


def hardest(told: Iterable[Passage], n: int = 10) -> list[tuple[float, Finding]]:
    """The sentences to rewrite first, with their grades. Short scraps are left out."""
    said = [line for line in _sentences(told) if len(words(line.found)) >= _SHORTEST_RANKED]
    graded = [(round(grade(line.found), 1), line) for line in said]
    return sorted(graded, key=lambda pair: -pair[0])[:n]


def grade(text: str, needed: Collection[str] = NEEDED) -> float:
    """The Flesch-Kincaid grade: the US school year that can read it, about age minus 5.

    Source: the formula of Kincaid and others, 1975.
    """
    said = words(text)
    if not said:
        return 0.0
    heard = sum(syllables(word, needed) for word in said)
    return 0.39 * len(said) / len(sentences(text)) + 11.8 * heard / len(said) - 15.59


def sentences(text: str) -> list[str]:
    """Split where one ends, as a new line does too, but not after "e.g." or inside "4.5 cm"."""
    return [part.strip() for part in _END.split(text) if words(part)]


def words(text: str) -> list[str]:
    """Without the punctuation around them; "light-headed", "£5.50" and "A&E" are one each."""
    return _WORD.findall(text)


def syllables(word: str, needed: Collection[str] = NEEDED) -> int:
    """About how many are heard: groups of vowels, silent letters off, and a digit for one."""
    plain = word.lower().replace("’", "'").removesuffix("'s")
    if plain in needed or plain.removesuffix("s") in needed:
        return 2
    if plain in _HEARD:
        return _HEARD[plain]
    if word.isupper() and word.isalpha():
        return sum(3 if letter == "W" else 1 for letter in word)
    parts = re.findall(r"[^\W\d_]+|\d", plain.replace("'", ""))
    return sum(1 if part.isdigit() else _vowel_sounds(part) for part in parts)


def _vowel_sounds(part: str) -> int:
    spoken = _SILENT.sub("", part)
    return max(1, len(_VOWELS.findall(spoken)) + len(_TWO_SOUNDS.findall(spoken)))


def _sentences(told: Iterable[Passage]) -> Iterator[Finding]:
    prose = (passage for passage in told if passage.prose)
    return (Finding(passage.key, line) for passage in prose for line in sentences(passage.text))


_END = re.compile(
    r"(?:(?<=[.!?])|(?<=[.!?][”’\")]))"
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\betc\.)(?<!\bvs\.)(?<!\bapprox\.)\s+|\s*\n\s*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[£$]?[^\W_]+(?:[-'’.,:/&][^\W_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"(?<=[^aeiouyl])es?$(?<![csxzg]es)(?<!shes)(?<!ches)|(?<=[aeiouy]l)es?$"
    r"|(?<=[^aeiouytd])(?<![^aeiouyl]l)e(?=d$)"
    r"|(?<=[^aeiouy])e(?=(?:ly|less|ful|ments?|ty|maker|where|spread)$)"
)
_TWO_SOUNDS = re.compile(  # where vowels meet and both are heard
    r"(?<![ctsg])i(?=[ao])|(?<![ctsg])i(?=e[tn](?!d))|(?<![gq])u(?=al)|(?<!g)e(?=o)"
    r"|[aeouy](?=ing$)|(?<=[aeo])y(?=[aeiou].)"
)
_HEARD = {"10": 1, "12": 1, "a&e": 3, "area": 3, "areas": 3, "cm": 4, "diabetes": 4, "every": 2}
_HEARD |= {"forehead": 2, "giant": 2, "mm": 4, "people": 2, "physio": 3, "someone": 2, "eyes": 1}


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
