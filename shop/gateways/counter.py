"""The desk: cash in the drawer, or a card on the clinic's own machine, which we only record."""

from enum import StrEnum

from shop.gateways import Captured, ReturnAsked, ReturnSeen, ReturnState
from shop.orders import PlacedOrder

NAME = "counter"


class Method(StrEnum):
    CARD = "card"
    CASH = "cash"

    @property
    def label(self) -> str:
        return {Method.CARD: "Card", Method.CASH: "Cash"}[self]


def capture(order: PlacedOrder, method: Method) -> Captured:
    """The money changed hands before the button was pressed: state exactly the order's total."""
    return Captured(NAME, method, order.total_pence, order.currency)


class Counter:
    """Money given back at the desk has changed hands too when somebody writes it down."""

    name = NAME

    def give_back(self, asked: ReturnAsked) -> ReturnSeen:
        return ReturnSeen(
            reference=f"desk:{asked.refund}",
            payment=None,
            amount_pence=asked.amount_pence,
            state=ReturnState.SUCCEEDED,
            refund=asked.refund,
        )
