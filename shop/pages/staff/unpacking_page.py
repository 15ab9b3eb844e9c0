"""The page of a box on the desk: what was scanned, and the form that receives all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from wtforms import FieldList, FormField, HiddenField
from wtforms import Form as Plain

from shop import products, purchases, suppliers, unpackings
from shop.db import reading
from shop.deliveries import MOST_LINES, MoreThanOrdered
from shop.errors import NotFound, Refusal
from shop.ledger import MOST_UNITS
from shop.pages.fields import HiddenWholeField, MoneyField, pounds_and_pence
from shop.pages.form import Form
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.line_form import LineForm
from shop.pages.staff.listing import ListForm, hits, words
from shop.pages.staff.press import PressForm, blank
from shop.pages.staff.said import said
from shop.pages.text import whole_number
from shop.unpackings import Unpacking, UnpackingLine

LAST_NUMBER = 999_999_999


class CostForm(Plain):  # type: ignore[misc]
    sku = HiddenField()
    cost = MoneyField("Cost of one")


class FinishForm(PressForm):
    """`more` is set where somebody said that more than was ordered is right.

    `seen` is how many units the page showed: what a colleague scanned since is not received
    unseen.
    """

    more = HiddenField()
    seen = HiddenWholeField(low=0, high=MOST_UNITS)
    costs = FieldList(FormField(CostForm), max_entries=MOST_LINES)
    question = ""  # what is asked before all of it is received

    def refused(self, refusal: Refusal) -> None:
        if isinstance(refusal, MoreThanOrdered):
            self.question = str(refusal)
        else:
            super().refused(refusal)

    def pence_by_sku(self) -> dict[str, int]:
        typed = ((each.form.sku.data, each.form.cost.pence) for each in self.costs)
        return {sku: pence for sku, pence in typed if pence is not None}


@dataclass(frozen=True, slots=True)
class Line:
    """`expected` is what its purchase order still waits for, none where there is no order."""

    sku: str
    name: str
    units: int
    expected: int | None
    cost: Plain

    @property
    def too_many(self) -> bool:
        return self.expected is not None and self.units > self.expected


def of_staff(work: Session, number: str) -> Unpacking:
    box = unpackings.get(work, whole_number(number, 1, LAST_NUMBER))
    if not staff_here().role_at(box.site):
        raise NotFound("There is no such box.")
    return box


def draw(number: str, form: Form | None = None) -> str:
    typed = words()
    with reading() as work:
        site, box = site_here(work), of_staff(work, number)
        lines = unpackings.lines_of(work, box.id)
        finish = _finishing(work, box, lines, form)
        shown = _lines(work, box, lines, finish)
        found = hits(work, typed)
    return show(
        "unpacking",
        site,
        form=form or Form(formdata=None),
        box=box,
        lines=shown,
        units=sum(line.units for line in lines),
        open_here=staff_here().may_handle_stock_at(site.id)
        and box.site == site.id
        and box.ended_at is None,
        list_form=form if isinstance(form, ListForm) else blank(ListForm),
        line_form=blank(LineForm),
        press_form=blank(PressForm),
        finish_form=finish,
        question=finish.question,
        hits=found,
        words=typed,
        said=said(),
    )


def _finishing(
    work: Session, box: Unpacking, lines: Sequence[UnpackingLine], form: Form | None
) -> FinishForm:
    """The form that was refused, or one with the costs that we know of."""
    if isinstance(form, FinishForm):
        return form
    fresh, known = blank(FinishForm), _costs(work, box)
    fresh.seen.data = str(sum(line.units for line in lines))
    for line in lines:
        cost = pounds_and_pence(known[line.sku]) if line.sku in known else ""
        fresh.costs.append_entry({"sku": line.sku, "cost": cost})
    return fresh


def _costs(work: Session, box: Unpacking) -> Mapping[str, int]:
    """What one costs, by sku, where anybody has said it."""
    usual = {sku: each.unit_cost_pence for sku, each in suppliers.of(work).items()}
    if box.purchase_number is not None:
        ordered = purchases.lines_of(work, box.purchase_number)
        usual |= {line.sku: line.unit_cost_pence for line in ordered}
    return {sku: pence for sku, pence in usual.items() if pence}


def _lines(
    work: Session, box: Unpacking, lines: Sequence[UnpackingLine], finish: FinishForm
) -> list[Line]:
    known = products.by_sku(work, [line.sku for line in lines])
    fields = {each.form.sku.data: each.form for each in finish.costs}
    expected = None
    if box.purchase_number is not None:
        ordered = purchases.lines_of(work, box.purchase_number)
        expected = {line.sku: line.outstanding for line in ordered}
    return [
        Line(
            line.sku,
            known[line.sku].name,
            line.units,
            None if expected is None else expected.get(line.sku, 0),
            fields.get(line.sku),
        )
        for line in lines
    ]
