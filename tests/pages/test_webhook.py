"""Stripe's notices over HTTP: true ones are acted on once, all others change nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf import CSRFProtect
from sqlalchemy import text

from shop import checkout, clock, orders, stock
from shop.drafts import Channel, Fulfilment
from shop.gateways import PageSeen
from shop.pages.payment_desk import payment_desk
from shop.state import keep
from tests.conftest import database_of, make_app
from tests.fakestripe.client import KEY, SECRET, FakeStripe
from tests.pages.payloads import PAYLOADS
from tests.shop.gateways.test_stripe import signed

BALL = "BALL-65-S"


@pytest.fixture
def selling(app: Flask, fake: FakeStripe) -> Iterator[Flask]:
    """The demo clinic with Stripe's keys."""
    keys = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET}
    selling = make_app(database_of(app).engine.url, STRIPE_API_BASE=fake.address, **keys)
    yield selling
    database_of(selling).dispose()


@pytest.fixture
def stripe(selling: Flask) -> FlaskClient:
    """Whoever posts to the address that is meant for Stripe."""
    return selling.test_client()


def opened(app: Flask) -> PageSeen:
    """An order on its payment page."""
    with app.app_context():
        desk = payment_desk()
        with desk.database.transaction() as work:
            stock.receive(work, "cambridge", {BALL: 5}, by="anna", at=clock.now())
            draft = orders.new(
                work, "cambridge", {BALL: 1}, channel=Channel.WEB, currency="GBP",
                vat_registered=True, fulfilment=Fulfilment.COLLECT,
            )  # fmt: skip
            opening = checkout.begin(
                work, desk, draft, press=orders.new_press(),
                success_url="https://clinic.example/back", cancel_url="https://clinic.example/",
            )  # fmt: skip
        return checkout.open_page(desk, opening)


def post(client: FlaskClient, body: Any, header: str) -> tuple[int, Any]:
    answer = client.post("/stripe/webhook", data=body, headers={"Stripe-Signature": header})
    return answer.status_code, answer.get_json()


def rows(app: Flask, sql: str) -> list[tuple[Any, ...]]:
    with database_of(app).reading() as work:
        return [tuple(row) for row in work.execute(text(sql)).all()]


def states(app: Flask) -> list[str]:
    return [state for (state,) in rows(app, "SELECT state FROM shop_order WHERE channel = 'web'")]


def test_a_payment_that_stripe_tells_of_settles_its_order_once(
    selling: Flask, stripe: FlaskClient, fake: FakeStripe
) -> None:
    page = opened(selling)
    fake.act("pay", id=page.reference)
    told = fake.signed()

    first = [post(stripe, each["body"], each["header"]) for each in told]
    again = [post(stripe, each["body"], each["header"]) for each in told]

    assert first == [
        (200, {"outcome": "ignored"}),
        (200, {"outcome": "ignored"}),
        (200, {"outcome": "settled"}),
    ]
    assert again == [(200, {"outcome": "known"})] * 3
    assert states(selling) == ["paid"]
    assert rows(selling, "SELECT outcome FROM shop_gateway_event ORDER BY outcome") == [
        ("ignored",),
        ("ignored",),
        ("settled",),
    ]


def test_an_expired_page_cancels_its_order(
    selling: Flask, stripe: FlaskClient, fake: FakeStripe
) -> None:
    page = opened(selling)
    fake.act("expire", id=page.reference)
    (told,) = fake.signed()

    assert post(stripe, told["body"], told["header"]) == (200, {"outcome": "cancelled"})
    assert states(selling) == ["cancelled"]


def test_a_form_of_the_same_bytes_is_not_read_before_its_signature(
    selling: Flask, stripe: FlaskClient, fake: FakeStripe
) -> None:
    page = opened(selling)
    fake.act("pay", id=page.reference)
    told = fake.signed()[-1]

    answer = stripe.post(
        "/stripe/webhook",
        data=told["body"],
        headers={
            "Stripe-Signature": told["header"],
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )

    assert (answer.status_code, states(selling)) == (200, ["paid"])


def test_what_is_not_signed_changes_nothing(
    selling: Flask, stripe: FlaskClient, fake: FakeStripe
) -> None:
    page = opened(selling)
    fake.act("pay", id=page.reference)
    told = fake.signed()[-1]

    for body, header in (
        (told["body"], ""),
        (told["body"], "t=1,v1=abc"),
        (told["body"] + " ", told["header"]),
        (signed(told["event"], secret="whsec_other")),
        (signed(told["event"], age=301)),
    ):
        status, answer = post(stripe, body, header)
        assert (status, answer) == (400, {"error": "That notice is not signed by Stripe."})
    assert stripe.post("/stripe/webhook", data=told["body"]).status_code == 400
    assert states(selling) == ["placed"]
    assert rows(selling, "SELECT id FROM shop_gateway_event") == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_rubbish_is_refused_signed_or_not(stripe: FlaskClient, payload: str) -> None:
    body = payload.encode("utf-8", "surrogatepass")

    assert post(stripe, body, payload.replace("\n", " ").replace("\r", " "))[0] == 400
    if b"\xed" not in body:
        assert post(stripe, *signed(payload))[0] == 400


@pytest.mark.parametrize(
    ("type_", "thing", "outcome"),
    [
        ("checkout.session.completed", {"id": "cs_test_of_nobody"}, "no-such"),
        ("checkout.session.completed", {"id": "../refunds"}, "no-such"),
        ("customer.created", {"id": "cus_1"}, "ignored"),
        ("v2.core.thing", {"id": "x"}, "ignored"),
        ("", {}, "ignored"),
    ],
)
def test_what_we_have_no_use_for_is_taken_and_ignored(
    selling: Flask, stripe: FlaskClient, type_: str, thing: dict[str, Any], outcome: str
) -> None:
    event = {
        "id": "evt_1",
        "type": type_,
        "api_version": "2039-01-01.unheard-of",
        "livemode": False,
        "data": {"object": thing},
        "new": {"in": ["that", "version"]},
    }

    assert post(stripe, *signed(event)) == (200, {"outcome": outcome})
    assert rows(selling, "SELECT id, outcome FROM shop_gateway_event") == [("evt_1", outcome)]


def test_another_shops_payment_on_the_same_account_is_taken_and_left_alone(
    selling: Flask, stripe: FlaskClient, fake: FakeStripe
) -> None:
    page = opened(selling)
    (session,) = fake.book("checkout.session")
    other = {"data": {"object": {**session, "metadata": {}}}}
    with database_of(selling).transaction() as work:
        work.execute(text("UPDATE shop_setting SET value = 'another shop'"))
        work.execute(text("UPDATE shop_payment_session SET reference = 'cs_ours'"))
    fake.act("pay", id=page.reference)
    told = {**fake.signed()[-1]["event"], **other}

    assert post(stripe, *signed(told)) == (200, {"outcome": "foreign"})
    assert states(selling) == ["placed"]


def test_a_payment_of_the_other_mode_is_left_alone(
    selling: Flask, stripe: FlaskClient, fake: FakeStripe
) -> None:
    page = opened(selling)
    fake.act("pay", id=page.reference)
    told = {**fake.signed()[-1]["event"], "livemode": True}

    assert post(stripe, *signed(told)) == (200, {"outcome": "ignored"})
    assert states(selling) == ["placed"]


def test_when_stripe_can_not_be_asked_the_notice_is_to_come_again(
    selling: Flask, stripe: FlaskClient, fake: FakeStripe
) -> None:
    page = opened(selling)
    fake.act("pay", id=page.reference)
    told = fake.signed()[-1]
    fake.rule("status", status=503, times=2)

    answer = stripe.post(
        "/stripe/webhook", data=told["body"], headers={"Stripe-Signature": told["header"]}
    )

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert post(stripe, told["body"], told["header"]) == (200, {"outcome": "settled"})


def test_a_notice_of_many_bytes_is_refused_unread(stripe: FlaskClient) -> None:
    assert stripe.post("/stripe/webhook", data=b"x" * 300_000).status_code == 413


def test_a_shop_without_stripe_has_no_such_address(app: Flask) -> None:
    with app.test_client() as client:
        assert client.post("/stripe/webhook", data=b"{}").status_code == 400  # the demo's
    (shop,) = app.extensions["shop"].values()
    keep(app, replace(shop, gateway=None))
    with app.test_client() as client:
        assert client.post("/stripe/webhook", data=b"{}").status_code == 404
        assert client.get("/stripe/webhook").status_code == 405


def test_a_hosts_own_csrf_protection_lets_stripe_in_and_nobody_else(
    app: Flask, fake: FakeStripe
) -> None:
    from shop import Shop

    host = Flask("host")
    host.config.update(
        SECRET_KEY="k" * 32,
        SHOP_ENV="development",
        SHOP_DATABASE_URL=database_of(app).engine.url.render_as_string(hide_password=False),
        STRIPE_SECRET_KEY=KEY,
        STRIPE_WEBHOOK_SECRET=SECRET,
        STRIPE_API_BASE=fake.address,
    )
    CSRFProtect(host)
    Shop().init_app(host, url_prefix="/tools")
    event = {"id": "evt_1", "type": "x", "livemode": False, "data": {"object": {}}}
    body, header = signed(event)

    answer = host.test_client().post(
        "/tools/stripe/webhook", data=body, headers={"Stripe-Signature": header}
    )

    assert (answer.status_code, json.loads(answer.data)) == (200, {"outcome": "ignored"})
    database_of(host).dispose()
