"""Sets: seen in the shop, put into a basket, paid with what they save, and said on every paper."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop import clock, plans, sets, vouchers
from shop.checks import verify
from shop.plan_items import Items
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import (
    BALL,
    Post,
    Statements,
    change_product,
    deliver,
    keep_all_but,
    sales,
    sell,
    sign_in,
)
from tests.pages.conftest import hidden_fields
from tests.pages.ordering import Customer, rows
from tests.shop.conftest import LONDON

ROLLER = "ROLL-45-S"
START, PAGE = "/shop/sets/set-start", "/staff/sets"
SAVED = "Starter set: £3.00 off"
NEW = {"code": "SET-NEW", "title": "New set", "price": "13", "part_1-sku": BALL,
       "part_2-sku": "BALL-65-M", "part_2-units": "1"}  # fmt: skip


@pytest.fixture(autouse=True)
def enough(app: Flask) -> None:
    for site in ("cambridge", "ely"):
        deliver(app, site, 20)
        deliver(app, site, 20, ROLLER)


def add(customer: Customer, units: int = 1) -> object:
    return customer.send(START, f"{START}/add", units=str(units))


def wrong(app: Flask) -> list[str]:
    return [check.name for check in verify(database_of(app)) if not check.ok]


def stop(app: Flask, code: str = "SET-START") -> None:
    with database_of(app).transaction() as work:
        sets.stop(work, code, by="Morgan", at=clock.now())


# In the shop


def test_the_shop_has_a_section_of_sets_until_somebody_filters(client: FlaskClient) -> None:
    page = client.get("/shop").text
    assert page.index("Showing") < page.index("Sets that cost less together")
    assert "£17.50 <small>instead of £20.50</small>" in page

    assert "Starter set" not in client.get("/shop?kind=ball").text


def test_a_sets_page_says_what_is_in_it_and_what_it_saves(client: FlaskClient) -> None:
    page = client.get(START).text

    assert "£17.50 <small>instead of £20.50</small>" in page
    part = '1 × <a href="/shop/soft-ball-65">Soft ball 6.5 cm</a></span>'
    assert f'{part} <span class="tp-small">£5.50</span>' in page
    assert "Two soft tools to begin with" in page
    assert page.count("<svg") >= 2


def test_a_part_of_a_set_says_so_on_its_own_page(client: FlaskClient) -> None:
    page = client.get("/shop/soft-ball-65").text
    assert f'Also in the <a href="{START}">Starter set</a>, £17.50' in page

    assert "Also in the" not in client.get("/shop/medium-ball-65").text


@pytest.mark.parametrize("path", ["/shop/sets/nosuch", "/shop/sets", "/shop/sets/SET_START"])
def test_a_set_that_there_is_not_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_least_of_its_parts_says_where_it_is_in_stock(app: Flask, client: FlaskClient) -> None:
    keep_all_but(app, "cambridge", 2)
    keep_all_but(app, "ely", 0, ROLLER)

    page = client.get(START).text

    assert "Only 2 left at Cambridge" in page
    assert "Out of stock at Ely" in page


def test_a_withdrawn_part_takes_the_set_out_of_the_shop_and_back(
    app: Flask, client: FlaskClient
) -> None:
    change_product(app, ROLLER, on_sale=False)
    assert "Starter set" not in client.get("/shop").text
    assert client.get(START).status_code == 404
    assert client.post(f"{START}/add", data={}).status_code == 400

    change_product(app, ROLLER, on_sale=True)
    assert client.get(START).status_code == 200


# In a basket


def test_a_set_puts_its_parts_into_the_basket_and_the_basket_says_what_it_saves(
    client: FlaskClient,
) -> None:
    customer = Customer(client)
    assert add(customer, 2).location == "/basket"  # type: ignore[attr-defined]

    page = client.get("/basket").text

    assert "2 × Starter set: £6.00 off" in page
    assert "Total £35.00" in page


def test_parts_that_were_put_in_one_by_one_are_a_set_too(client: FlaskClient) -> None:
    customer = Customer(client)
    customer.add("soft-ball-65")
    assert "Starter set" not in client.get("/basket").text

    customer.add("soft-roller-45")

    assert SAVED in client.get("/basket").text


@pytest.mark.parametrize("units", ["0", "21", "-1", "x", "1.5", "99999999999"])
def test_a_number_of_sets_that_can_not_be_is_refused_in_words(
    client: FlaskClient, units: str
) -> None:
    refused = Customer(client).send(START, f"{START}/add", units=units)

    assert refused.status_code == 400
    assert "There is a problem" in refused.text
    assert "Your basket is empty" in client.get("/basket").text


def test_all_of_a_set_goes_in_or_nothing_of_it(client: FlaskClient) -> None:
    customer = Customer(client)
    customer.add("soft-roller-45", 20)

    refused = add(customer)

    assert refused.status_code == 400  # type: ignore[attr-defined]
    assert "up to 20 of one product" in refused.text  # type: ignore[attr-defined]
    assert "Soft ball 6.5 cm" not in client.get("/basket").text


def test_a_set_is_ordered_paid_and_on_every_paper_of_its_order(
    app: Flask, client: FlaskClient
) -> None:
    customer = Customer(client)
    add(customer)

    page = client.get("/checkout").text
    assert f"<li>{SAVED}</li>" in page
    assert "Collect from Cambridge, free: £17.50 in all" in page
    to_pay = customer.press_pay("collect:cambridge")
    assert "Pay £17.50" in client.get(to_pay.location).text
    order = customer.pay(to_pay.location)

    stop(app)  # what was ordered says it all the same
    shown = client.get(order).text
    assert "Starter set: off as a set" in shown
    assert "−£3.00" in shown
    assert "Discount" not in shown
    invoice = f"{order}/invoice"
    fields = hidden_fields(client.get(invoice).text)
    club = {"name": "Fen Club", "address": "9 Fen Road, Ely"}
    said = client.post(invoice, data={**fields, **club}, follow_redirects=True)
    assert f"{SAVED}, taken off already" in said.text
    kept = "SELECT discount_pence, sets_pence, total_pence FROM shop_order WHERE channel = 'web'"
    assert rows(app, kept) == [(300, 300, 1750)]
    assert rows(app, "SELECT name, units, saving_pence FROM shop_order_set") == [
        ("Starter set", 1, 300)
    ]
    assert wrong(app) == []

    customer.send(order, f"{order}/cancel")
    note = re.search(r'href="([^"]+CAM-C\d+)"', client.get(order).text)
    assert note
    paper = client.get(note[1]).text
    assert f"The order had {SAVED}" in paper
    assert "£17.50" in paper
    assert wrong(app) == []


def test_a_code_comes_off_what_the_set_leaves_and_both_are_said(
    app: Flask, client: FlaskClient
) -> None:
    at, customer = clock.now(), Customer(client)
    with database_of(app).transaction() as work:
        vouchers.make(work, "TENOFF", percent=10, starts_at=at, by="Olive", at=at)
    add(customer)

    fields = hidden_fields(client.get("/checkout?code=1").text)
    page = client.post(
        "/checkout/code", data={**fields, "code": "tenoff"}, follow_redirects=True
    ).text

    assert "Code TENOFF: −£1.75" in page
    assert "£15.75 in all" in page
    order = client.get(customer.pay(customer.press_pay("collect:cambridge").location)).text
    assert "−£3.00" in order
    assert "−£1.75" in order
    assert wrong(app) == []


def test_a_set_that_is_stopped_between_two_pages_is_not_paid_for(
    app: Flask, client: FlaskClient
) -> None:
    customer = Customer(client)
    add(customer)
    way = next(way for way in customer.ways() if way.startswith("collect:cambridge"))
    fields = hidden_fields(client.get("/checkout").text)
    stop(app)

    refused = client.post("/checkout/pay", data={**fields, "way": way})

    assert refused.status_code == 400
    assert "The price or the stock has changed" in refused.text
    assert "£20.50 in all" in refused.text
    assert rows(app, "SELECT id FROM shop_order WHERE channel = 'web'") == []


def test_when_the_last_of_a_part_is_gone_the_set_can_not_be_ordered_and_the_page_says_why(
    app: Flask, client: FlaskClient
) -> None:
    for site in ("cambridge", "newmarket", "ely"):
        keep_all_but(app, site, 1)
    customer = Customer(client)
    add(customer)
    way = next(way for way in customer.ways() if way.startswith("collect:cambridge"))
    fields = hidden_fields(client.get("/checkout").text)
    for site in ("cambridge", "newmarket", "ely"):
        keep_all_but(app, site, 0)

    refused = client.post("/checkout/pay", data={**fields, "way": way})

    assert refused.status_code == 400
    assert "has changed. You have not been charged" in refused.text
    assert "Out of stock" in client.get(START).text


def test_a_set_costs_the_checkout_one_statement_and_only_where_there_is_one(
    app: Flask, statements: Statements
) -> None:
    """The one that writes down which sets it had."""

    def sent() -> int:
        fresh = Customer(app.test_client())
        fresh.add("soft-ball-65")
        fresh.add("soft-roller-45")
        with statements() as seen:
            fresh.pay(fresh.press_pay("collect:cambridge").location)
        return len(seen)

    with_set = (sent(), sent())[1]
    stop(app)
    without = (sent(), sent())[1]

    assert with_set == without + 1


def test_the_list_and_a_part_cost_no_statement_more_for_their_sets(
    app: Flask, client: FlaskClient, statements: Statements
) -> None:
    def sent(path: str) -> int:
        with statements() as seen:
            client.get(path)
        return len(seen)

    paths = ("/shop", "/shop/soft-ball-65", START)
    with_sets = [(sent(path), sent(path))[1] for path in paths]
    assert with_sets == [2, 2, 2]


def test_a_plan_whose_tools_are_a_set_says_the_price_of_the_set(
    app: Flask, client: FlaskClient
) -> None:
    items = Items("blade_spine", (BALL, ROLLER), ())
    with database_of(app).transaction() as work:
        plan = plans.issue(work, "cambridge", items, by="Priya", zone=LONDON, at=clock.now())

    assert "Together £17.50" in client.get(f"/p/{plan.code}").text


# At the till


@pytest.mark.parametrize("typed", ["SET-START", "set-start", "starter", "starter set"])
def test_the_one_field_finds_a_set_by_its_code_or_its_name(
    desk: FlaskClient, post: Post, typed: str
) -> None:
    assert post(desk, "/staff/till", code=typed).location == "/staff/till"

    page = desk.get("/staff/till").text
    assert "Added Starter set. All of its parts are here." in page
    assert SAVED in page
    assert "Take payment £17.50 (Enter)" in page
    assert SAVED in desk.get("/staff/till/pay").text


def test_words_that_fit_products_and_a_set_list_all_of_them(desk: FlaskClient, post: Post) -> None:
    led = post(desk, "/staff/till", code="2*soft ball")

    page = desk.get(led.location).text
    assert 'value="2*SET-SOFT"' in page
    assert page.index("2*BALL-65-S") < page.index("2*SET-SOFT")
    assert "Soft ball set <small>£21.50" in page

    post(desk, "/staff/till", code="", add="2*SET-SOFT")
    assert "2 × Soft ball set: £7.00 off" in desk.get("/staff/till").text


def test_undo_takes_all_of_a_set_out_again(desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/till", code=BALL)
    post(desk, "/staff/till", code="SET-START")
    assert "Undo Starter set" in desk.get("/staff/till").text

    post(desk, "/staff/till/line", page="/staff/till", undo="1")

    page = desk.get("/staff/till").text
    assert "Soft foam roller" not in page.partition('id="basket-title"')[2]
    assert "Take payment £5.50" in page


def test_a_set_of_which_a_part_is_not_here_is_said(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    keep_all_but(app, "cambridge", 0, ROLLER)

    post(desk, "/staff/till", code="SET-START")

    page = desk.get("/staff/till").text
    assert "Added Starter set. Stock says too few left here: Soft foam roller 45 cm." in page


def test_a_sale_with_a_set_has_it_on_the_receipt_and_gives_back_what_was_paid(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post, "SET-START")
    page = f"/staff/sales/{number}"

    shown = desk.get(page).text
    assert "Starter set: off as a set" in shown
    assert "−£3.00" in shown
    assert "£17.50" in shown
    post(desk, f"{page}/mail", page=page, address="pat@customer.example")
    ((body,),) = rows(app, "SELECT body FROM shop_outbox WHERE subject LIKE '%receipt%'")
    assert f"{SAVED}, which is in these prices already" in str(body)
    assert "Soft ball 6.5 cm: £4.70" in str(body)

    back = {"lines-0-units": "1", "lines-0-place": "shelf", "way": "as-paid", "why": "Faulty"}
    back |= {"lines-1-units": "0", "lines-1-place": "shelf"}
    assert post(desk, f"{page}/refund", page=page, note="", **back).status_code == 303
    assert rows(app, "SELECT amount_pence FROM shop_refund") == [
        (470,)
    ]  # 550 less its share of 300
    assert wrong(app) == []


def test_a_discount_at_the_desk_goes_by_the_price_with_sets(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, "/staff/till", code="SET-START")

    refused = post(desk, "/staff/till/pay/discount", percent="11", reason="Box is dented")
    assert refused.status_code == 403
    post(desk, "/staff/till/pay/discount", percent="10", reason="Box is dented")
    assert "Take £15.75" in desk.get("/staff/till/pay").text
    before = sales(app)
    assert post(desk, "/staff/till/pay", code="", method="card").status_code == 303

    assert sales(app) == before + 1
    kept = "SELECT total_pence, discount_pence, sets_pence FROM shop_order ORDER BY id DESC LIMIT 1"
    assert rows(app, kept) == [(1575, 475, 300)]
    assert wrong(app) == []


# The office


def test_a_manager_makes_a_set_that_can_be_bought_at_once_and_stops_it(
    app: Flask, post: Post, client: FlaskClient
) -> None:
    manager = sign_in(app, post, {"cambridge": Role.MANAGER})
    assert post(manager, PAGE, **NEW).location == PAGE
    assert "New set can be bought now" in manager.get(PAGE).text
    assert client.get("/shop/sets/set-new").status_code == 200

    post(manager, f"{PAGE}/set-new/stop", page=PAGE)

    assert "SET-NEW is stopped" in manager.get(PAGE).text
    assert client.get("/shop/sets/set-new").status_code == 404
    acts = "SELECT act, \"by\" FROM shop_audit WHERE subject = 'SET-NEW' ORDER BY id"
    assert rows(app, acts) == [("set made", "Sam Reed"), ("set stopped", "Sam Reed")]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"code": ""}, "A code has 3 to 20"),
        ({"code": BALL}, "A product has that code"),
        ({"code": "SET-START"}, "There is, or was, a set with that code"),
        ({"title": "Starter set"}, "There is a set with that name"),
        ({"title": ""}, "Give it a name"),
        ({"price": "14.01"}, "Its parts cost £14.00"),
        ({"price": ""}, "Its parts cost £14.00"),
        ({"price": "-1"}, "Enter an amount in pounds"),
        ({"part_2-sku": ""}, "2 to 6 different products"),
        ({"part_2-sku": BALL}, "Choose each product once"),
        ({"part_2-sku": "NOSUCH"}, "NOSUCH is not on sale"),
        ({"part_2-units": "0"}, "Enter a whole number from 1 to 10"),
        ({"part_2-units": "11"}, "Enter a whole number from 1 to 10"),
    ],
)
def test_what_can_be_no_set_is_said_and_what_was_typed_stays(
    app: Flask, post: Post, typed: dict[str, str], says: str
) -> None:
    manager = sign_in(app, post, {"cambridge": Role.MANAGER})

    refused = post(manager, PAGE, **{**NEW, **typed})

    assert refused.status_code in (400, 409)
    assert says in refused.text
    assert 'value="BALL-65-S" selected' in refused.text
    assert rows(app, "SELECT COUNT(*) FROM shop_set") == [(2,)]


def test_a_second_press_makes_no_second_set(app: Flask, post: Post) -> None:
    manager = sign_in(app, post, {"cambridge": Role.MANAGER})
    form = {**hidden_fields(manager.get(PAGE).text), **NEW}

    assert [manager.post(PAGE, data=form).status_code for _ in range(2)] == [303, 303]

    assert rows(app, "SELECT COUNT(*) FROM shop_set") == [(3,)]


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.PRACTITIONER])
def test_sets_are_for_a_manager(app: Flask, post: Post, role: Role) -> None:
    manager = sign_in(app, post, {"cambridge": Role.MANAGER}, "Morgan Two")
    form = {**hidden_fields(manager.get(PAGE).text), **NEW}
    person = sign_in(app, post, {"cambridge": role})
    token = hidden_fields(person.get("/staff/site").text)["csrf_token"]

    assert person.get(PAGE).status_code == 403
    assert person.post(PAGE, data={**form, "csrf_token": token}).status_code == 403
    stopping = {**form, "csrf_token": token}
    assert person.post(f"{PAGE}/SET-START/stop", data=stopping).status_code == 403
    assert rows(app, "SELECT COUNT(*) FROM shop_set WHERE stopped_at IS NULL") == [(2,)]


def test_the_office_is_told_why_a_set_can_not_be_bought(app: Flask, post: Post) -> None:
    manager = sign_in(app, post, {"cambridge": Role.MANAGER})
    change_product(app, ROLLER, on_sale=False)
    change_product(app, "SPIKY-70-S", price_pence=100)

    page = manager.get(PAGE).text

    assert "Not on sale: Soft foam roller 45 cm is withdrawn" in page
    assert "Saves nothing: its parts got cheaper" in page
