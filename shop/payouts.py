"""How the money of a refund left the desk: in cash, or back to a card on the clinic's machine.

A refund at the desk may go back in two ways, as its sale was paid. Appended and never changed.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop import payments
from shop.db import Base, BigId, table_of, whole
from shop.errors import Refusal
from shop.gateways.counter import Method
from shop.money import MOST_PENCE
from shop.refunds import Refund


class Payout(Base):
    __tablename__ = "shop_payout"
    __table_args__ = (
        UniqueConstraint("refund_id", "method"),
        whole("amount_pence", 1, MOST_PENCE),
        CheckConstraint("method IN ('card', 'cash')", name="method_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    refund_id: Mapped[int] = mapped_column(BigId, ForeignKey("shop_refund.id"))
    method: Mapped[str]
    amount_pence: Mapped[int]


def as_paid(work: Session, order_id: int, amount_pence: int) -> dict[Method, int]:
    """An amount as it goes back the ways that an order was paid: to the card first, then in cash.

    What went back before by each way is not given back by it again.
    """
    left = dict.fromkeys(Method, 0)
    for part in payments.of_order(work, order_id):
        left[Method(part.method)] += part.amount_pence
    for method, pence in _so_far(work, order_id).items():
        left[method] -= pence
    ways: dict[Method, int] = {}
    for method in (Method.CARD, Method.CASH):
        ways[method] = min(max(left[method], 0), amount_pence - sum(ways.values()))
    rest = amount_pence - sum(ways.values())  # somebody chose the other way before
    ways[Method.CASH if ways[Method.CASH] else Method.CARD] += rest
    return {method: pence for method, pence in ways.items() if pence}


def write(work: Session, refund: Refund, ways: Mapping[Method, int]) -> None:
    """Write down how a refund was paid out. Raises Refusal where that is not all of it."""
    if sum(ways.values()) != refund.amount_pence:
        raise Refusal("What is paid out is not what goes back. Nothing was given back.")
    if not ways:
        return  # all of it had been taken off, so no money moves
    work.execute(
        _WRITE,
        [
            {"refund_id": refund.id, "method": method, "amount_pence": pence}
            for method, pence in sorted(ways.items())
        ],
    )


def of_refunds(work: Session, refund_ids: Iterable[int]) -> Mapping[int, Sequence[Payout]]:
    """The payouts of these refunds in one query, by refund."""
    its = select(Payout).where(Payout.refund_id.in_(sorted(refund_ids))).order_by(Payout.id)
    found: dict[int, list[Payout]] = {}
    for payout in work.scalars(its):
        found.setdefault(payout.refund_id, []).append(payout)
    return found


def _so_far(work: Session, order_id: int) -> dict[Method, int]:
    its = (
        select(Payout.method, func.sum(Payout.amount_pence))
        .join(Refund, Refund.id == Payout.refund_id)
        .where(Refund.order_id == order_id)
        .group_by(Payout.method)
    )
    return {Method(method): int(pence) for method, pence in work.execute(its)}


_WRITE = insert(table_of(Payout))
