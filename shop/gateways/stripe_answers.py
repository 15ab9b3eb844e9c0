"""What Stripe answers, read into our own values. An answer that makes no sense is Odd.

Stripe's newer versions add and rename things, so nothing is read that is not needed, and what
is needed is checked.
"""

import json
from typing import Any

from shop.errors import Unreadable
from shop.gateways import (
    About,
    Notice,
    Owner,
    PageSeen,
    PageState,
    Person,
    ReturnSeen,
    ReturnState,
)
from shop.letters import one_line

OLDEST_NOTICE = 300  # seconds since it was signed: what is older was recorded and sent again


class Odd(Exception):  # noqa: N818 - the mistake is not ours
    """An answer that is none."""


_RETURN_STATES = {
    "pending": ReturnState.PENDING,
    "requires_action": ReturnState.PENDING,
    "succeeded": ReturnState.SUCCEEDED,
    "failed": ReturnState.FAILED,
    "canceled": ReturnState.FAILED,
}
_DISPUTES_WON = ("won", "warning_closed", "prevented")  # the money is ours after all


def page(session: Any) -> PageSeen:
    """A Checkout Session. Another site's may be a subscription, or without any amount: it is
    read as nothing at all, which no order of ours costs."""
    metadata = _metadata(session)
    ours = getattr(session, "mode", None) == "payment"
    return PageSeen(
        reference=_text(session, "id"),
        state=_page_state(session),
        url=_text(session, "url", needed=False) or "",
        shop=metadata.get("shop"),
        order=metadata.get("order"),
        amount_pence=_amount(session, "amount_total") if ours else 0,
        currency=(_text(session, "currency", needed=ours) or "").upper(),
        live=_value(session, "livemode") is True,
        payment=_text(session, "payment_intent", needed=False),
        person=_person(session),
    )


def _person(session: Any) -> Person:
    """Who has paid, as far as Stripe has asked. Nothing of it is needed for the books."""
    told = getattr(session, "customer_details", None)
    posted = getattr(getattr(session, "collected_information", None), "shipping_details", None)
    lines = [_said(posted, "name"), *(_said(getattr(posted, "address", None), line)
             for line in ("line1", "line2", "city", "state", "postal_code"))]  # fmt: skip
    return Person(
        email=_said(told, "email"),
        name=_said(posted, "name") or _said(told, "name"),
        address="\n".join(line for line in lines if line),
    )


def _said(thing: Any, name: str) -> str:
    """A line of text, empty where there is none. What no keyboard types is a space in it: a parcel
    that lost a line for one odd character would have no street."""
    found = getattr(thing, name, None)
    return one_line(found) if isinstance(found, str) else ""


def _page_state(session: Any) -> PageState:
    status, paid = _text(session, "status"), _text(session, "payment_status")
    if status == "open":
        return PageState.OPEN
    if status == "expired":
        return PageState.EXPIRED
    if status != "complete":
        raise Odd(f"a session that is {status}")
    return PageState.PAID if paid == "paid" else PageState.WAITING


def came_to_nothing(intent: Any) -> bool:
    """Whether a payment that was on its way will never arrive."""
    return _text(intent, "status") in ("requires_payment_method", "canceled")


def owner(intent: Any) -> Owner:
    metadata = _metadata(intent)
    return Owner(metadata.get("shop"), metadata.get("order"))


def refund(found: Any) -> ReturnSeen:
    status = _text(found, "status")
    if status not in _RETURN_STATES:
        raise Odd(f"a refund that is {status}")
    return ReturnSeen(
        reference=_text(found, "id"),
        payment=_text(found, "payment_intent", needed=False),
        amount_pence=_amount(found, "amount"),
        state=_RETURN_STATES[status],
        refund=_metadata(found).get("refund"),
    )


def dispute(found: Any) -> ReturnSeen:
    """The bank has the money until it has decided; one that we lost is gone like a refund."""
    status = _text(found, "status")
    state = ReturnState.SUCCEEDED if status == "lost" else ReturnState.PENDING
    return ReturnSeen(
        reference=_text(found, "id"),
        payment=_text(found, "payment_intent", needed=False),
        amount_pence=_amount(found, "amount"),
        state=ReturnState.FAILED if status in _DISPUTES_WON else state,
        disputed=True,
    )


def notice(body: bytes) -> Notice:
    """An event, whatever its version. Its signature has been checked before."""
    try:
        event = json.loads(body)
        id_, type_, thing = event["id"], event["type"], event["data"]["object"]
        live = event.get("livemode") is True
        about = _about(type_)
        reference = thing.get("payment_intent" if about == About.RETURN else "id")
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as unknown:
        raise Unreadable("That notice is none that Stripe sends.") from unknown
    if not isinstance(id_, str) or not isinstance(reference, str | None):
        raise Unreadable("That notice is none that Stripe sends.")
    return Notice(id_, type_, live, about if reference else About.NOTHING, reference)


def _about(type_: str) -> About:
    if type_.startswith("checkout.session."):
        return About.PAGE
    if type_.startswith(("refund.", "charge.refund", "charge.dispute.")):
        return About.RETURN
    return About.NOTHING


def _value(thing: Any, name: str) -> Any:
    try:
        return getattr(thing, name)
    except AttributeError as missing:
        raise Odd(f"{type(thing).__name__} without {name}") from missing


def _text(thing: Any, name: str, *, needed: bool = True) -> Any:
    found = _value(thing, name) if needed else getattr(thing, name, None)
    if isinstance(found, str) or (found is None and not needed):
        return found
    raise Odd(f"{name} is no text")


def _amount(thing: Any, name: str) -> int:
    found = _value(thing, name)
    if type(found) is not int or found < 0:
        raise Odd(f"{name} is no amount")
    return found


def _metadata(thing: Any) -> dict[str, str]:
    found = getattr(thing, "metadata", None)
    noted: dict[str, Any] = getattr(found, "to_dict", dict)()
    return {key: value for key, value in noted.items() if isinstance(value, str)}
