"""Deciding to give money back: what of which line, in what condition, and is it back on the shelf?

Each is an answer of its own. Nobody is asked for money in here: `refund_desk` does that, after
what was decided is saved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from shop import (
    attention,
    failpoints,
    money,
    online_orders,
    payment_sessions,
    payments,
    presses,
    refunds,
    returns,
)
from shop.attention import Case, Kind
from shop.errors import NotFound, Refusal, Unreadable
from shop.gateways import counter
from shop.order_lines import OrderLine, lines_of
from shop.order_states import UNPAID, OrderState
from shop.orders import Order
from shop.payments import Payment
from shop.refunds import LONGEST_REASON, Given, Origin, Refund, RefundState, Share, Terms
from shop.returns import Condition

_BY_KIND = (Kind.PAID_TWICE, Kind.WRONG_AMOUNT)  # money that no order was settled with


@dataclass(frozen=True, slots=True)
class Part:
    """What of one order line goes back, and what becomes of the goods. Zero units is goodwill."""

    order_line_id: int
    units: int
    amount_pence: int
    condition: Condition = Condition.NOT_BACK
    on_shelf: bool = False


def of_lines(
    work: Session,
    order_id: int,
    parts: Sequence[Part],
    *,
    postage_pence: int = 0,
    reason: str,
    press: str,
    session_id: int | None = None,
    by: str,
    at: datetime,
) -> Refund:
    """Decide on a refund of a sale, and take back what comes back. Pressing twice is once.

    `session_id` names the drawer out of which goes what was paid at a desk. Raises Unreadable for
    what can't be meant, and Refusal for more than was paid or sold; nothing is saved then.
    """
    order = online_orders.locked(work, order_id)
    if earlier := _pressed(work, press):
        return earlier
    _require_reason(reason)
    if order.state in UNPAID:
        raise Refusal(f"Nothing was paid for order {order.number}, so nothing can go back.")
    payment = payments.of_order(work, order_id)[0]  # the parts of a desk sale go back as one
    shares = _shares(work, order, parts)
    amount = sum(share.amount_pence for share in shares) + postage_pence
    free = not amount and shares and not any(share.line.total_pence for share in shares)
    gateway, reference = (counter.NAME, None) if free else (payment.gateway, payment.reference)
    if not free:
        _require_left(work, order, reference, amount, postage_pence)
    drawer = session_id if gateway == counter.NAME else None
    terms = Terms(
        origin=Origin.SHOP, gateway=gateway, payment=reference, amount_pence=amount, reason=reason,
        postage_pence=postage_pence, press=presses.hashed(press), session_id=drawer,
    )  # fmt: skip
    refund = refunds.write(work, order, shares, terms, by=by, at=at)
    _take_back(work, order, shares, parts, by=by, at=at)
    _close(work, order, by=by, at=at)
    failpoints.reached("refund.after_intent", work)
    return refund


def of_case(
    work: Session, case_id: int, *, reason: str, press: str, by: str, at: datetime
) -> Refund:
    """Decide to give back money that settled nothing: a second payment, or a wrong amount."""
    case = work.get(Case, case_id)
    if case is None or case.order_id is None or case.kind not in _BY_KIND:
        raise NotFound("There is no payment to give back there.")
    order = online_orders.locked(work, case.order_id)
    if earlier := _pressed(work, press):
        return earlier
    _require_reason(reason)
    left = case.amount_pence - refunds.gone(work, order.id, case.reference)
    if left < 1:
        raise Refusal("All of that payment has been given back, or is about to be.")
    session = payment_sessions.of_order(work, order.id)[-1]
    terms = Terms(
        origin=Origin.SHOP, gateway=session.gateway, payment=case.reference, amount_pence=left,
        press=presses.hashed(press), reason=reason,
    )  # fmt: skip
    return refunds.write(work, order, (), terms, by=by, at=at)


def again(work: Session, refund_id: int, *, press: str, by: str, at: datetime) -> Refund:
    """Decide anew on a refund that failed: the same money, and no goods, which came back before.

    Its VAT is worked out again, because others may have been given back in between.
    """
    failed = refunds.get(work, refund_id)
    order = online_orders.locked(work, failed.order_id)
    if earlier := _pressed(work, press):
        return earlier
    if (failed.state, failed.origin) != (RefundState.FAILED, Origin.SHOP):
        raise Refusal("Only a refund of ours that failed can be made again.")
    parts = [Part(each.order_line_id, each.units, each.amount_pence)
             for each in refunds.lines_of(work, refund_id)]  # fmt: skip
    shares = _shares(work, order, parts)
    _require_left(work, order, failed.payment, failed.amount_pence, failed.postage_pence)
    attention.settle(work, Kind.REFUND_FAILED, failed.uid, by=by, at=at)
    terms = Terms(
        origin=Origin.SHOP, gateway=failed.gateway, payment=failed.payment,
        amount_pence=failed.amount_pence, postage_pence=failed.postage_pence,
        press=presses.hashed(press), reason=failed.reason,
    )  # fmt: skip
    return refunds.write(work, order, shares, terms, by=by, at=at)


def shared_out(work: Session, order: Order, amount_pence: int) -> tuple[list[Share], int]:
    """A sum that somebody gave back without saying for what, as shares of the lines and the
    postage: in proportion to what remains of each, so that no line is ever given back twice.

    What exceeds all that remains of them is nobody's share.
    """
    lines, so_far = lines_of(work, [order.id]), refunds.given(work, order.id)
    left = [line.total_pence - so_far.get(line.id, Given()).amount_pence for line in lines]
    left.append(order.postage_pence - refunds.postage_given(work, order.id).amount_pence)
    *parts, postage = money.share_out(min(amount_pence, sum(left)), left)
    pairs = zip(lines, parts, strict=True)
    return [Share(line, 0, pence) for line, pence in pairs if pence], postage


def captured(work: Session, order: Order, payment: str | None) -> int:
    """Pence that came in with this payment, whether or not it settled the order."""
    if settled_with(work, order, payment):
        return order.total_pence
    case = select(Case.amount_pence).where(Case.kind.in_(_BY_KIND), Case.reference == payment)
    return work.scalars(case).first() or 0


def settled_with(work: Session, order: Order, payment: str | None) -> bool:
    """Whether this is the money that made the order a sale."""
    its = exists().where(
        Payment.order_id == order.id, Payment.reference.is_not_distinct_from(payment)
    )
    return bool(work.scalar(select(its)))


def _pressed(work: Session, press: str) -> Refund | None:
    its = select(Refund).where(Refund.press == presses.hashed(press))
    return work.scalars(its).one_or_none()


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Unreadable("Say why the money goes back.")
    if len(reason) > LONGEST_REASON:
        raise Unreadable(f"A reason has at most {LONGEST_REASON} characters.")


def _shares(work: Session, order: Order, parts: Sequence[Part]) -> list[Share]:
    lines = {line.id: line for line in lines_of(work, [order.id])}
    so_far = refunds.given(work, order.id)
    if len({part.order_line_id for part in parts}) != len(parts):
        raise Unreadable("Name each line once.")
    return [_share(lines, so_far, part) for part in parts]


def _share(lines: Mapping[int, OrderLine], so_far: Mapping[int, Given], part: Part) -> Share:
    line = lines.get(part.order_line_id)
    if line is None:
        raise NotFound("There is no such line in that order.")
    before = so_far.get(line.id, Given())
    left = Given(line.units - before.units, line.total_pence - before.amount_pence)
    if part.units < 0 or part.amount_pence < 0 or not part.units + part.amount_pence:
        raise Unreadable(f"Say how many of {line.name} go back, or how much money.")
    if part.units > left.units:
        raise Refusal(f"Only {left.units} of {line.name} can still be refunded.")
    if part.amount_pence > left.amount_pence:
        still = money.in_words(left.amount_pence)
        raise Refusal(f"Only {still} of {line.name} can still be refunded.")
    if not part.units and (part.on_shelf or part.condition != Condition.NOT_BACK):
        raise Unreadable(f"No {line.name} comes back, so there is nothing to put anywhere.")
    return Share(line, part.units, part.amount_pence)


def _require_left(
    work: Session, order: Order, payment: str | None, amount: int, postage_pence: int
) -> None:
    """Never more than was captured, whoever gave back the rest: us, Stripe's dashboard, a bank."""
    if amount < 1 or postage_pence < 0:
        raise Unreadable("Give back a penny or more.")
    postage = order.postage_pence - refunds.postage_given(work, order.id).amount_pence
    if postage_pence > postage:
        raise Refusal(f"Only {money.in_words(postage)} of the postage can still be refunded.")
    left = captured(work, order, payment) - refunds.gone(work, order.id, payment)
    if amount > left:
        raise Refusal(f"Only {money.in_words(left)} of what was paid can still be refunded.")


def _take_back(
    work: Session,
    order: Order,
    shares: Sequence[Share],
    parts: Sequence[Part],
    *,
    by: str,
    at: datetime,
) -> None:
    for share, part in sorted(zip(shares, parts, strict=True), key=lambda both: both[0].line.sku):
        if part.units:
            returns.take_back(
                work, share.line, part.units, part.condition, state=OrderState(order.state),
                site_id=order.site, on_shelf=part.on_shelf, by=by, at=at,
            )  # fmt: skip


def _close(work: Session, order: Order, *, by: str, at: datetime) -> None:
    """An order of which nothing is left to hand over, and all units are refunded, is over."""
    so_far = refunds.given(work, order.id)
    lines = lines_of(work, [order.id])
    if any(so_far.get(line.id, Given()).units < line.units for line in lines):
        return
    if order.state in (OrderState.PAID, OrderState.READY, OrderState.OWED, OrderState.UNCOLLECTED):
        online_orders.refund(work, online_orders.placed(order), by=by, at=at)
    for kind in (Kind.OWED, Kind.UNCOLLECTED, Kind.OTHER_ZONE):
        attention.settle(work, kind, str(order.number), by=by, at=at)
