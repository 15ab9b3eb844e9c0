"""Exercise guides: what to do with a tool, how much of it, and when to stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from catalog.answers import Position
from catalog.body import Muscle, Region
from catalog.doses import BandRule, Dose, Technique
from catalog.drawing.figure import Figure
from catalog.entries import ContentError, Entry
from catalog.sensitivity import Band
from catalog.tools import HAND_HELD, Firmness, Kind, Tool


class Origin(StrEnum):
    """Who says so. What the article is silent on is the clinic's own default, and labelled."""

    ARTICLE = "article"
    CLINIC = "clinic default"


@dataclass(frozen=True, slots=True)
class Step:
    text: str
    technique: Technique
    origin: Origin

    @classmethod
    def read(cls, entry: Entry) -> Self:
        step = cls(
            entry.text("text"), entry.word("technique", Technique), entry.word("from", Origin)
        )
        entry.done()
        return step


@dataclass(frozen=True, slots=True)
class Variation:
    """Another way to do it, and what that reaches."""

    name: str
    text: str
    origin: Origin

    @classmethod
    def read(cls, entry: Entry) -> Self:
        variation = cls(entry.text("name"), entry.text("text"), entry.word("from", Origin))
        entry.done()
        return variation


@dataclass(frozen=True, slots=True)
class Source:
    id: str
    text: str  # author, title, place and year, as a reader would look it up
    confidence: str  # "seen", "known" or "unsure", as our notes grade it

    @classmethod
    def read(cls, entry: Entry) -> Self:
        source = cls(entry.id, entry.text("text"), entry.text("confidence"))
        entry.done()
        return source


@dataclass(frozen=True, slots=True)
class Review:
    """Who answers for it. Without a reviewer the content is not clinically signed off."""

    author: str
    reviewer: str
    review_by: str  # an ISO date


@dataclass(frozen=True, slots=True)
class Guide:
    id: str
    slug: str
    title: str
    lead: str
    minutes: int
    regions: tuple[str, ...]
    muscles: tuple[Muscle, ...]
    kinds: tuple[Kind, ...]  # which tools serve it, best first
    ceiling: Firmness  # of what lies or leans on a tool; hands limit a stick or a cane themselves
    positions: tuple[Position, ...]  # best first
    steps: tuple[Step, ...]
    doses: Mapping[Band, Dose]
    cautions: tuple[str, ...]
    refers_to: str  # where the same spot may also be felt
    variations: tuple[Variation, ...]
    gentler: str
    firmer: str
    sources: tuple[Source, ...]
    review: Review
    figure: Figure | None

    def allows(self, tool: Tool) -> bool:
        """Whether this tool is of a kind that serves it, and no firmer than it takes."""
        firmness = tool.felt_firmness
        if tool.kind not in self.kinds or firmness is None:
            return False
        return tool.kind in HAND_HELD or firmness <= self.ceiling

    @property
    def kit(self) -> str:
        """What it needs: "With a ball at a wall"."""
        tools = " or ".join(_WITH[kind] for kind in self.kinds)
        return f"With {tools} {' or '.join(_AT[position] for position in self.positions)}"

    @classmethod
    def read(
        cls,
        entry: Entry,
        regions: Mapping[str, Region],
        muscles: Mapping[str, Muscle],
        sources: Mapping[str, Source],
        bands: Mapping[Band, BandRule],
    ) -> Self:
        """Raises ContentError where it names what isn't there, or presses where nothing may."""
        guide = cls(
            id=entry.id,
            slug=entry.text("slug"),
            title=entry.text("title"),
            lead=entry.text("lead"),
            minutes=entry.number("minutes", 1, 20),
            regions=tuple(region.id for region in entry.some_of("regions", regions, "region")),
            muscles=entry.some_of("muscles", muscles, "muscle"),
            kinds=entry.words("kinds", Kind),
            ceiling=entry.word_or_unknown("ceiling", Firmness) or Firmness.VERY_FIRM,
            positions=entry.words("positions", Position),
            steps=tuple(map(Step.read, entry.tables("step"))),
            doses=_doses(entry, bands),
            cautions=entry.texts("cautions"),
            refers_to=entry.text("refers_to", ""),
            variations=tuple(map(Variation.read, entry.tables("variation"))),
            gentler=entry.text("gentler"),
            firmer=entry.text("firmer"),
            sources=entry.some_of("sources", sources, "source"),
            review=Review(
                entry.text("author"), entry.text("reviewer", ""), entry.text("review_by")
            ),
            figure=_figure(entry),
        )
        entry.done()
        _check(guide, entry, regions)
        return guide


def _check(guide: Guide, entry: Entry, regions: Mapping[str, Region]) -> None:
    for key in ("regions", "kinds", "positions", "steps", "doses", "sources"):
        if not getattr(guide, key):
            raise entry.refuse(f"a guide needs at least one of its {key}.")
    for region in guide.regions:
        if regions[region].never_press:
            raise entry.refuse(f"it presses on {region!r}, where nothing is ever pressed.")


def _doses(entry: Entry, bands: Mapping[Band, BandRule]) -> dict[Band, Dose]:
    repeats = entry.number("repeats", 0, 20)
    limit = entry.number("hold_limit_seconds", 1, 120)
    return {
        band: bands[band].dose(repeats=repeats, hold_limit_seconds=limit)
        for band in entry.words("bands", Band)
    }


def _figure(entry: Entry) -> Figure | None:
    data = entry.raw("figure")
    if data is None:
        return None
    try:
        return Figure.from_data(data, entry.where)
    except ValueError as error:
        raise ContentError(str(error)) from error


_WITH = {
    Kind.BALL: "a ball",
    Kind.PEANUT: "a peanut ball",
    Kind.ROLLER: "a foam roller",
    Kind.STICK: "a massage stick",
    Kind.CANE: "a hook cane",
}
_AT = {
    Position.WALL: "at a wall",
    Position.CHAIR: "on a chair",
    Position.FLOOR: "on the floor",
}
