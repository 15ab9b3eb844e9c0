"""Zones of the post, as a customer chooses one and the desk sees what was paid."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop.checks import verify
from tests.conftest import database_of, make_app
from tests.pages.at_desk import deliver
from tests.pages.ordering import Customer, rows

SOFT = "soft-ball-65"
DEAR = {"SHOP_POSTAGE_NI_SMALL": "5.50", "SHOP_POSTAGE_ISLANDS_SMALL": "6.50"}
ELY, BELFAST = "12 Fore Hill, Ely CB7 4AF", "9 High Street, Belfast BT1 2AA"


def shopping(app: Flask, **settings: str) -> Customer:
    for site in ("cambridge", "newmarket", "ely"):
        deliver(app, site, 3)
    return Customer(make_app(database_of(app).engine.url, **settings).test_client())


@pytest.fixture
def customer(app: Flask) -> Customer:
    return shopping(app, **DEAR)


def posted(customer: Customer, start: str, address: str) -> str:
    """Buy a ball, to be posted with the choice that begins so; the address of the order's page."""
    customer.add(SOFT)
    return customer.pay(customer.press_pay(start).location, address=address)


def last(app: Flask) -> tuple[object, ...]:
    web = "SELECT number, postage_zone, postage_pence, total_pence FROM shop_order"
    return rows(app, f"{web} WHERE channel = 'web' ORDER BY id")[-1]


def paid(app: Flask) -> list[tuple[object, ...]]:
    return rows(app, "SELECT amount_pence FROM shop_payment ORDER BY id DESC LIMIT 1")


def test_a_zone_with_a_price_is_a_choice_of_its_own_and_nothing_is_typed(
    customer: Customer,
) -> None:
    customer.add(SOFT)

    page = customer.client.get("/checkout").text

    assert "By post to mainland England, Scotland or Wales for £3.50: £9.00 in all" in page
    assert "By post to Northern Ireland for £5.50: £11.00 in all" in page
    assert "By post to an island for £6.50: £12.00 in all" in page
    assert "Where the postcode begins with HS, ZE, KW15-17" in page
    assert 'type="text"' not in page
    assert "checked" not in page.partition("<form")[2]


def test_without_zones_there_is_one_price_and_no_question_more(app: Flask) -> None:
    customer = shopping(app)
    customer.add(SOFT)

    page = customer.client.get("/checkout").text

    assert page.count('value="post') == 1
    assert "By post for £3.50: £9.00 in all" in page
    assert "from £3.50" not in customer.client.get(f"/shop/{SOFT}").text
    customer.pay(customer.press_pay("post:").location, address=BELFAST)
    assert last(app)[1:] == (None, 350, 900)
    assert rows(app, "SELECT kind FROM shop_attention") == []


@pytest.mark.parametrize(
    ("start", "zone", "pence", "address"),
    [
        ("post-mainland:", "mainland", 350, ELY),
        ("post-ni:", "ni", 550, BELFAST),
        ("post-islands:", "islands", 650, "1 Esplanade, Lerwick ZE1 0AA"),
    ],
)
def test_what_the_last_page_says_is_paid_and_its_zone_is_frozen(
    app: Flask, customer: Customer, start: str, zone: str, pence: int, address: str
) -> None:
    posted(customer, start, address)

    assert last(app)[1:] == (zone, pence, 550 + pence)
    assert paid(app) == [(550 + pence,)]
    assert rows(app, "SELECT kind FROM shop_attention") == []
    assert all(check.ok for check in verify(database_of(app)))


def test_the_product_a_set_and_the_basket_say_from(customer: Customer) -> None:
    customer.add(SOFT)

    for page in (f"/shop/{SOFT}", "/shop/sets/set-soft", "/basket"):
        assert "or from £3.50 by post" in customer.client.get(page).text, page


def test_the_least_that_it_costs_is_named_also_where_that_is_not_the_mainland(app: Flask) -> None:
    customer = shopping(app, SHOP_POSTAGE_NI_SMALL="2.00")

    for page in (f"/shop/{SOFT}", "/shop/sets/set-soft"):
        assert "or from £2.00 by post" in customer.client.get(page).text, page


def test_post_that_costs_nothing_is_said_to_be_free(app: Flask) -> None:
    customer = shopping(app, SHOP_POSTAGE_SMALL="0")

    for page in (f"/shop/{SOFT}", "/shop/sets/set-soft"):
        assert "Collect it free, or have it posted free" in customer.client.get(page).text, page


def test_the_order_says_where_the_post_was_paid_to(app: Flask, customer: Customer) -> None:
    link = posted(customer, "post-ni:", BELFAST)

    assert re.search(
        r"Post to Northern Ireland</th>\s*<td[^>]*>£5.50", customer.client.get(link).text
    )


def test_an_address_in_another_zone_is_said_wherever_somebody_packs_it(
    app: Flask, customer: Customer, desk: FlaskClient
) -> None:
    posted(customer, "post-mainland:", BELFAST)
    page = f"/staff/online/{last(app)[0]}"
    said = "The post was paid to the mainland, and this address is in Northern Ireland."

    assert "The post was paid to another zone" in desk.get("/staff/attention").text
    zoned = desk_with_zones(app, desk)
    assert said in zoned.get(page).text
    slip = zoned.get(f"{page}/packing").text
    assert "Post paid to the mainland" in slip
    assert "This address is in Northern Ireland" in slip

    assert Customer(zoned).send(page, f"{page}/posted").status_code == 303
    assert "Nothing needs anybody" in zoned.get("/staff/attention").text
    assert all(check.ok for check in verify(database_of(app)))


def desk_with_zones(app: Flask, desk: FlaskClient) -> FlaskClient:
    """The same person at the same desk, of the shop that has zones."""
    zoned = make_app(database_of(app).engine.url, **DEAR).test_client()
    for cookie in desk._cookies.values():
        zoned.set_cookie(cookie.key, cookie.value, path=cookie.path)
    return zoned


def test_where_the_post_does_not_go_it_says_so(app: Flask) -> None:
    customer = shopping(app, SHOP_POSTAGE_NI_SMALL="none", SHOP_POSTAGE_NI_MEDIUM="none")
    customer.add(SOFT)

    page = customer.client.get("/checkout").text

    assert "We can’t post this to Northern Ireland." in page
    assert "By post to England, Scotland or Wales for £3.50" in page
    assert 'value="post-ni' not in page


def test_the_post_that_is_free_from_a_sum_is_free_to_each_zone(app: Flask) -> None:
    customer = shopping(app, SHOP_POSTAGE_FREE_FROM="5", **DEAR)
    customer.add(SOFT)

    assert customer.client.get("/checkout").text.count(", free: £5.50 in all") == 3 + 3
    customer.pay(customer.press_pay("post-ni:").location, address=BELFAST)
    assert last(app)[1:] == ("ni", 0, 550)


def test_a_zone_that_got_dearer_meanwhile_is_chosen_again(app: Flask, customer: Customer) -> None:
    customer.add(SOFT)
    way = next(way for way in customer.ways() if way.startswith("post-ni:"))
    dearer = make_app(database_of(app).engine.url, **{**DEAR, "SHOP_POSTAGE_NI_SMALL": "7.50"})
    later = dearer.test_client()
    for cookie in customer.client._cookies.values():
        later.set_cookie(cookie.key, cookie.value, path=cookie.path)

    refused = Customer(later).send("/checkout", "/checkout/pay", way=way)

    assert refused.status_code == 400
    assert "has changed" in refused.text
    assert rows(app, "SELECT COUNT(*) FROM shop_order WHERE channel = 'web'") == [(0,)]
