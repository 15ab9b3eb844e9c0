"""One sale: its receipt, on screen and on paper, and what can be given back of it."""

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
    orders,
    payouts,
    refund_answers,
    refunds,
    till,
    undoing,
)
from shop.db import retried
from shop.drafts import Channel
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.back_form import BackForm
from shop.pages.staff.press import PressForm, act_once
from shop.pages.staff.said import say
from shop.pages.staff.sale_page import draw, of_staff
from shop.receipts import Receipt
from shop.state import here


@pages.get("/staff/sales/<number>")
def sale(number: str) -> ResponseReturnValue:
    """The receipt with this number, for staff with a role where it was issued."""
    staff_here()
    return draw(number)


@pages.post("/staff/sales/<number>/undo")
@retried
def sale_undo(number: str) -> ResponseReturnValue:
    """It should not have been, a few minutes ago: everything goes back, and on with the till."""
    form = PressForm()

    def undo(work: Session) -> None:
        receipt, who = _here(work, number), staff_here()
        total = orders.get(work, receipt.order_id).total_pence
        require_refund(work, total)  # which is refused where some went back before
        refund = undoing.undo(
            work, receipt, press=form.press.data, session_id=drawer_here(work), by=who.name,
            at=clock.now(),
        )  # fmt: skip
        say(f"Sale {receipt.number} is undone. {handed_back(work, refund.id)}")

    return act_once(form, undo, url_for(".till"), partial(draw, number))


@pages.post("/staff/sales/<number>/refund")
@retried
def sale_refund(number: str) -> ResponseReturnValue:
    """Some of it comes back: its money goes back, and its goods where somebody said."""
    form = BackForm()

    def refund(work: Session) -> None:
        drawer, now = drawer_here(work), clock.now()
        receipt, who = _here(work, number), staff_here()
        if online_orders.locked(work, receipt.order_id).channel != Channel.DESK:
            raise Refusal("That was ordered online. Give its money back on the order's own page.")
        lines = order_lines.lines_of(work, [receipt.order_id])
        parts = form.parts(lines, refunds.given(work, receipt.order_id))
        before = refunds.so_far(work, receipt.order_id)
        require_refund(work, sum(part.amount_pence for part in parts), before)
        made = giving_back.of_lines(
            work, receipt.order_id, parts, reason=form.reason, press=form.press.data,
            session_id=drawer, by=who.name, at=now,
        )  # fmt: skip
        refund_answers.over_the_counter(work, made, method=form.method, by=who.name, at=now)
        say(handed_back(work, made.id))

    return act_once(form, refund, url_for(".sale", number=number), partial(draw, number))


def drawer_here(work: Session) -> int:
    """The till session of this device's clinic, out of which money goes back. Raises TillClosed."""
    return till.taking(work, site_here(work).id)


def require_refund(work: Session, pence: int, before_pence: int = 0) -> None:
    """Raises NotAllowed where who is signed in may not give so much back here, beside what went
    back of the same sale before."""
    site = site_here(work)
    limit = here().settings.refund_limit_pence
    staff_here().require_refund_at(site.id, site.name, pence, limit, before_pence)


def handed_back(work: Session, refund_id: int) -> str:
    """What somebody has to do now: "Give back £5.00 in cash and £7.00 to the card."."""
    words = {"cash": "in cash", "card": "to the card"}
    ways = payouts.of_refunds(work, [refund_id]).get(refund_id)
    if not ways:  # all of it had been taken off
        return "Nothing was paid for it, so no money goes back."
    parts = [f"{money.in_words(way.amount_pence)} {words[way.method]}" for way in ways]
    return f"Give back {' and '.join(parts)}."


def _here(work: Session, number: str) -> Receipt:
    """This sale, if it was made at the clinic that this device stands in."""
    receipt, site = of_staff(work, number), site_here(work)
    if receipt.site != site.id:
        raise Refusal(f"Sale {receipt.number} is not one of {site.name}. Change the clinic first.")
    return receipt
