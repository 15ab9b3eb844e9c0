"""Products from the command line: a dry run, every mistake by its line, progress, and back."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from shop import stock
from shop.ledger import MoveReason
from shop.products import Product
from tests.conftest import database_of

HEAD = "sku,name,price,kind,stock ely\n"


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["shop", *map(str, arguments)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "range.csv"
    file.write_text(f"{HEAD}NEW-1,New ball,5.50,ball,7\nBALL-65-S,Soft ball,6,ball,\n")
    return file


def test_products_and_opening_stock_are_imported_and_progress_is_said(
    app: Flask, file: Path
) -> None:
    answer = run(app, "import-products", file)

    assert answer.exit_code == 0, answer.output
    assert "2 of 2 lines" in answer.stderr
    assert answer.stdout == (
        "1 new products and 1 known ones are imported, with 7 units of opening stock.\n"
    )
    with database_of(app).reading() as work:
        assert work.get_one(Product, "BALL-65-S").price_pence == 600
        (move,) = stock.history(work, "NEW-1")
    assert (move.reason, move.units, move.by) == (MoveReason.OPENING, 7, "command line")


def test_a_dry_run_imports_nothing(app: Flask, file: Path) -> None:
    answer = run(app, "import-products", file, "--dry-run")

    assert answer.exit_code == 0
    assert "1 new products and 1 known ones would be imported" in answer.stdout
    with database_of(app).reading() as work:
        assert work.get(Product, "NEW-1") is None


def test_every_mistake_is_named_by_its_line_and_nothing_is_imported(app: Flask, file: Path) -> None:
    file.write_text(f"{HEAD}NEW-1,New ball,5.50,ball,7\nX 1,A,5,ball,\nX-2,B,5,cube,\n")

    answer = run(app, "import-products", file)

    assert answer.exit_code == 1
    assert "line 3: sku: A code has up to" in answer.stderr
    assert "line 4: kind: Use one of" in answer.stderr
    assert "2 of 3 lines can't be used." in answer.stderr
    with database_of(app).reading() as work:
        assert work.get(Product, "NEW-1") is None


@pytest.mark.parametrize(("name", "status"), [("none.csv", 2), (".", 2), ("range.pdf", 1)])
def test_a_file_that_can_not_be_read_is_refused(
    app: Flask, tmp_path: Path, name: str, status: int
) -> None:
    (tmp_path / "range.pdf").write_bytes(b"%PDF")

    assert run(app, "import-products", tmp_path / name).exit_code == status


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_what_is_exported_is_imported_again_and_changes_nothing(
    app: Flask, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"products{ending}"

    assert run(app, "export", "products", file).exit_code == 0
    again = run(app, "import-products", file)

    assert again.exit_code == 0, again.output
    assert "0 new products and 18 known ones are imported, with 0 units" in again.stdout
    with database_of(app).reading() as work:
        assert work.get_one(Product, "BALL-65-S").name == "Soft ball 6.5 cm"


def test_an_export_overwrites_nothing_and_knows_two_kinds(app: Flask, file: Path) -> None:
    before = file.read_text()

    assert run(app, "export", "products", file).exit_code == 1
    assert run(app, "export", "products", file.with_suffix(".pdf")).exit_code == 2
    assert file.read_text() == before
