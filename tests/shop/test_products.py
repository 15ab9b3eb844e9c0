"""Products: found by scan, word, address and filter; withdrawn ones are gone for the public."""

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.tools import Firmness, Kind
from shop import product_range, products
from shop.errors import NotFound
from shop.products import Product
from tests.shop.conftest import BALL, ROLLER, SPIKY
from tests.shop.unsaved import shared, unsaved  # noqa: F401 - the `work` of these tests


def add(work: Session, sku: str, name: str, **more: object) -> None:
    values = {"slug": sku.lower(), "price_pence": 500, "kind": "ball", "firmness": None} | more
    work.execute(insert(Product).values(sku=sku, name=name, **values))


def withdraw(work: Session, sku: str = BALL) -> None:
    work.execute(update(Product).where(Product.sku == sku).values(on_sale=False))


def found(work: Session, words: str, **more: int) -> list[str]:
    return [product.sku for product in products.search(work, words, **more)]


@pytest.mark.parametrize("code", ["2000000000015", BALL, BALL.lower()])
def test_a_scanned_barcode_or_a_typed_code_finds_its_product(work: Session, code: str) -> None:
    product = products.scanned(work, code)

    assert product
    assert product.sku == BALL


@pytest.mark.parametrize(
    "code", ["", "200000000001", "20000000000150", "Soft ball", "%", "BALL-65-_"]
)
def test_a_scan_is_exact_or_nothing(work: Session, code: str) -> None:
    assert products.scanned(work, code) is None


def test_products_without_a_barcode_are_not_found_by_an_empty_scan(work: Session) -> None:
    add(work, "PLAIN", "Plain ball", barcode=None)
    add(work, "PLAIN-2", "Plainer ball", barcode=None)

    assert products.scanned(work, "") is None


def test_a_withdrawn_product_is_still_scanned_so_that_the_desk_can_say_so(work: Session) -> None:
    withdraw(work)

    product = products.scanned(work, BALL)

    assert product
    assert not product.on_sale


@pytest.mark.parametrize(
    ("words", "skus"),
    [
        ("ball", [BALL, SPIKY]),
        ("SOFT", [BALL]),
        ("ball soft", [BALL]),
        ("  spiky   ball ", [SPIKY]),
        ("roller-4", [ROLLER]),
        ("ball roller", []),
        ("", [BALL, SPIKY, ROLLER]),
    ],
)
def test_a_search_finds_what_has_every_word_in_any_order_and_case(
    work: Session, words: str, skus: list[str]
) -> None:
    assert found(work, words) == skus


@pytest.mark.parametrize("words", ["%", "_", "b_ll", "s%t", "\\", "/", "'", "ball' OR '1'='1"])
def test_signs_that_mean_something_to_the_database_are_only_letters(
    work: Session, words: str
) -> None:
    assert found(work, words) == []


@pytest.mark.parametrize("sign", ["%", "_", "\\", "/", "'"])
def test_a_name_with_such_a_sign_is_found_by_it(work: Session, sign: str) -> None:
    add(work, "ODD", f"Ball 50{sign} off")

    assert found(work, sign) == ["ODD"]
    assert found(work, f"50{sign}") == ["ODD"]


def test_a_search_finds_by_brand(work: Session) -> None:
    add(work, "B-1", "Little one", brand="Millside")

    assert found(work, "mills") == ["B-1"]


def test_a_search_gives_no_more_than_it_was_asked_for(work: Session) -> None:
    assert len(found(work, "", most=2)) == 2


def test_a_withdrawn_product_is_gone_for_the_public(work: Session) -> None:
    withdraw(work)

    with pytest.raises(NotFound):
        product_range.now(work).at(BALL.lower())
    assert BALL not in [product.sku for product in products.listed(work)]
    assert BALL not in found(work, "ball")


def test_a_withdrawn_product_keeps_its_place_in_the_books(work: Session) -> None:
    withdraw(work)

    assert products.get(work, BALL).name == "Soft ball"
    assert [*products.by_sku(work, [BALL, "NO-SUCH"])] == [BALL]


@pytest.mark.parametrize("slug", ["", "no-such", BALL, "%", "ball-65-s "])
def test_an_address_of_nothing_is_not_found(work: Session, slug: str) -> None:
    with pytest.raises(NotFound, match="don't have that product"):
        product_range.now(work).at(slug)


def test_a_code_of_nothing_is_not_found(work: Session) -> None:
    with pytest.raises(NotFound, match="NO-SUCH"):
        products.get(work, "NO-SUCH")


def test_the_list_goes_by_kind_then_softer_before_firmer(work: Session) -> None:
    add(work, "FIRM", "A firm ball", firmness=3)
    add(work, "MEDIUM", "The medium ball", firmness=2)

    listed = [product.sku for product in products.listed(work)]

    assert listed == [BALL, "MEDIUM", "FIRM", SPIKY, ROLLER]


def test_a_product_that_nobody_has_measured_is_sold_and_stands_last_of_its_kind(
    work: Session,
) -> None:
    add(work, "UNKNOWN", "A ball of nobody knows what")

    assert [product.sku for product in products.listed(work)] == [BALL, SPIKY, "UNKNOWN", ROLLER]
    assert products.get(work, "UNKNOWN").tool.firmness is None


def test_a_product_carries_its_tool(work: Session) -> None:
    tool = products.get(work, BALL).tool

    assert (tool.kind, tool.firmness, tool.powered) == (Kind.BALL, Firmness.SOFT, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"price_pence": 0},
        {"price_pence": -1},
        {"price_pence": products.MOST_PENCE + 1},
        {"vat_bp": -1},
        {"vat_bp": 10_001},
        {"kind": "hammer"},
        {"surface": "sharp"},
        {"firmness": 0},
        {"firmness": 5},
        {"name": "Soft ball"},
        {"slug": BALL.lower()},
        {"barcode": "2000000000015"},
    ],
)
def test_the_database_itself_refuses_a_product_that_cannot_be(
    work: Session, wrong: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError):
        add(work, "WRONG", **({"name": "Wrong"} | wrong))  # type: ignore[arg-type]
