"""Counting at the desk: blind, by scanning, taken up again, and posted with one confirmation."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop import clock, micro_counts
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL, BALL_NAME, BARCODE, Post, sell, sign_in
from tests.pages.stock_desk import count, fill, form_on, level, press, put
from tests.pages.tables import row

LIST = "/staff/stock/counts"
ONE = f"{LIST}/1"
REVIEW = f"{ONE}/review"
OTHER = "BALL-70-S"


@pytest.fixture(autouse=True)
def shelves(app: Flask) -> None:
    put(app, "cambridge", 7)
    put(app, "cambridge", 4, OTHER)


def begin(desk: FlaskClient, **fields: str) -> TestResponse:
    data = fill(form_on(desk, LIST, LIST)) | fields
    return desk.post(LIST, data=data)


def scan(desk: FlaskClient, code: str, page: str = ONE) -> TestResponse:
    return press(desk, page, f"{ONE}/scan", code=code)


def type_in(desk: FlaskClient, units: str, sku: str = BALL) -> TestResponse:
    return press(desk, f"{ONE}?line={sku}", f"{ONE}/put", units=units)


def post_it(desk: FlaskClient) -> TestResponse:
    return press(desk, REVIEW, f"{ONE}/post")


def post_blindly(desk: FlaskClient) -> TestResponse:
    """Press the button that the page does not show."""
    return desk.post(f"{ONE}/post", data=fill(form_on(desk, ONE, f"{ONE}/cancel")))


def test_a_count_of_everything_lists_what_is_left_and_never_what_to_expect(
    desk: FlaskClient,
) -> None:
    assert begin(desk, what="all").location == ONE

    page = desk.get(ONE).text

    assert "0 of 18 counted." in page
    assert page.count(f"{ONE}?line=") == 18
    assert not re.search(r">\s*7\s*<", page)
    scan(desk, f"6*{BARCODE}")
    page = desk.get(ONE).text
    assert row(page, BALL_NAME)[1:2] == ["6"]
    assert "1 of 18 counted." in page
    assert not re.search(r">\s*7\s*<", page)


def test_scan_after_scan_counts_one_each(desk: FlaskClient) -> None:
    begin(desk, what="all")

    for _ in range(7):
        assert scan(desk, BARCODE).status_code == 303

    page = desk.get(ONE).text
    assert f"{BALL_NAME}: 7." in page
    assert re.search(r"<input[^>]*name=\"code\"[^>]*autofocus|autofocus[^>]*name=\"code\"", page)


def test_the_scan_that_begins_a_count_is_its_first_unit(desk: FlaskClient) -> None:
    begin(desk, code=BARCODE)

    page = desk.get(ONE).text

    assert f"{BALL_NAME}: 1." in page
    assert "1 of 1 counted." in page


def test_it_can_be_left_and_taken_up_by_somebody_else(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    begin(desk, what="all")
    scan(desk, BARCODE)
    colleague = sign_in(app, post, {"cambridge": Role.RECEPTION})

    assert "Go on with count 1</a>: 1 of 18 counted. Begun by Rae Ellis" in colleague.get(LIST).text
    scan(colleague, BARCODE)

    assert row(desk.get(ONE).text, BALL_NAME)[1] == "2"


def test_what_was_counted_right_is_posted_and_changes_nothing(
    app: Flask, desk: FlaskClient
) -> None:
    begin(desk, code=BARCODE)
    type_in(desk, "7")

    assert "End the count" in desk.get(REVIEW).text
    post_it(desk)

    assert level(app, "shelf:cambridge") == 7
    assert "Count 1 is posted. 0 products were put right." in desk.get(REVIEW).text


def test_a_difference_is_shown_at_the_end_and_put_right_by_one_press(
    app: Flask, desk: FlaskClient
) -> None:
    begin(desk, code=BARCODE)
    type_in(desk, "6")

    page = desk.get(REVIEW).text
    assert row(page, BALL_NAME) == [BALL_NAME, "shelf", "7", "6", "−1"]
    assert post_it(desk).status_code == 303

    assert level(app, "shelf:cambridge") == 6
    after = desk.get(ONE, follow_redirects=True).text
    assert "Posted by Rae Ellis" in after
    assert "Count 1 is posted. 1 product was put right." in after
    history = desk.get(f"/staff/stock/{BALL}").text
    assert f'href="{ONE}">Counted 1</a>' in history


def test_a_surprise_is_counted_again_and_nothing_is_shown_until_then(
    app: Flask, desk: FlaskClient
) -> None:
    begin(desk, code=BARCODE)
    type_in(desk, "2")

    page = desk.get(REVIEW).text
    assert "Count once more before you see what differs" in page
    assert f">{BALL_NAME}</a>" in page
    assert "Put the books right" not in page
    assert not re.search(r">\s*[−+]?[57]\s*<", page)
    assert "Count once more" in post_blindly(desk).text
    type_in(desk, "2")
    post_it(desk)

    assert level(app, "shelf:cambridge") == 2


def test_a_sale_during_the_count_is_no_variance(app: Flask, desk: FlaskClient, post: Post) -> None:
    begin(desk, code=BARCODE)
    type_in(desk, "7")
    sell(desk, post)

    post_it(desk)

    assert level(app, "shelf:cambridge") == 6
    assert "0 products were put right" in desk.get(REVIEW).text


def test_a_sale_between_two_scans_of_one_product_asks_for_a_fresh_start(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    begin(desk, code=BARCODE)
    scan(desk, BARCODE)
    sell(desk, post)

    answer = scan(desk, BARCODE)

    assert answer.status_code == 409
    assert "came or went while you counted it. Count it from the start." in answer.text
    type_in(desk, "6")
    post_it(desk)
    assert level(app, "shelf:cambridge") == 6


def test_a_second_count_of_the_same_shelf_is_refused_in_words(
    app: Flask, desk: FlaskClient
) -> None:
    begin(desk, code=BARCODE)

    answer = begin(desk, what="all")

    assert answer.status_code == 409
    assert "is being counted at Cambridge already: count 1, by Rae Ellis." in answer.text
    assert count(app, "shop_count") == 1


def test_products_that_wait_to_be_counted_are_named_and_one_press_counts_them(
    app: Flask, desk: FlaskClient
) -> None:
    with database_of(app).transaction() as work:
        for sku in (BALL, OTHER):
            micro_counts.ask(work, "cambridge", sku, by="test", at=clock.now())

    page = desk.get(LIST).text
    assert "Count what is waiting (2)" in page
    begin(desk, what="due")
    assert "0 of 2 counted." in desk.get(ONE).text
    type_in(desk, "7")
    type_in(desk, "4", OTHER)
    post_it(desk)

    assert "Count what is waiting" not in desk.get(LIST).text


def test_a_product_that_the_count_did_not_expect_joins_it(desk: FlaskClient) -> None:
    begin(desk, code=BARCODE)

    scan(desk, OTHER)

    assert "2 of 2 counted." in desk.get(ONE).text


def test_a_count_is_thrown_away_and_the_books_stay(app: Flask, desk: FlaskClient) -> None:
    begin(desk, what="all")
    type_in(desk, "6")

    assert press(desk, ONE, f"{ONE}/cancel").location == LIST

    assert level(app, "shelf:cambridge") == 7
    assert "cancelled" in desk.get(LIST).text


@pytest.mark.parametrize("name", ["begin", "scan", "put", "post", "cancel"])
def test_a_second_press_of_any_form_does_nothing_more(
    app: Flask, desk: FlaskClient, name: str
) -> None:
    page, action, fields = {
        "begin": (LIST, LIST, {"code": BARCODE}),
        "scan": (ONE, f"{ONE}/scan", {"code": BARCODE}),
        "put": (f"{ONE}?line={BALL}", f"{ONE}/put", {"units": "6"}),
        "post": (REVIEW, f"{ONE}/post", {}),
        "cancel": (ONE, f"{ONE}/cancel", {}),
    }[name]
    if name != "begin":
        begin(desk, code=BARCODE)
        type_in(desk, "6")
    data = fill(form_on(desk, page, action), **fields)

    answers = [desk.post(action, data=data).status_code for _ in range(3)]

    assert answers == [303, 303, 303]
    assert count(app, "shop_count") == 1
    assert level(app, "shelf:cambridge") == (6 if name == "post" else 7)
    if name == "scan":
        assert row(desk.get(ONE).text, BALL_NAME)[1] == "7"


@pytest.mark.parametrize("units", ["", "-1", "x", "1.5", "100001"])
def test_a_number_that_is_none_is_refused(desk: FlaskClient, units: str) -> None:
    begin(desk, code=BARCODE)

    answer = type_in(desk, units)

    assert answer.status_code == 400
    assert "Enter a whole number from 0 to" in answer.text
    assert row(desk.get(ONE).text, BALL_NAME)[1] == "1"


@pytest.mark.parametrize("code", ["", "5012345678900", "trombone", "0*BALL-65-S"])
def test_a_scan_that_means_nothing_is_said(desk: FlaskClient, code: str) -> None:
    begin(desk, code=BARCODE)

    assert scan(desk, code).status_code == 400
    assert row(desk.get(ONE).text, BALL_NAME)[1] == "1"


def test_words_that_fit_several_products_list_them(desk: FlaskClient) -> None:
    begin(desk, code=BARCODE)

    answer = scan(desk, "soft ball")

    assert f'value="1*{BALL}"' in desk.get(answer.location).text


def test_another_clinics_count_is_seen_by_its_people_and_counted_at_its_desk(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    begin(desk, code=BARCODE)
    at_ely = sign_in(app, post, {"ely": Role.OWNER})
    assert at_ely.get(ONE).status_code == 404
    shown = fill(form_on(desk, ONE, f"{ONE}/scan"), code=BARCODE)
    post(desk, "/staff/site", site="ely")

    answer = desk.post(f"{ONE}/scan", data=shown)

    assert answer.status_code == 409
    assert "Change the clinic first." in answer.text


def test_a_practitioner_reads_counts_and_changes_none(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    begin(desk, code=BARCODE)
    practitioner = sign_in(app, post, {"cambridge": Role.PRACTITIONER})

    for url in (LIST, ONE, REVIEW):
        assert practitioner.get(url).status_code == 200
    token = {"csrf_token": form_on(practitioner, ONE, "/staff/sign-out").values["csrf_token"][0]}
    data = {**token, "press": "x" * 20, "code": BARCODE, "sku": BALL, "units": "1"}
    for url in (LIST, f"{ONE}/scan", f"{ONE}/put", f"{ONE}/post", f"{ONE}/cancel"):
        assert practitioner.post(url, data=data).status_code == 403, url


@pytest.mark.parametrize("number", ["0", "2", "x", "-1", "99999999999999999999"])
def test_a_count_that_does_not_exist_is_said_to(desk: FlaskClient, number: str) -> None:
    for page in ("", "/review"):
        assert desk.get(f"{LIST}/{number}{page}").status_code in (400, 404)
