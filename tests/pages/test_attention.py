"""What needs a person: each clinic's own, decided once, and money never goes back twice."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from shop import clock, giving_back, online_orders, order_lines, presses, refund_answers
from shop.attention import Case
from shop.giving_back import Part
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import Post, deliver, shelf, sign_in
from tests.pages.conftest import hidden_fields
from tests.pages.ordering import Customer, rows
from tests.pages.test_online_desk import last, state, wrong

URL = "/staff/attention"
FAILED = "A refund failed. The money is still here"


@pytest.fixture
def failed(app: Flask, client: FlaskClient) -> None:
    """A refund of one ball of two, which Cambridge's buyer has, failed."""
    deliver(app, "cambridge", 4)
    customer = Customer(client)
    customer.add("soft-ball-65", 2)
    customer.pay(customer.press_pay("collect:cambridge").location)
    with database_of(app).transaction() as work:
        order = online_orders.numbered(work, last(app))
        assert order is not None
        online_orders.hand_over(work, online_orders.placed(order), by="x", at=clock.now())
        (line,) = order_lines.lines_of(work, [order.id])
        refund = giving_back.of_lines(
            work, order.id, [Part(line.id, 1, 550)], reason="x", press="p", by="x", at=clock.now()
        )
        refund_answers.refused(work, order, refund, by="x", at=clock.now())


def manager(app: Flask, post: Post, site: str) -> FlaskClient:
    return sign_in(app, post, {site: Role.MANAGER})


def refunds(app: Flask) -> list[tuple[object, ...]]:
    return rows(app, "SELECT state, amount_pence FROM shop_refund ORDER BY id")


@pytest.mark.usefixtures("failed")
def test_a_case_of_another_clinic_is_not_seen_not_counted_and_not_decided(
    app: Flask, post: Post
) -> None:
    ely = manager(app, post, "ely")

    assert "Nothing needs anybody" in ely.get(URL).text
    assert "need attention" not in ely.get("/staff/").text
    assert "Needs attention</a>" in ely.get("/staff/online").text  # and no number behind it
    token = hidden_fields(ely.get("/staff/site").text)["csrf_token"]
    for field in ("case", "settled"):
        typed = {"csrf_token": token, "press": presses.new(), field: "1"}
        assert ely.post(URL, data=typed).status_code == 404, field

    assert refunds(app) == [("failed", 550)]
    assert rows(app, "SELECT settled_by FROM shop_attention") == [(None,)]


@pytest.mark.usefixtures("failed")
def test_who_decides_here_and_only_looks_there_decides_nothing_there(
    app: Flask, post: Post
) -> None:
    both = sign_in(app, post, {"cambridge": Role.RECEPTION, "ely": Role.MANAGER})
    post(both, "/staff/site", site="ely")
    assert FAILED in both.get(URL).text

    answer = Customer(both).send(URL, URL, case="1")

    assert answer.status_code == 403
    assert "a manager at Cambridge" in answer.text
    assert refunds(app) == [("failed", 550)]


@pytest.mark.usefixtures("failed")
def test_two_tabs_make_a_failed_refund_again_once(app: Flask, post: Post) -> None:
    person = manager(app, post, "cambridge")
    tabs = [hidden_fields(person.get(URL).text) for _ in range(2)]

    first, second = (person.post(URL, data={**tab, "case": "1"}) for tab in tabs)

    assert (first.status_code, second.status_code) == (303, 409)
    assert "That refund was made again, or settled, before." in second.text
    assert refunds(app) == [("failed", 550), ("succeeded", 550)]
    assert wrong(app) == []


@pytest.mark.usefixtures("failed")
def test_what_was_given_back_in_another_way_is_settled_and_no_money_goes(
    app: Flask, post: Post
) -> None:
    person = manager(app, post, "cambridge")
    assert "Given back in another way" in person.get(URL).text

    typed = {**hidden_fields(person.get(URL).text), "settled": "1"}
    assert person.post(URL, data=typed).status_code == 303

    assert "Nothing needs anybody" in person.get(URL).text
    assert refunds(app) == [("failed", 550)]


@pytest.mark.usefixtures("failed")
def test_what_is_only_said_to_be_settled_gives_no_money_back(app: Flask, post: Post) -> None:
    with database_of(app).transaction() as work:
        work.execute(update(Case).values(kind="paid-twice", reference="pi_2"))
    person = manager(app, post, "cambridge")

    typed = {**hidden_fields(person.get(URL).text), "settled": "1"}

    assert person.post(URL, data=typed).status_code == 409
    assert refunds(app) == [("failed", 550)]


@pytest.mark.parametrize(
    ("typed", "status"),
    [("", 400), ("0", 400), ("x", 400), ("-1", 400), ("9" * 30, 400), ("99", 404)],
)
def test_a_case_that_nobody_has_is_refused(app: Flask, post: Post, typed: str, status: int) -> None:
    person = manager(app, post, "cambridge")
    token = hidden_fields(person.get("/staff/site").text)["csrf_token"]

    answer = person.post(URL, data={"csrf_token": token, "press": presses.new(), "case": typed})

    assert answer.status_code == status
    assert "There is a problem" in answer.text


def test_the_desk_is_told_that_an_orders_money_went_back_and_takes_its_units_back(
    app: Flask, desk: FlaskClient, client: FlaskClient
) -> None:
    deliver(app, "cambridge", 4)
    Customer(client).order()
    before, page = shelf(app, "cambridge"), f"/staff/online/{last(app)}"
    person = Customer(desk)
    assert "All that was paid for it went back" not in desk.get(page).text

    person.send(page, f"{page}/refund", **{"lines-0-amount": "5.50", "reason": "goodwill"})
    told = desk.get(page).text
    assert "All that was paid for it went back" in told
    assert "<summary>Take it back</summary>" in told
    taken = person.send(
        page,
        f"{page}/refund",
        **{
            "lines-0-units": "1",
            "lines-0-condition": "sellable",
            "lines-0-on_shelf": "yes",
            "reason": "not sent",
        },
    )

    assert taken.status_code == 303, taken.text
    assert "It is taken back. No money goes with it." in desk.get(taken.location).text
    assert (state(app), shelf(app, "cambridge")) == ("refunded", before + 1)
    assert wrong(app) == []
