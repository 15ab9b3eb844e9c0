"""What the forms of a product's stock page do: put right, move, found in the hand."""

from functools import partial

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, found, levels, places, products, stock, stock_card
from shop.db import retried, transaction
from shop.errors import Refusal
from shop.found import KeptForSomebody
from shop.ledger import MoveReason
from shop.pages import pages
from shop.pages.staff import move_words, staff_here
from shop.pages.staff.press import PressForm, act_once, handling_at
from shop.pages.staff.said import say
from shop.pages.staff.stock_forms import WAYS, AdjustForm, MoveForm
from shop.pages.staff.stock_item import draw

MOST_SINCE = 20  # acts of others that a question names
IN_HAND = "It was in somebody's hand"


class Changed(Refusal):
    """The shelf is not as the page showed it. `now` is what it holds."""

    def __init__(self, sentence: str, now: int) -> None:
        super().__init__(sentence)
        self.now = now


@pages.post("/staff/stock/<sku>/adjust")
@retried
def stock_adjust(sku: str) -> ResponseReturnValue:
    """Make the books say what is on the shelf. Asks again where that changed meanwhile."""
    staff_here()
    form, question = AdjustForm(), ""
    try:
        if form.sent():
            _adjust(form, sku)
            return redirect(url_for(".stock_item", sku=sku), 303)
        status = 400
    except Changed as changed:
        form.seen.data, question, status = str(changed.now), str(changed), changed.status
    except Refusal as refusal:
        form.refuse(form.number, str(refusal))
        status = refusal.status
    form.renew()
    return draw(sku, form, question=question), status


def _adjust(form: AdjustForm, sku: str) -> None:
    wanted, seen = form.number.number, form.seen.number
    with transaction() as work:
        site, now = handling_at(work), clock.now()
        product = products.get(work, sku)
        if not form.first(work, at=now):
            return
        shelf = places.shelf(site.id)
        there = levels.locked(work, shelf, sku)
        if there != seen:
            raise Changed(_since(work, shelf, sku, seen, there, wanted), there)
        if wanted == there:
            raise Refusal(f"The books say {there} already. Nothing was changed.")
        stock.adjust(
            work,
            site.id,
            sku,
            wanted - there,
            MoveReason(form.reason.data),
            note=form.note.data,
            by=staff_here().name,
            at=now,
        )
    say(f"Saved. {product.name}: {there} before, {wanted} on the shelf at {site.name} now.")


def _since(work: Session, place: str, sku: str, seen: int, there: int, wanted: int) -> str:
    """Who did what since the page was opened, as far as the last acts explain it."""
    entries = stock_card.entries(work, place, sku, most=MOST_SINCE)
    newer = []
    for entry in entries:
        newer.append(entry)
        if entry.before == seen:
            break
    else:
        return f"This changed since you opened it. Now {there}. Save {wanted} anyway?"
    return f"{move_words.since(newer)} since you opened this. Now {there}. Save {wanted} anyway?"


@pages.post("/staff/stock/<sku>/move")
@retried
def stock_move(sku: str) -> ResponseReturnValue:
    """Move units between this clinic's shelf, demo and damaged, or write them off."""
    form = MoveForm()
    then = url_for(".stock_item", sku=sku)
    return act_once(form, lambda work: _move(work, form, sku), then, partial(draw, sku))


def _move(work: Session, form: MoveForm, sku: str) -> None:
    units, (from_, to) = form.units.number, WAYS[form.way.data]
    site, product = handling_at(work), products.get(work, sku)
    by, note, now = staff_here().name, form.move_note.data, clock.now()
    if to is None:
        stock.write_off(work, site.id, sku, units, from_, note=note, by=by, at=now)
    else:
        stock.relocate(work, site.id, sku, units, from_, to, note=note, by=by, at=now)
    where = f"to {to}" if to else "off the books"
    say(f"Moved {units} {product.name} from {from_} {where}.")


@pages.post("/staff/stock/<sku>/found")
@retried
def stock_found(sku: str) -> ResponseReturnValue:
    """The books say none, and it is in somebody's hand: one press puts that right."""
    staff_here()
    form, elsewhere = PressForm(), frozenset[str]()
    try:
        if form.sent():
            _found(form, sku)
            return redirect(url_for(".stock_item", sku=sku), 303)
        status = 400
    except Refusal as refusal:
        form.refuse(form.press, str(refusal))
        status = refusal.status
        if isinstance(refusal, KeptForSomebody):
            elsewhere = frozenset(refusal.elsewhere)
    return draw(sku, form, elsewhere=elsewhere), status


def _found(form: PressForm, sku: str) -> None:
    with transaction() as work:
        site, now = handling_at(work), clock.now()
        product = products.get(work, sku)
        if not form.first(work, at=now):
            return
        found.in_hand(work, site.id, sku, note=IN_HAND, by=staff_here().name, at=now)
    say(f"Found 1 {product.name}. It can be sold now, and is on the list to be counted.")
