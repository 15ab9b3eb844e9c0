"""The search page: guides first, kind to a slip, careful with a warning sign, and forgetful."""

from time import perf_counter

import pytest
from sqlalchemy import update

from shop import clock, sets
from shop.pages.front.search import LONGEST, MOST
from shop.products import Product
from tests.conftest import database_of
from tests.pages.forms_on import forms_on
from tests.pages.reading import LIBRARY, read

HELP = "If something worries you"


def test_guides_come_before_tools_and_these_before_sets_and_all_are_counted(client):
    page = read(client, "/search?q=foam+roller")

    counts = "<strong>9 guides</strong>, <strong>4 tools</strong> and <strong>1 set</strong>"
    assert counts in page
    assert page.index("Upper back on a roller") < page.index("Soft foam roller 45 cm")
    assert page.index("Soft foam roller 45 cm") < page.index("Starter set")
    assert 'href="/shop/sets/set-start"' in page
    assert 'href="/guides/upper-back-on-a-roller"' in page
    assert 'href="/shop/soft-roller-45"' in page
    assert 'class="tp-pill ' in page


def test_a_misspelt_word_is_said_with_the_spelling_that_was_used(client):
    page = read(client, "/search?q=rombiod")

    assert "Showing results for <strong>rhomboid</strong>. You typed “rombiod”." in page
    assert "Upper back and shoulder blade" in page
    assert "<p><strong>2 guides</strong></p>" in page


def test_a_set_alone_is_found_with_its_price_and_what_is_in_it(client):
    page = read(client, "/search?q=starter+set")

    assert "<p><strong>1 set</strong></p>" in page
    assert "£17.50" in page
    assert "Soft ball 6.5 cm, Soft foam roller 45 cm" in page


def test_a_set_that_was_stopped_is_not_found_any_more(app, client):
    with database_of(app).transaction() as work:
        sets.stop(work, "SET-START", by="Rae", at=clock.now())

    assert "Nothing found for “starter”" in read(client, "/search?q=starter")


def test_more_than_a_screenful_is_cut_and_says_so(client):
    page = read(client, "/search?q=sore+spot")

    assert page.count("<h3>") == MOST
    assert page.count('<article class="tp-card tp-item">') == 2 * MOST  # guides and tools
    assert f"Showing {MOST} of 18" in page
    assert page.count("Showing 12 of ") == 2


def test_an_empty_search_is_a_field_and_words_to_try(client):
    for url in ("/search", "/search?q=", "/search?q=+%09"):
        page = read(client, url)

        assert "Words to try" in page
        assert 'role="status"' not in page
        assert 'href="/search?q=foam+roller"' in page


def test_every_word_to_try_finds_a_guide_or_a_tool(client):
    page = client.get("/search").text
    ideas = [piece.split('"', 1)[0] for piece in page.split('href="/search?q=')[1:]]

    assert len(ideas) == 6
    for idea in ideas:
        assert "Nothing found" not in read(client, f"/search?q={idea}")


def test_nothing_found_keeps_the_words_and_leads_on(client):
    page = read(client, "/search?q=zzzz")

    assert "Nothing found for “zzzz”" in page
    assert 'value="zzzz"' in page
    for way_on in ("/guides", "/shop", "/find"):
        assert f'href="{way_on}"' in page.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("words", ["a" * (LONGEST + 1), "ball " * 100, "%%%", "😀", "?!"])
def test_words_that_cannot_be_looked_for_are_kept_with_a_sentence(client, words):
    answer = client.get("/search", query_string={"q": words})

    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert f'value="{words.strip()}"' in answer.text
    assert "<title>Error: " in answer.text


def test_characters_that_nobody_types_get_our_page_with_the_field(client):
    answer = client.get("/search", query_string={"q": "neck\x00"})

    assert answer.status_code == 400
    assert [form.action for form in forms_on(answer.text, "/search")] == ["/search"]


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '" autofocus x="', "<b>neck</b>"])
def test_what_is_typed_is_shown_as_text(client, words):
    page = client.get("/search", query_string={"q": words}).text

    assert words not in page
    assert "<b>" not in page
    assert forms_on(page, "/search")[0].values == {"q": [words]}


@pytest.mark.parametrize("words", ["chest pain", "numb", "swolen calf"])
def test_a_warning_sign_is_told_where_to_get_help_before_anything_else(client, words):
    page = read(client, f"/search?q={words}").split('role="search"')[1]

    assert page.index(HELP) < page.index("/guides/" if "/guides/" in page else "Nothing found")
    assert '<a href="/find">read when to get help</a>' in page


@pytest.mark.parametrize("words", ["calf", "ball", "pain", "zzzz"])
def test_other_words_are_not_worried_about(client, words):
    assert HELP not in read(client, f"/search?q={words}")


def test_no_cache_and_no_search_engine_keeps_somebodys_words(client):
    for url in ("/search", "/search?q=neck", "/search?q=%25"):
        headers = client.get(url).headers

        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Set-Cookie" not in headers


def test_nothing_is_logged(client, caplog):
    with caplog.at_level("DEBUG"):
        client.get("/search?q=numb")

    assert "numb" not in caplog.text


def test_what_was_withdrawn_or_renamed_is_known_at_once(app, client):
    assert "Hook cane 58 cm" in read(client, "/search?q=hook")

    with database_of(app).transaction() as work:
        work.execute(update(Product).where(Product.sku == "CANE-58").values(on_sale=False))
        work.execute(update(Product).where(Product.sku == "STICK-45").values(name="Zebra bar"))

    assert "/shop/hook-cane-58" not in read(client, "/search?q=hook")
    assert "Zebra bar" in read(client, "/search?q=zebra")


@pytest.mark.parametrize(
    ("url", "most"),
    [("/search", 0), ("/search?q=%25", 0), ("/search?q=neck", 1), ("/search?q=roller", 3)],
)
def test_a_search_takes_few_statements(client, statements, url, most):
    client.get(url)

    with statements() as seen:
        client.get(url)

    assert len(seen) <= most, "\n".join(seen)


def test_a_search_does_not_go_through_the_content_again(app, client):
    """A whole request, in the time a page has; the index is the library's."""
    client.get("/search?q=sholder+blaed")
    started = perf_counter()

    client.get("/search?q=sholder+blaed")

    assert perf_counter() - started < 0.25
    assert next(iter(app.extensions["shop"].values())).library.index == LIBRARY.index


def test_the_field_is_on_the_404_page_and_on_help_and_a_link_at_every_foot(client):
    for url, status in (("/nowhere", 404), ("/shop/no-such-ball", 404), ("/help", 200)):
        answer = client.get(url)

        assert answer.status_code == status
        assert [form.action for form in forms_on(answer.text, url)] == ["/search"], url
    assert '<a href="/search">Search guides and tools</a>' in read(client, "/").split("<footer")[1]
    assert 'href="/search"' not in read(client, "/").split("</header>")[0]
    assert '<a href="/search">' in read(client, "/shop?kind=cane&firmness=soft").split("<footer")[0]
