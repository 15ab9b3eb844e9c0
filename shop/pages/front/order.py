"""An order's own page, under a secret link: how it stands, its receipt, and changing one's mind."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import Response, after_this_request, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from shop import (
    buyers,
    cancelling,
    clock,
    online_orders,
    order_links,
    order_mail,
    order_papers,
    presses,
    refund_desk,
)
from shop.buyers import LONGEST_EMAIL
from shop.db import reading, retried, transaction
from shop.errors import NotFound, Refusal, Unreadable
from shop.gateways import GatewayAway
from shop.orders import LARGEST_NUMBER, Order
from shop.pages import pages
from shop.pages.fields import LineField
from shop.pages.form import Form
from shop.pages.front.order_page import shown
from shop.pages.front.visitor import slow_down
from shop.pages.payment_desk import payment_desk
from shop.pages.text import whole_number
from shop.state import here

MOST_GUESSES = 60  # at an order's link, by one visitor in an hour
MOST_LETTERS = 5  # with an order's link, asked for by one visitor in an hour
_HOUR = timedelta(hours=1)
_STALE = "This page is out of date. Check it and press again."


class OrderForm(Form):
    press = HiddenField(validators=[InputRequired(_STALE), Length(16, 64, _STALE)])


class LostForm(Form):
    number = LineField("Order number", most=20)
    email = LineField("Email address", most=LONGEST_EMAIL)


@pages.get("/order/<token>")
def my_order(token: str) -> ResponseReturnValue:
    """How it stands, what was ordered, and what can be done about it."""
    return _draw(token, OrderForm(formdata=None))


@pages.post("/order/<token>/cancel")
@retried
def my_order_cancel(token: str) -> ResponseReturnValue:
    """They don't want it any more, and it has not left us: all of the money goes back."""
    form, order = OrderForm(), followed(token)
    try:
        if not form.sent():
            return _draw(token, form), 400
        with transaction() as work:
            refund = cancelling.of_customer(
                work, order.id, press=form.press.data, by="customer", at=clock.now()
            )
        if refund is not None:
            _send(refund.id)
    except Refusal as refusal:
        form.refuse(form.press, str(refusal))
        return _draw(token, form), refusal.status
    return redirect(url_for(".my_order", token=token), 303)


@pages.post("/order/<token>/return")
@retried
def my_order_return(token: str) -> ResponseReturnValue:
    """They say that they send it back. That is written down, with its time."""
    form, order, now = OrderForm(), followed(token), clock.now()
    try:
        if not form.sent():
            return _draw(token, form), 400
        with transaction() as work:
            if presses.first(work, form.press.data, at=now):
                cancelling.announce_return(work, order.id, zone=here().settings.zone, at=now)
    except Refusal as refusal:
        form.refuse(form.press, str(refusal))
        return _draw(token, form), refusal.status
    return redirect(url_for(".my_order", token=token), 303)


@pages.route("/order", methods=["GET", "POST"])
def my_order_lost() -> ResponseReturnValue:
    """Send somebody their link. The answer is the same whether there is such an order or not."""
    form, asked = LostForm(), False
    status = 200
    if form.sent():
        try:
            slow_down("lost-order", most=MOST_LETTERS, window=_HOUR)
            number = whole_number(form.number.data.removeprefix("#"), 1, LARGEST_NUMBER)
            if "@" not in form.email.data:
                raise Unreadable("Enter the email address that you gave.")
            _send_link(number, form.email.data.lower())
            asked = True
        except Refusal as refusal:
            form.refuse(form.number, str(refusal))
            status = refusal.status
    elif form.errors:
        status = 400
    return render_template("shop/front/order_lost.html", form=form, asked=asked), status


@retried
def _send_link(number: int, email: str) -> None:
    with transaction() as work:
        order = online_orders.numbered(work, number)
        buyer = buyers.of_order(work, order.id) if order else None
        if order and buyer and buyer.email.lower() == email:
            order_mail.link(work, order, at=clock.now())


def followed(token: str) -> Order:
    """The order behind a link, on its own."""
    with _reading_of_a_link() as work:
        return order_links.follow(work, token)


@contextmanager
def _reading_of_a_link() -> Iterator[Session]:
    """Look for what a link leads to. A wrong one is counted, and slowed down."""
    after_this_request(_only_theirs)
    try:
        with reading() as work:
            yield work
    except NotFound:
        slow_down("order-link", most=MOST_GUESSES, window=_HOUR)
        raise


def _draw(token: str, form: OrderForm) -> str:
    form.press.data = presses.new()
    with _reading_of_a_link() as work:
        facts = shown(work, order_papers.follow(work, token))
    return render_template("shop/front/order.html", form=form, token=token, **facts)


def _send(refund_id: int) -> None:
    """Give the money back now if the gateway answers, and by the clock if it doesn't."""
    try:
        refund_desk.send(payment_desk(), refund_id, by="customer")
    except GatewayAway:
        return


def _only_theirs(response: Response) -> Response:
    """The address is the key: it goes into no search engine and to no other site."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
