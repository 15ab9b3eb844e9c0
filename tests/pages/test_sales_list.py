"""Every sale and refund: found again, added up, and in a file; in agreement with the Z reports."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop import sales, takings, till
from shop.sales import Asked
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL_NAME, Post, deliver, sell, sign_in

ALL_DAYS = {"from": "2000-01-01", "to": "2099-12-31"}


@pytest.fixture(autouse=True)
def enough(app: Flask) -> None:
    deliver(app, "cambridge", 20)


def test_a_sale_is_found_by_its_number_its_product_and_its_person(
    desk: FlaskClient, post: Post
) -> None:
    number = sell(desk, post)

    for q in (number, number.lower(), BALL_NAME, "soft ball"):
        assert number in desk.get("/staff/sales", query_string={"q": q}).text, q
    assert number in desk.get("/staff/sales?person=Rae+Ellis").text
    assert number not in desk.get("/staff/sales?person=Olive+Grant").text
    assert number not in desk.get("/staff/sales?channel=web").text
    assert number not in desk.get("/staff/sales?q=zzzz").text
    assert number not in desk.get("/staff/sales?to=2020-01-02&from=2020-01-01").text


def test_a_number_is_found_on_whatever_day_and_at_whichever_clinic(desk: FlaskClient) -> None:
    assert "ELY-1<" in desk.get("/staff/sales?q=ely-1").text


def test_the_pages_follow_each_other_without_a_gap(app: Flask, desk: FlaskClient) -> None:
    with database_of(app).reading() as work:
        asked = Asked(sites=("cambridge", "ely", "newmarket"))
        every = [entry.receipt for entry in sales.every(work, asked)]
        count = sales.total(work, asked).sales
    seen, address = [], "/staff/sales?site=all&from=2000-01-01&to=2099-12-31"
    while address:
        page = desk.get(address).text
        seen += re.findall(r'<th scope="row"><a href="/staff/sales/([^"]+)"', page)
        found = re.search(r'href="([^"]+)">Earlier ones', page)
        address = found[1].replace("&amp;", "&") if found else ""

    assert seen == every
    assert len(seen) == len(set(seen)) == count > sales.MOST_ON_A_PAGE


def test_the_file_has_every_row_and_no_formula(desk: FlaskClient, post: Post) -> None:
    number = sell(desk, post)

    file = desk.get("/staff/sales.csv", query_string=ALL_DAYS)

    assert file.mimetype == "text/csv"
    rows = file.text.splitlines()
    assert rows[0].startswith("time,kind,number,order")
    assert number in rows[1]
    assert ",5.50," in rows[1]


def test_the_sums_are_those_of_the_z_report(app: Flask, desk: FlaskClient) -> None:
    with database_of(app).reading() as work:
        session = till.get(work, 1)
        frozen = takings.of_session(work, session)
        listed = sales.total(work, Asked(sites=(session.site,), session_id=session.id))

    ways = {way.name: way.sales_pence for way in listed.ways}
    assert {each.method.label: each.sales_pence for each in frozen.by_method if each.sales} == ways
    assert "of Z report CAM-Z1" in desk.get("/staff/sales?z=CAM-Z1").text


@pytest.mark.parametrize(
    ("query", "status"),
    [("from=x", 400), ("from=2026-13-01", 400), ("after=x", 400), ("after=1.sale.%00", 400),
     ("after=99999999999999999.sale.1", 200), ("z=CAM-Z999999", 404), ("site=mars", 200),
     ("channel=fax", 200), ("q=%25_", 200), ("q=999999999", 200), ("person=%27--", 200)],
)  # fmt: skip
def test_an_odd_address_never_breaks_the_page(desk: FlaskClient, query: str, status: int) -> None:
    assert desk.get(f"/staff/sales?{query}").status_code == status
    assert desk.get(f"/staff/sales.csv?{query.replace('after', 'q')}").status_code in (200, status)


def test_a_practitioner_sees_no_takings_and_another_clinics_are_not_shown(
    app: Flask, post: Post
) -> None:
    practitioner = sign_in(app, post, {"cambridge": Role.PRACTITIONER}, "Pat Lowe")
    reception = sign_in(app, post, {"cambridge": Role.RECEPTION}, "Ida Moor")

    for path in ("/staff/sales", "/staff/sales.csv"):
        assert practitioner.get(path).status_code == 403
    page = reception.get("/staff/sales?site=all&from=2000-01-01&to=2099-12-31").text
    assert "Ely" not in page
    assert "No sale and no refund fits" in reception.get("/staff/sales?q=ELY-1").text


def test_today_shows_a_practitioner_no_takings(app: Flask, desk: FlaskClient, post: Post) -> None:
    sell(desk, post)
    practitioner = sign_in(app, post, {"cambridge": Role.PRACTITIONER})

    assert "Total of the day" in desk.get("/staff").text
    assert "£" not in practitioner.get("/staff").text.partition("<main")[2]
