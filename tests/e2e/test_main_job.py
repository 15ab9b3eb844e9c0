"""The main job, clicked: patient, shop, safety, reception, and the last ball at two tills."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import URL, select

from shop import checks, clock, stock
from shop.db import Database
from shop.products import Product
from tests.e2e.visit import Visit

BLADE = "Between your shoulder blade and your spine"
NONE = "None of these"
WALL = "Stand and lean on a wall"


def shelves(url: URL, sku: str) -> dict[str, int]:
    database = Database(url)
    with database.reading() as work:
        free = stock.free(work, [sku], at=clock.now()).get(sku, {})
    database.dispose()
    return free


def barcode(url: URL, sku: str) -> str:
    database = Database(url)
    with database.reading() as work:
        code = work.scalars(select(Product.barcode).where(Product.sku == sku)).one()
    database.dispose()
    assert code
    return code


def test_a_patient_finds_a_soft_ball_its_guide_its_price_and_where_it_is(visit: Visit) -> None:
    visit.go("/")
    visit.press("Find the right tool")
    visit.choose(BLADE)
    visit.choose(NONE)
    visit.choose(BLADE)
    visit.choose("Quite sore")
    visit.choose(WALL)

    visit.says(
        "Soft ball",
        "may suit you",
        "You said it is quite sore when pressed",
        "between your shoulder blade and your spine",
        "You said you can lean on a wall",
        "Upper back and shoulder blade",
        "Lift your hand in front of you, to 90 degrees",
        "Move your hand slowly across your body, then out to the side again. Do this 10 times.",
        "Stay at 4 out of 10 or less",
        "When to stop",
        "£",
        "Cambridge",
        "Newmarket",
        "Ely",
    )
    assert visit.page.locator("main figure svg").count() == 3
    assert visit.page.url.endswith("/find/result")
    visit.fits()
    assert visit.complaints == []


def test_a_warning_sign_shows_whom_to_call_and_nothing_to_buy(visit: Visit) -> None:
    visit.go("/find")
    visit.choose(BLADE)
    visit.page.get_by_label("Chest pain or pressure", exact=False).check()
    visit.press("Continue")

    visit.says("Call 999 now", "Do not use a ball or roller")
    assert "£" not in visit.page.content()
    assert visit.page.locator('a[href^="/shop"]').count() == 0
    visit.fits()
    assert visit.complaints == []


def test_skipping_the_safety_question_asks_it_again(visit: Visit) -> None:
    visit.go("/find")
    visit.choose(BLADE)
    visit.press("Continue")

    visit.says("There is a problem")
    assert visit.page.title().startswith("Error: ")
    visit.go("/find/result")
    assert visit.page.url.endswith("/find/check")


def test_the_shop_lists_every_tool_and_shows_each_with_its_stock(visit: Visit) -> None:
    visit.go("/shop")
    cards = visit.page.locator("main article")

    assert cards.count() >= 12
    assert visit.page.locator("main article:has(svg)").count() == cards.count()
    visit.fits()

    visit.press("Soft ball 6.5 cm")
    visit.says("£", "Cambridge", "Newmarket", "Ely", "Guides for it")
    visit.fits()
    assert visit.complaints == []


def test_the_guides_are_free_to_read(visit: Visit) -> None:
    visit.go("/guides")
    assert visit.page.locator('main a[href^="/guides/"]').count() >= 6

    visit.press("Upper back and shoulder blade")
    visit.says("Put the ball between your back and the wall", "10 times")
    visit.fits()
    assert visit.complaints == []


@pytest.mark.parametrize("method", ["Card", "Cash"])
def test_reception_sells_with_a_scan_and_two_keys(visit: Visit, shop_url: URL, method: str) -> None:
    sku = "BALL-65-M"
    before = shelves(shop_url, sku)
    visit.sign_in("reception", "Cambridge")
    visit.press("Till")

    visit.scan(barcode(shop_url, sku))
    visit.says("Added Medium ball 6.5 cm", "left here")
    visit.enter()
    assert visit.page.url.endswith("/staff/till/pay")
    visit.ready_to_scan()
    visit.fits()
    if method == "Card":
        visit.enter()
    else:
        visit.press("Cash")
        visit.press("Exact")

    visit.says("done", f"by {method.lower()}")
    visit.ready_to_scan()
    visit.fits()
    number = re.search(r"CAM-\d+", visit.page.url)[0]
    after = shelves(shop_url, sku)
    assert after == {**before, "cambridge": before["cambridge"] - 1}

    visit.go("/staff")
    visit.says(number, "Rae Ellis", method)
    visit.fits()
    visit.go(f"/staff/stock/{sku}")
    visit.says(number, "Rae Ellis")
    visit.fits()
    assert visit.complaints == []


def test_reception_sees_the_stock_of_every_clinic_in_one_table(visit: Visit) -> None:
    visit.sign_in("reception", "Ely")
    visit.press("Stock")

    visit.says("Cambridge", "Newmarket", "Ely")
    assert visit.page.locator("main tbody tr").count() >= 12
    visit.fits()

    visit.page.get_by_label("Find a product").fill("soft ball")
    visit.enter()
    assert 1 <= visit.page.locator("main tbody tr").count() <= 6
    assert visit.complaints == []


def test_a_second_press_and_a_reload_sell_once(visit: Visit, shop_url: URL) -> None:
    sku = "PEANUT-65-S"
    visit.sign_in("reception", "Cambridge")
    visit.press("Till")
    visit.scan(sku)
    visit.enter()
    assert visit.page.url.endswith("/staff/till/pay")
    visit.ready_to_scan()
    before = shelves(shop_url, sku)["cambridge"]

    visit.page.get_by_role("button", name="Card").dblclick(no_wait_after=True)
    visit.page.wait_for_url(re.compile("sold="))
    visit.page.reload()
    visit.page.go_back()
    visit.page.wait_for_load_state()

    assert shelves(shop_url, sku)["cambridge"] == before - 1


def test_two_tills_and_one_last_ball_make_one_sale_and_one_clear_no(
    open_visit: Callable[..., Visit], shop_url: URL
) -> None:
    sku = "BALL-63-F"
    _leave_one(shop_url, sku)
    tills = [open_visit(), open_visit()]
    for till, role in zip(tills, ("reception", "manager"), strict=True):
        till.sign_in(role, "Newmarket")
        till.press("Till")
        till.scan(sku)
        till.enter()

    for till in tills:
        till.page.get_by_role("button", name="Card").click(no_wait_after=True)
    for till in tills:
        till.page.wait_for_load_state("networkidle")

    told = sorted(till.page.locator("main").inner_text() for till in tills)
    assert sum("done" in text for text in told) == 1
    assert sum("There is a problem" in text and "left at Newmarket" in text for text in told) == 1
    assert shelves(shop_url, sku)["newmarket"] == 0


def test_the_books_are_clean_after_all_of_it(shop_url: URL, address: str) -> None:
    database = Database(shop_url)

    wrong = [check for check in checks.verify(database) if not check.ok]

    database.dispose()
    assert wrong == []


def _leave_one(url: URL, sku: str) -> None:
    """Sell all but one unit at Newmarket, through the same verbs as the till."""
    from shop import clock
    from tests.shop.selling import sell

    database = Database(url)
    with database.transaction() as work:
        now = clock.now()
        free = stock.free(work, [sku], at=clock.now())[sku].get("newmarket", 0)
        if free == 0:
            stock.receive(work, "newmarket", {sku: 1}, by="Morgan Lee", at=now)
        elif free > 1:
            sell(work, {sku: free - 1}, site="newmarket", by="Morgan Lee", at=now)
    database.dispose()
