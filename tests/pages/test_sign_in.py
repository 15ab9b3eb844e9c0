"""The door of the stand-alone site."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop.accounts import FREE_TRIES
from shop.staff import Role
from tests.conftest import LIVE, database_of, make_app
from tests.pages.at_desk import PASSWORD, Post, sign_in
from tests.pages.conftest import hidden_fields

EMAIL, DEMO_PASSWORD = "reception@demo.example", "reception-demo-only"
WRONG = "That email and password don&#39;t belong together. Try again."


def staff_routes(app: Flask) -> list[tuple[str, str]]:
    """Every desk address with every method it takes, the sign-in page apart."""
    made_up = {"number": "CAM-1", "sku": "BALL-65-S", "slug": "chest", "code": "K7M4QX2P"}
    return [
        (method, re.sub(r"<(?:\w+:)?(\w+)>", lambda part: made_up[part[1]], rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/staff") and not rule.endpoint.endswith(".sign_in")
        for method in sorted(rule.methods & {"GET", "POST"})
    ]


def without_tokens(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)


def test_every_desk_page_leads_a_stranger_to_the_sign_in(app: Flask, client: FlaskClient) -> None:
    routes = staff_routes(app)

    answers = {route: client.open(route[1], method=route[0]) for route in routes}

    assert len(routes) >= 10
    assert {(a.status_code, a.location) for a in answers.values()} == {(303, "/staff/sign-in")}


def test_signing_in_leads_to_the_desk(client: FlaskClient, post: Post) -> None:
    signed_in = post(client, "/staff/sign-in", email=EMAIL, password=DEMO_PASSWORD)

    assert signed_in.location == "/staff"


def test_a_password_manager_can_fill_the_form_in(client: FlaskClient) -> None:
    page = client.get("/staff/sign-in").text

    assert re.search(r'<input[^>]*autocomplete="username"[^>]*name="email"', page)
    assert re.search(r'<input[^>]*autocomplete="current-password"[^>]*name="password"', page)


def test_a_wrong_pair_says_nothing_about_which_half_was_wrong(
    client: FlaskClient, post: Post
) -> None:
    wrong_password = post(client, "/staff/sign-in", email=EMAIL, password="x" * 12)
    nobody = post(client, "/staff/sign-in", email="nobody@demo.example", password="x" * 12)

    assert wrong_password.status_code == nobody.status_code == 400
    assert WRONG in wrong_password.text
    assert without_tokens(wrong_password.text) == without_tokens(nobody.text)


@pytest.mark.parametrize("missing", ["email", "password"])
def test_an_empty_field_is_named(client: FlaskClient, post: Post, missing: str) -> None:
    fields = {"email": EMAIL, "password": DEMO_PASSWORD} | {missing: ""}

    refused = post(client, "/staff/sign-in", **fields)

    assert refused.status_code == 400
    assert f'href="#{missing}"' in refused.text
    assert DEMO_PASSWORD not in refused.text


def test_the_email_is_kept_and_the_password_is_not(client: FlaskClient, post: Post) -> None:
    refused = post(client, "/staff/sign-in", email=EMAIL, password="not the password")

    assert EMAIL in refused.text
    assert "not the password" not in refused.text


def test_too_many_tries_slow_down_also_the_right_password(client: FlaskClient, post: Post) -> None:
    for _ in range(FREE_TRIES + 1):
        post(client, "/staff/sign-in", email=EMAIL, password="x" * 12)

    slowed = post(client, "/staff/sign-in", email=EMAIL, password=DEMO_PASSWORD)

    assert slowed.status_code == 400
    assert "Too many tries. Wait a moment, then try again." in slowed.text


def test_signing_out_ends_the_session_and_its_cookie_is_worthless(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    cookie = desk.get_cookie("sorespot")
    assert cookie
    thief = app.test_client()
    thief.set_cookie("sorespot", cookie.value)
    assert thief.get("/staff").status_code == 200

    signed_out = post(desk, "/staff/sign-out", page="/staff")

    assert signed_out.location == "/staff/sign-in"
    assert desk.get("/staff").location == "/staff/sign-in"
    assert thief.get("/staff").location == "/staff/sign-in"


def test_signing_out_takes_a_press_of_the_button(desk: FlaskClient) -> None:
    assert desk.get("/staff/sign-out").status_code == 405
    assert desk.post("/staff/sign-out").status_code == 400
    assert desk.get("/staff").status_code == 200


def test_a_planted_session_is_not_the_one_that_gets_signed_in(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    client.get("/staff/sign-in")
    planted = client.get_cookie("sorespot")
    assert planted

    post(client, "/staff/sign-in", email=EMAIL, password=DEMO_PASSWORD)

    other = app.test_client()
    other.set_cookie("sorespot", planted.value)
    assert other.get("/staff").location == "/staff/sign-in"


def test_a_sign_in_without_its_csrf_token_is_refused(client: FlaskClient) -> None:
    client.get("/staff/sign-in")

    refused = client.post("/staff/sign-in", data={"email": EMAIL, "password": DEMO_PASSWORD})

    assert refused.status_code == 400
    assert client.get("/staff").status_code == 303


def test_demo_accounts_are_refused_outside_development(app: Flask, post: Post) -> None:
    sign_in(app, post, {"*": Role.OWNER})
    live = make_app(database_of(app).engine.url, **LIVE)
    live.config["PREFERRED_URL_SCHEME"] = "https"  # its cookie travels over TLS only

    demo = post(live.test_client(), "/staff/sign-in", email=EMAIL, password=DEMO_PASSWORD)
    real = post(live.test_client(), "/staff/sign-in", email="sam@clinic.example", password=PASSWORD)
    database_of(live).dispose()

    assert demo.status_code == 400
    assert WRONG in demo.text
    assert real.location.endswith("/staff")


def test_the_desk_is_kept_in_no_cache(desk: FlaskClient) -> None:
    for url in ("/staff", "/staff/till", "/staff/stock", "/staff/sign-in"):
        assert desk.get(url).headers["Cache-Control"] == "no-store"


def test_the_token_of_another_visitor_is_worth_nothing(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    foreign = hidden_fields(app.test_client().get("/staff/sign-in").text)

    refused = client.post(
        "/staff/sign-in", data={**foreign, "email": EMAIL, "password": DEMO_PASSWORD}
    )

    assert refused.status_code == 400
