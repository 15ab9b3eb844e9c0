"""Search over guides, products and sets, in the words that people use for them.

Something is found when every typed word stands somewhere in it: as it is, as the beginning
of a word, or by a synonym. A word that nothing has is read as the nearest one that something
has. The same words find the same things in the same order.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from catalog.body import Region
from catalog.demo_range import RangeItem
from catalog.entries import Entry
from catalog.findable import Item, Named, NamedSet, guide_item, product_item, set_item
from catalog.guides import Guide
from catalog.safety import Sign, Topic
from catalog.spelling import LITTLE, folded, folded_words, nearest, words_of

EXACT, BEGINNING, SYNONYM, BY_THE_WAY = range(4)  # how a word is found, the closest first
FEWEST_LETTERS = 3  # of a word that may be the beginning of another


@dataclass(frozen=True, slots=True)
class Found:
    """Guide ids, skus and codes of sets, best first. `read_as` is empty where that is as it was
    typed."""

    guides: tuple[str, ...]
    skus: tuple[str, ...]
    sets: tuple[str, ...]
    read_as: str
    worrying: bool  # the words are those of a warning sign


@dataclass(frozen=True, slots=True)
class _Term:
    """One word of the search, or several that belong together, and what they also mean."""

    said: str
    means: tuple[str, ...]

    @property
    def words(self) -> set[str]:
        return {word for text in (self.said, *self.means) for word in text.split()}

    def found_in(self, item: Item) -> tuple[int, int] | None:
        """How, and in which text; None where it isn't."""
        tries = [(EXACT, f" {self.said} "), *((SYNONYM, f" {words} ") for words in self.means)]
        if not self.means and len(self.said) >= FEWEST_LETTERS:
            tries.append((BEGINNING, f" {self.said}"))
        hits = []
        for how, words in tries:
            if (place := item.place(words)) is not None:
                by_the_way = place == len(item.texts) - 1
                hits.append((how + BY_THE_WAY * by_the_way, place))
        return min(hits, default=None)


@dataclass(frozen=True, slots=True)
class Index:
    """All that a search looks at and that never changes while a shop runs."""

    guides: tuple[Item, ...]
    own_words: tuple[str, ...]  # the guides'
    other_words: tuple[str, ...]  # of warning signs, and of synonyms
    warnings: tuple[frozenset[str], ...]  # the words of each warning sign's label
    meanings: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(
        cls,
        guides: Iterable[Guide],
        regions: Mapping[str, Region],
        signs: Iterable[Topic | Sign],
        range_: Iterable[RangeItem],
        synonyms: Iterable[Entry],
    ) -> Self:
        """Raises ContentError for a synonym of words that nothing has."""
        in_order = sorted(guides, key=lambda guide: guide.id)
        items = tuple(guide_item(guide, regions) for guide in in_order)
        asked = [Item.of(sign.id, sign.label, sign.hint) for sign in signs]
        labels = [item.texts[0] for item in asked]
        sold = [product_item(Named(one.sku, one.name, one.brand, one.tool)) for one in range_]
        meanings = _meanings(synonyms, [*items, *sold, *asked])
        return cls(
            guides=items,
            own_words=_words(items),
            other_words=tuple(dict.fromkeys(" ".join([*meanings, *labels]).split())),
            warnings=tuple(frozenset(filter(_tells, text.split())) for text in labels),
            meanings=meanings,
        )


def find(
    words: str, index: Index, products: Iterable[Named] = (), sets: Iterable[NamedSet] = ()
) -> Found:
    """What all of these words fit. Products come in the order they are given where they tie, and
    so do sets."""
    sold, together = list(map(product_item, products)), list(map(set_item, sets))
    typed = words_of(words)
    known = dict.fromkeys([*index.own_words, *_words([*sold, *together]), *index.other_words])
    read = [_read(word, known) for word in typed]
    terms = _terms(read, index.meanings)
    whole = f" {' '.join(map(folded, read))} "
    kinds = (index.guides, sold, together)
    guides, skus, codes = (_ranked(kind, terms, whole) for kind in kinds)
    read_otherwise = read != typed and (guides or skus or codes)
    return Found(
        guides=guides,
        skus=skus,
        sets=codes,
        read_as=" ".join(read) if read_otherwise else "",
        worrying=_worrying(terms, index),
    )


def _ranked(items: Iterable[Item], terms: Sequence[_Term], whole: str) -> tuple[str, ...]:
    """The ids of what has every term, best first; what ties stays in its order."""
    if not terms:
        return ()
    found = [(rank, item.id) for item in items if (rank := _rank(item, terms, whole))]
    return tuple(id_ for _, id_ in sorted(found, key=lambda pair: pair[0]))


def _rank(item: Item, terms: Sequence[_Term], whole: str) -> tuple[int, int, int, int] | None:
    """Less is better: the loosest word, then all of them, then how close together they stand
    (the noun is at the end of a title), then in which texts."""
    hits = []
    for term in terms:
        if (hit := term.found_in(item)) is None:
            return None
        hits.append(hit)
    apart = 0 if item.texts[0].endswith(whole) else 1 if item.place(whole) is not None else 2
    hows = [how for how, _ in hits]
    return max(hows), sum(hows), apart, sum(place for _, place in hits)


def _read(word: str, known: Collection[str]) -> str:
    """The word as it was typed, or the nearest one that something has."""
    plain = folded(word)
    if plain in LITTLE or plain in known or any(other.startswith(plain) for other in known):
        return word
    return nearest(plain, (other for other in known if other not in LITTLE)) or word


def _terms(read: Sequence[str], meanings: Mapping[str, tuple[str, ...]]) -> list[_Term]:
    """The words, those together that have a meaning together, and the little ones left out."""
    left, terms = [folded(word) for word in read], []
    longest = max((len(words.split()) for words in meanings), default=1)
    while left:
        sizes = range(min(longest, len(left)), 0, -1)
        size = next((n for n in sizes if " ".join(left[:n]) in meanings), 1)
        said, left = " ".join(left[:size]), left[size:]
        terms.append(_Term(said, meanings.get(said, ())))
    return [term for term in terms if term.means or term.said not in LITTLE] or terms


def _worrying(terms: Sequence[_Term], index: Index) -> bool:
    """Whether the words are a warning sign's: one that no guide has ("numb"), or several of
    one sign ("chest pain"). "Pain" alone says no more than "sore"."""
    for label in index.warnings:
        shared = [words for term in terms if (words := term.words & label)]
        strange = [words.difference(index.own_words) for words in shared]
        if any(words - index.meanings.keys() for words in strange):
            return True
        if len(shared) > 1 and any(strange):
            return True
    return False


def _meanings(synonyms: Iterable[Entry], known: Iterable[Item]) -> dict[str, tuple[str, ...]]:
    """What each word or phrase of people means in ours. Two entries for one word add up."""
    meanings: dict[str, tuple[str, ...]] = {}
    for entry in synonyms:
        said, means = (tuple(map(folded_words, entry.texts(key))) for key in ("words", "means"))
        entry.done()
        if not all(said) or not all(means) or not said or not means:
            raise entry.refuse("a synonym needs 'words' that people use, and what it 'means'.")
        for words in means:
            if all(item.place(f" {words} ") is None for item in known):
                raise entry.refuse(f"it means {words!r}, and nothing to be found has that.")
        for words in said:
            meanings[words] = (*meanings.get(words, ()), *means)
    return meanings


def _words(items: Iterable[Item]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(text for item in items for text in item.texts).split()))


def _tells(word: str) -> bool:
    """Whether a word of a sign's label is one of its own. A number or "new" is everybody's."""
    return len(word) > 3 and word.isalpha() and word not in LITTLE
