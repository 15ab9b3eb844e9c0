"""The desk: cash in the drawer, or a card on the clinic's own machine, which we only record."""

from enum import StrEnum

from shop.gateways import Captured, ReturnAsked, ReturnSeen, ReturnState
from shop.orders import PlacedOrder

NAME = "counter"


class Method(StrEnum):
    CARD = "card"
    CASH = "cash"
    DISCOUNT = "discount"  # all of it was taken off, so no money changes hands

    @property
    def label(self) -> str:
        return self.value.title()


TAKEN = (Method.CARD, Method.CASH)  # what somebody at the desk can press


def capture(order: PlacedOrder, method: Method) -> Captured:
    """The money changed hands before the button was pressed: state exactly the order's total."""
    how = method if order.total_pence else Method.DISCOUNT
    return Captured(NAME, how, order.total_pence, order.currency)


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
