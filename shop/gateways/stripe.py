"""Stripe Checkout: a page of Stripe's, and all that we say to Stripe. Nothing else imports it.

Stripe is told our order's number, its total, and two random ids. Never a product, a clinic, a
practitioner or a person: who buys a ball for the hip says something about a hip.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, TypeVar

from shop import network
from shop.errors import Unreadable
from shop.gateways import (
    GatewayAway,
    GatewayRefused,
    Notice,
    Owner,
    PageAsked,
    PageSeen,
    PageState,
    ReturnAsked,
    ReturnSeen,
)
from shop.gateways import stripe_answers as answers
from shop.stripe_keys import StripeKeys

if TYPE_CHECKING:
    from stripe import StripeClient

log = logging.getLogger("shop")
NAME = "stripe"
LEAST_PENCE = 30  # Stripe's own, for pounds
MOST_LISTED = 100  # of one page of a list, which is as many as Stripe gives
CONNECT_SECONDS, READ_SECONDS = 3, 10  # a customer waits for no longer than that
MOST_CALLS = 8  # of a process at once: its other threads go on showing pages
RETRIES = 1  # with the same key, so that trying again does nothing twice
_AWAY = (
    "The payment service does not answer just now. Nothing is lost: wait a minute and try again."
)


class StripeGateway:
    """The clinic's Stripe account, by its keys. The library is loaded when it is first used."""

    name = NAME
    least_pence = LEAST_PENCE

    def __init__(self, keys: StripeKeys) -> None:
        self._keys = keys

    @property
    def live(self) -> bool:
        return self._keys.live

    @cached_property
    def _client(self) -> "StripeClient":
        return _connect(self._keys)

    def open(self, asked: PageAsked) -> PageSeen:
        ours = {"shop": asked.shop, "order": asked.order}
        price = {
            "currency": asked.currency.lower(),
            "unit_amount": asked.amount_pence,
            "product_data": {"name": f"Order {asked.number}"},
        }
        params: Any = {
            "mode": "payment",
            "ui_mode": "hosted_page",
            "allowed_payment_method_types": ["card"],  # wallets come with it, and it is instant
            "line_items": [{"quantity": 1, "price_data": price}],
            "client_reference_id": asked.order,
            "metadata": ours,
            "payment_intent_data": {"metadata": ours},
            "expires_at": int(asked.expires_at.timestamp()),
            "success_url": asked.success_url,
            "cancel_url": asked.cancel_url,
        }
        if asked.posts:
            params["shipping_address_collection"] = {"allowed_countries": ["GB"]}
        sessions = self._client.v1.checkout.sessions
        once: Any = {"idempotency_key": asked.key}
        return self._seen(
            _asking(lambda: answers.page(sessions.create(params=params, options=once)))
        )

    def look(self, reference: str) -> PageSeen:
        sessions = self._client.v1.checkout.sessions
        return self._seen(_asking(lambda: answers.page(sessions.retrieve(reference))))

    def close(self, reference: str) -> PageSeen:
        """An open page ends. One that was paid in this moment says so, and is left alone."""
        sessions = self._client.v1.checkout.sessions
        try:
            return _asking(lambda: answers.page(sessions.expire(reference)))
        except GatewayRefused:
            return self.look(reference)

    def give_back(self, asked: ReturnAsked) -> ReturnSeen:
        params: Any = {
            "payment_intent": asked.payment,
            "amount": asked.amount_pence,
            "metadata": {"refund": asked.refund},
        }
        once: Any = {"idempotency_key": asked.key}
        refunds = self._client.v1.refunds
        return _asking(lambda: answers.refund(refunds.create(params=params, options=once)))

    def owner(self, payment: str) -> Owner:
        intents = self._client.v1.payment_intents
        return _asking(lambda: answers.owner(intents.retrieve(payment)))

    def returns(self, payment: str) -> Sequence[ReturnSeen]:
        return [*self._listed({"payment_intent": payment})]

    def returns_since(self, moment: datetime) -> Iterator[ReturnSeen]:
        return self._listed({"created": {"gte": int(moment.timestamp())}})

    def pages_since(self, moment: datetime) -> Iterator[PageSeen]:
        sessions = self._client.v1.checkout.sessions
        params: Any = {"created": {"gte": int(moment.timestamp())}, "limit": MOST_LISTED}
        return map(self._seen, _each(lambda: sessions.list(params=params), answers.page))

    def read(self, body: bytes, signature: str) -> Notice:
        from stripe import SignatureVerificationError, WebhookSignature

        secret = self._keys.webhook_secret
        try:
            WebhookSignature.verify_header(body, signature, secret, answers.OLDEST_NOTICE)
        except (SignatureVerificationError, TypeError, ValueError) as forged:
            raise Unreadable("That notice is not signed by Stripe.") from forged
        return answers.notice(body)

    def _seen(self, page: PageSeen) -> PageSeen:
        """A page whose money was on its way and came to nothing is over, like one that expired:
        Stripe says so of the payment alone, and calls the page complete for ever."""
        if page.state != PageState.WAITING or page.payment is None:
            return page
        intents, payment = self._client.v1.payment_intents, page.payment
        if _asking(lambda: answers.came_to_nothing(intents.retrieve(payment))):
            return replace(page, state=PageState.EXPIRED, payment=None)
        return page

    def _listed(self, which: dict[str, Any]) -> Iterator[ReturnSeen]:
        """Refunds and disputes alike: both are money that goes back."""
        refunds, disputes = self._client.v1.refunds, self._client.v1.disputes
        params: Any = {**which, "limit": MOST_LISTED}
        yield from _each(lambda: refunds.list(params=params), answers.refund)
        yield from _each(lambda: disputes.list(params=params), answers.dispute)


def _connect(keys: StripeKeys) -> "StripeClient":
    """A client of our own. Nothing of the library's global settings: a host may use Stripe too."""
    import stripe

    lines = BoundedSemaphore(MOST_CALLS)

    class Line(stripe.RequestsClient):
        """The way out: never inside a transaction, and without telling how this machine is.

        While Stripe is slow, a call too many is told at once that it is away, so that those who
        want to pay don't take every thread from those who only look.
        """

        def request(  # type: ignore[override]  # as in the library's own client
            self,
            method: str,
            url: str,
            headers: Mapping[str, str] | None,
            post_data: Any = None,
        ) -> tuple[bytes, int, Mapping[str, str]]:
            network.about_to_call()
            if not lines.acquire(blocking=False):
                raise GatewayAway(_AWAY)
            told = {**(headers or {}), "X-Stripe-Client-User-Agent": json.dumps(_ABOUT_US)}
            told.pop("X-Stripe-Client-Telemetry", None)
            try:
                return super().request(method, url, told, post_data)
            finally:
                lines.release()

    return stripe.StripeClient(
        keys.secret_key,
        http_client=Line(timeout=(CONNECT_SECONDS, READ_SECONDS)),
        max_network_retries=RETRIES,
        base_addresses={"api": keys.api_base} if keys.api_base else None,
    )


_ABOUT_US = {"lang": "python", "publisher": "sorespot"}
_Seen = TypeVar("_Seen")
_Answer = TypeVar("_Answer")


def _each(first: Callable[[], Any], read: Callable[[Any], _Seen]) -> Iterator[_Seen]:
    """Everything on a list, the pages that follow too."""
    listed = _asking(lambda: first().auto_paging_iter())
    while (found := _asking(lambda: next(listed, None))) is not None:
        yield _asking(lambda thing=found: read(thing))  # type: ignore[misc]


def _asking(ask: Callable[[], _Answer]) -> _Answer:
    """Ask Stripe, with its errors in our own words: a clear no, or nobody knows."""
    from stripe import StripeError

    try:
        return ask()
    except StripeError as error:
        if error.http_status in _CLEAR:
            sentence = f"Stripe refused: {error.user_message or error}"
            raise GatewayRefused(sentence, str(error.code or "")) from error
        log.warning("Stripe did not help: %s, %s", type(error).__name__, error.http_status)
        raise GatewayAway(_AWAY) from error
    except answers.Odd as odd:
        log.warning("Stripe's answer made no sense: %s", odd)
        raise GatewayAway(_AWAY) from odd


# What these answer stays so however often it is asked. 401 and 403 are our keys, 409 and 429 pass.
_CLEAR = (400, 402, 404)
