"""Stock on screen: every clinic in one row, and the ledger behind each number."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop.staff import Role
from tests.pages.at_desk import (
    BALL,
    BALL_NAME,
    Post,
    Statements,
    deliver,
    keep_all_but,
    sell,
    shelf,
    sign_in,
)


def row(page: str, name: str) -> list[str]:
    """A product's cells, as somebody reads them."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)
    cells = next(re.findall(r"<t[hd].*?</t[hd]>", one, re.S) for one in rows if f">{name}<" in one)
    return [re.sub(r"<.*?>", "", cell).strip() for cell in cells]


def heads(page: str) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>([^<]*)', page)


def test_one_row_has_every_clinic_ours_first(app: Flask, desk: FlaskClient, post: Post) -> None:
    post(desk, "/staff/site", site="newmarket")

    page = desk.get("/staff/stock").text

    here, cambridge, ely = (shelf(app, site) for site in ("newmarket", "cambridge", "ely"))
    assert heads(page)[1:4] == ["Newmarket, here", "Cambridge", "Ely"]
    assert row(page, BALL_NAME)[1:5] == [
        str(n) for n in (here, cambridge, ely, here + cambridge + ely)
    ]


@pytest.mark.parametrize(
    ("units", "word"), [(0, "Out"), (1, "Low"), (5, "Low"), (6, "In stock"), (20, "In stock")]
)
def test_the_pill_speaks_of_our_shelf(app: Flask, desk: FlaskClient, units: int, word: str) -> None:
    keep_all_but(app, "cambridge", units)
    deliver(app, "ely", 50)

    cells = row(desk.get("/staff/stock").text, BALL_NAME)

    assert (cells[1], cells[-2]) == (str(units), word)


def test_what_is_kept_for_somebody_is_not_free_to_sell(app: Flask, desk: FlaskClient) -> None:
    deliver(app, "cambridge", 10)
    there = shelf(app, "cambridge")
    keep_all_but(app, "cambridge", 2)

    page = desk.get(f"/staff/stock/{BALL}").text

    assert row(page, "Cambridge shelf") == ["Cambridge shelf", str(there), str(there - 2), "2"]


def test_a_few_letters_find_a_product(desk: FlaskClient) -> None:
    page = desk.get("/staff/stock?q=air+bal").text

    assert "Soft air ball 7 cm" in page
    assert BALL_NAME not in page
    assert "autofocus" in page


def test_letters_that_fit_nothing_say_so(desk: FlaskClient) -> None:
    assert "No product fits." in desk.get("/staff/stock?q=trombone").text


@pytest.mark.parametrize("words", ["%", "_", "'; --", "a " * 240])
def test_odd_letters_are_only_letters(desk: FlaskClient, words: str) -> None:
    page = desk.get("/staff/stock", query_string={"q": words})

    assert page.status_code == 200
    assert "No product fits." in page.text or words.startswith("a ")


def test_the_ledger_shows_a_sale_with_its_cause(app: Flask, desk: FlaskClient, post: Post) -> None:
    deliver(app, "cambridge", 5)
    number = sell(desk, post)

    page = desk.get(f"/staff/stock/{BALL}").text
    moves = page[page.index("moves-caption") :]

    assert row(moves, f"Sale {number}")[1:] == [
        f"Sale {number}",
        "Cambridge shelf",
        "Customer",
        "−1",
        "Rae Ellis",
    ]
    assert f'href="/staff/sales/{number}"' in moves
    assert row(moves, "Delivery")[1:] == [
        "Delivery",
        "Supplier",
        "Cambridge shelf",
        "+5",
        "Morgan Lee",
    ]


def test_a_sale_elsewhere_is_named_but_not_linked_for_who_may_not_open_it(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    deliver(app, "cambridge", 5)
    number = sell(desk, post)
    at_ely = sign_in(app, post, {"ely": Role.RECEPTION})

    page = at_ely.get(f"/staff/stock/{BALL}").text

    assert f"Sale {number}" in page
    assert f'href="/staff/sales/{number}"' not in page


def test_older_moves_are_reached_page_by_page_and_none_twice(desk: FlaskClient) -> None:
    url, seen = f"/staff/stock/{BALL}", []
    while url:
        page = desk.get(url).text
        moves = page[page.index("moves-caption") :]
        found = re.findall(r">(Sale \w+-\d+)<", moves)
        assert len(re.findall("<tr>", moves)) <= 51
        seen += found
        older = re.search(r'href="([^"]+)">Older moves', page)
        url = older[1] if older else ""

    assert len(seen) == len(set(seen)) > 50


@pytest.mark.parametrize("before", ["x", "-1", "0", "1.5", "", "99999999999999999999"])
def test_a_page_that_no_number_names_is_refused(desk: FlaskClient, before: str) -> None:
    assert desk.get(f"/staff/stock/{BALL}", query_string={"before": before}).status_code == 400


@pytest.mark.parametrize("sku", ["no-such", BALL.lower(), "%25"])
def test_an_unknown_product_is_not_found(desk: FlaskClient, sku: str) -> None:
    assert desk.get(f"/staff/stock/{sku}").status_code == 404


def test_the_screens_take_as_many_statements_for_much_as_for_little(
    desk: FlaskClient, statements: Statements
) -> None:
    def counted(url: str) -> int:
        with statements() as seen:
            assert desk.get(url).status_code == 200
        return len(seen)

    assert counted("/staff/stock") == counted("/staff/stock?q=air+ball") <= 7
    assert counted(f"/staff/stock/{BALL}") <= 9
