"""Every part that pages are put together from, in every state, for whoever changes the look.

The drawn tools and the body map have a page of their own, so that both stay light.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask.typing import ResponseReturnValue
from wtforms import FileField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from catalog.drawing.product import COLOURS
from catalog.tools import Firmness, Kind, Surface, Tool
from shop import products
from shop.db import reading
from shop.errors import NotAllowed
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.basket import Counter, Line
from shop.pages.staff.frame import show
from shop.pages.staff.said import Said
from shop.products import Product
from shop.sites import Site
from shop.staff import Role
from shop.state import here

TOKENS = ("paper", "card", "sunk", "ink", "muted", "line", "ctl", "brand", "brand-hover", "tint",
          "link", "visited", "clay", "ok", "ok-bg", "warn", "warn-bg", "bad", "bad-bg", "info",
          "info-bg", "held", "held-bg", "focus", "focus-ink")  # fmt: skip
_SIZES = {
    Kind.BALL: (65, None),
    Kind.PEANUT: (65, 130),
    Kind.ROLLER: (150, 330),
    Kind.STICK: (40, 450),
    Kind.CANE: (35, 580),
}


class StyleForm(Form):
    """One field of each sort, and one of them wrong."""

    good = StringField("A line of text")
    wrong = StringField("A line that was left out")
    file = FileField("A file")
    pick = SelectField("One of a few", choices=[SelectChoice("a", "The first")])
    one = RadioField("Radios", choices=[SelectChoice(str(n), f"Choice {n}") for n in (1, 2)])
    many = SelectMultipleField(
        "Boxes",
        choices=[SelectChoice("1", "With a hint"), SelectChoice("none", "None of these")],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    place = RadioField("Places")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A made-up product, for its drawing."""

    name: str
    slug: str
    tool: Tool
    colour: str
    photo: None = None


@pages.get("/staff/style")
def style() -> ResponseReturnValue:
    """Colours, words, forms, cards, the parts of a guide and those of the desk."""
    with reading() as work:
        site = site_here(work)
        range_ = products.listed(work)[:3]
    _require_developer(site)
    guides = here().library.guides.values()
    return show(
        "style",
        site,
        form=_form(),
        tokens=TOKENS,
        cards=_cards(range_),
        guide=next(guide for guide in guides if guide.figure),
        basket=Counter((Line("A-1", "Soft ball", 2, 550, 1), Line("A-2", "Roller", 1, 1500, 0))),
        said=(Said("Added Soft ball. 4 left here.", warns=False), Said("None left here.", True)),
    )


@pages.get("/staff/style/drawings")
def style_drawings() -> ResponseReturnValue:
    """Every kind of tool as it is drawn, and the body map."""
    with reading() as work:
        site = site_here(work)
    _require_developer(site)
    places = [("Places", list(_form().place))]
    return show("style_drawings", site, drawn=_drawn(), places=places)


def _require_developer(site: Site) -> None:
    """Staff while developing, and owners anywhere."""
    if not here().settings.development and staff_here().role_at(site.id) is not Role.OWNER:
        raise NotAllowed("The style page is for owners, and for whoever develops the shop.")


def _form() -> StyleForm:
    form = StyleForm(formdata=None, good="Somebody typed this", one="1", many=["1"], place="calf")
    form.place.choices = [
        SelectChoice(region.id, region.label) for region in here().library.regions.values()
    ]
    form.place.data = "calf"
    form.refuse(form.wrong, "Enter a line of text")
    return form


def _cards(range_: Sequence[Product]) -> list[tuple[Product, tuple[tuple[str, int], ...]]]:
    """The first products, each with a shelf in another state."""
    shelves = ((("Cambridge", 9), ("Ely", 8)), (("Cambridge", 2), ("Ely", 0)), (("Ely", 0),))
    return list(zip(range_, shelves, strict=False))


def _drawn() -> list[Drawn]:
    """Every kind in every surface, and each kind as it is drawn when nobody has measured it."""
    every = [
        Tool(kind, Firmness(1 + n % 4), *_SIZES[kind], surface, powered=n == 1)
        for kind in Kind
        for n, surface in enumerate(Surface)
    ] + [Tool(kind) for kind in Kind]
    return [
        Drawn("A tool", f"drawn-{n}", tool, COLOURS[n % len(COLOURS)])
        for n, tool in enumerate(every)
    ]
