"""The till: one field, one basket. Scan, Enter, Enter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import baskets, clock, day_totals, parked, products, sites, stock
from shop.db import reading, retried, transaction
from shop.errors import Refusal, Unreadable
from shop.pages import pages
from shop.pages.form import Form
from shop.pages.staff import codes, plan_scan, scan, set_scan, staff_here
from shop.pages.staff.basket import (
    counter_at,
    device,
    forget_if_empty,
    just_added,
    last_added,
    on_counter,
    ring_up,
    selling_at,
    undo_last,
)
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, blank
from shop.pages.staff.said import said
from shop.pages.staff.scan import ScanForm, UnknownCode
from shop.pages.staff.short import short
from shop.pages.staff.sold import sold
from shop.pages.staff.waiting import waiting
from shop.pages.text import line
from shop.products import Product
from shop.set_offers import Offer
from shop.sites import Site
from shop.state import here

MOST_TILES = 12
TILES_OVER = timedelta(days=28)


class LineForm(Form):
    """Each button carries the sku of its line."""

    more = StringField()
    less = StringField()
    remove = StringField()
    undo = StringField()


@dataclass(frozen=True, slots=True)
class Hit:
    """A product or set that fits what was typed. `typed` is what its button sends, `elsewhere` what
    other clinics have free."""

    typed: str
    name: str
    price_pence: int
    left: int
    elsewhere: tuple[tuple[str, int], ...] = ()


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
    return scanned()


def scanned() -> ResponseReturnValue:
    """Do what was typed into the field, or pressed beside it."""
    form = ScanForm()
    form.sent()
    try:
        with transaction() as work:
            site, typed = selling_at(work), form.typed()
            if not typed:
                return redirect(_moving_on(work), 303)
            if to := codes.leads_to(work, typed, site):
                return redirect(to, 303)
            found = ring_up(work, typed, at=clock.now())
    except Refusal as refusal:
        form.refuse_scan(refusal)
        unknown = refusal.code if isinstance(refusal, UnknownCode) else ""
        return draw(form, unknown=unknown), refusal.status
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
            if form.undo.data:
                undo_last(work, at=clock.now())
            elif sku not in baskets.contents(work, device()):
                raise Unreadable("That product is no longer in the basket.")
            elif form.more.data or form.less.data:
                baskets.add(work, device(), sku, 1 if form.more.data else -1, at=clock.now())
            else:
                baskets.set_units(work, device(), sku, 0, at=clock.now())
            forget_if_empty(work)
    except Refusal as refusal:
        shown.refuse_scan(refusal)
        return draw(shown), refusal.status
    return redirect(url_for(".till"), 303)


def _moving_on(work: Session) -> str:
    if not baskets.contents(work, device()):
        raise Unreadable("There is nothing in the basket yet. Scan or type a product.")
    return url_for(".till_pay")


def draw(form: Form, words: str = "", *, unknown: str = "") -> str:
    """The page. `form` is the one that was sent, `words` fit several products, and `unknown` is a
    code that no product has."""
    with reading() as work:
        site = counter_at(work)
        basket = on_counter(work, site.id)
        plans = plan_scan.waiting(work, site.id, at=clock.now())
        hits = _hits(work, words, site) if words else []
        last = sold(work, line(request.args.get("sold", "")), site)
        order = waiting(work, line(request.args.get("order", "")), site)
        aside = parked.waiting(work, site.id, at=clock.now())
        missing = short(work, basket, site, at=clock.now())
        tiles = [] if words else _tiles(work, site)
    return show(
        "till",
        site,
        form=form,
        scan_form=form if isinstance(form, ScanForm) else ScanForm(formdata=None),
        line_form=LineForm(formdata=None),
        basket=basket,
        said=just_added(basket) or said(),
        words=words,
        hits=hits,
        last=last,
        order=order,
        parked=aside,
        tiles=tiles,
        short=missing,
        undo=last_added(basket),
        plans=plans,
        unknown=unknown,
        press_form=blank(PressForm),
    )


def _tiles(work: Session, site: Site) -> list[Hit]:
    """What this clinic sold most in the last weeks, for who sells by touch."""
    first = clock.day_of(clock.now(), here().settings.zone) - TILES_OVER
    best = day_totals.best(work, site.id, first, most=MOST_TILES)
    known = products.by_sku(work, best)
    return _as_hits(work, [known[sku] for sku in best if known[sku].on_sale], site)


def _hits(work: Session, words: str, site: Site) -> list[Hit]:
    wanted = scan.read(words)
    return _as_hits(work, set_scan.find(work, wanted.code), site, times=f"{wanted.units}*")


def _as_hits(
    work: Session, found: Sequence[Product | Offer], site: Site, *, times: str = ""
) -> list[Hit]:
    others = [] if not times else [each for each in sites.listed(work) if each.id != site.id]
    skus = {sku for one in found for sku in _skus(one)}
    free = stock.free(work, skus, at=clock.now())
    return [
        Hit(
            typed=f"{times}{one.code if isinstance(one, Offer) else one.sku}",
            name=one.name,
            price_pence=one.price_pence,
            left=_left(one, free, site.id),
            elsewhere=tuple((other.name, _left(one, free, other.id)) for other in others),
        )
        for one in found
    ]


def _skus(one: Product | Offer) -> list[str]:
    return [part.sku for part in one.parts] if isinstance(one, Offer) else [one.sku]


def _left(one: Product | Offer, free: Mapping[str, Mapping[str, int]], site: str) -> int:
    """How many of it a clinic has: of a set, whole ones."""
    if isinstance(one, Offer):
        return one.free_at(free, site)
    return free.get(one.sku, {}).get(site, 0)
