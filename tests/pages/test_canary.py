"""Two books that never meet: nothing of a body is in any order, mail, address, log or call.

A customer answers the finder with words that occur nowhere else, buys what it suggests, collects
it and sends it back. Then all that was written down about the order is searched for them.
"""

import json
import logging

import pytest
from flask import Flask
from sqlalchemy import text

from shop import letters
from shop.db import Base
from shop.staff import Role
from tests.conftest import database_of, make_app
from tests.fakestripe.client import KEY, SECRET, FakeStripe
from tests.pages.at_desk import Post, deliver, sign_in
from tests.pages.finding import Finder
from tests.pages.ordering import Customer

# What the customer says, and what the guides and the advice call it.
CANARIES = ("head_temple", "temple", "headache", "aspirin", "blood thin", "very sore", "jaw",
            "forehead", "about_you", "sensitiv")  # fmt: skip
PRACTITIONER = "Priya Shah"
OF_THE_CLINIC = ("shop_content_review", "shop_product")  # what is there for everybody


@pytest.fixture
def selling(app: Flask, fake: FakeStripe) -> Flask:
    return make_app(
        database_of(app).engine.url,
        STRIPE_SECRET_KEY=KEY,
        STRIPE_WEBHOOK_SECRET=SECRET,
        STRIPE_API_BASE=fake.address,
        SHOP_PAYMENT_PAGE=fake.address,
    )


def bought(selling: Flask, fake: FakeStripe, post: Post) -> tuple[str, list[str]]:
    """Answer the finder, buy, be told that it is ready, collect it and send it back; the order's
    page, and every address that the customer was led to."""
    deliver(selling, "cambridge", 3)
    client = selling.test_client()
    Finder(client, post).go("head_temple", safety="about_you", signs={"about_you": "aspirin"})
    client.get("/find/result")
    customer, led = Customer(client), []
    led.append(customer.add("soft-ball-65").location)
    led.append(customer.press_pay("post:cambridge").location)
    (page,) = fake.book("checkout.session")
    fake.act("pay", id=page["id"])
    back = client.get(f"/checkout/return?session={page['id']}")
    led.append(back.location)
    desk = Customer(sign_in(selling, post, {"cambridge": Role.RECEPTION}))
    (number,) = _rows(selling, "SELECT number FROM shop_order WHERE channel = 'web'")
    of_desk = f"/staff/online/{number[0]}"
    assert desk.send(of_desk, f"{of_desk}/posted", tracking="AB1").status_code == 303
    assert customer.send(back.location, f"{back.location}/return").status_code == 303
    refund = {"lines-0-units": "1", "lines-0-condition": "not-back", "lines-0-on_shelf": "no"}
    given = desk.send(of_desk, f"{of_desk}/refund", **refund, reason="Sent back")
    assert given.status_code == 303, given.text
    return str(back.location), [address for address in led if address]


def _rows(app: Flask, sql: str) -> list[tuple[object, ...]]:
    with database_of(app).reading() as work:
        return [tuple(row) for row in work.execute(text(sql)).all()]


def found_in(written: str) -> list[str]:
    return [canary for canary in CANARIES if canary.lower() in written.lower()]


def test_nothing_of_a_body_is_written_down_with_an_order(
    selling: Flask, fake: FakeStripe, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    order, led = bought(selling, fake, post)

    for name in sorted(Base.metadata.tables):
        if name not in OF_THE_CLINIC:
            assert found_in(repr(_rows(selling, f"SELECT * FROM {name}"))) == [], name
    mine = repr(_rows(selling, "SELECT * FROM shop_order WHERE channel = 'web'"))
    assert PRACTITIONER not in mine + repr(_rows(selling, "SELECT * FROM shop_outbox"))
    assert found_in(json.dumps([fake.book(), fake.asked()])) == []
    assert found_in(repr(led)) == []
    assert found_in(caplog.text) == []
    shown = selling.test_client().get(order).text.partition("<main")[2].partition("</main")[0]
    assert found_in(shown) == []


def test_stripe_is_told_a_number_a_total_and_random_ids_and_nothing_else(
    selling: Flask, fake: FakeStripe, post: Post
) -> None:
    bought(selling, fake, post)

    (asked,) = fake.asked("checkout.sessions.create")
    told = asked["form"]

    (number,) = _rows(selling, "SELECT number FROM shop_order WHERE channel = 'web'")
    assert told["line_items[0][price_data][product_data][name]"] == f"Order {number[0]}"
    names = {name.partition("[")[0] for name in told}
    assert names == {
        *("mode", "ui_mode", "allowed_payment_method_types", "line_items", "client_reference_id"),
        *("metadata", "payment_intent_data", "expires_at", "success_url", "cancel_url"),
        "shipping_address_collection",
    }
    assert "Soft ball" not in json.dumps(told)
    assert "cambridge" not in json.dumps(told).lower()


def test_mail_says_nothing_of_what_was_bought(selling: Flask, fake: FakeStripe, post: Post) -> None:
    bought(selling, fake, post)

    written = repr(_rows(selling, "SELECT subject, body FROM shop_outbox"))

    assert "is on its way" in written
    assert "ball" not in written.lower()
    assert letters.LINK in written
    assert "/order/" not in written
