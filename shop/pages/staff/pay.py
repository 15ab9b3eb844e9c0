"""What pressing Card or Cash does: the sale at the desk. Its page is in `till.py`."""

from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from shop import baskets, clock, orders, payments, receipts, till
from shop.db import transaction
from shop.drafts import Channel
from shop.errors import Refusal
from shop.gateways import counter
from shop.money import MOST_PENCE
from shop.orders import Order
from shop.pages.staff import OpenTillFirst, site_here, staff_here
from shop.pages.staff.basket import device
from shop.pages.staff.scan import ScanForm
from shop.pages.text import whole_number
from shop.sites import Site
from shop.state import here

_STALE = "This page is out of date. Check the basket and press again."


class PayForm(ScanForm):
    """`total` is what the person saw; `press` is this page's one-time token."""

    press = HiddenField(validators=[InputRequired(_STALE), Length(16, 64, _STALE)])
    total = HiddenField(validators=[InputRequired(_STALE)])
    method = StringField(
        default=counter.Method.CARD, validators=[AnyOf([*counter.Method], "Use Card or Cash.")]
    )


def sell(form: PayForm) -> str:
    """One transaction: the order, its money, its receipt, and the basket is empty.

    Returns the receipt's number, of the earlier sale where this press has made one.
    """
    staff, settings = staff_here(), here().settings
    seen_pence = whole_number(form.total.data, 1, MOST_PENCE)
    method = counter.Method(form.method.data)
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
        )
        if draft.total_pence != seen_pence:
            raise Refusal("The basket changed. Check the new total, then take the payment.")
        order = orders.place(work, draft, press=form.press.data, at=now)
        money = counter.capture(order, method)
        return payments.settle(
            work, order, money, zone=settings.zone, session_id=drawer, by=staff.name, at=now
        )


def _sold_before(
    work: Session, order: Order, site: Site, basket: dict[str, int], seen_pence: int
) -> str:
    """A second press of the same page leads to the sale that the first one made."""
    number = receipts.of_order(work, order.id).number
    if basket or (order.site, order.total_pence) != (site.id, seen_pence):
        raise Refusal(f"This page has made sale {number} before. {_STALE}")
    return number


def selling_at(work: Session) -> Site:
    """This device's clinic, if who is signed in may sell there."""
    site = site_here(work)
    staff_here().require_sale_at(site.id, site.name)
    return site


def counter_at(work: Session) -> Site:
    """The same, where its drawer is open. Leads to opening it where it is not."""
    site = selling_at(work)
    if till.current(work, site.id) is None:
        raise OpenTillFirst
    return site
