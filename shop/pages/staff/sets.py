"""Sets of products: which there are, whether they can be bought, and a form for another one."""

from collections.abc import Iterator

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import Field, FormField
from wtforms import Form as PlainForm

from shop import clock, product_range, sets
from shop.db import reading, retried
from shop.errors import Refusal, Unreadable
from shop.pages import pages
from shop.pages.fields import LineField, MoneyField, WholeField
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, act_once, blank
from shop.pages.staff.said import said, say
from shop.product_range import Range
from shop.sets import LONGEST_CODE, LONGEST_NAME, LONGEST_SUMMARY, MOST_UNITS
from shop.sites import Site

MOST_SHOWN = 100  # sets on one page, the latest first
LONGEST_SKU = 60  # characters of a product's code that are read


class PartForm(PlainForm):  # type: ignore[misc]
    """A product, or none, and how many of it."""

    sku = LineField("Product", most=LONGEST_SKU)
    units = WholeField("How many", low=1, high=MOST_UNITS, empty=1, default="1")


class SetForm(PressForm):
    code = LineField("Code", most=2 * LONGEST_CODE)
    title = LineField("Name", most=2 * LONGEST_NAME)
    summary = LineField("What it is for (optional)", most=2 * LONGEST_SUMMARY)
    price = MoneyField("Price in pounds")
    part_1 = FormField(PartForm)
    part_2 = FormField(PartForm)
    part_3 = FormField(PartForm)
    part_4 = FormField(PartForm)
    part_5 = FormField(PartForm)
    part_6 = FormField(PartForm)

    def part_forms(self) -> Iterator[PartForm]:
        """The rows for its parts."""
        return (self[f"part_{n}"].form for n in range(1, sets.MOST_PARTS + 1))

    def parts(self) -> dict[str, int]:
        """Units by sku. Raises Unreadable for a product that was chosen twice."""
        chosen = [row for row in self.part_forms() if row.sku.data]
        units = {row.sku.data: row.units.number for row in chosen}
        if len(units) < len(chosen):
            raise Unreadable("Choose each product once, and say how many of it.")
        return units

    def refused(self, refusal: Refusal) -> None:
        blamed: Field = self.code
        self.refuse(blamed, str(refusal))


@pages.get("/staff/sets")
def sets_list() -> ResponseReturnValue:
    staff_here()
    return _draw(blank(SetForm))


@pages.post("/staff/sets")
@retried
def sets_make() -> ResponseReturnValue:
    """Make a set, which can be bought at once."""
    form = SetForm()

    def make(work: Session) -> None:
        _manager(work)
        made = sets.make(
            work, form.code.data, form.title.data, form.parts(), summary=form.summary.data,
            price_pence=form.price.pence or 0, by=staff_here().name, at=clock.now(),
        )  # fmt: skip
        say(f"{made.name} can be bought now, online and at every till.")

    return act_once(form, make, url_for(".sets_list"), _draw)


@pages.post("/staff/sets/<code>/stop")
@retried
def sets_stop(code: str) -> ResponseReturnValue:
    """Nobody can buy it as a set any more."""

    def stop(work: Session) -> None:
        _manager(work)
        sets.stop(work, code, by=staff_here().name, at=clock.now())
        say(f"{code.upper()} is stopped. Its parts are on sale one by one.")

    return act_once(PressForm(), stop, url_for(".sets_list"), _draw)


def _manager(work: Session) -> Site:
    site = site_here(work)
    staff_here().require_sets_at(site.id, site.name)
    return site


def _draw(form: PressForm) -> str:
    with reading() as work:
        site, found = _manager(work), sets.listed(work, most=MOST_SHOWN)
        range_ = product_range.now(work)
    return show(
        "sets",
        site,
        form=form if isinstance(form, SetForm) else blank(SetForm),
        refused=form,
        press_form=blank(PressForm),
        sets=found,
        offers={offer.code: offer for offer in range_.sets},
        goods=range_.by_sku,
        choices=_choices(range_),
        said=said(),
    )


def _choices(range_: Range) -> list[tuple[str, str, int]]:
    """Code, name and price of what can be a part, by name."""
    return sorted(((p.sku, p.name, p.price_pence) for p in range_.listed), key=lambda one: one[1])
