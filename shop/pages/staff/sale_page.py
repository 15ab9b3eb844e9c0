"""What the page of one sale shows, whatever was pressed on it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from shop import (
    clock,
    credit_notes,
    order_lines,
    order_sets,
    orders,
    payments,
    receipts,
    refunds,
    sites,
    substitutes,
    undoing,
)
from shop.db import reading
from shop.drafts import Channel
from shop.errors import NotFound
from shop.gateways.counter import Method
from shop.order_lines import OrderLine
from shop.orders import Order
from shop.pages.form import Form
from shop.pages.receipt_vat import vat_of
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.back_form import BackForm
from shop.pages.staff.frame import show
from shop.pages.staff.press import PressForm, blank
from shop.pages.staff.receipt import MailForm, bars, guides
from shop.pages.staff.said import said
from shop.receipts import Receipt
from shop.refunds import Given
from shop.staff import REFUNDERS
from shop.state import here


def of_staff(work: Session, number: str) -> Receipt:
    """The receipt an address names, for staff with a role where it was issued."""
    receipt = receipts.numbered(work, number)
    if not staff_here().role_at(receipt.site):
        raise NotFound("There is no receipt with that number.")
    return receipt


def draw(number: str, form: Form | None = None) -> str:
    """The page. `form` is the one that was sent and refused."""
    with reading() as work:
        site, receipt = site_here(work), of_staff(work, number)
        order = orders.get(work, receipt.order_id)
        lines, given = order_lines.lines_of(work, [order.id]), refunds.given(work, order.id)
        facts = _facts(work, order, receipt, lines)
        undoable = undoing.can_be(work, order, receipt, at=clock.now())
    left = [line for line in lines if given.get(line.id, Given()).units < line.units]
    here_too = receipt.site == site.id and staff_here().role_at(site.id) in REFUNDERS
    back_form = form if isinstance(form, BackForm) else blank(BackForm)
    back_form.prepare(lines, given)
    return show(
        "sale",
        site,
        form=form or Form(formdata=None),
        back_form=back_form,
        press_form=blank(PressForm),
        receipt=receipt,
        order=order,
        lines=lines,
        left=left if here_too and order.channel == Channel.DESK else [],
        undoable=undoable and here_too,
        labels={method.value: method.label for method in Method},
        vat=vat_of(order, lines) if here().settings.vat_number else [],
        said=said(),
        mail_form=form if isinstance(form, MailForm) else blank(MailForm),
        bars=bars(receipt.number),
        **facts,
    )


def _facts(
    work: Session, order: Order, receipt: Receipt, lines: Sequence[OrderLine]
) -> dict[str, Any]:
    """What its receipt says beside the lines, and what came of it since."""
    instead = substitutes.of_lines(work, [line.id for line in lines])
    return {
        "paid": payments.of_order(work, order.id),
        "issuer": sites.get(work, receipt.site),
        "sets": order_sets.of_order(work, order.id, order.sets_pence),
        "instead": instead,
        "guides": guides(work, [instead.get(line.id, line) for line in lines]),
        "given_back": [
            (refund, credit_notes.of_refund(work, refund.id))
            for refund in refunds.of_order(work, order.id)
        ],
    }
