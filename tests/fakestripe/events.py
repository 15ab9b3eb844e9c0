"""Events: written in the moment, signed when they are sent, and sent the way a test wants it."""

import json
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Queue
from threading import Lock, Thread
from typing import Any

import requests
import stripe

from tests.fakestripe import shapes
from tests.fakestripe.objects import Thing, shown

PATIENCE = 30  # seconds for the shop to answer


@dataclass
class Hook:
    """Where events go. `mode`: at once, `held` until a test lets them go, or `lost`."""

    url: str = ""
    secret: str = ""
    mode: str = "at once"
    copies: int = 1
    tries: int = 3  # for an answer that is not 2xx


@dataclass
class Events:
    now: Callable[[], int]
    live: bool = False
    version: str = stripe.api_version
    hook: Hook = field(default_factory=Hook)
    written: list[Thing] = field(default_factory=list)
    answers: list[tuple[str, int]] = field(default_factory=list)  # type, status
    _held: list[Thing] = field(default_factory=list)
    _queue: "Queue[Thing]" = field(default_factory=Queue)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        Thread(target=self._post_for_ever, daemon=True).start()

    def write(self, type_: str, thing: Thing) -> Thing:
        """Something happened: the event shows the object as it is at this moment."""
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": self.version,
            "created": self.now(),
            "data": {"object": json.loads(json.dumps(shown(thing)))},
            "livemode": self.live,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": type_,
        }
        shapes.check(event)
        with self._lock:
            self.written.append(event)
        if self.hook.mode == "held":
            self._held.append(event)
        elif self.hook.mode == "at once" and self.hook.url:
            self._send([event])
        return event

    def clear(self) -> None:
        self.hook = Hook(secret=self.hook.secret)
        self.version = stripe.api_version
        self.written, self.answers, self._held = [], [], []

    def let_go(self, *, copies: int = 1, seed: int | None = None) -> int:
        """Send what was held: so many times each, and shuffled with a `seed`."""
        events, self._held = self._held * copies, []
        if seed is not None:
            random.Random(seed).shuffle(events)
        self._send(events)
        return len(events)

    def signed(self, event: Thing) -> tuple[str, str]:
        """An event's body and its header, signed as Stripe does."""
        body = json.dumps(event)
        header = stripe.WebhookSignature.generate_signature_header(body, self.hook.secret)
        return body, header

    def settle_down(self) -> None:
        """Wait until everything that was sent has been answered."""
        self._queue.join()

    def _send(self, events: list[Thing]) -> None:
        for event in events:
            for _ in range(self.hook.copies):
                self._queue.put(event)

    def _post_for_ever(self) -> None:
        while True:
            event = self._queue.get()
            try:
                self._post(event)
            finally:
                self._queue.task_done()

    def _post(self, event: Thing) -> None:
        for _ in range(self.hook.tries):
            status = self._once(event)
            self.answers.append((event["type"], status))
            if 200 <= status < 300:
                return

    def _once(self, event: dict[str, Any]) -> int:
        body, header = self.signed(event)
        headers = {"Stripe-Signature": header, "Content-Type": "application/json"}
        try:
            return requests.post(
                self.hook.url, data=body, headers=headers, timeout=PATIENCE
            ).status_code
        except requests.RequestException:
            return 0
