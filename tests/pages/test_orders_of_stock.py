"""Buying at the desk: rules, alerts, suggestions with their sums, and purchase orders."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import TestResponse

from shop import alerts, clock, demand, outbox, purchases, stock_rules, suppliers
from shop.demand import Source
from shop.pages.sheets import safe
from shop.products import Product
from shop.purchases import PurchaseState
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL, BALL_NAME, BARCODE, Post, Statements, shelves, sign_in
from tests.pages.stock_desk import count, fill, form_on, press, put
from tests.pages.tables import row

LIST = "/staff/stock/orders"
ONE = f"{LIST}/1"
RECEIVE = "/staff/stock/receive"
VALUE = "/staff/stock/value"
RULE = f"/staff/stock/{BALL}/rule"
SUPPLIERS = "/staff/stock/suppliers"
OTHER = "BALL-70-S"


@pytest.fixture
def manager(app: Flask, post: Post) -> FlaskClient:
    return sign_in(app, post, {"cambridge": Role.MANAGER}, name="Mo Lane")


@pytest.fixture
def acme(app: Flask) -> int:
    """Acme supplies the soft ball at £2.10."""
    with database_of(app).transaction() as work:
        supplier = suppliers.add(work, "Acme Balls", email="orders@acme.example")
        suppliers.supplies(work, supplier.id, BALL, unit_cost_pence=210, code="AB-65")
    return supplier.id


@pytest.fixture
def full(app: Flask) -> None:
    """Cambridge has plenty of all that the demo sells, so that no badge counts any of it."""
    for sku in shelves(app):
        put(app, "cambridge", 20, sku)


@pytest.fixture
def low(app: Flask, acme: int) -> None:
    """Cambridge has 2 soft balls where it should have 10, in packs of 6."""
    put(app, "cambridge", 2)
    with database_of(app).transaction() as work:
        alerts.set_rule(
            work, "cambridge", BALL, minimum=3, target=10, pack=6, lead_days=5, by="t",
            at=clock.now(),
        )  # fmt: skip


def suggested(client: FlaskClient, *picks: str) -> TestResponse:
    form = fill(form_on(client, LIST, f"{LIST}/suggested"))
    return client.post(f"{LIST}/suggested", data={**form, "pick": list(picks)})


def state(app: Flask, number: int = 1) -> str:
    with database_of(app).reading() as work:
        return purchases.get(work, number).state


# Rules and alerts


def test_a_manager_says_what_a_shelf_should_hold_and_is_told_at_once(
    app: Flask, manager: FlaskClient, full: None
) -> None:
    put(app, "cambridge", 2)

    answer = press(manager, RULE, RULE, minimum="3", target="10", pack="6", lead_days="5")

    assert answer.status_code == 303
    page = manager.get(RULE).text
    assert 'value="10"' in page
    assert ">1 low</span>" in page
    assert row(manager.get("/staff/stock/alerts").text, BALL_NAME)[1:3] == ["2", "3"]


def test_a_refill_takes_the_badge_away_and_a_dropped_rule_does_too(
    app: Flask, manager: FlaskClient, full: None, low: None
) -> None:
    assert ">1 low</span>" in manager.get("/staff").text
    put(app, "cambridge", 20)
    assert " low</span>" not in manager.get("/staff").text
    put(app, "cambridge", 1)

    press(manager, RULE, f"{RULE}/drop")

    assert " low</span>" not in manager.get("/staff").text
    assert "has no rule for it yet" in manager.get(RULE).text


@pytest.mark.parametrize(
    "fields",
    [
        {"minimum": "10", "target": "10"},
        {"minimum": "x", "target": "10"},
        {"minimum": "-1", "target": "10"},
        {"minimum": "1", "target": "10000"},
        {"minimum": "1", "target": "2", "pack": "0"},
        {"minimum": "1", "target": "2", "lead_days": "366"},
    ],
)
def test_a_rule_that_can_not_be_is_refused(
    app: Flask, manager: FlaskClient, fields: dict[str, str]
) -> None:
    before = row_of_rule(app)

    answer = press(manager, RULE, RULE, **fields)

    assert answer.status_code in (400, 409)
    assert "There is a problem" in answer.text
    assert row_of_rule(app) == before


def row_of_rule(app: Flask) -> tuple[int, int]:
    with database_of(app).reading() as work:
        rule = stock_rules.of(work, "cambridge", BALL)
        assert rule
        return rule.minimum, rule.target


# Suggestions and orders


def test_a_suggestion_shows_its_sum_its_days_left_and_what_was_missed(
    app: Flask, manager: FlaskClient, low: None
) -> None:
    with database_of(app).transaction() as work:
        yesterday = clock.day_of(clock.now(), clock_zone(app))
        for _ in range(9):
            demand.missed(work, "cambridge", BALL, Source.FINDER, day=day_before(yesterday))

    cells = row(manager.get(LIST).text, BALL_NAME)

    assert cells[2:4] == ["12", "10 target − 2 free − 0 coming = 8, in packs of 6: 12"]
    assert cells[5:] == ["9", "Acme Balls"]
    assert cells[4].isdigit()


def clock_zone(app: Flask):
    return next(iter(app.extensions["shop"].values())).settings.zone


def day_before(day):
    from datetime import timedelta

    return day - timedelta(days=1)


def test_what_is_ticked_becomes_an_order_and_is_on_the_way_once_it_is_ordered(
    app: Flask, manager: FlaskClient, low: None
) -> None:
    assert suggested(manager, BALL).location == ONE
    assert "Order 1 is made as a draft" in manager.get(ONE).text
    assert state(app) == PurchaseState.DRAFT

    press(manager, ONE, f"{ONE}/ordered")

    assert state(app) == PurchaseState.ORDERED
    assert row(manager.get("/staff/stock").text, BALL_NAME)[4] == "12"
    assert BALL_NAME not in manager.get(LIST).text


def test_what_is_due_is_ticked_beforehand(manager: FlaskClient, low: None) -> None:
    page = manager.get(LIST).text

    assert f'checked id="pick-0" name="pick" type="checkbox" value="{BALL}"' in page


def test_nothing_ticked_and_nobody_who_supplies_it_are_said(
    app: Flask, manager: FlaskClient, low: None
) -> None:
    assert "Tick what to order" in suggested(manager).text
    with database_of(app).transaction() as work:
        new = {"sku": "NEW-1", "slug": "new", "name": "New ball", "price_pence": 500}
        work.execute(insert(Product).values(**new, kind="ball"))
        alerts.set_rule(work, "cambridge", "NEW-1", minimum=1, target=4, by="t", at=clock.now())

    suggested(manager, "NEW-1")

    assert "Nobody supplies New ball yet." in manager.get(LIST).text
    assert count(app, "shop_purchase") == 0


def test_a_draft_is_changed_line_by_line_until_it_is_ordered(
    app: Flask, manager: FlaskClient, low: None
) -> None:
    suggested(manager, BALL)

    saved = press(manager, ONE, f"{ONE}/lines", **{"lines-0-units": "18", "lines-0-cost": "2.05"})

    assert saved.status_code == 303
    assert row(manager.get(ONE).text, f"{BALL_NAME} ({BALL})")[1:4] == ["AB-65", "18", "£2.05"]
    assert "£36.90" in manager.get(ONE).text
    for wrong in ({"lines-0-units": "x"}, {"lines-0-cost": "x"}, {"lines-0-units": "0"}):
        assert press(manager, ONE, f"{ONE}/lines", **wrong).status_code == 400, wrong


def test_an_order_can_begin_with_a_scan(app: Flask, manager: FlaskClient, acme: int) -> None:
    answer = press(manager, LIST, LIST, supplier=str(acme), code=f"24*{BARCODE}")

    assert answer.location == ONE
    assert row(manager.get(ONE).text, f"{BALL_NAME} ({BALL})")[2:4] == ["24", "£2.10"]


def test_more_is_scanned_into_a_draft_and_a_cost_that_was_typed_stays(
    app: Flask, manager: FlaskClient, low: None
) -> None:
    suggested(manager, BALL)
    press(manager, ONE, f"{ONE}/lines", **{"lines-0-units": "12", "lines-0-cost": "1.95"})

    press(manager, ONE, f"{ONE}/scan", code=f"6*{BARCODE}")
    press(manager, ONE, f"{ONE}/scan", code=OTHER)

    page = manager.get(ONE).text
    assert row(page, f"{BALL_NAME} ({BALL})")[2:4] == ["18", "£1.95"]
    assert row(page, f"Soft air ball 7 cm ({OTHER})")[2:4] == ["1", "–"]
    several = press(manager, ONE, f"{ONE}/scan", code="ball")
    assert several.location == f"{ONE}?q=ball"
    assert "Enter takes the first" in manager.get(several.location).text


def test_nothing_is_scanned_into_an_order_that_was_ordered(
    app: Flask, manager: FlaskClient, low: None
) -> None:
    suggested(manager, BALL)
    late = fill(form_on(manager, ONE, f"{ONE}/scan"), code=OTHER)
    press(manager, ONE, f"{ONE}/ordered")

    answer = manager.post(f"{ONE}/scan", data=late)

    assert answer.status_code == 409
    assert "Purchase order 1 is ordered" in answer.text
    assert count(app, "shop_purchase_line") == 1


def test_an_order_leads_to_its_box(app: Flask, manager: FlaskClient, low: None) -> None:
    suggested(manager, BALL)
    press(manager, ONE, f"{ONE}/ordered")
    assert f'{RECEIVE}?purchase=1">Receive it' in manager.get(ONE).text

    assert '<option selected value="1">' in manager.get(f"{RECEIVE}?purchase=1").text

    box = press(manager, RECEIVE, RECEIVE, code=OTHER, purchase="1").location

    assert "Unpacking order 1" in manager.get(box).text


def test_an_order_is_a_file_and_no_cell_of_it_is_a_formula(
    app: Flask, manager: FlaskClient, low: None
) -> None:
    suggested(manager, BALL)

    answer = manager.get(f"{ONE}/csv")

    assert answer.mimetype == "text/csv"
    assert 'filename="order-1.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[1] == [BALL, "AB-65", BALL_NAME, "12", "2.10", "0"]
    assert [safe(cell) for cell in ("=1+1", "+1+1", "@SUM(A1)", "-A1", "-5", "+3.5", None)] == [
        "'=1+1", "'+1+1", "'@SUM(A1)", "'-A1", "-5", "+3.5", ""
    ]  # fmt: skip


def test_an_order_is_queued_for_its_supplier_once(
    app: Flask, manager: FlaskClient, low: None
) -> None:
    suggested(manager, BALL)
    press(manager, ONE, f"{ONE}/ordered")

    press(manager, ONE, f"{ONE}/mail")
    again = press(manager, ONE, f"{ONE}/mail")

    assert again.status_code == 409
    assert "was queued before" in again.text
    with database_of(app).reading() as work:
        (message,) = outbox.waiting(work)
    assert message.to == "orders@acme.example"
    assert "12 x Soft ball 6.5 cm (AB-65)" in message.body


def test_an_order_is_called_off_before_anything_came_and_closed_after(
    app: Flask, manager: FlaskClient, low: None
) -> None:
    suggested(manager, BALL)
    press(manager, ONE, f"{ONE}/ordered")
    assert "Wait for the rest no longer" not in manager.get(ONE).text
    press(manager, ONE, f"{ONE}/cancel")
    assert state(app) == PurchaseState.CANCELLED
    suggested(manager, BALL)
    press(manager, f"{LIST}/2", f"{LIST}/2/ordered")
    box = "/staff/stock/receive"
    press(manager, box, box, purchase="2", code=BARCODE)
    press(manager, f"{box}/1", f"{box}/1/finish", more="")

    press(manager, f"{LIST}/2", f"{LIST}/2/close")

    assert state(app, 2) == PurchaseState.CLOSED


@pytest.mark.parametrize(
    "name", ["suggested", "begin", "scan", "ordered", "lines", "mail", "cancel"]
)
def test_a_second_press_of_any_form_does_nothing_more(
    app: Flask, manager: FlaskClient, low: None, acme: int, name: str
) -> None:
    page, action, fields = {
        "suggested": (LIST, f"{LIST}/suggested", {"pick": BALL}),
        "begin": (LIST, LIST, {"supplier": str(acme), "code": BARCODE}),
        "scan": (ONE, f"{ONE}/scan", {"code": BARCODE}),
        "ordered": (ONE, f"{ONE}/ordered", {}),
        "lines": (ONE, f"{ONE}/lines", {"lines-0-units": "6"}),
        "mail": (ONE, f"{ONE}/mail", {}),
        "cancel": (ONE, f"{ONE}/cancel", {}),
    }[name]
    if name not in ("suggested", "begin"):
        suggested(manager, BALL)
    if name == "mail":
        press(manager, ONE, f"{ONE}/ordered")
    data = fill(form_on(manager, page, action), **fields)

    answers = [manager.post(action, data=data).status_code for _ in range(3)]

    assert answers == [303, 303, 303]
    assert count(app, "shop_purchase") == 1
    assert count(app, "shop_outbox") == (name == "mail")


# Suppliers and value


def test_a_supplier_is_added_once_and_supplies_a_product(app: Flask, manager: FlaskClient) -> None:
    assert press(manager, SUPPLIERS, SUPPLIERS, name="Acme", email="a@b.example").status_code == 303
    assert "Acme is a supplier already." in press(manager, SUPPLIERS, SUPPLIERS, name="Acme").text
    assert "That is no email address." in press(
        manager, SUPPLIERS, SUPPLIERS, name="Other", email="x"
    ).text  # fmt: skip

    press(manager, RULE, f"/staff/stock/{BALL}/supply", supplier="1", cost="2.10", code="X")

    with database_of(app).reading() as work:
        supply = suppliers.of(work)[BALL]
    assert (supply.supplier_id, supply.unit_cost_pence, supply.code) == (1, 210, "X")


def test_the_stock_is_worth_its_average_cost_and_unknown_costs_are_counted(
    app: Flask, manager: FlaskClient
) -> None:
    with database_of(app).transaction() as work:
        work.execute(insert(Product), [_unsold("NEW-1"), _unsold("NEW-2")])
    _, before, units, unknown = row(manager.get(VALUE).text, "Cambridge")
    put(app, "cambridge", 4, "NEW-1")
    put(app, "cambridge", 3, "NEW-2")
    press(manager, RECEIVE, RECEIVE, purchase="", code="6*NEW-1")
    press(manager, f"{RECEIVE}/1", f"{RECEIVE}/1/finish", more="", **{"costs-0-cost": "2.10"})

    _, after, *counted = row(manager.get(VALUE).text, "Cambridge")

    assert _pence(after) - _pence(before) == 10 * 210  # those without a cost took on the first one
    assert counted == [str(int(units) + 13), str(int(unknown) + 3)]


def _unsold(sku: str) -> dict[str, object]:
    return {"sku": sku, "slug": sku.lower(), "name": sku, "price_pence": 500, "kind": "ball"}


def _pence(pounds: str) -> int:
    return int(pounds.translate({ord(each): None for each in "£,."}))


# Who may


def test_reception_and_practitioners_read_and_order_nothing(
    app: Flask, manager: FlaskClient, desk: FlaskClient, low: None, post: Post
) -> None:
    suggested(manager, BALL)
    practitioner = sign_in(app, post, {"cambridge": Role.PRACTITIONER})
    for client in (desk, practitioner):
        for url in (LIST, ONE, f"{ONE}/csv", RULE, SUPPLIERS, "/staff/stock/value"):
            assert client.get(url).status_code == 200, url
        token = form_on(client, ONE, "/staff/sign-out").values["csrf_token"][0]
        data = {
            "csrf_token": token, "press": "x" * 20, "pick": BALL, "supplier": "1", "code": BARCODE,
            "minimum": "1", "target": "2", "cost": "1", "name": "New",
        }  # fmt: skip
        for url in (LIST, f"{LIST}/suggested", f"{ONE}/ordered", f"{ONE}/lines", f"{ONE}/mail",
                    f"{ONE}/close", f"{ONE}/cancel", RULE, f"{RULE}/drop",
                    f"/staff/stock/{BALL}/supply", SUPPLIERS):  # fmt: skip
            assert client.post(url, data=data).status_code == 403, url


@pytest.mark.parametrize("number", ["0", "9", "x", "-1", "99999999999999999999"])
def test_an_order_that_does_not_exist_is_said_to(manager: FlaskClient, number: str) -> None:
    for page in ("", "/csv"):
        assert manager.get(f"{LIST}/{number}{page}").status_code in (400, 404)


def test_the_list_takes_as_many_statements_for_many_orders_as_for_one(
    app: Flask, manager: FlaskClient, acme: int, statements: Statements
) -> None:
    def counted() -> int:
        with statements() as taken:
            manager.get(LIST)
        return len(taken)

    press(manager, LIST, LIST, supplier=str(acme), code=BARCODE)
    manager.get(LIST)
    one = counted()
    for _ in range(3):
        press(manager, LIST, LIST, supplier=str(acme), code=BARCODE)
    manager.get(LIST)

    assert counted() == one <= 24
