"""The shelf has none: the one in the hand, the one at the other clinic, the one that is kept."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from shop import clock
from shop.checks import verify
from shop.holds import Hold
from shop.levels import StockLevel
from shop.sites import Site
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL, BALL_NAME, BARCODE, Post, deliver, sell, shelf, sign_in
from tests.pages.ordering import Customer
from tests.pages.test_checkout import without_payment
from tests.pages.test_till import units


def sell_out(app: Flask, desk: FlaskClient, post: Post) -> None:
    """Leave none on Cambridge's shelf, and none of it kept for anybody."""
    with database_of(app).transaction() as work:
        its = (Hold.place == "shelf:cambridge", Hold.sku == BALL, Hold.ended_at.is_(None))
        work.execute(update(Hold).where(*its).values(ended_at=clock.now(), ending="released"))
        level = (StockLevel.place == "shelf:cambridge", StockLevel.sku == BALL)
        work.execute(update(StockLevel).where(*level).values(held=0))
    while left := shelf(app, "cambridge"):
        sell(desk, post, f"{min(left, 9)}*{BARCODE}")


def test_the_books_say_none_and_it_is_in_my_hand(app: Flask, desk: FlaskClient, post: Post) -> None:
    sell_out(app, desk, post)
    post(desk, "/staff/till", code=BARCODE)
    page = desk.get("/staff/till").text
    assert f"Stock says 0 {BALL_NAME} here. Sell it and mark for counting?" in page
    assert page.index("Yes, it is in my hand") < page.index('name="code"')  # so Enter presses it

    post(desk, "/staff/till/found/BALL-65-S", page="/staff/till", code="")

    sell_again = post(desk, "/staff/till/pay", code="")
    assert sell_again.status_code == 303
    assert shelf(app, "cambridge") == 0
    assert [check.name for check in verify(database_of(app)) if not check.ok] == []


def test_a_scan_wins_over_that_question(app: Flask, desk: FlaskClient, post: Post) -> None:
    sell_out(app, desk, post)
    post(desk, "/staff/till", code=BARCODE)

    post(desk, "/staff/till/found/BALL-65-S", page="/staff/till", code=BARCODE)

    assert units(desk) == 2
    assert shelf(app, "cambridge") == 0


def test_one_is_kept_at_the_other_clinic_and_paid_there(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    sell_out(app, desk, post)
    deliver(app, "ely", 5)
    before = shelf(app, "ely")
    post(desk, "/staff/till", code=BARCODE)

    kept = post(desk, "/staff/till/keep/BALL-65-S", page="/staff/till", site="ely")

    told = desk.get(kept.location).text
    found = re.search(r"Kept at Ely until .*? Order (\d+), code [\w]{4}-[\w]{4}\.", told)
    assert found, told
    assert units(desk) == 0
    assert shelf(app, "ely") == before - 1
    assert "pat" not in told
    assert [check.name for check in verify(database_of(app)) if not check.ok] == []


@pytest.mark.parametrize("site", ["", "nowhere", "cambridge"])
def test_it_is_not_kept_where_there_is_none(
    app: Flask, desk: FlaskClient, post: Post, site: str
) -> None:
    sell_out(app, desk, post)
    post(desk, "/staff/till", code=BARCODE)

    refused = post(desk, "/staff/till/keep/BALL-65-S", page="/staff/till", site=site)

    assert refused.status_code in (400, 404, 409)
    assert units(desk) == 1


def test_the_last_one_that_is_kept_says_for_whom_and_a_manager_lets_it_go(
    app: Flask, desk: FlaskClient, client: FlaskClient, post: Post
) -> None:
    sell_out(app, desk, post)
    deliver(app, "cambridge", 1)
    customer = Customer(without_payment(app).test_client())
    customer.add("soft-ball-65")
    customer.press_pay("collect:cambridge", email="pat@mail.example", reserve="yes")
    post(desk, "/staff/till", code=BARCODE)

    page = desk.get("/staff/till").text
    kept = re.search(r"is kept for order (\d+) until", page)
    assert kept, page
    assert "/staff/till/let-go/" not in page
    assert f"A manager can let order {kept[1]} go. Ask one of them." in page
    manager = sign_in(app, post, {"cambridge": Role.MANAGER})
    post(manager, "/staff/till", code=BARCODE)
    let_go = f"/staff/till/let-go/{kept[1]}"
    assert let_go in manager.get("/staff/till").text

    post(manager, let_go, page="/staff/till")

    assert post(manager, "/staff/till/pay", code="").status_code == 303


POST_IT = "/staff/till/post/BALL-65-S"


def test_another_clinic_posts_it_and_the_customers_phone_is_led_to_its_page(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    sell_out(app, desk, post)
    deliver(app, "ely", 5)
    post(desk, "/staff/till", code=BARCODE)
    assert f'href="{POST_IT}"' in desk.get("/staff/till").text

    page = desk.get(POST_IT).text

    assert re.search(r"(Newmarket|Ely) can post 1 of it for £3\.50\.", page)
    assert "/shop/soft-ball-65</p>" in page
    assert "<svg" in page
    assert units(desk) == 1


def test_nothing_is_offered_by_post_that_nobody_can_post(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    sell_out(app, desk, post)
    deliver(app, "ely", 5)
    post(desk, "/staff/till", code=BARCODE)
    with database_of(app).transaction() as work:
        work.execute(update(Site).where(Site.id != "cambridge").values(posts=False))

    assert POST_IT not in desk.get("/staff/till").text
    assert "No other clinic can post 1 of it now." in desk.get(POST_IT).text


def test_nobody_is_led_to_a_page_on_which_they_can_not_pay(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    sell_out(app, desk, post)
    deliver(app, "ely", 5)
    post(desk, "/staff/till", code=BARCODE)
    shops = app.extensions["shop"]
    shops.update({name: replace(shop, gateway=None) for name, shop in shops.items()})

    assert POST_IT not in desk.get("/staff/till").text
