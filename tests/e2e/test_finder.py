"""The finder, clicked: twelve people whose answers lead to twelve different ends."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Request

from tests.e2e.test_pages import barriers, sheets
from tests.e2e.visit import Visit

BLADE = "Between your shoulder blade and your spine"
TEMPLE = "At your temple, your forehead or behind your eye"
HIP = "On the outside of your hip or thigh"
NONE, WALL = "None of these", "Stand and lean on a wall"
ABOUT_YOU = "Under 18, over 74, pregnant, not steady on your feet, or on some medicines"
CHEST_PAIN = "Chest pain or pressure, or sudden trouble breathing"
NUMB = "Numb between your legs, new bladder or bowel trouble, or a limb out of shape"
SWOLLEN = "A swollen limb, a fever, new weakness, or weight loss you can't explain"
HIP_SIDE = "Too sore to lie on that side, or worst when you stand on one leg"
USUAL = "How sore is it on a usual day, out of 10?"
SETTLE = "How long does it take to settle after you press it or use it?"
WAKE = "Do you wake at night because of this pain?"
HAVE = "Which of these do you have at home?"
TO_BUY = ("£", 'href="/shop', "In stock", "Out of stock")
FULL = [NONE, BLADE, "Quite sore", WALL]
SIZES = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
MOST_SCREENS, MOST_PRESSES = 6, 11


@dataclass(frozen=True)
class Journey:
    """What somebody ticks on each screen, then on the result, and what they read in the end."""

    ticks: list[str | list[str]]
    says: tuple[str, ...]
    more: dict[str, str] = field(default_factory=dict)
    buying: bool = False
    short: bool = False  # no warning sign and no condition: within the budget of presses


JOURNEYS = {
    "999": Journey([BLADE, CHEST_PAIN], ("Call 999 now", "Do not use a ball or roller")),
    "A&E": Journey([BLADE, NUMB], ("Go to A&E now", "Do not use a ball or roller")),
    "maternity": Journey(
        [BLADE, ABOUT_YOU, "Pregnant, with bleeding, waters breaking or regular tightenings"],
        ("Call your maternity unit now",),
    ),
    "same day": Journey([BLADE, SWOLLEN], ("Call NHS 111 or your GP today",)),
    "under 16": Journey(
        [BLADE, ABOUT_YOU, "You are under 16"],
        ("See the physiotherapist together with a parent", "for you and for a parent"),
    ),
    "thinners": Journey(
        [BLADE, ABOUT_YOU, "Blood thinners", BLADE, "A little sore", WALL],
        ("Ask first, before you use any tool", "Soft ball 6.5 cm may suit you", "our desk"),
        more={USUAL: "1", SETTLE: "A few minutes", WAKE: "No"},
    ),
    "very high": Journey(
        [BLADE, NONE, BLADE, "Too sore to press"],
        ("Ask your physiotherapist", "Calm-down plan", "Put something warm"),
    ),
    "advice": Journey(
        [BLADE, *FULL],
        ("Soft ball 6.5 cm may suit you", "You said it is quite sore when pressed",
         "Upper back and shoulder blade", "Stay at 4 out of 10 or less", "£", "Cambridge"),
        buying=True, short=True,
    ),
    "two regions": Journey(
        [[BLADE, "In your calf"], NONE, BLADE, "Quite sore", WALL],
        ("may suit you", "Calf", "Upper back and shoulder blade"),
        buying=True, short=True,
    ),
    "temple": Journey(
        [TEMPLE, NONE, "At the base of your skull", "Quite sore",
         [WALL, "Get down on the floor and up again"]],
        ("Pressing at the base of your skull brings it on", "may suit you"),
        buying=True, short=True,
    ),
    "sore hip": Journey(
        [HIP, HIP_SIDE, "Quite sore", WALL],
        ("Soft ball", "Ask someone as well", "See your physiotherapist about the hip"),
        buying=True,
    ),
    "owned tool": Journey(
        [BLADE, *FULL],
        ("Use the tennis ball you have", "From our shop, if you want a new one"),
        more={HAVE: "A tennis ball"},
        buying=True,
    ),
}  # fmt: skip


def go(visit: Visit, journey: Journey) -> list[str]:
    """From the first question to the end; the screens on the way, the result among them."""
    screens = ["/find/where"]
    visit.go("/find")
    for ticks in journey.ticks:
        visit.choose(*([ticks] if isinstance(ticks, str) else ticks))
        screens.append(visit.page.url.partition("127.0.0.1")[2].partition("/")[2])
    for question, answer in journey.more.items():
        if question == HAVE:
            visit.page.get_by_text("What you have at home").click()
        group = visit.page.get_by_role("group", name=question)
        group.get_by_label(answer, exact=True).check()
    if journey.more:
        visit.press("Continue")
    return screens


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey_ends_where_it_has_to_without_a_barrier_and_on_one_sheet(
    open_visit: Callable[..., Visit], axe_source: str, name: str, script: bool
) -> None:
    journey, visit = JOURNEYS[name], open_visit(360 if script else 1280, script)
    asked: list[Request] = []
    visit.page.on("request", lambda request: asked.append(request))

    screens = go(visit, journey)

    assert visit.page.url.endswith("/find/result")
    visit.says(*journey.says)
    visit.fits()
    if not journey.buying:
        assert [word for word in TO_BUY if word in visit.page.locator("main").inner_html()] == []
    if journey.short:
        assert len(screens) <= MOST_SCREENS
        assert visit.presses <= MOST_PRESSES
    assert visit.page.title() == "Your result – Riverside Physio shop"
    told = [text for r in asked for text in (r.url, r.headers.get("referer", ""))]
    assert {url.partition("127.0.0.1")[2].partition("/")[2] for url in told if "/find" in url} <= {
        "find", "find/where", "find/check", "find/check/more", "find/spot", "find/press",
        "find/position", "find/result",
    }  # fmt: skip
    assert visit.complaints == []
    if script:
        assert looked_at(visit, axe_source) == []
        assert sheets(visit) == 1


def looked_at(visit: Visit, axe_source: str) -> list[str]:
    """What is wrong with the page that is open, in light and dark, on a phone and a desk."""
    wrong = []
    for width, scheme in SIZES:
        visit.page.set_viewport_size({"width": width, "height": 900})
        visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        wrong += [f"{width}, {scheme}: {found}" for found in barriers(visit, axe_source)]
        if visit.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append(f"{width}: it scrolls sideways")
    return wrong


def test_the_questions_of_the_second_step_and_the_spots_have_no_barrier(
    open_visit: Callable[..., Visit], axe_source: str
) -> None:
    visit, wrong = open_visit(360), []
    visit.go("/find")
    visit.choose("At your lower back", TEMPLE)
    visit.choose(ABOUT_YOU, "A condition of your blood, bones, heart, nerves or joints, or cancer "
                 "at any time")  # fmt: skip
    wrong += looked_at(visit, axe_source)
    visit.press("Continue")  # nothing ticked: the page says so
    assert visit.page.locator(".tp-mistake").count() == 2
    wrong += looked_at(visit, axe_source)
    visit.choose("Aspirin or clopidogrel", "Diabetes, with normal feeling")
    wrong += looked_at(visit, axe_source)
    visit.press("Continue")
    wrong += looked_at(visit, axe_source)

    assert wrong == []
    assert visit.page.url.endswith("/find/spot")
    assert [said for said in visit.complaints if "400 (BAD REQUEST)" not in said] == []


def test_the_keyboard_alone_gets_from_the_first_question_to_a_better_fit(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit()
    visit.go("/find")
    for choice in (BLADE, ABOUT_YOU, "Aspirin or clopidogrel", BLADE, "Not sore", WALL):
        tab_to(visit, choice)
        visit.page.keyboard.press("Space")
        if choice == "Not sore":  # radios: Tab leads to the group, arrows lead through it
            visit.page.keyboard.press("ArrowDown")
            visit.page.keyboard.press("ArrowDown")
        visit.enter()
    visit.says("may suit you", "You ticked “Aspirin or clopidogrel”")

    tab_to(visit, "No answer")
    visit.page.keyboard.press("ArrowLeft")  # from "No answer" round to the last one, 10
    visit.enter()

    visit.says("Ask your physiotherapist", "You gave your usual pain 10 out of 10")


def tab_to(visit: Visit, name: str) -> None:
    """Press Tab until the control of this name has the focus, as somebody without a mouse does."""
    for _ in range(120):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement.labels?.[0]?.innerText.trim()") == name:
            return
    raise AssertionError(f"Tab never reaches {name!r} on {visit.page.url}.")


def test_none_of_these_and_what_applies_untick_each_other_where_there_is_script(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit()
    visit.go("/find")
    visit.choose(BLADE)
    none, chest = (visit.page.get_by_label(name, exact=True) for name in (NONE, CHEST_PAIN))

    none.check()
    chest.check()
    assert not none.is_checked()
    none.check()
    assert not chest.is_checked()


def test_without_script_the_server_says_that_both_is_no_answer(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit(360, False)
    visit.go("/find")
    visit.choose(BLADE)
    visit.choose(NONE, CHEST_PAIN)

    visit.says("There is a problem", "not both")
    assert visit.page.get_by_label(NONE, exact=True).is_checked()


def test_the_browsers_back_button_and_a_reload_keep_the_answers(visit: Visit) -> None:
    visit.answer(where=BLADE, safety=NONE, press="Very sore", can=WALL)
    visit.page.go_back()
    visit.page.go_back()

    assert visit.page.get_by_label("Very sore", exact=True).is_checked()
    visit.choose("Quite sore")
    visit.page.reload()

    visit.says("You said it is quite sore when pressed")


def test_a_place_changed_in_another_tab_asks_its_own_questions_in_the_first_one(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit()
    visit.go("/find")
    visit.choose("At the back or side of your neck")
    other = Visit(visit.page.context.new_page(), True)
    other.go("/find/where")
    other.page.get_by_label("At the back or side of your neck", exact=True).uncheck()
    other.choose("At your lower back")

    visit.choose(NONE)

    visit.says("There is a problem", "Numb between your legs, or new bladder")
    visit.go("/find/result")
    assert visit.page.url.endswith("/find/check")


def test_a_result_is_kept_opened_by_a_stranger_and_deleted(
    open_visit: Callable[..., Visit], axe_source: str, script: bool
) -> None:
    visit, stranger = open_visit(360, script), open_visit(1280, script)
    asked: list[Request] = []
    go(visit, JOURNEYS["advice"])
    visit.press("Keep this result")
    link = visit.page.locator("main code").inner_text()
    stranger.page.on("request", lambda request: asked.append(request))

    stranger.page.goto(link)

    stranger.says("Kept until", "Soft ball 6.5 cm may suit you", "quite sore when pressed", link)
    assert "£" not in stranger.page.locator("main").inner_text()
    if script:
        assert looked_at(stranger, axe_source) == []
        assert sheets(stranger) == 1
    stranger.press("Delete it now")
    if script:
        assert looked_at(stranger, axe_source) == []
    stranger.press("Delete it now")
    stranger.says("The result is deleted")
    if script:
        assert looked_at(stranger, axe_source) == []
    code = link.rpartition("/")[2]
    assert not [r.url for r in asked if code in r.headers.get("referer", "")]
    assert visit.page.reload().status == 404  # type: ignore[union-attr]
    assert stranger.complaints == []


def test_the_longest_advice_prints_on_one_sheet(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit()
    visit.go("/find")
    visit.choose("At the back or side of your neck", BLADE, "In your buttock")
    visit.choose(ABOUT_YOU, "An injury, an operation, broken skin, veins or an implant where it is "
                 "sore")  # fmt: skip
    visit.choose("You are 75 or over", "Poor sleep, very tired or in low mood, for weeks",
                 "It began within weeks of a new medicine, such as a statin",
                 "Fragile skin that tears or bruises easily",
                 "A replaced joint that has healed, or metalwork")  # fmt: skip
    visit.choose(BLADE)
    visit.choose("Quite sore")
    visit.choose(WALL, "Sit on a firm chair, or in a wheelchair with its brakes on")

    visit.says("Ask first, before you use any tool")
    assert len(re.findall("How to use it", visit.page.content())) == 3
    assert sheets(visit) == 1
