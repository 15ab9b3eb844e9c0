"""Codes and discounts at the till: what they take off, who may, and what the sale remembers."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shop import clock, vouchers
from shop.checks import verify
from shop.orders import Order
from shop.receipts import Receipt
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import (
    BALL,
    BARCODE,
    Post,
    change_product,
    deliver,
    keep_all_but,
    sales,
    sign_in,
)
from tests.pages.conftest import hidden_fields

PAGE = "/staff/till/pay/discount"


@pytest.fixture(autouse=True)
def two_balls(app: Flask, desk: FlaskClient, post: Post) -> None:
    deliver(app, "cambridge", 20)
    post(desk, "/staff/till", code=f"2*{BARCODE}")  # £11.00


def last(app: Flask) -> Order:
    with database_of(app).reading() as work:
        its = select(Order).join(Receipt, Receipt.order_id == Order.id)
        return work.scalars(its.order_by(Receipt.id.desc())).first()


def voucher(app: Flask, code: str, **terms: int) -> None:
    with database_of(app).transaction() as work:
        now = clock.now()
        vouchers.make(work, code, most_uses=1, starts_at=now, by="Morgan", at=now, **terms)


def test_a_discount_with_a_reason_is_on_the_order(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    taken = post(desk, PAGE, percent="10", reason="Box is dented")
    assert taken.location == "/staff/till/pay"
    assert "Take £9.90" in desk.get("/staff/till/pay").text

    sold = post(desk, "/staff/till/pay/cash", given="10")

    assert "£9.90 by cash" in desk.get(sold.location).text
    order = last(app)
    assert (order.total_pence, order.discount_pence) == (990, 110)
    assert (order.discount_reason, order.discount_by) == ("Box is dented", "Rae Ellis")
    assert [check.name for check in verify(database_of(app)) if not check.ok] == []


def test_the_next_customer_pays_the_whole_price(app: Flask, desk: FlaskClient, post: Post) -> None:
    post(desk, PAGE, percent="10", reason="Box is dented")
    post(desk, "/staff/till/pay", code="")
    post(desk, "/staff/till", code=BARCODE)

    assert "Take £5.50" in desk.get("/staff/till/pay").text


@pytest.mark.parametrize("presses", [["remove"], ["less", "less"]])
def test_what_was_agreed_for_a_basket_that_was_emptied_is_not_for_the_next_customer(
    desk: FlaskClient, post: Post, presses: list[str]
) -> None:
    post(desk, PAGE, percent="10", reason="Box is dented")

    for press in presses:
        post(desk, "/staff/till/line", page="/staff/till", **{press: BALL})
    post(desk, "/staff/till", code=BARCODE)

    assert "Take £5.50" in desk.get("/staff/till/pay").text


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"percent": "11", "reason": "more than reception may"}, 403),
        ({"pounds": "2", "reason": "more than reception may"}, 403),
        ({"percent": "10"}, 400),
        ({"percent": "10", "pounds": "1", "reason": "both"}, 400),
        ({"percent": "101", "reason": "x"}, 400),
        ({"pounds": "-1", "reason": "x"}, 400),
        ({"code": "NO-SUCH"}, 404),
    ],
)
def test_what_may_not_be_taken_off_is_not(
    app: Flask, desk: FlaskClient, post: Post, typed: dict[str, str], status: int
) -> None:
    refused = post(desk, PAGE, **typed)

    assert refused.status_code == status
    assert "There is a problem" in refused.text
    assert "Take £11.00" in desk.get("/staff/till/pay").text


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"percent": "10"}, 303),  # half a penny rounded up is £1.00
        ({"pounds": "1"}, 303),
        ({"pounds": "1.01"}, 403),
        ({"percent": "11"}, 403),
    ],
)
def test_reception_takes_off_what_its_limit_comes_to_in_whole_pennies(
    app: Flask, desk: FlaskClient, post: Post, typed: dict[str, str], status: int
) -> None:
    change_product(app, price_pence=995)
    post(desk, "/staff/till/line", page="/staff/till", less=BALL)

    assert post(desk, PAGE, reason="Box is dented", **typed).status_code == status


def test_a_manager_takes_more_off_and_a_practitioner_nothing(app: Flask, post: Post) -> None:
    for name, role, status in (
        ("Mo Dent", Role.MANAGER, 303),
        ("Pip Hale", Role.PRACTITIONER, 403),
    ):
        client = sign_in(app, post, {"cambridge": role}, name)
        post(client, "/staff/till", code=BARCODE)
        assert post(client, PAGE, percent="50", reason="Shop soiled").status_code == status


def test_pounds_off_are_agreed_on_again_when_something_is_taken_out(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    """Or a pound off eleven would be a pound off five fifty, which reception may not give."""
    post(desk, PAGE, pounds="1", reason="Box is dented")
    post(desk, "/staff/till/line", page="/staff/till", less=BALL)
    before = sales(app)

    refused = post(desk, "/staff/till/pay", code="")

    assert refused.status_code == 409
    assert "Agree on it again." in refused.text
    assert sales(app) == before


def test_nothing_typed_takes_the_discount_away(desk: FlaskClient, post: Post) -> None:
    post(desk, PAGE, percent="10", reason="Box is dented")
    post(desk, PAGE)

    assert "Take £11.00" in desk.get("/staff/till/pay").text


@pytest.mark.parametrize(("terms", "left"), [({"percent": 50}, 550), ({"percent": 100}, 0)])
def test_a_voucher_is_used_by_the_sale_and_once(
    app: Flask, desk: FlaskClient, post: Post, terms: dict[str, int], left: int
) -> None:
    voucher(app, "SUMMER10", **terms)
    post(desk, PAGE, code="summer10")
    before = sales(app)

    sold = post(desk, "/staff/till/pay", code="")

    assert sold.status_code == 303, sold.text
    assert sales(app) == before + 1
    order = last(app)
    assert (order.total_pence, order.voucher_code) == (left, "SUMMER10")
    post(desk, "/staff/till", code=BARCODE)
    assert post(desk, PAGE, code="SUMMER10").status_code == 409
    assert [check.name for check in verify(database_of(app)) if not check.ok] == []


def park(client: FlaskClient, post: Post) -> str:
    post(client, "/staff/till/park", page="/staff/till")
    return re.search(r'name="which" value="(\d+)"', client.get("/staff/till").text)[1]  # type: ignore[index]


def take_up(client: FlaskClient, post: Post, which: str) -> str:
    post(client, "/staff/till/resume", page="/staff/till", which=which)
    return client.get("/staff/till").text


def test_a_discount_waits_with_a_parked_basket_and_a_colleague_elsewhere_takes_both_up(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, PAGE, pounds="1", reason="Box is dented")
    which = park(desk, post)
    post(desk, "/staff/till", code=BARCODE)
    assert "Take £5.50" in desk.get("/staff/till/pay").text  # the next customer's own price
    other = sign_in(app, post, {"cambridge": Role.RECEPTION}, "Kit Moss")

    assert "Here it is again." in take_up(other, post, which)
    assert "Take £10.00" in other.get("/staff/till/pay").text
    post(other, "/staff/till/pay", code="")

    order = last(app)
    assert (order.discount_pence, order.discount_reason) == (100, "Box is dented")
    assert order.discount_by == "Rae Ellis"
    assert [check.name for check in verify(database_of(app)) if not check.ok] == []


def test_what_no_longer_holds_for_a_parked_basket_is_not_taken_off_and_the_till_says_why(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, PAGE, pounds="1", reason="Box is dented")
    which = park(desk, post)
    change_product(app, price_pence=300)

    page = take_up(desk, post, which)

    assert "That discount is for goods of £11.00 or more. Agree on it again." in page
    assert "Take £6.00" in desk.get("/staff/till/pay").text


def test_a_voucher_that_stopped_while_its_basket_was_parked_takes_nothing_off(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    voucher(app, "TENOFF", percent=10)
    post(desk, PAGE, code="tenoff")
    which = park(desk, post)
    with database_of(app).transaction() as work:
        vouchers.stop(work, "TENOFF", by="Morgan", at=clock.now())

    assert "That code does not work any more" in take_up(desk, post, which)
    assert "Take £11.00" in desk.get("/staff/till/pay").text


def test_a_basket_in_use_keeps_its_discount_when_a_parked_one_can_not_be_taken_up(
    desk: FlaskClient, post: Post
) -> None:
    which = park(desk, post)
    post(desk, "/staff/till", code=BARCODE)
    post(desk, PAGE, percent="10", reason="Box is dented")

    take_up(desk, post, which)

    assert "Take £4.95" in desk.get("/staff/till/pay").text


def pressed_twice(client: FlaskClient, url: str, data: dict[str, str]) -> None:
    """A double press: the browser drops the first answer, with what it says of the cookie."""
    before = client.get_cookie("sorespot")
    assert before
    assert client.post(url, data=data).status_code == 303
    client.set_cookie("sorespot", before.value)
    assert client.post(url, data=data).status_code == 303


def test_the_next_customer_pays_the_whole_price_after_a_double_press_of_pay(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, PAGE, percent="10", reason="Box is dented")
    before = sales(app)

    pressed_twice(desk, "/staff/till/pay", hidden_fields(desk.get("/staff/till/pay").text))
    post(desk, "/staff/till", code=BARCODE)

    assert sales(app) == before + 1
    assert "Take £5.50" in desk.get("/staff/till/pay").text


def test_the_next_customer_pays_the_whole_price_after_a_double_press_of_park(
    desk: FlaskClient, post: Post
) -> None:
    post(desk, PAGE, percent="10", reason="Box is dented")

    pressed_twice(desk, "/staff/till/park", hidden_fields(desk.get("/staff/till").text))
    post(desk, "/staff/till", code=BARCODE)

    assert "Take £5.50" in desk.get("/staff/till/pay").text


def test_a_double_press_of_resume_brings_the_discount_back(desk: FlaskClient, post: Post) -> None:
    post(desk, PAGE, percent="10", reason="Box is dented")
    which = park(desk, post)

    form = hidden_fields(desk.get("/staff/till").text)
    pressed_twice(desk, "/staff/till/resume", {**form, "which": which})

    assert "Take £9.90" in desk.get("/staff/till/pay").text


def test_a_basket_is_parked_and_taken_up_twice_with_its_discount(
    desk: FlaskClient, post: Post
) -> None:
    post(desk, PAGE, percent="10", reason="Box is dented")

    for _ in range(2):
        take_up(desk, post, park(desk, post))

    assert "Take £9.90" in desk.get("/staff/till/pay").text


def test_the_next_customer_pays_the_whole_price_after_all_was_kept_at_another_clinic(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    deliver(app, "ely", 5)
    deliver(app, "cambridge", 5, "BALL-70-S")
    post(desk, PAGE, percent="10", reason="Box is dented")
    keep_all_but(app, "cambridge", 0)

    kept = post(desk, f"/staff/till/keep/{BALL}", page="/staff/till", site="ely")
    post(desk, "/staff/till", code="2000000010021")

    assert kept.status_code == 303
    assert "Take £7.00" in desk.get("/staff/till/pay").text


def test_nothing_is_agreed_for_an_empty_basket(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till/line", page="/staff/till", remove=BALL)

    refused = post(desk, PAGE, percent="10", reason="Box is dented")
    post(desk, "/staff/till", code=BARCODE)

    assert refused.status_code == 400
    assert "There is nothing in the basket yet." in refused.text
    assert "Take £5.50" in desk.get("/staff/till/pay").text


def test_a_sale_that_is_refused_keeps_the_discount(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, PAGE, percent="10", reason="Box is dented")
    keep_all_but(app, "cambridge", 0)

    assert post(desk, "/staff/till/pay", code="").status_code == 409
    assert "Take £9.90" in desk.get("/staff/till/pay").text
