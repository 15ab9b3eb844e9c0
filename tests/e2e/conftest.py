"""A real Chromium in front of the served demo. Skipped with a clear line where there is none."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright
from sqlalchemy import URL

from shop import clock, stock
from shop.db import Database
from tests import databases
from tests.e2e import stocked
from tests.e2e.visit import Visit
from tests.served import gunicorn

# The first has no windows, which cost as much as the pages in them.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"phone": 360, "desk": 1280}


@pytest.fixture(scope="session")
def shop_url(demo_copy: Callable[[], URL]) -> URL:
    """The database of the served demo, for looking at the books behind the browser's back."""
    url = demo_copy()
    database = Database(url)
    with database.transaction() as work:
        plenty = dict.fromkeys(("BALL-65-M", "PEANUT-65-S", "BALL-90-S", "SPIKY-70-S"), 50)
        stock.receive(work, "cambridge", plenty, by="Morgan Lee", at=clock.now())
    database.dispose()
    return url


@pytest.fixture(scope="session")
def stock_pages(shop_url: URL) -> list[str]:
    """The addresses of every stock screen at Ely, each with something on it."""
    return stocked.stock_pages(shop_url)


@pytest.fixture(scope="session")
def address(shop_url: URL) -> Iterator[str]:
    with gunicorn("app:app", shop_url, workers=2, SHOP_NAME="Riverside Physio",
                  SHOP_PHONE="01632 960100") as port:  # fmt: skip
        yield f"http://127.0.0.1:{port}"
    databases.drop(shop_url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER is 1 and there is no Chromium. apt install chromium")
        pytest.skip("There is no Chromium here, so no page is clicked. apt install chromium")
    with sync_playwright() as playwright:
        yield _launch(playwright)


def _launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@pytest.fixture(params=["phone", "desk"])
def width(request: pytest.FixtureRequest) -> int:
    return WIDTHS[request.param]


@pytest.fixture(params=["script", "no script"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "script")


@pytest.fixture
def visit(browser: Browser, address: str, width: int, script: bool) -> Iterator[Visit]:
    """Somebody with a new browser, at this width, with JavaScript on or off."""
    context = _context(browser, address, width, script)
    yield Visit(context.new_page(), script)
    context.close()


@pytest.fixture
def open_visit(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    """As many visitors as a test needs."""
    contexts: list[BrowserContext] = []

    def another(width: int = 1280, script: bool = True) -> Visit:
        contexts.append(_context(browser, address, width, script))
        return Visit(contexts[-1].new_page(), script)

    yield another
    for context in contexts:
        context.close()


def _context(browser: Browser, address: str, width: int, script: bool) -> BrowserContext:
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 900},
        java_script_enabled=script,
        locale="en-GB",
    )
    context.set_default_timeout(10_000)
    return context


@pytest.fixture(scope="session")
def axe_source() -> str:
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
