"""Where an online order stands, in words for who ordered it."""

from dataclasses import dataclass
from enum import Enum, auto

from shop.drafts import Fulfilment
from shop.order_states import OrderState
from shop.orders import Order
from shop.sites import Site

_NOTHING_BACK = "Nothing was paid, so there is nothing to give back."
_WRONG = "The payment that came is not what this order costs."


@dataclass(frozen=True, slots=True)
class Standing:
    """`title` is the page's heading, `then` what happens next."""

    title: str
    then: str
    good: bool = True


class WrongMoney(Enum):
    """Money that came for an order and is not what it costs."""

    NONE = auto()
    HERE = auto()
    GOES_BACK = auto()


def standing(
    order: Order, site: Site, *, reserved: bool, wrong: WrongMoney = WrongMoney.NONE
) -> Standing:
    """`wrong` counts where nobody paid what the order costs, so that it was cancelled."""
    if order.state == OrderState.PLACED:
        return _placed(site, reserved=reserved)
    if order.state == OrderState.CANCELLED:
        return Standing("Cancelled", _NOT_PAID[wrong], good=False)
    if order.state == OrderState.PAID:
        if order.fulfilment == Fulfilment.POST:
            return Standing("Paid. We are packing it", "We tell you when it is on its way.")
        return Standing(
            "Paid. We are preparing it",
            f"Please don’t come yet. We tell you when it is ready at {site.name}.",
        )
    return {
        OrderState.OWED: Standing(
            "Paid, and we are looking for one",
            "The last one was sold as you paid. We call or write to you. You can also cancel.",
            good=False,
        ),
        OrderState.READY: Standing(
            f"Ready at {site.name}", "Show this code at the desk. It is paid."
        ),
        OrderState.COLLECTED: Standing("You have it", "Thank you."),
        OrderState.POSTED: Standing("On its way", "It takes 2 to 3 working days."),
        OrderState.UNCOLLECTED: Standing(
            "Not collected",
            "It went back on the shelf. "
            + ("We give you your money back." if order.total_pence else _NOTHING_BACK),
            good=False,
        ),
        OrderState.REFUNDED: Standing(
            "Cancelled",
            "Your money goes back the way you paid. Banks take up to ten days."
            if order.total_pence
            else _NOTHING_BACK,
        ),
    }[OrderState(order.state)]


def _placed(site: Site, *, reserved: bool) -> Standing:
    if reserved:
        return Standing(
            f"Kept for you at {site.name}", "Show this code at the desk, and pay there."
        )
    return Standing(
        "We are waiting for your payment", "If you have paid, do not pay again.", good=False
    )


_NOT_PAID = {
    WrongMoney.NONE: "You have not been charged. You can order again.",
    WrongMoney.HERE: f"{_WRONG} We are looking at it, and we give it back. You can order again.",
    WrongMoney.GOES_BACK: f"{_WRONG} It goes back the way you paid. Banks take up to ten days.",
}
