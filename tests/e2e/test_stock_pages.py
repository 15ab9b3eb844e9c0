"""Every stock screen: no barrier, no complaint, no sideways scroll, in light and dark."""

from collections.abc import Callable

import pytest
from sqlalchemy import URL

from shop import (
    alerts,
    arrivals,
    clock,
    counts,
    purchases,
    suppliers,
    tallies,
    transfers,
    unpackings,
    uploads,
    variances,
)
from shop.arrivals import Outcome, Part
from shop.db import Database
from shop.pages.product_rows import NEEDED
from shop.purchases import Wanted
from tests.e2e.test_pages import barriers, check
from tests.e2e.test_stock_tasks import put
from tests.e2e.visit import Visit

BALL, PEANUT = "BALL-45-F", "PEANUT-63-F"


@pytest.fixture(scope="session")
def pages(shop_url: URL) -> list[str]:
    """Something of everything at Ely: in each state that has a page of its own."""
    books = Database(shop_url)
    put(books, BALL, 20, "ely")
    put(books, PEANUT, 0, "ely")
    who = {"by": "Morgan Lee", "at": clock.now()}
    with books.transaction() as work:
        supplier = suppliers.add(work, "Barrier Balls", email="orders@barrier.example")
        suppliers.supplies(work, supplier.id, PEANUT, unit_cost_pence=250, code="P-1")
        alerts.set_rule(work, "ely", PEANUT, minimum=2, target=8, pack=4, lead_days=5, **who)
        packing = transfers.draft(work, "ely", "cambridge", {BALL: 99}, **who).number
        sent = transfers.draft(work, "ely", "cambridge", {BALL: 4}, **who).number
        transfers.send(work, sent, **who)
        arrivals.receive(work, sent, "cambridge", [Part(BALL, 1, Outcome.BROKEN, "Wet")], **who)
        draft = purchases.draft(work, supplier.id, "ely", [Wanted(PEANUT, 4, 250)], **who).number
        ordered = purchases.draft(work, supplier.id, "ely", [Wanted(PEANUT, 4, 250)], **who).number
        purchases.order(work, ordered, **who)
        box = unpackings.begin(work, "ely", ordered, **who).id
        unpackings.scan(work, box, PEANUT, 6, at=who["at"])
        done = unpackings.begin(work, "ely", **who).id
        unpackings.scan(work, done, BALL, 2, at=who["at"])
        delivery = unpackings.finish(work, done, {BALL: 210}, **who).number
        counting = counts.start(work, "ely", [BALL, PEANUT], **who).number
        tallies.put(work, counting, BALL, 3, **who)
        counted = counts.start(work, "newmarket", [BALL], **who).number
        tallies.put(work, counted, BALL, 0, **who)
        tallies.put(work, counted, BALL, 0, **who)
        variances.post(work, counted, **who)
        upload = uploads.keep(
            work, "range.csv", [*NEEDED], [[(2, ["X", "X", "5", "ball"])]], **who
        ).id
    books.dispose()
    stock = "/staff/stock"
    return [
        stock, f"{stock}?q=ball&only=not-counted", f"{stock}/{BALL}", f"{stock}/{PEANUT}",
        f"{stock}/{BALL}/labels?copies=2", f"{stock}/{PEANUT}/rule", f"{stock}/alerts",
        f"{stock}/transfers", f"{stock}/transfers/{packing}", f"{stock}/transfers/{sent}",
        f"{stock}/transfers/{packing}?q=ball", f"{stock}/counts", f"{stock}/counts/{counting}",
        f"{stock}/counts/{counting}?line={PEANUT}", f"{stock}/counts/{counting}/review",
        f"{stock}/counts/{counted}/review", f"{stock}/receive", f"{stock}/receive/{box}",
        f"{stock}/deliveries/{delivery}", f"{stock}/orders", f"{stock}/orders/{draft}",
        f"{stock}/orders/{ordered}", f"{stock}/suppliers", f"{stock}/value", f"{stock}/import",
        f"{stock}/import/{upload}",
    ]  # fmt: skip


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("width", ["phone", "desk"], indirect=True)
def test_the_stock_screens_have_no_barrier(
    open_visit: Callable[..., Visit], pages: list[str], width: int, scheme: str, axe_source: str
) -> None:
    visit = open_visit(width)
    visit.sign_in("manager", "Ely")
    wrong = check(visit, pages, scheme, axe_source)
    receiving = next(page for page in pages if "/transfers/" in page and "q=" not in page)

    visit.go("/staff/site")
    visit.choose("Cambridge")
    wrong += check(visit, [receiving.rpartition("/")[0] + f"/{sent_of(pages)}"], scheme, axe_source)

    assert wrong == []


def sent_of(pages: list[str]) -> str:
    """The number of the transfer that Cambridge can receive."""
    return next(page for page in reversed(pages) if "/transfers/" in page and "q=" not in page)[
        len("/staff/stock/transfers/") :
    ]


@pytest.mark.parametrize("width", ["phone", "desk"], indirect=True)
def test_what_a_form_says_is_wrong_has_no_barrier(
    open_visit: Callable[..., Visit], pages: list[str], width: int, scheme: str, axe_source: str
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
