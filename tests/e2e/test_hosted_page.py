"""The stand-in's payment page in a real browser: Pay, a declined card, and the way back."""

import time
from collections.abc import Callable

import pytest
import stripe
from playwright.sync_api import Page, expect

from tests.e2e.visit import Visit
from tests.fakestripe.client import KEY, FakeStripe


@pytest.fixture
def session(fake: FakeStripe, address: str) -> stripe.checkout.Session:
    client = stripe.StripeClient(KEY, base_addresses={"api": fake.address})
    data = {"currency": "gbp", "unit_amount": 1850, "product_data": {"name": "Order 1043"}}
    return client.v1.checkout.sessions.create(
        params={
            "mode": "payment",
            "success_url": f"{address}/?session={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{address}/products",
            "expires_at": int(time.time()) + 2000,
            "line_items": [{"quantity": 1, "price_data": data}],  # type: ignore[typeddict-item]
        }
    )


@pytest.fixture
def page(open_visit: Callable[..., Visit]) -> Page:
    return open_visit(width=360, script=False).page


def test_a_card_is_declined_and_the_next_one_pays(
    page: Page, address: str, session: stripe.checkout.Session
) -> None:
    page.goto(str(session.url))
    expect(page.get_by_role("heading")).to_have_text("Pay 18.50 GBP")
    expect(page.get_by_role("listitem")).to_have_text(["Order 1043"])

    page.get_by_role("button", name="declined").click()
    expect(page.get_by_role("alert")).to_contain_text("Your card was declined")
    page.get_by_role("button", name="Pay 18.50 GBP").click()

    expect(page).to_have_url(f"{address}/?session={session.id}")


def test_the_customer_can_go_back_without_paying(
    page: Page, fake: FakeStripe, address: str, session: stripe.checkout.Session
) -> None:
    page.goto(str(session.url))

    page.get_by_role("link", name="Back to the shop").click()

    expect(page).to_have_url(f"{address}/products")
    assert fake.book("payment_intent") == []
