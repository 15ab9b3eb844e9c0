"""Papers of a sale: credit notes that can be printed again, and a full VAT invoice."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from shop import clock, order_links, privacy
from shop.staff import Role
from tests.conftest import database_of, make_app
from tests.pages.at_desk import Post, change_product, deliver, sell, sign_in
from tests.pages.conftest import hidden_fields
from tests.pages.ordering import Customer, rows


@pytest.fixture
def customer(app: Flask, client: FlaskClient) -> Customer:
    deliver(app, "cambridge", 4)
    return Customer(client)


@pytest.fixture
def taxed(app: Flask) -> Iterator[Customer]:
    """A customer of the same shop, registered for VAT."""
    registered = make_app(database_of(app).engine.url, SHOP_VAT_NUMBER="GB 123 4567 89")
    deliver(registered, "cambridge", 4)
    yield Customer(registered.test_client())
    database_of(registered).dispose()


def fill_in(client: FlaskClient, page: str, **typed: str) -> str:
    shown = hidden_fields(client.get(page).text)
    return client.post(page, data={**shown, **typed}, follow_redirects=True).text


def test_a_customers_credit_note_says_what_went_back_and_its_vat(
    app: Flask, taxed: Customer, desk: FlaskClient
) -> None:
    order = taxed.order()
    taxed.send(order, f"{order}/cancel")
    ((number,),) = rows(app, "SELECT number FROM shop_credit_note")
    assert f"{order}/credit-note/{number}" in taxed.client.get(order).text

    shown = taxed.client.get(f"{order}/credit-note/{number}").text
    again = desk.get(f"/staff/credit-notes/{str(number).lower()}").text

    for words in (f"Credit note {number}", "1 × Soft ball 6.5 cm", "£5.50", "by the customer"):
        assert words in shown
        assert words in again
    for words in ("£0.92", "£4.58", "20%", "VAT number GB 123 4567 89"):
        assert words in shown


def test_another_orders_credit_note_is_not_there(app: Flask, customer: Customer) -> None:
    order, other = customer.order(), customer.order()
    customer.send(order, f"{order}/cancel")
    ((number,),) = rows(app, "SELECT number FROM shop_credit_note")

    assert customer.client.get(f"{other}/credit-note/{number}").status_code == 404
    assert customer.client.get(f"{order}/credit-note/CAM-C99").status_code == 404


def test_credit_notes_and_invoices_are_for_who_has_a_role_there(
    app: Flask, customer: Customer, post: Post
) -> None:
    order = customer.order()
    customer.send(order, f"{order}/cancel")
    ((number, receipt),) = rows(
        app, "SELECT n.number, r.number FROM shop_credit_note n JOIN shop_receipt r ON r.order_id ="
        " (SELECT MAX(id) FROM shop_order)"
    )  # fmt: skip
    stranger = sign_in(app, post, {"ely": Role.MANAGER}, "Mel Ash")

    assert stranger.get(f"/staff/credit-notes/{number}").status_code == 404
    assert stranger.get(f"/staff/sales/{receipt}/invoice").status_code == 404


def test_a_full_invoice_names_the_customer_and_what_each_line_is_without_vat(
    taxed: Customer,
) -> None:
    page = f"{taxed.order()}/invoice"
    assert "Who is the invoice for?" in taxed.client.get(page).text

    shown = fill_in(taxed.client, page, name="Pat Poole", address="9 Fen Road, Ely")

    for words in ("VAT invoice CAM-", "Pat Poole", "9 Fen Road<br>Ely", "£4.58", "20%", "£0.92"):
        assert words in shown
    assert "9 Fen Road<br>Ely" in taxed.client.get(page).text


@pytest.mark.parametrize("typed", [{"name": "Pat"}, {"name": "x" * 200, "address": "Ely"}, {}])
def test_an_invoice_without_a_name_or_an_address_is_refused(
    customer: Customer, typed: dict[str, str]
) -> None:
    page = f"{customer.order()}/invoice"
    shown = hidden_fields(customer.client.get(page).text)

    refused = customer.client.post(page, data={**shown, **typed})

    assert refused.status_code == 400
    assert "There is a problem" in refused.text


def test_an_invoice_given_at_the_desk_is_the_same_whenever_it_is_printed_again(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    deliver(app, "cambridge", 1)
    page = f"/staff/sales/{sell(desk, post)}/invoice"
    first = fill_in(desk, page, name="Fen Rowing Club", address="1 Quay, Ely")
    assert "Fen Rowing Club" in first
    assert "1 Quay<br>Ely" in first

    with database_of(app).transaction() as work:
        work.execute(text("UPDATE shop_site SET address = 'Moved away', phone = '0'"))
    renamed = make_app(database_of(app).engine.url, SHOP_NAME="Another Name",
                       SHOP_VAT_NUMBER="GB 999").test_client()  # fmt: skip
    for cookie in desk._cookies.values():
        renamed.set_cookie(cookie.key, cookie.value, path=cookie.path)
    again = renamed.get(page).text

    assert paper(again) == paper(first)
    assert rows(app, "SELECT version, made_by FROM shop_invoice") == [(1, "Rae Ellis")]


def paper(page: str) -> str:
    return page.partition("<article")[2].partition("</article>")[0]


def test_a_slip_on_an_invoice_is_put_right_and_what_was_given_before_stays(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    deliver(app, "cambridge", 1)
    page = f"/staff/sales/{sell(desk, post)}/invoice"
    fill_in(desk, page, name="Fen Rowing Clbu", address="1 Quay, Ely")
    fill_in(desk, f"{page}?again=1", name="Fen Rowing Clbu", address="1 Quay, Ely")
    assert "Put the name or address right" in desk.get(page).text
    form = desk.get(f"{page}?again=1").text
    assert 'value="Fen Rowing Clbu"' in form

    shown = fill_in(desk, f"{page}?again=1", name="Fen Rowing Club", address="1 Quay, Ely")

    assert "(corrected)" in shown
    assert rows(app, "SELECT version, name FROM shop_invoice ORDER BY version") == [
        (1, "Fen Rowing Clbu"), (2, "Fen Rowing Club"),
    ]  # fmt: skip


def test_whom_an_invoice_was_for_is_dropped_when_no_law_keeps_it(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    deliver(app, "cambridge", 1)
    page = f"/staff/sales/{sell(desk, post)}/invoice"
    fill_in(desk, page, name="Fen Rowing Club", address="1 Quay, Ely")

    for later, name in (
        (timedelta(days=5 * 366), "Fen Rowing Club"),
        (timedelta(days=6 * 366 + 1), ""),
    ):
        with database_of(app).transaction() as work:
            privacy.forget_old(work, at=clock.now() + later)
        assert rows(app, "SELECT name FROM shop_invoice") == [(name,)]


def test_an_unpaid_order_has_no_invoice(app: Flask, customer: Customer) -> None:
    customer.add("soft-ball-65")
    customer.press_pay("collect:cambridge")
    customer.client.get("/checkout/cancelled")
    with database_of(app).transaction() as work:
        ((order_id,),) = rows(app, "SELECT id FROM shop_order WHERE channel = 'web'")
        assert isinstance(order_id, int)
        token = order_links.mint(work, order_id, at=clock.now())

    assert customer.client.get(f"/order/{token}/invoice").status_code == 404


def test_a_hygiene_seal_is_said_before_buying_and_stays_with_the_order(
    app: Flask, customer: Customer
) -> None:
    words = "Sealed for hygiene"
    assert words not in customer.client.get("/shop/soft-ball-65").text
    change_product(app, sealed=True)

    assert words in customer.client.get("/shop/soft-ball-65").text
    customer.add("soft-ball-65")
    assert words in customer.client.get("/checkout").text
    customer.pay(customer.press_pay("collect:cambridge").location)

    assert rows(app, "SELECT sealed FROM shop_order_line ORDER BY id DESC LIMIT 1") == [(1,)]


def test_from_a_sum_on_the_post_is_free(app: Flask) -> None:
    generous = make_app(database_of(app).engine.url, SHOP_POSTAGE_FREE_FROM="11.00")
    deliver(generous, "cambridge", 4)
    customer = Customer(generous.test_client())

    customer.add("soft-ball-65")
    assert any(way.startswith("post:cambridge:") and way != "post:cambridge:550"
               for way in customer.ways())  # fmt: skip
    customer.add("soft-ball-65")

    assert "By post, free: £11.00 in all" in customer.client.get("/checkout").text
    assert "have it posted free" in customer.client.get("/basket").text
    database_of(generous).dispose()
