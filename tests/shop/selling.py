"""A sale at the desk in one line, for tests that are about something else."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from shop import orders, payments, till
from shop.drafts import Channel, Draft
from shop.gateways import counter
from shop.orders import PlacedOrder
from tests.shop.conftest import LONDON, NOON


def draft(work: Session, basket: Mapping[str, int], *, site: str = "cambridge") -> Draft:
    return orders.new(work, site, basket, channel=Channel.DESK, currency="GBP", vat_registered=True)


def place(
    work: Session,
    basket: Mapping[str, int],
    *,
    site: str = "cambridge",
    press: str | None = None,
    at: datetime = NOON,
    hold_until: datetime | None = None,
) -> PlacedOrder:
    return orders.place(
        work,
        draft(work, basket, site=site),
        press=press or orders.new_press(),
        at=at,
        hold_until=hold_until,
    )


def pay(work: Session, order: PlacedOrder, *, by: str = "rae", at: datetime = NOON) -> str:
    """Take the cash for a placed order, into the drawer if one is open; the receipt's number."""
    money, drawer = counter.capture(order, counter.Method.CASH), till.current(work, order.site)
    return payments.settle(
        work, order, money, zone=LONDON, session_id=drawer and drawer.id, by=by, at=at
    )


def sell(
    work: Session,
    basket: Mapping[str, int],
    *,
    site: str = "cambridge",
    by: str = "rae",
    at: datetime = NOON,
) -> str:
    """Sell for cash and return the receipt's number."""
    return pay(work, place(work, basket, site=site, at=at), by=by, at=at)
