"""Paying at the desk: cash with its change, in parts, and never with a card number."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shop.orders import Order
from shop.payments import Payment
from shop.receipts import Receipt
from tests.conftest import database_of
from tests.pages.at_desk import BALL, BARCODE, Post, deliver, sales
from tests.pages.conftest import hidden_fields

OTHER_BARCODE = "2000000010021"
CARD_NUMBER = "4242 4242 4242 4242"


@pytest.fixture(autouse=True)
def a_ball_on_the_counter(app: Flask, desk: FlaskClient, post: Post) -> None:
    deliver(app, "cambridge", 20)
    deliver(app, "cambridge", 20, "BALL-70-S")
    post(desk, "/staff/till", code=BARCODE)  # £5.50


def paid(app: Flask) -> list[tuple[str, int, int | None, str | None]]:
    """The parts of the last sale."""
    with database_of(app).reading() as work:
        last = select(Order.id).join(Receipt, Receipt.order_id == Order.id)
        order_id = work.scalars(last.order_by(Receipt.id.desc())).first()
        its = select(Payment).where(Payment.order_id == order_id).order_by(Payment.position)
        return [(p.method, p.amount_pence, p.tendered_pence, p.slip) for p in work.scalars(its)]


@pytest.mark.parametrize("given", ["10", "10.00", "£10", " 10 "])
def test_cash_shows_the_change_and_keeps_what_was_given(
    app: Flask, desk: FlaskClient, post: Post, given: str
) -> None:
    sold = post(desk, "/staff/till/pay/cash", given=given)

    assert sold.status_code == 303, sold.text
    page = desk.get(sold.location).text
    assert "£5.50 by cash" in page
    assert '<p class="tp-code">£4.50</p>' in page
    assert paid(app) == [("cash", 550, 1000, None)]


def test_a_note_is_one_press_and_exact_leaves_no_change(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    page = desk.get("/staff/till/pay/cash").text
    assert [f"£{n} <small>" in page for n in (5, 10, 20, 50)] == [False, True, True, True]

    sold = post(desk, "/staff/till/pay/cash", given="", note="5.50")

    assert "<p>Change</p>" not in desk.get(sold.location).text
    assert paid(app) == [("cash", 550, 550, None)]


@pytest.mark.parametrize("given", ["5", "5.49", "0", "", " "])
def test_too_little_cash_sells_nothing(
    app: Flask, desk: FlaskClient, post: Post, given: str
) -> None:
    before = sales(app)

    refused = post(desk, "/staff/till/pay/cash", given=given)

    assert refused.status_code in (400, 409)
    assert "There is a problem" in refused.text
    assert sales(app) == before


@pytest.mark.parametrize("way", ["cash", "split"])
def test_a_scan_on_the_way_to_pay_adds_and_sells_nothing(
    app: Flask, desk: FlaskClient, post: Post, way: str
) -> None:
    before = sales(app)

    scanned = post(desk, f"/staff/till/pay/{way}", given=OTHER_BARCODE, note="50.00")

    assert scanned.location == "/staff/till/pay"
    assert "Take £12.50" in desk.get("/staff/till/pay").text
    assert sales(app) == before


@pytest.mark.parametrize("typed", ["5012345678900", "99999", "12.345", "1e3", "٥"])
def test_what_is_no_amount_and_no_product_sells_nothing(
    app: Flask, desk: FlaskClient, post: Post, typed: str
) -> None:
    before = sales(app)

    refused = post(desk, "/staff/till/pay/cash", given=typed)

    assert refused.status_code == 400
    assert "There is a problem" in refused.text
    assert sales(app) == before


def test_a_sale_is_paid_in_parts(app: Flask, desk: FlaskClient, post: Post) -> None:
    sold = post(desk, "/staff/till/pay/split", given="2", slip="A-77", second="1.50")

    page = desk.get(sold.location).text
    assert "£2.00 by cash, £2.00 by card and £1.50 by card" in page
    assert paid(app) == [("cash", 200, None, None), ("card", 200, None, "A-77"),
                         ("card", 150, None, None)]  # fmt: skip
    number = sold.location.partition("sold=")[2]
    receipt = desk.get(f"/staff/sales/{number}").text
    assert receipt.count("Paid by card") == 2
    assert "Cash and Card" in desk.get("/staff").text


@pytest.mark.parametrize(
    "parts", [{"given": "2", "card": "3"}, {"given": "6"}, {"card": "5.51"}, {"second": "9"}]
)
def test_parts_that_are_not_the_total_sell_nothing(
    app: Flask, desk: FlaskClient, post: Post, parts: dict[str, str]
) -> None:
    before = sales(app)

    refused = post(desk, "/staff/till/pay/split", **{"given": "", **parts})

    assert refused.status_code == 409
    assert "not £5.50" in refused.text
    assert sales(app) == before


def test_a_card_is_kept_with_its_slips_reference_only(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, "/staff/till/pay", code="", slip="000123")

    assert paid(app) == [("card", 550, None, "000123")]


@pytest.mark.parametrize(
    ("page", "field"),
    [("pay", "slip"), ("pay/split", "slip"), ("pay/split", "second_slip"), ("pay", "code")],
)
@pytest.mark.parametrize("number", [CARD_NUMBER, "4242-4242-4242-4242", "378282246310005"])
def test_a_card_number_is_refused_and_never_said_back(
    app: Flask, desk: FlaskClient, post: Post, page: str, field: str, number: str
) -> None:
    before = sales(app)
    second = {"second": "1"} if field == "second_slip" else {}

    refused = post(desk, f"/staff/till/{page}", **{field: number}, **second)

    assert refused.status_code == 400
    assert "looks like a card number" in refused.text
    assert number not in refused.text
    assert sales(app) == before


def test_pressing_twice_takes_the_cash_once(app: Flask, desk: FlaskClient, post: Post) -> None:
    before = sales(app)
    shown = desk.get("/staff/till/pay/cash").text

    form = {**hidden_fields(shown), "given": "10"}
    answers = [desk.post("/staff/till/pay/cash", data=form) for _ in range(3)]

    assert len({answer.location for answer in answers}) == 1
    assert sales(app) == before + 1


@pytest.mark.parametrize("way", ["", "/cash", "/split"])
def test_with_an_empty_basket_there_is_nothing_to_pay(
    desk: FlaskClient, post: Post, way: str
) -> None:
    post(desk, "/staff/till/line", page="/staff/till", remove=BALL)

    assert desk.get(f"/staff/till/pay{way}").location == "/staff/till"
