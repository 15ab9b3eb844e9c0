"""What one online order's page at the desk shows, whatever was pressed on it."""

from typing import Any

from sqlalchemy.orm import Session

from shop import (
    buyers,
    clock,
    credit_notes,
    money_left,
    online_orders,
    order_lines,
    order_sets,
    order_steps,
    owed,
    payments,
    post_zones,
    receipts,
    refunds,
    reservations,
    sites,
    substitutes,
)
from shop.db import reading
from shop.drafts import Fulfilment
from shop.errors import NotFound, Refusal
from shop.order_states import IN_HAND, NOT_OUT, UNPAID, OrderState
from shop.orders import LARGEST_NUMBER, Order
from shop.pages.form import Form
from shop.pages.staff import site_here, staff_here
from shop.pages.staff.frame import show
from shop.pages.staff.online import state_in_words
from shop.pages.staff.press import PressForm, blank
from shop.pages.staff.refund_form import RefundForm
from shop.pages.staff.said import said
from shop.pages.staff.substitute_form import SubstituteForm
from shop.pages.text import whole_number
from shop.post_zones import PostZone
from shop.sites import Site
from shop.state import here


def of_staff(work: Session, number: str) -> Order:
    """The online order with this number, if it is of a clinic where they have a role."""
    try:
        order = online_orders.numbered(work, whole_number(number, 1, LARGEST_NUMBER))
    except Refusal:
        order = None
    if order is None or not staff_here().role_at(order.site):
        raise NotFound("There is no online order with that number.")
    return order


def require_at(site: Site, order: Order) -> None:
    """Refuse what is done from another clinic's device: its goods and its drawer are not there."""
    if site.id != order.site:
        raise Refusal("Choose the clinic of this order first.")


def draw(number: str, form: Form | None = None, *, template: str = "online_order") -> str:
    """The page, with what was wrong about `form`, and empty forms for everything else."""
    with reading() as work:
        here_ = site_here(work)
        order = of_staff(work, number)
        facts = _facts(work, order)
        refund_form = form if isinstance(form, RefundForm) else blank(RefundForm)
        refund_form.renew()
        given = refunds.given(work, order.id)
        refund_form.prepare(
            facts["lines"], given, in_hand=order.state in IN_HAND, instead=facts["instead"]
        )
        other_form = form if isinstance(form, SubstituteForm) else blank(SubstituteForm)
        if order.state == OrderState.OWED:
            other_form.prepare(owed.lacking(work, order, at=clock.now()))
    return show(
        template,
        here_,
        form=form or Form(formdata=None),
        press_form=blank(PressForm),
        refund_form=refund_form,
        substitute_form=other_form,
        may_handle=staff_here().may_handle_stock_at(here_.id) and here_.id == order.site,
        states=OrderState,
        said=said(),
        **facts,
    )


def _facts(work: Session, order: Order) -> dict[str, Any]:
    paid, back = order.state not in UNPAID, refunds.postage_given(work, order.id)
    left = _money_left(work, order) if paid else 0
    lines, buyer = order_lines.lines_of(work, [order.id]), buyers.of_order(work, order.id)
    zones, paid_to = here().settings.zones, order.postage_zone
    other = zones.other(paid_to, buyer.address) if buyer else None
    return {
        "order": order,
        "of_site": sites.get(work, order.site),
        "posts": order.fulfilment == Fulfilment.POST,
        "state": state_in_words(order),
        "lines": lines,
        "sets": order_sets.of_order(work, order.id, order.sets_pence),
        "instead": substitutes.of_lines(work, [line.id for line in lines]),
        "buyer": buyer,
        "paid_to": post_zones.WORDS[PostZone(paid_to)] if paid_to else "",
        "lies_in": post_zones.WORDS[other] if other else "",
        "steps": order_steps.of_order(work, order.id),
        "reserved": reservations.is_reservation(work, order),
        "receipt": receipts.of_order(work, order.id) if paid else None,
        "given_back": [
            (refund, credit_notes.of_refund(work, refund.id))
            for refund in refunds.of_order(work, order.id)
        ],
        "postage_left": order.postage_pence - back.amount_pence,
        "refundable": paid and (left > 0 or refunds.units_left(work, order.id, lines)),
        "all_back": paid and order.total_pence > 0 and left < 1 and order.state in NOT_OUT,
    }


def _money_left(work: Session, order: Order) -> int:
    """Pence of what was paid that can still be given back."""
    return money_left.left(work, order, payments.of_order(work, order.id)[0].reference)
