"""Counting a drawer: a field for each note and coin, £50 to 1p."""

from collections.abc import Mapping, Sequence

from wtforms import Field

from shop import cash_counts
from shop.cash_counts import DENOMINATIONS, MOST_PIECES
from shop.errors import Refusal
from shop.pages.fields import WholeField
from shop.pages.staff.press import PressForm


def in_short(pence: int) -> str:
    """£50, £1, 20p."""
    return f"{pence}p" if pence < 100 else f"£{pence // 100}"


class CashForm(PressForm):
    """How many pieces there are of each. Nothing typed: none of it."""

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.notes_and_coins[0], str(refusal))

    @property
    def notes_and_coins(self) -> Sequence[Field]:
        """The fields, the largest first."""
        return [self[f"pieces_{pence}"] for pence in DENOMINATIONS]

    @property
    def pieces(self) -> Mapping[int, int]:
        """What was counted of each, once the form is good."""
        return {pence: self[f"pieces_{pence}"].number for pence in DENOMINATIONS}

    @property
    def counted_pence(self) -> int:
        return cash_counts.total(self.pieces)


for _pence in DENOMINATIONS:
    setattr(
        CashForm,
        f"pieces_{_pence}",
        WholeField(in_short(_pence), low=0, high=MOST_PIECES, empty=0),
    )
