"""When the shelf has none: sell the one in the hand, keep one at another clinic, or let one go."""

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import (
    baskets,
    buyers,
    clock,
    found,
    orders,
    products,
    reservations,
    sites,
    stock,
)
from shop.db import retried
from shop.drafts import Channel, Fulfilment
from shop.errors import Refusal, Unreadable
from shop.pages import pages
from shop.pages.staff import staff_here, till
from shop.pages.staff.basket import device, forget_if_empty, selling_at
from shop.pages.staff.online_page import of_staff
from shop.pages.staff.press import PressForm, act_once, handling_at, managing_at
from shop.pages.staff.said import say
from shop.pages.staff.stock_change import IN_HAND
from shop.pages.text import line
from shop.pages.when import time_in_words
from shop.state import here


class InHandForm(PressForm):
    """Its button stands in the scan form, where a scan wins."""

    code = StringField()


class KeepForm(PressForm):
    site = StringField()


@pages.post("/staff/till/found/<sku>")
@retried
def till_found(sku: str) -> ResponseReturnValue:
    """The books say none and it is in the hand: the shelf wins, and it is counted soon."""
    staff_here()
    form = InHandForm()
    if line(form.code.data or ""):
        return till.scanned()

    def add(work: Session) -> None:
        site, by, now = handling_at(work), staff_here().name, clock.now()
        free = stock.free(work, [sku], at=now).get(sku, {}).get(site.id, 0)
        units = _wanted(work, sku) - free
        if units < 1:
            raise Refusal("There are enough of it on the shelf.")
        found.in_hand(work, site.id, sku, units, note=IN_HAND, by=by, at=now)
        say("It can be sold now, and is on the list to be counted.")

    return act_once(form, add, url_for(".till"), till.draw)


@pages.post("/staff/till/keep/<sku>")
@retried
def till_keep(sku: str) -> ResponseReturnValue:
    """Keep it at another clinic, where it is paid when it is fetched."""
    form = KeepForm()

    def keep(work: Session) -> None:
        selling_at(work)
        settings, now = here().settings, clock.now()
        there = sites.get(work, line(form.site.data or ""))
        draft = orders.new(
            work, there.id, {sku: _wanted(work, sku)}, channel=Channel.WEB,
            fulfilment=Fulfilment.COLLECT, currency=settings.currency,
            vat_registered=bool(settings.vat_number),
        )  # fmt: skip
        kept = reservations.reserve(
            work, draft, press=form.press.data, email="", zone=settings.zone, at=now
        )
        baskets.set_units(work, device(), sku, 0, at=now)
        forget_if_empty(work)
        buyer = buyers.learn(work, kept.id)
        until = time_in_words(reservations.until(now, settings.zone), with_day=True)
        say(
            f"Kept at {there.name} until {until}. "
            f"Order {kept.number}, code {buyers.in_groups(buyer.code)}."
        )

    return act_once(form, keep, url_for(".till"), till.draw)


@pages.post("/staff/till/let-go/<number>")
@retried
def till_let_go(number: str) -> ResponseReturnValue:
    """Let a reservation go, so that who is here can have it. Its buyer is told."""

    def let_go(work: Session) -> None:
        site = managing_at(work)
        order = of_staff(work, number)
        if order.site != site.id:
            raise Refusal(f"Order {order.number} is kept at another clinic.")
        if not reservations.give_up(work, order.id, by=staff_here().name, at=clock.now()):
            raise Refusal(f"Order {order.number} is not waiting to be paid here.")
        say(f"Order {order.number} is let go.")

    return act_once(PressForm(), let_go, url_for(".till"), till.draw)


def _wanted(work: Session, sku: str) -> int:
    """How many of it are in the basket."""
    products.get(work, sku)
    units = baskets.contents(work, device()).get(sku, 0)
    if not units:
        raise Unreadable("That product is no longer in the basket.")
    return units
