"""The way back from the payment page, paid or not."""

from contextlib import suppress
from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop import baskets, checkout, orders, payment_sessions
from shop.db import reading, retried, transaction
from shop.errors import NotFound, Refusal
from shop.gateways import GatewayAway
from shop.order_states import OrderState
from shop.pages import pages
from shop.pages.front import basket_cookie, voucher_code
from shop.pages.front.visitor import link_to, slow_down
from shop.pages.payment_desk import payment_desk
from shop.pages.text import line

MOST_LOOKS = 120  # at how a payment ended, by one visitor in an hour
_HOUR = timedelta(hours=1)


@pages.get("/checkout/return")
def checkout_return() -> ResponseReturnValue:
    """Back from the payment page: find out how it ended, and show the order."""
    slow_down("return", most=MOST_LOOKS, window=_HOUR)
    reference = line(request.args.get("session", ""))
    with reading() as work:
        session = payment_sessions.with_reference(work, reference)
    if session is None:
        raise NotFound("There is no such payment. Look in your email for your order's link.")
    try:
        checkout.settle(payment_desk(), reference, by="return")
    except GatewayAway:
        return render_template("shop/front/checking.html", reference=reference), 503
    return redirect(after(session.order_id), 303)


@pages.get("/checkout/cancelled")
def checkout_cancelled() -> ResponseReturnValue:
    """Back without paying: the page ends, so that what it kept is free again at once. An older
    page, which the basket has followed with another order since, ends nothing.

    Where nobody can say yet whether it was paid, the order's page says that, and asks again.
    """
    token = basket_cookie.token()
    with reading() as work:
        order = baskets.order_of(work, token) if token else None
    if order is None or request.args.get("order", str(order.number)) != str(order.number):
        return redirect(url_for(".basket"), 303)
    with suppress(Refusal):  # it may be paid, or ends by itself a little later
        checkout.give_up(payment_desk(), order.id, by="customer")
    with reading() as work:
        state = orders.get(work, order.id).state
    if state == OrderState.CANCELLED:
        return redirect(url_for(".basket", left=1), 303)
    return redirect(_page_of(order.id) if state == OrderState.PLACED else after(order.id), 303)


def after(order_id: int) -> str:
    """The order's own page. What was paid is out of the basket already, and its code is used."""
    voucher_code.drop()
    return _page_of(order_id)


@retried
def _page_of(order_id: int) -> str:
    with transaction() as work:
        return link_to(work, order_id)
