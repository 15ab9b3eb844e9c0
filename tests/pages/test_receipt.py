"""A sale's receipt: what is on it, and who may see it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL

from shop import outbox
from shop.order_lines import OrderLine
from shop.orders import Order
from shop.pages.receipt_vat import VatRate, vat_of
from shop.staff import Role
from tests.conftest import database_of, make_app
from tests.pages.at_desk import BALL_NAME, BARCODE, Post, deliver, sell, sign_in
from tests.pages.conftest import hidden_fields


@pytest.fixture(autouse=True)
def enough(app: Flask) -> None:
    deliver(app, "cambridge", 20)
    deliver(app, "cambridge", 20, "BALL-70-S")


def test_a_receipt_has_all_a_customer_may_need(desk: FlaskClient, post: Post) -> None:
    number = sell(desk, post, f"2*{BARCODE}", "2000000010021")

    page = desk.get(f"/staff/sales/{number}").text

    for words in (
        f"Riverside Physio: receipt {number}",
        "12 Mill Lane, Cambridge CB2 1RX",
        "01632 960101",
        f"2 × {BALL_NAME} at £5.50",
        "£11.00",
        "1 × Soft air ball 7 cm",
        "Total, paid by card",
        "£18.00",
        "Served by Rae Ellis",
        "bring it back",
    ):
        assert words in page, words
    assert "VAT" not in page


def test_a_number_typed_in_small_letters_is_found(desk: FlaskClient, post: Post) -> None:
    number = sell(desk, post)

    assert number in desk.get(f"/staff/sales/{number.lower()}").text


@pytest.mark.parametrize("number", ["CAM-0", "CAM-999999", "CAM", "1", "CAM-1x", "'--", "%00"])
def test_an_unknown_number_is_not_found(desk: FlaskClient, number: str) -> None:
    assert desk.get(f"/staff/sales/{number}").status_code in (400, 404)


def test_another_clinics_receipt_is_for_its_own_staff(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post)
    at_ely = sign_in(app, post, {"ely": Role.MANAGER})

    hidden, unknown = (at_ely.get(f"/staff/sales/{asked}") for asked in (number, "CAM-999999"))

    assert hidden.status_code == unknown.status_code == 404
    assert "There is no receipt with that number." in hidden.text
    assert "There is no receipt with that number." in unknown.text


def test_a_registered_business_states_its_number_and_the_vat_of_each_rate(
    app: Flask, post: Post
) -> None:
    url: URL = database_of(app).engine.url
    registered = make_app(url, SHOP_VAT_NUMBER="GB123456789")
    desk = sign_in(registered, post, {"cambridge": Role.RECEPTION})

    page = desk.get(f"/staff/sales/{sell(desk, post, f'2*{BARCODE}')}").text
    database_of(registered).dispose()

    assert "VAT number GB123456789" in page
    assert "£1.83 VAT at 20% in £11.00" in page


def test_vat_is_summed_by_rate_from_the_frozen_lines() -> None:
    def line(units: int, pence: int, vat_bp: int, vat_pence: int) -> OrderLine:
        return OrderLine(units=units, unit_pence=pence, vat_bp=vat_bp, vat_pence=vat_pence)

    counter = Order(postage_pence=0)

    rates = vat_of(
        counter, [line(1, 600, 2000, 100), line(2, 105, 500, 10), line(1, 1200, 2000, 200)]
    )

    assert rates == [VatRate("20", 1800, 300), VatRate("5", 210, 10)]
    assert vat_of(counter, [line(1, 4700, 1750, 700)]) == [VatRate("17.5", 4700, 700)]
    assert vat_of(counter, [line(1, 600, 0, 0)]) == []


def test_a_receipt_leads_to_the_guides_of_exactly_its_tool_and_can_be_scanned(
    desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post)
    page = desk.get(f"/staff/sales/{number}").text

    assert f"How to use your {BALL_NAME}" in page
    assert "http://localhost/shop/soft-ball-65" in page
    assert page.count("<svg") >= 2  # the bars, and the code for a phone
    assert "Upper back" not in page
    assert "Guides for it" in desk.get("/shop/soft-ball-65").text


def test_a_receipt_by_mail_is_queued_once_and_its_address_is_with_no_order(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post)
    page = f"/staff/sales/{number}"
    form = {**hidden_fields(desk.get(page).text), "address": "pat@mail.example"}
    for _ in range(2):
        assert desk.post(f"{page}/mail", data=form).status_code == 303

    with database_of(app).reading() as work:
        (mail,) = [row for row in outbox.waiting(work) if number in row.subject]
        assert (mail.to, mail.site) == ("pat@mail.example", "cambridge")
        assert f"1 × {BALL_NAME}: £5.50" in mail.body
        assert "/shop/soft-ball-65" in mail.body
    assert "pat@mail.example" not in desk.get(page).text


@pytest.mark.parametrize("address", ["", "pat", "a@b.example\nBcc: c@d.example", "a@b,c@d.example"])
def test_no_receipt_goes_to_what_is_no_address(desk: FlaskClient, post: Post, address: str) -> None:
    number = sell(desk, post)
    page = f"/staff/sales/{number}"

    refused = post(desk, f"{page}/mail", page=page, address=address)

    assert refused.status_code == 400
    assert "There is a problem" in refused.text
