"""Headers: strict on every answer of ours, whatever it says."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

ADDRESSES = ["/", "/shop", "/guides", "/find/where", "/nowhere", "/staff", "/healthz",
             "/assets/shop.css", "/find", "/staff/sign-in"]  # fmt: skip


@pytest.mark.parametrize("url", ADDRESSES)
def test_every_answer_forbids_what_is_not_ours(client: FlaskClient, url: str) -> None:
    headers = client.get(url, buffered=True).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("url", ["/", "/shop", "/guides", "/find/where", "/staff/sign-in", "/no"])
def test_no_page_has_a_style_or_a_script_of_its_own(client: FlaskClient, url: str) -> None:
    page = client.get(url).text

    for forbidden in (
        ' style="',
        "<style",
        "onclick=",
        "onload=",
        "javascript:",
        "http://",
        "https://",
    ):
        assert forbidden not in page
    assert page.count("<script") == page.count('<script src="/assets/')


@pytest.mark.parametrize("url", ["/find/where", "/staff/sign-in", "/staff"])
def test_nobody_keeps_a_page_that_is_somebodys_own(client: FlaskClient, url: str) -> None:
    assert client.get(url).headers["Cache-Control"] == "no-store"


def test_a_static_file_with_its_fingerprint_is_kept_for_a_year(client: FlaskClient) -> None:
    named = client.get("/assets/shop.css?v=123", buffered=True)
    plain = client.get("/assets/shop.css", buffered=True)

    assert "immutable" in named.headers["Cache-Control"]
    assert "immutable" not in plain.headers.get("Cache-Control", "")


def test_cookies_are_out_of_reach_of_scripts(client: FlaskClient) -> None:
    cookie = client.get("/find/where").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_wrong_method_says_which_one_is_right(client: FlaskClient) -> None:
    answer = client.post("/shop")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


def test_an_address_with_a_slash_too_many_leads_to_the_page(client: FlaskClient) -> None:
    answer = client.get("/shop/")

    assert (answer.status_code, answer.headers["Location"]) == (308, "/shop")


@pytest.mark.parametrize("url", ["//evil.example/", "/\\evil.example/", "/%2f%2fevil.example/"])
def test_no_address_leads_off_the_site(client: FlaskClient, url: str) -> None:
    assert "evil" not in client.open(path=url).headers.get("Location", "")


def test_healthz_needs_no_database(app: Flask, client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"ok": True}


def test_readyz_says_which_content_is_loaded(client: FlaskClient) -> None:
    ready = client.get("/readyz")

    assert ready.status_code == 200
    assert len(ready.json["content"]) == 16
