"""The till: one field, one basket. Scan, Enter, Enter."""

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import baskets, clock, stock
from shop.db import reading, retried, transaction
from shop.errors import Refusal, Unreadable
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.staff import plan_scan, scan, staff_here
from shop.pages.staff.basket import device, just_added, on_counter, ring_up, selling_at
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, blank
from shop.pages.staff.said import said
from shop.pages.staff.scan import ScanForm
from shop.pages.staff.sold import sold
from shop.pages.text import line
from shop.sites import Site


class LineForm(Form):
    """Each button carries the sku of its line."""

    more = StringField()
    less = StringField()
    remove = StringField()


@dataclass(frozen=True, slots=True)
class Hit:
    """A product that fits what was typed. `typed` is what its button sends."""

    typed: str
    name: str
    price_pence: int
    left: int


@pages.get("/staff/till")
def till() -> ResponseReturnValue:
    """The field and the basket; with `q`, what the typed words fit; with `sold`, the last sale."""
    staff_here()
    return draw(ScanForm(formdata=None), line(request.args.get("q", "")))


@pages.post("/staff/till")
@retried
def till_scan() -> ResponseReturnValue:
    """Add what was scanned. Words that fit several products list them; nothing moves on."""
    staff_here()
    form = ScanForm()
    form.sent()
    try:
        with transaction() as work:
            selling_at(work)
            typed = form.typed()
            if not typed:
                return redirect(_moving_on(work), 303)
            found = ring_up(work, typed, at=clock.now())
    except Refusal as refusal:
        form.refuse_scan(refusal)
        return draw(form), refusal.status
    return redirect(url_for(".till", q=typed if len(found) > 1 else None), 303)


@pages.post("/staff/till/line")
@retried
def till_line() -> ResponseReturnValue:
    """One more, one fewer, or none of a product that is in the basket."""
    staff_here()
    form, shown = LineForm(), ScanForm(formdata=None)
    form.sent()
    sku = form.more.data or form.less.data or form.remove.data
    try:
        with transaction() as work:
            selling_at(work)
            if sku not in baskets.contents(work, device()):
                raise Unreadable("That product is no longer in the basket.")
            if form.more.data or form.less.data:
                baskets.add(work, device(), sku, 1 if form.more.data else -1, at=clock.now())
            else:
                baskets.set_units(work, device(), sku, 0, at=clock.now())
    except Refusal as refusal:
        shown.refuse_scan(refusal)
        return draw(shown), refusal.status
    return redirect(url_for(".till"), 303)


def _moving_on(work: Session) -> str:
    if not baskets.contents(work, device()):
        raise Unreadable("There is nothing in the basket yet. Scan or type a product.")
    return url_for(".till_pay")


def draw(form: ScanForm, words: str = "") -> str:
    """The page. `words` fit several products."""
    with reading() as work:
        site = selling_at(work)
        basket = on_counter(work, site.id)
        waiting = plan_scan.waiting(work, site.id, at=clock.now())
        hits = _hits(work, words, site) if words else []
        last = sold(work, line(request.args.get("sold", "")), site)
    return show(
        "till",
        site,
        form=form,
        line_form=LineForm(formdata=None),
        basket=basket,
        said=just_added(basket) or said(),
        words=words,
        hits=hits,
        last=last,
        waiting=waiting,
        press_form=blank(PressForm),
    )


def _hits(work: Session, words: str, site: Site) -> list[Hit]:
    wanted = scan.read(words)
    found = scan.find(work, wanted.code)
    free = stock.free(work, [product.sku for product in found], at=clock.now())
    return [
        Hit(
            typed=f"{wanted.units}*{product.sku}",
            name=product.name,
            price_pence=product.price_pence,
            left=free.get(product.sku, {}).get(site.id, 0),
        )
        for product in found
    ]
