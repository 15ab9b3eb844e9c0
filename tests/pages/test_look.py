"""The look: light, inside its wrapper, nothing inline; and a page asks the database little."""

import re

import pytest

from shop.pages.frame import STATIC
from tests.pages.reading import GUIDES, SLUGS

PAGES = ("/", "/shop", f"/shop/{SLUGS[0]}", "/guides", "/help", "/privacy")


@pytest.mark.parametrize(("name", "most"), [("shop.css", 30_000), ("shop.js", 3_000)])
def test_the_look_stays_light(name, most):
    assert len((STATIC / name).read_bytes()) <= most


def test_the_stylesheet_reaches_nothing_outside_its_wrapper():
    """Every selector starts at .tp and names only our classes, so a host's page keeps its look."""
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "shop.css").read_text(), flags=re.DOTALL)
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
