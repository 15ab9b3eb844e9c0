"""The small shop with an online payment desk, and a fake Stripe to pay at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from shop import checkout, checks, clock, orders, stock
from shop.checkout import Opening, PaymentDesk
from shop.db import Database
from shop.drafts import Channel, Fulfilment
from shop.gateways import PageSeen
from shop.gateways.stripe import StripeGateway
from shop.orders import Order, PlacedOrder
from shop.stripe_keys import StripeKeys
from tests.fakestripe.client import KEY, SECRET, FakeStripe
from tests.shop.conftest import BALL

LONDON = ZoneInfo("Europe/London")
BACK = "https://clinic.example/checkout/back?session={CHECKOUT_SESSION_ID}"
BASKET = "https://clinic.example/basket"


@dataclass
class Clock:
    """The machine's time, and as much later as a test says."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return clock.now() + self.ahead


@dataclass
class Shop:
    """A shop that sells online, as a test drives it."""

    database: Database
    desk: PaymentDesk
    fake: FakeStripe
    clock: Clock

    def receive(self, units: int, sku: str = BALL) -> None:
        with self.database.transaction() as work:
            stock.receive(work, "cambridge", {sku: units}, by="anna", at=self.clock())

    def place(
        self, basket: Mapping[str, int] | None = None, *, press: str | None = None, **draft: Any
    ) -> tuple[PlacedOrder, Opening]:
        """Press Pay: an order whose units are held, and a session that nobody has heard of."""
        press = press or orders.new_press()
        with self.database.transaction() as work:
            if earlier := orders.pressed(work, press):
                opening = checkout.again(work, earlier.id)
                return opening.order, opening
            priced = orders.new(
                work, "cambridge", basket or {BALL: 1}, channel=Channel.WEB, currency="GBP",
                vat_registered=True, **{"fulfilment": Fulfilment.COLLECT, **draft},
            )  # fmt: skip
            opening = checkout.begin(
                work, self.desk, priced, press=press, success_url=BACK, cancel_url=BASKET
            )
        return opening.order, opening

    def opened(self, basket: Mapping[str, int] | None = None) -> tuple[PlacedOrder, PageSeen]:
        """An order with its payment page open."""
        order, session = self.place(basket)
        return order, checkout.open_page(self.desk, session)

    def paid(self, basket: Mapping[str, int] | None = None) -> tuple[PlacedOrder, PageSeen]:
        """An order that was paid at Stripe, which the shop hasn't heard of."""
        order, page = self.opened(basket)
        self.fake.act("pay", id=page.reference)
        return order, page

    def settle(self, page: PageSeen) -> str:
        return checkout.settle(self.desk, page.reference, by="stripe")

    def pass_time(self, minutes: float) -> None:
        """On our clock and on Stripe's alike."""
        self.clock.ahead += timedelta(minutes=minutes)
        self.fake.pass_time(minutes * 60)

    def order(self, order: PlacedOrder) -> Order:
        with self.database.reading() as work:
            return orders.get(work, order.id)

    def state(self, order: PlacedOrder) -> str:
        return self.order(order).state

    def levels(self, sku: str = BALL) -> dict[str, tuple[int, int]]:
        """On hand and held by place, where there is any."""
        with self.database.reading() as work:
            found = stock.levels_of(work, sku)
            return {each.place: (each.on_hand, each.held) for each in found}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.database.reading() as work:
            return [tuple(row) for row in work.execute(text(sql)).all()]

    def cases(self) -> list[tuple[str, int]]:
        """What needs a person: each open case's kind and amount."""
        return [
            (kind, pence)
            for kind, pence in self.rows(
                "SELECT kind, amount_pence FROM shop_attention WHERE settled_at IS NULL ORDER BY id"
            )
        ]

    def wrong(self) -> list[str]:
        """The checks that fail, with their rows."""
        found = checks.verify(self.database)
        return [f"{check.name}: {check.wrong}" for check in found if not check.ok]


def desk_of(database: Database, fake: FakeStripe, now: Clock) -> PaymentDesk:
    keys = StripeKeys(secret_key=KEY, webhook_secret=SECRET, api_base=fake.address)
    return PaymentDesk(database, StripeGateway(keys), LONDON, now)


@pytest.fixture
def shop(database: Database, fake: FakeStripe) -> Shop:
    now = Clock()
    return Shop(database, desk_of(database, fake, now), fake, now)
