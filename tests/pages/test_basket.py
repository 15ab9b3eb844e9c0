"""A customer's basket: from a product, a guide or the advice, changed without a script, kept."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.at_desk import BALL, change_product, keep_all_but
from tests.pages.finding import Finder
from tests.pages.forms_on import forms_on
from tests.pages.ordering import Customer, rows

SOFT = "soft-ball-65"


@pytest.fixture
def customer(client: FlaskClient) -> Customer:
    return Customer(client)


def test_a_product_goes_into_the_basket_with_its_price_and_its_postage(customer: Customer) -> None:
    added = customer.add(SOFT, 2)

    page = customer.client.get(added.location).text
    assert "Soft ball 6.5 cm" in page
    assert "Together £11.00" in page
    assert "Total £11.00" in page
    assert "Collect it free, or £3.50 by post." in page


def test_the_list_and_the_product_say_what_postage_costs(client: FlaskClient) -> None:
    for page in ("/shop", f"/shop/{SOFT}"):
        assert "Collect it free, or £3.50 by post" in client.get(page).text


def test_a_guide_and_the_advice_put_their_tool_into_the_basket(
    customer: Customer, finder: Finder
) -> None:
    guide = next(g for g in customer.client.get("/guides").text.split('"') if "/guides/s" in g)

    for_it = {form.action for form in forms_on(customer.client.get(guide).text, guide)}

    assert "/basket/add" in for_it


def test_a_basket_is_changed_and_emptied_without_a_script(customer: Customer) -> None:
    customer.add(SOFT)

    more = customer.send("/basket", "/basket/line", units="3", remove="")
    assert more.status_code == 303
    assert "Together £16.50" in customer.client.get("/basket").text

    gone = customer.send("/basket", "/basket/line", remove="yes")
    assert gone.status_code == 303
    assert "Your basket is empty" in customer.client.get("/basket").text


def test_a_basket_holds_nothing_and_is_kept_across_visits(app: Flask, customer: Customer) -> None:
    before = rows(app, "SELECT place, sku, on_hand, held FROM shop_stock_level ORDER BY 1, 2")

    added = customer.add(SOFT)
    cookie = (
        added.headers["Set-Cookie"]
        if "shop_basket" in added.headers["Set-Cookie"]
        else "".join(added.headers.getlist("Set-Cookie"))
    )

    assert (
        rows(app, "SELECT place, sku, on_hand, held FROM shop_stock_level ORDER BY 1, 2") == before
    )
    assert "Max-Age=604800" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_stock_is_in_words_and_never_an_exact_number_above_five(
    app: Flask, customer: Customer
) -> None:
    keep_all_but(app, "cambridge", 7)
    customer.add(SOFT)

    page = customer.client.get("/basket").text

    assert "In stock at" in page
    assert "7" not in re.sub(r"<[^>]+>", "", page.partition("<main")[2].partition("</main")[0])


def test_what_nobody_has_enough_of_can_not_be_ordered(app: Flask, customer: Customer) -> None:
    for site in ("cambridge", "newmarket", "ely"):
        keep_all_but(app, site, 1)
    customer.add(SOFT, 2)

    page = customer.client.get("/basket").text

    assert "None of our clinics has all of this just now" in page
    assert "Go to checkout" not in page


def test_what_is_too_large_for_the_post_is_never_quoted_and_a_shorter_one_is_named(
    app: Flask, customer: Customer
) -> None:
    change_product(app, "ROLL-45-M", packed_length_mm=900, packed_width_mm=150,
                   packed_height_mm=150)  # fmt: skip
    change_product(app, "ROLL-45-S", firmness=2)
    keep_all_but(app, "cambridge", 3, "ROLL-45-M")
    customer.add("medium-roller-45")

    page = customer.client.get("/basket").text

    assert "too large for the post. Collect it instead." in page
    assert "by post" not in page.partition("<main")[2].replace("£5.95 by post", "")
    assert "/shop/soft-roller-45" in page
    assert all(way.startswith("collect:") for way in customer.ways())


def test_nobody_orders_more_than_twenty_of_one_product(customer: Customer) -> None:
    customer.add(SOFT, 20)

    refused = customer.add(SOFT, 1)

    assert refused.status_code == 400
    assert "You can order up to 20 of one product here" in refused.text


@pytest.mark.parametrize("units", ["0", "-1", "1.5", "21", "many"])
def test_a_number_that_is_none_is_refused_in_words(customer: Customer, units: str) -> None:
    refused = customer.send(f"/shop/{SOFT}", "/basket/add", units=units)

    assert refused.status_code == 400
    assert "Enter a whole number from 1 to 20." in refused.text


def test_what_was_withdrawn_is_not_found_and_is_named_where_it_is_in_a_basket(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT)
    change_product(app, BALL, on_sale=False)

    page = customer.client.get("/basket").text

    assert "We don’t sell it any more. Take it out." in page


def test_a_cookie_that_somebody_made_up_is_an_empty_basket(client: FlaskClient) -> None:
    for made_up in ("x" * 2000, "../../etc", "é"):
        client.set_cookie("shop_basket", made_up)
        assert "Your basket is empty" in client.get("/basket").text
