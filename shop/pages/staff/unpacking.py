"""What is done with a box on the desk: scan after scan, then one press receives all of it."""

from collections.abc import Callable
from functools import partial

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, unpackings
from shop.db import reading, retried, transaction
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.staff import staff_here
from shop.pages.staff.line_form import LineForm
from shop.pages.staff.listing import ListForm, wanted
from shop.pages.staff.press import PressForm, act_once, answer, handling_at
from shop.pages.staff.said import say
from shop.pages.staff.unpacking_page import FinishForm, draw, of_staff
from shop.unpackings import Unpacking


@pages.get("/staff/stock/receive/<number>")
def unpacking(number: str) -> ResponseReturnValue:
    """The box, or the delivery that it became."""
    staff_here()
    with reading() as work:
        box = of_staff(work, number)
    if box.delivery_number:
        return redirect(url_for(".delivery", number=box.delivery_number), 303)
    return draw(number)


@pages.post("/staff/stock/receive/<number>/scan")
@retried
def unpacking_scan(number: str) -> ResponseReturnValue:
    """One more of what was scanned, or so many with a star."""
    form = ListForm()
    return answer(form, lambda: _scan(form, number), partial(draw, number))


def _scan(form: ListForm, number: str) -> str:
    with transaction() as work:
        box, item = _here(work, number), wanted(work, form)
        if item is None:
            return url_for(".unpacking", number=number, q=form.typed())
        if form.first_of(work, item.product, at=clock.now()):
            total = unpackings.scan(work, box.id, item.product.sku, item.units, at=clock.now())
            say(f"{item.product.name}: {total}.")
    return url_for(".unpacking", number=number)


@pages.post("/staff/stock/receive/<number>/line")
@retried
def unpacking_line(number: str) -> ResponseReturnValue:
    """One more, one fewer, or none of a product."""
    form = LineForm()

    def change(work: Session) -> None:
        box, sku = _here(work, number), form.sku
        lines = {line.sku: line.units for line in unpackings.lines_of(work, box.id)}
        if sku not in lines:
            raise Refusal("That product is no longer in the list.")
        step = form.changed(lines[sku]) - lines[sku]
        unpackings.scan(work, box.id, sku, step, at=clock.now())

    return _act(number, form, change)


@pages.post("/staff/stock/receive/<number>/finish")
@retried
def unpacking_finish(number: str) -> ResponseReturnValue:
    """All of it is on the shelf. Asks first where more came than was ordered."""
    form = FinishForm()

    def finish(work: Session) -> None:
        box, who, now = _here(work, number), staff_here().name, clock.now()
        unpackings.locked(work, box.id)
        there = sum(line.units for line in unpackings.lines_of(work, box.id))
        if there != form.seen.number:
            raise Refusal(f"There are {there} units in the list now. Check it and press again.")
        received = unpackings.finish(
            work, box.id, form.pence_by_sku(), more_is_right=bool(form.more.data), by=who, at=now
        )
        say(f"Delivery {received.number} is received.")

    return _act(number, form, finish)


@pages.post("/staff/stock/receive/<number>/cancel")
@retried
def unpacking_cancel(number: str) -> ResponseReturnValue:
    """Throw away what was scanned."""

    def cancel(work: Session) -> None:
        unpackings.cancel(work, _here(work, number).id, by=staff_here().name, at=clock.now())
        say("What was scanned is thrown away. Nothing was received.")

    return _act(number, PressForm(), cancel, then=".receive")


def _act(
    number: str, form: PressForm, act: Callable[[Session], None], *, then: str = ""
) -> ResponseReturnValue:
    address = url_for(then) if then else url_for(".unpacking", number=number)
    return act_once(form, act, address, partial(draw, number))


def _here(work: Session, number: str) -> Unpacking:
    box, site = of_staff(work, number), handling_at(work)
    if box.site != site.id:
        raise Refusal(f"This box is not one of {site.name}. Change the clinic first.")
    return box
