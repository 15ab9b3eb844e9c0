"""The desk: cash in the drawer, or a card on the clinic's own machine, which we only record."""

from enum import StrEnum

from shop import card_numbers
from shop.errors import Unreadable
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
    return part(how, order.total_pence, order.currency)


def part(
    method: Method,
    amount_pence: int,
    currency: str,
    *,
    tendered_pence: int | None = None,
    slip: str | None = None,
) -> Captured:
    """One part of what an order is paid with. `slip` is the card machine's own reference.

    Raises Unreadable for a slip that looks like a card number.
    """
    if slip and card_numbers.looks_like_one(slip):
        raise Unreadable(card_numbers.NEVER)
    return Captured(
        NAME, method, amount_pence, currency, tendered_pence=tendered_pence, slip=slip or None
    )


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
