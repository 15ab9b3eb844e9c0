"""The style pages: every part that the stylesheet knows is on one, for those who may see them."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop.pages.assets import STATIC, WRITTEN
from shop.staff import Role
from tests.conftest import LIVE, database_of, make_app
from tests.pages.at_desk import Post, sign_in
from tests.pages.reading import read

STYLE = "/staff/style"
PAGES = (STYLE, f"{STYLE}/drawings")
# What is a page's frame and not a part of it, what changes a page on paper only, and what needs a
# photo, a logo, or a guide of one frame.
ELSEWHERE = {
    *("tp-hero", "tp-door", "tp-doors", "tp-grid--fit", "tp-pair", "tp-sketch", "tp-site"),
    *("tp-frames--1", "tp-frames--3", "tp-frames--4", "tp-guide", "tp-about", "tp-noprint"),
    *("tp-question", "tp-logo--own", "tp-photo", "tp-read", "tp-stack", "tp-two--pic"),
    *("tp-pic--big", "tp-advice", "tp-several", "tp-link", "tp-sheet", "tp-frames--bare"),
    "tp-label--qr",
}


def test_every_part_of_the_stylesheet_is_on_a_style_page(desk: FlaskClient) -> None:
    css = re.sub(r"/\*.*?\*/", "", "".join((STATIC / s).read_text() for s in WRITTEN), flags=re.S)
    styled = set(re.findall(r"\.(tp-[a-z][\w-]*)", css))
    drawn = {name for name in styled if re.match(r"tp-[fp](-|$)", name)}  # tests of their own

    pages = "".join(read(desk, page) for page in PAGES)
    shown = {n for found in re.findall(r'class="([^"]*)"', pages) for n in found.split()}

    assert styled - drawn - shown - ELSEWHERE == set()


def test_every_colour_has_its_swatch(desk: FlaskClient) -> None:
    page = read(desk, STYLE)
    sheet = desk.get("/assets/shop.css").text.split("}", 1)[0]
    plain = {"round", "font", "on-brand", "on-care", "night"}

    colours = {name for name in re.findall(r"--([\w-]+):", sheet) if not name.startswith("fig-")}

    assert set(re.findall(r"var\(--([\w-]+)\)", page)) == colours - plain


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OWNER, 200), (Role.MANAGER, 403), (Role.PRACTITIONER, 403), (Role.RECEPTION, 403)],
)
def test_in_production_the_style_pages_are_for_owners(
    app: Flask, post: Post, role: Role, status: int
) -> None:
    url = database_of(app).engine.url
    live = make_app(url, **LIVE)
    client = sign_in(live, post, {"cambridge": role})

    for page in PAGES:
        assert client.get(page, base_url="https://localhost").status_code == status
    database_of(live).dispose()


def test_a_stranger_is_led_to_the_door(client: FlaskClient) -> None:
    for page in PAGES:
        assert client.get(page).headers["Location"] == "/staff/sign-in"


@pytest.mark.parametrize("page", PAGES)
def test_looking_at_a_style_page_saves_nothing_and_reads_little(
    desk: FlaskClient, statements, page: str
) -> None:
    with statements() as seen:
        desk.get(page)

    assert not [s for s in seen if not s.startswith("SELECT")]
    assert len(seen) <= 6
