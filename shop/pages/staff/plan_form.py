"""The form of a plan: tools and guides to tick, a dose beside each guide, and a note."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from catalog import planning
from catalog.body import Region
from catalog.guides import Guide
from catalog.library import Library
from catalog.planning import Fit
from shop.errors import Refusal, Unreadable
from shop.pages.fields import LineField, WholeField
from shop.pages.form import Form
from shop.pages.front.choices import Boxes, Radios
from shop.pages.staff.press import PressForm
from shop.plan_items import MOST_REPEATS, MOST_SECONDS, MOST_TIMES, MOST_WEEKS, Dosed, Items
from shop.plans import LONGEST_NOTE

_PARTS = ("hold_seconds", "repeats", "times_a_day", "weeks")


class AreaForm(Form):
    """Asked for in the address: it changes nothing, so it needs no token."""

    class Meta(Form.Meta):
        csrf = False

    area = Radios("Area", choices=())

    def offer(self, library: Library) -> None:
        self.area.choices = [SelectChoice(a.id, a.label) for a in planning.areas(library)]

    def groups(self, library: Library) -> list[tuple[str, list[Any]]]:
        """The choices under the headings that the content gives them."""
        groups: dict[str, list[Any]] = {}
        for option in self.area:
            groups.setdefault(library.regions[option.data].group, []).append(option)
        return list(groups.items())


class PlanForm(PressForm):
    area = HiddenField()
    tools = Boxes("Tools")
    guides = Boxes("Guides")
    note = LineField("Note (optional)", most=LONGEST_NOTE)

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.tools, str(refusal))

    def offer(self, fits: Sequence[Fit], guides: Sequence[Guide]) -> None:
        self.tools.offer((fit.candidate.sku, fit.candidate.name) for fit in fits)
        self.guides.offer((guide.id, guide.title) for guide in guides)

    def dose_fields(self, guide: Guide) -> list[WholeField]:
        return [self[f"{part}_{guide.id}"] for part in _PARTS]

    def show(self, items: Items, guides: Sequence[Guide], *, note: str = "") -> None:
        """Fill in: every guide's usual dose, and what `items` has, ticked and with its dose."""
        theirs = {dosed.guide: dosed for dosed in items.guides}
        self.area.data, self.note.data = items.area, note
        self.tools.data = [sku for sku, _ in self._offered(self.tools) if sku in items.tools]
        self.guides.data = [id_ for id_, _ in self._offered(self.guides) if id_ in theirs]
        for guide in guides:
            dosed = theirs.get(guide.id) or usual(guide)
            for part, field in zip(_PARTS, self.dose_fields(guide), strict=True):
                field.data = str(getattr(dosed, part))

    def items(self, guides: Sequence[Guide], tools: Mapping[str, Fit]) -> Items:
        """What was ticked. Raises Unreadable for a guide that no ticked tool is for."""
        ticked = [guide for guide in guides if guide.id in self.guides.data]
        skus = [sku for sku, _ in self._offered(self.tools) if sku in self.tools.data]
        for guide in ticked:
            if skus and not any(guide in tools[sku].guides for sku in skus):
                raise Unreadable(
                    f"None of the tools that you ticked is for “{guide.title}”. "
                    "Tick another tool or another guide."
                )
        return Items(self.area.data, tuple(skus), tuple(self._dosed(guide) for guide in ticked))

    def _dosed(self, guide: Guide) -> Dosed:
        return Dosed(guide.id, *(field.number for field in self.dose_fields(guide)))

    @staticmethod
    def _offered(boxes: Boxes) -> list[tuple[str, str]]:
        return [(choice.value, choice.label) for choice in boxes.choices]


def usual(guide: Guide) -> Dosed:
    dose = planning.dose(guide)
    return Dosed(guide.id, dose.hold_limit_seconds, dose.repeats, 1, planning.WEEKS)


def form_for(area: Region, fits: Sequence[Fit], library: Library, *, sent: bool) -> PlanForm:
    """The form with a dose beside each of this area's guides, and with what was sent in it."""
    guides = library.guides_for(area.id)
    fields = {
        f"{part}_{guide.id}": field for guide in guides for part, field in _dose_of(guide).items()
    }
    made = type("PlanForm", (PlanForm,), fields)
    form: PlanForm = made() if sent else made(formdata=None)
    form.offer(fits, guides)
    return form


def _dose_of(guide: Guide) -> dict[str, WholeField]:
    return {
        "hold_seconds": WholeField("Hold, seconds", low=1, high=MOST_SECONDS),
        "repeats": WholeField("Slow movements", low=0, high=MOST_REPEATS),
        "times_a_day": WholeField("Times a day", low=1, high=MOST_TIMES),
        "weeks": WholeField("Weeks", low=1, high=MOST_WEEKS),
    }
