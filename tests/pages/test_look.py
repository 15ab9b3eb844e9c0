"""The look: light, inside its wrapper, nothing inline; and a page asks the database little."""

import gzip
import re
from pathlib import Path

import pytest

from shop.pages.assets import PLAN, SHEETS, STATIC, WRITTEN, slim
from tests.pages.reading import GUIDES, SLUGS

TEMPLATES = Path(__file__).parents[2] / "templates" / "shop"
WRITTEN_CSS = "".join((STATIC / name).read_text() for name in WRITTEN)
PAGES = ("/", "/shop", f"/shop/{SLUGS[0]}", "/guides", "/help", "/privacy")


@pytest.mark.parametrize("sheet", ["shop.css", "desk.css"])
def test_the_one_stylesheet_of_a_page_stays_light(client, sheet):
    sent = client.get(f"/assets/{sheet}").data

    assert len(sent) <= 30_000
    assert len(gzip.compress(sent, mtime=0)) <= 8_000


def test_our_own_scripts_stay_small():
    scripts = [path for path in STATIC.iterdir() if path.suffix == ".js"]

    assert sum(len(path.read_bytes()) for path in scripts) <= 3_000


@pytest.mark.parametrize("url", ["/", "/find/where", "/shop/soft-ball-65"])
def test_a_page_asks_for_one_stylesheet_and_one_script(client, url):
    page = client.get(url).text

    assert page.count('rel="stylesheet"') == 1
    assert page.count("<script src=") == 1


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_stylesheet_is_sent_without_what_a_browser_does_not_read(client, sheet):
    sent = client.get(f"/assets/{sheet}").text

    assert "/*" not in sent
    assert "\n" not in sent
    assert sent.count("{") == sent.count("}")
    assert ".tp .tp-f-ball{" in sent  # the drawings are in it


def test_every_rule_reaches_the_public_or_the_desk_and_the_style_page_has_all(client):
    front, desk, all_ = (client.get(f"/assets/{sheet}").text for sheet in SHEETS)

    assert all_ == slim(WRITTEN_CSS)
    assert {*re.findall(r"[^{}]+\{", all_)} == {*re.findall(r"[^{}]+\{", front + desk)}
    assert len(front) < len(all_) > len(desk)


def test_a_plans_sheet_has_a_small_stylesheet_besides_and_every_part_of_it(client):
    sent = client.get(f"/assets/{PLAN}").text
    sheet = (TEMPLATES / "front" / "plan_sheet.html").read_text()

    assert len(sent) <= 3_000
    assert not [each for each in ("/*", "\n", "--tp-") if each in sent]
    assert "asset('plan.css')" in sheet
    own = {name for name in parts_of(sent) if re.match(r"tp-(plan|qr|name|ticks)", name)}
    assert {"tp-plan", "tp-qr", "tp-name", "tp-ticks"} <= own
    assert not own & parts_of(WRITTEN_CSS)


def test_each_page_has_the_stylesheet_of_its_side(client, desk):
    sides = {"/": "shop", "/find/where": "shop", "/nothing": "shop",
             "/staff/sign-in": "desk"}  # fmt: skip
    desks = {"/staff/till": "desk", "/staff/stock": "desk", "/staff/content/drawings/chest": "desk",
             "/staff/style": "style", "/staff/style/drawings": "style"}  # fmt: skip

    for who, pages in ((client, sides), (desk, desks)):
        for url, sheet in pages.items():
            assert f'href="/assets/{sheet}.' in who.get(url).text, url


@pytest.mark.parametrize(("sheet", "area"), [("shop.css", "front"), ("desk.css", "staff")])
def test_a_stylesheet_has_every_part_that_a_template_of_its_side_names(client, sheet, area):
    """Also in a state that no test draws."""
    files = [*TEMPLATES.glob("*.html"), *(TEMPLATES / area).glob("*.html")]
    named = {
        name
        for file in files
        if not file.stem.removeprefix("_").startswith("style")  # the style pages have every part
        for name in re.findall(r"tp-[a-z][\w-]*", file.read_text())
    }

    assert len(named) > 60
    assert named & parts_of(WRITTEN_CSS) - parts_of(client.get(f"/assets/{sheet}").text) == set()


@pytest.mark.parametrize("url", ["/", "/shop", "/find/where", f"/shop/{SLUGS[0]}", GUIDES[0]])
def test_no_public_page_needs_a_part_of_the_desk(client, url):
    lacking = missing(client.get("/assets/shop.css").text, client.get(url).text)

    assert lacking == set()


@pytest.mark.parametrize(
    "url", ["/staff", "/staff/till", "/staff/stock", "/staff/letter", "/staff/sales/CAM-1",
            "/staff/stock/BALL-65-S", "/staff/site"]
)  # fmt: skip
def test_no_screen_of_the_desk_needs_a_part_of_the_public(desk, url):
    lacking = missing(desk.get("/assets/desk.css").text, desk.get(url).text)

    assert lacking == set()


def missing(sheet, page):
    """Classes on the page that some rule is about, and none in this stylesheet."""
    used = {name for found in re.findall(r'class="([^"]*)"', page) for name in found.split()}
    return used & parts_of(WRITTEN_CSS) - parts_of(sheet)


def parts_of(css):
    return set(re.findall(r"\.(tp-[a-z][\w-]*)", css))


def test_slimming_leaves_every_value_as_it_is():
    css = '.tp a{\n  color:var(--tp-ink); /* why */\n}\n.tp b::before{content:"\u25cf --x"}'

    assert slim(css) == '.tp a{color:var(--ink); }.tp b::before{content:"\u25cf --x"}'


def test_the_stylesheet_reaches_nothing_outside_its_wrapper():
    """Every selector starts at .tp and names only our classes, so a host's page keeps its look."""
    css = slim(WRITTEN_CSS + (STATIC / PLAN).read_text())
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
