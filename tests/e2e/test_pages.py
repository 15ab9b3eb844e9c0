"""Every page: no barrier, no complaint, no weight, in light and dark, on a phone and a desk."""

import re
from collections.abc import Callable

import pytest

from shop.pages.staff.letter import LONGEST_NAME, LONGEST_REASON
from tests.e2e.test_main_job import BLADE, NONE, WALL
from tests.e2e.visit import NOWHERE, Visit

PUBLIC = ["/", "/shop", "/shop?kind=ball&firmness=soft", "/shop/soft-ball-65", "/guides",
          "/guides/upper-back-and-shoulder-blade", "/how-it-works", "/what-keeps-it-going",
          "/help", "/privacy", NOWHERE, "/find/where", "/staff/sign-in",
          "/search?q=neck", "/search?q=zzzz"]  # fmt: skip
FOUND = ["/find/check", "/find/spot", "/find/press", "/find/position", "/find/result"]
DESK = ["/staff", "/staff/site", "/staff/till", "/staff/till/pay", "/staff/stock",
        "/staff/stock/BALL-65-S", "/staff/sales/CAM-1", "/staff/serving",
        "/staff/settings/code"]  # fmt: skip
AXE = """async () => {
    const found = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa",
        "wcag22aa", "best-practice"]});
    return found.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" | "));
}"""
WEIGHT = 100_000  # bytes of a page with all it loads, before compression
REQUESTS = 6


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def check(visit: Visit, paths: list[str], scheme: str, axe_source: str) -> list[str]:
    """Look at each page and list what is wrong with it."""
    visit.page.emulate_media(color_scheme=scheme)
    wrong = []
    for path in paths:
        visit.go(path)
        wrong += [f"{scheme}, {found}" for found in barriers(visit, axe_source)]
        if visit.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append(f"{path}: it scrolls sideways")
        wrong += [f"{path}: {said}" for said in visit.complaints if "404" not in said]
        visit.complaints.clear()
    return wrong


@pytest.mark.parametrize("width", ["phone", "desk"], indirect=True)
def test_the_publics_pages_have_no_barrier(
    open_visit: Callable[..., Visit], width: int, scheme: str, axe_source: str
) -> None:
    visit = open_visit(width)
    visit.answer(where=BLADE, safety=NONE, press="Quite sore", can=WALL)

    assert check(visit, [*PUBLIC, *FOUND], scheme, axe_source) == []


@pytest.mark.parametrize("width", ["phone", "desk"], indirect=True)
def test_the_desks_pages_have_no_barrier(
    open_visit: Callable[..., Visit], width: int, scheme: str, axe_source: str
) -> None:
    visit = open_visit(width)
    visit.sign_in("reception", "Cambridge")
    visit.go("/staff/till")
    visit.scan("BALL-65-S")

    assert check(visit, DESK, scheme, axe_source) == []


@pytest.mark.parametrize("width", ["phone", "desk"], indirect=True)
def test_giving_a_code_to_a_product_and_having_one_posted_have_no_barrier(
    open_visit: Callable[..., Visit], width: int, scheme: str, axe_source: str
) -> None:
    visit = open_visit(width)
    visit.sign_in("owner", "Cambridge")
    code = "/staff/till/code?code=5012345678900"
    paths = [code, f"{code}&q=ball", f"{code}&product=BALL-65-M", f"{code[:-1]}1",
             "/staff/till/post/BALL-65-M", "/staff/settings/code"]  # fmt: skip

    assert check(visit, paths, scheme, axe_source) == []


@pytest.mark.parametrize("width", ["phone", "desk"], indirect=True)
def test_a_gp_letter_has_no_barrier_and_prints_on_one_sheet(
    open_visit: Callable[..., Visit], width: int, scheme: str, axe_source: str
) -> None:
    visit = open_visit(width)
    visit.sign_in("practitioner", "Cambridge")
    wrong = check(visit, ["/staff/letter"], scheme, axe_source)
    visit.press("Show the letter")  # no reason ticked: the page says so
    wrong += barriers(visit, axe_source)
    for reason in ("A suspected vitamin deficiency", "Poor sleep for a long time"):
        visit.page.get_by_label(reason).check()
    visit.page.get_by_label("More clinical reasons").fill("W" * LONGEST_REASON)
    visit.page.get_by_label("GP practice").fill("W" * LONGEST_NAME)
    visit.page.get_by_label("Your name").fill("W" * LONGEST_NAME)
    visit.press("Show the letter")
    wrong += barriers(visit, axe_source)

    assert wrong == []
    visit.says("Dear doctor")
    visit.fits()
    assert sheets(visit) == 1
    visit.press("Change")
    assert visit.page.get_by_label("More clinical reasons").input_value() == "W" * LONGEST_REASON


@pytest.mark.parametrize("width", ["phone", "desk"], indirect=True)
def test_the_sheets_of_drawings_have_no_barrier_and_print_on_little_paper(
    open_visit: Callable[..., Visit], width: int, scheme: str, axe_source: str
) -> None:
    visit = open_visit(width)
    visit.sign_in("practitioner", "Cambridge")
    way = "/staff/content/drawings"
    visit.go(way)
    every = visit.page.locator("main h2 a").evaluate_all("all => all.map(a => a.pathname)")

    assert check(visit, [way, *every, f"{every[0]}?captions=off"], scheme, axe_source) == []
    assert len(every) >= 8
    for address in every:
        visit.go(address)
        assert sheets(visit) <= 2, address


@pytest.mark.parametrize("width", ["phone", "desk"], indirect=True)
def test_pages_that_say_no_have_no_barrier(
    open_visit: Callable[..., Visit], width: int, scheme: str, axe_source: str
) -> None:
    visit = open_visit(width)
    visit.page.emulate_media(color_scheme=scheme)
    wrong = []
    for where, tick in ((BLADE, "Chest pain"), ("At the front or side of your throat", NONE)):
        visit.page.context.clear_cookies()
        visit.go("/find")
        visit.page.get_by_label(where, exact=False).first.check()
        visit.press("Continue")
        visit.press("Continue")  # nothing ticked: the page says so
        wrong += barriers(visit, axe_source)
        visit.page.get_by_label(tick, exact=False).first.check()
        visit.press("Continue")
        assert visit.page.url.endswith("/find/result")
        wrong += barriers(visit, axe_source)

    assert wrong == []


def barriers(visit: Visit, axe_source: str) -> list[str]:
    visit.page.evaluate(f"{axe_source};null")
    return [f"{visit.page.url}: {found}" for found in visit.page.evaluate(AXE)]


def test_no_page_is_heavy(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit()
    visit.answer(where=BLADE, safety=NONE, press="Quite sore", can=WALL)
    loaded: list[int] = []
    visit.page.on("response", lambda answer: loaded.append(len(answer.body())))
    for path in [*PUBLIC, "/find/result"]:
        loaded.clear()
        visit.page.goto(path, wait_until="networkidle")

        assert sum(loaded) < WEIGHT, path
        assert len(loaded) <= REQUESTS, path


def test_a_result_for_three_places_is_not_heavy(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit()
    visit.go("/find")
    visit.choose("In your buttock", "At the front of your thigh", "In your calf")
    visit.choose(NONE)
    visit.choose("A little sore")
    chair = "Sit on a firm chair, or in a wheelchair with its brakes on"
    visit.choose(WALL, chair, "Get down on the floor and up again")
    loaded: list[int] = []
    visit.page.on("response", lambda answer: loaded.append(len(answer.body())))
    visit.page.goto(visit.page.url, wait_until="networkidle")

    assert visit.page.url.endswith("/find/result")
    assert visit.page.locator(".tp-figure").count() >= 1
    assert sum(loaded) < WEIGHT


def test_every_guide_prints_on_one_sheet(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit()
    visit.go("/guides")
    links = visit.page.locator('main a[href^="/guides/"]').all()
    paths = {link.get_attribute("href") for link in links}
    printed = {}
    for path in sorted(filter(None, paths)):
        visit.go(path)
        printed[path] = sheets(visit)

    assert len(printed) >= 30
    assert {path: n for path, n in printed.items() if n != 1} == {}


def sheets(visit: Visit) -> int:
    """How many sheets of A4 the page prints on."""
    pdf = visit.page.pdf(format="A4", prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


def test_the_movement_plays_only_when_asked_and_never_with_reduced_motion(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit()
    visit.go("/guides/upper-back-and-shoulder-blade")
    running = "document.getAnimations().filter(a => a.playState === 'running').length"

    assert visit.page.evaluate(running) == 0
    visit.page.get_by_label("Play the movement").check()
    assert visit.page.evaluate(running) > 0

    visit.page.emulate_media(reduced_motion="reduce")
    assert visit.page.evaluate(running) == 0
    assert not visit.page.get_by_label("Play the movement").is_visible()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit()
    visit.go("/find/where")
    visit.press("Continue")

    assert visit.page.evaluate("document.activeElement.className") == "tp-problem"
    visit.page.locator(".tp-problem a").first.click()
    assert visit.page.evaluate("document.activeElement.type") == "checkbox"
