"""The finder: four screens to advice, a person first where a sign says so, and nothing kept."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from shop.db import Base
from shop.pages.front import carried
from tests.conftest import database_of
from tests.pages.conftest import Post

SIGNS = ["heart_and_lungs", "head_and_nerves", "hospital_now", "today"]


@pytest.fixture
def ask(client: FlaskClient, post: Post):
    """Answer the questions in a row and return the last answer's page."""

    def through(
        region: str = "blade_spine",
        safety: str | list[str] = "none",
        press: str = "quite-sore",
        positions: str | list[str] = "wall",
    ) -> TestResponse:
        post(client, "/find/where", region=region)
        post(client, "/find/check", safety=safety)
        post(client, "/find/press", press=press)
        post(client, "/find/position", positions=positions)
        return client.get("/find/result")

    return through


def test_the_main_job_shows_a_soft_ball_its_reasons_guide_price_and_stock(ask) -> None:
    page = ask().text

    assert "Soft ball" in page
    assert "quite sore when pressed" in page
    assert "between your shoulder blade and your spine" in page
    assert "lean on a wall" in page
    assert "Upper back and shoulder blade" in page
    assert "raise your hand to 90 degrees" in page.lower()
    assert re.search(r"£\d+\.\d\d", page)
    for clinic in ("Cambridge", "Newmarket", "Ely"):
        assert clinic in page


def test_the_result_never_shows_anything_firm(ask) -> None:
    shown = ask().text.partition("<details")[0]

    assert "Firm ball" not in shown
    assert "Hard spiky" not in shown


@pytest.mark.parametrize("sign", SIGNS)
def test_an_urgent_sign_shows_the_urgent_card_and_nothing_to_buy(
    client: FlaskClient, post: Post, sign: str
) -> None:
    post(client, "/find/where", region="blade_spine")
    answer = post(client, "/find/check", safety=sign)

    page = client.get(answer.headers["Location"]).text

    assert "tp-care" in page
    assert "Do not use a ball or roller" in page
    assert "£" not in page
    assert 'href="/shop' not in page


def test_a_ticked_condition_asks_for_a_professional_and_shows_nothing_to_buy(
    app: Flask, ask
) -> None:
    library = next(iter(app.extensions["shop"].values())).library
    for sign in library.signs.values():
        if not sign.regions:
            page = ask(safety=sign.id).text

            assert "£" not in page, sign.id
            assert 'href="/shop' not in page, sign.id
            assert "Soft ball" not in page, sign.id


@pytest.mark.parametrize("url", ["/find/press", "/find/position", "/find/result"])
def test_nobody_skips_the_safety_step_by_its_address(
    client: FlaskClient, post: Post, url: str
) -> None:
    post(client, "/find/where", region="blade_spine")

    assert client.get(url).headers["Location"] == "/find/check"


def test_posting_a_later_answer_does_not_skip_the_safety_step(
    client: FlaskClient, post: Post
) -> None:
    post(client, "/find/where", region="blade_spine")

    answer = post(client, "/find/press", page="/find/check", press="quite-sore")

    assert answer.headers["Location"] == "/find/check"
    assert client.get("/find/result").headers["Location"] == "/find/check"


def test_an_unticked_safety_step_is_not_a_no(client: FlaskClient, post: Post) -> None:
    post(client, "/find/where", region="blade_spine")

    answer = post(client, "/find/check")

    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert "<title>Error: " in answer.text


def test_none_of_these_and_something_else_is_asked_again(client: FlaskClient, post: Post) -> None:
    post(client, "/find/where", region="blade_spine")

    answer = post(client, "/find/check", safety=["none", "today"])

    assert answer.status_code == 400
    assert "not both" in answer.text
    assert len(re.findall(r"<input[^>]* checked", answer.text)) == 2


def test_moving_to_another_place_asks_that_places_own_safety_questions(
    client: FlaskClient, post: Post, ask
) -> None:
    ask("blade_spine")

    moved = post(client, "/find/where", region="chest")

    assert moved.headers["Location"] == "/find/check"
    assert client.get("/find/result").headers["Location"] == "/find/check"


def test_a_given_answer_is_shown_again_on_the_way_back(client: FlaskClient, ask) -> None:
    ask(press="very-sore")

    assert re.search(r'checked[^>]*value="very-sore"', client.get("/find/press").text)
    assert re.search(r'checked[^>]*value="blade_spine"', client.get("/find/where").text)


def test_changing_one_answer_leads_straight_back_to_the_result(
    client: FlaskClient, post: Post, ask
) -> None:
    ask()

    assert post(client, "/find/press", press="very-sore").headers["Location"] == "/find/result"
    assert "very sore when pressed" in client.get("/find/result").text


def test_very_sore_leaves_the_movement_out_of_the_steps(ask) -> None:
    page = ask(press="very-sore").text

    assert "Do this 10 times" not in page
    assert "leave out the movement" in page


def test_starting_again_forgets_every_answer(client: FlaskClient, post: Post, ask) -> None:
    ask()

    post(client, "/find/again", page="/find/result")

    assert client.get("/find/result").headers["Location"] == "/find/where"


def test_a_cookie_that_somebody_made_up_or_changed_is_no_answer(
    client: FlaskClient, post: Post, ask
) -> None:
    ask()
    for made_up in ("", "x", "gAAAAAB" + "a" * 100, "é", "{}"):
        client.set_cookie(carried.COOKIE, made_up, path="/find")

        assert client.get("/find/result").headers["Location"] == "/find/where"


def test_a_cookie_of_half_an_hour_ago_is_no_answer(
    client: FlaskClient, ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask()
    monkeypatch.setattr(carried, "SECONDS", -1)

    assert client.get("/find/result").headers["Location"] == "/find/where"


def test_answers_reach_no_row_no_address_and_no_readable_cookie(
    app: Flask, client: FlaskClient, ask
) -> None:
    answer = ask("chest", press="very-sore")
    assert "Chest" in answer.text

    cookie = client.get_cookie(carried.COOKIE, path="/find")
    seen = [answer.request.url, cookie.value]
    with database_of(app).reading() as work:
        for name in Base.metadata.tables:
            if name not in ("shop_product",):
                seen += [repr(tuple(row)) for row in work.execute(text(f"SELECT * FROM {name}"))]

    for word in ("chest", "very-sore", "very sore"):
        assert not any(word in text_.lower() for text_ in seen)


def test_the_cookie_goes_to_the_finder_only(client: FlaskClient, ask) -> None:
    ask()
    cookie = client.get_cookie(carried.COOKIE, path="/find")

    assert (cookie.path, cookie.http_only, cookie.same_site) == ("/find", True, "Lax")
    assert carried.COOKIE not in client.get("/shop").request.headers.get("Cookie", "")


def test_the_result_takes_three_statements(client: FlaskClient, ask, statements) -> None:
    ask()

    with statements() as seen:
        client.get("/find/result")

    assert len(seen) <= 3


def test_no_question_reads_the_database(client: FlaskClient, statements) -> None:
    with statements() as seen:
        client.get("/find/where")

    assert seen == []


def test_find_leads_to_the_first_question(client: FlaskClient) -> None:
    assert client.get("/find").headers["Location"] == "/find/where"
