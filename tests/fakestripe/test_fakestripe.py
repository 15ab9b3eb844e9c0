"""The stand-in behaves as Stripe does towards Stripe's own library, and keeps a true book."""

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
import stripe

from tests.fakestripe import shapes
from tests.fakestripe.client import KEY, SECRET, FakeStripe

HALF_AN_HOUR = 30 * 60


@pytest.fixture
def client(fake: FakeStripe) -> stripe.StripeClient:
    return stripe.StripeClient(KEY, base_addresses={"api": fake.address}, max_network_retries=0)


def params(**changes: Any) -> Any:
    return {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "success_url": "https://shop.example/back?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.example/basket",
        "expires_at": int(time.time()) + HALF_AN_HOUR + 60,
        "metadata": {"order": "7"},
        "payment_intent_data": {"metadata": {"order": "7"}},
        "line_items": [line()],
        **changes,
    }


def line(amount: int = 1500, quantity: int = 1, currency: str = "gbp") -> dict[str, Any]:
    data = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Order 1043"}}
    return {"quantity": quantity, "price_data": data}


def opened(client: stripe.StripeClient, **changes: Any) -> Any:
    return client.v1.checkout.sessions.create(params=params(**changes))


def paid(client: stripe.StripeClient, fake: FakeStripe) -> str:
    """A paid session's payment intent."""
    return str(fake.act("pay", id=opened(client).id)["payment_intent"])


def refund(client: stripe.StripeClient, intent: str, amount: int, **options: Any) -> Any:
    return client.v1.refunds.create(
        params={"payment_intent": intent, "amount": amount}, options=options or None
    )


def test_a_session_is_opened_paid_and_read_back(
    client: stripe.StripeClient, fake: FakeStripe
) -> None:
    session = opened(client, line_items=[line(1500, 2)])
    fake.act("pay", id=session.id)

    seen = client.v1.checkout.sessions.retrieve(session.id)

    assert (session.status, session.payment_status, session.amount_total) == (
        "open",
        "unpaid",
        3000,
    )
    assert (seen.status, seen.payment_status, seen.currency) == ("complete", "paid", "gbp")
    intent = client.v1.payment_intents.retrieve(str(seen.payment_intent))
    assert (intent.status, intent.amount_received, intent.metadata.to_dict()) == (
        "succeeded",
        3000,
        {"order": "7"},
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_method_types": ["card"]},  # gone from this version of the API
        {"ui_mode": "hosted"},  # renamed in this version
        {"colour": "green"},
        {"line_items": [{**line(), "dynamic_tax_rates": ["x"]}]},
        {"line_items": [line(29)]},  # less than Stripe takes
        {"line_items": [line(), line(currency="eur")]},
        {"line_items": []},
        {"mode": "subscription"},
        {"success_url": "back"},
        {"expires_at": int(time.time()) + HALF_AN_HOUR - 60},
        {"expires_at": int(time.time()) + 25 * 60 * 60},
        {"metadata": {"order": "x" * 501}},
        {"api_key": "sk_test_in_the_body"},
    ],
)
def test_what_stripe_would_not_take_is_refused(
    client: stripe.StripeClient, fake: FakeStripe, changes: dict[str, Any]
) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        opened(client, **changes)

    assert fake.book() == []


def test_another_key_is_nobody(fake: FakeStripe) -> None:
    stranger = stripe.StripeClient("sk_test_other", base_addresses={"api": fake.address})

    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.refunds.list()


def test_the_same_key_twice_is_one_session_and_another_body_is_refused(
    client: stripe.StripeClient, fake: FakeStripe
) -> None:
    body, once = params(), {"idempotency_key": "order-7"}
    first = client.v1.checkout.sessions.create(params=body, options=once)
    again = client.v1.checkout.sessions.create(params=body, options=once)

    with pytest.raises(stripe.IdempotencyError):
        client.v1.checkout.sessions.create(params={**body, "locale": "en-GB"}, options=once)

    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(fake.book("checkout.session")) == 1


def test_a_key_is_forgotten_after_a_day(client: stripe.StripeClient, fake: FakeStripe) -> None:
    intent = paid(client, fake)
    first = refund(client, intent, 100, idempotency_key="refund-1")
    fake.pass_time(24 * 60 * 60 + 1)

    second = refund(client, intent, 100, idempotency_key="refund-1")

    assert first.id != second.id


def test_a_session_ends_by_itself_and_only_an_open_one_can_be_ended(
    client: stripe.StripeClient, fake: FakeStripe
) -> None:
    by_hand, by_time = opened(client), opened(client)
    client.v1.checkout.sessions.expire(by_hand.id)
    fake.pass_time(HALF_AN_HOUR + 61)

    assert client.v1.checkout.sessions.retrieve(by_time.id).status == "expired"
    for session in (by_hand, by_time):
        with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
            client.v1.checkout.sessions.expire(session.id)


def test_a_refund_never_exceeds_what_was_captured(
    client: stripe.StripeClient, fake: FakeStripe
) -> None:
    intent = paid(client, fake)
    refund(client, intent, 1000)

    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        refund(client, intent, 501)
    refund(client, intent, 500)
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
        refund(client, intent, 1)

    assert sum(each["amount"] for each in fake.book("refund")) == 1500


def test_money_that_never_came_can_not_go_back(
    client: stripe.StripeClient, fake: FakeStripe
) -> None:
    session = fake.act("pay", id=opened(client).id, at_once=False)

    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        refund(client, session["payment_intent"], 100)


def test_a_refund_that_fails_can_be_made_again(
    client: stripe.StripeClient, fake: FakeStripe
) -> None:
    intent = paid(client, fake)
    made = fake.act("refund", asked={"payment_intent": intent, "amount": 1500}, status="pending")
    fake.act("refund-is", id=made["id"], status="failed")

    assert refund(client, intent, 1500).status == "succeeded"


def test_a_disputed_charge_can_not_be_refunded(
    client: stripe.StripeClient, fake: FakeStripe
) -> None:
    intent = paid(client, fake)
    made = fake.act("dispute", id=intent)

    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        refund(client, intent, 100)

    fake.act("dispute-is", id=made["id"], status="lost")
    assert client.v1.disputes.retrieve(made["id"]).status == "lost"


def test_a_declined_card_leaves_the_session_open(
    client: stripe.StripeClient, fake: FakeStripe
) -> None:
    session = opened(client)
    fake.act("decline", id=session.id)

    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert [each["event"]["type"] for each in fake.signed()] == ["payment_intent.payment_failed"]


def test_lists_come_newest_first_and_in_pages(
    client: stripe.StripeClient, fake: FakeStripe
) -> None:
    ids = [opened(client).id for _ in range(5)]

    listed = client.v1.checkout.sessions.list(params={"limit": 2})

    assert [each.id for each in listed.auto_paging_iter()] == ids[::-1]


def test_every_event_is_signed_and_has_stripes_shape(
    client: stripe.StripeClient, fake: FakeStripe
) -> None:
    paid(client, fake)

    for sent in fake.signed():
        event = stripe.Webhook.construct_event(sent["body"], sent["header"], SECRET)
        shapes.check(sent["event"])
        assert event.id == sent["event"]["id"]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(sent["body"] + " ", sent["header"], SECRET)


def test_an_answer_of_another_shape_would_be_noticed() -> None:
    with pytest.raises(ValueError, match="not Stripe's shape"):
        shapes.check({"object": "refund", "id": "re_1", "amount": "12"})


# What goes wrong


@pytest.mark.parametrize(
    ("do", "how", "seen"),
    [
        ("drop", {}, stripe.APIConnectionError),
        ("status", {"status": 429}, stripe.RateLimitError),
        ("status", {"status": 500}, stripe.APIError),
        ("html", {}, stripe.APIError),
        ("cut", {}, stripe.APIError),
    ],
)
@pytest.mark.parametrize("after", [False, True])
def test_what_goes_wrong_goes_wrong_once_and_with_or_without_the_work_done(
    client: stripe.StripeClient,
    fake: FakeStripe,
    do: str,
    how: dict[str, Any],
    seen: type[Exception],
    after: bool,
) -> None:
    fake.rule(do, on="checkout.sessions.create", after=after, **how)
    body, once = params(), {"idempotency_key": "order-7"}

    with pytest.raises(seen):
        client.v1.checkout.sessions.create(params=body, options=once)

    worked = after or do == "cut"  # half an answer is one of work that was done
    assert len(fake.book("checkout.session")) == (1 if worked else 0)
    client.v1.checkout.sessions.create(params=body, options=once)
    assert len(fake.book("checkout.session")) == 1


def test_a_lie_is_told_in_answers_and_not_in_the_book(
    client: stripe.StripeClient, fake: FakeStripe
) -> None:
    session = opened(client)
    fake.lie(session.id, amount_total=1499, currency="eur", livemode=True)

    seen = client.v1.checkout.sessions.retrieve(session.id)

    assert (seen.amount_total, seen.currency, seen.livemode) == (1499, "eur", True)
    assert fake.book("checkout.session")[0]["amount_total"] == 1500
    fake.calm()
    assert client.v1.checkout.sessions.retrieve(session.id).amount_total == 1500


# Events on their way


class _Shop(BaseHTTPRequestHandler):
    answers: list[int]  # what this shop answers, one after the other, then 200
    seen: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], SECRET)
        self.seen.append(event.type)
        self.send_response(self.answers.pop(0) if self.answers else 200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def shop(fake: FakeStripe) -> Any:
    _Shop.answers, _Shop.seen = [], []
    server = HTTPServer(("127.0.0.1", 0), _Shop)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    fake.hook(url=f"http://127.0.0.1:{server.server_port}/hook")
    yield _Shop
    server.shutdown()
    server.server_close()
    thread.join()


PAYING = ["payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"]


def test_events_arrive_in_order_and_once(
    client: stripe.StripeClient, fake: FakeStripe, shop: Any
) -> None:
    paid(client, fake)
    fake.settle_down()

    assert shop.seen == PAYING


def test_an_event_that_was_not_taken_is_sent_again(
    client: stripe.StripeClient, fake: FakeStripe, shop: Any
) -> None:
    shop.answers = [503]
    paid(client, fake)

    answers = fake.settle_down()

    assert shop.seen == [PAYING[0], *PAYING]
    assert [status for _, status in answers] == [503, 200, 200, 200]


def test_held_events_are_let_go_doubled_and_shuffled(
    client: stripe.StripeClient, fake: FakeStripe, shop: Any
) -> None:
    fake.hook(mode="held")
    paid(client, fake)
    assert shop.seen == []

    sent = fake.let_go(copies=2, seed=5)
    fake.settle_down()

    assert sent == len(shop.seen) == 6
    assert sorted(shop.seen) == sorted(PAYING * 2)
    assert shop.seen != PAYING * 2


def test_lost_events_are_lost(client: stripe.StripeClient, fake: FakeStripe, shop: Any) -> None:
    fake.hook(mode="lost")
    paid(client, fake)
    fake.let_go()
    fake.settle_down()

    assert shop.seen == []


def test_the_customer_can_be_faster_than_the_answer(
    client: stripe.StripeClient, fake: FakeStripe, shop: Any
) -> None:
    fake.rule("pay-first", on="checkout.sessions.create")

    session = opened(client)

    assert shop.seen == PAYING
    assert session.status == "open"  # the answer was written before


# The page


def test_the_page_shows_the_total_and_leads_back_when_it_was_paid(
    client: stripe.StripeClient,
) -> None:
    session = opened(client)
    page = requests.get(session.url, timeout=10).text
    declined = requests.post(session.url, {"press": "decline"}, timeout=10).text

    answer = requests.post(session.url, {"press": "pay"}, timeout=10, allow_redirects=False)

    assert "Pay 15.00 GBP" in page
    assert "Order 1043" in page
    assert "Your card was declined" in declined
    assert answer.headers["Location"] == f"https://shop.example/back?session={session.id}"


def test_the_page_of_an_expired_session_takes_no_money(
    client: stripe.StripeClient, fake: FakeStripe
) -> None:
    session = opened(client)
    client.v1.checkout.sessions.expire(session.id)

    answer = requests.post(session.url, {"press": "pay"}, timeout=10)

    assert answer.status_code == 400
    assert fake.book("payment_intent") == []
