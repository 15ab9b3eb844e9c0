"""The demo's payment page: it says what it is, pays once, and is nowhere else."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop import clock
from shop.gateways import PageState
from shop.gateways.demo import Demo
from tests.conftest import database_of, make_app
from tests.fakestripe.client import KEY, SECRET
from tests.pages.conftest import hidden_fields
from tests.shop.gateways.test_stripe import asked


@pytest.fixture
def demo(app: Flask) -> Demo:
    gateway = next(iter(app.extensions["shop"].values())).gateway
    assert isinstance(gateway, Demo)
    return gateway


def press(client: FlaskClient, url: str, name: str) -> tuple[int, str, str]:
    fields = hidden_fields(client.get(url).text)
    answer = client.post(url, data={**fields, "press": name})
    return answer.status_code, answer.text, answer.headers.get("Location", "")


def test_the_page_says_that_it_is_a_demo_and_what_is_paid(client: FlaskClient, demo: Demo) -> None:
    page = client.get(demo.open(asked()).url).text

    assert "This is a demo. No card is asked for, and no money moves." in page
    assert "Pay £18.50" in page
    assert "Order 1043" in page


def test_paying_leads_back_to_the_shop(client: FlaskClient, demo: Demo) -> None:
    page = demo.open(asked())

    status, _, back = press(client, page.url, "pay")

    assert (status, back) == (303, f"https://clinic.example/back?session={page.reference}")
    assert demo.look(page.reference).state == PageState.PAID


def test_an_odd_character_costs_no_line_of_an_address_here_either(
    client: FlaskClient, demo: Demo
) -> None:
    page = demo.open(asked(posts=True))
    fields = hidden_fields(client.get(page.url).text)
    told = {"buyer": "Pat\u00a0Poole", "address": "10\u00a0High Street, Ely CB7\u00a04XX"}

    client.post(page.url, data={**fields, **told, "press": "pay"})

    person = demo.look(page.reference).person
    assert (person.name, person.address) == ("Pat Poole", "10 High Street, Ely CB7 4XX")


def test_a_declined_card_leaves_the_page_open(client: FlaskClient, demo: Demo) -> None:
    page = demo.open(asked())

    status, shown, _ = press(client, page.url, "decline")

    assert status == 200
    assert "The card was declined" in shown
    assert demo.look(page.reference).state == PageState.OPEN


def test_a_page_that_is_over_has_no_button(client: FlaskClient, demo: Demo) -> None:
    page = demo.open(asked(expires_at=clock.now() - timedelta(seconds=1)))

    shown = client.get(page.url).text

    assert "This page is over" in shown
    assert "<button" not in shown.partition("<main")[2]


def test_another_button_is_refused(client: FlaskClient, demo: Demo) -> None:
    assert press(client, demo.open(asked()).url, "steal")[0] == 400


def test_a_page_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/demo-pay/nobody").status_code == 404


def test_with_stripe_there_is_no_demo_page_and_forms_may_lead_to_stripe_alone(app: Flask) -> None:
    keys = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET}
    selling = make_app(database_of(app).engine.url, **keys)

    with selling.test_client() as client:
        page = client.get("/demo-pay/nobody")

    assert page.status_code == 404
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' https://checkout.stripe.com;" in policy
    database_of(selling).dispose()


def test_without_stripe_no_form_leads_away(client: FlaskClient) -> None:
    assert "form-action 'self';" in client.get("/shop").headers["Content-Security-Policy"]
