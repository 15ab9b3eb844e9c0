"""Ways to be paid: one protocol, and the values that go into a gateway and come out of it.

A gateway talks to another machine, or stands for one, so it is never called inside a
transaction. What it says is a hint until it was compared with our own order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shop.errors import Refusal


class GatewayAway(Refusal):
    """Nobody answered, or nothing sensible: what was asked may or may not have been done."""

    status = 503


class GatewayRefused(Refusal):
    """A clear no. `code` is the gateway's own word for it."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Captured:
    """Money that has been taken, in pence, and by which way. `reference` is the gateway's own.

    `tendered_pence` is the cash that was handed over, change included; `slip` is what the
    clinic's own card machine printed as its reference.
    """

    gateway: str
    method: str
    amount_pence: int
    currency: str
    reference: str | None = None
    tendered_pence: int | None = None
    slip: str | None = None


class PageState(StrEnum):
    OPEN = "open"  # somebody may still pay
    WAITING = "waiting"  # left by the customer, and the money is still on its way
    PAID = "paid"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class PageAsked:
    """A page on which one order can be paid. `key` makes asking twice the same as asking once.

    `shop` and `order` are random ids of ours: all that the gateway is told about a purchase.
    """

    key: str
    shop: str
    order: str
    number: int
    amount_pence: int
    currency: str
    expires_at: datetime
    success_url: str
    cancel_url: str
    posts: bool = False  # ask where to, because it goes by post


@dataclass(frozen=True, slots=True)
class Person:
    """Who has paid, as they told the payment page. Each part may be empty."""

    email: str = ""
    name: str = ""
    address: str = ""  # line by line


NOBODY = Person()


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A payment page as the gateway describes it. `payment` names the money once there is some."""

    reference: str
    state: PageState
    url: str
    shop: str | None
    order: str | None
    amount_pence: int
    currency: str
    live: bool
    payment: str | None = None
    person: Person = NOBODY


class ReturnState(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReturnAsked:
    """Money that is to go back. `refund` is our own random id of it."""

    key: str
    refund: str
    payment: str | None
    amount_pence: int
    currency: str


@dataclass(frozen=True, slots=True)
class ReturnSeen:
    """Money that goes back, as the gateway describes it, a disputed payment among it.

    `refund` is our own id where we asked for it, None where somebody else did.
    """

    reference: str
    payment: str | None
    amount_pence: int
    state: ReturnState
    refund: str | None = None
    disputed: bool = False


class About(StrEnum):
    PAGE = "page"
    RETURN = "return"
    NOTHING = "nothing"  # that we have a use for


@dataclass(frozen=True, slots=True)
class Notice:
    """What a gateway tells us of its own accord: that something happened, never what to believe.

    `reference` is a page's, or for money that goes back the payment's.
    """

    id: str
    type: str
    live: bool
    about: About
    reference: str | None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a payment is, in our own random ids; None where it is none of ours."""

    shop: str | None
    order: str | None


class Gateway(Protocol):
    """A way to be paid: what each of them can do is give money back."""

    @property
    def name(self) -> str: ...

    def give_back(self, asked: ReturnAsked) -> ReturnSeen:
        """Give money back, once for each key. Raises GatewayAway and GatewayRefused."""
        ...


class Online(Gateway, Protocol):
    """A gateway with a page on which customers pay. Each call but `read` may raise GatewayAway."""

    @property
    def live(self) -> bool:
        """Whether its money is real."""
        ...

    @property
    def least_pence(self) -> int: ...

    def open(self, asked: PageAsked) -> PageSeen:
        """A page for one order, the same one for the same key. Raises GatewayRefused."""
        ...

    def look(self, reference: str) -> PageSeen:
        """How it stands with a page. Raises GatewayRefused for one that it doesn't know."""
        ...

    def close(self, reference: str) -> PageSeen:
        """End an open page, so that nobody can pay on it; one that is over stays as it is."""
        ...

    def owner(self, payment: str) -> Owner: ...

    def returns(self, payment: str) -> Sequence[ReturnSeen]:
        """All money that went back, or is about to, of one payment."""
        ...

    def pages_since(self, moment: datetime) -> Iterator[PageSeen]: ...

    def returns_since(self, moment: datetime) -> Iterator[ReturnSeen]: ...

    def read(self, body: bytes, signature: str) -> Notice:
        """A notice that is really the gateway's. Raises Unreadable for any other."""
        ...
