"""What a person has to look at: money and orders that no rule may decide about."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import StringField

from shop import attention, clock, giving_back, orders, outbox, sites
from shop.attention import Case, Kind
from shop.db import reading, retried, transaction
from shop.errors import NotFound, Refusal
from shop.pages import pages
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.online_refund import send_now
from shop.pages.staff.press import PressForm, answer, blank, managing_at
from shop.pages.staff.said import said, say
from shop.pages.text import whole_number
from shop.refunds import Origin, Refund

_LAST_ID = 999_999_999
_WORDS = {
    Kind.OWED: "Paid, and the shelf was empty. Put one aside, offer another one, or refund it.",
    Kind.UNCOLLECTED: "Nobody came for it. It is back on the shelf: give the money back.",
    Kind.WRONG_AMOUNT: "What was paid is not what the order costs. Give it back.",
    Kind.PAID_TWICE: "The order was paid twice. Give this payment back.",
    Kind.UNKNOWN_ORDER: "Paid for an order that our records do not have. Look for it at Stripe.",
    Kind.DISPUTED: "The customer’s bank takes the money back. Answer it at Stripe, in time.",
    Kind.REFUND_FAILED: "A refund failed. The money is still here: give it back.",
    Kind.OTHER_ZONE: "The post was paid to another zone than its address is in. Send it all the "
    "same, or give the money back on its page.",
    Kind.RETURN_ASKED: "The customer sends it back. Refund it when it is here.",
}
_GIVEN_BACK = (Kind.PAID_TWICE, Kind.WRONG_AMOUNT)
_SEEN = (Kind.UNKNOWN_ORDER, Kind.DISPUTED, Kind.RETURN_ASKED, Kind.OTHER_ZONE)


class CaseForm(PressForm):
    """Which case, by the button that was pressed: what to do about it, or that it is done."""

    case = StringField()
    settled = StringField()


@dataclass(frozen=True, slots=True)
class Row:
    """`acts` are the buttons that it has: the field that each sends, and its words."""

    case: Case
    words: str
    number: int | None
    where: str
    acts: Sequence[tuple[str, str]]


@pages.get("/staff/attention")
def attention_list() -> ResponseReturnValue:
    staff_here()
    return _draw(CaseForm(formdata=None))


@pages.post("/staff/attention")
def attention_act() -> ResponseReturnValue:
    """Do what can be done about one of them. Refunds are decided, saved, then asked for."""
    form = CaseForm()

    def decide() -> str:
        refund = _decided(form)
        if refund is not None:
            send_now(refund)
        return url_for(".attention_list")

    return answer(form, decide, _draw)


@retried
def _decided(form: CaseForm) -> Refund | None:
    who, now = staff_here(), clock.now()
    with transaction() as work:
        managing_at(work)
        case = _case(work, form.case.data or form.settled.data or "")
        kind = Kind(case.kind)
        terms = {"press": form.press.data, "by": who.name, "at": now}
        if kind in _GIVEN_BACK and form.case.data:
            return giving_back.of_case(work, case.id, reason="Paid too much", **terms)
        if kind == Kind.REFUND_FAILED and form.case.data:
            return giving_back.again(work, _failed(work, case).id, **terms)
        if kind not in (*_SEEN, Kind.REFUND_FAILED):
            raise Refusal("Open the order to decide about it.")
        if attention.settle(work, kind, case.reference, by=who.name, at=now):
            say("That is settled.")
    return None


def _case(work: Session, typed: str) -> Case:
    """The case that was pressed, for a manager of its own clinic."""
    case = attention.case_for(work, whole_number(typed, 1, _LAST_ID), staff_here())
    if case is None:
        raise NotFound("There is no such case.")
    if case.order_id is not None:
        site = sites.get(work, orders.get(work, case.order_id).site)
        staff_here().require_stock_decisions_at(site.id, site.name)
    return case


def _failed(work: Session, case: Case) -> Refund:
    return work.scalars(select(Refund).where(Refund.uid == case.reference)).one()


def _draw(form: CaseForm) -> str:
    with reading() as work:
        site = site_here(work)
        staff_here().require_sale_at(site.id, site.name)
        rows = [_row(work, case) for case in attention.waiting(work, staff_here())]
        letters = len(outbox.failed(work, site=site.id))
    return show(
        "attention",
        site,
        form=form,
        press_form=blank(CaseForm),
        rows=rows,
        letters=letters,
        may_decide=staff_here().may_decide_stock_at(site.id),
        said=said(),
    )


def _row(work: Session, case: Case) -> Row:
    order = orders.get(work, case.order_id) if case.order_id is not None else None
    where = sites.get(work, order.site).name if order is not None else ""
    kind = Kind(case.kind)
    return Row(case, _WORDS[kind], order.number if order else None, where, _acts(work, case))


def _acts(work: Session, case: Case) -> list[tuple[str, str]]:
    """What one press can do about it."""
    if case.kind in _GIVEN_BACK:
        return [("case", "Give it back")]
    if case.kind in _SEEN:
        return [("case", "Settled")]
    if case.kind != Kind.REFUND_FAILED:
        return []
    again = [("case", "Try again")] if _failed(work, case).origin == Origin.SHOP else []
    return [*again, ("settled", "Given back in another way")]
