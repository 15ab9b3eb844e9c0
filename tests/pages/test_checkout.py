"""One page of ours: one choice and Pay; then the payment page, and back with the truth."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop import clock, vouchers
from shop.checks import verify
from shop.gateways import GatewayAway, PageSeen, PageState, Person
from shop.gateways.demo import Demo
from shop.pages.front import checkout
from tests.conftest import database_of, make_app
from tests.pages.at_desk import BALL, Statements, change_product, deliver, keep_all_but, shelf
from tests.pages.conftest import hidden_fields
from tests.pages.ordering import EMAIL, WAY, Customer, rows

SOFT = "soft-ball-65"


@pytest.fixture
def customer(app: Flask, client: FlaskClient) -> Customer:
    for site in ("cambridge", "newmarket", "ely"):
        keep_all_but(app, site, 3)
    return Customer(client)


def state(app: Flask) -> list[tuple[object, ...]]:
    return rows(app, "SELECT state, fulfilment, total_pence FROM shop_order WHERE channel = 'web'")


def test_the_page_asks_one_thing_and_types_nothing(customer: Customer) -> None:
    customer.add(SOFT)

    page = customer.client.get("/checkout").text

    assert "Collect from Cambridge, free: £5.50 in all" in page
    assert "By post for £3.50: £9.00 in all" in page
    assert "Monday to Saturday, 8am to 6pm" in page
    assert "Ready about 1 hour after you order" in page
    assert "Order and pay now" in page
    assert 'type="text"' not in page
    assert 'type="email"' not in page
    assert "checked" not in page.partition("<form")[2]


def test_paying_keeps_the_units_and_the_way_back_shows_the_order(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT)

    to_pay = customer.press_pay("collect:ely")
    assert shelf(app, "ely") == 2
    assert state(app) == [("placed", "collect", 550)]
    order = customer.pay(to_pay.location)

    page = customer.client.get(order).text
    assert state(app) == [("paid", "collect", 550)]
    assert "Paid. We are preparing it" in page
    assert "don’t come yet" in page
    assert "Your basket is empty" in customer.client.get("/basket").text


def test_the_total_on_our_last_page_is_the_total_that_is_paid(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT, 2)
    customer.add("medium-peanut-65")
    keep_all_but(app, "cambridge", 3, "PEANUT-65-M")

    page = customer.press_pay("post:cambridge")

    assert "Pay £27.50" in customer.client.get(page.location).text
    assert state(app) == [("placed", "post", 2750)]


def test_going_back_without_paying_frees_the_units_and_keeps_the_basket(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT)
    customer.press_pay("collect:ely")

    back = customer.client.get("/checkout/cancelled", follow_redirects=True).text

    assert "You have not been charged" in back
    assert "Total £5.50" in back
    assert shelf(app, "ely") == 3
    assert state(app) == [("cancelled", "collect", 550)]


def test_going_back_from_an_older_page_leaves_the_newer_one_open(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT)
    for _ in range(2):
        customer.press_pay("collect:ely")
    (older,), (newer,) = rows(app, "SELECT cancel_url FROM shop_payment_session ORDER BY id")

    back = customer.client.get(str(older), follow_redirects=True).text

    assert [s for s, *_ in state(app)] == ["cancelled", "placed"]
    assert "You have not been charged" not in back
    assert "Total £5.50" in back
    customer.client.get(str(newer))
    assert [s for s, *_ in state(app)] == ["cancelled", "cancelled"]


@pytest.mark.parametrize("is_paid", [True, False])
def test_going_back_while_nobody_answers_never_says_that_nothing_was_charged(
    app: Flask, customer: Customer, monkeypatch: pytest.MonkeyPatch, is_paid: bool
) -> None:
    customer.add(SOFT)
    page = customer.press_pay("collect:ely").location
    if is_paid:
        next(iter(app.extensions["shop"].values())).gateway.pay(page.rpartition("/")[2])

    with monkeypatch.context() as gone:
        gone.setattr(Demo, "close", away)
        back = customer.client.get("/checkout/cancelled", follow_redirects=True).text

    assert "You have not been charged" not in back
    assert "We are waiting for your payment" in back
    assert "If you have paid, do not pay again." in back
    again = back.partition('href="/checkout/return?')[2].partition('"')[0]
    order = customer.client.get(f"/checkout/return?{again}", follow_redirects=True).text
    assert ("Paid. We are preparing it" in order) is is_paid
    assert ("Your basket is empty" in customer.client.get("/basket").text) is is_paid


def test_going_back_while_nobody_answers_keeps_the_code(
    app: Flask, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = clock.now()
    with database_of(app).transaction() as work:
        vouchers.make(work, "SUMMER10", percent=10, starts_at=at, by="Olive", at=at)
    customer.add(SOFT)
    customer.send("/checkout?code=1", "/checkout/code", code="SUMMER10")
    customer.press_pay("collect:ely")

    with monkeypatch.context() as gone:
        gone.setattr(Demo, "close", away)
        customer.client.get("/checkout/cancelled")

    assert "Code SUMMER10: −£0.55" in customer.client.get("/checkout").text


def test_a_page_that_may_be_paid_is_never_said_to_be_unpaid_when_it_is_asked_for_again(
    app: Flask, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.add(SOFT)
    sent = chosen(customer, "collect:ely")
    customer.client.post("/checkout/pay", data=sent)
    monkeypatch.setattr(Demo, "look", away)

    refused = customer.client.post("/checkout/pay", data=sent)

    assert refused.status_code == 503
    assert "You have not been charged" not in refused.text
    assert "Try again: nobody pays twice." in refused.text


def test_pressing_the_same_page_twice_leads_to_the_same_payment(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT)
    way = next(w for w in customer.ways() if w.startswith("collect:ely"))
    fields = hidden_fields(customer.client.get("/checkout").text)

    first, second = (
        customer.client.post("/checkout/pay", data={**fields, "way": way}).location
        for _ in range(2)
    )

    assert first == second
    assert len(state(app)) == 1


@pytest.fixture
def last_one(app: Flask, client: FlaskClient) -> Customer:
    """A customer with the last ball there is in the basket: it lies at Cambridge."""
    for site, units in (("cambridge", 1), ("newmarket", 0), ("ely", 0)):
        keep_all_but(app, site, units)
    customer = Customer(client)
    customer.add(SOFT)
    return customer


def chosen(customer: Customer, start: str) -> dict[str, str]:
    """What the last page sends for the way that begins so, to be sent as often as one likes."""
    way = next(w for w in customer.ways() if w.startswith(start))
    return {**hidden_fields(customer.client.get("/checkout").text), "way": way}


def test_who_holds_the_last_one_gets_back_to_its_payment(app: Flask, last_one: Customer) -> None:
    sent = chosen(last_one, "collect:cambridge")

    first, second = (last_one.client.post("/checkout/pay", data=sent) for _ in range(2))

    assert (second.status_code, second.location) == (303, first.location)
    assert last_one.client.get("/checkout").status_code == 200
    assert "Go to checkout" in last_one.client.get("/basket").text
    assert [s for s, *_ in state(app)] == ["placed"]
    assert "Paid. We are preparing it" in last_one.client.get(last_one.pay(first.location)).text


def test_who_holds_the_last_one_presses_again_after_nobody_answered(
    app: Flask, last_one: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = chosen(last_one, "collect:cambridge")
    with monkeypatch.context() as gone:
        gone.setattr(Demo, "open", away)
        refused = last_one.client.post("/checkout/pay", data=sent)

    again = last_one.client.post("/checkout/pay", data={**sent, **hidden_fields(refused.text)})

    assert (refused.status_code, again.status_code) == (503, 303)
    assert again.location.startswith("/demo-pay/")
    assert len(state(app)) == 1


def away(*_: object) -> PageSeen:
    raise GatewayAway("Nobody answers.")


def test_who_holds_the_last_one_may_have_it_another_way_and_nobody_else_gets_it(
    app: Flask, last_one: Customer
) -> None:
    last_one.press_pay("collect:cambridge")
    other = Customer(app.test_client())
    other.add(SOFT)
    assert other.ways() == []

    last_one.press_pay("post:cambridge")

    assert [s for s, *_ in state(app)] == ["cancelled", "placed"]
    assert shelf(app, "cambridge") == 0
    kept = "SELECT SUM(units) FROM shop_hold JOIN shop_order ON number = order_number "
    assert rows(app, f"{kept} WHERE ended_at IS NULL AND channel = 'web'") == [(1,)]


def test_a_form_that_was_pressed_never_leads_to_the_payment_of_another_choice(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT)
    sent = chosen(customer, "collect:ely")
    customer.client.post("/checkout/pay", data=sent)
    by_post = next(w for w in customer.ways() if w.startswith("post:"))

    refused = customer.client.post("/checkout/pay", data={**sent, "way": by_post})
    again = customer.client.post(
        "/checkout/pay", data={**sent, **hidden_fields(refused.text), "way": by_post}
    )

    assert refused.status_code == 409
    assert "You have chosen something else since you pressed" in refused.text
    assert "Pay £9.00" in customer.client.get(again.location).text
    assert state(app) == [("cancelled", "collect", 550), ("placed", "post", 900)]


def test_one_basket_never_keeps_the_units_of_two_orders(app: Flask, customer: Customer) -> None:
    customer.add(SOFT)

    for _ in range(3):
        customer.press_pay("collect:ely")

    assert shelf(app, "ely") == 2
    assert [s for s, *_ in state(app)] == ["cancelled", "cancelled", "placed"]


def test_back_after_paying_shows_the_order_and_never_pays_again(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT)
    way = next(w for w in customer.ways() if w.startswith("collect:ely"))
    fields = hidden_fields(customer.client.get("/checkout").text)
    paid = customer.client.post("/checkout/pay", data={**fields, "way": way})
    order = customer.pay(paid.location)

    again = customer.client.post("/checkout/pay", data={**fields, "way": way})
    cancelled = customer.client.get("/checkout/cancelled")

    assert (again.status_code, again.location) == (303, order)
    assert cancelled.status_code == 303
    assert len(state(app)) == 1


def test_a_price_that_has_changed_is_shown_before_anybody_pays(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT)
    way = next(w for w in customer.ways() if w.startswith("collect:ely"))
    fields = hidden_fields(customer.client.get("/checkout").text)
    change_product(app, BALL, price_pence=600)

    refused = customer.client.post("/checkout/pay", data={**fields, "way": way})

    assert refused.status_code == 400
    assert "£6.00 in all" in refused.text
    assert state(app) == []


def test_the_last_one_sold_meanwhile_is_said_before_anybody_pays(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT)
    way = next(w for w in customer.ways() if w.startswith("collect:ely"))
    fields = hidden_fields(customer.client.get("/checkout").text)
    keep_all_but(app, "ely", 0)

    refused = customer.client.post("/checkout/pay", data={**fields, "way": way})

    assert refused.status_code == 400
    assert "Not all of it is at Ely just now" in refused.text
    assert state(app) == []


def test_nobody_presses_pay_without_end(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkout, "MOST_PRESSES", 3)
    customer.add(SOFT)

    statuses = [customer.press_pay("collect:ely").status_code for _ in range(4)]

    assert statuses == [303, 303, 303, 429]


def test_what_the_payment_page_was_told_is_known_of_the_order(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT)
    page = customer.press_pay("post:cambridge").location

    customer.pay(page, address="1 High Street")

    assert rows(app, "SELECT email, name, address FROM shop_buyer") == [
        (EMAIL, "Pat Poole", "1 High Street")
    ]


def test_a_payment_that_is_not_ours_is_not_found(client: FlaskClient) -> None:
    assert client.get("/checkout/return?session=cs_test_nobody").status_code == 404
    assert client.get("/checkout/return").status_code == 404


def test_the_way_back_is_the_sites_own_address_whatever_a_request_claims(app: Flask) -> None:
    for site in ("cambridge", "newmarket", "ely"):
        keep_all_but(app, site, 3)
    named = make_app(database_of(app).engine.url, PUBLIC_BASE_URL="https://clinic.example")
    customer = Customer(named.test_client())
    customer.add(SOFT)

    customer.press_pay("collect:ely")

    (found,) = rows(app, "SELECT success_url, cancel_url FROM shop_payment_session")
    ((number,),) = rows(app, "SELECT number FROM shop_order WHERE channel = 'web'")
    assert found == (
        "https://clinic.example/checkout/return?session={CHECKOUT_SESSION_ID}",
        f"https://clinic.example/checkout/cancelled?order={number}",
    )


def without_payment(app: Flask) -> Flask:
    """The same clinic where nobody pays online."""
    other = make_app(database_of(app).engine.url)
    shops = other.extensions["shop"]
    for name, shop in shops.items():
        shops[name] = replace(shop, gateway=None)
    return other


@pytest.mark.parametrize(
    ("pays_online", "reserves", "said"),
    [
        (True, "", "<p>You can cancel within 14 days"),
        (True, "yes", "<p>If you pay online, you can cancel within 14 days"),
        (False, "", ""),
    ],
)
def test_the_days_to_cancel_are_promised_for_what_is_paid_online_alone(
    app: Flask, *, pays_online: bool, reserves: str, said: str
) -> None:
    selling = make_app(database_of(app).engine.url, SHOP_RESERVE=reserves)
    customer = Customer((selling if pays_online else without_payment(app)).test_client())
    customer.add(SOFT)

    page = customer.client.get("/checkout").text

    assert said in page
    assert ("14 days" in page) == pays_online


def test_without_online_payment_an_order_is_reserved_and_paid_at_the_desk(app: Flask) -> None:
    deliver(app, "ely", 3)
    before = shelf(app, "ely")
    customer = Customer(without_payment(app).test_client())
    customer.add(SOFT)
    page = customer.client.get("/checkout").text
    assert "Order and pay now" not in page
    assert "By post" not in page

    kept = customer.press_pay("collect:ely", email="Pat@Customer.example", reserve="yes")

    shown = customer.client.get(kept.location).text
    assert "Kept for you at Ely" in shown
    assert shelf(app, "ely") == before - 1
    assert all(check.ok for check in verify(database_of(app)))
    assert rows(app, "SELECT email FROM shop_buyer") == [(EMAIL,)]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "pat",
        "pat@customer",
        "jörg@customer.example",
        "pat..x@customer.example",
        "(pat)@customer.example",
        "pat@c_ustomer.example",
        "pat@-customer.example",
        "pat@customer.example, sam@customer.example",
    ],
)
def test_a_reservation_needs_an_address_that_mail_can_go_to(app: Flask, typed: str) -> None:
    customer = Customer(without_payment(app).test_client())
    customer.add("medium-ball-65")

    refused = customer.press_pay("collect:", email=typed, reserve="yes")

    assert refused.status_code == 400
    assert "Enter your email address" in refused.text
    assert state(app) == []


def test_an_address_at_a_domain_with_other_letters_is_kept_as_it_was_typed(app: Flask) -> None:
    customer = Customer(without_payment(app).test_client())
    customer.add("medium-ball-65")

    kept = customer.press_pay("collect:", email="Pat@Bücher.example", reserve="yes")

    assert kept.status_code == 303
    assert rows(app, "SELECT email FROM shop_buyer") == [("pat@bücher.example",)]


def test_nobody_reserves_without_end(app: Flask) -> None:
    keep_all_but(app, "ely", 9)
    answers = []
    for _ in range(3):
        customer = Customer(without_payment(app).test_client())
        customer.add(SOFT)
        answers.append(customer.press_pay("collect:ely", email=EMAIL, reserve="yes").status_code)

    assert answers == [303, 303, 429]


@pytest.fixture
def reserving(app: Flask, customer: Customer) -> Customer:
    """A customer with a ball in the basket, where one may pay online and reserve too."""
    both = Customer(make_app(database_of(app).engine.url, SHOP_RESERVE="yes").test_client())
    both.add(SOFT)
    return both


def test_what_is_reserved_after_pay_was_pressed_can_not_be_paid_as_well(
    app: Flask, reserving: Customer
) -> None:
    page = reserving.press_pay("collect:ely").location

    reserving.press_pay("collect:ely", reserve="yes", email=EMAIL)

    assert state(app) == [("cancelled", "collect", 550), ("placed", "collect", 550)]
    assert shelf(app, "ely") == 2
    assert "This page is over" in reserving.client.get(page).text


def test_the_last_one_is_reserved_after_pay_was_pressed(app: Flask, reserving: Customer) -> None:
    keep_all_but(app, "ely", 1)
    reserving.press_pay("collect:ely")

    kept = reserving.press_pay("collect:ely", reserve="yes", email=EMAIL)

    assert "Kept for you at Ely" in reserving.client.get(kept.location).text
    assert shelf(app, "ely") == 0


@pytest.mark.parametrize("then", [{}, {"reserve": "yes", "email": EMAIL}])
@pytest.mark.parametrize("is_away", [True, False])
def test_while_nobody_knows_how_a_payment_ended_the_basket_starts_no_other_order(
    app: Flask,
    reserving: Customer,
    monkeypatch: pytest.MonkeyPatch,
    then: dict[str, str],
    is_away: bool,
) -> None:
    page = reserving.press_pay("collect:ely").location

    def waiting(self: Demo, reference: str) -> PageSeen:
        return replace(self.look(reference), state=PageState.WAITING)

    with monkeypatch.context() as unknown:
        unknown.setattr(Demo, "close", away if is_away else waiting)
        refused = reserving.press_pay("collect:ely", **then)

    assert refused.status_code == 409
    assert "Your last payment is still being looked at" in refused.text
    assert state(app) == [("placed", "collect", 550)]
    assert "Paid. We are preparing it" in reserving.client.get(reserving.pay(page)).text


def test_a_form_whose_reservation_was_cancelled_takes_no_new_basket(
    app: Flask, reserving: Customer
) -> None:
    sent = {**chosen(reserving, "collect:ely"), "reserve": "yes", "email": EMAIL}
    kept = reserving.client.post("/checkout/pay", data=sent).location
    reserving.send(kept, f"{kept}/cancel")
    reserving.add(SOFT)

    refused = reserving.client.post("/checkout/pay", data=sent)

    assert refused.status_code == 409
    assert "This order can&#39;t be paid any more" in refused.text
    assert "Total £5.50" in reserving.client.get("/basket").text
    assert state(app) == [("cancelled", "collect", 550)]


def test_a_form_that_reserves_twice_leads_to_the_same_order(
    app: Flask, reserving: Customer
) -> None:
    sent = {**chosen(reserving, "collect:ely"), "reserve": "yes", "email": EMAIL}

    first, second = (reserving.client.post("/checkout/pay", data=sent) for _ in range(2))

    assert (first.status_code, second.location) == (303, first.location)
    assert state(app) == [("placed", "collect", 550)]


def test_where_people_pay_online_nothing_is_reserved_unless_the_clinic_says_so(
    app: Flask, customer: Customer
) -> None:
    customer.add(SOFT)

    refused = customer.press_pay("collect:ely", email=EMAIL, reserve="yes")

    assert refused.status_code == 400
    assert state(app) == []


def test_a_guest_checkout_takes_forty_statements(
    app: Flask, client: FlaskClient, statements: Statements
) -> None:
    """Every page that a browser asks for, from the product to the order that is paid."""
    keep_all_but(app, "cambridge", 20)
    client.get("/shop")  # the range is read once a process
    gateway = next(iter(app.extensions["shop"].values())).gateway

    with statements() as sent:
        fields = hidden_fields(client.get(f"/shop/{SOFT}").text)
        client.post("/basket/add", data={**fields, "units": "1"})
        client.get("/basket")
        page = client.get("/checkout").text
        chosen = {**hidden_fields(page), "way": WAY.findall(page)[0]}
        to_pay = client.post("/checkout/pay", data=chosen).location
        reference = to_pay.rpartition("/")[2]
        gateway.pay(reference, Person(EMAIL, "Pat Poole", ""))
        order = client.get(f"/checkout/return?session={reference}").location
        assert "Paid. We are preparing it" in client.get(order).text

    ours = [each for each in sent if "shop_demo_page" not in each]  # which stands for Stripe
    assert len(ours) <= 40
