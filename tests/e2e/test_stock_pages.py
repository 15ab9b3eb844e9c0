"""Every stock screen: no barrier, no complaint, no sideways scroll, in light and dark."""

from collections.abc import Callable

import pytest
from sqlalchemy import URL

from shop.db import Database
from tests.e2e.stocked import BALL
from tests.e2e.test_pages import barriers, check
from tests.e2e.visit import Visit


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("width", ["phone", "desk"], indirect=True)
def test_the_stock_screens_have_no_barrier(
    open_visit: Callable[..., Visit],
    stock_pages: list[str],
    width: int,
    scheme: str,
    axe_source: str,
) -> None:
    visit = open_visit(width)
    visit.sign_in("manager", "Ely")
    wrong = check(visit, stock_pages, scheme, axe_source)
    visit.go("/staff/site")
    visit.choose("Cambridge")
    receiving = received_at_cambridge(stock_pages)
    wrong += check(visit, [receiving], scheme, axe_source)

    assert wrong == []


def received_at_cambridge(stock_pages: list[str]) -> str:
    """The transfer that Cambridge can receive: the last one of them."""
    found = [page for page in stock_pages if "/transfers/" in page and "q=" not in page]
    return found[-1]


@pytest.mark.parametrize("width", ["phone", "desk"], indirect=True)
def test_what_a_form_says_is_wrong_has_no_barrier(
    open_visit: Callable[..., Visit],
    stock_pages: list[str],
    width: int,
    scheme: str,
    axe_source: str,
) -> None:
    visit = open_visit(width)
    visit.page.emulate_media(color_scheme=scheme)
    visit.sign_in("manager", "Ely")
    wrong = []
    for page, button in (
        (f"/staff/stock/{BALL}", "Save"),
        ("/staff/stock/transfers", "Add"),
        (f"/staff/stock/{BALL}/rule", "Save"),
        ("/staff/stock/suppliers", "Add"),
        ("/staff/stock/import", "Check the file"),
    ):
        visit.go(page)
        if page.endswith("/rule"):  # it is filled in already
            visit.page.get_by_label("Minimum").fill("lots")
        visit.press(button)
        visit.says("There is a problem")
        wrong += barriers(visit, axe_source)

    assert wrong == []


def test_a_file_is_imported_by_hand_and_goes_on_by_itself(
    open_visit: Callable[..., Visit], shop_url: URL
) -> None:
    visit = open_visit()
    visit.sign_in("manager", "Ely")
    visit.go("/staff/stock/import")
    lines = ["sku,name,price,kind", *(f"BULK-{n},Bulk {n},5,ball" for n in range(4_100))]
    file = {"name": "range.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    visit.page.get_by_label("CSV or XLSX file").set_input_files(file)
    visit.press("Check the file")
    visit.says("No mistakes in 4,100 lines", "0 of 4,100 lines are in")

    visit.press("Import 4,100 lines")

    visit.page.get_by_text("All 4,100 lines are in.").wait_for()
    assert visit.complaints == []
    _withdraw(shop_url)


def _withdraw(url: URL) -> None:
    """The tests after this one expect a range that fits a page."""
    from sqlalchemy import update

    from shop.products import Product

    books = Database(url)
    with books.transaction() as work:
        work.execute(update(Product).where(Product.sku.startswith("BULK-")).values(on_sale=False))
    books.dispose()
