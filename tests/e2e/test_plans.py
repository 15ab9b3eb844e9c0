"""A plan from the practitioner's screen to the patient's phone, counted in presses."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import WIDTHS
from tests.e2e.portraits import MEASURE
from tests.e2e.test_pages import barriers, sheets
from tests.e2e.visit import Visit

FOLDER = Path(__file__).parents[2] / ".screenshots" / "plans"
BALL, GUIDE = "Medium ball 6.5 cm", "Upper back and shoulder blade"


def writer(open_visit: Callable[..., Visit], **kwargs: object) -> Visit:
    visit = open_visit(**kwargs)
    visit.sign_in("practitioner", "Cambridge")
    visit.go("/staff/plans")
    visit.presses = 0
    return visit


def tick(visit: Visit, name: str) -> None:
    visit.presses += 1
    visit.page.get_by_label(name, exact=False).first.check()


def write(visit: Visit) -> str:
    visit.press("New plan")
    tick(visit, "Rhomboids, middle trapezius")
    visit.press("Show tools")
    tick(visit, BALL)
    tick(visit, GUIDE)
    visit.press("Make the code")
    return visit.page.url.rpartition("/")[2]


@pytest.mark.parametrize("script", [True, False])
def test_a_plan_takes_six_presses_and_a_favourite_three(
    open_visit: Callable[..., Visit], script: bool
) -> None:
    visit = writer(open_visit, script=script)

    code = write(visit)

    assert re.fullmatch("[2-9A-HJ-NP-Z]{8}", code)
    assert visit.presses == 6
    visit.says("one is kept here until the end of")

    visit.go("/staff/plans")
    visit.presses = 0
    visit.press("New plan")
    visit.press(f"{BALL}, 1 guide")
    visit.press("Make the code")

    assert visit.presses == 3
    assert visit.page.url.rpartition("/")[2] != code
    assert visit.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_the_patient_pays_in_two_taps_and_types_nothing(
    open_visit: Callable[..., Visit], script: bool
) -> None:
    desk = writer(open_visit)
    write(desk)
    link = desk.page.get_by_label("Link for the patient").input_value()

    phone = open_visit(360, script=script)
    phone.go(link.partition("/p/")[1] + link.partition("/p/")[2])
    assert phone.page.locator("main input[type=text]:visible, main textarea").count() == 0
    phone.presses = 0
    phone.press("Pay on this phone, collect now")
    assert phone.page.get_by_label("Collect from Cambridge").is_checked()
    phone.press("Order and pay now")

    assert phone.presses == 2
    assert "/demo-pay" in phone.page.url or "demo" in phone.page.url
    phone.press("Pay £")
    phone.says("Order")
    assert phone.complaints == []


def test_one_press_at_the_desk_puts_a_waiting_plan_in_the_basket(
    open_visit: Callable[..., Visit],
) -> None:
    code = write(writer(open_visit))
    desk = open_visit()
    desk.sign_in("reception", "Cambridge")
    desk.go("/staff/plans")

    with desk.page.expect_navigation():
        desk.page.locator("li", has_text=code).get_by_role("button").click()

    desk.says(BALL)
    assert desk.page.url.endswith("/staff/till")


@pytest.mark.parametrize("guides", [1, 3])
def test_the_sheet_is_one_page_of_a4_and_says_nothing_smaller_than_twelve_points(
    open_visit: Callable[..., Visit], guides: int
) -> None:
    visit = writer(open_visit)
    visit.go("/staff/plans/new?area=blade_spine")
    tick(visit, BALL)
    if guides > 1:
        tick(visit, "Medium peanut ball")
    boxes = visit.page.locator("input[name=guides]")
    for each in range(min(guides, boxes.count())):
        boxes.nth(each).check()
    visit.page.get_by_text("Add a note").click()
    visit.page.get_by_label("Note (optional)").fill("Lean " + "a little less each day " * 8)
    visit.press("Make the code")
    visit.press("Print sheet, A4")
    visit.page.get_by_label("Name").fill("Somebody’s Name")

    paper = visit.page.pdf(format="A4", prefer_css_page_size=True)
    (FOLDER.mkdir(parents=True, exist_ok=True), (FOLDER / f"sheet-{guides}.pdf").write_bytes(paper))
    assert sheets(visit) == 1
    visit.page.emulate_media(media="print")
    small = visit.page.evaluate(
        """() => [...document.querySelectorAll(".tp-plan *")].filter(e =>
            [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !e.closest("svg")
            && parseFloat(getComputedStyle(e).fontSize) < 15.9).map(e => e.textContent)"""
    )
    assert small == []


# One guide, two and three, with the tools whose lines are longest, and how small its letters get.
FULLEST = (
    ("side_back", ("Medium foam roller", "Soft foam roller", "Firm foam roller"), 12),
    ("thigh_front", ("Medium foam roller", "Soft foam roller", "Massage stick"), 10),
    ("mid_back", ("Medium foam roller", "Medium peanut ball", "Soft peanut ball"), 8),
)
LETTERS = """() => [...document.querySelectorAll(".tp-plan *")].filter(e => !e.closest("svg") &&
    [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
        const is = getComputedStyle(e); return [parseFloat(is.fontSize), is.color]; })"""


@pytest.mark.parametrize("paper", ["A4", "A5"])
@pytest.mark.parametrize(("area", "tools", "points"), FULLEST)
def test_the_fullest_sheet_is_one_page_in_black_on_either_paper(
    open_visit: Callable[..., Visit], paper: str, area: str, tools: tuple[str, ...], points: int
) -> None:
    visit = writer(open_visit)
    visit.go(f"/staff/plans/new?area={area}")
    for tool in tools:
        tick(visit, tool)
    boxes = visit.page.locator("input[name=guides]")
    for each in range(min(3, boxes.count())):
        boxes.nth(each).check()
    visit.page.get_by_text("Add a note").click()
    visit.page.get_by_label("Note (optional)").fill("Lean " + "a little less each day " * 8)
    visit.press("Make the code")
    visit.press(f"Print sheet, {paper}")

    printed = visit.page.pdf(prefer_css_page_size=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"sheet-{area}-{paper}.pdf").write_bytes(printed)
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1
    wide = {"A4": b"594", "A5": b"420"}[paper]
    assert re.search(rb"/MediaBox\s*\[0 0 " + wide, printed)
    visit.page.emulate_media(media="print")
    letters = visit.page.evaluate(LETTERS)
    smallest = {"A4": 12, "A5": points}[paper] * 4 / 3  # pixels
    assert min(size for size, _ in letters) >= smallest - 0.1
    assert {colour for _, colour in letters} == {"rgb(0, 0, 0)"}


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_a_plan_has_a_barrier_and_each_has_its_picture_taken(
    open_visit: Callable[..., Visit], axe_source: str, width: str, scheme: str
) -> None:
    visit = writer(open_visit, width=WIDTHS[width])
    visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    FOLDER.mkdir(parents=True, exist_ok=True)
    looked_at: list[str] = []

    def look(name: str) -> None:
        looked_at.append(name)
        found = visit.page.evaluate(MEASURE)
        assert not found["sideways"], name
        assert found["cut"] == [], name
        assert found["inline"] == 0, name
        assert barriers(visit, axe_source) == [], name
        visit.page.screenshot(path=FOLDER / f"{width}-{scheme}-{name}.png", full_page=True)

    look("list")
    visit.press("New plan")
    look("area")
    tick(visit, "Rhomboids, middle trapezius")
    visit.press("Show tools")
    look("tools")
    visit.press("Make the code")
    look("tools-wrong")
    tick(visit, BALL)
    tick(visit, GUIDE)
    visit.press("Make the code")
    look("plan")
    code = visit.page.url.rpartition("/")[2]
    visit.go("/staff/plans/templates")
    look("templates")
    visit.go(f"/p/{code}")
    look("patient")
    visit.go(f"/p/{code}?have=1")
    look("patient-has-one")
    visit.go(f"/p/{code}/sheet")
    look("sheet")
    visit.go("/p")
    look("code")
    visit.page.goto(visit.page.url + "?code=O0O0O0O0")
    look("code-wrong")
    assert len(looked_at) == 11
