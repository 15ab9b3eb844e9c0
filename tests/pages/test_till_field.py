"""The till's one field and what stands around it: codes, tiles, parking, undoing the last scan."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop import clock, online_orders, orders, reservations
from shop.checks import verify
from shop.drafts import Channel, Fulfilment
from shop.order_states import OrderState
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL_NAME, BARCODE, Post, deliver, sales, sell, sign_in
from tests.pages.ordering import Customer, rows
from tests.pages.test_till import units


@pytest.fixture(autouse=True)
def enough(app: Flask) -> None:
    deliver(app, "cambridge", 20)
    deliver(app, "cambridge", 20, "BALL-70-S")


@pytest.fixture
def ready(app: Flask, client: FlaskClient) -> tuple[int, str]:
    """An order that is paid and waits at Cambridge: its number and its buyer's code."""
    Customer(client).order()
    ((number, code),) = rows(
        app,
        "SELECT o.number, buyer.code FROM shop_order AS o JOIN shop_buyer AS buyer "
        "ON buyer.order_id = o.id ORDER BY o.id DESC LIMIT 1",
    )
    return int(str(number)), str(code)


def test_a_receipts_number_leads_to_its_sale(desk: FlaskClient, post: Post) -> None:
    number = sell(desk, post)

    assert post(desk, "/staff/till", code=number.lower()).location == f"/staff/sales/{number}"


def test_an_orders_code_is_handed_over_on_the_till(
    app: Flask, desk: FlaskClient, post: Post, ready: tuple[int, str]
) -> None:
    number, code = ready
    post(desk, "/staff/till", code=BARCODE)

    found = post(desk, "/staff/till", code=f"{code[:4].lower()}-{code[4:]}")
    assert found.location == f"/staff/till?order={number}"
    assert "Hand over (Enter)" in desk.get(found.location).text
    post(desk, f"/staff/till/collect/{number}", page=found.location, code=BARCODE)
    done = post(desk, f"/staff/till/collect/{number}", page=found.location)

    assert f"Order {number} is handed over." in desk.get(done.location).text
    with database_of(app).reading() as work:
        assert online_orders.numbered(work, number).state == OrderState.COLLECTED
    assert units(desk) == 2  # a scan won over handing over


@pytest.fixture
def reserved(app: Flask, desk: FlaskClient, post: Post) -> str:
    """An order that the desk keeps at another clinic, where it is paid: its number."""
    with database_of(app).transaction() as work:
        settings = next(iter(app.extensions["shop"].values())).settings
        draft = orders.new(
            work, "cambridge", {"BALL-70-S": 1}, channel=Channel.WEB,
            fulfilment=Fulfilment.COLLECT, currency="GBP", vat_registered=False,
        )  # fmt: skip
        kept = reservations.reserve(
            work, draft, press=orders.new_press(), email="pat@customer.example",
            zone=settings.zone, at=clock.now(),
        )  # fmt: skip
    return str(kept.number)


def test_what_was_reserved_is_paid_on_the_till_into_its_drawer(
    app: Flask, desk: FlaskClient, post: Post, reserved: str
) -> None:
    found = post(desk, "/staff/till", code=reserved)

    done = post(desk, f"/staff/till/collect/{reserved}", page=found.location, method="cash")

    assert f"Order {reserved} is paid and handed over." in desk.get(done.location).text
    assert [check.name for check in verify(database_of(app)) if not check.ok] == []


def test_a_way_to_pay_that_no_till_takes_is_refused(
    app: Flask, desk: FlaskClient, post: Post, reserved: str
) -> None:
    found = post(desk, "/staff/till", code=reserved)
    before = sales(app)

    odd = post(desk, f"/staff/till/collect/{reserved}", page=found.location, method="discount")

    assert odd.status_code == 400
    assert "Use Card or Cash." in odd.text
    assert sales(app) == before


def test_an_orders_number_finds_it_too_and_adds_nothing(
    desk: FlaskClient, post: Post, ready: tuple[int, str]
) -> None:
    number, _ = ready

    assert post(desk, "/staff/till", code=str(number)).location == f"/staff/till?order={number}"
    assert units(desk) == 0


@pytest.mark.parametrize("number", ["0", "999999", "x", "1; DROP TABLE shop_order"])
def test_an_address_of_no_order_shows_the_till(desk: FlaskClient, number: str) -> None:
    page = desk.get("/staff/till", query_string={"order": number, "sold": number})

    assert page.status_code == 200
    assert "Hand over" not in page.text


def test_best_sellers_are_buttons_with_price_and_stock(desk: FlaskClient, post: Post) -> None:
    page = desk.get("/staff/till").text
    tiles = re.findall(
        r'name="add" value="([^"]+)">([^<]+) <small>£[\d.]+, (?:\d+|none) here', page
    )

    assert 1 <= len(tiles) <= 12
    assert page.index('name="code"') < page.index(f'value="{tiles[0][0]}"')  # Enter adds no tile
    post(desk, "/staff/till", code="", add=tiles[0][0])
    assert units(desk, tiles[0][1]) == 1


def test_undo_takes_out_what_the_last_scan_put_in(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BARCODE)
    post(desk, "/staff/till", code=f"5*{BARCODE}")
    assert f"Undo 5 × {BALL_NAME}" in desk.get("/staff/till").text

    post(desk, "/staff/till/line", page="/staff/till", undo="1")
    again = post(desk, "/staff/till/line", page="/staff/till", undo="1")

    assert units(desk) == 1
    assert again.status_code == 409


def test_a_sale_is_parked_and_a_colleague_takes_it_up(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, "/staff/till", code=f"2*{BARCODE}")
    post(desk, "/staff/till/park", page="/staff/till")
    assert units(desk) == 0
    colleague = sign_in(app, post, {"cambridge": Role.PRACTITIONER})
    page = colleague.get("/staff/till").text
    assert "1 parked" in page
    which = re.search(r'name="which" value="(\d+)"', page)
    assert which

    post(colleague, "/staff/till/resume", page="/staff/till", which=which[1])

    assert units(colleague) == 2
    assert " parked</span>" not in desk.get("/staff/till").text


@pytest.mark.parametrize("which", ["", "0", "x", "999999", "-1"])
def test_what_is_not_parked_is_not_resumed(desk: FlaskClient, post: Post, which: str) -> None:
    refused = post(desk, "/staff/till/resume", page="/staff/till", which=which)

    assert refused.status_code in (400, 404)
    assert "There is a problem" in refused.text


def test_a_basket_outlives_signing_out_and_in(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=f"3*{BARCODE}")
    post(desk, "/staff/sign-out", page="/staff/till")
    post(desk, "/staff/sign-in", email="manager@demo.example", password="manager-demo-only")
    post(desk, "/staff/site", site="cambridge")

    assert units(desk) == 3


def test_parking_and_collecting_sell_nothing(app: Flask, desk: FlaskClient, post: Post) -> None:
    before = sales(app)
    post(desk, "/staff/till/park", page="/staff/till")
    post(desk, "/staff/till", code=BARCODE)
    post(desk, "/staff/till/park", page="/staff/till")

    assert sales(app) == before
