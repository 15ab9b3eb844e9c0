"""The look: light, inside its wrapper, nothing inline; and a page asks the database little."""

import gzip
import re

import pytest

from shop.pages.assets import SHEETS, STATIC, slim
from tests.pages.reading import GUIDES, SLUGS

PAGES = ("/", "/shop", f"/shop/{SLUGS[0]}", "/guides", "/help", "/privacy")


def test_the_one_stylesheet_stays_light(client):
    sent = client.get("/assets/shop.css").data

    assert len(sent) <= 30_000
    assert len(gzip.compress(sent, mtime=0)) <= 8_000


def test_our_own_scripts_stay_small():
    scripts = [path for path in STATIC.iterdir() if path.suffix == ".js"]

    assert sum(len(path.read_bytes()) for path in scripts) <= 3_000


@pytest.mark.parametrize("url", ["/", "/find/where", "/shop/soft-ball-65"])
def test_a_page_asks_for_one_stylesheet_and_one_script(client, url):
    page = client.get(url).text

    assert page.count('rel="stylesheet"') == 1
    assert page.count("<script") == 1


def test_the_stylesheet_is_sent_whole_without_what_a_browser_does_not_read(client):
    sent = client.get("/assets/shop.css").text

    assert "/*" not in sent
    assert "\n" not in sent
    assert ".tp .tp-f-ball{" in sent  # the drawings are in it
    assert sent.count("{") == sum((STATIC / name).read_text().count("{") for name in SHEETS)


def test_slimming_leaves_every_value_as_it_is():
    css = '.tp a{\n  color:var(--tp-ink); /* why */\n}\n.tp b::before{content:"\u25cf --x"}'

    assert slim(css) == '.tp a{color:var(--ink); }.tp b::before{content:"\u25cf --x"}'


def test_the_stylesheet_reaches_nothing_outside_its_wrapper():
    """Every selector starts at .tp and names only our classes, so a host's page keeps its look."""
    css = slim("".join((STATIC / name).read_text() for name in SHEETS))
    blocks = re.findall(r"([^{}]+)\{[^{}]*\}", css)
    selectors = [part.strip() for block in blocks for part in re.split(r",(?![^(\[]*[)\]])", block)]

    frames = re.compile(r"@page tp-\w+|[\d.]+%")  # a sheet of paper, and steps of an animation
    for selector in selectors:
        if not frames.fullmatch(selector):
            assert re.match(r"\.tp(--staff)?(?![\w-])", selector), selector
            classes = re.findall(r"\.([a-z][\w-]*)", selector)
            assert all(re.fullmatch(r"tp|tp-.+", name) for name in classes), selector


@pytest.mark.parametrize("url", [*PAGES, *GUIDES, "/nothing"])
def test_no_page_styles_or_scripts_inline_and_no_id_is_there_twice(client, url):
    page = client.get(url).text

    assert "style=" not in page
    assert "<style" not in page
    assert "<script>" not in page
    ids = [piece.split('"', 1)[0] for piece in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/", 3),
        ("/shop", 4),
        ("/shop?kind=ball&clinic=ely", 4),
        ("/shop/soft-ball-65", 5),
        ("/guides", 3),
        (GUIDES[0], 3),
        ("/help", 3),
        ("/privacy", 0),
        ("/nothing", 0),
    ],
)
def test_a_page_asks_the_database_only_a_few_times(client, statements, url, most):
    client.get(url)

    with statements() as seen:
        client.get(url)

    assert len(seen) <= most, "\n".join(seen)
