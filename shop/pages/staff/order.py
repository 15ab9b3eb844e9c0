"""One purchase order: put right as a draft, ordered, printed, queued, closed or called off."""

from collections.abc import Callable
from functools import partial

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, purchase_mail, purchases, suppliers
from shop.db import reading, retried, transaction
from shop.errors import Refusal
from shop.pages import pages, sheets
from shop.pages.staff import staff_here
from shop.pages.staff.listing import ListForm, wanted, words
from shop.pages.staff.order_page import OrderForm, draw, lines, of_staff
from shop.pages.staff.press import PressForm, act_once, answer, managing_at
from shop.pages.staff.said import say
from shop.purchases import Purchase, Wanted
from shop.state import here

COLUMNS = ("Code", "Supplier's code", "Product", "Units", "Cost of one", "Received")


@pages.get("/staff/stock/orders/<number>")
def order(number: str) -> ResponseReturnValue:
    """The purchase order with this number, for people of its clinic."""
    staff_here()
    return draw(number, typed=words())


@pages.get("/staff/stock/orders/<number>/csv")
def order_csv(number: str) -> Response:
    """The order as a file that a supplier's shop reads."""
    staff_here()
    with reading() as work:
        found = lines(work, of_staff(work, number))
    rows = [
        (line.sku, line.code, line.name, line.units, line.cost, line.received) for line in found
    ]
    return sheets.download([COLUMNS, *rows], f"order-{number}.csv")


@pages.post("/staff/stock/orders/<number>/scan")
@retried
def order_scan(number: str) -> ResponseReturnValue:
    """One more of what was scanned goes into a draft, or so many with a star."""
    form = ListForm()
    return answer(form, lambda: _scan(form, number), partial(draw, number))


def _scan(form: ListForm, number: str) -> str:
    with transaction() as work:
        of, item = _here(work, number), wanted(work, form)
        if item is None:
            return url_for(".order", number=number, q=form.typed())
        if form.first_of(work, item.product, at=clock.now()):
            cost = suppliers.usual_cost(work, of.supplier_id, item.product.sku)
            more = Wanted(item.product.sku, item.units, cost)
            say(f"{item.product.name}: {purchases.add(work, of.number, more)}.")
    return url_for(".order", number=number)


@pages.post("/staff/stock/orders/<number>/lines")
@retried
def order_lines(number: str) -> ResponseReturnValue:
    """Save a draft's units and costs. A line of none is left out."""
    form = OrderForm()

    def save(work: Session) -> None:
        purchases.change(work, _here(work, number).number, form.wanted())
        say("Saved.")

    return _act(number, form, save)


@pages.post("/staff/stock/orders/<number>/ordered")
@retried
def order_ordered(number: str) -> ResponseReturnValue:
    """Somebody has ordered it: its units are on the way."""

    def ordered(work: Session) -> None:
        of = _here(work, number)
        purchases.order(work, of.number, by=staff_here().name, at=clock.now())
        say(f"Order {of.number} is marked as ordered. Its units are on the way.")

    return _act(number, PressForm(), ordered)


@pages.post("/staff/stock/orders/<number>/mail")
@retried
def order_mail(number: str) -> ResponseReturnValue:
    """Queue it as a message to the supplier."""

    def queue(work: Session) -> None:
        of, name = _here(work, number), here().settings.name
        to = purchase_mail.queue(work, of.number, from_=name, by=staff_here().name, at=clock.now())
        say(f"Order {of.number} is queued for {to}.")

    return _act(number, PressForm(), queue)


@pages.post("/staff/stock/orders/<number>/close")
@retried
def order_close(number: str) -> ResponseReturnValue:
    """Nobody waits for the rest any longer."""

    def close(work: Session) -> None:
        of = _here(work, number)
        purchases.close(work, of.number, by=staff_here().name, at=clock.now())
        say(f"Order {of.number} is closed. The rest is no longer expected.")

    return _act(number, PressForm(), close)


@pages.post("/staff/stock/orders/<number>/cancel")
@retried
def order_cancel(number: str) -> ResponseReturnValue:
    """Call it off, as long as nothing has come of it."""

    def cancel(work: Session) -> None:
        of = _here(work, number)
        purchases.cancel(work, of.number, by=staff_here().name, at=clock.now())
        say(f"Order {of.number} is cancelled.")

    return _act(number, PressForm(), cancel)


def _act(number: str, form: PressForm, act: Callable[[Session], None]) -> ResponseReturnValue:
    return act_once(form, act, url_for(".order", number=number), partial(draw, number))


def _here(work: Session, number: str) -> Purchase:
    of, site = of_staff(work, number), managing_at(work)
    if of.site != site.id:
        raise Refusal(f"Order {of.number} is not one of {site.name}. Change the clinic first.")
    return of
