"""What comes back over the counter: undone, refunded by line, exchanged, by who may and once."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop import clock, vouchers
from shop.checks import verify
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL, BARCODE, Post, change_product, deliver, sell, shelf, sign_in
from tests.pages.conftest import hidden_fields
from tests.pages.ordering import Customer, rows

OTHER = "2000000010021"  # £7.00


@pytest.fixture(autouse=True)
def enough(app: Flask) -> None:
    deliver(app, "cambridge", 20)
    deliver(app, "cambridge", 20, "BALL-70-S")
    deliver(app, "ely", 20)


def sell_for_nothing(app: Flask, desk: FlaskClient, post: Post) -> str:
    """Sell a ball with a code that takes all of it off; the receipt's number."""
    with database_of(app).transaction() as work:
        now = clock.now()
        vouchers.make(work, "ALLFREE", percent=100, starts_at=now, by="Morgan", at=now)
    post(desk, "/staff/till", code=BARCODE)
    post(desk, "/staff/till/pay/discount", code="ALLFREE")
    return str(post(desk, "/staff/till/pay", code="").location).partition("sold=")[2]


def wrong(app: Flask) -> list[str]:
    return [check.name for check in verify(database_of(app)) if not check.ok]


def refund(desk: FlaskClient, post: Post, number: str, **typed: object) -> object:
    page = f"/staff/sales/{number}"
    return post(desk, f"{page}/refund", page=page, **{"lines-0-units": "1", "way": "as-paid",
                "lines-0-place": "shelf", "why": "Faulty", "note": "", **typed})  # fmt: skip


def test_the_till_undoes_its_last_sale_with_one_press(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    before = shelf(app, "cambridge")
    number = sell(desk, post)
    page = f"/staff/till?sold={number}"
    assert f'action="/staff/sales/{number}/undo"' in desk.get(page).text

    undone = post(desk, f"/staff/sales/{number}/undo", page=page)

    assert undone.location == "/staff/till"
    told = desk.get("/staff/till").text
    assert f"Sale {number} is undone. Give back £5.50 to the card." in told
    assert "autofocus" in told
    assert shelf(app, "cambridge") == before
    assert "/undo" not in desk.get(page).text


def test_undoing_twice_and_from_another_page_is_once(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post)
    forms = [hidden_fields(desk.get(f"/staff/sales/{number}").text) for _ in range(2)]
    before = shelf(app, "cambridge")

    answers = [desk.post(f"/staff/sales/{number}/undo", data=form) for form in (*forms, forms[0])]

    assert {answer.status_code for answer in answers} == {303}
    assert shelf(app, "cambridge") == before + 1
    assert desk.get(f"/staff/sales/{number}").text.count("credit note") == 1


def test_a_sale_of_another_clinic_is_not_undone_here(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post)
    page = f"/staff/sales/{number}"
    form = hidden_fields(desk.get(page).text)
    post(desk, "/staff/site", site="ely")

    refused = desk.post(f"{page}/undo", data=form)

    assert refused.status_code == 409
    assert "Change the clinic first." in refused.text


def test_a_line_is_refunded_and_the_shelf_is_asked_about(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post, f"3*{BARCODE}")
    before = shelf(app, "cambridge")

    done = refund(desk, post, number, way="cash", note="split seam")

    assert done.status_code == 303, done.text
    page = desk.get(done.location).text
    assert "Give back £5.50 in cash." in page
    assert "Faulty: split seam" in page
    assert shelf(app, "cambridge") == before + 1

    refund(desk, post, number, **{"lines-0-place": "away"})
    assert shelf(app, "cambridge") == before + 1


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"lines-0-units": "4"}, 409),
        ({"lines-0-units": "-1"}, 400),
        ({"lines-0-units": ""}, 400),
        ({"lines-0-place": ""}, 400),
        ({"lines-0-place": "moon"}, 400),
        ({"way": "cheque"}, 400),
        ({"why": ""}, 400),
        ({"lines-0-line": "999999"}, 400),
    ],
)
def test_what_can_not_be_meant_gives_nothing_back(
    app: Flask, desk: FlaskClient, post: Post, typed: dict[str, str], status: int
) -> None:
    number = sell(desk, post, f"3*{BARCODE}")
    before = shelf(app, "cambridge")

    refused = refund(desk, post, number, **typed)

    assert refused.status_code == status
    assert "There is a problem" in refused.text
    assert shelf(app, "cambridge") == before
    assert "credit note" not in desk.get(f"/staff/sales/{number}").text


def test_reception_gives_back_up_to_the_limit_and_a_manager_more(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post, f"10*{BARCODE}")  # £55.00, and the limit is £50.00
    manager = sign_in(app, post, {"cambridge": Role.MANAGER})

    refused = refund(desk, post, number, **{"lines-0-units": "10"})
    done = refund(manager, post, number, **{"lines-0-units": "10"})

    assert refused.status_code == 403
    assert "Ask a manager" in refused.text
    assert done.status_code == 303


def test_receptions_limit_is_for_all_that_goes_back_of_a_sale(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post, f"10*{BARCODE}")  # £55.00, and the limit is £50.00
    manager = sign_in(app, post, {"cambridge": Role.MANAGER})
    for units in ("4", "5"):
        assert refund(desk, post, number, **{"lines-0-units": units}).status_code == 303

    refused = refund(desk, post, number, **{"lines-0-units": "1"})

    assert refused.status_code == 403
    assert "That is more than reception may give back of one sale." in refused.text
    assert refund(manager, post, number, **{"lines-0-units": "1"}).status_code == 303


def test_what_went_back_before_stops_no_exchange_that_gives_nothing_back(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post, f"10*{BARCODE}")
    line = re.search(r'name="line" value="(\d+)"', desk.get(f"/staff/sales/{number}").text)
    assert line
    assert refund(desk, post, number, **{"lines-0-units": "9"}).status_code == 303
    change_product(app, "BALL-70-S", price_pence=400)
    url = f"/staff/sales/{number}/exchange"
    page = f"{url}?line={line[1]}&code={OTHER}"

    gives_back = post(desk, url, page=page, place="shelf", method="cash")
    change_product(app, "BALL-70-S", price_pence=550)
    even = post(desk, url, page=page, place="shelf", method="card")

    assert (gives_back.status_code, even.status_code) == (403, 303)


def test_practitioners_sell_and_give_nothing_back(app: Flask, post: Post) -> None:
    practitioner = sign_in(app, post, {"cambridge": Role.PRACTITIONER})
    number = sell(practitioner, post)
    page = practitioner.get(f"/staff/sales/{number}").text

    assert "Give money back" not in page
    assert "Undo" not in practitioner.get(f"/staff/till?sold={number}").text
    token = hidden_fields(practitioner.get("/staff/till").text)
    data = {**token, "press": "a" * 22, "line": "1", "code": BALL, "method": "card"}
    for act in ("undo", "refund", "exchange"):
        refused = practitioner.post(f"/staff/sales/{number}/{act}", data=data)
        assert refused.status_code in (400, 403, 404), act


def test_one_scan_and_enter_exchanges_soft_for_firm(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post)
    before = shelf(app, "cambridge"), shelf(app, "cambridge", "BALL-70-S")
    line = re.search(r'name="line" value="(\d+)"', desk.get(f"/staff/sales/{number}").text)
    assert line
    page = f"/staff/sales/{number}/exchange?line={line[1]}&code={OTHER}"
    assert "Take £1.50" in desk.get(page).text

    swapped = post(desk, f"/staff/sales/{number}/exchange", page=page, place="shelf", method="card")

    assert swapped.status_code == 303, swapped.text
    assert "The new sale is CAM-" in desk.get(swapped.location).text
    assert (shelf(app, "cambridge"), shelf(app, "cambridge", "BALL-70-S")) == (
        before[0] + 1,
        before[1] - 1,
    )


@pytest.mark.parametrize("place", ["moon", "", "away"])
def test_a_place_that_nobody_offered_is_refused(desk: FlaskClient, post: Post, place: str) -> None:
    number = sell(desk, post)
    line = re.search(r'name="line" value="(\d+)"', desk.get(f"/staff/sales/{number}").text)
    assert line
    page = f"/staff/sales/{number}/exchange?line={line[1]}&code={OTHER}"

    odd = post(desk, f"/staff/sales/{number}/exchange", page=page, place=place, method="card")

    assert odd.status_code == 400
    assert "There is a problem" in odd.text
    assert "credit note" not in desk.get(f"/staff/sales/{number}").text


def test_an_exchange_is_paid_by_card_or_in_cash_and_in_no_other_way(
    desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post)
    line = re.search(r'name="line" value="(\d+)"', desk.get(f"/staff/sales/{number}").text)
    assert line
    page = f"/staff/sales/{number}/exchange?line={line[1]}&code={OTHER}"

    odd = post(desk, f"/staff/sales/{number}/exchange", page=page, place="shelf", method="discount")

    assert odd.status_code == 400
    assert "Use Card or Cash." in odd.text


def test_an_exchange_takes_the_difference_that_the_page_showed(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post)
    line = re.search(r'name="line" value="(\d+)"', desk.get(f"/staff/sales/{number}").text)
    assert line
    page = f"/staff/sales/{number}/exchange"
    form = hidden_fields(desk.get(f"{page}?line={line[1]}&code={OTHER}").text)
    pressed = {"method": "cash", "place": "shelf"}
    change_product(app, "BALL-70-S", price_pence=1700)

    refused = desk.post(page, data={**form, **pressed})

    assert refused.status_code == 409
    assert "The price changed." in refused.text
    assert "Take £11.50" in refused.text
    assert rows(app, "SELECT id FROM shop_refund WHERE reason LIKE 'Exchanged%'") == []
    assert desk.post(page, data={**hidden_fields(refused.text), **pressed}).status_code == 303


@pytest.mark.parametrize("code", ["5012345678900", "", "soft"])
def test_what_names_no_one_product_is_not_exchanged(
    desk: FlaskClient, post: Post, code: str
) -> None:
    number = sell(desk, post)
    line = re.search(r'name="line" value="(\d+)"', desk.get(f"/staff/sales/{number}").text)
    assert line

    refused = desk.get(f"/staff/sales/{number}/exchange?line={line[1]}&code={code}")

    assert refused.status_code in (400, 409)


def test_what_was_paid_online_is_not_exchanged_at_the_desk(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    """Or its money would be said to be back on the card, and leave a drawer besides."""
    Customer(app.test_client()).order()
    ((number, order, line),) = rows(
        app,
        "SELECT r.number, o.number, l.id FROM shop_order o JOIN shop_receipt r ON r.order_id = o.id"
        " JOIN shop_order_line l ON l.order_id = o.id WHERE o.channel = 'web'"
        " ORDER BY o.id DESC LIMIT 1",
    )
    Customer(desk).send(f"/staff/online/{order}", f"/staff/online/{order}/ready")
    Customer(desk).send(f"/staff/online/{order}", f"/staff/online/{order}/hand-over")
    before = shelf(app, "cambridge", "BALL-70-S")
    page = f"/staff/sales/{number}/exchange"
    form = {**hidden_fields(desk.get("/staff/till").text), "press": "x" * 22, "code": OTHER}

    shown = desk.get(f"{page}?line={line}&code={OTHER}")
    sent = desk.post(page, data={**form, "line": str(line), "place": "shelf", "method": "cash"})

    assert {shown.status_code, sent.status_code} == {409}
    assert f"Refund order {order} on its own page" in shown.text
    assert rows(app, "SELECT id FROM shop_refund WHERE reason LIKE 'Exchanged%'") == []
    assert shelf(app, "cambridge", "BALL-70-S") == before


def test_money_of_an_online_order_does_not_go_back_from_the_sales_page(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    Customer(app.test_client()).order()
    ((number,),) = rows(
        app,
        "SELECT r.number FROM shop_order o JOIN shop_receipt r ON r.order_id = o.id"
        " WHERE o.channel = 'web' ORDER BY o.id DESC LIMIT 1",
    )
    page = f"/staff/sales/{number}"
    form = {**hidden_fields(desk.get("/staff/till").text), "press": "x" * 22}

    for act in ("refund", "undo"):
        typed = {"lines-0-units": "1", "lines-0-place": "shelf", "way": "cash", "why": "Faulty"}
        assert desk.post(f"{page}/{act}", data={**form, **typed}).status_code == 409


def test_a_sale_that_cost_nothing_is_undone_and_no_money_goes_back(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    before = shelf(app, "cambridge")
    number = sell_for_nothing(app, desk, post)

    undone = post(desk, f"/staff/sales/{number}/undo", page=f"/staff/till?sold={number}")

    assert undone.status_code == 303
    told = desk.get("/staff/till").text
    assert f"Sale {number} is undone. Nothing was paid for it, so no money goes back." in told
    assert shelf(app, "cambridge") == before
    assert wrong(app) == []


@pytest.mark.parametrize("way", ["as-paid", "cash"])
def test_goods_that_cost_nothing_come_back_and_no_money_goes(
    app: Flask, desk: FlaskClient, post: Post, way: str
) -> None:
    before = shelf(app, "cambridge")
    number = sell_for_nothing(app, desk, post)

    done = refund(desk, post, number, way=way)

    assert done.status_code == 303, done.text
    assert "no money goes back" in desk.get(done.location).text
    assert shelf(app, "cambridge") == before
    assert wrong(app) == []


def test_a_tool_that_cost_nothing_is_exchanged_for_the_whole_price_of_another(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell_for_nothing(app, desk, post)
    line = re.search(r'name="line" value="(\d+)"', desk.get(f"/staff/sales/{number}").text)
    assert line
    page = f"/staff/sales/{number}/exchange?line={line[1]}&code={OTHER}"
    assert "Take £7.00" in desk.get(page).text

    swapped = post(desk, f"/staff/sales/{number}/exchange", page=page, place="shelf", method="card")

    assert swapped.status_code == 303, swapped.text
    assert wrong(app) == []
