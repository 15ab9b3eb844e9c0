"""Deciding to give money back: what of which line, in what condition, and is it back on the shelf?

Each is an answer of its own. Nobody is asked for money in here: `refund_desk` does that, after
what was decided is saved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import (
    attention,
    failed_refunds,
    failpoints,
    money,
    money_left,
    online_orders,
    payment_sessions,
    payments,
    places,
    presses,
    refunds,
    returns,
)
from shop.attention import Case, Kind
from shop.errors import NotFound, Refusal, Unreadable
from shop.gateways import counter
from shop.order_lines import OrderLine, lines_of
from shop.order_states import IN_HAND, NOT_OUT, UNPAID, OrderState
from shop.orders import Order
from shop.payments import Payment
from shop.refunds import LONGEST_REASON, Given, Origin, Refund, RefundState, Share, Terms
from shop.returns import Condition


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

    Goods alone come back, for nothing, where their money went back before. `session_id` names the
    drawer out of which goes what was paid at a desk. Raises Unreadable for what can't be meant,
    and Refusal for more than was paid or sold; nothing is saved then.
    """
    order = online_orders.locked(work, order_id)
    if earlier := pressed(work, press):
        return earlier
    _require_reason(reason)
    if order.state in UNPAID:
        raise Refusal(f"Nothing was paid for order {order.number}, so nothing can go back.")
    payment = payments.of_order(work, order_id)[0]  # the parts of a desk sale go back as one
    shares = _shares(work, order, parts)
    amount = sum(share.amount_pence for share in shares) + postage_pence
    gateway, reference = _out_of(work, order, payment, shares, amount, postage_pence)
    drawer = session_id if gateway == counter.NAME else None
    terms = Terms(
        origin=Origin.SHOP, gateway=gateway, payment=reference, amount_pence=amount, reason=reason,
        postage_pence=postage_pence, press=presses.hashed(press), session_id=drawer,
    )  # fmt: skip
    so_far = refunds.given(work, order_id)
    refund = refunds.write(work, order, shares, terms, by=by, at=at)
    _take_back(work, order, so_far, list(zip(shares, parts, strict=True)), by=by, at=at)
    failed_refunds.settle_redone(work, refund, shares, by=by, at=at)
    _close(work, order, payment.reference, by=by, at=at)
    failpoints.reached("refund.after_intent", work)
    return refund


def of_case(
    work: Session, case_id: int, *, reason: str, press: str, by: str, at: datetime
) -> Refund:
    """Decide to give back money that settled nothing: a second payment, or a wrong amount."""
    case = work.get(Case, case_id)
    if case is None or case.order_id is None or case.kind not in money_left.SETTLED_NOTHING:
        raise NotFound("There is no payment to give back there.")
    order = online_orders.locked(work, case.order_id)
    if earlier := pressed(work, press):
        return earlier
    _require_reason(reason)
    left = money_left.left(work, order, case.reference)
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

    Once, whoever asks for it. Its VAT is worked out again, because others may have been given
    back in between.
    """
    failed = refunds.get(work, refund_id)
    order = online_orders.locked(work, failed.order_id)
    if earlier := pressed(work, press):
        return earlier
    if (failed.state, failed.origin) != (RefundState.FAILED, Origin.SHOP):
        raise Refusal("Only a refund of ours that failed can be made again.")
    if not attention.settle(work, Kind.REFUND_FAILED, failed.uid, by=by, at=at):
        raise Refusal("That refund was made again, or settled, before.")
    parts = [Part(each.order_line_id, each.units, each.amount_pence)
             for each in refunds.lines_of(work, refund_id)]  # fmt: skip
    shares = _shares(work, order, parts)
    _require_left(work, order, failed.payment, failed.amount_pence, failed.postage_pence)
    terms = Terms(
        origin=Origin.SHOP, gateway=failed.gateway, payment=failed.payment,
        amount_pence=failed.amount_pence, postage_pence=failed.postage_pence,
        press=presses.hashed(press), reason=failed.reason,
    )  # fmt: skip
    return refunds.write(work, order, shares, terms, by=by, at=at)


def pressed(work: Session, press: str) -> Refund | None:
    """What this press decided before, if anything."""
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
    if amount < 1 or postage_pence < 0:
        raise Unreadable("Give back a penny or more.")
    postage = money_left.postage_left(work, order)
    if postage_pence > postage:
        raise Refusal(f"Only {money.in_words(postage)} of the postage can still be refunded.")
    left = money_left.left(work, order, payment)
    if amount > left:
        raise Refusal(f"Only {money.in_words(left)} of what was paid can still be refunded.")


def _out_of(
    work: Session,
    order: Order,
    payment: Payment,
    shares: Sequence[Share],
    amount: int,
    postage_pence: int,
) -> tuple[str, str | None]:
    """The gateway and the payment that it goes out of; nobody is asked where it is no money."""
    if not amount and money_left.is_back(
        work, order, payment.reference, [share.line for share in shares]
    ):
        return counter.NAME, None
    _require_left(work, order, payment.reference, amount, postage_pence)
    return payment.gateway, payment.reference


def _take_back(
    work: Session,
    order: Order,
    so_far: Mapping[int, Given],
    shares: Sequence[tuple[Share, Part]],
    *,
    by: str,
    at: datetime,
) -> None:
    """Bring the goods back. Those of a refund that failed lie here already: not a second time."""
    state, kept_at = OrderState(order.state), places.kept(order.site)
    lines = [share.line.id for share, _ in shares]
    back = returns.taken_back(work, lines, from_place=kept_at) if state in IN_HAND else {}
    for share, part in sorted(shares, key=lambda both: both[0].line.sku):
        line = share.line
        before = max(0, back.get(line.id, 0) - so_far.get(line.id, Given()).units)
        if units := max(0, part.units - before):
            returns.take_back(
                work, line, units, part.condition, state=state, site_id=order.site,
                on_shelf=part.on_shelf, by=by, at=at,
            )  # fmt: skip


def _close(work: Session, order: Order, payment: str | None, *, by: str, at: datetime) -> None:
    """An order of which nothing is left to hand over, and all units are refunded, is over."""
    if refunds.units_left(work, order.id, lines_of(work, [order.id])):
        return
    if order.state in NOT_OUT:
        postage = min(money_left.postage_left(work, order), money_left.left(work, order, payment))
        if postage > 0:
            raise Unreadable(
                "Nothing of it goes out, so its postage goes back too. "
                f"Give back the {money.in_words(postage)} as well."
            )
        online_orders.refund(work, online_orders.placed(order), by=by, at=at)
    for kind in (Kind.OWED, Kind.UNCOLLECTED, Kind.OTHER_ZONE):
        attention.settle(work, kind, str(order.number), by=by, at=at)
