"""Selling with a keyboard and a scanner, each task within so many presses, and what never sells."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import expect
from sqlalchemy import URL, func, select

from shop import buyers, checks, clock, stock
from shop.db import Database
from shop.orders import Order
from tests.e2e.hands import Hands
from tests.e2e.test_main_job import barcode
from tests.e2e.visit import Visit
from tests.test_docs import page

PRESSES = {
    task: int(most)
    for task, most in re.findall(r"^\| ([^|]+) \| [^|]+ \| (\d+) \|", page("till"), re.MULTILINE)
}
BALL, OTHER, THIRD = "BALL-65-M", "PEANUT-65-S", "BALL-65-S"
Desk = Callable[..., tuple[Visit, Hands]]


@pytest.fixture
def books(shop_url: URL) -> Iterator[Database]:
    database = Database(shop_url)
    with database.transaction() as work:
        plenty = {BALL: 20, OTHER: 20, THIRD: 20}
        stock.receive(work, "cambridge", plenty, by="Morgan Lee", at=clock.now())
    yield database
    database.dispose()


@pytest.fixture
def scans(shop_url: URL) -> tuple[str, str, str]:
    return barcode(shop_url, BALL), barcode(shop_url, OTHER), barcode(shop_url, THIRD)


@pytest.fixture
def till(open_visit: Callable[..., Visit], books: Database) -> tuple[Visit, Hands]:
    visit = open_visit()
    visit.sign_in("reception", "Cambridge")
    visit.go("/staff/till")
    return visit, Hands(visit.page)


@pytest.fixture(autouse=True)
def told(request: pytest.FixtureRequest) -> Iterator[None]:
    started = time.monotonic()
    yield
    tell(f"{request.node.name}: {time.monotonic() - started:.1f} s")


def sales(books: Database) -> int:
    with books.reading() as work:
        return work.scalar(select(func.count()).where(Order.settled_at.is_not(None))) or 0


def tell(figure: str) -> None:
    """Shown by `pytest -s`."""
    sys.stdout.write(figure + "\n")


def within(hands: Hands, task: str) -> None:
    took = hands.took()
    tell(f"{task}: {took} presses, at most {PRESSES[task]}")
    assert took <= PRESSES[task]


def sold(visit: Visit, *words: str) -> str:
    visit.says("done", *words)
    visit.ready_to_scan()
    return re.search(r"CAM-\d+", visit.page.url)[0]  # type: ignore[index]


def test_one_item_by_card(till: tuple[Visit, Hands], scans: tuple[str, ...]) -> None:
    visit, hands = till
    started = time.monotonic()

    hands.scan(scans[0])
    visit.says("Added Medium ball 6.5 cm", "left here")
    hands.enter()
    hands.enter()

    sold(visit, "by card")
    within(hands, "sell one by card")
    waits = 2 * 0.6  # a person's pause before each Enter
    tell(f"sell one by card: {time.monotonic() - started - waits:.2f} s of ours")
    assert time.monotonic() - started - waits < 5


def test_three_items_one_twice(till: tuple[Visit, Hands], scans: tuple[str, ...]) -> None:
    visit, hands = till
    for code in (*scans, scans[0]):
        hands.scan(code)
    hands.enter()
    hands.enter()

    sold(visit, "by card")
    within(hands, "sell three, one of them twice")


def test_without_a_barcode(till: tuple[Visit, Hands]) -> None:
    visit, hands = till
    hands.type("pean")
    for _ in range(4):
        hands.enter()

    sold(visit, "by card")
    within(hands, "sell without a barcode")


def test_five_of_one(till: tuple[Visit, Hands], scans: tuple[str, ...]) -> None:
    visit, hands = till
    hands.type("5*")
    hands.scan(scans[1])
    expect(visit.page.locator(".tp-units b")).to_have_text("5")
    hands.enter()
    hands.enter()

    sold(visit)
    within(hands, "five of one product")


def test_cash_with_change(till: tuple[Visit, Hands], scans: tuple[str, ...]) -> None:
    visit, hands = till
    hands.scan(scans[0])
    hands.enter()
    hands.key("Tab")
    hands.enter()
    hands.type("20")
    hands.enter()

    sold(visit, "by cash", "Change")
    expect(visit.page.locator(".tp-code")).to_have_text(re.compile(r"£\d+\.\d\d"))
    within(hands, "cash with change")


def test_some_in_cash(till: tuple[Visit, Hands], scans: tuple[str, ...]) -> None:
    visit, hands = till
    hands.scan(scans[0])
    hands.enter()
    hands.key("Tab", 2)
    hands.enter()
    hands.type("2")
    hands.enter()

    sold(visit, "£2.00 by cash and", "by card")
    within(hands, "some in cash, the rest by card")


def test_undoing_an_item_and_a_sale(till: tuple[Visit, Hands], scans: tuple[str, ...]) -> None:
    visit, hands = till
    hands.scan(scans[0])
    hands.took()
    hands.key("Shift+Tab")
    hands.enter()
    visit.says("Nothing in it yet")
    within(hands, "undo the last item")

    hands.scan(scans[0])
    hands.enter()
    hands.enter()
    number = sold(visit)
    hands.took()
    hands.key("Shift+Tab")
    hands.enter()
    visit.says(f"Sale {number} is undone", "to the card")
    visit.ready_to_scan()
    within(hands, "undo the last sale")


def test_parking(till: tuple[Visit, Hands], scans: tuple[str, ...]) -> None:
    visit, hands = till
    hands.scan(scans[0])
    hands.took()
    hands.key("Shift+Tab", 2)
    hands.enter()
    visit.says("1 parked", "Nothing in it yet")
    within(hands, "park a sale")

    hands.key("Shift+Tab")
    hands.enter()
    visit.says("Medium ball 6.5 cm")
    visit.ready_to_scan()
    within(hands, "take it up again")


def test_somebody_else_serves(
    open_visit: Callable[..., Visit], till: tuple[Visit, Hands], scans: tuple[str, ...]
) -> None:
    theirs = open_visit()
    theirs.sign_in("manager", "Cambridge")
    theirs.go("/staff/settings/code")
    theirs.page.get_by_label("New short code").fill("4711")
    theirs.page.get_by_label("Your password").fill("manager-demo-only")
    theirs.press("Save")
    visit, hands = till
    hands.key("Shift+Tab")
    hands.enter()
    hands.type("M")
    hands.key("Tab")
    hands.type("4711")
    hands.enter()

    visit.says("Morgan Lee is serving now.", "(by short code)")
    visit.ready_to_scan()
    within(hands, "somebody else serves")
    hands.scan(scans[0])
    hands.enter()
    hands.enter()
    number = sold(visit, "by card")
    visit.go(f"/staff/sales/{number}")
    visit.says("Morgan Lee")


def test_handing_an_order_over(
    open_visit: Callable[..., Visit], till: tuple[Visit, Hands], books: Database
) -> None:
    customer = open_visit()
    customer.go("/shop/medium-ball-65")
    customer.press("Add to basket")
    customer.press("Go to checkout")
    customer.page.get_by_label("Collect from Cambridge").check()
    customer.press("Order and pay now")
    customer.press("Pay £")
    with books.reading() as work:
        order = work.scalars(select(Order).order_by(Order.id.desc())).first()
        assert order
        buyer = buyers.of_order(work, order.id)
        assert buyer
    visit, hands = till
    hands.scan(buyer.code)
    visit.says(f"Order {order.number}", "1 × Medium ball 6.5 cm")
    hands.enter()

    visit.says(f"Order {order.number} is handed over.")
    visit.ready_to_scan()
    within(hands, "hand an order over")


def test_the_other_clinics_stock(till: tuple[Visit, Hands]) -> None:
    visit, hands = till
    hands.type("ball")
    hands.enter()

    visit.says("here, Newmarket", "Ely")
    within(hands, "have you got it at the other clinic?")


def test_a_refund_and_an_exchange(till: tuple[Visit, Hands], scans: tuple[str, ...]) -> None:
    visit, hands = till
    for task, tried in (
        ("refund one item", partial(_refund, visit, hands)),
        ("exchange soft for firm", partial(_exchange, visit, hands, scans[1])),
    ):
        visit.go("/staff/till")
        hands.scan(scans[0])
        hands.enter()
        hands.enter()
        number = sold(visit)
        hands.took()
        hands.page.keyboard.type(number, delay=2)  # the receipt has it as a barcode
        hands.enter()
        tried()
        within(hands, task)


def _refund(visit: Visit, hands: Hands) -> None:
    hands.type("1")
    hands.key("Tab")
    hands.type("Y")
    hands.key("Tab")
    hands.enter()
    visit.says("Give back", "to the card")


def _exchange(visit: Visit, hands: Hands, code: str) -> None:
    hands.key("Shift+Tab", 2)
    hands.page.keyboard.type(code, delay=2)
    hands.enter()
    hands.key("Tab")
    hands.enter()
    visit.says("Exchanged. The new sale is")


@pytest.mark.parametrize("ends", ["\n", "\n\n", "\n\n\n"])
def test_a_scanner_that_ends_with_several_enters_adds_once_and_sells_nothing(
    till: tuple[Visit, Hands], scans: tuple[str, ...], books: Database, ends: str
) -> None:
    visit, _ = till
    before = sales(books)

    with visit.page.expect_navigation():
        visit.page.keyboard.type(scans[0] + ends, delay=2)
    visit.page.wait_for_load_state("networkidle")

    expect(visit.page.locator(".tp-units b")).to_have_text("1")
    assert visit.page.url.endswith("/staff/till")
    assert sales(books) == before


def test_a_scan_wins_on_every_step_to_pay(
    till: tuple[Visit, Hands], scans: tuple[str, ...], books: Database
) -> None:
    visit, hands = till
    hands.scan(scans[0])
    before = sales(books)
    for step in ("pay", "pay/cash", "pay/split"):
        visit.go(f"/staff/till/{step}")
        with visit.page.expect_navigation():
            visit.page.keyboard.type(scans[1] + "\n", delay=2)
        assert visit.page.url.endswith("/staff/till/pay"), step
    visit.says("3 × Soft peanut")
    assert sales(books) == before


def test_letters_outside_the_field_do_nothing(
    till: tuple[Visit, Hands], scans: tuple[str, ...], books: Database
) -> None:
    visit, hands = till
    hands.scan(scans[0])
    before = sales(books)
    visit.page.evaluate("document.activeElement.blur()")

    visit.page.keyboard.type(scans[1] + "\n", delay=2)
    visit.page.keyboard.type("abcdefghijklmnopqrstuvwxyz", delay=2)
    for key in ("F2", "F4", "F8", "F9"):
        visit.page.keyboard.press(key)

    expect(visit.page.locator(".tp-units b")).to_have_text("1")
    assert visit.page.url.endswith("/staff/till")
    assert sales(books) == before


@pytest.mark.parametrize("way", ["Card", "Exact", "All parts are taken"])
def test_a_double_press_a_reload_and_back_on_every_step_make_one_sale(
    till: tuple[Visit, Hands], scans: tuple[str, ...], books: Database, way: str
) -> None:
    visit, hands = till
    hands.scan(scans[0])
    step = {"Card": "pay", "Exact": "pay/cash"}.get(way, "pay/split")
    visit.go(f"/staff/till/{step}")
    visit.page.reload()
    before = sales(books)

    visit.page.get_by_role("button", name=way).dblclick(no_wait_after=True)
    visit.page.wait_for_url(re.compile("sold="))
    visit.page.reload()
    visit.page.go_back()
    visit.page.wait_for_load_state()
    again = visit.page.get_by_role("button", name=way)
    if again.count():
        again.first.click()
        visit.page.wait_for_load_state()

    assert sales(books) == before + 1


def test_without_javascript_and_by_touch_at_768(
    open_visit: Callable[..., Visit], scans: tuple[str, ...], books: Database
) -> None:
    for script in (False, True):
        visit = open_visit(width=768, script=script)
        visit.sign_in("reception", "Cambridge")
        visit.go("/staff/till")
        tile = visit.page.locator(".tp-quick button").first
        with visit.page.expect_navigation():
            tile.click()
        visit.fits()
        small = [
            box
            for each in visit.page.locator("main button, main a.tp-btn").all()
            if (box := each.bounding_box()) and (box["height"] < 44 or box["width"] < 44)
        ]
        assert small == []
        visit.press("Take payment")
        visit.press("Cash")
        visit.fits()
        visit.press("£50")
        visit.says("done", "Change")
        visit.press("Undo")
        visit.says("is undone")
        assert visit.complaints == []


def test_the_books_are_clean_after_all_of_it(books: Database) -> None:
    assert [check for check in checks.verify(books) if not check.ok] == []
