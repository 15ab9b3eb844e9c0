"""A receptionist's stock tasks with a keyboard and a scanner, each within so many presses."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from sqlalchemy import URL

from shop import alerts, checks, clock, stock, suggestions, suppliers, transfers
from shop.db import Database
from tests.e2e.hands import Hands
from tests.e2e.stocked import put
from tests.e2e.test_main_job import barcode
from tests.e2e.visit import Visit
from tests.test_docs import page

LONDON = ZoneInfo("Europe/London")
Desk = Callable[..., tuple[Visit, Hands]]
# What the docs promise for each task.
PRESSES = {
    task: int(most)
    for task, most in re.findall(r"^\| ([^|]+) \| [^|]+ \| (\d+) \|", page("stock"), re.MULTILINE)
}


@pytest.fixture
def books(shop_url: URL) -> Iterator[Database]:
    database = Database(shop_url)
    yield database
    database.dispose()


@pytest.fixture
def skus(books: Database) -> tuple[str, str]:
    """Two products that no other browser test sells."""
    with books.reading() as work:
        names = {"Large soft ball 9 cm", "Ridged roller 33 cm"}
        from shop import products

        found = sorted(each.sku for each in products.listed(work) if each.name in names)
    return found[0], found[1]


@pytest.fixture
def desk(open_visit: Callable[..., Visit]) -> Desk:
    def sit_down(role: str = "reception", clinic: str = "Newmarket") -> tuple[Visit, Hands]:
        visit = open_visit()
        visit.sign_in(role, clinic)
        return visit, Hands(visit.page)

    return sit_down


def level(books: Database, place: str, sku: str) -> int:
    with books.reading() as work:
        return next((each.on_hand for each in stock.levels_of(work, sku) if each.place == place), 0)


def test_have_you_got_it_at_cambridge_takes_four_letters_and_enter(
    desk: Desk, books: Database, skus: tuple[str, str]
) -> None:
    put(books, skus[0], 13, "cambridge")
    visit, hands = desk()
    visit.go("/staff/stock")

    hands.type("larg")
    hands.enter()

    row = visit.page.locator("main tbody tr").filter(has_text="Large soft ball 9 cm")
    expect(row).to_contain_text("Cambridge 13")
    assert hands.took() <= PRESSES["have you got it at the other clinic?"]


def test_a_number_is_put_right_in_a_few_presses(
    desk: Desk, books: Database, skus: tuple[str, str]
) -> None:
    put(books, skus[0], 8)
    visit, hands = desk()
    visit.go(f"/staff/stock/{skus[0]}")

    hands.type("7")
    hands.key("Tab")
    hands.type("U")  # Used in the clinic
    hands.key("Tab")
    hands.enter()

    visit.says("8 before, 7 on the shelf at Newmarket now")
    assert level(books, "shelf:newmarket", skus[0]) == 7
    assert hands.took() <= PRESSES["put a number right"]


def test_ten_items_are_received_with_ten_scans_and_three_keys(
    desk: Desk, books: Database, skus: tuple[str, str], shop_url: URL
) -> None:
    ball, roller = skus
    put(books, ball, 2)
    put(books, roller, 1)
    visit, hands = desk()
    visit.go("/staff/stock/receive")

    for sku in [ball] * 6 + [roller] * 4:
        hands.scan(barcode(shop_url, sku))
    hands.tab_to("Receive 10 units")
    hands.enter()

    visit.says("is received")
    assert (level(books, "shelf:newmarket", ball), level(books, "shelf:newmarket", roller)) == (
        8,
        5,
    )
    assert hands.took() <= PRESSES["receive ten units"]


def test_a_transfer_is_packed_and_sent_and_received_by_the_other_clinic(
    desk: Desk, books: Database, skus: tuple[str, str], shop_url: URL
) -> None:
    ball, roller = skus
    put(books, ball, 6)
    put(books, roller, 6)
    put(books, ball, 0, "ely")
    visit, hands = desk()
    visit.go("/staff/stock/transfers")

    hands.key("ArrowDown", 2)  # From Newmarket to Cambridge, to Ely
    hands.key("Tab")
    hands.scan(barcode(shop_url, ball))
    hands.scan(barcode(shop_url, ball))
    hands.scan(barcode(shop_url, roller))
    hands.tab_to("Send it to Ely")
    hands.enter()

    visit.says("is on its way")
    assert level(books, "transit:ely", ball) == 2
    assert hands.took() <= PRESSES["pack and send a transfer"]
    number = re.search(r"transfers/(\d+)", visit.page.url)[1]
    there, their_hands = desk(clinic="Ely")
    there.go("/staff/stock/transfers")
    before = there.page.locator("tbody a").all_inner_texts().index(number)  # other tests' boxes

    their_hands.tab_to(number)
    their_hands.enter()
    their_hands.enter()

    there.says("is received")
    assert (level(books, "shelf:ely", ball), level(books, "transit:ely", ball)) == (2, 0)
    assert their_hands.took() - before <= PRESSES["receive a transfer"]


def test_a_shelf_is_counted_by_scanning(
    desk: Desk, books: Database, skus: tuple[str, str], shop_url: URL
) -> None:
    ball = skus[0]
    put(books, ball, 4)
    visit, hands = desk()
    visit.go("/staff/stock/counts")

    for _ in range(3):  # the first one begins the count
        hands.scan(barcode(shop_url, ball))
    visit.says("Large soft ball 9 cm: 3", "1 of 1 counted")
    hands.tab_to("See what differs")
    hands.enter()

    visit.says("1 product was counted, and 1 differed")
    hands.enter()
    visit.says("1 product was put right")
    assert level(books, "shelf:newmarket", ball) == 3
    assert hands.took() <= PRESSES["count a shelf of three"]


def test_what_the_system_says_is_not_there_is_found_with_one_press(
    desk: Desk, books: Database, skus: tuple[str, str]
) -> None:
    put(books, skus[0], 0)
    visit, hands = desk()
    visit.go(f"/staff/stock/{skus[0]}")

    hands.enter()

    visit.says("It can be sold now, and is on the list to be counted")
    assert level(books, "shelf:newmarket", skus[0]) == 1
    assert hands.took() <= PRESSES["the system says 0 and it is in my hand"]


def test_what_is_low_is_ordered_in_a_few_presses(
    desk: Desk, books: Database, skus: tuple[str, str]
) -> None:
    ball = skus[0]
    for sku in due(books):
        put(books, sku, 20)
    put(books, ball, 1)
    with books.transaction() as work:
        now = clock.now()
        supplier = suppliers.add(work, f"Maker of {now:%H%M%S%f}")
        suppliers.supplies(work, supplier.id, ball, unit_cost_pence=300)
        alerts.set_rule(work, "newmarket", ball, minimum=3, target=9, by="test", at=now)
    visit, hands = desk("manager")
    visit.says("1 low")
    visit.go("/staff/stock/orders")

    hands.enter()
    visit.says("is made as a draft")
    hands.tab_to("Mark as ordered")
    hands.enter()

    visit.says("is marked as ordered", "8", "£24.00")
    assert hands.took() <= PRESSES["order what is low"]


def due(books: Database) -> list[str]:
    """What Newmarket should order now, whatever other tests have left there."""
    with books.reading() as work:
        found = suggestions.to_order(work, LONDON, at=clock.now(), site_id="newmarket")
        return [each.sku for each in found if each.is_due]


def test_a_history_is_read_with_a_few_letters_and_two_enters(
    desk: Desk, books: Database, skus: tuple[str, str]
) -> None:
    put(books, skus[0], 5)
    put(books, skus[0], 4)
    visit, hands = desk()
    visit.go("/staff/stock")

    hands.type("larg")
    hands.enter()
    hands.enter()

    visit.says("5 → 4", "Lost or stolen", "test", "History of Newmarket shelf")
    assert hands.took() <= PRESSES["read a history"]


def test_a_label_is_printed(desk: Desk, books: Database, skus: tuple[str, str]) -> None:
    put(books, skus[0], 5)
    visit, hands = desk()
    visit.page.add_init_script("window.print = () => { window.printed = true; }")
    visit.go(f"/staff/stock/{skus[0]}")

    hands.tab_to("Print labels", back=True)
    hands.enter()
    hands.tab_to("Print")
    hands.key("Enter")

    assert visit.page.evaluate("window.printed")
    assert hands.took() <= PRESSES["print a label"]


@pytest.mark.parametrize("paper", ["a4", "single"])
def test_labels_print_to_the_millimetre(desk: Desk, skus: tuple[str, str], paper: str) -> None:
    visit, _ = desk()
    visit.go(f"/staff/stock/{skus[0]}/labels?paper={paper}&copies=22")
    visit.page.emulate_media(media="print")

    pdf = visit.page.pdf(prefer_css_page_size=True)

    pages = re.findall(rb"/Type\s*/Page\b", pdf)
    boxes = set(re.findall(rb"/MediaBox\s*\[([^\]]+)\]", pdf))
    width, height = (float(n) / 72 * 25.4 for n in boxes.pop().split()[2:])
    assert len(pages) == (2 if paper == "a4" else 22)
    assert (round(width), round(height)) == ((210, 297) if paper == "a4" else (62, 29))
    assert not boxes
    label = visit.page.locator(".tp-label").nth(1).bounding_box()
    bars = visit.page.locator(".tp-label svg").first.bounding_box()
    mm = 96 / 25.4
    wanted = (63.5, 38.1) if paper == "a4" else (62, 29)
    assert (label["width"] / mm, label["height"] / mm) == pytest.approx(wanted, abs=0.05)
    assert bars["width"] / mm == pytest.approx(37.29, abs=0.05)


def test_a_double_press_a_reload_and_back_send_a_transfer_once(
    desk: Desk, books: Database, skus: tuple[str, str]
) -> None:
    ball = skus[0]
    put(books, ball, 5)
    with books.transaction() as work:
        who = {"by": "test", "at": clock.now()}
        number = transfers.draft(work, "newmarket", "cambridge", {ball: 2}, **who).number
    before = level(books, "transit:cambridge", ball)
    visit, _ = desk()
    visit.go(f"/staff/stock/transfers/{number}")

    twice(visit, "Send it to Cambridge")

    assert level(books, "transit:cambridge", ball) == before + 2


@pytest.mark.parametrize("what", ["adjust", "found", "receive"])
def test_a_double_press_a_reload_and_back_change_a_shelf_once(
    desk: Desk, books: Database, skus: tuple[str, str], shop_url: URL, what: str
) -> None:
    ball = skus[0]
    put(books, ball, 0 if what == "found" else 5)
    visit, hands = desk()
    if what == "receive":
        visit.go("/staff/stock/receive")
        hands.scan(barcode(shop_url, ball))
        button, after = "Receive 1 unit", 6
    else:
        visit.go(f"/staff/stock/{ball}")
        button, after = {"found": ("System says 0", 1), "adjust": ("Save", 3)}[what]
        if what == "adjust":
            visit.page.get_by_label("How many are on the shelf?").fill("3")
            visit.page.get_by_label("Why?").select_option(label="Lost or stolen")

    twice(visit, button)

    assert level(books, "shelf:newmarket", ball) == after


def twice(visit: Visit, button: str) -> None:
    """Press a button twice, reload what comes, go back and press it again."""
    for _ in range(2):
        pressed = visit.page.get_by_role("button", name=button).first
        if not pressed.count():
            break
        with visit.page.expect_navigation():
            pressed.dblclick(no_wait_after=True)
        visit.page.wait_for_load_state("networkidle")
        visit.page.reload()
        visit.page.go_back()
        visit.page.wait_for_load_state("networkidle")


def test_every_task_of_the_docs_is_pressed_here() -> None:
    pressed = re.findall(r'PRESSES\["([^"]+)"\]', Path(__file__).read_text())

    assert sorted(pressed) == sorted(PRESSES)


def test_the_books_are_clean_after_all_of_it(books: Database) -> None:
    assert [check for check in checks.verify(books) if not check.ok] == []
