"""Stripe, through the stand-in: what is asked, what is made of each answer, and of each silence."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from shop import clock, network
from shop.db import Database
from shop.errors import Unreadable
from shop.gateways import (
    About,
    GatewayAway,
    GatewayRefused,
    Owner,
    PageAsked,
    PageState,
    Person,
    ReturnAsked,
    ReturnState,
)
from shop.gateways.stripe import MOST_CALLS, StripeGateway
from shop.post_zones import PostZone, Zones
from shop.stripe_keys import StripeKeys
from tests.fakestripe.client import KEY, ROOT, SECRET, FakeStripe

KEYS = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET}


@pytest.fixture
def gateway(fake: FakeStripe) -> StripeGateway:
    return StripeGateway(StripeKeys(secret_key=KEY, webhook_secret=SECRET, api_base=fake.address))


def asked(**changes: Any) -> PageAsked:
    page = PageAsked(
        key="key-1",
        shop="shop-1",
        order="order-1",
        number=1043,
        amount_pence=1850,
        currency="GBP",
        expires_at=clock.now() + timedelta(minutes=35),
        success_url="https://clinic.example/back?session={CHECKOUT_SESSION_ID}",
        cancel_url="https://clinic.example/basket",
    )
    return replace(page, **changes)


def back(payment: str | None, pence: int = 500, number: int = 1) -> ReturnAsked:
    return ReturnAsked(f"refund-key-{number}", f"refund-{number}", payment, pence, "GBP")


def paid(gateway: StripeGateway, fake: FakeStripe) -> str:
    page = gateway.open(asked())
    fake.act("pay", id=page.reference)
    payment = gateway.look(page.reference).payment
    assert payment
    return payment


def test_a_page_is_opened_paid_and_seen_as_paid(gateway: StripeGateway, fake: FakeStripe) -> None:
    page = gateway.open(asked())
    fake.act("pay", id=page.reference)

    seen = gateway.look(page.reference)

    assert (page.state, page.payment) == (PageState.OPEN, None)
    assert page.url.startswith(fake.address)
    assert (seen.state, seen.amount_pence, seen.currency, seen.live) == (
        PageState.PAID,
        1850,
        "GBP",
        False,
    )
    assert (seen.shop, seen.order) == ("shop-1", "order-1")
    assert gateway.owner(str(seen.payment)) == Owner("shop-1", "order-1")


def test_an_odd_character_costs_a_buyer_no_line_of_their_address(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    page = gateway.open(asked(posts=True))
    fake.act("pay", id=page.reference)
    lines = {"line1": "10\u00a0High Street", "line2": "\u2028Flat\u200b 2\x00", "city": "Ely",
             "state": "\u00a0", "postal_code": "CB7\u00a04XX\u200b"}  # fmt: skip
    posted = {"shipping_details": {"name": "Pat\u00a0Poole", "address": lines}}
    details = {"email": "pat@customer.example\u200b", "name": "Pat"}
    fake.lie(page.reference, collected_information=posted, customer_details=details)

    person = gateway.look(page.reference).person

    assert person == Person(
        "pat@customer.example", "Pat Poole", "Pat Poole\n10 High Street\nFlat 2\nEly\nCB7 4XX"
    )
    assert Zones().of_address(person.address) == PostZone.MAINLAND


def test_stripe_is_told_the_number_the_total_and_two_ids_and_nothing_else(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    page = asked()
    gateway.open(page)

    (told,) = fake.asked("checkout.sessions.create")

    assert told["form"] == {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "allowed_payment_method_types[0]": "card",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "gbp",
        "line_items[0][price_data][unit_amount]": "1850",
        "line_items[0][price_data][product_data][name]": "Order 1043",
        "client_reference_id": "order-1",
        "metadata[shop]": "shop-1",
        "metadata[order]": "order-1",
        "payment_intent_data[metadata][shop]": "shop-1",
        "payment_intent_data[metadata][order]": "order-1",
        "expires_at": str(int(page.expires_at.timestamp())),
        "success_url": page.success_url,
        "cancel_url": page.cancel_url,
    }
    assert told["key"] == "key-1"


def test_stripe_learns_nothing_of_the_machine(gateway: StripeGateway, fake: FakeStripe) -> None:
    for number in (1, 2):
        gateway.open(asked(key=f"key-{number}"))

    for told in fake.asked():
        agent = json.loads(told["headers"]["X-Stripe-Client-User-Agent"])
        assert agent == {"lang": "python", "publisher": "sorespot"}
        assert "X-Stripe-Client-Telemetry" not in told["headers"]


def test_opening_twice_with_one_key_opens_one_page(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    first, again = gateway.open(page := asked()), gateway.open(page)

    assert first == again
    assert len(fake.book("checkout.session")) == 1


def test_another_order_under_the_same_key_is_refused(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    gateway.open(asked())

    with pytest.raises(GatewayRefused, match="Stripe refused"):
        gateway.open(asked(amount_pence=1))


def test_a_page_that_is_closed_can_not_be_paid_and_closing_again_is_harmless(
    gateway: StripeGateway,
) -> None:
    page = gateway.open(asked())

    assert gateway.close(page.reference).state == PageState.EXPIRED
    assert gateway.close(page.reference).state == PageState.EXPIRED


def test_closing_a_page_that_was_paid_in_this_moment_says_that_it_is_paid(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    page = gateway.open(asked())
    fake.act("pay", id=page.reference)

    assert gateway.close(page.reference).state == PageState.PAID


def test_money_that_is_on_its_way_is_not_there(gateway: StripeGateway, fake: FakeStripe) -> None:
    page = gateway.open(asked())
    fake.act("pay", id=page.reference, at_once=False)

    assert gateway.look(page.reference).state == PageState.WAITING


@pytest.mark.parametrize(
    ("succeeded", "state"), [(True, PageState.PAID), (False, PageState.EXPIRED)]
)
def test_money_that_was_on_its_way_arrives_or_its_page_is_over(
    gateway: StripeGateway, fake: FakeStripe, succeeded: bool, state: PageState
) -> None:
    page = gateway.open(asked())
    fake.act("pay", id=page.reference, at_once=False)
    fake.act("finish", id=page.reference, succeeded=succeeded)

    assert gateway.look(page.reference).state == state
    assert [each.state for each in gateway.pages_since(clock.now() - timedelta(hours=1))] == [state]


def test_a_page_that_stripe_does_not_know_is_refused(gateway: StripeGateway) -> None:
    with pytest.raises(GatewayRefused, match="No such") as refusal:
        gateway.look("cs_test_nobody")

    assert refusal.value.code == "resource_missing"


def test_a_refund_names_ours_and_asking_twice_refunds_once(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    payment = paid(gateway, fake)
    first, again = gateway.give_back(back(payment)), gateway.give_back(back(payment))

    assert first == again
    assert (first.state, first.amount_pence, first.refund) == (
        ReturnState.SUCCEEDED,
        500,
        "refund-1",
    )
    assert gateway.returns(payment) == [first]


def test_more_than_was_paid_is_refused(gateway: StripeGateway, fake: FakeStripe) -> None:
    with pytest.raises(GatewayRefused, match="greater than unrefunded amount"):
        gateway.give_back(back(paid(gateway, fake), 1851))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("needs_response", ReturnState.PENDING),
        ("under_review", ReturnState.PENDING),
        ("won", ReturnState.FAILED),
        ("warning_closed", ReturnState.FAILED),
        ("lost", ReturnState.SUCCEEDED),
    ],
)
def test_a_dispute_is_money_that_goes_back_unless_it_is_won(
    gateway: StripeGateway, fake: FakeStripe, status: str, state: ReturnState
) -> None:
    payment = paid(gateway, fake)
    made = fake.act("dispute", id=payment)
    fake.act("dispute-is", id=made["id"], status=status)

    (seen,) = gateway.returns(payment)

    assert (seen.disputed, seen.state, seen.amount_pence) == (True, state, 1850)


def test_lists_reach_back_to_a_moment_and_over_many_pages(
    gateway: StripeGateway, fake: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.gateways.stripe.MOST_LISTED", 2)
    references = [gateway.open(asked(key=f"key-{n}")).reference for n in range(5)]

    seen = [page.reference for page in gateway.pages_since(clock.now() - timedelta(hours=1))]

    assert seen == references[::-1]
    assert list(gateway.pages_since(clock.now() + timedelta(hours=1))) == []


# What goes wrong

SILENCE: list[tuple[str, dict[str, Any]]] = [
    ("drop", {}),
    ("status", {"status": 429}),
    ("status", {"status": 500}),
    ("status", {"status": 401}),
    ("html", {}),
    ("cut", {}),
]


@pytest.mark.parametrize(("do", "how"), SILENCE)
@pytest.mark.parametrize("after", [False, True])
def test_an_answer_that_is_lost_leads_to_the_same_page_when_it_is_asked_for_again(
    gateway: StripeGateway, fake: FakeStripe, do: str, how: dict[str, Any], after: bool
) -> None:
    fake.rule(do, times=2, after=after, **how)
    page = asked()

    for _ in range(2):  # 429 and what can't be read are not tried twice by the library
        with suppress(GatewayAway):
            gateway.open(page)

    fake.calm()
    gateway.open(page)
    assert len(fake.book("checkout.session")) == 1


def test_one_lost_answer_is_asked_for_again_by_itself(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    payment = paid(gateway, fake)
    fake.rule("drop", on="refunds.create", after=True)

    gateway.give_back(back(payment))

    assert [each["amount"] for each in fake.book("refund")] == [500]


def test_a_stripe_that_hangs_is_given_up_on(
    gateway: StripeGateway, fake: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.gateways.stripe.READ_SECONDS", 0.2)
    monkeypatch.setattr("shop.gateways.stripe.RETRIES", 0)
    fake.rule("delay", seconds=1)

    with pytest.raises(GatewayAway):
        gateway.open(asked())


def test_who_asks_one_thing_too_many_of_a_slow_stripe_is_told_at_once(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    """What is left of the process's threads can still show pages."""
    one_more = asked()
    fake.rule("delay", seconds=2, times=MOST_CALLS)
    with ThreadPoolExecutor(MOST_CALLS) as people:
        waiting = [
            people.submit(gateway.open, asked(key=f"slow-{n}", order=f"order-{n}"))
            for n in range(MOST_CALLS)
        ]
        while len(fake.asked("checkout.sessions.create")) < MOST_CALLS:
            time.sleep(0.01)
        started = time.monotonic()
        with pytest.raises(GatewayAway):
            gateway.open(one_more)
        assert time.monotonic() - started < 1
        assert {each.result().state for each in waiting} == {PageState.OPEN}

    assert gateway.open(one_more).state == PageState.OPEN


def test_a_stripe_that_is_not_there_is_away() -> None:
    nowhere = StripeKeys(secret_key=KEY, webhook_secret=SECRET, api_base="http://127.0.0.1:9")

    with pytest.raises(GatewayAway):
        StripeGateway(nowhere).look("cs_test_1")


@pytest.mark.parametrize(
    "lie",
    [
        {"status": "dancing"},
        {"amount_total": -5},
        {"amount_total": "1850"},
        {"currency": None},
        {"id": 7},
    ],
)
def test_an_answer_that_makes_no_sense_is_no_answer(
    gateway: StripeGateway, fake: FakeStripe, lie: dict[str, Any]
) -> None:
    page = gateway.open(asked())
    fake.lie(page.reference, **lie)

    with pytest.raises(GatewayAway):
        gateway.look(page.reference)


def test_another_sites_subscription_is_read_and_costs_nothing(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    page = gateway.open(asked())
    fake.lie(page.reference, mode="setup", amount_total=None, currency=None, metadata=None)

    seen = gateway.look(page.reference)

    assert (seen.amount_pence, seen.currency, seen.shop, seen.order) == (0, "", None, None)


def test_no_call_leaves_while_a_transaction_is_open(
    gateway: StripeGateway, fake: FakeStripe, database: Database
) -> None:
    for opened in (database.transaction, database.reading):
        with opened(), pytest.raises(AssertionError, match="transaction is open"):
            gateway.open(asked())

    assert fake.asked() == []
    network.about_to_call()  # both are over


# Notices


def signed(event: Any, secret: str = SECRET, age: int = 0) -> tuple[bytes, str]:
    body = event if isinstance(event, str) else json.dumps(event)
    stamp = int(datetime.now(UTC).timestamp()) - age
    return body.encode(), stripe.WebhookSignature.generate_signature_header(body, secret, stamp)


def event(type_: str, thing: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "evt_1", "type": type_, "livemode": False, "data": {"object": thing}, **more}


@pytest.mark.parametrize(
    ("type_", "thing", "about", "reference"),
    [
        ("checkout.session.completed", {"id": "cs_1"}, About.PAGE, "cs_1"),
        ("checkout.session.expired", {"id": "cs_1"}, About.PAGE, "cs_1"),
        ("charge.refunded", {"id": "ch_1", "payment_intent": "pi_1"}, About.RETURN, "pi_1"),
        ("charge.refund.updated", {"id": "re_1", "payment_intent": "pi_1"}, About.RETURN, "pi_1"),
        ("refund.failed", {"id": "re_1", "payment_intent": "pi_1"}, About.RETURN, "pi_1"),
        ("refund.created", {"id": "re_1", "payment_intent": None}, About.NOTHING, None),
        ("charge.dispute.created", {"id": "d_1", "payment_intent": "pi_1"}, About.RETURN, "pi_1"),
        ("customer.created", {"id": "cus_1"}, About.NOTHING, "cus_1"),
    ],
)
def test_a_notice_says_what_it_is_about(
    gateway: StripeGateway,
    type_: str,
    thing: dict[str, Any],
    about: About,
    reference: str | None,
) -> None:
    notice = gateway.read(*signed(event(type_, thing, api_version="2031-01-01.later")))

    assert (notice.id, notice.about, notice.reference) == ("evt_1", about, reference)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1",
        "v1=a",
        "t=x,v1=a",
        "t=1,v1=é",
        "t=1,v1=" + "a" * 64,
        "a=b=c",
        ",",
        "t=" + "9" * 5000,
    ],
)
def test_a_notice_that_is_not_signed_by_stripe_is_refused(
    gateway: StripeGateway, header: str
) -> None:
    body, _ = signed(event("checkout.session.completed", {"id": "cs_1"}))

    with pytest.raises(Unreadable, match="not signed by Stripe"):
        gateway.read(body, header)


def test_a_notice_with_another_body_or_secret_or_of_last_week_is_refused(
    gateway: StripeGateway,
) -> None:
    told = event("checkout.session.completed", {"id": "cs_1"})
    body, header = signed(told)

    for forged in (
        (body + b" ", header),
        (b"\xff\xfe", header),
        signed(told, secret="whsec_other"),
        signed(told, age=301),
    ):
        with pytest.raises(Unreadable, match="not signed by Stripe"):
            gateway.read(*forged)


@pytest.mark.parametrize(
    "body",
    ["", "[]", "7", "null", "{}", '{"id": 7, "type": "x", "data": {"object": {}}}', "{" * 9,
     '{"id": "e", "type": "x", "data": {"object": []}}', "[" * 9000,
     '{"id": "e", "type": "refund.x", "data": {"object": {"payment_intent": {"id": "pi"}}}}',
     '{"id": "e", "type": null, "data": {"object": {"id": "x"}}}'],
)  # fmt: skip
def test_a_signed_notice_that_is_nonsense_is_refused(gateway: StripeGateway, body: str) -> None:
    with pytest.raises(Unreadable, match="none that Stripe sends"):
        gateway.read(*signed(body))


def test_the_library_is_loaded_when_it_is_first_used() -> None:
    config = {"SHOP_ENV": "development", "SECRET_KEY": "k", "DATABASE_URL": "sqlite://", **KEYS}
    script = f"import sys, app; app.create_app({config!r}); print('stripe' in sys.modules)"

    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "False"
