"""The till: one field, one basket. Scan, Enter, Enter."""

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import baskets, clock, orders, stock
from shop.db import reading, retried, transaction
from shop.errors import Refusal, Unreadable
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.staff import scan, staff_here
from shop.pages.staff.basket import device, just_added, on_counter, ring_up
from shop.pages.staff.frame import show
from shop.pages.staff.pay import PayForm, counter_at, sell, selling_at
from shop.pages.staff.scan import ScanForm
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
    """The field and the basket; with `q`, what the typed words fit."""
    staff_here()
    return _till(ScanForm(formdata=None), line(request.args.get("q", "")))


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
        return _till(form), refusal.status
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
        return _till(shown), refusal.status
    return redirect(url_for(".till"), 303)


@pages.route("/staff/till/pay", methods=["GET", "POST"])
@retried
def till_pay() -> ResponseReturnValue:
    """The money is in the drawer or on the machine: sell, and show the receipt."""
    staff_here()
    form = PayForm()
    if request.method == "GET":
        return _pay(form)
    try:
        if not form.sent():
            return _pay(form, 400)
        if typed := form.typed():
            return _scan_while_paying(typed)
        number = sell(form)
    except Refusal as refusal:
        form.refuse_scan(refusal)
        return _pay(form, refusal.status)
    return redirect(url_for(".sale", number=number, new=1), 303)


def _scan_while_paying(typed: str) -> ResponseReturnValue:
    """A scan always wins: it adds to the basket, and nothing is sold."""
    with transaction() as work:
        selling_at(work)
        found = ring_up(work, typed, at=clock.now())
    if len(found) > 1:
        return redirect(url_for(".till", q=typed), 303)
    return redirect(url_for(".till_pay"), 303)


def _moving_on(work: Session) -> str:
    if not baskets.contents(work, device()):
        raise Unreadable("There is nothing in the basket yet. Scan or type a product.")
    return url_for(".till_pay")


def _till(form: ScanForm, words: str = "") -> str:
    with reading() as work:
        site = counter_at(work)
        basket = on_counter(work, site.id)
        hits = _hits(work, words, site) if words else []
    return show(
        "till",
        site,
        form=form,
        line_form=LineForm(formdata=None),
        basket=basket,
        said=just_added(basket),
        words=words,
        hits=hits,
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


def _pay(form: PayForm, status: int = 200) -> ResponseReturnValue:
    """The pay page with a new one-time token; the till where nothing is in the basket."""
    with reading() as work:
        site = counter_at(work)
        basket = on_counter(work, site.id)
    if not basket.lines:
        return redirect(url_for(".till"), 303) if status == 200 else (_till(form), status)
    form.press.data, form.total.data = orders.new_press(), str(basket.total_pence)
    page = show("pay", site, form=form, basket=basket, said=just_added(basket))
    return page, status
