"""Where an order can stand, and the only ways from one state to the next."""

from collections.abc import Mapping
from enum import StrEnum


class OrderState(StrEnum):
    PLACED = "placed"  # written down, and not paid yet
    SETTLED = "settled"  # sold over the counter: paid and taken home
    PAID = "paid"  # paid online, its units kept
    OWED = "owed"  # paid online, and the shelf was empty: a person has to decide
    READY = "ready"  # packed, waiting to be collected
    COLLECTED = "collected"
    POSTED = "posted"
    UNCOLLECTED = "uncollected"  # nobody came, its units are back on the shelf
    REFUNDED = "refunded"  # given back before anything was handed over
    CANCELLED = "cancelled"  # nobody paid in time


# The last one is no end: money that arrives late is never turned away.
NEXT: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.PLACED: frozenset(
        {OrderState.SETTLED, OrderState.PAID, OrderState.OWED, OrderState.CANCELLED}
    ),
    OrderState.OWED: frozenset({OrderState.PAID, OrderState.REFUNDED}),
    OrderState.PAID: frozenset(
        {OrderState.READY, OrderState.COLLECTED, OrderState.POSTED, OrderState.REFUNDED}
    ),
    OrderState.READY: frozenset(
        {OrderState.COLLECTED, OrderState.UNCOLLECTED, OrderState.REFUNDED}
    ),
    OrderState.UNCOLLECTED: frozenset({OrderState.REFUNDED}),
    OrderState.CANCELLED: frozenset({OrderState.PAID, OrderState.OWED}),
    OrderState.SETTLED: frozenset(),
    OrderState.COLLECTED: frozenset(),
    OrderState.POSTED: frozenset(),
    OrderState.REFUNDED: frozenset(),
}
UNPAID = (OrderState.PLACED, OrderState.CANCELLED)
IN_HAND = (OrderState.PAID, OrderState.READY)  # its units are kept at the clinic

NOT_OUT = (*IN_HAND, OrderState.OWED, OrderState.UNCOLLECTED)  # paid, and not with its buyer


def before(state: OrderState) -> list[OrderState]:
    """The states that lead to this one."""
    return [earlier for earlier, later in NEXT.items() if state in later]
