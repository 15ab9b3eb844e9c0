"""A product's stock page: why a number is what it is, and putting it right, once."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop import clock, orders, plans, stock
from shop.drafts import Channel, Fulfilment
from shop.ledger import MoveReason
from shop.pages.staff import move_words
from shop.plan_items import Items
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import (
    BALL,
    BALL_NAME,
    Post,
    Statements,
    deliver,
    sell,
    sign_in,
)
from tests.pages.conftest import hidden_fields
from tests.pages.forms_on import forms_on
from tests.pages.ordering import Customer, rows
from tests.pages.stock_desk import put
from tests.pages.tables import heads, row, seen
from tests.shop.test_plans import DOSE

URL = f"/staff/stock/{BALL}"


def level(app: Flask, place: str, sku: str = BALL) -> int:
    with database_of(app).reading() as work:
        return next((each.on_hand for each in stock.levels_of(work, sku) if each.place == place), 0)


def send(client: FlaskClient, act: str, *, page: str = URL, **fields: object) -> TestResponse:
    """Fill in one of the page's forms and press its button."""
    action = f"{URL}/{act}"
    form = next(each for each in forms_on(client.get(page).text, page) if each.action == action)
    values = {name: given[0] for name, given in form.values.items()}
    return client.post(action, data={**values, **fields})


def history(client: FlaskClient, url: str = URL) -> str:
    page = client.get(url).text
    return page[page.index('id="history"') :]


@pytest.fixture(autouse=True)
def ten(app: Flask) -> None:
    """Ten soft balls are on Cambridge's shelf."""
    put(app, "cambridge", 20)
    put(app, "cambridge", 10)


def test_a_history_says_when_who_why_and_from_how_many_to_how_many(
    desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post)

    cells = row(history(desk), f"Sale {number}")

    assert cells[1:] == ["Rae Ellis", f"Sale {number}", "Customer", "−1", "10 → 9"]
    assert f'href="/staff/sales/{number}"' in history(desk)


def test_a_sale_elsewhere_is_named_but_not_linked_for_who_may_not_open_it(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post)
    at_ely = sign_in(app, post, {"ely": Role.RECEPTION})

    page = history(at_ely, f"{URL}?place=shelf:cambridge")

    assert f"Sale {number}" in page
    assert f'href="/staff/sales/{number}"' not in page


@pytest.mark.parametrize("why", MoveReason)
def test_every_reason_of_a_move_has_words(why: MoveReason) -> None:
    assert re.fullmatch(r"[A-Z][a-z’ -]+", move_words.reason(why))


def test_an_online_order_is_followed_from_the_shelf_to_its_buyer_or_back(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = ordered(app)
    receipt = rows(app, "SELECT number FROM shop_receipt ORDER BY id DESC LIMIT 1")[0][0]
    assert row(history(desk), f"Put aside {receipt}")[3:] == ["Cambridge kept for orders", "−1",
                                                              "10 → 9"]  # fmt: skip
    page = f"/staff/online/{number}"
    Customer(desk).send(page, f"{page}/ready")
    Customer(desk).send(page, f"{page}/hand-over")
    number = ordered(app)
    page = f"/staff/online/{number}"
    Customer(desk).send(page, f"{page}/ready")
    Customer(desk).send(page, f"{page}/back")

    kept = history(desk, f"{URL}?place=kept:cambridge")

    assert row(kept, f"Handed over {receipt}")[3:] == ["Customer", "−1", "1 → 0"]
    assert "Not collected" in kept
    assert "Not collected" in history(desk)


def test_a_sale_that_is_undone_is_in_the_history_as_brought_back(
    desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post)
    page = f"/staff/till?sold={number}"
    assert post(desk, f"/staff/sales/{number}/undo", page=page).status_code == 303

    assert row(history(desk), "Brought back")[3:] == ["Customer", "+1", "9 → 10"]


def test_an_online_order_since_is_named_as_one(app: Flask, desk: FlaskClient) -> None:
    opened = hidden_fields(desk.get(URL).text)
    ordered(app)

    answer = desk.post(f"{URL}/adjust", data={**opened, "number": "12", "reason": "found"})

    assert "An online order took 1 since you opened this. Now 9." in answer.text


def ordered(app: Flask) -> int:
    """One is bought and paid for online, to be collected at Cambridge: the order's number."""
    Customer(app.test_client()).order()
    ((number,),) = rows(app, "SELECT MAX(number) FROM shop_order WHERE channel = 'web'")
    assert isinstance(number, int)
    return number


def test_every_place_has_a_history_of_its_own(app: Flask, desk: FlaskClient) -> None:
    send(desk, "move", units="2", way="shelf-demo", move_note="For the window")

    demo = history(desk, f"{URL}?place=demo:cambridge")

    assert row(demo, "For the demo<br><small>For the window</small>")[2:] == [
        "For the demo For the window", "Cambridge shelf", "+2", "0 → 2"
    ]  # fmt: skip
    assert "History of Cambridge demo" in demo
    assert desk.get(f"{URL}?place=demo:nowhere").status_code == 404


def test_older_moves_are_reached_page_by_page_and_none_twice(desk: FlaskClient) -> None:
    url, found = URL, []
    while url:
        page = history(desk, url)
        assert len(re.findall("<tr>", page)) <= 51
        found += re.findall(r">(Sale \w+-\d+)<", page)
        older = re.search(r'href="([^"#]+)#history">Older moves', page)
        url = older[1].replace("&amp;", "&") if older else ""

    assert len(found) == len(set(found)) > 50


@pytest.mark.parametrize("before", ["x", "-1", "0", "1.5", "", "99999999999999999999"])
def test_a_page_that_no_number_names_is_refused(desk: FlaskClient, before: str) -> None:
    assert desk.get(URL, query_string={"before": before}).status_code == 400


@pytest.mark.parametrize("sku", ["no-such", BALL.lower(), "%25"])
def test_an_unknown_product_is_not_found(desk: FlaskClient, sku: str) -> None:
    assert desk.get(f"/staff/stock/{sku}").status_code == 404


def test_the_page_takes_as_many_statements_for_much_as_for_little(
    desk: FlaskClient, statements: Statements
) -> None:
    with statements() as taken:
        desk.get(URL)

    assert len(taken) <= 10  # one of them for whom units are kept, where some are


# Putting a number right


def test_a_number_is_put_right_with_a_reason(app: Flask, desk: FlaskClient) -> None:
    answer = send(desk, "adjust", number="8", reason="used", note="Two for the gym")

    assert answer.status_code == 303
    assert level(app, "shelf:cambridge") == 8
    page = desk.get(answer.location).text
    assert f"Saved. {BALL_NAME}: 10 before, 8 on the shelf at Cambridge now." in page
    cells = [seen(each) for each in re.findall(r"<td.*?</td>", history(desk), re.S)]
    assert cells[1:6] == ["Rae Ellis", "Used in the clinic Two for the gym", "Adjustment", "−2",
                          "10 → 8"]  # fmt: skip


def test_a_number_that_changed_meanwhile_is_asked_about_by_name(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    opened = hidden_fields(desk.get(URL).text)
    sell(desk, post)

    answer = desk.post(f"{URL}/adjust", data={**opened, "number": "12", "reason": "found"})

    assert answer.status_code == 409
    assert "Rae Ellis sold 1 since you opened this. Now 9. Save 12 anyway?" in answer.text
    assert level(app, "shelf:cambridge") == 9
    again = next(f for f in forms_on(answer.text, URL) if f.action == f"{URL}/adjust")
    values = {name: given[0] for name, given in again.values.items()}
    assert desk.post(f"{URL}/adjust", data=values).status_code == 303
    assert level(app, "shelf:cambridge") == 12


def test_several_acts_since_are_all_named(app: Flask, desk: FlaskClient, post: Post) -> None:
    opened = hidden_fields(desk.get(URL).text)
    sell(desk, post)
    deliver(app, "cambridge", 5)

    answer = desk.post(f"{URL}/adjust", data={**opened, "number": "2", "reason": "lost"})

    assert "Rae Ellis sold 1 and Morgan Lee received 5 since you opened this." in answer.text


def test_a_second_press_changes_nothing(app: Flask, desk: FlaskClient) -> None:
    opened = hidden_fields(desk.get(URL).text)
    data = {**opened, "number": "8", "reason": "lost"}

    answers = [desk.post(f"{URL}/adjust", data=data) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert level(app, "shelf:cambridge") == 8


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"number": "", "reason": "lost"}, "Enter a whole number from 0 to"),
        ({"number": "-1", "reason": "lost"}, "Enter a whole number from 0 to"),
        ({"number": "8", "reason": ""}, "Choose a reason"),
        ({"number": "8", "reason": "sale"}, "Not a valid choice"),
        ({"number": "8", "reason": "found"}, "That reason is for"),
        ({"number": "10", "reason": "found"}, "The books say 10 already."),
        ({"number": "8", "reason": "lost", "note": "x" * 201}, "Use 200 characters or fewer."),
        ({"number": "8", "reason": "lost", "press": ""}, "This page is out of date."),
        ({"number": "8", "reason": "lost", "seen": "x"}, "Enter a whole number"),
    ],
)
def test_what_can_not_be_saved_is_said_and_what_was_typed_is_kept(
    app: Flask, desk: FlaskClient, fields: dict[str, str], sentence: str
) -> None:
    answer = send(desk, "adjust", **fields)

    assert answer.status_code in (400, 409)
    assert sentence in answer.text
    assert "<title>Error: " in answer.text
    assert f'value="{fields["number"]}"' in answer.text
    assert level(app, "shelf:cambridge") == 10


# Between shelf, demo and damaged


def test_units_move_between_a_clinics_own_places_and_off_the_books(
    app: Flask, desk: FlaskClient
) -> None:
    for way, units in (("shelf-demo", "3"), ("demo-damaged", "2"), ("damaged-gone", "1"),
                       ("demo-shelf", "1"), ("damaged-shelf", "1")):  # fmt: skip
        assert send(desk, "move", units=units, way=way).status_code == 303, way

    kinds = [level(app, f"{kind}:cambridge") for kind in ("shelf", "demo", "damaged")]
    assert kinds == [9, 0, 0]


def test_more_than_are_there_can_not_be_moved(app: Flask, desk: FlaskClient) -> None:
    answer = send(desk, "move", units="11", way="shelf-damaged")

    assert answer.status_code == 409
    assert "Only 10 Soft ball 6.5 cm left at Cambridge" in answer.text
    assert level(app, "damaged:cambridge") == 0


# Found in the hand


def test_one_press_adds_what_is_in_the_hand_and_asks_for_a_count(
    app: Flask, desk: FlaskClient
) -> None:
    send(desk, "adjust", number="0", reason="lost")

    answer = send(desk, "found")

    assert answer.status_code == 303
    assert level(app, "shelf:cambridge") == 1
    assert "on the list to be counted" in desk.get(URL).text


def test_the_button_is_only_there_when_nothing_is_free(desk: FlaskClient) -> None:
    assert "in my hand" not in desk.get(URL).text


def test_a_unit_that_is_kept_for_an_order_is_not_found_and_the_order_is_named(
    app: Flask, desk: FlaskClient
) -> None:
    send(desk, "adjust", number="1", reason="lost")
    deliver(app, "newmarket", 2)
    with database_of(app).transaction() as work:
        now = clock.now()
        draft = orders.new(work, "cambridge", {BALL: 1}, channel=Channel.DESK, currency="GBP",
                           vat_registered=True)  # fmt: skip
        order = orders.place(work, draft, press=orders.new_press(), at=now,
                             hold_until=now + timedelta(hours=1))  # fmt: skip

    answer = send(desk, "found")

    assert answer.status_code == 409
    assert f"is kept for order {order.number}" in answer.text
    assert (
        'href="/staff/stock/transfers?way=newmarket%3Ecambridge&amp;code=BALL-65-S"' in answer.text
    )
    assert level(app, "shelf:cambridge") == 1


def test_what_is_kept_says_for_which_order_and_for_how_many_plans(
    app: Flask, desk: FlaskClient
) -> None:
    with database_of(app).transaction() as work:
        now, zone = clock.now(), ZoneInfo("Europe/London")
        draft = orders.new(work, "cambridge", {BALL: 1}, channel=Channel.WEB, currency="GBP",
                           vat_registered=True, fulfilment=Fulfilment.COLLECT)  # fmt: skip
        order = orders.place(work, draft, press=orders.new_press(), at=now,
                             hold_until=now + timedelta(hours=1))  # fmt: skip
        for _ in range(2):
            tools = Items("blade_spine", (BALL,), (DOSE,))
            plans.issue(work, "cambridge", tools, by="Priya Shah", zone=zone, at=now)

    page = desk.get(URL).text

    assert heads(page)[:4] == ["Place and its history", "There", "Kept", "Free to sell"]
    assert row(page, "Cambridge shelf")[2] == f"3 for order {order.number}, 2 plans"


# Who may


def test_a_practitioner_reads_and_changes_nothing(app: Flask, post: Post) -> None:
    practitioner = sign_in(app, post, {"cambridge": Role.PRACTITIONER})

    page = practitioner.get(URL)

    assert page.status_code == 200
    assert [form for form in forms_on(page.text, URL) if "sign-out" not in form.action] == []
    token = hidden_fields(practitioner.get(URL).text)
    data = {**token, "press": "x" * 20, "seen": "10", "number": "1", "reason": "lost",
            "units": "1", "way": "shelf-demo"}  # fmt: skip
    for act in ("adjust", "move", "found"):
        assert practitioner.post(f"{URL}/{act}", data=data).status_code == 403, act
    assert level(app, "shelf:cambridge") == 10
