"""The forms of a product's stock page: put its number right, or move units between places."""

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from shop import stock
from shop.errors import Refusal
from shop.ledger import LONGEST_NOTE, MOST_UNITS
from shop.levels import MOST_UNITS as MOST_ON_A_SHELF
from shop.pages.fields import HiddenWholeField, LineField, WholeField
from shop.pages.staff import move_words
from shop.pages.staff.press import PressForm
from shop.places import Kind

_CHOOSE = SelectChoice("", "Choose")
_SHELF, _DEMO, _DAMAGED = Kind.SHELF, Kind.DEMO, Kind.DAMAGED
# A way out of the clinic has no second place.
WAYS: dict[str, tuple[Kind, Kind | None]] = {
    "shelf-demo": (_SHELF, _DEMO),
    "shelf-damaged": (_SHELF, _DAMAGED),
    "demo-shelf": (_DEMO, _SHELF),
    "demo-damaged": (_DEMO, _DAMAGED),
    "damaged-shelf": (_DAMAGED, _SHELF),
    "demo-gone": (_DEMO, None),
    "damaged-gone": (_DAMAGED, None),
}
_WAY_WORDS = {
    "shelf-demo": "From the shelf to the demo",
    "shelf-damaged": "From the shelf to damaged",
    "demo-shelf": "From the demo back to the shelf",
    "demo-damaged": "From the demo to damaged",
    "damaged-shelf": "From damaged back to the shelf",
    "demo-gone": "Write off from the demo",
    "damaged-gone": "Write off from damaged",
}


class AdjustForm(PressForm):
    """`seen` is the number that the page showed when it was opened."""

    number = WholeField("How many are on the shelf?", low=0, high=MOST_ON_A_SHELF)
    reason = SelectField(
        "Why?",
        [InputRequired("Choose a reason")],
        choices=[_CHOOSE]
        + [SelectChoice(why.value, move_words.reason(why)) for why in stock.ADJUSTMENTS],
    )
    note = LineField("Note (optional)", most=LONGEST_NOTE)
    seen = HiddenWholeField(low=0, high=MOST_ON_A_SHELF)


class MoveForm(PressForm):
    units = WholeField("How many?", low=1, high=MOST_UNITS)
    way = SelectField(
        "From where to where?",
        [InputRequired("Choose from where to where")],
        choices=[_CHOOSE] + [SelectChoice(way, words) for way, words in _WAY_WORDS.items()],
    )
    move_note = LineField("Note (optional)", most=LONGEST_NOTE)

    def refused(self, refusal: Refusal) -> None:
        self.refuse(self.units, str(refusal))
