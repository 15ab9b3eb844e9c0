"""Labels: as many as were asked for, with a barcode that the till finds the product by."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.drawing import barcode
from tests.pages.at_desk import BALL, BARCODE, Post, change_product
from tests.pages.tables import seen

URL = f"/staff/stock/{BALL}/labels"


def bars(page: str) -> int:
    return page.count('aria-label="Barcode ')


def test_a_sheet_has_twenty_one_labels_with_name_price_and_barcode(desk: FlaskClient) -> None:
    page = desk.get(URL).text

    assert bars(page) == page.count('class="tp-label"') == 21
    assert barcode.svg(BARCODE, most_mm=57) in page
    assert f"Soft ball 6.5 cm {BARCODE} £5.50" in seen(page)


def test_a_used_sheet_begins_at_its_first_free_label_and_runs_on(desk: FlaskClient) -> None:
    page = desk.get(f"{URL}?copies=21&first=20").text

    assert page.count("tp-labels--a4") == 2
    assert bars(page) == 21
    assert page.count('class="tp-label"') == 40


def test_a_label_printer_gets_one_label_a_page(desk: FlaskClient) -> None:
    page = desk.get(f"{URL}?paper=single&copies=3").text

    assert page.count("tp-labels--single") == bars(page) == 3


def test_a_product_without_a_barcode_gets_our_own_code_and_the_till_reads_it(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    change_product(app, barcode=None)

    page = desk.get(URL).text

    assert barcode.svg(BALL, most_mm=57) in page
    assert "There is no maker’s barcode" in page
    assert post(desk, "/staff/till", code=BALL).status_code == 303
    assert "Soft ball 6.5 cm" in desk.get("/staff/till").text


def test_a_code_that_is_too_long_for_bars_is_printed_to_be_typed(
    app: Flask, desk: FlaskClient
) -> None:
    change_product(app, barcode="X" * 40)

    page = desk.get(URL).text

    assert bars(page) == 0
    assert "This code is too long for bars" in page
    assert "X" * 40 in page


@pytest.mark.parametrize(
    "query", ["copies=0", "copies=211", "copies=x", "first=0", "first=22", "paper=a3"]
)
def test_a_sheet_that_does_not_exist_is_refused(desk: FlaskClient, query: str) -> None:
    assert desk.get(f"{URL}?{query}").status_code == 400


def test_an_unknown_product_has_no_labels(desk: FlaskClient) -> None:
    assert desk.get("/staff/stock/NOTHING/labels").status_code == 404


def test_a_label_for_phones_has_a_qr_code_to_the_guides_and_says_what_it_is(
    desk: FlaskClient,
) -> None:
    page = desk.get(f"{URL}?what=qr&copies=2").text

    assert page.count("<title>The page of Soft ball 6.5 cm</title>") == 2
    assert page.count("Ball, 65 mm, soft, smooth") == 2
    assert bars(page) == 0
