"""Money that goes back: refunds and disputes, with the amounts that Stripe would allow."""

from typing import Any

from tests.fakestripe import objects
from tests.fakestripe.book import Book, Refused
from tests.fakestripe.objects import Thing

_GONE = ("pending", "requires_action", "succeeded")  # refunds that use up what can be refunded


def refund(book: Book, asked: dict[str, Any], *, status: str = "succeeded") -> Thing:
    """Give money back, never more than there is. Stripe's wording for each no."""
    charge = _charge(book, asked)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = asked.get("amount", left)
    if not left:
        raise Refused(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if amount < 1:
        raise Refused("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise Refused(
            f"Refund amount (£{amount / 100:.2f}) is greater than unrefunded amount on charge "
            f"(£{left / 100:.2f})",
            code="amount_too_large",
            param="amount",
        )
    made = book.keep("re", objects.refund(charge, amount, asked, status))
    _count(book, charge)
    book.emit("refund.created", made)
    book.emit("charge.refunded", charge)
    return made


def _charge(book: Book, asked: dict[str, Any]) -> Thing:
    if "charge" in asked:
        charge = book.get("charge", asked["charge"])
    elif "payment_intent" in asked:
        intent = book.get("payment_intent", asked["payment_intent"])
        if intent["status"] != "succeeded":
            raise Refused(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                code="resource_missing",
                param="payment_intent",
            )
        charge = book.get("charge", intent["latest_charge"])
    else:
        raise Refused("One of the following params should be provided: charge or payment_intent.")
    if charge["disputed"]:
        raise Refused(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    return charge


def change(book: Book, id_: str, *, status: str, failure: str | None = None) -> Thing:
    """The bank spoke: a pending refund arrives, or one that was under way comes back."""
    made = book.get("refund", id_)
    made["status"] = status
    if status == "failed":
        made["failure_reason"] = failure or "expired_or_canceled_card"
    _count(book, book.get("charge", made["charge"]))
    book.emit("refund.failed" if status == "failed" else "refund.updated", made)
    return made


def _count(book: Book, charge: Thing) -> None:
    gone = [
        each["amount"]
        for each in book.of_kind("refund")
        if each["charge"] == charge["id"] and each["status"] in _GONE
    ]
    charge["amount_refunded"] = sum(gone)
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]


def dispute(book: Book, intent_id: str, *, amount: int | None = None) -> Thing:
    """The customer's bank takes money back until it is settled who was right."""
    intent = book.get("payment_intent", intent_id)
    charge = book.get("charge", intent["latest_charge"])
    charge["disputed"] = True
    left = charge["amount_captured"] - charge["amount_refunded"]
    made = book.keep("dp", objects.dispute(charge, left if amount is None else amount, book.now()))
    book.emit("charge.dispute.created", made)
    return made


def decide(book: Book, id_: str, *, status: str) -> Thing:
    """`won` or `lost`: the bank's last word."""
    made = book.get("dispute", id_)
    made["status"] = status
    book.emit("charge.dispute.closed", made)
    return made
