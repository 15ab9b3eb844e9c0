"""Opening the till, the drawer's X report, and the five minutes after the last customer."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop import closing, till, z_reports
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BARCODE, Post, deliver, sell, sign_in
from tests.pages.conftest import hidden_fields

CLOSE = "/staff/till/close"


@pytest.fixture(autouse=True)
def enough(app: Flask) -> None:
    deliver(app, "cambridge", 20)


def report_of(page: str) -> str:
    found = re.search(r"CAM-Z\d+", page)
    assert found, page
    return found[0]


def close(desk: FlaskClient, post: Post, **pieces: object) -> str:
    """Count, look at the sum, close; the report's number."""
    shown = post(desk, CLOSE, **pieces)
    assert shown.status_code == 200, shown.text
    closed = desk.post(CLOSE, data={**hidden_fields(shown.text), **pieces})
    assert closed.status_code == 303, closed.text
    return report_of(closed.location)


def test_with_no_drawer_open_the_till_leads_to_opening_it_and_comes_back(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, "/staff/till", code=BARCODE)
    close(desk, post)

    assert desk.get("/staff/till").location == "/staff/till/open"
    assert desk.get("/staff/till/pay").location == "/staff/till/open"
    page = desk.get("/staff/till/open").text
    assert 'value="50.00"' in page  # the last one's
    opened = post(desk, "/staff/till/open", float="50.00")

    assert opened.location == "/staff/till"
    assert "Take payment £5.50" in desk.get("/staff/till").text  # the basket is as it was
    assert desk.get("/staff/till/open").location == "/staff/till"


def test_a_sale_whose_drawer_was_closed_meanwhile_is_not_made(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    post(desk, "/staff/till", code=BARCODE)
    form = hidden_fields(desk.get("/staff/till/pay").text)
    close(desk, post)

    paid = desk.post("/staff/till/pay", data={**form, "code": "", "method": "cash"})

    assert paid.location == "/staff/till/open"


def test_notes_and_coins_that_were_counted_are_the_float(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    close(desk, post)

    post(desk, "/staff/till/open", float="50.00", pieces_1000=3, pieces_50=1)

    with database_of(app).reading() as work:
        session = till.current(work, "cambridge")
        assert session
        assert session.float_pence == 3050


@pytest.mark.parametrize("typed", ["", "-1", "fifty", "1e3", "999999999"])
def test_an_odd_float_is_refused_and_kept(desk: FlaskClient, post: Post, typed: str) -> None:
    close(desk, post)

    refused = post(desk, "/staff/till/open", float=typed)

    assert refused.status_code == 400
    assert "There is a problem" in refused.text
    assert f'value="{typed}"' in refused.text


def test_the_drawer_shows_what_came_in_and_moves_cash_once(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    sell(desk, post, method="cash")
    form = hidden_fields(desk.get("/staff/till/drawer").text)
    taken = {**form, "amount": "3.50", "reason": "Milk", "way": "out"}

    for _ in range(2):
        assert desk.post("/staff/till/drawer", data=taken).location == "/staff/till/drawer"

    page = desk.get("/staff/till/drawer").text
    assert "£3.50 taken out: Milk." in page
    assert "Cash taken out: £3.50." in page
    assert "£5.50" in page
    assert "The drawer should hold" not in page  # reception counts blind


@pytest.mark.parametrize(("amount", "reason"), [("", "Milk"), ("0", "Milk"), ("1", ""), ("x", "y")])
def test_a_move_of_cash_that_makes_no_sense_is_refused(
    desk: FlaskClient, post: Post, amount: str, reason: str
) -> None:
    refused = post(desk, "/staff/till/drawer", amount=amount, reason=reason, way="out")

    assert refused.status_code == 400
    assert "There is a problem" in refused.text


def test_whoever_counts_sees_their_sum_and_not_what_should_be_there(
    desk: FlaskClient, post: Post
) -> None:
    sell(desk, post, method="cash")

    page = post(desk, CLOSE, pieces_5000=1).text

    assert "You counted <strong>£50.00</strong>" in page
    assert "55.50" not in page


def test_closing_says_how_far_off_the_drawer_is(desk: FlaskClient, post: Post) -> None:
    sell(desk, post, method="cash")

    page = desk.get("/staff/till/z/" + close(desk, post, pieces_5000=1, pieces_500=1)).text

    assert re.search(r"Short</th><td[^>]*>£0\.50", page)
    assert re.search(r"Cash \(1 in, 0 back\)</th><td[^>]*>£5\.50", page)


def test_back_reload_and_a_double_press_make_one_report(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    shown = post(desk, CLOSE, pieces_5000=1)
    form = {**hidden_fields(shown.text), "pieces_5000": "1"}

    places = {desk.post(CLOSE, data=form).location for _ in range(3)}

    assert len(places) == 1
    with database_of(app).reading() as work:
        latest = z_reports.latest(work, "cambridge", most=2)
    assert latest[0].number == report_of(places.pop())
    assert latest[0].serial == latest[1].serial + 1


def test_a_page_from_before_the_last_closing_closes_nothing(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    old = post(desk, CLOSE, pieces_5000=1)
    close(desk, post)
    post(desk, "/staff/till/open", float="50.00")

    refused = desk.post(CLOSE, data={**hidden_fields(old.text), "pieces_5000": "1"})

    assert refused.status_code == 409
    assert "has closed this till already" in refused.text
    with database_of(app).reading() as work:
        assert till.current(work, "cambridge")


def test_closing_goes_on_where_it_was_left(app: Flask, desk: FlaskClient, post: Post) -> None:
    number = close(desk, post)
    steps = ["holds", "count", "tomorrow"]

    for step in steps:
        assert desk.get(CLOSE).location == f"{CLOSE}/{number}"
        assert desk.get(f"{CLOSE}/{number}").location == f"{CLOSE}/{number}/{step}"
        done = post(desk, f"{CLOSE}/{number}/{step}")
        assert done.status_code == 303, done.text

    assert done.location == f"/staff/till/z/{number}"
    assert "all is done" in desk.get(done.location).text
    with database_of(app).reading() as work:
        assert closing.unfinished(work, "cambridge") is None


def test_three_things_are_counted_on_the_way(app: Flask, desk: FlaskClient, post: Post) -> None:
    number = close(desk, post)
    page = desk.get(f"{CLOSE}/{number}/count").text
    with database_of(app).reading() as work:
        free = dict(_shelf(work))
    asked = re.findall(r'name="lines-\d-sku"[^>]*value="([^"]+)"', page)

    counted = {f"lines-{i}-units": free[sku] for i, sku in enumerate(asked)}
    done = post(desk, f"{CLOSE}/{number}/count", **counted)

    assert len(asked) == 3
    assert done.status_code == 303, done.text
    assert "Counted, and the books say so." in desk.get(done.location).text


def test_what_is_far_off_waits_to_be_counted_again(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    number = close(desk, post)

    done = post(desk, f"{CLOSE}/{number}/count", **{"lines-0-units": "9999"})

    assert "something to count once more" in desk.get(done.location).text


def test_a_count_that_lost_its_product_on_the_way_is_refused(desk: FlaskClient, post: Post) -> None:
    number = close(desk, post)

    done = post(desk, f"{CLOSE}/{number}/count", **{"lines-0-units": "1", "lines-0-sku": None})

    assert done.status_code == 400
    assert "Open this page again" in done.text


def _shelf(work: object) -> list[tuple[str, int]]:
    from sqlalchemy import select

    from shop.levels import StockLevel

    its = select(StockLevel.sku, StockLevel.on_hand).where(StockLevel.place == "shelf:cambridge")
    return [(sku, units) for sku, units in work.execute(its)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "path", ["/staff/till/drawer", CLOSE, "/staff/till/z/CAM-Z1", f"{CLOSE}/CAM-Z1/holds"]
)
def test_a_practitioner_sees_no_takings(app: Flask, post: Post, path: str) -> None:
    who = sign_in(app, post, {"cambridge": Role.PRACTITIONER})

    assert who.get(path).status_code == 403
    assert "Drawer</a>" not in who.get("/staff/till").text


def test_another_clinics_report_and_drawer_are_not_shown_or_closed(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    assert desk.get("/staff/till/z/ELY-Z1").status_code == 404
    assert desk.get("/staff/till/z/nothing").status_code == 404
    with database_of(app).reading() as work:
        ely = till.current(work, "ely")
    shown = post(desk, CLOSE, drawer=ely and ely.id)
    data = {**hidden_fields(shown.text), "drawer": ely and ely.id}

    assert desk.post(CLOSE, data=data).status_code == 404


def test_a_manager_sees_what_the_drawer_should_hold(app: Flask, post: Post) -> None:
    who = sign_in(app, post, {"cambridge": Role.MANAGER})

    assert "The drawer should hold £50.00." in who.get("/staff/till/drawer").text
