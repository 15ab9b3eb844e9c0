"""Importing and exporting products: looked through first, then all in, and the same back."""

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop import clock, stock
from shop.ledger import MoveReason
from shop.pages.sheet_reader import MOST_FILE_BYTES
from shop.products import Product
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL, Post, shelf, sign_in
from tests.pages.stock_desk import count, fill, form_on, press
from tests.pages.tables import seen

URL = "/staff/stock/import"
HEAD = "sku,name,price,kind"
NEW = "NEW-1,New ball,5.50,ball"


@pytest.fixture
def manager(app: Flask, post: Post) -> FlaskClient:
    return sign_in(app, post, {"cambridge": Role.MANAGER}, name="Mo Lane")


def csv_of(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def xlsx_of(*rows: Sequence[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def send(client: FlaskClient, content: bytes, name: str = "range.csv") -> TestResponse:
    data = fill(form_on(client, URL, URL)) | {"file": (io.BytesIO(content), name)}
    return client.post(URL, data=data, content_type="multipart/form-data")


def bring(client: FlaskClient, content: bytes, name: str = "range.csv") -> str:
    """Send a good file and import all of it. What its last page says."""
    checked = send(client, content, name)
    assert checked.status_code == 303, seen(checked.text)
    while "Go on" in (page := client.get(checked.location).text) or "Import " in seen(page):
        if "The one line is in." in page or ("lines are in." in page and "All " in page):
            break
        assert press(client, checked.location, checked.location).status_code == 303
    return page


def test_a_single_line_is_one_line_and_not_1_lines(manager: FlaskClient) -> None:
    answer = send(manager, csv_of(f"{HEAD},stock cambridge", f"{NEW},1"))
    page = manager.get(answer.location).text

    assert "No mistakes in 1 line: 1 new product, 0 that are there already, 1 unit of" in page
    assert "0 of 1 line is in." in page
    assert "Import 1 line<" in page
    press(manager, answer.location, answer.location)
    assert "The one line is in." in manager.get(answer.location).text


def product(app: Flask, sku: str) -> Product:
    with database_of(app).reading() as work:
        return work.get_one(Product, sku)


def test_a_file_is_looked_through_and_nothing_is_imported_until_it_is_pressed(
    app: Flask, manager: FlaskClient
) -> None:
    answer = send(
        manager, csv_of(f"{HEAD},stock cambridge", f"{NEW},7", f"{BALL},Soft ball,6,ball,")
    )

    page = manager.get(answer.location).text
    assert "No mistakes in 2 lines: 1 new product, 1 that is there already, 7 units" in page
    assert "Import 2 lines" in page
    with database_of(app).reading() as work:
        assert work.get(Product, "NEW-1") is None

    press(manager, answer.location, answer.location)

    assert "All 2 lines are in." in manager.get(answer.location).text
    assert product(app, "NEW-1").price_pence == 550
    assert product(app, "NEW-1").slug == "new-ball"
    assert product(app, BALL).price_pence == 600
    assert product(app, BALL).slug == "soft-ball-65"
    assert shelf(app, "cambridge", "NEW-1") == 7


def test_opening_stock_is_a_move_that_says_so(app: Flask, manager: FlaskClient) -> None:
    bring(manager, csv_of(f"{HEAD},stock ely", f"{NEW},3"))

    with database_of(app).reading() as work:
        (move,) = stock.history(work, "NEW-1")
    assert (move.reason, move.to_place, move.units) == (MoveReason.OPENING, "shelf:ely", 3)
    assert move.by == "Mo Lane"


def test_an_import_again_changes_nothing_more(app: Flask, manager: FlaskClient) -> None:
    file = csv_of(f"{HEAD},stock cambridge", f"{NEW},7")

    bring(manager, file)
    bring(manager, file)

    assert shelf(app, "cambridge", "NEW-1") == 7


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("X 1,Name,5,ball", "sku: A code has up to 20 letters, digits and hyphens."),
        ("XXXXXXXXXXXXXXXXXXXXX,Name,5,ball", "sku: A code has up to 20"),
        ("X-1,,5,ball", "name: Every product has a name."),
        ("X-1,Name,,ball", "price: Enter an amount in pounds"),
        ("X-1,Name,0,ball", "price: A price is more than nothing."),
        ("X-1,Name,5.555,ball", "price: Enter an amount in pounds"),
        ("X-1,Name,5,cube", "kind: Use one of: ball, peanut, roller, stick, cane."),
        ("X-1,Soft air ball 7 cm,5,ball", "BALL-70-S has the name Soft air ball 7 cm already."),
        ("X-1,Name,5,ball,extra", "This line has more cells"),
    ],
)
def test_each_line_that_can_not_be_used_is_named_and_nothing_is_imported(
    app: Flask, manager: FlaskClient, line: str, sentence: str
) -> None:
    before = count(app, "shop_product")

    answer = send(manager, csv_of(HEAD, NEW, line))

    assert answer.status_code == 400
    assert "1 line of 2 can’t be used. Nothing was imported." in answer.text
    assert f"Line 3: {sentence}" in seen(answer.text)
    assert count(app, "shop_product") == before
    assert count(app, "shop_upload") == 0


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("firmness", "hard", "Use one of: soft, medium, firm, very firm."),
        ("diameter mm", "0", "Enter a whole number from 1 to 3000."),
        ("vat", "101", "Enter a percentage"),
        ("vat", "x", "Enter a percentage"),
        ("surface", "furry", "Use one of:"),
        ("colour", "octarine", "Use one of:"),
        ("powered", "maybe", "Use yes or no."),
        ("slug", "Not This", "An address has small letters"),
        ("barcode", "1" * 21, "Use 20 characters or fewer."),
        ("summary", "x" * 501, "That is too long. Use 500 characters or fewer."),
        ("stock cambridge", "-1", "Enter a whole number from 0"),
        ("stock cambridge", "1.5", "Enter a whole number from 0"),
    ],
)
def test_every_column_says_what_it_takes(
    manager: FlaskClient, column: str, cell: str, sentence: str
) -> None:
    answer = send(manager, csv_of(f"{HEAD},{column}", f"{NEW},{cell}"))

    assert answer.status_code == 400
    assert f"Line 2: {column}: {sentence}" in seen(answer.text)


def test_what_is_twice_in_one_file_is_found(manager: FlaskClient) -> None:
    head = f"{HEAD},barcode"
    for other, what in (
        ("NEW-1,Other,5,ball,2", "code"),
        ("B,New ball,5,ball,3", "name"),
        ("B,Other,5,ball,1", "barcode"),
    ):
        answer = send(manager, csv_of(head, f"{NEW},1", other))

        assert f"Line 3: Line 2 has the same {what}." in seen(answer.text)


def test_opening_stock_of_a_shelf_that_has_another_number_is_refused(
    app: Flask, manager: FlaskClient
) -> None:
    bring(manager, csv_of(f"{HEAD},stock cambridge", f"{NEW},7"))

    answer = send(manager, csv_of(f"{HEAD},stock cambridge", f"{NEW},8"))

    assert "NEW-1 has 7 at Cambridge already. Count it there instead." in answer.text


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "There is nothing in this file."),
        (b"\n\n", "a.csv", "There is nothing in this file."),
        (csv_of(HEAD), "a.csv", "There are no products in this file"),
        (csv_of("sku,name,price"), "a.csv", "kind is missing."),
        (csv_of(f"{HEAD},weight"), "a.csv", "There is no column “weight”."),
        (csv_of(f"{HEAD},stock paris"), "a.csv", "There is no column “stock paris”."),
        (csv_of(f"{HEAD},vat,vat"), "a.csv", "The column vat is there twice."),
        (b"\xff\xfe\x00\x01", "a.csv", "This file is not in UTF-8."),
        (csv_of(HEAD, 'X,"a'), "a.csv", "This is not a CSV file that we can read"),
        (csv_of(HEAD, "X\x00,a,1,ball"), "a.csv", "can't read"),
        (csv_of(HEAD, f"X,{'a' * 2001},1,ball"), "a.csv", "A cell has at most 2,000 characters."),
        (b"not a zip file", "a.xlsx", "This is not an XLSX file that we can read."),
        (csv_of(HEAD, NEW), "a.pdf", "Choose a CSV or an XLSX file."),
        (csv_of(HEAD, NEW), "a.csv.exe", "Choose a CSV or an XLSX file."),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(
    app: Flask, manager: FlaskClient, content: bytes, name: str, sentence: str
) -> None:
    answer = send(manager, content, name)

    assert answer.status_code == 400
    assert sentence in seen(answer.text)
    assert count(app, "shop_upload") == 0


def test_no_file_at_all_is_said(manager: FlaskClient) -> None:
    assert "Choose a file." in send(manager, b"", "").text


def test_an_xlsx_file_is_read_as_it_looks(app: Flask, manager: FlaskClient) -> None:
    rows = [
        [*HEAD.split(","), "barcode", "powered", "stock cambridge"],
        ["NEW-1", "New ball", 5.5, "ball", 5012345678900, True, 7],
        [None, None, None, None, None, None, None],
        ["NEW-2", "Other ball", 6, "ball", None, False, None],
    ]

    assert "All 2 lines are in." in bring(manager, xlsx_of(*rows), "range.XLSX")

    assert product(app, "NEW-1").price_pence == 550
    assert product(app, "NEW-1").barcode == "5012345678900"
    assert product(app, "NEW-1").powered
    assert shelf(app, "cambridge", "NEW-1") == 7


def test_a_zip_that_unpacks_to_gigabytes_or_is_no_workbook_is_refused(
    manager: FlaskClient,
) -> None:
    bomb, hollow = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("xl/sharedStrings.xml", b"0" * 20_000_001)
    with zipfile.ZipFile(hollow, "w") as zipped:
        zipped.writestr("nothing.txt", "")

    assert "unpacks to too much" in send(manager, bomb.getvalue(), "a.xlsx").text
    assert "not an XLSX file" in send(manager, hollow.getvalue(), "a.xlsx").text


def test_semicolons_a_mark_at_the_start_and_capitals_are_read_too(
    app: Flask, manager: FlaskClient
) -> None:
    file = "\ufeffSKU;Name;Price;Kind\r\nnew-1;Ball, new;£5.50;BALL\r\n".encode()

    bring(manager, file)

    assert product(app, "NEW-1").name == "Ball, new"


def test_a_long_file_is_imported_in_steps_that_say_how_far_it_is(
    app: Flask, manager: FlaskClient
) -> None:
    lines = [f"N-{n},Ball {n},5,ball" for n in range(2_600)]
    answer = send(manager, csv_of(HEAD, *lines))

    press(manager, answer.location, answer.location)
    page = manager.get(answer.location).text

    assert "2,000 of 2,600 lines are in." in page
    assert "data-go-on" in page
    press(manager, answer.location, answer.location)
    assert "All 2,600 lines are in." in manager.get(answer.location).text
    assert count(app, "shop_product") == 2_618


def test_a_second_press_of_either_form_does_nothing_more(app: Flask, manager: FlaskClient) -> None:
    def again() -> dict[str, object]:
        return {**data, "file": (io.BytesIO(csv_of(f"{HEAD},stock ely", f"{NEW},7")), "a.csv")}

    data = fill(form_on(manager, URL, URL))
    for _ in range(3):
        assert manager.post(URL, data=again()).status_code == 303
    assert count(app, "shop_upload") == 1
    data = fill(form_on(manager, f"{URL}/1", f"{URL}/1"))

    assert [manager.post(f"{URL}/1", data=data).status_code for _ in range(3)] == [303] * 3

    assert shelf(app, "ely", "NEW-1") == 7


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported_again_and_changes_nothing(
    app: Flask, manager: FlaskClient, kind: str
) -> None:
    with database_of(app).transaction() as work:
        work.get_one(Product, BALL).summary = "=1+1"
    before = everything(app)

    answer = manager.get(f"/staff/stock/export?kind={kind}")

    assert answer.headers["Content-Disposition"] == f"attachment; filename=products.{kind}"
    page = bring(manager, answer.data, f"products.{kind}")
    answer.close()
    assert kind == "xlsx" or ",'=1+1," in answer.text
    assert "All 18 lines are in." in page
    assert everything(app) == before


def everything(app: Flask) -> list[object]:
    columns = Product.__table__.columns
    with database_of(app).reading() as work:
        products = work.execute(Product.__table__.select().order_by(columns.sku)).all()
        return [*products, stock.overview(work, at=clock.now())]


def test_a_file_that_is_too_big_is_refused_and_a_strangers_is_not_even_read(
    client: FlaskClient, manager: FlaskClient
) -> None:
    def sent(by: FlaskClient, size: int) -> TestResponse:
        """A file of so many bytes, without the form's token."""
        head = 'Content-Disposition: form-data; name="file"; filename="a.csv"'
        body = f"--x\r\n{head}\r\n\r\n{'a' * size}\r\n--x--\r\n"
        return by.post(URL, data=body, content_type="multipart/form-data; boundary=x")

    assert sent(manager, MOST_FILE_BYTES + 2_000_000).status_code == 413
    assert sent(manager, 2_000_000).status_code == 400  # taken, and then asked for its token
    assert sent(client, MOST_FILE_BYTES + 2_000_000).location == "/staff/sign-in"


def test_importing_and_exporting_is_for_managers(
    app: Flask, manager: FlaskClient, desk: FlaskClient, post: Post
) -> None:
    send(manager, csv_of(HEAD, NEW))
    practitioner = sign_in(app, post, {"cambridge": Role.PRACTITIONER})
    for client in (desk, practitioner):
        assert client.get(URL).status_code == client.get(f"{URL}/1").status_code == 200
        assert client.get("/staff/stock/export").status_code == 403
        token = form_on(client, URL, "/staff/sign-out").values["csrf_token"][0]
        data = {"csrf_token": token, "press": "x" * 20}
        assert client.post(f"{URL}/1", data=data).status_code == 403
        file = (io.BytesIO(csv_of(HEAD, NEW)), "a.csv")
        assert client.post(URL, data={**data, "file": file}).status_code == 403


@pytest.mark.parametrize("number", ["0", "9", "x", "-1", "99999999999999999999"])
def test_an_import_that_does_not_exist_is_said_to(manager: FlaskClient, number: str) -> None:
    assert manager.get(f"{URL}/{number}").status_code in (400, 404)
    assert manager.get("/staff/stock/export?kind=pdf").status_code == 400
