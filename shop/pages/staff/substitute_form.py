"""The form that says what goes out instead of what is owed, line by line, once that is agreed."""

from collections.abc import Sequence

from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectField
from wtforms import Form as Plain
from wtforms.fields.choices import SelectChoice

from shop import money
from shop.errors import Refusal, Unreadable
from shop.order_lines import MOST_LINES
from shop.owed import Lacking
from shop.pages.staff.press import PressForm
from shop.pages.text import line, whole_number
from shop.products import Product

_LAST_ID = 999_999_999
_NOT_ASKED = "Ask the customer first. Nothing else goes out without their word."


class InsteadForm(Plain):  # type: ignore[misc]
    """One line of the order that the shelf can't give."""

    line = HiddenField()
    sku = SelectField("Goes out instead", validate_choice=False)


class SubstituteForm(PressForm):
    lines = FieldList(FormField(InsteadForm), max_entries=MOST_LINES)
    agreed = BooleanField("The customer has agreed to it")

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.agreed, str(refusal))

    def prepare(self, lacking: Sequence[Lacking]) -> None:
        """Offer for each line that lacks what the shelf has, the most alike first."""
        self.lacking = {str(each.line.id): each for each in lacking}
        if not len(self.lines):
            for each in lacking:
                self.lines.append_entry({"line": str(each.line.id)})
        for entry in self.lines:
            found = self.lacking.get(entry.form.line.data)
            entry.form.sku.choices = [SelectChoice("", "Choose"), *(_choices(found))]

    def chosen(self) -> dict[int, str]:
        """A product's code by order line, of the lines for which one was chosen."""
        if not self.agreed.data:
            raise Unreadable(_NOT_ASKED)
        return {
            whole_number(entry.form.line.data or "", 1, _LAST_ID): line(entry.form.sku.data)
            for entry in self.lines
            if entry.form.sku.data
        }


def _choices(lacking: Lacking | None) -> list[SelectChoice]:
    if lacking is None:
        return []
    return [SelectChoice(each.sku, _words(lacking.ordered, each)) for each in lacking.offers]


def _words(ordered: Product, other: Product) -> str:
    firmer = (other.firmness or 0) - (ordered.firmness or 0)
    known = ordered.firmness is not None and other.firmness is not None
    felt = "" if not known or not firmer else ", firmer" if firmer > 0 else ", softer"
    return f"{other.name}{felt}, {money.in_words(other.price_pence)}"
