"""Reads the content folders into one Library and checks every cross-reference.

A folder may add entries or replace those of an earlier folder by their id. A wrong
reference stops the start and names file and entry. The version is a hash of the content,
so that a result can say which knowledge it came from.
"""

import hashlib
import tomllib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.body import Muscle, Region
from catalog.cards import Card
from catalog.demo_range import RangeItem
from catalog.doses import BandRule, HelpRule
from catalog.drawing.body_map import Spot
from catalog.education import Lesson, read_lessons
from catalog.entries import ContentError, Entry
from catalog.guides import Guide, Source
from catalog.own_tools import OwnTool
from catalog.safety import SOMETHING_ELSE, Rules, Sign, Together, Topic
from catalog.search import Index
from catalog.sensitivity import Band

OWN_DATA = Path(__file__).parent / "data"
TABLES = (
    "muscle",
    "region",
    "spot",
    "sign",
    "topic",
    "together",
    "own",
    "source",
    "band",
    "stop_rule",
    "help_rule",
    "card",
    "lesson",
    "tool",
    "synonym",
)


@dataclass(frozen=True, slots=True)
class Library:
    """All clinical knowledge of one running shop."""

    version: str
    regions: Mapping[str, Region]
    spots: Mapping[str, Spot]  # of the regions that the body map shows
    rules: Rules  # what the safety steps ask, and what it means
    own_tools: Mapping[str, OwnTool]
    bands: Mapping[Band, BandRule]
    sources: Mapping[str, Source]
    guides: Mapping[str, Guide]
    stop_rules: tuple[str, ...]
    help_rules: tuple[HelpRule, ...]
    cards: Mapping[str, Card]
    lessons: Mapping[str, Lesson]
    demo_range: tuple[RangeItem, ...]
    index: Index  # what a search looks at

    def guides_for(self, region: str) -> tuple[Guide, ...]:
        return tuple(guide for guide in self.guides.values() if region in guide.regions)

    def help_in(self, band: Band) -> tuple[str, ...]:
        """When to ask a person although nothing went wrong, for a spot this easily stirred up."""
        return tuple(rule.text for rule in self.help_rules if band >= rule.from_band)

    def first_cards(self, signs: Set[str]) -> tuple[Card, ...]:
        """The cards that matter before any tool to who ticked one of these safety items."""
        return tuple(card for card in self.cards.values() if card.signs & signs)

    def own_tool(self, id_: str) -> OwnTool:
        """Raises ValueError for a tool that we do not know."""
        if id_ not in self.own_tools:
            raise ValueError(f"No such tool of one's own: {id_}.")
        return self.own_tools[id_]

    @property
    def calm(self) -> Guide:
        """The calm-down plan: the guide that presses nothing."""
        return next(guide for guide in self.guides.values() if not guide.presses)

    def guide_at(self, slug: str) -> Guide | None:
        return next((guide for guide in self.guides.values() if guide.slug == slug), None)


def load(*folders: Path) -> Library:
    """Read our own content, then each clinic folder on top. Raises ContentError."""
    pages, version = _read((OWN_DATA, *folders))
    muscles = {entry.id: Muscle.read(entry) for entry in pages["muscle"]}
    regions = {entry.id: Region.read(entry, muscles) for entry in pages["region"]}
    sources = {entry.id: Source.read(entry) for entry in pages["source"]}
    bands = {rule.band: rule for rule in map(BandRule.read, pages["band"])}
    if missing := sorted(set(Band) - bands.keys()):
        raise ContentError(f"No [band] entry is for the {missing[0].word} band.")
    guides = [Guide.read(entry, regions, muscles, sources, bands) for entry in pages["guide"]]
    _no_shared_address(guides)
    if all(guide.presses for guide in guides):
        raise ContentError("No guide is the calm-down plan, which has no tool.")
    rules = _rules(pages, regions)
    _nothing_missing(regions, guides, rules)
    range_ = tuple(map(RangeItem.read, pages["tool"]))
    return Library(
        version=version,
        regions=regions,
        spots={entry.id: Spot.read(entry, regions) for entry in pages["spot"]},
        rules=rules,
        own_tools={entry.id: OwnTool.read(entry) for entry in pages["own"]},
        bands=bands,
        sources=sources,
        guides={guide.id: guide for guide in sorted(guides, key=lambda guide: guide.id)},
        stop_rules=tuple(_stop_rule(entry) for entry in pages["stop_rule"]),
        help_rules=tuple(map(HelpRule.read, pages["help_rule"])),
        cards={entry.id: Card.read(entry, sources, rules.signs) for entry in pages["card"]},
        lessons=read_lessons(pages["lesson"], sources),
        demo_range=range_,
        index=Index.of(guides, regions, rules.asked, range_, pages["synonym"]),
    )


def _rules(pages: Mapping[str, list[Entry]], regions: Mapping[str, Region]) -> Rules:
    signs = {entry.id: Sign.read(entry, regions) for entry in pages["sign"]}
    if SOMETHING_ELSE not in signs:
        raise ContentError(f"There is no sign {SOMETHING_ELSE!r}, which each group offers.")
    return Rules(
        topics={entry.id: Topic.read(entry, signs, regions) for entry in pages["topic"]},
        signs=signs,
        togethers=tuple(Together.read(entry, signs, regions) for entry in pages["together"]),
    )


def _read(folders: tuple[Path, ...]) -> tuple[dict[str, list[Entry]], str]:
    pages: dict[str, dict[str, Entry]] = {table: {} for table in (*TABLES, "guide")}
    digest = hashlib.sha256()
    for folder in folders:
        if not folder.is_dir():
            raise ContentError(f"{folder}: there is no such content folder.")
        for path in sorted([*folder.glob("*.toml"), *folder.glob("guides/*.toml")]):
            name = path.relative_to(folder).as_posix()
            raw = _bytes(path, name)
            digest.update(name.encode() + b"\0" + raw + b"\0")
            for table, entry_id, data in _entries(raw, name, path.stem):
                where = name if table == "guide" else f"{name}, {table} {entry_id!r}"
                pages[table][entry_id] = Entry(where, data, entry_id)
    return {table: list(page.values()) for table, page in pages.items()}, digest.hexdigest()[:16]


def _bytes(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ContentError(f"{name}: this file can't be read ({error.strerror}).") from error


def _entries(raw: bytes, name: str, stem: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    try:
        content = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContentError(f"{name}: this is not TOML ({error}).") from error
    if name.startswith("guides/"):
        return [("guide", stem, content)]
    if strange := sorted(content.keys() - set(TABLES)):
        raise ContentError(f"{name}: there is no kind of entry called {strange[0]!r}.")
    found: list[tuple[str, str, Mapping[str, Any]]] = []
    for table, entries in content.items():
        if not isinstance(entries, dict) or not all(isinstance(e, dict) for e in entries.values()):
            raise ContentError(f"{name}: entries look like [{table}.some-id].")
        found += [(table, entry_id, data) for entry_id, data in entries.items()]
    return found


def _no_shared_address(guides: list[Guide]) -> None:
    seen: dict[str, str] = {}
    for guide in guides:
        if taken := seen.get(guide.slug):
            raise ContentError(f"guides/{guide.id}.toml: {taken} has the slug {guide.slug!r} too.")
        seen[guide.slug] = guide.id


def _nothing_missing(regions: Mapping[str, Region], guides: list[Guide], rules: Rules) -> None:
    """The references that can only be looked up when everything is read."""
    for region in regions.values():
        for id_ in region.felt_from:
            if id_ not in regions:
                raise ContentError(
                    f"region {region.id!r}: 'felt_from' names {id_!r}, and there is none."
                )
    known = {guide.id for guide in guides}
    for sign in rules.signs.values():
        for limit in sign.limits:
            if missing := sorted(limit.without_guides - known):
                raise ContentError(
                    f"sign {sign.id!r}: 'without_guides' names {missing[0]!r}, and there is none."
                )


def _stop_rule(entry: Entry) -> str:
    text = entry.text("text")
    entry.done()
    return text
