"""Pay, on the last page of ours: then the payment page, or it is kept to be paid at the desk."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import basket_contents, baskets, checkout, clock, orders, reservations
from shop.basket_contents import Inside
from shop.checkout import Opening
from shop.db import reading, retried, transaction
from shop.drafts import Channel, Draft, Fulfilment
from shop.errors import OutOfStock, Refusal, Unreadable
from shop.gateways import GatewayAway, PageSeen, PageState
from shop.order_states import UNPAID, OrderState
from shop.pages import pages
from shop.pages.front import basket_cookie, voucher_code
from shop.pages.front.checkout_form import CheckoutForm, Seen, chosen_for, value
from shop.pages.front.checkout_page import chosen_from, draw, reserves
from shop.pages.front.checkout_return import after
from shop.pages.front.visitor import address_of, slow_down
from shop.pages.payment_desk import payment_desk
from shop.state import here
from shop.ways import Way

MOST_PRESSES = 60  # of Pay, from one address in an hour: a clinic's waiting room has one
_HOUR = timedelta(hours=1)
_CHANGED = "The price or the stock has changed. You have not been charged. Choose again."
_OTHER = "You have chosen something else since you pressed. Check it and press again."
_STILL = (
    "Your last payment is still being looked at, so we can't start another order of the same "
    "basket. Try again in a few minutes."
)
_AWAY = "We can't open the payment page just now. You have not been charged. Try again."
_AWAY_AGAIN = "We can't open the payment page just now. Try again: nobody pays twice."


@pages.post("/checkout/pay")
@retried
def checkout_pay() -> ResponseReturnValue:
    """Keep the units, save the order, and lead to the payment page: or reserve it."""
    form, token = CheckoutForm(), basket_cookie.token()
    with reading() as work:
        seen = chosen_from(work, form, token)
    before = seen.inside.pressed
    try:
        good = form.sent()
        if before is not None and _is_done(before):
            return redirect(after(before), 303)
        if not good:
            return draw(form, 400)
        slow_down("pay", most=MOST_PRESSES, window=_HOUR)
        if before is not None:
            return _lead_to(_open_again(form, before))
        way = _chosen(form, seen)
        if not seen.due_pence + way.postage_pence or form.reserve.data or not here().gateway:
            return _reserve(form, str(token), way, seen)
        return _lead_to(_pay(form, str(token), way, seen.inside))
    except OutOfStock as gone:
        form.refuse(form.way, _CHANGED)
        return draw(form, gone.status)
    except GatewayAway as away:
        form.refuse(form.way, _AWAY if before is None else _AWAY_AGAIN)
        return draw(form, away.status, same_press=True)
    except Refusal as refusal:
        form.refuse(form.way, str(refusal))
        return draw(form, refusal.status)


def _chosen(form: CheckoutForm, seen: Seen) -> Way:
    for way in seen.offered.ways:
        if value(way, seen.due_pence) == form.way.data:
            return way
    raise Unreadable(_CHANGED)


def _draft(work: Session, inside: Inside, way: Way, chosen: str) -> Draft:
    """The basket as an order, if it still comes to the total that was chosen."""
    settings = here().settings
    draft = orders.new(
        work,
        way.site.id,
        inside.units,
        channel=Channel.WEB,
        currency=settings.currency,
        vat_registered=bool(settings.vat_number),
        fulfilment=way.fulfilment,
        postage_pence=way.postage_pence,
        range_=inside.range_,
    )
    draft = replace(draft, postage_zone=way.zone)
    goods = draft.total_pence - draft.postage_pence
    if off := voucher_code.look_up(work, goods, inside).discount:
        draft = draft.less(off)
    if value(way, draft.total_pence - draft.postage_pence) != chosen:
        raise Refusal(_CHANGED)
    return draft


def _pay(form: CheckoutForm, token: str, way: Way, inside: Inside) -> PageSeen:
    """End what this basket had open, then keep its units anew and open their payment page."""
    inside = _let_go(token, inside)
    return checkout.open_page(payment_desk(), _begin(form, token, way, inside))


def _let_go(token: str, inside: Inside) -> Inside:
    """The basket once what it had open has ended: one basket never buys two orders.

    Raises Refusal while nobody can say how its last payment ended.
    """
    if inside.order_id is None:
        return inside
    if inside.waits:
        with suppress(Refusal):  # whoever can't be asked has not said that it is over
            checkout.give_up(payment_desk(), inside.order_id, by="customer")
    left = _tidied(token)
    if left.waits:
        raise Refusal(_STILL)
    return left


def _open_again(form: CheckoutForm, order_id: int) -> PageSeen:
    """The page that this form has opened, or was about to. Its order keeps the units, so nobody
    asks whether there are any.

    Raises Refusal where something else is chosen on the form by now.
    """
    with reading() as work:
        opening, chosen = checkout.again(work, order_id), chosen_for(orders.get(work, order_id))
    if form.reserve.data or form.way.data != chosen:
        raise Refusal(_OTHER)
    return checkout.open_page(payment_desk(), opening)


@retried
def _tidied(token: str) -> Inside:
    """The basket without what its last order has paid for, also if that was a moment ago."""
    with transaction() as work:
        baskets.tidy(work, token, at=clock.now())
        return basket_contents.look(work, token)


def _begin(form: CheckoutForm, token: str, way: Way, inside: Inside) -> Opening:
    back = address_of(".checkout_return")
    with transaction() as work:
        opening = checkout.begin(
            work,
            payment_desk(),
            _draft(work, inside, way, form.way.data),
            press=form.press.data,
            success_url=f"{back}?session={{CHECKOUT_SESSION_ID}}",
            cancel_url=f"{address_of('.checkout_cancelled')}?order={{ORDER}}",
            plans=baskets.take_plans(work, token) if inside.of_plans else (),
        )
        if not baskets.pays_for(work, token, opening.order.id, before=inside.order_id):
            raise Refusal(_CHANGED)
    return opening


def _is_done(order_id: int) -> bool:
    """Whether a second press of the same page has nothing left to do: it is paid, or reserved."""
    with reading() as work:
        order = orders.get(work, order_id)
        reserved = reservations.is_reservation(work, order)
    return order.state not in UNPAID or (reserved and order.state == OrderState.PLACED)


def _lead_to(page: PageSeen) -> ResponseReturnValue:
    if page.state == PageState.OPEN:
        return redirect(page.url, 303)
    return redirect(url_for(".checkout_return", session=page.reference), 303)


def _reserve(form: CheckoutForm, token: str, way: Way, seen: Seen) -> ResponseReturnValue:
    """Keep it at the desk, or where nothing is due sell it at once, and show the order."""
    email, due = form.address(), seen.due_pence + way.postage_pence
    if form.errors or form.email.errors:
        return draw(form, 400)
    if due and (way.fulfilment != Fulfilment.COLLECT or not reserves(seen.offered)):
        raise Unreadable("That can't be paid at the desk. Choose a clinic to collect it from.")
    _let_go(token, seen.inside)
    return redirect(after(_kept(form, token, way, email)), 303)


@retried
def _kept(form: CheckoutForm, token: str, way: Way, email: str) -> int:
    """The order that all of a basket becomes without a payment page: one for the same press."""
    with transaction() as work:
        inside = basket_contents.look(work, token, press=form.press.data)
        if inside.pressed is not None:
            return inside.pressed
        if inside.waits:
            raise Refusal(_STILL)
        draft = _draft(work, inside, way, form.way.data)
        act = reservations.reserve if draft.total_pence else reservations.take_free
        order = act(
            work, draft, press=form.press.data, email=email, zone=here().settings.zone,
            at=clock.now(), plans=baskets.take_plans(work, token),
        )  # fmt: skip
        if not baskets.used_up(work, token, before=inside.order_id):
            raise Refusal(_CHANGED)
    return order.id
