"""Products from a file: saved by their code, refused where they clash, opened with moves."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shop import product_import, stock
from shop.audit import AuditRow
from shop.errors import Refusal
from shop.product_import import ProductRow, Saved
from shop.products import Product
from tests.shop.conftest import BALL, NOON, SPIKY, left, received


def row(line: int = 2, sku: str = "NEW-1", opening: int = 0, **values: object) -> ProductRow:
    usual = {"name": f"Name of {sku}", "slug": sku.lower(), "price_pence": 500, "kind": "ball"}
    return ProductRow(line, sku, {**usual, **values}, {"cambridge": opening} if opening else {})


def save(work: Session, *rows: ProductRow) -> Saved:
    return product_import.save(work, rows, source="range.csv", by="anna", at=NOON)


def test_a_new_product_is_added_and_a_known_one_is_changed(work: Session) -> None:
    saved = save(work, row(opening=4), row(3, BALL, name="Soft ball", price_pence=999))

    assert saved == Saved(new=1, changed=1, units=4)
    work.expire_all()
    assert work.get_one(Product, "NEW-1").price_pence == 500
    assert work.get_one(Product, BALL).price_pence == 999
    assert left(work, "NEW-1") == 4


def test_a_known_product_keeps_its_address_and_what_the_file_does_not_say(work: Session) -> None:
    save(work, row(2, BALL, slug="elsewhere"))

    work.expire_all()
    ball = work.get_one(Product, BALL)
    assert ball.slug == BALL.lower()
    assert ball.barcode == "2000000000015"


def test_saving_again_adds_no_stock_and_no_product(work: Session) -> None:
    save(work, row(opening=4))

    assert save(work, row(opening=4)) == Saved(new=0, changed=1, units=0)
    assert left(work, "NEW-1") == 4
    assert len(stock.history(work, "NEW-1")) == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": "Spiky ball"}, f"{SPIKY} has the name Spiky ball already."),
        ({"slug": SPIKY.lower()}, f"{SPIKY} has the slug"),
        ({"barcode": "2000000000022"}, f"{SPIKY} has the barcode 2000000000022 already."),
    ],
)
def test_what_another_product_has_is_refused_and_nothing_is_saved(
    work: Session, values: dict[str, object], sentence: str
) -> None:
    clash = row(3, "NEW-2", **values)

    (mistake,) = product_import.clashes(work, [row(), clash])
    assert mistake.line == 3
    assert sentence in mistake.text
    with pytest.raises(Refusal, match="Line 3"):
        save(work, row(), clash)
    assert work.get(Product, "NEW-1") is None


def test_opening_stock_is_for_a_shelf_that_never_had_any(work: Session) -> None:
    received(work, 4)

    assert product_import.clashes(work, [row(2, BALL, opening=4, name="Soft ball")]) == []
    (mistake,) = product_import.clashes(work, [row(2, BALL, opening=5, name="Soft ball")])
    assert mistake.text == f"{BALL} has 4 at Cambridge already. Count it there instead."


def test_an_import_is_written_down(work: Session) -> None:
    save(work, row())

    acts = work.execute(select(AuditRow.act, AuditRow.subject, AuditRow.by)).all()
    assert ("products.imported", "1 from range.csv", "anna") in acts


def test_a_big_batch_takes_a_few_statements(work: Session) -> None:
    rows = [row(n, f"N-{n}", opening=2) for n in range(300)]

    assert save(work, *rows) == Saved(new=300, changed=0, units=600)
    moves = work.execute(text("SELECT count(*) FROM shop_stock_move")).scalar_one()
    assert moves == 300
