"""What every template may draw: a product, a kind of tool, and a guide's movement."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from catalog.drawing import body_map, small
from catalog.drawing import figure as figures
from catalog.drawing import product as tools
from catalog.drawing.figure import Figure
from catalog.drawing.product import Scales
from catalog.guides import Guide
from catalog.tools import Firmness, Kind, Surface, Tool, noun, spec_line
from shop.pages import pages
from shop.products import Product
from shop.state import here

Drawn = tuple[Markup, str]  # a picture and its caption
Draw = Callable[[Figure, str], tuple[str, ...]]

_ROOM_ON_PAPER = 1390  # characters of a guide
_USUAL = {
    Kind.BALL: (Tool(Kind.BALL, Firmness.SOFT, 65, surface=Surface.SMOOTH), "teal"),
    Kind.PEANUT: (Tool(Kind.PEANUT, Firmness.SOFT, 65, 130, Surface.SMOOTH), "sand"),
    Kind.ROLLER: (Tool(Kind.ROLLER, Firmness.SOFT, 150, 450, Surface.SMOOTH), "moss"),
    Kind.STICK: (Tool(Kind.STICK, Firmness.FIRM, 40, 450, Surface.SMOOTH), "plum"),
    Kind.CANE: (Tool(Kind.CANE, Firmness.FIRM, 35, 580, Surface.SMOOTH), "stone"),
}


@pages.context_processor
def pictures() -> dict[str, Any]:
    return {
        "body": body,
        "crowded": crowded,
        "drawing": drawing,
        "frames": frames,
        "glance": glance,
        "one_scale": one_scale,
        "other_ways": other_ways,
        "sketch": sketch,
        "spec_line": spec_line,
        "spot": spot,
        "still_frames": still_frames,
    }


def drawing(product: Product, uid: str = "", scales: Scales | None = None) -> Markup:
    """A product, to scale: in a list to the list's. A `uid` where one page shows it twice."""
    name = uid or f"tp-{product.slug}"
    drawn = tools.svg(product.tool, product.name, colour=product.colour, uid=name, scales=scales)
    return _safe(drawn)


def one_scale(products: Iterable[Product]) -> Scales:
    """What a list's drawings share, so that its sizes compare."""
    return Scales.of(product.tool for product in products)


def sketch(kind: Kind, uid: str) -> Markup:
    """A usual tool of this kind, for where no product is meant."""
    tool, colour = _USUAL[kind]
    return _safe(tools.svg(tool, noun(kind), colour=colour, uid=uid))


def frames(guide: Guide) -> list[Drawn]:
    """A guide's pictures in order, each with its caption. None where nobody has drawn it yet."""
    return _captioned(guide, figures.playing_svgs, "frames")


def still_frames(guide: Guide) -> list[Drawn]:
    """The same without what is played: for paper, and for a sheet of all of them."""
    return _captioned(guide, figures.svgs, "frames")


def glance(guide: Guide) -> Markup:
    """Its first picture, light enough for a list of all guides. Nothing where none is drawn yet."""
    return _safe(_small(guide.figure)) if guide.figure else Markup()


def other_ways(guide: Guide) -> list[Drawn]:
    """Pictures of the other ways to do it, each with its caption."""
    return _captioned(guide, figures.variation_svgs, "variations")


def crowded(guide: Guide) -> bool:
    """Whether one sheet of paper has no room for the captions; its steps say the same."""
    texts = [step.text for step in guide.steps]
    texts += [*guide.cautions, guide.gentler, guide.firmer]
    return sum(map(len, texts)) > _ROOM_ON_PAPER


def _captioned(guide: Guide, draw: Draw, what: str) -> list[Drawn]:
    if guide.figure is None:
        return []
    drawn = _drawn(draw, guide.figure, f"tp-{guide.id.lower()}")
    captions = (frame.caption for frame in getattr(guide.figure, what))
    return [(_safe(svg), caption) for svg, caption in zip(drawn, captions, strict=True)]


def body() -> Markup:
    """Front and back, for the spots to lie on."""
    return _safe(body_map.body())


def spot(region_id: str) -> Markup:
    """A place on the body map. Nothing for one that no map shows."""
    place = here().library.spots.get(region_id)
    return _safe(body_map.spot(place)) if place else Markup()


@lru_cache(maxsize=256)
def _drawn(draw: Draw, figure: Figure, uid: str) -> tuple[str, ...]:
    return draw(figure, uid)


@lru_cache(maxsize=256)
def _small(figure: Figure) -> str:
    return small.svg(figure)


def _safe(svg: str) -> Markup:
    """Our own drawing, whose texts were escaped when it was drawn."""
    return Markup(svg)  # noqa: S704
