"""The till: scan, Enter, Enter; and everything that must not sell."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop.staff import Role
from tests.pages.at_desk import (
    BALL,
    BALL_NAME,
    BALL_PENCE,
    BARCODE,
    Post,
    Statements,
    change_product,
    deliver,
    keep_all_but,
    sales,
    sell,
    shelf,
    shelves,
    sign_in,
)
from tests.pages.conftest import hidden_fields

OTHER_BARCODE = "2000000010021"


@pytest.fixture(autouse=True)
def enough(app: Flask) -> None:
    """Cambridge has balls to sell, whatever day the demo ended on."""
    deliver(app, "cambridge", 20)
    deliver(app, "cambridge", 20, "BALL-70-S")


def units(client: FlaskClient, name: str = BALL_NAME) -> int:
    """How many of a product the till shows in the basket."""
    shown = re.search(
        rf"One fewer {re.escape(name)}</span></button>\s*<b>(\d+)</b>",
        client.get("/staff/till").text,
    )
    return int(shown[1]) if shown else 0


def test_a_sale_lowers_this_clinics_shelf_and_no_other(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    before = shelves(app)

    sell(desk, post)

    before[BALL]["cambridge"] -= 1
    assert shelves(app) == before


def test_after_a_sale_the_page_says_so_and_takes_the_next_scan(
    desk: FlaskClient, post: Post
) -> None:
    post(desk, "/staff/till", code=BARCODE)

    page = desk.get(post(desk, "/staff/till/pay", code="", method="cash").location).text

    assert re.search(r"Sale CAM-\d+ done\. £5\.50 by cash\.", page)
    assert "autofocus" in page
    assert units(desk) == 0


def test_an_empty_enter_on_the_pay_page_is_a_card_sale(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BARCODE)

    paid = post(desk, "/staff/till/pay", code="")

    assert "by card" in desk.get(paid.location).text


def test_card_is_the_first_button_of_the_pay_form(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BARCODE)

    page = desk.get("/staff/till/pay").text
    form = page[page.index('action="/staff/till/pay"') :]

    first = re.search(r"<button[^>]*>(.*?)</button>|<input[^>]*name=\"code\"", form)
    assert first
    assert first[1] == "Card £5.50 (Enter)"


def test_scanning_says_what_was_added_and_what_is_left(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    left = shelf(app, "cambridge")

    scanned = post(desk, "/staff/till", code=BARCODE)

    assert scanned.status_code == 303
    assert f"Added {BALL_NAME}. {left} left here." in desk.get("/staff/till").text


@pytest.mark.parametrize("code", [BARCODE, BALL, BALL.lower(), f"  {BARCODE}\r\n"])
def test_a_barcode_or_a_code_adds_one(desk: FlaskClient, post: Post, code: str) -> None:
    post(desk, "/staff/till", code=code)
    post(desk, "/staff/till", code=code)

    assert units(desk) == 2


def test_five_star_before_a_scan_adds_five(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=f"5*{BARCODE}")

    assert units(desk) == 5


@pytest.mark.parametrize("typed", ["5", "99", "20000000100145", "5 " + BARCODE, BARCODE + BARCODE])
def test_digits_never_become_quantities(desk: FlaskClient, post: Post, typed: str) -> None:
    post(desk, "/staff/till", code=BARCODE)

    post(desk, "/staff/till", code=typed)

    assert units(desk) == 1


@pytest.mark.parametrize("times", ["0*", "100*", "999999999*", "-1*", "1.5*", "1e1*", "٣*", "5**"])
def test_odd_quantities_are_refused_and_the_basket_is_kept(
    desk: FlaskClient, post: Post, times: str
) -> None:
    post(desk, "/staff/till", code=BARCODE)

    refused = post(desk, "/staff/till", code=times + BARCODE)

    assert refused.status_code == 400
    assert "There is a problem" in refused.text
    assert units(desk) == 1


def test_a_star_with_no_product_asks_for_one(desk: FlaskClient, post: Post) -> None:
    refused = post(desk, "/staff/till", code="5*")

    assert refused.status_code == 400
    assert "Type 5* and scan the product straight after it." in refused.text


def test_more_than_a_line_can_hold_is_refused(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=f"99*{BARCODE}")

    refused = post(desk, "/staff/till", code=BARCODE)

    assert refused.status_code == 400
    assert units(desk) == 99


def test_an_unknown_code_keeps_the_basket(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BARCODE)

    refused = post(desk, "/staff/till", code="5012345678900")

    assert refused.status_code == 400
    assert "No product with code 5012345678900" in refused.text
    assert "<title>Error: Till" in refused.text
    assert units(desk) == 1


def test_words_that_fit_one_product_add_it(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code="air ball")

    assert units(desk, "Soft air ball 7 cm") == 1


def test_words_that_fit_several_list_them_and_add_nothing(desk: FlaskClient, post: Post) -> None:
    listed = post(desk, "/staff/till", code="2*soft")
    page = desk.get(listed.location).text
    first = re.search(
        r'<button type="submit" name="add" value="([^"]+)">Add ([^<]+?) <small>', page
    )

    assert first
    assert page.index(first[0]) < page.index('name="code"')  # so Enter presses it
    assert "in it yet" in page

    post(desk, "/staff/till", code="", add=first[1])

    assert units(desk, first[2]) == 2


def test_a_scan_wins_over_the_listed_products(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BARCODE, add="9*BALL-70-S")

    assert units(desk) == 1
    assert units(desk, "Soft air ball 7 cm") == 0


def test_what_was_withdrawn_is_not_added(app: Flask, desk: FlaskClient, post: Post) -> None:
    change_product(app, on_sale=False)

    refused = post(desk, "/staff/till", code=BARCODE)

    assert refused.status_code == 409
    assert "no longer on sale" in refused.text


def test_an_empty_enter_moves_on_to_paying(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BARCODE)

    assert post(desk, "/staff/till", code="").location == "/staff/till/pay"


def test_an_empty_enter_with_an_empty_basket_says_so(desk: FlaskClient, post: Post) -> None:
    refused = post(desk, "/staff/till", code="")

    assert refused.status_code == 400
    assert "There is nothing in the basket yet." in refused.text
    assert desk.get("/staff/till/pay").location == "/staff/till"


def test_plus_minus_and_remove_change_one_line(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BARCODE)
    post(desk, "/staff/till", code=OTHER_BARCODE)

    post(desk, "/staff/till/line", page="/staff/till", more=BALL)
    post(desk, "/staff/till/line", page="/staff/till", more=BALL)
    post(desk, "/staff/till/line", page="/staff/till", less=BALL)
    post(desk, "/staff/till/line", page="/staff/till", remove="BALL-70-S")

    assert (units(desk), units(desk, "Soft air ball 7 cm")) == (2, 0)


@pytest.mark.parametrize("sku", ["BALL-70-S", "no-such-sku", ""])
def test_a_line_that_is_not_there_cannot_be_changed(
    desk: FlaskClient, post: Post, sku: str
) -> None:
    post(desk, "/staff/till", code=BARCODE)

    refused = post(desk, "/staff/till/line", page="/staff/till", more=sku)

    assert refused.status_code == 400
    assert units(desk) == 1


def test_every_device_has_a_basket_of_its_own(app: Flask, desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BARCODE)
    other = sign_in(app, post, {"cambridge": Role.PRACTITIONER})

    assert units(other) == 0


def test_a_scan_on_the_pay_page_adds_and_sells_nothing(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, "/staff/till", code=BARCODE)
    before = sales(app)

    scanned = post(desk, "/staff/till/pay", code=OTHER_BARCODE, method="card")

    assert scanned.location == "/staff/till/pay"
    assert "Take £12.50" in desk.get("/staff/till/pay").text
    assert sales(app) == before


def test_an_unknown_code_on_the_pay_page_sells_nothing(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, "/staff/till", code=BARCODE)
    before = sales(app)

    refused = post(desk, "/staff/till/pay", code="5012345678900", method="card")

    assert refused.status_code == 400
    assert "Take £5.50" in refused.text
    assert sales(app) == before


def test_the_till_warns_when_the_shelf_has_fewer(app: Flask, desk: FlaskClient, post: Post) -> None:
    keep_all_but(app, "cambridge", 1)

    post(desk, "/staff/till", code=f"2*{BARCODE}")

    page = desk.get("/staff/till").text
    assert "Stock says only 1 left here, and 2 in the basket." in page
    assert "tp-notice--low" in page


def test_out_of_stock_refuses_and_keeps_the_basket(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    keep_all_but(app, "cambridge", 1)
    post(desk, "/staff/till", code=f"2*{BARCODE}")
    before = sales(app), shelves(app)

    refused = post(desk, "/staff/till/pay", code="", method="card")

    assert refused.status_code == 409
    assert f"Only 1 {BALL_NAME} left at Cambridge, and you asked for 2." in refused.text
    assert (sales(app), shelves(app)) == before
    assert units(desk) == 2


def test_pressing_twice_sells_once(app: Flask, desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BARCODE)
    form = {**hidden_fields(desk.get("/staff/till/pay").text), "code": "", "method": "card"}
    before = sales(app)

    answers = [desk.post("/staff/till/pay", data=form) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert sales(app) == before + 1


def test_the_same_token_with_another_basket_is_refused(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, "/staff/till", code=BARCODE)
    form = {**hidden_fields(desk.get("/staff/till/pay").text), "code": "", "method": "card"}
    desk.post("/staff/till/pay", data=form)
    post(desk, "/staff/till", code=BARCODE)  # the next customer buys the same
    before = sales(app)

    refused = desk.post("/staff/till/pay", data=form)

    assert refused.status_code == 409
    assert re.search(r"This page has made sale CAM-\d+ before\.", refused.text)
    assert sales(app) == before
    assert units(desk) == 1


def test_the_same_token_at_another_clinic_is_refused(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, "/staff/till", code=BARCODE)
    form = {**hidden_fields(desk.get("/staff/till/pay").text), "code": "", "method": "card"}
    desk.post("/staff/till/pay", data=form)
    post(desk, "/staff/site", site="ely")

    refused = desk.post("/staff/till/pay", data=form)

    assert refused.status_code == 409


def test_a_changed_basket_refuses_the_old_total(app: Flask, desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BARCODE)
    form = {**hidden_fields(desk.get("/staff/till/pay").text), "code": "", "method": "card"}
    post(desk, "/staff/till", code=BARCODE)
    before = sales(app)

    refused = desk.post("/staff/till/pay", data=form)

    assert refused.status_code == 409
    assert "The basket changed." in refused.text
    assert "Take £11.00" in refused.text
    assert sales(app) == before


def test_a_changed_price_refuses_the_old_total(app: Flask, desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BARCODE)
    form = {**hidden_fields(desk.get("/staff/till/pay").text), "code": "", "method": "card"}
    change_product(app, price_pence=BALL_PENCE + 50)

    refused = desk.post("/staff/till/pay", data=form)

    assert refused.status_code == 409
    assert "Take £6.00" in refused.text


@pytest.mark.parametrize("missing", ["press", "total"])
@pytest.mark.parametrize("value", [None, "", "x"])
def test_a_pay_form_without_its_token_or_total_sells_nothing(
    app: Flask, desk: FlaskClient, post: Post, missing: str, value: str | None
) -> None:
    post(desk, "/staff/till", code=BARCODE)
    before = sales(app)

    refused = post(desk, "/staff/till/pay", code="", method="card", **{missing: value})

    assert refused.status_code == 400
    assert sales(app) == before


@pytest.mark.parametrize("method", ["cheque", "", " ", "CARD", "card "])
def test_an_unknown_way_to_pay_sells_nothing(
    app: Flask, desk: FlaskClient, post: Post, method: str
) -> None:
    post(desk, "/staff/till", code=BARCODE)
    before = sales(app)

    refused = post(desk, "/staff/till/pay", code="", method=method)

    assert refused.status_code == 400
    assert sales(app) == before


def test_no_field_but_the_forms_own_is_listened_to(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    before = shelves(app)
    extra = {"price_pence": "1", "unit_pence": "1", "units": "9", "site": "ely", "by": "Nobody"}
    post(desk, "/staff/till", code=BARCODE, **extra)

    paid = post(desk, "/staff/till/pay", code="", method="card", **extra)

    assert "£5.50 by card" in desk.get(paid.location).text
    number = paid.location.partition("sold=")[2]
    assert "Served by Rae Ellis" in desk.get(f"/staff/sales/{number}").text
    before[BALL]["cambridge"] -= 1
    assert shelves(app) == before


@pytest.mark.parametrize("url", ["/staff/till", "/staff/till/line", "/staff/till/pay"])
def test_a_post_without_its_csrf_token_does_nothing(
    app: Flask, desk: FlaskClient, post: Post, url: str
) -> None:
    post(desk, "/staff/till", code=BARCODE)
    form = hidden_fields(desk.get("/staff/till/pay").text)
    before = sales(app)

    for token in (None, "", "made up"):
        data = {**form, "csrf_token": token, "code": "", "add": BALL, "more": BALL}
        refused = desk.post(url, data={k: v for k, v in data.items() if v is not None})
        assert refused.status_code == 400

    assert sales(app) == before
    assert units(desk) == 1


def test_who_has_a_role_at_one_clinic_sells_off_its_shelf_only(app: Flask, post: Post) -> None:
    deliver(app, "newmarket", 1)
    device = sign_in(app, post, {"newmarket": Role.RECEPTION})
    refused = post(device, "/staff/site", site="cambridge")
    with device.session_transaction() as session:
        session["shop_site"] = "cambridge"
    before = shelves(app)

    number = sell(device, post)

    assert refused.status_code == 400
    assert number.startswith("NEW-")
    before[BALL]["newmarket"] -= 1
    assert shelves(app) == before


def test_a_clinic_that_was_chosen_but_is_not_theirs_is_asked_again(app: Flask, post: Post) -> None:
    device = sign_in(app, post, {"newmarket": Role.RECEPTION, "ely": Role.RECEPTION})
    with device.session_transaction() as session:
        session["shop_site"] = "cambridge"

    assert device.get("/staff/till").location == "/staff/site"


def test_a_scan_and_a_sale_take_few_statements(
    app: Flask, desk: FlaskClient, post: Post, statements: Statements
) -> None:
    form = hidden_fields(desk.get("/staff/till").text)

    def counted(url: str, **fields: str) -> int:
        """Without those that ask our own accounts who is signed in: a host has its own."""
        with statements() as seen:
            assert desk.post(url, data={**form, **fields}).status_code == 303
        return len([statement for statement in seen if "shop_staff" not in statement])

    assert counted("/staff/till", code=BARCODE) <= 8
    assert counted("/staff/till", code=BARCODE) <= 5
    form |= hidden_fields(desk.get("/staff/till/pay").text)
    # One of them keeps scans out of the basket, the others ask for its plans, for what was agreed
    # to take off, and for the open drawer, which one keeps open.
    assert counted("/staff/till/pay", code="", method="card") <= 19


def test_the_till_has_no_inline_style_or_script(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BARCODE)

    for url in ("/staff", "/staff/till", "/staff/till?q=soft", "/staff/till/pay", "/staff/stock"):
        page = desk.get(url).text
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*src=)", page), url
