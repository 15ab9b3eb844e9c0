"""The claims checker: promises we may not make, sentences that are long, and words that are hard.

A grade is a prompt to rewrite and no proof: only readers can show what is understood.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from catalog.passages import Passage

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
_SHORTEST_RANKED = 6  # words: below that a grade says more about one word than about a sentence


@dataclass(frozen=True, slots=True)
class Finding:
    key: str
    found: str  # the phrase that is banned, or the sentence that is too long


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
