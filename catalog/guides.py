"""Exercise guides: what to do with a tool, how much of it, and when to stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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


class Lying(StrEnum):
    """Some people may not lie in every way: on the back in pregnancy, say."""

    FACE_DOWN = "face down"
    ON_BACK = "on the back"
    ON_SIDE = "on the side"


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
    floor_bands: tuple[Band, ...]  # the bands in which it may be done on the floor
    floor_load: int  # how much body weight the floor puts on the tool: 2 in part, 3 in full
    lying: Lying | None  # how the person lies on the floor; None where they sit there
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

    @property
    def presses(self) -> bool:
        """Whether it uses a tool at all. The calm-down plan does not."""
        return bool(self.kinds)

    def positions_for(self, band: Band) -> tuple[Position, ...]:
        """Where it may be done when the spot is this easily stirred up."""
        floor = band in self.floor_bands
        return tuple(p for p in self.positions if floor or p is not Position.FLOOR)

    def kinds_left(self, kinds: frozenset[Kind]) -> tuple[Kind, ...]:
        """Its kinds of tool that are among these, in its order."""
        return tuple(kind for kind in self.kinds if kind in kinds)

    def allows(self, tool: Tool) -> bool:
        """Whether this tool is of a kind that serves it, and no firmer than it takes."""
        firmness = tool.felt_firmness
        if tool.kind not in self.kinds or firmness is None:
            return False
        return tool.kind in HAND_HELD or firmness <= self.ceiling

    @property
    def kit(self) -> str:
        """What it needs: "With a ball at a wall"."""
        if not self.presses:
            return "With no tool, in any position"
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
            floor_bands=entry.words("floor_bands", Band) or (Band.LOW, Band.MODERATE),
            floor_load=entry.number_or_unknown("floor_load", 2, 3) or 2,
            lying=entry.word_or_unknown("lying", Lying),
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
    needed = ("regions", "positions", "doses") if guide.presses else ()
    for key in (*needed, "steps", "sources"):
        if not getattr(guide, key):
            raise entry.refuse(f"a guide needs at least one of its {key}.")
    try:
        date.fromisoformat(guide.review.review_by)
    except ValueError as error:
        raise entry.refuse("'review_by' is a day, such as \"2027-05-22\".") from error
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
