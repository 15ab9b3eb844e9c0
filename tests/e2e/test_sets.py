"""Sets in a real browser: bought on a phone without a script, sold with the keyboard, made by a
manager; and no page of theirs has a barrier.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.test_pages import barriers, check
from tests.e2e.visit import Visit

PAGE, SAVED = "/shop/sets/set-soft", "Soft ball set: £3.50 off"


def test_a_set_is_found_put_in_and_paid_for(visit: Visit) -> None:
    visit.go("/shop/soft-spiky-ball-70")
    visit.press("Soft ball set")
    visit.says("£21.50 instead of £25.00", "1 × Soft peanut ball 6.5 cm")
    visit.press("Add to basket")
    visit.says(SAVED, "Total £21.50")

    visit.press("Go to checkout")
    visit.says(SAVED)
    visit.page.get_by_label("Collect from Cambridge").check()
    visit.press("Order and pay now")
    visit.press("Pay £21.50")

    visit.says("Soft ball set: off as a set", "−£3.50", "£21.50")
    visit.fits()


def test_a_set_is_sold_with_the_keyboard(visit: Visit) -> None:
    visit.sign_in("reception", "Cambridge")
    visit.go("/staff/till")
    visit.scan("soft ball set")
    visit.says("Added Soft ball set. All of its parts are here.", SAVED)
    visit.enter()
    visit.says("Take £21.50", SAVED)
    visit.enter()

    visit.says("done", "£21.50 by card")
    visit.fits()


def test_a_manager_makes_a_set_and_stops_it(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit(360, False)
    visit.sign_in("manager", "Cambridge")
    visit.go("/staff/sets")
    visit.page.get_by_label("Code").fill("set-sticks")
    visit.page.get_by_label("Name").fill("Stick and cane set")
    for number, name in ((1, "Massage stick 45 cm"), (2, "Hook cane 58 cm")):
        part = visit.page.get_by_role("group", name=f"Part {number}")
        value = part.locator("option", has_text=name).get_attribute("value")
        part.get_by_role("combobox").select_option(value)
    visit.page.get_by_label("Price in pounds").fill("99")
    visit.press("Make it")
    visit.says("There is a problem", "Its parts cost £40.00")
    expect(visit.page.get_by_label("Name")).to_have_value("Stick and cane set")

    visit.page.get_by_label("Price in pounds").fill("36")
    visit.press("Make it")
    visit.says("Stick and cane set can be bought now")
    visit.fits()
    visit.press("Stop SET-STICKS")
    visit.says("SET-STICKS is stopped")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_sets_has_a_barrier(
    open_visit: Callable[..., Visit], width: int, scheme: str, axe_source: str
) -> None:
    visit = open_visit(width)
    wrong = check(visit, ["/shop", PAGE], scheme, axe_source)
    visit.press("Add to basket")
    wrong += barriers(visit, axe_source)
    visit.press("Go to checkout")
    wrong += barriers(visit, axe_source)
    visit.sign_in("manager", "Cambridge")
    wrong += check(visit, ["/staff/sets"], scheme, axe_source)
    visit.press("Make it")
    wrong += barriers(visit, axe_source)
    visit.complaints.clear()  # of the answer that it can't be made
    visit.go("/staff/till")
    visit.scan("SET-SOFT")
    wrong += check(
        visit, ["/staff/till", "/staff/till?q=soft", "/staff/till/pay"], scheme, axe_source
    )

    assert wrong == []
