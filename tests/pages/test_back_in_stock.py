"""Tell me when it is back: one address, one clinic, one mail, and then nobody knows it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop import back_in_stock, clock, outbox
from tests.conftest import database_of
from tests.pages.at_desk import deliver, keep_all_but
from tests.pages.conftest import hidden_fields
from tests.pages.ordering import rows

PAGE, EMAIL = "/shop/soft-ball-65/back", "pat@customer.example"


@pytest.fixture
def empty(app: Flask, client: FlaskClient) -> FlaskClient:
    """Nothing of the ball is left at Cambridge."""
    for site in ("newmarket", "ely"):
        keep_all_but(app, site, 3)
    keep_all_but(app, "cambridge", 0)
    return client


def ask(client: FlaskClient, email: str = EMAIL, site: str = "cambridge") -> TestResponse:
    shown = hidden_fields(client.get(PAGE).text)
    return client.post(PAGE, data={**shown, "email": email, "site": site})


def bring(app: Flask) -> None:
    """Free some of what is kept, and let the clock tell whoever waits."""
    deliver(app, "cambridge", 2)


def tell(app: Flask) -> int:
    with database_of(app).transaction() as work:
        return back_in_stock.tell(work, at=clock.now())


def test_the_product_leads_there_only_where_it_is_out(app: Flask, empty: FlaskClient) -> None:
    assert "Tell me when it is back" in empty.get("/shop/soft-ball-65").text
    bring(app)

    assert "Tell me when it is back" not in empty.get("/shop/soft-ball-65").text
    assert empty.get(PAGE).status_code == 303


def test_who_asked_gets_one_mail_and_is_forgotten(app: Flask, empty: FlaskClient) -> None:
    asked = ask(empty)
    assert asked.status_code == 303
    assert "back at Cambridge" in empty.get(asked.location).text
    assert tell(app) == 0

    bring(app)

    assert tell(app) == 1
    assert tell(app) == 0
    assert rows(app, "SELECT COUNT(*) FROM shop_stock_wait") == [(0,)]
    with database_of(app).transaction() as work:
        (mail,) = [row for row in outbox.waiting(work) if row.to == EMAIL]
        assert mail.subject == "Back in stock at Cambridge"
        outbox.sent(work, mail, at=clock.now())
    assert rows(app, f"SELECT COUNT(*) FROM shop_outbox WHERE \"to\" = '{EMAIL}'") == [(0,)]
    assert empty.get(asked.location).status_code == 404


def test_who_names_none_of_two_clinics_is_asked_which(app: Flask, empty: FlaskClient) -> None:
    keep_all_but(app, "ely", 0)

    asked = empty.post(PAGE, data={**hidden_fields(empty.get(PAGE).text), "email": EMAIL})

    assert asked.status_code == 400
    assert "Choose a clinic" in asked.text
    assert "Not a valid choice" not in asked.text
    assert f'value="{EMAIL}"' in asked.text
    assert rows(app, "SELECT COUNT(*) FROM shop_stock_wait") == [(0,)]


def test_asking_twice_is_once_and_the_link_ends_it(app: Flask, empty: FlaskClient) -> None:
    ask(empty)
    link = ask(empty, EMAIL.upper()).location
    assert rows(app, "SELECT COUNT(*) FROM shop_stock_wait") == [(1,)]

    empty.post(link, data=hidden_fields(empty.get(link).text))

    assert rows(app, "SELECT COUNT(*) FROM shop_stock_wait") == [(0,)]
    bring(app)
    assert tell(app) == 0


@pytest.mark.parametrize(
    "email", ["", "pat", "pat@", "a@b.c\nBcc: x@y.z", "x" * 300 + "@y.example"]
)
def test_what_is_no_address_is_refused(app: Flask, empty: FlaskClient, email: str) -> None:
    refused = ask(empty, email)

    assert refused.status_code == 400
    assert rows(app, "SELECT COUNT(*) FROM shop_stock_wait") == [(0,)]


@pytest.mark.parametrize("site", ["ely", "nowhere", ""])
def test_a_clinic_that_has_it_or_is_none_is_refused(
    app: Flask, empty: FlaskClient, site: str
) -> None:
    keep_all_but(app, "newmarket", 0)

    assert ask(empty, site=site).status_code == 400


def test_nobody_waits_for_more_than_a_year(app: Flask, empty: FlaskClient) -> None:
    ask(empty)
    with database_of(app).transaction() as work:
        later = clock.now() + back_in_stock.KEPT + timedelta(days=1)
        assert back_in_stock.tell(work, at=later) == 0

    assert rows(app, "SELECT COUNT(*) FROM shop_stock_wait") == [(0,)]
