"""What search engines and who shares a page read of it."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update

from shop import clock, photos
from shop.products import Product
from tests.conftest import database_of
from tests.pages.at_desk import deliver
from tests.pages.reading import LIBRARY
from tests.pictures import picture

BALL, SKU = "/shop/medium-ball-65", "BALL-65-M"
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
META = re.compile(r'<meta (?:property|name)="([a-z:_]+)" content="([^"]*)">')


def told(client: FlaskClient, url: str) -> dict[str, Any]:
    (found,) = DATA.findall(client.get(url).text)
    return dict(json.loads(found))


def empty_shelves(app: Flask) -> None:
    with database_of(app).transaction() as work:
        work.execute(text("UPDATE shop_stock_level SET on_hand = held WHERE sku = :s"), {"s": SKU})


def test_a_product_says_its_name_its_price_and_that_it_is_there(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, "ely", 7, SKU)

    data = told(client, BALL)

    assert (data["@context"], data["@type"]) == ("https://schema.org", "Product")
    assert (data["sku"], data["url"]) == (SKU, f"http://localhost{BALL}")
    offer = data["offers"]
    assert (offer["priceCurrency"], offer["availability"]) == ("GBP", "https://schema.org/InStock")
    assert f"£{offer['price']}" in client.get(BALL).text


def test_what_no_clinic_has_is_out_of_stock(app: Flask, client: FlaskClient) -> None:
    empty_shelves(app)

    assert told(client, BALL)["offers"]["availability"] == "https://schema.org/OutOfStock"


def test_nobody_is_told_how_many_there_are(app: Flask, client: FlaskClient) -> None:
    before = told(client, BALL)
    deliver(app, "ely", 7, SKU)

    assert told(client, BALL) == before


def test_a_set_is_told_like_a_product_at_its_own_price(client: FlaskClient) -> None:
    url = re.findall(r'href="(/shop/sets/[^"/]+)"', client.get("/shop").text)[0]

    data = told(client, url)

    assert data["@type"] == "Product"
    assert f"£{data['offers']['price']}" in client.get(url).text


@pytest.mark.parametrize("slug", [guide.slug for guide in LIBRARY.guides.values()])
def test_a_guide_tells_its_steps_and_how_long_it_takes(client: FlaskClient, slug: str) -> None:
    guide = LIBRARY.guide_at(slug)
    assert guide is not None

    data = told(client, f"/guides/{slug}")

    assert data["@type"] == "HowTo"
    assert [step["text"] for step in data["step"]] == [step.text for step in guide.steps]
    assert data["totalTime"] == f"PT{guide.minutes}M"


def test_a_name_that_looks_like_markup_stays_text(app: Flask, client: FlaskClient) -> None:
    name = '</script><script>alert(1)</script>"'
    with database_of(app).transaction() as work:
        work.execute(update(Product).where(Product.sku == SKU).values(name=name))

    page = client.get(BALL).text

    assert told(client, BALL)["name"] == name
    assert "<script>alert" not in page


def test_who_shares_a_product_shows_its_photo(app: Flask, client: FlaskClient) -> None:
    assert "og:image" not in dict(META.findall(client.get(BALL).text))
    with database_of(app).transaction() as work:
        ready = photos.prepare(picture())
        photos.put(work, SKU, ready, "A ball", by="Sam Reed", at=clock.now())

    card = dict(META.findall(client.get(BALL).text))

    assert card["og:url"] == f"http://localhost{BALL}"
    assert client.get(card["og:image"].removeprefix("http://localhost")).mimetype == "image/webp"


@pytest.mark.parametrize("url", ["/find", "/basket", "/search?q=ball", "/p"])
def test_what_is_somebodys_own_tells_nothing(client: FlaskClient, url: str) -> None:
    page = client.get(url).text

    assert DATA.findall(page) == []
    assert "og:" not in page
