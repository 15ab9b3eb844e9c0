"""A result that is kept: frozen, for whoever has its link, for 30 days, and joined to nobody."""

import re
from datetime import timedelta
from html import unescape

import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from shop import clock, kept_results
from shop.pages.front import find_kept
from tests.conftest import database_of
from tests.pages.at_desk import Post, change_product
from tests.pages.finding import BLADE, Finder, main_part

NOWHERE = "/find/kept/" + "a" * 22
VERY_LONG = {
    "safety": ["about_you", "condition", "sore_place"],
    "signs": {
        "about_you": ["over_74", "aspirin", "painkillers", "new_medicine", "worn_out"],
        "condition": [
            "osteoporosis",
            "cancer_discharged",
            "diabetes",
            "hypermobility",
            "widespread",
        ],
        "sore_place": ["fragile_skin", "joint_replaced", "accident_checked"],
    },
    "positions": ["wall", "chair", "floor"],
}


def keep(finder: Finder, *regions: str, **said: object) -> str:
    """Keep what these answers lead to; the address of what is kept."""
    finder.go(*regions, **said)
    kept = finder.keep()
    assert kept.status_code == 303, kept.text
    return str(kept.headers["Location"])


def stranger(app: Flask, url: str) -> str:
    """The page for somebody who has nothing but the link."""
    return unescape(app.test_client().get(url).text)


def frozen(page: str) -> str:
    return main_part(page).partition("The link to this page")[0]


def rows(app: Flask) -> int:
    with database_of(app).reading() as work:
        return work.execute(text("SELECT count(*) FROM shop_kept_result")).scalar_one()


def test_nothing_is_kept_unless_somebody_asks(app: Flask, finder: Finder) -> None:
    finder.go()

    assert rows(app) == 0


def test_a_kept_result_shows_the_outcome_its_reasons_and_its_content_version(
    app: Flask, finder: Finder
) -> None:
    url = keep(finder)
    version = re.search(r"Content version \w+", finder.client.get("/find/result").text)[0]

    page = frozen(stranger(app, url))

    assert re.fullmatch(r"/find/kept/[\w-]{22}", url)
    assert "Soft ball 6.5 cm may suit you" in page
    assert "You said it is quite sore when pressed" in page
    assert "Put the ball between your back and the wall" in page
    assert version in page


def test_it_says_until_when_it_is_kept(app: Flask, finder: Finder) -> None:
    url = keep(finder)
    last = kept_results.last_day(clock.now())

    assert f"Kept until {last.day} {last:%B %Y}." in stranger(app, url)


def test_what_changes_is_not_frozen_prices_stock_and_the_ways_to_change_it(
    app: Flask, finder: Finder
) -> None:
    page = frozen(stranger(app, keep(finder)))

    for changing in ("£", "In stock", "Out of stock", "<form", "Your answers", "/find/press"):
        assert changing not in page


def test_it_stays_the_same_when_the_shop_changes(app: Flask, finder: Finder) -> None:
    url = keep(finder)
    before = stranger(app, url)

    change_product(app, name="Quite another ball", on_sale=False)

    assert stranger(app, url) == before


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"safety": "heart_and_lungs"}, "Call 999 now</h1>"),
        ({"safety": "about_you", "signs": {"about_you": "under_16"}}, "with a parent</h1>"),
        ({"press": "too-sore-to-press"}, "Calm-down plan"),
    ],
    ids=str,
)
def test_a_referral_and_an_urgent_page_are_kept_as_well_and_lead_to_no_tool(
    app: Flask, finder: Finder, said: dict[str, object], says: str
) -> None:
    page = stranger(app, keep(finder, **said))

    assert says in page
    assert '"/shop' not in page
    assert "Soft ball" not in page


def test_a_kept_ask_first_leads_to_no_product(app: Flask, finder: Finder) -> None:
    page = stranger(app, keep(finder, safety="condition", signs={"condition": "cancer_discharged"}))

    assert "Ask first, before you use any tool" in page
    assert '"/shop' not in page


def test_the_longest_result_can_be_kept(app: Flask, finder: Finder) -> None:
    page = stranger(app, keep(finder, "neck_back", BLADE, "buttock", **VERY_LONG))

    assert page.count("How to use it: ") == 3
    assert len(page.encode()) < kept_results.MOST_BYTES


def test_the_page_shows_its_link_to_copy_and_as_a_picture_of_it(app: Flask, finder: Finder) -> None:
    url = keep(finder)
    link = f"http://localhost{url}"

    page = stranger(app, url)

    assert f"<code>{link}</code>" in page
    drawn = segno.make_qr(link, error="m").svg_inline(scale=4, border=4, lineclass=None)
    assert re.search(r'd="([^"]+)"', drawn[drawn.index("stroke") :])[1] in page


def test_no_cache_no_search_engine_and_no_other_page_hears_of_the_link(
    app: Flask, finder: Finder
) -> None:
    url = keep(finder)
    for address in (url, NOWHERE):
        headers = app.test_client().get(address).headers

        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "no-referrer"


def test_the_deletion_lets_a_host_s_own_check_hear_the_site_and_not_the_link(
    app: Flask, finder: Finder
) -> None:
    headers = app.test_client().get(f"{keep(finder)}/deletion").headers

    assert headers["Referrer-Policy"] == "strict-origin"
    assert "noindex" in headers["X-Robots-Tag"]


def test_whoever_has_the_link_can_delete_it_at_once(app: Flask, finder: Finder, post: Post) -> None:
    url, other = keep(finder), app.test_client()

    gone = post(other, f"{url}/deletion")

    assert gone.headers["Location"] == "/find/kept/gone"
    assert "The result is deleted" in other.get("/find/kept/gone").text
    assert other.get(url).status_code == 404
    assert rows(app) == 0


def test_looking_at_the_deletion_deletes_nothing(app: Flask, finder: Finder) -> None:
    url = keep(finder)

    app.test_client().get(f"{url}/deletion")

    assert app.test_client().get(url).status_code == 200


def test_deleting_what_is_gone_says_the_same(app: Flask, finder: Finder, post: Post) -> None:
    url = keep(finder)
    tab = finder.client.get(f"{url}/deletion").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', tab)[1]

    for _ in range(2):
        answer = finder.client.post(f"{url}/deletion", data={"csrf_token": token})

        assert answer.headers["Location"] == "/find/kept/gone"


@pytest.mark.parametrize(
    "code", ["a" * 22, "x", "a" * 21, "a" * 23, "a" * 5000, "é" * 22, "gone2", "%00" * 22]
)
def test_a_link_that_is_not_whole_is_answered_in_words(app: Flask, code: str) -> None:
    answer = app.test_client().get(f"/find/kept/{code}")

    assert answer.status_code in (400, 404)
    assert "<h1" in answer.text


def test_a_result_ends_after_thirty_days(
    app: Flask, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, now = keep(finder), clock.now()
    for days, status in ((29, 200), (32, 404)):
        monkeypatch.setattr(find_kept.clock, "now", lambda d=days: now + timedelta(days=d))

        assert app.test_client().get(url).status_code == status


def test_there_is_nothing_to_keep_before_the_questions_are_answered(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    answer = post(client, "/find/keep", page="/find/where")

    assert answer.headers["Location"] == "/find/where"
    assert rows(app) == 0


def test_two_keepings_are_two_links(app: Flask, finder: Finder) -> None:
    assert keep(finder) != keep(finder)
    assert rows(app) == 2
