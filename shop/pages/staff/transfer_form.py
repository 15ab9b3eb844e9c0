"""The form that says what became of a transfer: how many arrived, and why the others did not."""

from collections.abc import Iterable
from typing import Any

from wtforms import FieldList, FormField, HiddenField
from wtforms import Form as Plain

from shop.arrivals import Outcome, Part
from shop.ledger import LONGEST_NOTE
from shop.pages.fields import LineField, WholeField
from shop.pages.staff.press import PressForm
from shop.transfers import MOST_LINES, MOST_UNITS, TransferLine


def _units(label: str) -> WholeField:
    return WholeField(label, low=0, high=MOST_UNITS, empty=0)


class PartForm(Plain):  # type: ignore[misc]
    """One product of the box, with a number for each outcome."""

    sku = HiddenField()
    arrived = _units("Arrived")
    broken = _units("Broken")
    lost = _units("Lost")
    returned = _units("Not sent")
    note = LineField("Note", most=LONGEST_NOTE)

    def parts(self) -> Iterable[Part]:
        for outcome in Outcome:
            if units := self[outcome.value].number:
                yield Part(self.sku.data or "", units, outcome, self.note.data)


class ReceiveForm(PressForm):
    """What is left out stays on the way."""

    lines = FieldList(FormField(PartForm), max_entries=MOST_LINES)

    def parts(self) -> list[Part]:
        return [part for line in self.lines for part in line.form.parts()]

    def expect(self, lines: Iterable[TransferLine]) -> None:
        """Ask about what has not been accounted for, as if all of it had arrived."""
        for line in lines:
            if line.outstanding:
                part: dict[str, Any] = {"sku": line.sku, "arrived": str(line.outstanding)}
                self.lines.append_entry(part)
