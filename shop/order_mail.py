"""What an online order's buyer is told by mail, queued in the transaction that it tells of.

A mail says what happened to an order and where to look. It never names what the order was for,
and nobody by name: not its buyer, and not who packed it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from shop import buyers, outbox, sites
from shop.buyers import Buyer
from shop.drafts import Fulfilment
from shop.letters import CODE, LINK
from shop.orders import Order
from shop.sites import Site

_LOOK = f"Your order and its receipt are here, and what you can do about it:\n{LINK}"


def paid(work: Session, order: Order, buyer: Buyer, *, at: datetime) -> None:
    """It is paid. It can't be fetched yet, and says so."""
    if order.fulfilment == Fulfilment.POST:
        then = "We pack it next, and tell you when it is on its way."
    else:
        then = "Please don't come yet. We tell you when and where it is ready."
    subject = f"Order {order.number} is paid"
    _queue(work, order, "paid", subject, ["Thank you.", then], at, buyer=buyer)


def reserved(work: Session, order: Order, *, at: datetime) -> None:
    """It is kept at the desk, where it is paid."""
    site = sites.get(work, order.site)
    _queue(work, order, "reserved", f"Order {order.number} is kept for you", [
        f"Pay for it when you fetch it at {site.name}. Until then nothing is due.", _where(site),
        f"Show this code at the desk: {CODE}",
    ], at)  # fmt: skip


def ready(work: Session, order: Order, *, at: datetime) -> None:
    """It may be fetched: where, when, and with which code."""
    site = sites.get(work, order.site)
    _queue(work, order, "ready", f"Order {order.number} is ready", [
        f"It is ready at {site.name}. We keep it for {_days(site)}.",
        _where(site),
        f"Show this code at the desk: {CODE}",
    ], at)  # fmt: skip


def remind(work: Session, order: Order, *, at: datetime) -> bool:
    """It has been ready for some days, and nobody came. Said once; False if it was before."""
    site = sites.get(work, order.site)
    return _queue(work, order, "reminder", f"Order {order.number} is waiting for you", [
        f"It is ready at {site.name}. We keep it for {_days(site)} in all.",
        _where(site),
        f"Show this code at the desk: {CODE}",
    ], at)  # fmt: skip


def posted(work: Session, order: Order, *, at: datetime) -> None:
    """The post has it, and by which number it can be followed."""
    buyer = buyers.of_order(work, order.id)
    said = [f"Tracking number: {buyer.tracking}"] if buyer and buyer.tracking else []
    _queue(work, order, "posted", f"Order {order.number} is on its way",
           ["It was posted today.", *said], at)  # fmt: skip


def cancelled(work: Session, order: Order, *, was_paid: bool, at: datetime) -> None:
    """It is over before it left us. What was paid goes back, and another mail says when."""
    then = "We give back all that you paid, and tell you when it is on its way."
    unpaid = "Nothing was paid, so nothing is due."
    _queue(work, order, "cancelled", f"Order {order.number} is cancelled",
           ["We don't keep it for you any more.", then if was_paid else unpaid], at)  # fmt: skip


def substituted(work: Session, order: Order, *, at: datetime) -> None:
    """Something else goes out for what was not there, as was agreed. Their page says what."""
    _queue(work, order, "instead", f"Order {order.number}: another product instead", [
        "Something that you ordered is sold out. As we agreed with you, another product goes out"
        " instead. It costs you nothing more. Your order’s page says which one.",
        "You can still cancel until it leaves us, and send it back after that.",
    ], at)  # fmt: skip


def given_back(work: Session, order: Order, refund_uid: str, amount: str, *, at: datetime) -> None:
    """Money goes back, and how much."""
    _queue(work, order, f"refund-{refund_uid}", f"Order {order.number}: a refund", [
        f"{amount} goes back the way that you paid. Banks take up to ten days to show it.",
    ], at)  # fmt: skip


def link(work: Session, order: Order, *, at: datetime) -> None:
    """Somebody who knows its number and address has lost the link."""
    key = f"link-{at.isoformat()}"
    _queue(work, order, key, f"Order {order.number}: your link", ["You asked for this link."], at)


def _days(site: Site) -> str:
    return f"{site.keeps_days} day{'' if site.keeps_days == 1 else 's'}"


def _where(site: Site) -> str:
    return "\n".join(part for part in (site.address, site.hours, site.phone) if part)


def _queue(
    work: Session,
    order: Order,
    what: str,
    subject: str,
    parts: list[str],
    at: datetime,
    *,
    buyer: Buyer | None = None,
) -> bool:
    """Queue it once, to whoever the buyer turns out to be; to nobody where no address is known."""
    buyer = buyer or buyers.of_order(work, order.id)
    if buyer is None or not buyer.email:
        return False
    return outbox.put(
        work, f"order:{order.id}:{what}", to=f"order:{order.id}", site=order.site,
        subject=subject, body="\n\n".join([*parts, _LOOK]), at=at,
    )  # fmt: skip
