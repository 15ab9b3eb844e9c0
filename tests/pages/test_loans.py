"""Demo units: tried, cleaned, lent with a due day, brought back, or turned into a sale."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from shop import checks, clock, loans, takings, till
from shop.levels import StockLevel
from shop.loans import Loan
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL, BARCODE, Post, change_product, deliver, shelf, sign_in
from tests.pages.conftest import hidden_fields

TODAY = clock.now().date()


@pytest.fixture(autouse=True)
def enough(app: Flask) -> None:
    deliver(app, "cambridge", 20)


def demo_units(app: Flask) -> int:
    its = select(StockLevel.on_hand).where(
        StockLevel.place == "demo:cambridge", StockLevel.sku == BALL
    )
    with database_of(app).reading() as work:
        return work.scalar(its) or 0


def lent(desk: FlaskClient, post: Post) -> str:
    """Take a ball off the shelf and lend it for two weeks; the loan's address."""
    assert post(desk, "/staff/loans", code=BARCODE).status_code == 303
    found = post(desk, "/staff/loans/demo", page="/staff/loans", sku=BALL, act="lend",
                 due=str(TODAY + timedelta(days=14)))  # fmt: skip
    assert found.status_code == 303, found.text
    return str(found.location)


def clean_books(app: Flask) -> bool:
    return all(check.ok for check in checks.verify(database_of(app)))


def test_what_is_tried_leaves_the_shelf_and_is_a_demo_unit(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    before = shelf(app, "cambridge")

    post(desk, "/staff/loans", code=BARCODE)

    assert (shelf(app, "cambridge"), demo_units(app)) == (before - 1, 1)
    assert "1 here" in desk.get("/staff/loans").text


def test_a_loan_has_a_slip_and_no_name(desk: FlaskClient, post: Post) -> None:
    page = desk.get(lent(desk, post)).text

    assert "Bring it back by" in page
    assert re.search(r"loan 1\b", page)
    assert {column.name for column in Loan.__table__.columns} & {
        "name",
        "email",
        "patient",
    } == set()


def test_the_stock_page_says_what_is_lent_and_that_it_is_not_here(
    desk: FlaskClient, post: Post
) -> None:
    address = lent(desk, post)
    row = re.compile(r"demo:cambridge#history.*?</tr>", re.DOTALL)

    (out,) = row.findall(desk.get(f"/staff/stock/{BALL}").text.replace("%3A", ":"))
    assert "1<br><small>1 out on loan</small>" in out
    assert out.endswith('<td class="tp-num">0</td>\n      </tr>')

    post(desk, address, act="back")
    (back,) = row.findall(desk.get(f"/staff/stock/{BALL}").text.replace("%3A", ":"))
    assert "out on loan" not in back


def test_it_comes_back_is_cleaned_and_can_be_lent_again(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    address = lent(desk, post)
    again = {
        "page": "/staff/loans",
        "sku": BALL,
        "act": "lend",
        "due": str(TODAY + timedelta(days=1)),
    }

    assert post(desk, "/staff/loans/demo", **again).status_code == 409  # it is out
    post(desk, address, act="back")
    assert post(desk, "/staff/loans/demo", **again).status_code == 409  # it is not clean
    post(desk, address, act="clean")
    assert post(desk, "/staff/loans/demo", **again).status_code == 303
    assert clean_books(app)


def test_who_keeps_it_buys_it_and_stock_and_takings_say_so(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    before = shelf(app, "cambridge")
    address = lent(desk, post)
    form = hidden_fields(desk.get(address).text)

    for _ in range(2):
        assert desk.post(address, data={**form, "act": "cash"}).status_code == 303

    assert (shelf(app, "cambridge"), demo_units(app)) == (before - 1, 0)
    with database_of(app).reading() as work:
        session = till.current(work, "cambridge")
        assert session
        assert takings.of_session(work, session).sales_pence == 550
    assert clean_books(app)


def test_who_keeps_it_pays_the_price_that_the_page_showed(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    address = lent(desk, post)
    form = hidden_fields(desk.get(address).text)
    change_product(app, price_pence=1700)

    refused = desk.post(address, data={**form, "act": "cash"})

    assert refused.status_code == 409
    assert "The price changed." in refused.text
    assert "Sold £17.00, cash" in refused.text
    assert demo_units(app) == 1
    again = desk.post(address, data={**hidden_fields(refused.text), "act": "cash"})
    assert again.status_code == 303
    assert clean_books(app)


def test_who_keeps_what_was_withdrawn_meanwhile_buys_it_all_the_same(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    address = lent(desk, post)
    change_product(app, on_sale=False)

    kept = post(desk, address, act="card")

    assert kept.status_code == 303, kept.text
    assert demo_units(app) == 0
    assert "It is over: sold" in desk.get(address).text
    assert post(desk, "/staff/till", code=BARCODE).status_code != 303  # nobody else buys one
    assert clean_books(app)


def test_a_loan_ends_once(desk: FlaskClient, post: Post) -> None:
    address = lent(desk, post)
    form = hidden_fields(desk.get(address).text)
    post(desk, address, act="back")

    refused = desk.post(address, data={**form, "act": "card"})

    assert refused.status_code == 409
    assert "Loan 1 is over" in refused.text


def test_what_never_comes_back_leaves_the_books(app: Flask, desk: FlaskClient, post: Post) -> None:
    post(desk, lent(desk, post), act="lost")

    assert demo_units(app) == 0
    assert clean_books(app)


def test_the_stock_page_takes_away_no_demo_unit_that_is_out(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    address = lent(desk, post)
    move = {"page": f"/staff/stock/{BALL}", "units": "1", "way": "demo-shelf", "move_note": ""}

    refused = post(desk, f"/staff/stock/{BALL}/move", **move)

    assert refused.status_code == 409
    assert "1 of 1 demo unit at Cambridge is out on loan. Nothing was moved." in refused.text
    assert demo_units(app) == 1
    assert clean_books(app)
    post(desk, address, act="back")
    assert post(desk, f"/staff/stock/{BALL}/move", **move).status_code == 303
    assert demo_units(app) == 0


def test_what_is_late_says_so(app: Flask, desk: FlaskClient, post: Post) -> None:
    address = lent(desk, post)
    with database_of(app).transaction() as work:
        work.execute(update(Loan).values(due_on=TODAY - timedelta(days=2)))

    assert "Overdue" in desk.get("/staff/loans").text
    assert "Overdue" in desk.get(address).text


@pytest.mark.parametrize("due", ["", "x", "2020-01-01", "2999-01-01", "2026-13-40"])
def test_an_odd_day_is_refused(desk: FlaskClient, post: Post, due: str) -> None:
    post(desk, "/staff/loans", code=BARCODE)

    refused = post(desk, "/staff/loans/demo", page="/staff/loans", sku=BALL, act="lend", due=due)

    assert refused.status_code == 400
    assert "There is a problem" in refused.text


@pytest.mark.parametrize("number", ["0", "99", "x", "9" * 12])
def test_a_loan_that_is_not_there_is_not_found(desk: FlaskClient, number: str) -> None:
    assert desk.get(f"/staff/loans/{number}").status_code == 404


def test_another_clinics_loan_is_not_theirs(app: Flask, desk: FlaskClient, post: Post) -> None:
    address = lent(desk, post)
    at_ely = sign_in(app, post, {"ely": Role.RECEPTION})

    assert at_ely.get(address).status_code == 404


def test_two_who_lend_the_last_one_make_one_loan(app: Flask, desk: FlaskClient, post: Post) -> None:
    lent(desk, post)
    with database_of(app).reading() as work:
        assert loans.here(work, "cambridge").get(BALL, 0) == 0
        assert len(loans.out(work, "cambridge")) == 1
