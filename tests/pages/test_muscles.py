"""Muscle names in the finder: for signed-in staff who asked, and words alone."""

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from shop.pages.front import carried
from shop.staff import Role
from tests.pages.at_desk import Post, sign_in
from tests.pages.reading import LIBRARY, read

SWITCH, BOARD = "/staff/content/muscles", "/staff/content"
PARTS = """{% from "shop/front/_muscles.html" import strip, of, trained with context %}
[{{ strip() }}][{{ of(library.regions.blade_spine) }}][{{ of(library.regions.other) }}]
[{{ trained([library.guides.G01, library.calm]) }}]"""
MUSCLES = "Rhomboids, middle trapezius"


@pytest.fixture
def practitioner(app: Flask, post: Post) -> FlaskClient:
    return sign_in(app, post, {"cambridge": Role.PRACTITIONER})


@pytest.fixture
def drawn(app: Flask) -> object:
    """What this visitor's finder shows of the parts, drawn on a page of the finder."""

    def draw() -> str:
        return render_template_string(PARTS)

    app.view_functions["shop.find_where"] = draw
    return draw


def test_nobody_sees_a_muscle_before_asking(
    client: FlaskClient, practitioner: FlaskClient, drawn: object
) -> None:
    for visitor in (client, practitioner):
        assert "".join(read(visitor, "/find/where").split()) == "[][][][]"


def test_who_asks_for_them_is_led_to_the_first_question_and_sees_them(
    practitioner: FlaskClient, post: Post, drawn: object
) -> None:
    switched = post(practitioner, SWITCH, page=BOARD, shown="yes")

    page = read(practitioner, "/find/where")
    assert (switched.status_code, switched.location) == (303, "/find/where")
    assert f"Muscles: {MUSCLES}" in page
    assert f"G01, Upper back and shoulder blade: {MUSCLES}" in page
    assert f'<a href="{BOARD}#patient">Switch them off</a>' in page
    assert "Calm-down" not in page  # it trains no muscle


def test_they_can_be_switched_off_again(
    practitioner: FlaskClient, post: Post, drawn: object
) -> None:
    post(practitioner, SWITCH, page=BOARD, shown="yes")
    assert "Switch muscle names off" in read(practitioner, BOARD)

    off = post(practitioner, SWITCH, page=BOARD, shown="no")

    assert (off.status_code, off.location) == (303, BOARD)
    assert MUSCLES not in read(practitioner, "/find/where")
    assert "Run the questionnaire with a patient" in read(practitioner, BOARD)


def test_they_end_when_the_person_signs_out(
    practitioner: FlaskClient, post: Post, drawn: object
) -> None:
    post(practitioner, SWITCH, page=BOARD, shown="yes")

    post(practitioner, "/staff/sign-out", page=BOARD)

    assert MUSCLES not in read(practitioner, "/find/where")


def test_a_session_whose_person_is_gone_shows_none(app: Flask, drawn: object) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session["shop_muscles:shop"] = True

    assert MUSCLES not in read(client, "/find/where")


def test_a_visitor_is_not_looked_up(client: FlaskClient, statements: object, drawn: object) -> None:
    with statements() as seen:  # type: ignore[operator]
        read(client, "/find/where")

    assert seen == []


def test_they_touch_no_answer(practitioner: FlaskClient, post: Post) -> None:
    practitioner.set_cookie(carried.COOKIE, "untouched", path="/find")

    switched = post(practitioner, SWITCH, page=BOARD, shown="yes")

    assert carried.COOKIE not in str(switched.headers.getlist("Set-Cookie"))
    cookie = practitioner.get_cookie(carried.COOKIE, path="/find")
    assert cookie is not None
    assert cookie.value == "untouched"


def test_reception_and_strangers_have_no_switch(
    client: FlaskClient, desk: FlaskClient, post: Post
) -> None:
    refused = post(desk, SWITCH, page="/staff/site", shown="yes")

    assert refused.status_code == 403
    assert client.post(SWITCH, data={"shown": "yes"}).location == "/staff/sign-in"
    with desk.session_transaction() as session:
        assert not any(key.startswith("shop_muscles") for key in session)


@pytest.mark.parametrize("said", ["", "maybe", "YES", None])
def test_anything_but_yes_is_off(practitioner: FlaskClient, post: Post, said: str | None) -> None:
    assert post(practitioner, SWITCH, page=BOARD, shown=said).location == BOARD


def test_every_place_with_muscles_has_its_hint(
    app: Flask, practitioner: FlaskClient, post: Post
) -> None:
    app.view_functions["shop.find_where"] = lambda: render_template_string(
        "{% for id, names in muscle_hints().items() %}{{ id }}={{ names }};{% endfor %}"
    )
    post(practitioner, SWITCH, page=BOARD, shown="yes")

    hints = dict(pair.split("=") for pair in read(practitioner, "/find/where")[:-1].split(";"))

    assert hints.keys() == {r.id for r in LIBRARY.regions.values() if r.muscles}
    assert hints["throat"] == "Sternocleidomastoid, scalenes"
