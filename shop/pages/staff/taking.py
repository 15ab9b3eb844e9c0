"""Taking the money for what is on the counter, in one part or several: the sale at the desk."""

from collections.abc import Callable, Sequence

from flask import url_for
from sqlalchemy.orm import Session
from wtforms import Field, HiddenField
from wtforms.validators import InputRequired, Length

from shop import agreed, baskets, clock, orders, payments, receipts, till
from shop.db import reading, transaction
from shop.drafts import Channel
from shop.errors import Refusal
from shop.gateways import Captured, counter
from shop.gateways.counter import Method
from shop.money import MOST_PENCE
from shop.orders import Order, PlacedOrder
from shop.pages.form import Form
from shop.pages.staff import staff_here
from shop.pages.staff.basket import (
    Counter,
    counter_at,
    device,
    forget_last,
    on_counter,
    ring_up,
    selling_at,
)
from shop.pages.text import whole_number
from shop.sites import Site
from shop.state import here

LONGEST_SLIP = 40  # characters of a card machine's reference
_STALE = "This page is out of date. Check the basket and press again."


class TakingForm(Form):
    """`total` is what the person saw; `press` is this page's one-time token."""

    press = HiddenField(validators=[InputRequired(_STALE), Length(16, 64, _STALE)])
    total = HiddenField(validators=[InputRequired(_STALE)])

    def on(self, basket: Counter) -> None:
        """For the page that shows it: a new token, and the total that it shows."""
        self.press.data, self.total.data = orders.new_press(), str(basket.total_pence)

    def refuse_at(self, field: Field, refusal: Refusal) -> None:
        """Say why in the field where the next thing is typed, and leave it empty."""
        self.refuse(field, str(refusal))
        field.data = ""


def sell(form: TakingForm, paid_with: Callable[[PlacedOrder], Sequence[Captured]]) -> str:
    """One transaction: the order, its money, its receipt, and the basket is empty.

    `paid_with` says in which parts the money came. Returns the receipt's number, of the earlier
    sale where this press has made one.
    """
    staff, settings = staff_here(), here().settings
    seen_pence = whole_number(form.total.data, 0, MOST_PENCE)
    with transaction() as work:
        site, basket = selling_at(work), baskets.take(work, device())
        drawer, now = till.taking(work, site.id), clock.now()
        if earlier := orders.pressed(work, form.press.data):
            return _sold_before(work, earlier, site, basket, seen_pence)
        draft = orders.new(
            work,
            site.id,
            basket,
            channel=Channel.DESK,
            currency=settings.currency,
            vat_registered=bool(settings.vat_number),
            discount=agreed.take(work, device()),
        )
        if draft.total_pence != seen_pence:
            raise Refusal("The basket changed. Check the new total, then take the payment.")
        plans = baskets.take_plans(work, device())
        order = orders.place(work, draft, press=form.press.data, at=now, plans=plans)
        money = paid_with(order) if order.total_pence else [counter.capture(order, Method.CARD)]
        number = payments.settle(
            work, order, *money, zone=settings.zone, session_id=drawer, by=staff.name, at=now
        )
    forget_last()
    return number


def _sold_before(
    work: Session, order: Order, site: Site, basket: dict[str, int], seen_pence: int
) -> str:
    """A second press of the same page leads to the sale that the first one made."""
    number = receipts.of_order(work, order.id).number
    if basket or (order.site, order.total_pence) != (site.id, seen_pence):
        raise Refusal(f"This page has made sale {number} before. {_STALE}")
    forget_last()
    return number


def scan_instead(typed: str) -> str:
    """A scan always wins: it adds to the basket, and nothing is sold. Says where to go on."""
    with transaction() as work:
        selling_at(work)
        found = ring_up(work, typed, at=clock.now())
    return url_for(".till", q=typed) if len(found) > 1 else url_for(".till_pay")


def to_pay() -> tuple[Site, Counter]:
    """This device's clinic, and what is on its counter to be paid."""
    with reading() as work:
        site = counter_at(work)
        return site, on_counter(work, site.id)
