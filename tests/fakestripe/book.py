"""What the fake knows: sessions, money that moved, and money that went back.

The book is the oracle of the tests: what it says was captured and refunded is the truth that a
shop's own records have to come to.
"""

import itertools
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakestripe import objects
from tests.fakestripe.objects import Thing

LEAST = {"gbp": 30, "eur": 50, "usd": 50}  # in the currency's smallest unit
MOST = 99_999_999
SOONEST, LATEST = 30 * 60, 24 * 60 * 60  # seconds ahead that a session may end
Emit = Callable[[str, Thing], None]


class Refused(Exception):  # noqa: N818 - it stands for a refusal of Stripe's
    """What Stripe answers 4xx to, in Stripe's own way of saying so."""

    def __init__(
        self, message: str, *, status: int = 400, code: str | None = None, param: str | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.param = status, code, param


@dataclass
class Book:
    """Every object by its id, in the order they came to be. `emit` is told of what happens."""

    emit: Emit
    live: bool = False
    ahead: float = 0.0  # seconds that this Stripe's clock is ahead of the machine's
    things: dict[str, Thing] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def now(self) -> int:
        return int(time.time() + self.ahead)

    def get(self, kind: str, id_: str) -> Thing:
        found = self.things.get(id_)
        if found is None or found["object"] != kind:
            raise Refused(
                f"No such {kind}: '{id_}'", status=404, code="resource_missing", param="id"
            )
        return found

    def of_kind(self, kind: str) -> list[Thing]:
        return [thing for thing in self.things.values() if thing["object"] == kind]

    def keep(self, prefix: str, thing: Thing) -> Thing:
        mode = "live" if self.live else "test"
        id_ = f"{prefix}_{mode}_{next(self._ids):06d}{secrets.token_hex(8)}"
        self.things[id_] = thing = {
            "id": id_,
            **thing,
            "created": self.now(),
            **({} if thing["object"] == "refund" else {"livemode": self.live}),
        }
        return thing

    # Sessions

    def open_session(self, asked: dict[str, Any], page: str) -> Thing:
        """A session, if Stripe would open it. `page` is where its page will be, by id."""
        _payment_mode(asked)
        currency, total = self._total(asked["line_items"])
        expires_at = asked.get("expires_at", self.now() + LATEST)
        if not SOONEST <= expires_at - self.now() <= LATEST:
            raise Refused(
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.",
                param="expires_at",
            )
        session = objects.session(asked, currency=currency, total=total, expires_at=expires_at)
        session = self.keep("cs", session)
        session["url"] = page.format(id=session["id"])
        session["_lines"] = [
            line["price_data"]["product_data"]["name"] for line in asked["line_items"]
        ]
        session["_posts"] = "shipping_address_collection" in asked
        session["_intent_metadata"] = asked.get("payment_intent_data", {}).get("metadata") or {}
        return session

    def _total(self, lines: list[dict[str, Any]]) -> tuple[str, int]:
        currencies = {line["price_data"]["currency"] for line in lines}
        if len(currencies) != 1:
            raise Refused("All line items must have the same currency.", param="line_items")
        (currency,) = currencies
        if currency not in LEAST:
            raise Refused(f"Invalid currency: {currency}.", param="line_items[0][price_data]")
        for line in lines:
            if line.get("quantity", 0) < 1 or line["price_data"].get("unit_amount", -1) < 0:
                raise Refused("Invalid non-negative integer", param="line_items")
        total = sum(line["quantity"] * line["price_data"]["unit_amount"] for line in lines)
        if total < LEAST[currency]:
            raise Refused(
                "The Checkout Session's total amount due must add up to at least "
                f"{LEAST[currency] / 100:.2f} {currency}",
                code="amount_too_small",
            )
        if total > MOST:
            raise Refused("Amount must be no more than 999,999.99", code="amount_too_large")
        return currency, total

    def expire_session(self, id_: str) -> Thing:
        self.end_overdue()
        session = self.get("checkout.session", id_)
        if session["status"] != "open":
            raise Refused(
                'Only Checkout Sessions with a status in ["open"] can be expired. '
                f"This Checkout Session has a status of `{session['status']}`."
            )
        return self._expire(session)

    def clear(self) -> None:
        """A new account: nothing has happened yet, and the clock is right."""
        self.things.clear()
        self.ahead = 0.0

    def end_overdue(self) -> None:
        """Sessions end by the clock, whether or not anybody looks."""
        for session in self.of_kind("checkout.session"):
            if session["status"] == "open" and session["expires_at"] <= self.now():
                self._expire(session)

    def _expire(self, session: Thing) -> Thing:
        session.update(status="expired", url=None)
        self.emit("checkout.session.expired", session)
        return session

    # Money

    def pay(self, id_: str, *, at_once: bool = True) -> Thing:
        """The customer pressed Pay. With `at_once` the money is there, as with a card."""
        self.end_overdue()
        session = self.get("checkout.session", id_)
        if session["status"] != "open":
            raise Refused("This Checkout Session is no longer active.")
        intent = self.keep("pi", objects.intent(session))
        charge = self.keep("ch", objects.charge(intent))
        intent["latest_charge"] = charge["id"]
        session.update(status="complete", payment_intent=intent["id"], url=None)
        session["customer_details"] = objects.customer("pat@customer.example", "Pat Poole")
        if session["_posts"]:
            session["collected_information"] = objects.shipping("Pat Poole")
        if at_once:
            self._capture(session, intent, charge)
        else:
            intent["status"], charge["status"] = "processing", "pending"
        self.emit("checkout.session.completed", session)
        return session

    def _capture(self, session: Thing, intent: Thing, charge: Thing) -> None:
        session["payment_status"] = "paid"
        intent.update(status="succeeded", amount_received=intent["amount"])
        charge.update(status="succeeded", paid=True, captured=True)
        charge["amount_captured"] = charge["amount"]
        self.emit("payment_intent.succeeded", intent)
        self.emit("charge.succeeded", charge)

    def decline(self, id_: str) -> Thing:
        """The card said no: the page stays, and so does the session."""
        self.end_overdue()
        session = self.get("checkout.session", id_)
        if session["status"] != "open":
            raise Refused("This Checkout Session is no longer active.")
        intent = self.keep("pi", objects.intent(session))
        intent["status"] = "requires_payment_method"
        self.emit("payment_intent.payment_failed", intent)
        return session

    def finish(self, id_: str, *, succeeded: bool) -> Thing:
        """A slow way of paying came to its end, days after the page was left."""
        session = self.get("checkout.session", id_)
        intent = self.get("payment_intent", session["payment_intent"])
        charge = self.get("charge", intent["latest_charge"])
        if succeeded:
            self._capture(session, intent, charge)
            self.emit("checkout.session.async_payment_succeeded", session)
        else:
            intent["status"], charge["status"] = "requires_payment_method", "failed"
            self.emit("checkout.session.async_payment_failed", session)
        return session


def _payment_mode(asked: dict[str, Any]) -> None:
    """This stand-in knows one way of selling, and says so about every other one."""
    if asked.get("mode") != "payment":
        raise Refused("This stand-in has mode `payment` alone.", param="mode")
    if asked.get("ui_mode", "hosted_page") != "hosted_page":
        raise Refused("This stand-in has the hosted page alone.", param="ui_mode")
    if not asked.get("line_items"):
        raise Refused("You must pass `line_items` in `payment` mode.", param="line_items")
    for name in ("success_url", "cancel_url"):
        address = asked.get(name)
        if name == "success_url" and not address:
            raise Refused(f"Missing required param: {name}.", param=name)
        if address and not str(address).startswith(("http://", "https://")):
            raise Refused(f"Not a valid URL: {name}", code="url_invalid", param=name)
    for name in ("metadata", "payment_intent_data"):
        notes = asked.get(name) or {}
        _few_words(notes if name == "metadata" else notes.get("metadata") or {})


def _few_words(metadata: dict[str, str]) -> None:
    too_long = any(len(k) > 40 or len(v) > 500 for k, v in metadata.items())
    if len(metadata) > 50 or too_long:
        raise Refused("Metadata is too long.", param="metadata")
