"""What is done with one transfer: packed by scanning, sent, received, turned back, called off."""

from collections.abc import Callable
from functools import partial

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import arrivals, clock, sites, transfers
from shop.db import retried, transaction
from shop.errors import Refusal, Unreadable
from shop.pages import pages
from shop.pages.staff import staff_here
from shop.pages.staff.line_form import LineForm
from shop.pages.staff.listing import ListForm, wanted
from shop.pages.staff.press import PressForm, act_once, answer, handling_at
from shop.pages.staff.said import say
from shop.pages.staff.transfer_form import ReceiveForm
from shop.pages.staff.transfer_page import draw, of_staff
from shop.sites import Site
from shop.transfers import Transfer, TransferState


@pages.get("/staff/stock/transfers/<number>")
def transfer(number: str) -> ResponseReturnValue:
    """The transfer with this number, for people of one of its clinics."""
    staff_here()
    return draw(number)


@pages.post("/staff/stock/transfers/<number>/scan")
@retried
def transfer_scan(number: str) -> ResponseReturnValue:
    """Put what was scanned into the box. A scan of the same again adds one."""
    form = ListForm()
    return answer(form, lambda: _scan(form, number), partial(draw, number))


def _scan(form: ListForm, number: str) -> str:
    with transaction() as work:
        box, item = _packing(work, number), wanted(work, form)
        if item is None:
            return url_for(".transfer", number=number, q=form.typed())
        if form.first_of(work, item.product, at=clock.now()):
            _change(work, box, item.product.sku, lambda units: units + item.units)
            say(f"Added {item.units} {item.product.name}.")
    return url_for(".transfer", number=number)


@pages.post("/staff/stock/transfers/<number>/line")
@retried
def transfer_line(number: str) -> ResponseReturnValue:
    """One more, one fewer, or none of a product in the box."""
    form = LineForm()
    return _act(
        number, form, lambda work: _change(work, _packing(work, number), form.sku, form.changed)
    )


@pages.post("/staff/stock/transfers/<number>/send")
@retried
def transfer_send(number: str) -> ResponseReturnValue:
    """The box leaves this clinic."""

    def send(work: Session) -> None:
        box, site = of_staff(work, number), handling_at(work)
        _only_at(work, site, box.from_site, "sent")
        transfers.send(work, box.number, by=staff_here().name, at=clock.now())
        say(f"Transfer {box.number} is on its way.")

    return _act(number, PressForm(), send)


@pages.post("/staff/stock/transfers/<number>/receive")
@retried
def transfer_receive(number: str) -> ResponseReturnValue:
    """The box is here: all of it or a part, and what became of the rest."""
    form = ReceiveForm()

    def receive(work: Session) -> None:
        box, site = of_staff(work, number), handling_at(work)
        who, now = staff_here().name, clock.now()
        after = arrivals.receive(work, box.number, site.id, form.parts(), by=who, at=now)
        whole = after.state == TransferState.CLOSED
        say(
            f"Transfer {box.number} is received{'' if whole else '. The rest is still on its way'}."
        )

    return _act(number, form, receive)


@pages.post("/staff/stock/transfers/<number>/cancel")
@retried
def transfer_cancel(number: str) -> ResponseReturnValue:
    """Call it off: a draft by either clinic, what is on its way by its sender."""

    def cancel(work: Session) -> None:
        box, site = of_staff(work, number), handling_at(work)
        who, now = staff_here().name, clock.now()
        if box.state == TransferState.SENT:
            _only_at(work, site, box.from_site, "turned back")
            arrivals.turn_back(work, box.number, by=who, at=now)
        else:
            _packing(work, number)
            transfers.cancel(work, box.number, by=who, at=now)
        say(f"Transfer {box.number} is cancelled.")

    return _act(number, PressForm(), cancel)


def _act(number: str, form: PressForm, act: Callable[[Session], None]) -> ResponseReturnValue:
    return act_once(form, act, url_for(".transfer", number=number), partial(draw, number))


def _packing(work: Session, number: str) -> Transfer:
    """A draft of this clinic, which nobody else can change until this transaction ends."""
    box, site = of_staff(work, number), handling_at(work)
    if site.id not in (box.from_site, box.to_site):
        raise Refusal(f"Transfer {box.number} is none of {site.name}.")
    return transfers.locked(work, box.number, TransferState.DRAFT)


def _change(work: Session, box: Transfer, sku: str, changed: Callable[[int], int]) -> None:
    units_by_sku = {line.sku: line.units for line in transfers.lines_of(work, box.number)}
    units_by_sku[sku] = changed(units_by_sku.get(sku, 0))
    if units_by_sku[sku] < 0:
        raise Unreadable("That product is no longer in the transfer.")
    transfers.change(work, box.number, {sku: n for sku, n in units_by_sku.items() if n})


def _only_at(work: Session, site: Site, wanted_site: str, done: str) -> None:
    if site.id != wanted_site:
        there = sites.get(work, wanted_site).name
        raise Refusal(f"This transfer can only be {done} at {there}.")
