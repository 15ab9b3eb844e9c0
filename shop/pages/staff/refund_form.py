"""The form that gives money back: how much of which line, in what condition, back on the shelf?"""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import FieldList, FormField, HiddenField, SelectField
from wtforms import Form as Plain
from wtforms.fields.choices import SelectChoice

from shop.errors import Refusal, Unreadable
from shop.giving_back import Part
from shop.order_lines import MOST_LINES, MOST_UNITS_A_LINE, OrderLine
from shop.pages.fields import LineField, MoneyField, WholeField
from shop.pages.staff.press import PressForm
from shop.pages.text import whole_number
from shop.refunds import LONGEST_REASON, Given
from shop.returns import Condition
from shop.substitutes import Substitute

_LAST_ID = 999_999_999
_CONDITIONS = {
    "": "Choose",
    Condition.SELLABLE.value: "Can be sold again",
    Condition.DAMAGED.value: "Damaged",
    Condition.NOT_BACK.value: "Not coming back",
}
_SHELF = {"": "Choose", "yes": "Yes", "no": "No"}


def _choices(words: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


class RefundPartForm(Plain):  # type: ignore[misc]
    """One line of the order. Nothing typed: nothing of it goes back."""

    line = HiddenField()
    units = WholeField("How many go back", low=0, high=MOST_UNITS_A_LINE, empty=0)
    amount = MoneyField("Pounds to give back (empty: their price)")
    condition = SelectField("Condition", choices=_choices(_CONDITIONS), default="")
    on_shelf = SelectField("Back on the shelf?", choices=_choices(_SHELF), default="")

    def part(self, lines: Mapping[int, OrderLine], given: Mapping[int, Given]) -> Part | None:
        """What is decided of this line. Raises Unreadable where an answer is missing."""
        line = lines.get(whole_number(self.line.data or "", 1, _LAST_ID))
        if line is None:
            raise Unreadable("There is no such line in that order.")
        if not self.units.number and not self.amount.pence:
            return None
        if self.units.number and not (self.condition.data and self.on_shelf.data):
            raise Unreadable(f"{line.name}: say its condition, and if it goes back on the shelf.")
        so_far = given.get(line.id, Given())
        left = line.total_pence - so_far.amount_pence
        counted = line.paid_for(so_far.units + self.units.number) - line.paid_for(so_far.units)
        price = min(counted, left)
        return Part(
            line.id,
            self.units.number,
            price if self.amount.pence is None else self.amount.pence,
            Condition(self.condition.data or Condition.NOT_BACK),
            on_shelf=self.on_shelf.data == "yes",
        )


class RefundForm(PressForm):
    lines = FieldList(FormField(RefundPartForm), max_entries=MOST_LINES)
    postage = MoneyField("Pounds of the postage to give back")
    reason = LineField("Why?", most=LONGEST_REASON)

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.reason, str(refusal))

    def prepare(
        self,
        lines: Sequence[OrderLine],
        given: Mapping[int, Given],
        *,
        in_hand: bool,
        instead: Mapping[int, Substitute],
    ) -> None:
        """Ask about each line of which money or units are left, once; `names` is what went out."""
        self.names = {str(line.id): instead.get(line.id, line).name for line in lines}
        if len(self.lines):
            return
        for line in lines:
            so_far = given.get(line.id, Given())
            if so_far.amount_pence < line.total_pence or so_far.units < line.units:
                asked: dict[str, Any] = {"line": str(line.id)}
                if in_hand:  # it has not left, so there is one answer that can be right
                    asked |= {"condition": Condition.SELLABLE.value, "on_shelf": "yes"}
                self.lines.append_entry(asked)

    def all_of(self, lines: Sequence[OrderLine], given: Mapping[int, Given]) -> list[Part]:
        known = {line.id: line for line in lines}
        parts = [entry.form.part(known, given) for entry in self.lines]
        return [part for part in parts if part is not None]
