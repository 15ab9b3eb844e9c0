"""The look of every type of page: it stands still, fits, is light, and prints; and its picture is
taken, for somebody to look at.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser
from sqlalchemy import URL

from shop import clock, photos
from shop.db import Database
from tests.conftest import database_of, make_app
from tests.e2e.conftest import WIDTHS, _context
from tests.e2e.portraits import FOLDER, MEASURE, Portrait, take_all
from tests.e2e.test_pages import REQUESTS, WEIGHT, barriers, check, sheets
from tests.e2e.visit import Visit
from tests.pictures import picture
from tests.served import gunicorn

SHIFT = 0.02
SCRIPTS = 10_000  # bytes of our own on any page
# What answers a GET with a file, with a word for a machine, or by leading on to a page.
NO_PAGE = {"static_file", "photo", "healthz", "readyz", "find", "order_csv", "stock_export",
           "checkout_return", "checkout_cancelled", "plan_reminders"}  # fmt: skip
GROUPS = [(f"{width}-{scheme}", width, scheme) for width in WIDTHS for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def portraits(browser: Browser, address: str, stock_pages: list[str]) -> dict[str, list[Portrait]]:
    """Every page at two widths, in light and dark."""
    return {
        group: _taken(browser, address, stock_pages, WIDTHS[width], group, scheme)
        for group, width, scheme in GROUPS
    }


def _taken(
    browser: Browser,
    address: str,
    stock_pages: list[str],
    width: int,
    group: str = "",
    scheme: str = "light",
    text: str = "",
) -> list[Portrait]:
    context = _context(browser, address, width, True)
    visit = Visit(context.new_page(), True)
    visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    taken = take_all(visit, stock_pages, group, text=text)
    context.close()
    return taken


def those(portraits: dict[str, list[Portrait]]) -> Iterator[tuple[str, Portrait]]:
    for group, taken in portraits.items():
        for portrait in taken:
            yield f"{group}: {portrait.name}", portrait


def test_every_type_of_page_has_its_picture_taken(portraits: dict[str, list[Portrait]]) -> None:
    for group, taken in portraits.items():
        names = {portrait.name for portrait in taken}
        files = {path.stem: path for path in (FOLDER / group).glob("*.png")}
        assert len(names) == len(taken) >= 30
        assert files.keys() == names
        for path in files.values():
            with Image.open(path) as image:
                assert image.width == WIDTHS[group.partition("-")[0]]


def test_no_page_moves_while_it_loads(portraits: dict[str, list[Portrait]]) -> None:
    assert {where: p.shift for where, p in those(portraits) if p.shift >= SHIFT} == {}


def test_no_page_scrolls_sideways_or_cuts_words_off(portraits: dict[str, list[Portrait]]) -> None:
    assert {where: p.cut for where, p in those(portraits) if p.sideways or p.cut} == {}


def test_no_page_has_a_style_or_a_script_of_its_own_and_no_browser_complains(
    portraits: dict[str, list[Portrait]],
) -> None:
    assert {where: p.complaints for where, p in those(portraits) if p.inline or p.complaints} == {}


def test_every_page_is_light_with_all_that_it_loads(portraits: dict[str, list[Portrait]]) -> None:
    heavy = {where: (p.sent, p.requests, p.scripts) for where, p in those(portraits)
             if p.sent >= WEIGHT or p.requests > REQUESTS or p.scripts > SCRIPTS}  # fmt: skip

    assert heavy == {}


def test_every_type_of_page_is_among_those_that_are_weighed(
    portraits: dict[str, list[Portrait]], shop_url: URL
) -> None:
    app = make_app(shop_url)
    pages = app.url_map.bind("")
    seen = {pages.match(portrait.path)[0] for portrait in portraits["phone-light"]}
    database_of(app).dispose()

    every = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert every - seen == {f"shop.{name}" for name in NO_PAGE}


def test_every_sheet_of_drawings_and_every_guide_is_light(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit()
    visit.sign_in("practitioner", "Cambridge")
    for way, links in (("/staff/content/drawings", "main h2 a"), ("/guides", "main h3 a")):
        visit.go(way)
        for address in visit.page.locator(links).evaluate_all("all => all.map(a => a.href)"):
            visit.page.goto(address, wait_until="load")
            found = visit.page.evaluate(MEASURE)

            assert found["sent"] < WEIGHT, address
            assert found["requests"] <= REQUESTS, address
            assert found["shift"] < SHIFT, address


def test_everything_fits_a_narrow_phone(
    browser: Browser, address: str, stock_pages: list[str]
) -> None:
    taken = _taken(browser, address, stock_pages, 320)

    assert {p.name: p.cut for p in taken if p.sideways or p.cut} == {}


def test_everything_fits_with_letters_twice_as_large(
    browser: Browser, address: str, stock_pages: list[str]
) -> None:
    taken = _taken(browser, address, stock_pages, 1280, text="200%")

    assert {p.name: p.cut for p in taken if p.sideways or p.cut} == {}


@pytest.fixture
def photo(shop_url: URL) -> Iterator[None]:
    """A photo of the soft ball, for the length of a test."""
    database = Database(shop_url)
    ready = photos.prepare(picture(size=(900, 700)))
    with database.transaction() as work:
        photos.put(work, "BALL-65-S", ready, "Red and blue", by="Morgan Lee", at=clock.now())
    yield
    with database.transaction() as work:
        photos.remove(work, "BALL-65-S", by="Morgan Lee", at=clock.now())
    database.dispose()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["phone", "desk"], indirect=True)
def test_the_style_pages_and_a_products_photo_have_no_barrier(
    open_visit: Callable[..., Visit], width: int, scheme: str, axe_source: str, photo: None
) -> None:
    visit = open_visit(width)
    visit.sign_in("owner", "Cambridge")
    paths = [
        "/staff/style",
        "/staff/style/drawings",
        "/staff/stock/BALL-65-S/photo",
        "/shop/soft-ball-65",
        "/shop",
    ]

    wrong = check(visit, paths, scheme, axe_source)
    visit.go("/staff/stock/BALL-65-S/photo")
    visit.page.get_by_label("What the photo shows").fill("")
    visit.press("Save")
    wrong += barriers(visit, axe_source)

    assert wrong == []


def test_a_manager_gives_a_product_a_photo_and_takes_it_away(visit: Visit) -> None:
    visit.sign_in("manager", "Cambridge")
    visit.go("/staff/stock/ROLL-45-S/photo")
    file = {"name": "roller.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG")}
    visit.page.get_by_label("Photo", exact=True).set_input_files(file)  # type: ignore[arg-type]
    visit.page.get_by_label("What the photo shows").fill("A green roller")
    visit.press("Save")

    shown = visit.page.get_by_role("img", name="A green roller")
    assert shown.evaluate("image => image.complete && image.naturalWidth") == 400
    visit.press("Remove the photo")
    visit.says("There is no photo yet")
    visit.fits()
    assert visit.complaints == []


def test_a_receipt_prints_on_a_roll_and_on_a_sheet(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit()
    visit.sign_in("manager", "Cambridge")
    visit.go("/staff/sales/CAM-1")

    assert sheets(visit) == 1
    roll = visit.page.pdf(width="80mm", height="297mm")
    assert len(re.findall(rb"/Type\s*/Page[^s]", roll)) == 1
    visit.page.emulate_media(media="print")
    visit.page.set_viewport_size({"width": 264, "height": 900})  # 70 of the 80 mm can be printed on
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_with_forced_colours_a_button_a_pill_and_a_ticked_spot_can_be_told_apart(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit()
    visit.page.emulate_media(forced_colors="active")
    visit.sign_in("owner", "Cambridge")
    visit.go("/staff/style")

    edge = """e => { const is = getComputedStyle(e);
        return [is.borderLeftStyle, is.borderLeftColor, is.backgroundColor]; }"""
    for part in (".tp-pill", ".tp-btn", ".tp-notice", ".tp-care", ".tp-choice"):
        style, border, ground = visit.page.locator(part).first.evaluate(edge)
        assert style == "solid", part
        assert border != ground, part
    visit.go("/staff/style/drawings")
    fill = "oval => getComputedStyle(oval).fill"
    ticked = visit.page.locator(".tp-place:has(:checked) .tp-spot-oval").evaluate(fill)
    other = visit.page.locator(".tp-place:not(:has(:checked)) .tp-spot-oval").first.evaluate(fill)
    assert ticked != other


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_clinics_own_colour_can_be_read_on_every_part(
    browser: Browser, shop_url: URL, axe_source: str, scheme: str
) -> None:
    with gunicorn("app:app", shop_url, workers=1, SHOP_BRAND_COLOUR="#7a1f5c") as port:
        context = _context(browser, f"http://127.0.0.1:{port}", 1280, True)
        visit = Visit(context.new_page(), True)
        visit.sign_in("owner", "Cambridge")

        wrong = check(
            visit, ["/", "/find/where", "/staff/style", "/staff/style/drawings"], scheme, axe_source
        )
        visit.go("/")
        colour = visit.page.locator("main .tp-btn").first.evaluate(
            "button => getComputedStyle(button).backgroundColor"
        )
        context.close()

    assert wrong == []
    assert (colour == "rgb(122, 31, 92)") == (scheme == "light")
    assert colour != "rgb(11, 90, 94)"
