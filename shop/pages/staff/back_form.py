"""The form that gives money back for a sale at the desk: how many of what, and where they go."""

from collections.abc import Mapping, Sequence

from wtforms import FieldList, FormField, HiddenField, SelectField
from wtforms import Form as Plain
from wtforms.fields.choices import SelectChoice

from shop.errors import Refusal, Unreadable
from shop.gateways.counter import Method
from shop.giving_back import Part
from shop.order_lines import MOST_LINES, MOST_UNITS_A_LINE, OrderLine
from shop.pages.fields import LineField, WholeField
from shop.pages.staff.press import PressForm
from shop.pages.text import whole_number
from shop.refunds import LONGEST_REASON, Given
from shop.returns import Condition

_LAST_ID = 999_999_999
SHELF, DAMAGED, AWAY = "shelf", "damaged", "away"
PLACES = {
    "": "Choose",
    SHELF: "Yes, it can be sold again",
    DAMAGED: "No, it is damaged",
    AWAY: "No, it does not come back",
}
WHERE = {
    SHELF: (Condition.SELLABLE, True),
    DAMAGED: (Condition.DAMAGED, False),
    AWAY: (Condition.NOT_BACK, False),
}
_AS_PAID = "as-paid"
_WAYS = {_AS_PAID: "As it was paid", Method.CARD.value: "To a card", Method.CASH.value: "In cash"}
_OTHER = "Other"
_REASONS = ("Changed their mind", "Another size or firmness", "Faulty", "Sold by mistake", _OTHER)


class BackPartForm(Plain):  # type: ignore[misc]
    """One line of the sale. Nothing typed: nothing of it goes back."""

    line = HiddenField()
    units = WholeField("How many come back", low=0, high=MOST_UNITS_A_LINE, empty=0)
    place = SelectField(
        "Put back on the shelf?", choices=[SelectChoice(*each) for each in PLACES.items()]
    )

    def part(self, lines: Mapping[int, OrderLine], given: Mapping[int, Given]) -> Part | None:
        """What is decided of this line. Raises Unreadable where an answer is missing."""
        line = lines.get(whole_number(self.line.data or "", 1, _LAST_ID))
        if line is None:
            raise Unreadable("There is no such line in that sale.")
        units = self.units.number
        if not units:
            return None
        if not self.place.data:
            raise Unreadable(f"{line.name}: say if it goes back on the shelf.")
        condition, on_shelf = WHERE[self.place.data]
        return Part(line.id, units, _price(line, given, units), condition, on_shelf=on_shelf)


class BackForm(PressForm):
    lines = FieldList(FormField(BackPartForm), max_entries=MOST_LINES)
    way = SelectField(
        "How does the money go back?", choices=[SelectChoice(*each) for each in _WAYS.items()]
    )
    why = SelectField("Why?", choices=[SelectChoice(each, each) for each in _REASONS])
    note = LineField("In a few words (optional)", most=LONGEST_REASON - 50)

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.way, str(refusal))

    def prepare(self, lines: Sequence[OrderLine], given: Mapping[int, Given]) -> None:
        """Ask about each line of which something is left, once."""
        self.names = {str(line.id): line for line in lines}
        if not len(self.lines):
            for line in lines:
                if given.get(line.id, Given()).units < line.units:
                    self.lines.append_entry({"line": str(line.id)})

    def parts(self, lines: Sequence[OrderLine], given: Mapping[int, Given]) -> list[Part]:
        known = {line.id: line for line in lines}
        parts = [entry.form.part(known, given) for entry in self.lines]
        if not any(parts):
            raise Unreadable("Say how many come back.")
        return [part for part in parts if part is not None]

    @property
    def method(self) -> Method | None:
        """The one that was chosen; none for the ways that the sale was paid."""
        return None if self.way.data == _AS_PAID else Method(self.way.data)

    @property
    def reason(self) -> str:
        return f"{self.why.data}: {self.note.data}" if self.note.data else self.why.data


def _price(line: OrderLine, given: Mapping[int, Given], units: int) -> int:
    """What so many of this line were paid with; the last ones take the pennies that are left."""
    before = given.get(line.id, Given())
    left, pence = line.units - before.units, line.total_pence - before.amount_pence
    return pence if units >= left else pence * units // left
