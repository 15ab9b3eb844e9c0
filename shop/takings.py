"""What one till session has taken, given back and moved so far: its X report, and then its Z.

It looks only. Every figure is of rows that name the session, whenever they were written.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import CompoundSelect, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from shop import cash_moves
from shop.cash_moves import Way
from shop.gateways import counter
from shop.gateways.counter import TAKEN, Method
from shop.payments import Payment
from shop.payouts import Payout
from shop.refunds import Refund, RefundState
from shop.till import TillSession


@dataclass(frozen=True, slots=True)
class ByMethod:
    """How often, and how many pence, came in and went back in one way."""

    method: Method
    sales: int = 0
    sales_pence: int = 0
    refunds: int = 0
    refunds_pence: int = 0

    @property
    def net_pence(self) -> int:
        return self.sales_pence - self.refunds_pence


@dataclass(frozen=True, slots=True)
class Takings:
    float_pence: int
    cash_in_pence: int
    cash_out_pence: int
    by_method: tuple[ByMethod, ...]

    @property
    def expected_pence(self) -> int:
        """The cash that should be in the drawer. Below nothing only where something is missing."""
        cash = sum(each.net_pence for each in self.by_method if each.method == Method.CASH)
        return self.float_pence + self.cash_in_pence - self.cash_out_pence + cash

    @property
    def sales_pence(self) -> int:
        return sum(each.sales_pence for each in self.by_method)

    @property
    def refunds_pence(self) -> int:
        return sum(each.refunds_pence for each in self.by_method)


def of_session(work: Session, session: TillSession) -> Takings:
    """The figures of a session, by each way that a till takes, also those that nobody used."""
    sales, refunds = _sales(work, session.id), _refunds(work, session.id)
    moves = cash_moves.of_session(work, session.id)
    return Takings(
        float_pence=session.float_pence,
        cash_in_pence=sum(move.amount_pence for move in moves if move.way == Way.IN),
        cash_out_pence=sum(move.amount_pence for move in moves if move.way == Way.OUT),
        by_method=tuple(
            ByMethod(method, *sales.get(method, (0, 0)), *refunds.get(method, (0, 0)))
            for method in Method
            if method in TAKEN or method in sales
        ),
    )


def paid_in(order_ids: Select[int]) -> Select[str, str, int]:
    """Pence that came in for these orders, by gateway and way."""
    its = select(Payment.gateway, Payment.method, func.sum(Payment.amount_pence))
    return its.where(Payment.order_id.in_(order_ids)).group_by(Payment.gateway, Payment.method)


def paid_back(refund_ids: Select[int]) -> CompoundSelect[str, str, int]:
    """Pence that went back by these refunds, by gateway and way."""
    desk = (
        select(literal(counter.NAME), Payout.method, func.sum(Payout.amount_pence))
        .where(Payout.refund_id.in_(refund_ids))
        .group_by(Payout.method)
    )
    online = (
        select(Refund.gateway, literal("card"), func.sum(Refund.amount_pence))
        .where(Refund.id.in_(refund_ids), Refund.gateway != counter.NAME)
        .group_by(Refund.gateway)
    )
    return union_all(desk, online)


_Sums = Mapping[str, tuple[int, int]]


def _sales(work: Session, session_id: int) -> _Sums:
    its = select(Payment.method, func.count(), func.sum(Payment.amount_pence)).where(
        Payment.session_id == session_id
    )
    found = work.execute(its.group_by(Payment.method))
    return {method: (many, int(pence)) for method, many, pence in found}


def _refunds(work: Session, session_id: int) -> _Sums:
    """What went back, by the ways that it left the desk."""
    its = (
        select(Payout.method, func.count(), func.sum(Payout.amount_pence))
        .join(Refund, Refund.id == Payout.refund_id)
        .where(Refund.session_id == session_id, Refund.state != RefundState.FAILED)
    )
    found = work.execute(its.group_by(Payout.method))
    return {method: (many, int(pence)) for method, many, pence in found}
