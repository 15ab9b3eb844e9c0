"""The drawer with a keyboard alone: opened, sold from, closed; each within so many presses."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import URL

from shop import checks, clock, stock, till
from shop.db import Database
from tests.e2e.conftest import WIDTHS, _context
from tests.e2e.hands import Hands
from tests.e2e.test_main_job import barcode
from tests.e2e.test_pages import barriers, sheets
from tests.e2e.visit import Visit
from tests.test_docs import page

SKU = "BALL-65-S"
FOLDER = Path(__file__).parents[2] / ".screenshots" / "drawer"
# What the docs promise for each task.
PRESSES = {
    task: int(most)
    for task, most in re.findall(r"^\| ([^|]+) \| [^|]+ \| (\d+) \|", page("closing"), re.MULTILINE)
}


@pytest.fixture(autouse=True)
def balls_at_ely(shop_url: URL) -> None:
    database = Database(shop_url)
    with database.transaction() as work:
        stock.receive(work, "ely", {SKU: 9}, by="Morgan Lee", at=clock.now())
        if till.current(work, "ely") is None:
            till.open_(work, "ely", float_pence=5000, by="Rae Ellis", at=clock.now())
    database.dispose()


def test_open_sell_cash_out_and_close_within_the_presses_of_the_docs(
    open_visit: Callable[..., Visit], shop_url: URL
) -> None:
    visit = open_visit()
    visit.sign_in("reception", "Ely")
    hands, took = Hands(visit.page), {}

    def close() -> None:
        visit.go("/staff/till/close")
        hands.took()
        hands.type("1")  # one £50
        hands.presses = 0  # what is counted is typed anyway
        hands.enter()
        hands.enter()
        took["close the till"] = hands.took()

    close()
    visit.go("/staff/till")
    assert visit.page.url.endswith("/staff/till/open")
    hands.enter()
    took["open the till"] = hands.took()
    assert visit.page.url.endswith("/staff/till")
    visit.scan(barcode(shop_url, SKU))
    visit.enter()
    visit.press("Cash")
    visit.press("Exact")
    visit.go("/staff/till/drawer")
    hands.tab_to("Pounds")
    hands.presses = 0
    hands.type("3.50")
    hands.key("Tab")
    hands.type("Milk")
    hands.presses = 0
    hands.enter()
    took["take cash out, or put some in"] = hands.took()
    visit.says("£3.50 taken out: Milk.")
    close()
    visit.says("Short", "£2.00")
    hands.enter()  # go on
    hands.enter()  # what nobody came for
    assert visit.page.url.endswith("/count")
    hands.enter()  # nothing counted tonight
    hands.enter()  # who comes tomorrow
    took["finish the closing"] = hands.took()
    visit.says("all is done")

    for task, presses in took.items():
        assert presses <= PRESSES[task], took
    print(took)  # noqa: T201
    database = Database(shop_url)
    assert [check.name for check in checks.verify(database) if not check.ok] == []
    database.dispose()
    assert visit.complaints == []


def test_back_and_reload_on_every_step_make_one_report(
    open_visit: Callable[..., Visit], script: bool
) -> None:
    visit = open_visit()
    visit.sign_in("reception", "Ely")
    visit.go("/staff/till/close")
    visit.page.get_by_label("£50").fill("1")
    visit.press("Add it up")
    visit.press("Close the till with")
    number = re.search(r"ELY-Z(\d+)", visit.page.url)
    assert number

    visit.page.reload()
    for step in ("Go on with closing", "Seen. Go on"):
        visit.press(step)
        visit.page.reload()
    visit.page.go_back()
    visit.go("/staff/till/drawer")

    visit.says(f"The closing of {number[0]} is not finished", "Open the till")
    assert f"ELY-Z{int(number[1]) + 1}" not in visit.page.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["phone", "desk"])
def test_no_page_of_the_drawer_has_a_barrier(
    browser: Browser, address: str, axe_source: str, width: str, scheme: str
) -> None:
    context = _context(browser, address, WIDTHS[width], True)
    visit = Visit(context.new_page(), True)
    visit.page.emulate_media(color_scheme=scheme)
    visit.sign_in("manager", "Newmarket")
    wrong: list[str] = []

    def look(name: str) -> None:
        visit.page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png", full_page=True)
        wrong.extend(barriers(visit, axe_source))
        if visit.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append(f"{name}: it scrolls sideways")

    for name, path in (
        ("drawer", "/staff/till/drawer"),
        ("sales", "/staff/sales?from=2020-01-01"),
        ("sales-none", "/staff/sales?q=zzzz"),
        ("today", "/staff"),
        ("holds", "/staff/till/close/NEW-Z1/holds"),
        ("count", "/staff/till/close/NEW-Z1/count"),
        ("tomorrow", "/staff/till/close/NEW-Z1/tomorrow"),
        ("z", "/staff/till/z/NEW-Z1"),
    ):
        visit.go(path)
        look(name)
    visit.go("/staff/loans")
    visit.page.get_by_label("Scan or type a product").fill("peanut")
    visit.enter()
    look("loans-hits")
    visit.go("/staff/till/close")
    look("close")
    visit.page.get_by_label("£50").fill("1")
    visit.press("Add it up")
    look("close-seen")
    visit.press("Close the till with")
    look("z-open")
    visit.go("/staff/till")
    look("open")
    visit.press("Open the till")
    context.close()

    assert wrong == []


def test_a_z_report_prints_on_a_roll_and_on_a_sheet(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit()
    visit.sign_in("manager", "Cambridge")
    visit.go("/staff/till/z/CAM-Z1")

    assert sheets(visit) == 1
    roll = visit.page.pdf(width="80mm", height="297mm")
    assert len(re.findall(rb"/Type\s*/Page[^s]", roll)) == 1
    visit.page.emulate_media(media="print")
    visit.page.set_viewport_size({"width": 264, "height": 900})
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_tool_is_tried_lent_and_sold(open_visit: Callable[..., Visit], shop_url: URL) -> None:
    visit = open_visit()
    visit.sign_in("reception", "Ely")
    visit.go("/staff/loans")
    visit.scan(barcode(shop_url, SKU))
    visit.press("Lend it")
    visit.says("Bring it back by")
    assert sheets(visit) == 1
    visit.press("Sold £5.50, card")
    visit.says("Sold. Receipt ELY-")
    assert visit.complaints == []
