"""What came in with a payment and what of it is left: never more than that goes back.

Whoever gave back the rest: the desk, the gateway's dashboard, the customer's bank.
"""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from shop import money, refunds
from shop.attention import Case, Kind
from shop.order_lines import OrderLine, lines_of
from shop.orders import Order
from shop.payments import Payment
from shop.refunds import Given, Share

SETTLED_NOTHING = (Kind.PAID_TWICE, Kind.WRONG_AMOUNT)  # money that made no order a sale


def captured(work: Session, order: Order, payment: str | None) -> int:
    """Pence that came in with this payment, whether or not it settled the order."""
    if settled_with(work, order, payment):
        return order.total_pence
    its = (Case.kind.in_(SETTLED_NOTHING), Case.reference == payment)
    return work.scalars(select(Case.amount_pence).where(*its)).first() or 0


def left(work: Session, order: Order, payment: str | None) -> int:
    """Pence of this payment that can still go back."""
    return captured(work, order, payment) - refunds.gone(work, order.id, payment)


def settled_with(work: Session, order: Order, payment: str | None) -> bool:
    """Whether this is the money that made the order a sale."""
    its = exists().where(
        Payment.order_id == order.id, Payment.reference.is_not_distinct_from(payment)
    )
    return bool(work.scalar(select(its)))


def is_back(work: Session, order: Order, payment: str | None, lines: Sequence[OrderLine]) -> bool:
    """Whether nothing of the money of these lines is left, or nothing of any."""
    so_far = refunds.given(work, order.id)
    theirs = sum(each.total_pence - so_far.get(each.id, Given()).amount_pence for each in lines)
    return bool(lines) and (not theirs or left(work, order, payment) < 1)


def postage_left(work: Session, order: Order) -> int:
    return order.postage_pence - refunds.postage_given(work, order.id).amount_pence


def shared_out(work: Session, order: Order, amount_pence: int) -> tuple[list[Share], int]:
    """A sum that somebody gave back without saying for what, as shares of the lines and the
    postage: in proportion to what remains of each, so that no line is ever given back twice.

    What exceeds all that remains of them is nobody's share.
    """
    lines, so_far = lines_of(work, [order.id]), refunds.given(work, order.id)
    remains = [line.total_pence - so_far.get(line.id, Given()).amount_pence for line in lines]
    remains.append(postage_left(work, order))
    *parts, postage = money.share_out(min(amount_pence, sum(remains)), remains)
    pairs = zip(lines, parts, strict=True)
    return [Share(line, 0, pence) for line, pence in pairs if pence], postage
