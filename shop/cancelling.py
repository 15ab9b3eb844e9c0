"""A customer changes their mind: all of it is given back before it leaves us, or sent back after.

Source: Consumer Contracts Regulations 2013: 14 days from the day after it was received, 14 more to
send it back, and the standard postage is given back too.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import (
    attention,
    clock,
    giving_back,
    money,
    money_left,
    online_orders,
    order_mail,
    order_steps,
    payments,
    refund_answers,
    refunds,
    reservations,
)
from shop.attention import Case, Kind
from shop.errors import Refusal
from shop.gateways import counter
from shop.giving_back import Part
from shop.order_lines import lines_of
from shop.order_states import IN_HAND, OrderState
from shop.orders import Order
from shop.refunds import Given, Refund
from shop.returns import Condition

DAYS = 14  # to say so, and as many again to send it back
# Days that a parcel may take to reach its buyer, who knows the day and we don't. Too many only let
# somebody cancel later, too few would take a right away. The pages promise 3 working days, and some
# more to an island: with 3 more, over Christmas and New Year in Scotland, these are two weeks.
POST_TAKES = 14
BEFORE_IT_LEAVES = (*IN_HAND, OrderState.OWED)
OUT = (OrderState.COLLECTED, OrderState.POSTED)
_REASON = "Cancelled by the customer"


def of_customer(
    work: Session, order_id: int, *, press: str, by: str, at: datetime
) -> Refund | None:
    """Cancel an order that has not left yet. Gives the refund to be sent, none for one that cost
    nothing or is unpaid.

    Raises Refusal once it has left, or when it is over.
    """
    order = online_orders.locked(work, order_id)
    if earlier := giving_back.pressed(work, press):
        return earlier if earlier.gateway != counter.NAME else None
    if order.state == OrderState.PLACED and reservations.is_reservation(work, order):
        reservations.give_up(work, order_id, by=by, at=at)
        return None
    if order.state not in BEFORE_IT_LEAVES:
        raise Refusal("This order can't be cancelled here any more.")
    parts, postage = _all_that_is_left(work, order)
    comes_back = postage + sum(part.amount_pence for part in parts)
    order_mail.cancelled(work, order, was_paid=comes_back > 0, at=at)
    refund = giving_back.of_lines(
        work, order_id, parts, postage_pence=postage, reason=_REASON, press=press, by=by, at=at
    )
    if refund.gateway != counter.NAME:
        return refund
    refund_answers.over_the_counter(work, refund, by=by, at=at)
    return None


def _all_that_is_left(work: Session, order: Order) -> tuple[list[Part], int]:
    """Every unit and its money, and the postage: no more than what is left of the payment, of
    which a bank or the gateway's dashboard may have given back a part."""
    back, so_far = order.state in IN_HAND, refunds.given(work, order.id)
    lines = [
        (line, given)
        for line in lines_of(work, [order.id])
        if (given := so_far.get(line.id, Given())).units < line.units
    ]
    due = [line.total_pence - given.amount_pence for line, given in lines]
    due.append(money_left.postage_left(work, order))
    payment = payments.of_order(work, order.id)[0].reference
    left = max(0, money_left.left(work, order, payment))
    *pence, postage = money.share_out(min(left, sum(due)), due)
    condition = Condition.SELLABLE if back else Condition.NOT_BACK
    parts = [
        Part(line.id, line.units - given.units, amount, condition, on_shelf=back)
        for (line, given), amount in zip(lines, pence, strict=True)
    ]
    return parts, postage


def last_day(work: Session, order: Order, zone: ZoneInfo) -> date | None:
    """The last day on which they can say that they send it back; None where it has not left.

    Never too early: of a parcel we only know when it was posted, not when it came.
    """
    steps = [step for step in order_steps.of_order(work, order.id) if step.state in OUT]
    if not steps:
        return None
    takes = POST_TAKES if order.state == OrderState.POSTED else 0
    return clock.day_of(steps[-1].at, zone) + timedelta(days=takes + DAYS)


def can_come_back(work: Session, order: Order) -> bool:
    """Whether some of it is still with its buyer, and the clinic still has some of its money.

    What a bank has taken is no answer to that: it takes money, and says nothing about the goods.
    """
    if 0 < order.total_pence <= refunds.so_far(work, order.id):
        return False
    return refunds.units_left(work, order.id, lines_of(work, [order.id]))


def announce_return(work: Session, order_id: int, *, zone: ZoneInfo, at: datetime) -> None:
    """They say in time that it comes back, which is all they have to do. Harmless again.

    Once the desk has settled that, more may come back: saying so is a case of its own. What was
    reserved and paid at the desk is no distance sale, so these days are not its.
    """
    order = online_orders.locked(work, order_id)
    last = last_day(work, order, zone)
    if order.state not in OUT or last is None:
        raise Refusal("This order has not left us, so there is nothing to send back.")
    if reservations.is_reservation(work, order):
        raise Refusal(
            "You paid for it at the desk, so the 14 days do not apply. "
            "If something is wrong with it, bring it back or call us."
        )
    if clock.day_of(at, zone) > last:
        raise Refusal("The 14 days to cancel are over. If something is wrong with it, call us.")
    if not can_come_back(work, order):
        raise Refusal("Nothing of this order is left to send back.")
    if return_waits(work, order_id):
        return
    before = len(_announced(work, order_id))
    reference = f"{order.number}-{before + 1}" if before else str(order.number)
    attention.raise_(
        work, Kind.RETURN_ASKED, reference, order_id=order.id,
        amount_pence=order.total_pence, at=at,
    )  # fmt: skip


def return_waits(work: Session, order_id: int) -> bool:
    """Whether they have said that something comes back, and the desk has not settled that."""
    return any(case.settled_at is None for case in _announced(work, order_id))


def _announced(work: Session, order_id: int) -> Sequence[Case]:
    its = select(Case).where(Case.kind == Kind.RETURN_ASKED, Case.order_id == order_id)
    return work.scalars(its.execution_options(populate_existing=True)).all()
