"""The desk's first screen, and the question which clinic this device is in."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shop.receipts import Receipt
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL_NAME, Post, Statements, deliver, sell, sign_in


@pytest.fixture(autouse=True)
def enough(app: Flask) -> None:
    deliver(app, "cambridge", 20)
    deliver(app, "ely", 20)


def test_a_day_without_sales_says_so(desk: FlaskClient) -> None:
    assert "No sales at Cambridge yet today." in desk.get("/staff").text


def test_a_sale_stands_in_the_days_list_with_who_and_when(desk: FlaskClient, post: Post) -> None:
    number = sell(desk, post, method="cash")

    page = desk.get("/staff").text
    row = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.S) if number in row)

    assert f"1 × {BALL_NAME}" in row
    assert "Rae Ellis" in row
    assert "Cash" in row
    assert "£5.50" in row
    assert re.search(r"<td>\d{1,2}:\d\d[ap]m</td>", row)
    assert f'href="/staff/sales/{number}"' in row


def test_the_days_totals_are_by_method_and_together(desk: FlaskClient, post: Post) -> None:
    sell(desk, post, method="cash")
    sell(desk, post, method="card")
    sell(desk, post, method="card")

    tiles = re.search(r'<ul class="tp-tiles">.*?</ul>', desk.get("/staff").text, re.S)

    assert tiles
    assert re.findall(r">([\w ]+?) <strong>(.*?)<", tiles[0]) == [
        ("Total of the day", "£16.50"),
        ("Card", "£11.00"),
        ("Cash", "£5.50"),
    ]


def test_another_clinics_sales_are_not_in_the_list(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    at_ely = sign_in(app, post, {"ely": Role.RECEPTION})

    number = sell(at_ely, post)

    assert number not in desk.get("/staff").text
    assert number in at_ely.get("/staff").text


def test_an_earlier_day_is_one_press_away(app: Flask, desk: FlaskClient) -> None:
    with database_of(app).reading() as work:
        latest = select(Receipt).where(Receipt.site == "cambridge").order_by(Receipt.serial.desc())
        receipt = work.scalars(latest).first()
    assert receipt
    day = receipt.issued_at.date()  # the demo sells in opening hours, the same day in any zone

    page = desk.get(f"/staff?day={day}").text

    assert receipt.number in page
    assert f'href="/staff?day={day - timedelta(days=1)}"' in page


@pytest.mark.parametrize(
    "day",
    ["yesterday", "2026-02-30", "2026-6-3", "20260603", "0001-01-01", "9999-12-31", "٢٠٢٦-٠٦-٠٣"],
)
def test_a_day_no_calendar_has_is_refused_with_a_sentence(desk: FlaskClient, day: str) -> None:
    refused = desk.get("/staff", query_string={"day": day})

    assert refused.status_code == 400
    assert "Write it like 2026-06-03." in refused.text


def test_the_list_takes_as_many_statements_for_many_sales_as_for_one(
    desk: FlaskClient, post: Post, statements: Statements
) -> None:
    def counted() -> int:
        with statements() as seen:
            desk.get("/staff")
        return len(seen)

    sell(desk, post)
    one = counted()
    sell(desk, post)
    sell(desk, post, "2000000010014", "2000000010021")

    assert counted() == one <= 15


def test_a_device_is_asked_for_its_clinic_once(desk: FlaskClient, post: Post) -> None:
    chosen = post(desk, "/staff/site", site="ely")

    assert chosen.location == "/staff"
    assert "at Ely" in desk.get("/staff").text
    assert "at Ely" in desk.get("/staff/till").text


@pytest.mark.parametrize("site", [None, "", "nowhere", "*"])
def test_no_clinic_or_a_foreign_one_is_asked_again(
    desk: FlaskClient, post: Post, site: str | None
) -> None:
    refused = post(desk, "/staff/site", site=site)

    assert refused.status_code == 400
    assert "There is a problem" in refused.text
    assert "at Cambridge" in desk.get("/staff").text


def test_who_has_one_clinic_is_not_asked(app: Flask, post: Post) -> None:
    at_ely = sign_in(app, post, {"ely": Role.RECEPTION})

    assert at_ely.get("/staff/till").status_code == 200


def test_who_has_no_clinic_is_told_so(app: Flask, post: Post) -> None:
    nowhere = sign_in(app, post, {"closed-clinic": Role.RECEPTION})

    assert nowhere.get("/staff/till").location == "/staff/site"
    told = nowhere.get("/staff/site")
    assert told.status_code == 403
    assert "You have no role at any clinic yet." in told.text
