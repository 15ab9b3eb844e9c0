"""Giving money back for an online order: decided and saved, then the gateway is asked."""

from functools import partial

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import (
    clock,
    giving_back,
    money,
    online_orders,
    order_lines,
    payments,
    refund_answers,
    refund_desk,
    refunds,
    till,
)
from shop.db import retried, transaction
from shop.errors import Refusal, Unreadable
from shop.gateways import GatewayAway, counter
from shop.giving_back import Part
from shop.orders import Order
from shop.pages import pages
from shop.pages.payment_desk import payment_desk
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.online_page import draw, of_staff, require_at
from shop.pages.staff.press import answer
from shop.pages.staff.refund_form import RefundForm
from shop.pages.staff.said import say
from shop.refunds import Refund, RefundState
from shop.state import here


@pages.post("/staff/online/<number>/refund")
def online_refund(number: str) -> ResponseReturnValue:
    """Give back what was typed, to where it came from."""
    form = RefundForm()

    def give_back() -> str:
        send_now(_decided(form, number))
        return url_for(".online_order", number=number)

    return answer(form, give_back, partial(draw, number))


@retried
def _decided(form: RefundForm, number: str) -> Refund:
    who, now = staff_here(), clock.now()
    with transaction() as work:
        site, order = site_here(work), of_staff(work, number)
        require_at(site, order)
        drawer = _drawer(work, order)
        online_orders.locked(work, order.id)  # of two at once, the second counts the first one's
        if earlier := giving_back.pressed(work, form.press.data):
            return earlier
        lines = order_lines.lines_of(work, [order.id])
        parts = form.all_of(lines, refunds.given(work, order.id))
        postage = form.postage.pence or 0
        pence = _pence(parts) + postage
        if not pence and not parts:
            raise Unreadable("Say how much goes back.")
        before, limit = refunds.so_far(work, order.id), here().settings.refund_limit_pence
        who.require_refund_at(site.id, site.name, pence, limit, before)
        refund = giving_back.of_lines(
            work, order.id, parts, postage_pence=postage, reason=form.reason.data,
            press=form.press.data, session_id=drawer, by=who.name, at=now,
        )  # fmt: skip
        if refund.gateway == counter.NAME:
            refund_answers.over_the_counter(work, refund, by=who.name, at=now)
        return refund


def _drawer(work: Session, order: Order) -> int | None:
    """Out of which drawer it goes: the open one, for what was paid into one."""
    paid = payments.of_order(work, order.id)
    paid_here = any(part.gateway == counter.NAME and part.amount_pence for part in paid)
    return till.taking(work, order.site) if paid_here else None


def send_now(refund: Refund) -> None:
    """Ask for the money to go back, and say what came of it. Later is soon enough."""
    amount = money.in_words(refund.amount_pence)
    if not refund.amount_pence:
        say("It is taken back. No money goes with it.")
        return
    if refund.gateway == counter.NAME:
        say(f"Give back {amount} at the desk, in cash or on the card machine.")
        return
    try:
        state = refund_desk.send(payment_desk(), refund.id, by=staff_here().name)
    except GatewayAway:
        say(f"{amount} goes back as soon as the payment service answers.", warns=True)
        return
    except Refusal as refusal:  # it is decided all the same, so the page asks for no other press
        say(str(refusal), warns=True)
        return
    if state == RefundState.FAILED:
        say(f"{amount} could not be given back. It is under “needs attention”.", warns=True)
    else:
        say(f"{amount} goes back to the customer.")


def _pence(parts: list[Part]) -> int:
    return sum(part.amount_pence for part in parts)
