"""A letter that asks a patient's GP for a blood panel: typed, shown, printed, signed by hand.

It lives in the answer to one press and nowhere else. Nothing is stored, logged, sent or put
into an address, and the patient's name is never typed: the paper has lines for it.
"""

from enum import StrEnum

from flask import request
from flask.typing import ResponseReturnValue
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from shop import clock
from shop.db import reading
from shop.pages import pages
from shop.pages.form import Form, one_line
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.sites import Site
from shop.state import here

LONGEST_REASON = 500  # characters, so that the letter stays on one sheet
LONGEST_NAME = 100


class Reason(StrEnum):
    VITAMINS = "vitamins"
    SLEEP = "sleep"

    @property
    def label(self) -> str:
        return {
            Reason.VITAMINS: "A suspected vitamin deficiency",
            Reason.SLEEP: "Poor sleep for a long time",
        }[self]


class Reasons(SelectMultipleField):  # type: ignore[misc]
    """Tick boxes, at least one of them ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Form) -> None:
        if not self.data:
            raise StopValidation("Select at least one reason for the letter")
        super().pre_validate(form)


class LetterForm(Form):
    """`change` is the button under a finished letter: back to the form, as it was filled in."""

    reasons = Reasons(
        "Reasons for the letter",
        choices=[SelectChoice(reason.value, reason.label) for reason in Reason],
    )
    more = TextAreaField(
        "More clinical reasons, in your words (optional)",
        [one_line(LONGEST_REASON, "the reasons in your words")],
    )
    practice = StringField("GP practice (optional)", [one_line(LONGEST_NAME, "the GP practice")])
    by = StringField("Your name", [DataRequired("Enter your name"),
                                   one_line(LONGEST_NAME, "your name")])  # fmt: skip
    change = StringField()

    @property
    def ticked(self) -> list[Reason]:
        return [reason for reason in Reason if reason in self.reasons.data]


@pages.route("/staff/letter", methods=["GET", "POST"])
def letter() -> ResponseReturnValue:
    """The form, and for a good one the letter itself: no redirect, since nothing is kept."""
    staff = staff_here()
    with reading() as work:
        site = site_here(work)
    staff.require_letters_at(site.id, site.name)
    form = LetterForm()
    if request.method == "GET":
        form.by.data = staff.name
    elif not form.sent():
        return _ask(form, site), 400
    elif not form.change.data:
        day = clock.day_of(clock.now(), here().settings.zone)
        return show("letter_ready", site, form=form, day=day)
    return _ask(form, site)


def _ask(form: LetterForm, site: Site) -> str:
    return show("letter", site, form=form, most=LONGEST_REASON)
