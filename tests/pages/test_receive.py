"""Receiving at the desk: scan after scan, with an order or without, and on the shelf once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop import clock, costs, purchases, suppliers
from shop.purchases import PurchaseState, Wanted
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL, BALL_NAME, BARCODE, Post, sign_in
from tests.pages.stock_desk import count, fill, form_on, level, press, put
from tests.pages.tables import row

LIST = "/staff/stock/receive"
ONE = f"{LIST}/1"
OTHER = "BALL-70-S"


@pytest.fixture(autouse=True)
def shelves(app: Flask) -> None:
    put(app, "cambridge", 5)
    put(app, "cambridge", 5, OTHER)


@pytest.fixture
def ordered(app: Flask) -> int:
    """Four balls are on order from Acme for Cambridge."""
    who = {"by": "Morgan Lee", "at": clock.now()}
    with database_of(app).transaction() as work:
        supplier = suppliers.add(work, "Acme Balls")
        wanted = [Wanted(BALL, 4, 210)]
        number = purchases.draft(work, supplier.id, "cambridge", wanted, **who).number
        purchases.order(work, number, **who)
    return number


def open_box(desk: FlaskClient, code: str = BARCODE, **fields: str) -> TestResponse:
    return press(desk, LIST, LIST, **{"purchase": "", "code": code, **fields})


def scan(desk: FlaskClient, code: str) -> TestResponse:
    return press(desk, ONE, f"{ONE}/scan", code=code)


def finish(desk: FlaskClient, **fields: str) -> TestResponse:
    return press(desk, ONE, f"{ONE}/finish", **{"more": "", **fields})


def test_ten_scans_and_one_press_put_ten_on_the_shelf(app: Flask, desk: FlaskClient) -> None:
    assert open_box(desk).location == ONE
    for code in [BARCODE] * 5 + [OTHER] * 4:
        assert scan(desk, code).status_code == 303
    assert "Receive 10 units" in desk.get(ONE).text
    assert (level(app, "shelf:cambridge"), level(app, "shelf:cambridge", OTHER)) == (5, 5)

    done = finish(desk)

    assert (level(app, "shelf:cambridge"), level(app, "shelf:cambridge", OTHER)) == (11, 9)
    page = desk.get(done.location, follow_redirects=True).text
    number = count(app, "shop_delivery")
    assert f"Delivery {number} is received." in page
    assert row(page, f"{BALL_NAME}")[1] == "6"
    link = f'href="/staff/stock/deliveries/{number}">Delivery {number}</a>'
    assert link in desk.get(f"/staff/stock/{BALL}").text


def test_the_field_has_the_focus_after_every_scan(desk: FlaskClient) -> None:
    open_box(desk)
    scan(desk, BARCODE)

    page = desk.get(ONE).text

    assert page.count("autofocus") == 1
    assert "data-scan" in page[page.index("autofocus") - 400 : page.index("autofocus") + 400]


def test_a_box_can_be_left_and_taken_up_by_somebody_else(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    open_box(desk, f"12*{BARCODE}")
    colleague = sign_in(app, post, {"cambridge": Role.RECEPTION})

    assert "Go on unpacking</a>: 12 units so far. Begun by Rae Ellis" in colleague.get(LIST).text
    scan(colleague, BARCODE)

    assert "<b>13</b>" in desk.get(ONE).text


def test_a_cost_that_is_typed_is_kept_and_moves_the_average(app: Flask, desk: FlaskClient) -> None:
    with database_of(app).reading() as work:
        before = costs.averages(work)[BALL]
    open_box(desk, f"5*{BARCODE}")

    done = finish(desk, **{"costs-0-cost": "9.10"})

    with database_of(app).reading() as work:
        assert before < costs.averages(work)[BALL] < 910 * costs.FINER
    assert "£9.10" in desk.get(done.location, follow_redirects=True).text


def test_a_cost_that_nobody_knows_stays_unknown_until_it_is_typed(
    app: Flask, desk: FlaskClient
) -> None:
    who = {"by": "Morgan Lee", "at": clock.now()}
    with database_of(app).transaction() as work:
        supplier = suppliers.add(work, "Acme Balls")
        unknown = [Wanted(BALL, 9, suppliers.usual_cost(work, supplier.id, BALL))]
        number = purchases.draft(work, supplier.id, "cambridge", unknown, **who).number
        purchases.order(work, number, **who)
        before = costs.averages(work)[BALL]
    page = desk.get(f"/staff/stock/orders/{number}").text
    assert row(page, f"{BALL_NAME} ({BALL})")[2:4] == ["9", "–"]
    assert "Total of what has a cost" in page
    open_box(desk, f"5*{BARCODE}")
    assert form_on(desk, ONE, f"{ONE}/finish").values["costs-0-cost"] == [""]

    finish(desk)

    with database_of(app).reading() as work:
        assert costs.averages(work)[BALL] == before


@pytest.mark.parametrize("cost", ["x", "-1", "1.999", "1e3", "999999999"])
def test_a_cost_that_is_no_money_is_refused_and_kept_as_typed(
    app: Flask, desk: FlaskClient, cost: str
) -> None:
    open_box(desk)

    answer = finish(desk, **{"costs-0-cost": cost})

    assert answer.status_code == 400
    assert "Enter an amount in pounds" in answer.text
    assert f'value="{cost}"' in answer.text
    assert level(app, "shelf:cambridge") == 5


def test_the_order_is_found_by_the_scan_and_closes_when_all_has_come(
    app: Flask, desk: FlaskClient, ordered: int
) -> None:
    open_box(desk, f"3*{BARCODE}")
    page = desk.get(ONE).text
    assert f"Unpacking order {ordered}" in page
    assert 'value="2.10"' in page
    finish(desk)
    with database_of(app).reading() as work:
        assert purchases.get(work, ordered).state == PurchaseState.ORDERED

    open_box(desk)
    press(desk, f"{LIST}/2", f"{LIST}/2/finish", more="")

    with database_of(app).reading() as work:
        assert purchases.get(work, ordered).state == PurchaseState.CLOSED
    assert level(app, "shelf:cambridge") == 9


def test_more_than_was_ordered_is_asked_about_first(
    app: Flask, desk: FlaskClient, ordered: int
) -> None:
    open_box(desk, f"6*{BARCODE}")
    assert "More than ordered" in desk.get(ONE).text

    asked = finish(desk)

    assert asked.status_code == 409
    assert "still expects 4 Soft ball 6.5 cm, and you have 6" in asked.text
    assert "It is right: receive 6" in asked.text
    assert level(app, "shelf:cambridge") == 5
    finish(desk, more="1")
    assert level(app, "shelf:cambridge") == 11


def test_a_box_without_an_order_leaves_the_order_waiting(
    app: Flask, desk: FlaskClient, ordered: int
) -> None:
    open_box(desk, purchase="none")

    assert "Unpacking order" not in desk.get(ONE).text


def test_what_a_colleague_scanned_since_is_not_received_unseen(
    app: Flask, desk: FlaskClient
) -> None:
    open_box(desk)
    seen = fill(form_on(desk, ONE, f"{ONE}/finish"), more="")
    scan(desk, BARCODE)

    answer = desk.post(f"{ONE}/finish", data=seen)

    assert answer.status_code == 409
    assert "There are 2 units in the list now." in answer.text
    assert level(app, "shelf:cambridge") == 5


def test_the_buttons_beside_a_line_change_it(desk: FlaskClient) -> None:
    open_box(desk, f"5*{BARCODE}")
    scan(desk, OTHER)

    for button, sku in (("less", BALL), ("more", BALL), ("less", BALL), ("remove", OTHER)):
        assert press(desk, ONE, f"{ONE}/line", **{button: sku}).status_code == 303

    page = desk.get(ONE).text
    assert "<b>4</b>" in page
    assert "Soft air ball" not in page


def test_a_list_is_thrown_away_and_nothing_is_received(app: Flask, desk: FlaskClient) -> None:
    before = count(app, "shop_delivery")
    open_box(desk)

    assert press(desk, ONE, f"{ONE}/cancel").location == LIST

    assert level(app, "shelf:cambridge") == 5
    assert count(app, "shop_delivery") == before
    assert "threw away what was scanned" in desk.get(ONE).text


@pytest.mark.parametrize("name", ["open", "scan", "line", "finish", "cancel"])
def test_a_second_press_of_any_form_does_nothing_more(
    app: Flask, desk: FlaskClient, name: str
) -> None:
    page, action, fields = {
        "open": (LIST, LIST, {"code": BARCODE, "purchase": ""}),
        "scan": (ONE, f"{ONE}/scan", {"code": BARCODE}),
        "line": (ONE, f"{ONE}/line", {"more": BALL}),
        "finish": (ONE, f"{ONE}/finish", {"more": ""}),
        "cancel": (ONE, f"{ONE}/cancel", {}),
    }[name]
    deliveries = count(app, "shop_delivery")
    if name != "open":
        open_box(desk)
    data = fill(form_on(desk, page, action), **fields)

    answers = [desk.post(action, data=data).status_code for _ in range(3)]

    assert answers == [303, 303, 303]
    assert count(app, "shop_unpacking") == 1
    assert count(app, "shop_delivery") - deliveries == (name == "finish")
    assert level(app, "shelf:cambridge") == (6 if name == "finish" else 5)
    if name in ("scan", "line"):
        assert "<b>2</b>" in desk.get(ONE).text


@pytest.mark.parametrize(
    "code", ["", "5012345678900", "trombone", "0*BALL-65-S", "10000*BALL-65-S"]
)
def test_a_scan_that_means_nothing_is_said_and_changes_nothing(
    desk: FlaskClient, code: str
) -> None:
    open_box(desk)

    assert scan(desk, code).status_code == 400
    assert "<b>1</b>" in desk.get(ONE).text


@pytest.mark.parametrize("purchase", ["7", "x", "1"])
def test_an_order_that_is_not_expected_here_is_refused(
    app: Flask, desk: FlaskClient, purchase: str
) -> None:
    assert open_box(desk, purchase=purchase).status_code == 400
    assert count(app, "shop_unpacking") == 0


def test_a_practitioner_reads_and_receives_nothing(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    open_box(desk)
    practitioner = sign_in(app, post, {"cambridge": Role.PRACTITIONER})

    assert practitioner.get(LIST).status_code == practitioner.get(ONE).status_code == 200
    token = {"csrf_token": form_on(practitioner, ONE, "/staff/sign-out").values["csrf_token"][0]}
    data = {**token, "press": "x" * 20, "code": BARCODE, "more": BALL, "seen": "1", "purchase": ""}
    for url in (LIST, f"{ONE}/scan", f"{ONE}/line", f"{ONE}/finish", f"{ONE}/cancel"):
        assert practitioner.post(url, data=data).status_code == 403, url


def test_another_clinics_box_and_delivery_are_not_shown(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    open_box(desk)
    finish(desk)
    at_ely = sign_in(app, post, {"ely": Role.OWNER})

    for url in (ONE, f"{LIST}/9", f"{LIST}/x", "/staff/stock/deliveries/1"):
        assert at_ely.get(url).status_code in (400, 404), url
