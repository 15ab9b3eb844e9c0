"""Headers: strict on every answer of ours, whatever it says."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop.pages.assets import STATIC

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
    address = re.search(r'href="(/assets/shop\.\w{12}\.css)"', client.get("/").text)
    assert address

    named, plain = client.get(address[1]), client.get("/assets/shop.css")

    assert named.data == plain.data
    assert named.mimetype == "text/css"
    assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_every_static_file_has_a_type_of_its_own(client: FlaskClient, path: Path) -> None:
    named = "shop.css" if path.suffix == ".css" else path.name

    kind = client.get(f"/assets/{named}").mimetype

    assert kind in ("text/css", "text/javascript", "image/svg+xml")


def test_a_fingerprint_of_another_version_gets_todays_file_and_is_not_kept(
    client: FlaskClient,
) -> None:
    answer = client.get("/assets/shop.0123456789ab.css")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


def test_a_browser_that_has_the_file_is_not_sent_it_again(client: FlaskClient) -> None:
    etag = client.get("/assets/shop.js").headers["ETag"]

    assert client.get("/assets/shop.js", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "name", ["", "shop", "shop.", ".css", "drawing.css", "shop.css.", "../frame.py", "a.b.c.css",
             "shop.css%00", "%2e%2e%2fframe.py", "shop.1.2.css"]
)  # fmt: skip
def test_nothing_but_our_own_static_files_is_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/{name}").status_code in (400, 404)


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
