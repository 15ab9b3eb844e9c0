"""Another product for what is owed, as the desk sends it and its buyer sees it."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from shop import clock, holds, stock
from shop.checks import verify
from shop.ledger import MoveReason
from shop.orders import Order
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL, BALL_NAME, Post, change_product, deliver, shelf, sign_in
from tests.pages.conftest import hidden_fields
from tests.pages.ordering import Customer, rows
from tests.pages.payloads import PAYLOADS

OTHER, OTHER_NAME = "BALL-65-M", "Medium ball 6.5 cm"


@dataclass
class Owing:
    """An order that is owed: its page at the desk, and its buyer's."""

    number: int
    link: str

    @property
    def page(self) -> str:
        return f"/staff/online/{self.number}"


@pytest.fixture
def owing(app: Flask, client: FlaskClient) -> Owing:
    """It was paid too late: its units were let go, and are lost since."""
    deliver(app, "cambridge", 2)
    deliver(app, "cambridge", 3, OTHER)
    customer = Customer(client)
    customer.add("soft-ball-65")
    page = customer.press_pay("collect:cambridge").location
    ((number,),) = rows(app, "SELECT MAX(number) FROM shop_order WHERE channel = 'web'")
    assert isinstance(number, int)
    with database_of(app).transaction() as work:
        holds.release(work, number, by="tick", at=clock.now())
    with database_of(app).transaction() as work:
        stock.adjust(work, "cambridge", BALL, -shelf(app, "cambridge"), MoveReason.LOST,
                     by="Rae Ellis", at=clock.now())  # fmt: skip
    return Owing(number, customer.pay(page))


def send(desk: FlaskClient, owing: Owing) -> TestResponse:
    typed = {"lines-0-sku": OTHER, "agreed": "y"}
    return Customer(desk).send(owing.page, f"{owing.page}/substitute", **typed)


def state(app: Flask) -> object:
    return rows(app, "SELECT state FROM shop_order WHERE channel = 'web' ORDER BY id")[-1][0]


def wrong(app: Flask) -> list[str]:
    return [check.name for check in verify(database_of(app)) if not check.ok]


def test_the_owed_order_offers_what_the_shelf_has_the_most_alike_first(
    desk: FlaskClient, owing: Owing
) -> None:
    page = desk.get(owing.page).text

    assert "of which none is here" in page
    offered = page.partition('id="lines-0-sku"')[2].partition("</select>")[0]
    assert f"{OTHER_NAME}, firmer, £" in offered
    assert BALL_NAME not in offered
    first = offered.split("<option")[2]  # after "Choose"
    assert "ball" in first.lower()


def test_what_no_parcel_takes_is_not_offered_for_what_is_posted(
    app: Flask, desk: FlaskClient, owing: Owing
) -> None:
    deliver(app, "cambridge", 3, "ROLL-45-M")
    change_product(app, "ROLL-45-M", packed_length_mm=1200)
    collected = desk.get(owing.page).text
    with database_of(app).transaction() as work:
        work.execute(update(Order).where(Order.number == owing.number).values(fulfilment="post"))

    posted = desk.get(owing.page).text

    assert 'value="ROLL-45-M"' in collected
    assert 'value="ROLL-45-M"' not in posted
    assert f'value="{OTHER}"' in posted


def test_one_press_puts_it_aside_and_every_page_and_paper_names_what_goes_out(
    app: Flask, desk: FlaskClient, owing: Owing, client: FlaskClient
) -> None:
    sent = send(desk, owing)

    assert sent.status_code == 303, sent.text
    assert state(app) == "paid"
    assert "Nothing needs anybody" in desk.get("/staff/attention").text
    mine = client.get(owing.link).text
    assert f"Instead: 1 × {OTHER_NAME}, at no extra cost" in mine
    assert "Cancel this order" in mine
    at_desk = desk.get(owing.page).text
    assert f"1 × {OTHER_NAME} goes out instead, agreed by Rae Ellis" in at_desk
    slip = desk.get(f"{owing.page}/packing").text
    assert f"1 × {OTHER_NAME}, {OTHER} (instead of {BALL_NAME})" in slip
    till = desk.get(f"/staff/till?order={owing.number}").text
    assert f"1 × {OTHER_NAME}" in till
    ((receipt,),) = rows(app, "SELECT number FROM shop_receipt ORDER BY id DESC LIMIT 1")
    sale = desk.get(f"/staff/sales/{receipt}").text
    assert f"Instead: {OTHER_NAME}" in sale
    assert f"Guides for {OTHER_NAME}" in sale
    assert wrong(app) == []


def test_a_scan_of_its_code_hands_over_what_was_put_aside(
    app: Flask, desk: FlaskClient, owing: Owing, post: Post
) -> None:
    send(desk, owing)
    ((code,),) = rows(app, "SELECT code FROM shop_buyer")

    found = post(desk, "/staff/till", code=str(code))
    collect = f"/staff/till/collect/{owing.number}"
    handed = post(desk, collect, page=found.location)

    assert handed.status_code == 303, handed.text
    assert state(app) == "collected"
    assert rows(app, "SELECT sku FROM shop_stock_move WHERE reason = 'handed-over'") == [(OTHER,)]
    assert wrong(app) == []


def test_the_refund_form_asks_about_what_went_out(desk: FlaskClient, owing: Owing) -> None:
    send(desk, owing)

    asked = desk.get(owing.page).text.partition("Give money back")[2]

    assert f"<h2>{OTHER_NAME}</h2>" in asked


def test_pressing_twice_sends_it_once(app: Flask, desk: FlaskClient, owing: Owing) -> None:
    form = hidden_fields(desk.get(owing.page).text)
    ((line,),) = rows(app, "SELECT id FROM shop_order_line ORDER BY id DESC LIMIT 1")
    typed = {**form, "lines-0-line": str(line), "lines-0-sku": OTHER, "agreed": "y"}

    for _ in range(2):
        assert desk.post(f"{owing.page}/substitute", data=typed).status_code == 303

    assert rows(app, "SELECT COUNT(*) FROM shop_substitute") == [(1,)]
    assert rows(app, "SELECT COUNT(*) FROM shop_outbox WHERE subject LIKE '%instead'") == [(1,)]


def test_without_the_customers_word_nothing_goes_out_and_the_choice_is_kept(
    app: Flask, desk: FlaskClient, owing: Owing
) -> None:
    fields = hidden_fields(desk.get(owing.page).text)
    ((line,),) = rows(app, "SELECT id FROM shop_order_line ORDER BY id DESC LIMIT 1")
    typed = {**fields, "lines-0-line": str(line), "lines-0-sku": OTHER}

    refused = desk.post(f"{owing.page}/substitute", data=typed)

    assert refused.status_code == 400
    assert "Ask the customer first" in refused.text
    assert f'<option selected value="{OTHER}">' in refused.text
    assert state(app) == "owed"


def test_what_was_sold_while_somebody_asked_is_refused_in_words(
    app: Flask, desk: FlaskClient, owing: Owing
) -> None:
    fields = hidden_fields(desk.get(owing.page).text)
    ((line,),) = rows(app, "SELECT id FROM shop_order_line ORDER BY id DESC LIMIT 1")
    with database_of(app).transaction() as work:
        stock.adjust(work, "cambridge", OTHER, -shelf(app, "cambridge", OTHER), MoveReason.LOST,
                     by="Rae Ellis", at=clock.now())  # fmt: skip

    typed = {**fields, "lines-0-line": str(line), "lines-0-sku": OTHER, "agreed": "y"}
    refused = desk.post(f"{owing.page}/substitute", data=typed)

    assert refused.status_code == 409
    assert OTHER_NAME in refused.text
    assert state(app) == "owed"


def test_where_the_shelf_has_nothing_it_says_so(
    app: Flask, desk: FlaskClient, owing: Owing
) -> None:
    with database_of(app).transaction() as work:
        for sku, here in stock.free(work, at=clock.now()).items():
            if units := here.get("cambridge", 0):
                stock.adjust(work, "cambridge", sku, -units, MoveReason.LOST,
                             by="Rae Ellis", at=clock.now())  # fmt: skip

    assert "Nothing on this shelf could go out" in desk.get(owing.page).text


def test_who_may_not_handle_stock_here_can_not_send_it(
    app: Flask, desk: FlaskClient, owing: Owing, post: Post
) -> None:
    form = {**hidden_fields(desk.get(owing.page).text), "agreed": "y"}
    for roles, status in (({"ely": Role.RECEPTION}, 404), ({"cambridge": Role.PRACTITIONER}, 403)):
        name = f"P{status} Shaw"
        who = sign_in(app, post, roles, name)
        mine = hidden_fields(who.get("/staff/online").text)
        typed = {**form, **mine, "lines-0-sku": OTHER}
        answer = who.post(f"{owing.page}/substitute", data=typed)
        assert answer.status_code in (status, 400), answer.text
    elsewhere = sign_in(app, post, {"cambridge": Role.MANAGER, "ely": Role.MANAGER}, "Max Lane")
    post(elsewhere, "/staff/site", site="ely")
    page = elsewhere.get(owing.page).text
    assert "Send something else" not in page
    assert state(app) == "owed"


def test_rubbish_in_its_fields_is_refused_and_does_nothing(
    app: Flask, desk: FlaskClient, owing: Owing
) -> None:
    for field in ("lines-0-line", "lines-0-sku", "agreed", "lines-7-sku"):
        for payload in PAYLOADS:
            typed = {"lines-0-sku": "NO-SUCH", "agreed": "y", field: payload}
            answer = Customer(desk).send(owing.page, f"{owing.page}/substitute", **typed)
            assert 400 <= answer.status_code < 500, (field, payload)
            assert "<script>alert" not in answer.text
    assert state(app) == "owed"


def test_a_sealed_one_is_named_where_it_can_not_come_back(
    app: Flask, desk: FlaskClient, owing: Owing, client: FlaskClient
) -> None:
    change_product(app, OTHER, sealed=True)
    send(desk, owing)
    for act in ("ready", "hand-over"):
        assert Customer(desk).send(owing.page, f"{owing.page}/{act}").status_code == 303

    assert f"{OTHER_NAME} is sealed for hygiene" in client.get(owing.link).text
