"""A code that nobody knows, at the till: a manager gives it to a product, which is sold."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import (
    BALL,
    BALL_NAME,
    BARCODE,
    Post,
    change_product,
    deliver,
    sign_in,
)
from tests.pages.ordering import Customer, rows
from tests.pages.test_till import units

EAN = "5012345678900"
PAGE = "/staff/till/code"
PICKED = f"{PAGE}?code={EAN}&product={BALL}"


@pytest.fixture(autouse=True)
def no_code(app: Flask) -> None:
    deliver(app, "cambridge", 20)
    change_product(app, barcode=None)


@pytest.fixture
def manager(app: Flask, post: Post) -> FlaskClient:
    return sign_in(app, post, {"cambridge": Role.MANAGER})


@pytest.fixture
def owner(app: Flask, post: Post) -> FlaskClient:
    return sign_in(app, post, {"cambridge": Role.OWNER}, "Olive Moss")


def barcode_of(app: Flask, sku: str = BALL) -> object:
    return rows(app, f"SELECT barcode FROM shop_product WHERE sku = '{sku}'")[0][0]


def test_from_the_scan_to_the_basket(app: Flask, manager: FlaskClient, post: Post) -> None:
    post(manager, "/staff/till", code="2*BALL-65-M")
    unknown = post(manager, "/staff/till", code=EAN)
    assert unknown.status_code == 400
    assert f"No product with code {EAN}. The basket is as it was." in unknown.text
    assert f'href="{PAGE}?code={EAN}"' in unknown.text

    assert BALL_NAME in manager.get(f"{PAGE}?code={EAN}&q=soft+ball").text
    given = post(manager, PAGE, page=PICKED)

    assert given.location == "/staff/till"
    page = manager.get("/staff/till").text
    assert f"{BALL_NAME} has the code {EAN} now, and one is in the basket." in page
    assert 'value="BALL-65-M"' in page
    post(manager, "/staff/till/line", page="/staff/till", remove="BALL-65-M")
    assert units(manager) == 1
    post(manager, "/staff/till", code=EAN)
    assert units(manager) == 2
    with database_of(app).reading() as work:
        audit = text("SELECT subject, \"by\" FROM shop_audit WHERE act = 'barcode given'")
        assert work.execute(audit).all() == [(f"{BALL}: {EAN}", "Sam Reed")]


def test_reception_is_told_to_ask_a_manager_and_keeps_the_basket(
    app: Flask, desk: FlaskClient, manager: FlaskClient, post: Post
) -> None:
    post(desk, "/staff/till", code=BALL)

    page = post(desk, "/staff/till", code=EAN).text

    assert "Ask a manager to give this code to a product." in page
    assert PAGE not in page
    assert units(desk) == 1
    assert desk.get(PICKED).status_code == 403
    assert post(desk, PAGE, page="/staff/till", code=EAN, product=BALL).status_code == 403
    assert barcode_of(app) is None


def test_pressing_twice_adds_one(manager: FlaskClient, post: Post) -> None:
    from tests.pages.conftest import hidden_fields

    form = hidden_fields(manager.get(PICKED).text)
    for _ in range(2):
        assert manager.post(PAGE, data=form).status_code == 303

    assert units(manager) == 1


def test_a_product_that_has_a_code_keeps_it_and_the_page_says_which(
    app: Flask, manager: FlaskClient, post: Post
) -> None:
    change_product(app, barcode=BARCODE)

    page = manager.get(PICKED).text

    assert BARCODE in page
    assert "Only the owner puts another one in its place." in page
    assert "Give it this code" not in page
    change_product(app, "BALL-65-M", barcode=None)
    form = {"page": f"{PAGE}?code={EAN}&product=BALL-65-M", "code": EAN, "product": BALL}
    assert post(manager, PAGE, **form, old=BARCODE).status_code == 403
    assert post(manager, PAGE, **form, old="").status_code in (403, 409)
    assert barcode_of(app) == BARCODE


def test_the_owner_replaces_a_code_that_is_shown_and_no_other(
    app: Flask, owner: FlaskClient, post: Post
) -> None:
    change_product(app, barcode=BARCODE)
    page = owner.get(PICKED).text
    assert BARCODE in page
    assert EAN in page
    assert post(owner, PAGE, page=PICKED, old="2000000099990").status_code == 409

    assert post(owner, PAGE, page=PICKED).status_code == 303

    assert barcode_of(app) == EAN
    assert post(owner, "/staff/till", code=BARCODE).status_code == 400


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("5012345678901", "The last digit of that code does not fit the others."),
        ("BALL-65-M", "has the code BALL-65-M already"),
        ("CAM-1", "looks like the number of an order or a receipt"),
        ("4111111111111111", "That looks like a card number."),
    ],
)
def test_a_code_that_can_not_be_a_products_is_refused_before_anybody_searches(
    manager: FlaskClient, post: Post, code: str, says: str
) -> None:
    page = manager.get(f"{PAGE}?code={code}&product={BALL}").text

    assert says in page
    assert "Give it this code" not in page
    assert post(manager, PAGE, page=PICKED, code=code).status_code in (400, 409)


def test_a_card_number_is_never_in_a_link(manager: FlaskClient, post: Post) -> None:
    page = post(manager, "/staff/till", code="4111111111111111").text

    assert "4111111111111111" not in page
    assert PAGE not in page
    assert "4111111111111111" not in manager.get(f"{PAGE}?code=4111111111111111").text


def test_the_code_of_an_order_is_no_products(
    app: Flask, client: FlaskClient, manager: FlaskClient, post: Post
) -> None:
    Customer(client).order()
    code = rows(app, "SELECT code FROM shop_buyer ORDER BY order_id DESC LIMIT 1")[0][0]

    refused = post(manager, PAGE, page=PICKED, code=code)

    assert refused.status_code in (400, 409)
    assert barcode_of(app) is None


def test_words_that_nobody_knows_are_no_code(manager: FlaskClient, post: Post) -> None:
    assert PAGE not in post(manager, "/staff/till", code="zzzz").text
