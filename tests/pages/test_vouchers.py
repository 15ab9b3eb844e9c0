"""Vouchers: a manager makes them, a customer types one, and the order says what came off."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop import clock, vouchers
from shop.checks import verify
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import Post, keep_all_but, shelf, sign_in
from tests.pages.conftest import hidden_fields
from tests.pages.ordering import EMAIL, Customer, rows

SOFT, PAGE = "soft-ball-65", "/staff/vouchers"


@pytest.fixture
def customer(app: Flask, client: FlaskClient) -> Customer:
    for site in ("cambridge", "newmarket", "ely"):
        keep_all_but(app, site, 3)
    return Customer(client)


def make(app: Flask, code: str = "SUMMER10", **terms: object) -> None:
    at = clock.now()
    with database_of(app).transaction() as work:
        vouchers.make(work, code, starts_at=at, by="Olive", at=at, **{"percent": 10, **terms})  # type: ignore[arg-type]


def stop(app: Flask, code: str = "SUMMER10") -> None:
    with database_of(app).transaction() as work:
        vouchers.stop(work, code, by="Olive", at=clock.now())


def use(customer: Customer, code: str = "summer10") -> str:
    """Type a code on the last page; the page that comes back."""
    fields = hidden_fields(customer.client.get("/checkout?code=1").text)
    return customer.client.post(
        "/checkout/code", data={**fields, "code": code}, follow_redirects=True
    ).text


def wrong(app: Flask) -> list[str]:
    """The checks that fail, but for the one that `keep_all_but` cooks."""
    found = [check.name for check in verify(database_of(app)) if not check.ok]
    return [name for name in found if not name.startswith("I4 ")]


def test_there_is_no_field_for_a_code_until_there_is_a_voucher_and_somebody_asks(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT)
    assert "Use a code" not in customer.client.get("/checkout").text

    make(app)

    page = customer.client.get("/checkout").text
    assert "Use a code" in page
    assert "Your code" not in page
    assert "Your code" in customer.client.get("/checkout?code=1").text


def test_a_code_takes_its_share_off_and_the_order_says_so(app: Flask, customer: Customer) -> None:
    make(app, most_uses=1)
    customer.add(SOFT)

    page = use(customer)
    assert "Code SUMMER10: −£0.55" in page
    assert "Collect from Cambridge, free: £4.95 in all" in page
    assert "By post for £3.50: £8.45 in all" in page

    to_pay = customer.press_pay("collect:cambridge")
    assert "Pay £4.95" in customer.client.get(to_pay.location).text
    order = customer.client.get(customer.pay(to_pay.location)).text
    assert "Code SUMMER10" in order
    assert "−£0.55" in order
    assert "£4.95" in order
    kept = "SELECT discount_pence, voucher_code FROM shop_order WHERE channel = 'web'"
    assert rows(app, kept) == [(55, "SUMMER10")]
    assert rows(app, "SELECT uses FROM shop_voucher") == [(1,)]
    assert wrong(app) == []


def test_all_of_a_discounted_order_goes_back_and_no_more(app: Flask, customer: Customer) -> None:
    make(app)
    customer.add(SOFT)
    use(customer)
    order = customer.pay(customer.press_pay("collect:cambridge").location)

    customer.send(order, f"{order}/cancel")

    assert rows(app, "SELECT amount_pence, state FROM shop_refund") == [(495, "succeeded")]
    assert wrong(app) == []


@pytest.mark.parametrize("code", ["NOSUCH", "", "x" * 500, "'; DROP", "SUMMER10"])
def test_a_code_that_does_not_work_is_said_and_nothing_comes_off(
    app: Flask, customer: Customer, code: str
) -> None:
    make(app)
    stop(app)
    make(app, "OTHER")
    customer.add(SOFT)

    page = use(customer, code)

    assert "There is a problem" in page
    assert "£5.50 in all" in page


def test_guessing_codes_is_slowed_down(app: Flask, customer: Customer) -> None:
    make(app)
    customer.add(SOFT)
    fields = hidden_fields(customer.client.get("/checkout?code=1").text)

    told = [
        customer.client.post("/checkout/code", data={**fields, "code": f"GUESS{n}"}).status_code
        for n in range(21)
    ]

    assert told == [404] * 20 + [429]


def test_a_code_that_ends_between_two_pages_is_not_paid_for(app: Flask, customer: Customer) -> None:
    make(app)
    customer.add(SOFT)
    use(customer)
    way = next(way for way in customer.ways() if way.startswith("collect:cambridge"))
    fields = hidden_fields(customer.client.get("/checkout").text)
    stop(app)

    refused = customer.client.post("/checkout/pay", data={**fields, "way": way})

    assert refused.status_code == 400
    assert "does not work any more" in refused.text
    assert shelf(app, "cambridge") == 3


def test_the_last_use_of_a_code_is_still_theirs_whose_own_unpaid_order_has_it(
    app: Flask, customer: Customer
) -> None:
    make(app, most_uses=1)
    customer.add(SOFT)
    use(customer)
    way = next(way for way in customer.ways() if way.startswith("collect:cambridge"))
    sent = {**hidden_fields(customer.client.get("/checkout").text), "way": way}

    first, second = (customer.client.post("/checkout/pay", data=sent) for _ in range(2))
    other = Customer(app.test_client())
    other.add(SOFT)

    assert (second.status_code, second.location) == (303, first.location)
    assert "Code SUMMER10: −£0.55" in customer.client.get("/checkout").text
    assert "There is a problem" not in use(customer)
    assert "That code has been used up" in use(other)
    assert customer.press_pay("collect:cambridge").status_code == 303
    kept = "SELECT state, discount_pence FROM shop_order WHERE channel = 'web' ORDER BY id"
    assert rows(app, kept) == [("cancelled", 55), ("placed", 55)]
    assert rows(app, "SELECT uses FROM shop_voucher") == [(1,)]


def test_a_visitor_can_take_the_code_off_again(app: Flask, customer: Customer) -> None:
    make(app)
    customer.add(SOFT)
    use(customer)

    customer.send("/checkout", "/checkout/code", remove="yes")

    assert "£5.50 in all" in customer.client.get("/checkout").text


def test_what_costs_nothing_is_ordered_without_a_payment_page(
    app: Flask, customer: Customer
) -> None:
    make(app, "GIFT", percent=100)
    customer.add(SOFT)
    page = use(customer, "GIFT")
    assert "Order now, nothing to pay" not in page  # by post the postage is due
    assert "Collect from Cambridge, free: £0.00 in all" in page

    done = customer.press_pay("collect:cambridge", email=EMAIL)

    assert done.location.startswith("/order/")
    order = customer.client.get(done.location).text
    assert "Paid. We are preparing it" in order
    assert "Nothing was due" in order
    assert rows(app, "SELECT COUNT(*) FROM shop_payment_session") == [(0,)]
    assert shelf(app, "cambridge") == 2
    customer.send(done.location, f"{done.location}/cancel")
    assert shelf(app, "cambridge") == 3
    assert rows(app, "SELECT state FROM shop_order WHERE channel = 'web'") == [("refunded",)]
    assert wrong(app) == []


def test_what_costs_nothing_now_ends_the_payment_that_was_open(
    app: Flask, customer: Customer
) -> None:
    make(app, "GIFT", percent=100)
    customer.add(SOFT)
    page = customer.press_pay("collect:cambridge").location
    use(customer, "GIFT")

    customer.press_pay("collect:cambridge", email=EMAIL)

    kept = "SELECT state, total_pence FROM shop_order WHERE channel = 'web' ORDER BY id"
    assert rows(app, kept) == [("cancelled", 550), ("paid", 0)]
    assert "This page is over" in customer.client.get(page).text
    assert "Your basket is empty" in customer.client.get("/basket").text


def test_what_costs_nothing_still_needs_an_address_for_its_mail(
    app: Flask, customer: Customer
) -> None:
    make(app, "GIFT", percent=100)
    customer.add(SOFT)
    use(customer, "GIFT")

    refused = customer.press_pay("collect:cambridge")

    assert refused.status_code == 400
    assert "Enter your email address" in refused.text
    assert rows(app, "SELECT uses FROM shop_voucher") == [(0,)]


@pytest.fixture
def manager(app: Flask, post: Post) -> FlaskClient:
    return sign_in(app, post, {"cambridge": Role.MANAGER}, "Mel Ash")


def test_a_manager_makes_and_stops_a_voucher(manager: FlaskClient) -> None:
    made = Customer(manager).send(PAGE, PAGE, code="spring-5", off="5.00", least="20",
                               uses="100", last_day="2099-05-31")  # fmt: skip
    assert made.status_code == 303
    page = manager.get(PAGE).text
    assert "SPRING5" in page
    assert "£5.00" in page
    assert "0 of 100" in page
    assert "31 May 2099" in page

    assert Customer(manager).send(PAGE, f"{PAGE}/SPRING5/stop").status_code == 303
    assert "Over" in manager.get(PAGE).text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"code": "A", "percent": "10"}, "4 to 20 letters and digits"),
        ({"code": "SPRING"}, "One of the two"),
        ({"code": "SPRING", "percent": "10", "off": "5"}, "One of the two"),
        ({"code": "SPRING", "percent": "101"}, "1 to 100"),
        ({"code": "SPRING", "percent": "10", "last_day": "2001-01-01"}, "over already"),
        ({"code": "SPRING", "percent": "10", "last_day": "soon"}, "Write the day like"),
        ({"code": "SPRING", "percent": "10", "first_day": "9999-12-31"}, "a day of this century"),
    ],
)
def test_a_voucher_that_cannot_be_is_refused_and_what_was_typed_stays(
    manager: FlaskClient, typed: dict[str, str], says: str
) -> None:
    refused = Customer(manager).send(PAGE, PAGE, **typed)

    assert refused.status_code == 400
    assert says in refused.text
    assert f'value="{typed["code"]}"' in refused.text


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.PRACTITIONER])
def test_vouchers_are_for_managers(app: Flask, post: Post, role: Role) -> None:
    client = sign_in(app, post, {"cambridge": role})

    assert client.get(PAGE).status_code == 403
    assert "Vouchers" not in client.get("/staff/online").text
