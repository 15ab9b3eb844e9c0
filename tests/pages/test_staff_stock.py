"""The stock list on screen: every clinic in one row, what needs attention first, page by page."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from shop import alerts, clock, transfers
from shop.products import Product
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import (
    BALL,
    BALL_NAME,
    Post,
    Statements,
    deliver,
    keep_all_but,
    shelf,
    sign_in,
)
from tests.pages.stock_desk import put
from tests.pages.tables import heads, row


def test_one_row_has_our_shelf_and_every_other_clinic(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, "/staff/site", site="newmarket")
    put(app, "newmarket", 5)
    here, cambridge, ely = (shelf(app, site) for site in ("newmarket", "cambridge", "ely"))

    page = desk.get("/staff/stock").text

    assert "Stock at Newmarket" in page
    assert heads(page) == ["Product", "On the shelf", "Kept", "Free to sell",
                           "On the way", "Other sites", "Days left", "Status"]  # fmt: skip
    assert row(page, BALL_NAME)[1:6] == [
        str(here), "0", str(here), "0", f"Cambridge {cambridge}, Ely {ely}"
    ]  # fmt: skip


def test_what_is_kept_is_not_free_and_what_is_on_its_way_is_not_here(
    app: Flask, desk: FlaskClient
) -> None:
    put(app, "cambridge", 10)
    keep_all_but(app, "cambridge", 2)
    deliver(app, "ely", 4)
    with database_of(app).transaction() as work:
        who = {"by": "Rae Ellis", "at": clock.now()}
        number = transfers.draft(work, "ely", "cambridge", {BALL: 3}, **who).number
        transfers.send(work, number, **who)

    cells = row(desk.get("/staff/stock").text, BALL_NAME)

    assert cells[1:5] == ["10", "8", "2", "3"]


@pytest.mark.parametrize(
    ("units", "word"), [(0, "Out"), (2, "Low"), (3, "In stock"), (8, "In stock"), (9, "Over")]
)
def test_the_pill_speaks_of_our_shelf_and_its_rule(
    app: Flask, desk: FlaskClient, units: int, word: str
) -> None:
    with database_of(app).transaction() as work:
        who = {"by": "t", "at": clock.now()}
        alerts.set_rule(work, "cambridge", BALL, minimum=2, target=8, **who)
    keep_all_but(app, "cambridge", units)
    deliver(app, "ely", 50)

    cells = row(desk.get("/staff/stock").text, BALL_NAME)

    assert (cells[3], cells[-1]) == (str(units), word)


@pytest.mark.parametrize(
    ("units", "word"), [(0, "Out"), (1, "Low"), (5, "Low"), (6, "In stock"), (20, "In stock")]
)
def test_a_shelf_without_a_rule_is_low_when_few_are_left(
    app: Flask, desk: FlaskClient, units: int, word: str
) -> None:
    with database_of(app).transaction() as work:
        alerts.drop_rule(work, "cambridge", BALL, by="t", at=clock.now())
    keep_all_but(app, "cambridge", units)
    deliver(app, "ely", 50)

    cells = row(desk.get("/staff/stock").text, BALL_NAME)

    assert (cells[3], cells[-1]) == (str(units), word)


def test_a_filter_keeps_the_search_and_the_search_keeps_the_filter(
    app: Flask, desk: FlaskClient
) -> None:
    keep_all_but(app, "cambridge", 0)

    out = desk.get("/staff/stock?q=soft&only=out").text

    assert BALL_NAME in out
    assert 'href="/staff/stock?q=soft&amp;only=low"' in out
    assert '<input type="hidden" name="only" value="out">' in out
    assert BALL_NAME not in desk.get("/staff/stock?only=over").text


def test_a_shelf_that_nobody_has_counted_is_shown_by_its_filter(desk: FlaskClient) -> None:
    assert BALL_NAME in desk.get("/staff/stock?only=not-counted").text


def test_a_few_letters_find_a_product_and_the_field_has_the_focus(desk: FlaskClient) -> None:
    page = desk.get("/staff/stock?q=air+bal").text

    assert "Soft air ball 7 cm" in page
    assert BALL_NAME not in page
    assert re.search(r"<input[^>]*id=\"q\"[^>]*autofocus", page)


def test_enter_again_on_the_same_words_opens_the_first_product(desk: FlaskClient) -> None:
    assert "Enter again opens the first." in desk.get("/staff/stock?q=air+bal").text

    opened = desk.get("/staff/stock?q=air+bal&was=air+bal")

    assert opened.location == "/staff/stock/BALL-70-S"
    assert desk.get("/staff/stock?q=air&was=air+bal").status_code == 200
    assert desk.get("/staff/stock?q=zzz&was=zzz").status_code == 200


def test_letters_that_fit_nothing_say_so(desk: FlaskClient) -> None:
    assert "No product fits." in desk.get("/staff/stock?q=trombone").text


@pytest.mark.parametrize("words", ["%", "_", "'; --", "a " * 240])
def test_odd_letters_are_only_letters(desk: FlaskClient, words: str) -> None:
    page = desk.get("/staff/stock", query_string={"q": words})

    assert page.status_code == 200
    assert "No product fits." in page.text or words.startswith("a ")


def test_a_long_list_comes_in_pages_and_shows_every_product_once(
    app: Flask, desk: FlaskClient
) -> None:
    many(app, 120)
    url, seen = "/staff/stock", []
    while url:
        page = desk.get(url).text
        seen += re.findall(r'<th scope="row"><a href="/staff/stock/([^"]+)"', page)
        more = re.search(r'href="([^"]+)">More products', page)
        url = more[1].replace("&amp;", "&") if more else ""

    assert len(seen) == len(set(seen)) == 138


def many(app: Flask, products: int) -> None:
    rows = [
        {"sku": f"MANY-{n:03}", "slug": f"many-{n}", "name": f"Many {n}", "price_pence": 100,
         "kind": "ball"}
        for n in range(products)
    ]  # fmt: skip
    with database_of(app).transaction() as work:
        work.execute(insert(Product), rows)


@pytest.mark.parametrize("query", ["only=cheap", "after=x", "after=9~BALL", "after=1~", "only=%25"])
def test_a_filter_or_page_that_we_do_not_have_is_refused(desk: FlaskClient, query: str) -> None:
    assert desk.get(f"/staff/stock?{query}").status_code == 400


def test_a_practitioner_may_look(app: Flask, post: Post) -> None:
    practitioner = sign_in(app, post, {"ely": Role.PRACTITIONER})

    assert BALL_NAME in practitioner.get("/staff/stock").text


def test_the_list_takes_as_many_statements_for_much_as_for_little(
    app: Flask, desk: FlaskClient, statements: Statements
) -> None:
    def counted(url: str) -> int:
        with statements() as seen:
            assert desk.get(url).status_code == 200
        return len(seen)

    few = counted("/staff/stock?q=air+ball")
    many(app, 120)

    assert counted("/staff/stock") == counted("/staff/stock?only=out") == few <= 10
