"""The range and its stock, help, and pages that are not there."""

import pytest
from flask import Flask
from sqlalchemy import update

from shop import demo_sets
from shop.levels import StockLevel
from shop.products import Product
from tests.conftest import database_of, make_app
from tests.pages.reading import GUIDES, LIBRARY, SLUGS, read


def set_shelf(app: Flask, sku: str, **units: int) -> None:
    """Make up what each site's shelf holds; the ledger is not looked at here."""
    with database_of(app).transaction() as work:
        for site, count in units.items():
            level = (StockLevel.place == f"shelf:{site}", StockLevel.sku == sku)
            work.execute(update(StockLevel).where(*level).values(on_hand=count, held=0))


def test_the_list_shows_every_product_with_its_price_and_stock(client):
    page = read(client, "/shop")

    for item in LIBRARY.demo_range:
        assert item.name in page
        assert f'href="/shop/{item.slug}"' in page
        assert f"£{item.price_pence // 100}.{item.price_pence % 100:02}" in page
    assert page.count('class="tp-pill ') == len(LIBRARY.demo_range) + len(demo_sets.SETS)
    assert "18 items" in page
    assert "Showing 18 of 18" in page


def test_filters_keep_what_fits_and_can_be_removed_one_by_one(client):
    page = read(client, "/shop?kind=roller&firmness=soft")

    assert "1 item" in page
    assert "Soft foam roller 45 cm" in page
    assert "Soft ball 6.5 cm" not in page
    assert 'href="/shop?firmness=soft"' in page
    assert 'href="/shop?kind=roller"' in page


def test_the_clinic_filter_shows_only_what_that_clinic_has(app, client):
    set_shelf(app, "BALL-65-S", cambridge=0, ely=9)

    assert "Soft ball 6.5 cm" not in read(client, "/shop?kind=ball&clinic=cambridge")
    assert "Soft ball 6.5 cm" in read(client, "/shop?kind=ball&clinic=ely")


def test_nothing_found_names_the_filter_to_remove(client):
    page = read(client, "/shop?kind=cane&firmness=soft")

    assert "No tools match" in page
    assert "Remove “Hook cane”" in page
    assert "Remove “Soft”" in page


@pytest.mark.parametrize("query", ["kind=spaceship", "firmness=9", "clinic=atlantis"])
def test_a_filter_that_is_not_ours_is_left_out_and_said(client, query):
    page = read(client, f"/shop?{query}", 400)

    assert "left it out" in page
    assert "Showing 18 of 18" in page


def test_a_product_page_says_the_stock_at_every_clinic(app, client):
    set_shelf(app, "BALL-65-S", cambridge=0, newmarket=2, ely=8)

    page = read(client, "/shop/soft-ball-65")

    assert "Out of stock at Cambridge" in page
    assert "Only 2 left at Newmarket" in page
    assert "In stock at Ely" in page


@pytest.mark.parametrize("units", [6, 8, 500])
def test_nobody_outside_learns_how_many_there_are(app, client, units):
    set_shelf(app, "BALL-65-S", cambridge=units, newmarket=units, ely=units)

    page = read(client, "/shop/soft-ball-65")

    assert f"{units} left" not in page
    assert f">{units}<" not in page


def test_what_was_withdrawn_is_gone_for_the_public(app, client):
    with database_of(app).transaction() as work:
        work.execute(update(Product).where(Product.sku == "BALL-65-S").values(on_sale=False))

    assert "Soft ball 6.5 cm" not in read(client, "/shop")
    read(client, "/shop/soft-ball-65", 404)


@pytest.mark.parametrize("url", ["/shop/no-such-ball", "/guides/no-such-guide", "/nothing"])
def test_what_is_not_there_gets_our_own_page_with_a_way_on(client, url):
    page = read(client, url, 404)

    assert "We can’t find that" in page
    assert 'href="/shop"' in page
    assert "01632 960100" in page


def test_a_product_without_measurements_says_that_we_do_not_suggest_it(client):
    page = read(client, "/shop/eureka-physiocare-trigger-point-ball")

    assert "The maker gives no size or firmness, so we don’t suggest it in the finder." in page
    assert "Latex</dt><dd>Not known" in page
    assert "You don’t need to buy anything" not in page
    assert "/guides/upper" not in page


def test_only_the_soft_ball_of_its_size_may_be_a_tennis_ball(client):
    said = [slug for slug in SLUGS if "A tennis ball will do" in read(client, f"/shop/{slug}")]

    assert sorted(said) == ["soft-air-ball-70", "soft-ball-65"]


def test_a_firm_tool_is_not_one_to_start_with(client):
    assert "Start with a soft or a medium one" in read(client, "/shop/firm-ball-63")
    assert "Start with a soft or a medium one" not in read(client, "/shop/soft-ball-65")


def test_prices_speak_of_vat_once_the_business_is_registered(demo_copy):
    plain, registered = (
        make_app(demo_copy(), **more) for more in ({}, {"SHOP_VAT_NUMBER": "GB123456789"})
    )

    for url in ("/shop", "/shop/soft-ball-65", GUIDES[0]):
        assert "including VAT" not in read(plain.test_client(), url)
        assert "including VAT" in read(registered.test_client(), url)
    for app in (plain, registered):
        database_of(app).dispose()


@pytest.mark.parametrize("url", ["/", "/help"])
def test_every_clinic_can_be_rung(client, url):
    page = read(client, url)

    for number in ("01632960101", "01632960102", "01632960103"):
        assert f'href="tel:{number}"' in page


def test_privacy_says_that_answers_are_not_stored(client):
    page = read(client, "/privacy")

    assert "We don’t store your answers." in page
    assert "30 minutes" in page
