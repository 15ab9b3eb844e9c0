"""A walk past every type of page: what each weighs, whether it stands still and fits, and how it
looks. The pictures go to .screenshots/, for somebody to look at one by one.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.test_main_job import BLADE, NONE, WALL
from tests.e2e.visit import NOWHERE, Visit

BLADE_ID = "blade_spine"
FOLDER = Path(__file__).parents[2] / ".screenshots"
STRANGER = ["/", "/shop", "/shop?kind=ball&firmness=soft", "/shop/soft-ball-65",
            "/shop/sets/set-start", "/shop/sets/set-soft", "/guides",
            "/guides/upper-back-and-shoulder-blade", "/how-it-works", "/what-keeps-it-going",
            "/search?q=neck", "/search?q=zzzz", "/help", "/privacy", "/returns", "/order", NOWHERE,
            "/staff/sign-in"]  # fmt: skip
MANAGER = ["/staff", "/staff?day=2020-01-01", "/staff/site", "/staff/stock", "/staff/stock?q=zzzz",
           "/staff/stock/BALL-65-S", "/staff/stock/BALL-65-S/photo", "/staff/stock/BALL-65-S/rule",
           "/staff/stock/BALL-65-S/labels?copies=21", "/staff/letter", "/staff/vouchers",
           "/staff/sets", "/staff/content", "/staff/content/drawings",
           "/staff/content/drawings/back-1",
           "/staff/content/drawings/back-1?captions=off", "/staff/style",
           "/staff/style/drawings"]  # fmt: skip
MEASURE = """async () => {
    let shift = 0;
    const add = entries => entries.forEach(e => { if (!e.hadRecentInput) shift += e.value; });
    const watch = new PerformanceObserver(list => add(list.getEntries()));
    watch.observe({type: "layout-shift", buffered: true});
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    add(watch.takeRecords());
    const cut = [...document.querySelectorAll("main *, header *, footer *")].filter(e =>
        !e.closest(".tp-hidden, svg, .tp-scroll, select, input") && e.clientWidth > 0 &&
        e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible");
    const [page] = performance.getEntriesByType("navigation");
    const files = performance.getEntriesByType("resource");
    const bytes = some => some.reduce((sum, file) => sum + file.decodedBodySize, 0);
    return {sent: bytes([page, ...files]), requests: 1 + files.length,
            scripts: bytes(files.filter(file => file.initiatorType === "script")),
            shift, sideways: document.documentElement.scrollWidth > innerWidth,
            cut: cut.map(e => e.className || e.tagName),
            inline: document.querySelectorAll(`[style], style,
                script:not([src]):not([type="application/ld+json"])`).length};
}"""


@dataclass(frozen=True, slots=True)
class Portrait:
    """One page as somebody saw it. `sent` is the bytes of everything it loaded, uncompressed."""

    name: str
    path: str
    sent: int
    requests: int
    scripts: int
    shift: float
    sideways: bool
    cut: tuple[str, ...]
    inline: int
    complaints: tuple[str, ...]


def take_all(
    visit: Visit, stock_pages: Sequence[str], folder: str = "", *, text: str = ""
) -> list[Portrait]:
    """Every page in a row, as this visitor sees it; with `text`, at that size of letters.

    Pictures, and what was measured, are kept where a `folder` is given.
    """
    if folder:
        shutil.rmtree(FOLDER / folder, ignore_errors=True)
    taken = []
    for name in _walk(visit, stock_pages):
        visit.page.wait_for_load_state("load")
        if text:
            visit.page.evaluate(f"document.documentElement.style.fontSize = '{text}'")
        taken.append(_measured(visit, name))
        if folder:
            visit.page.screenshot(path=FOLDER / folder / f"{name}.png", full_page=True)
        visit.complaints.clear()
    if folder:
        told = (f"{p.name}\t{p.sent} bytes\t{p.requests} files\tshift {p.shift:.4f}" for p in taken)
        (FOLDER / folder / "measured.txt").write_text("\n".join([*told, ""]))
    return taken


def _measured(visit: Visit, name: str) -> Portrait:
    found = visit.page.evaluate(MEASURE)
    return Portrait(
        name=name,
        path=urlsplit(visit.page.url).path,
        sent=found["sent"],
        requests=found["requests"],
        scripts=found["scripts"],
        shift=found["shift"],
        sideways=found["sideways"],
        cut=tuple(found["cut"]),
        inline=found["inline"],
        complaints=tuple(said for said in visit.complaints if "status of 40" not in said),
    )


def _walk(visit: Visit, stock_pages: Sequence[str]) -> Iterator[str]:
    """Lead the visitor from page to page, with the name of each while it is on the screen."""
    for path in STRANGER:
        visit.go(path)
        yield _name(path)
    yield from _finder(visit)
    yield from _buying(visit)
    visit.sign_in("manager", "Cambridge")
    for path in MANAGER:
        visit.go(path)
        yield _name(path)
    yield from _letter(visit)
    yield from _orders(visit)
    yield from _plans(visit)
    yield from _till(visit)
    yield from _drawer(visit)
    visit.go("/staff/site")
    visit.choose("Ely")
    for path in stock_pages:
        visit.go(path)
        yield _name(path.replace("/staff/stock", "/staff/ely", 1))


def _finder(visit: Visit) -> Iterator[str]:
    visit.answer(where=BLADE, safety=NONE, press="Quite sore", can=WALL)
    questions = ("/find/where", "/find/check", "/find/spot", "/find/press", "/find/position")
    for path in (*questions, "/find/result"):
        visit.go(path)
        yield _name(path)
    visit.press("Keep this result")
    yield "find-kept"
    visit.press("Delete it now")
    yield "find-kept-deletion"
    visit.press("Delete it now")
    yield "find-kept-gone"
    for name, tick in (("referral", "Under 18"), ("urgent", "Chest pain")):
        visit.page.context.clear_cookies()
        visit.go("/find")
        visit.choose(BLADE)
        visit.press("Continue")
        if name == "referral":
            yield "find-check-wrong"
        visit.page.get_by_label(tick, exact=False).first.check()
        visit.press("Continue")
        if name == "referral":
            yield "find-check-more"
            visit.choose("You are under 16")
        yield f"find-{name}"


def _buying(visit: Visit) -> Iterator[str]:
    """From the product to the order's own page, paid on the demo's page."""
    visit.go("/basket")
    yield "basket-empty"
    _see_one_that_is_out(visit)
    visit.press("Tell me when it is back")
    yield "back-when"
    visit.page.get_by_role("radio").first.check()
    visit.page.get_by_label("email").fill("pat@customer.example")
    visit.press("Tell me")
    visit.says("We will tell you")
    yield "back-asked"
    visit.go("/shop/medium-ball-65")
    visit.press("Add to basket")
    yield "basket"
    visit.go("/shop/sets/set-soft")
    visit.press("Add to basket")
    yield "basket-set"
    visit.press("Go to checkout")
    yield "checkout"
    visit.page.get_by_label("Collect from Cambridge").check()
    visit.press("Order and pay now")
    yield "demo-pay"
    visit.press("Pay £")
    yield "order-paid"
    order = visit.page.url
    visit.press("Invoice with your address")
    yield "invoice-asked"
    visit.page.get_by_label("Name or business").fill("Fen Rowing Club")
    visit.page.get_by_label("Address, in one line").fill("9 Fen Road, Ely, CB7 1AA")
    visit.press("Make the invoice")
    yield "invoice"
    visit.page.goto(order)
    visit.press("Cancel this order")
    visit.page.get_by_role("link", name=re.compile("^CAM-C")).click()
    visit.page.wait_for_load_state()
    yield "credit-note"


def _see_one_that_is_out(visit: Visit) -> None:
    """On to a tool that some clinic has none of: which one depends on what was sold."""
    visit.go("/shop")
    tools = visit.page.locator('main a[href^="/shop/"]')
    for address in tools.evaluate_all("all => all.map(a => a.href)"):
        visit.page.goto(address)
        if visit.page.get_by_text("Tell me when it is back").count():
            return
    raise AssertionError("Every clinic has every tool.")


def _drawer(visit: Visit) -> Iterator[str]:
    """The drawer from its figures to its closing, and open again; and a tool that is lent."""
    steps = [f"/staff/till/close/CAM-Z1/{step}" for step in ("holds", "count", "tomorrow")]
    paths = ("/staff/till/drawer", "/staff/till/z/CAM-Z1", *steps, "/staff/sales", "/staff/loans")
    for path in paths:
        visit.go(path)
        yield _name(path)
    visit.scan("BALL-65-M")
    visit.press("Lend it")
    yield "staff-loan"
    visit.press("It is back")
    visit.go("/staff/till/close")
    yield "staff-till-close"
    visit.press("Add it up")
    visit.press("Close the till with")
    visit.go("/staff/till")
    yield "staff-till-open"
    visit.press("Open the till")


def _orders(visit: Visit) -> Iterator[str]:
    for path in ("/staff/online", "/staff/attention", "/staff/mail", "/staff/collecting"):
        visit.go(path)
        yield _name(path)
    visit.go("/staff/online")
    visit.page.locator("table a").first.click()
    visit.page.wait_for_load_state()
    yield "staff-online-order"
    visit.press("Packing slip")
    yield "staff-packing"
    visit.page.go_back()
    visit.page.get_by_role("link", name=re.compile("^CAM-C")).click()
    visit.page.wait_for_load_state()
    yield "staff-credit-note"


def _letter(visit: Visit) -> Iterator[str]:
    visit.go("/staff/letter")
    visit.page.get_by_label("Poor sleep for a long time").check()
    visit.press("Show the letter")
    yield "staff-letter-ready"


def _plans(visit: Visit) -> Iterator[str]:
    """From the list to the patient's page and its sheet."""
    for path in ("/staff/plans", "/staff/plans/withdrawn", "/staff/plans/templates",
                 "/staff/opening-days", "/p", "/staff/plans/new",
                 f"/staff/plans/new?area={BLADE_ID}"):  # fmt: skip
        visit.go(path)
        yield _name(path)
    visit.page.get_by_label("Medium ball 6.5 cm").check()
    visit.press("Make the code")
    yield "staff-plan"
    code = visit.page.url.rpartition("/")[2]
    for path, name in (
        (f"/staff/plans/{code}/change", "staff-plan-change"),
        (f"/p/{code}", "plan"),
        (f"/p/{code}?have=1", "plan-has-one"),
        (f"/p/{code}/sheet", "plan-sheet"),
    ):
        visit.go(path)
        yield name


def _till(visit: Visit) -> Iterator[str]:
    visit.go("/staff/settings/scanner")
    visit.page.get_by_label("Scan a product").fill("2000000010014\n")
    visit.press("Show")
    yield "staff-scanner"
    visit.go("/staff/settings/scanner")
    yield "staff-settings-scanner"
    visit.go("/staff/settings/code")
    yield "staff-short-code"
    visit.go("/staff/till")
    yield "staff-till-empty"
    visit.scan("5012345678900")
    yield "staff-till-unknown"
    visit.press("Give this code to a product")
    visit.page.get_by_label("Part of the product").fill("ball")
    visit.press("Find")
    yield "staff-give-code"
    visit.press("Medium ball 6.5 cm")
    yield "staff-give-code-picked"
    visit.go("/staff/till")
    visit.press("Somebody else")
    yield "staff-serving"
    visit.go("/staff/till/post/BALL-65-M")
    yield "staff-till-post"
    visit.go("/staff/till")
    visit.scan("BALL-65-M")
    visit.scan("SET-SOFT")
    visit.page.get_by_label("Scan or type a product").fill("soft")
    visit.enter()
    yield "staff-till"
    visit.go("/staff/till/pay")
    yield "staff-till-pay"
    for way in ("cash", "split", "discount"):
        visit.go(f"/staff/till/pay/{way}")
        yield f"staff-till-{way}"
    visit.go("/staff/till/pay/cash")
    visit.press("£50")
    yield "staff-till-sold"
    number = re.search(r"CAM-\d+", visit.page.url)
    assert number
    visit.go(f"/staff/sales/{number[0]}")
    yield "staff-sale"
    old = visit.page.locator("input[name=line]").first.get_attribute("value")
    visit.go(f"/staff/sales/{number[0]}/invoice")
    yield "staff-invoice-asked"
    visit.go(f"/staff/sales/{number[0]}/exchange?line={old}&code=PEANUT-65-S")
    yield "staff-exchange"


def _name(path: str) -> str:
    return re.sub(r"\W+", "-", path).strip("-") or "home"
