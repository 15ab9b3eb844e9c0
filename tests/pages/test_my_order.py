"""An order's own page: a secret link, states in words, changing one's mind, and a lost link."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from shop import (
    clock,
    giving_back,
    online_orders,
    orders,
    payments,
    presses,
    refund_answers,
    vouchers,
)
from shop.attention import Case
from shop.checks import verify
from shop.gateways import ReturnSeen, ReturnState
from shop.giving_back import Part
from tests.conftest import database_of, make_app
from tests.pages.at_desk import deliver, shelf
from tests.pages.conftest import hidden_fields
from tests.pages.ordering import EMAIL, Customer, rows


@pytest.fixture
def customer(app: Flask, client: FlaskClient) -> Customer:
    deliver(app, "cambridge", 3)
    return Customer(client)


def act(app: Flask, *verbs: str) -> None:
    """Take an order's next steps, as the desk does."""
    with database_of(app).transaction() as work:
        order_id = work.execute(text("SELECT MAX(id) FROM shop_order")).scalar_one()
        placed = online_orders.placed(orders.get(work, order_id))
        for verb in verbs:
            getattr(online_orders, verb)(work, placed, by="Rae Ellis", at=clock.now())


def state(app: Flask) -> object:
    return rows(app, "SELECT state FROM shop_order WHERE channel = 'web'")[-1][0]


def wrong(app: Flask) -> list[str]:
    return [check.name for check in verify(database_of(app)) if not check.ok]


def test_the_link_is_secret_and_only_its_hash_is_kept(app: Flask, customer: Customer) -> None:
    link = customer.order()
    token = link.rpartition("/")[2]

    kept = rows(app, "SELECT token_hash FROM shop_order_link")

    assert len(token) == 22
    assert token not in str(kept)
    assert Customer(app.test_client()).client.get(link).status_code == 200


def test_the_page_is_kept_by_no_cache_and_found_by_no_search_engine(customer: Customer) -> None:
    headers = customer.client.get(customer.order()).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_guesses_are_slowed_down_and_tell_nothing(client: FlaskClient) -> None:
    answers = [client.get(f"/order/{guess:022d}") for guess in range(61)]

    assert [a.status_code for a in answers] == [404] * 60 + [429]
    assert len({a.text for a in answers[:60]}) == 1


def test_a_link_that_is_right_still_works_for_who_has_guessed(
    app: Flask, customer: Customer
) -> None:
    link = customer.order()
    for guess in range(61):
        customer.client.get(f"/order/{guess:022d}")

    assert customer.client.get(link).status_code == 200


def test_the_receipt_is_on_the_page_with_its_vat(app: Flask) -> None:
    deliver(app, "cambridge", 3)
    registered = make_app(database_of(app).engine.url, SHOP_VAT_NUMBER="GB123456789")
    customer = Customer(registered.test_client())

    page = customer.client.get(customer.order(start="post:")).text

    assert "VAT receipt CAM-" in page
    assert "VAT number GB123456789" in page
    assert "VAT at 20%: £1.50 in £9.00, so £7.50 without it." in page
    assert "For Pat Poole" in page


@pytest.mark.parametrize(
    ("verbs", "words"),
    [
        ((), "Paid. We are preparing it"),
        (("pack",), "Ready at Cambridge"),
        (("pack", "hand_over"), "You have it"),
        (("pack", "nobody_came"), "Not collected"),
    ],
)
def test_its_state_is_said_in_words(
    app: Flask, customer: Customer, verbs: tuple[str, ...], words: str
) -> None:
    link = customer.order()

    act(app, *verbs)

    assert words in customer.client.get(link).text


def test_who_paid_another_amount_is_not_told_that_nothing_was_charged(
    app: Flask, customer: Customer
) -> None:
    customer.add("soft-ball-65")
    page = customer.press_pay("collect:cambridge").location
    with database_of(app).transaction() as work:
        work.execute(text("UPDATE shop_demo_page SET amount_pence = 900"))
    link = customer.pay(page)

    looked_at = customer.client.get(link).text
    with database_of(app).transaction() as work:
        case = work.scalars(select(Case)).one()
        giving_back.of_case(
            work, case.id, reason="Paid too much", press=presses.new(), by="Rae Ellis",
            at=clock.now(),
        )  # fmt: skip
    goes_back = customer.client.get(link).text

    assert "The payment that came is not what this order costs. We are looking at it" in looked_at
    assert "It goes back the way you paid" in goes_back
    assert "You have not been charged" not in looked_at + goes_back


def test_an_order_that_nobody_paid_says_that_nothing_was_charged(customer: Customer) -> None:
    customer.add("soft-ball-65")
    page = customer.press_pay("collect:cambridge").location
    customer.client.get("/checkout/cancelled")

    link = customer.client.get(f"/checkout/return?session={page.rpartition('/')[2]}").location

    assert "You have not been charged. You can order again." in customer.client.get(link).text


@pytest.mark.parametrize("verbs", [(), ("pack", "nobody_came")])
def test_an_order_that_cost_nothing_promises_no_money_once_it_is_over(
    app: Flask, customer: Customer, verbs: tuple[str, ...]
) -> None:
    with database_of(app).transaction() as work:
        vouchers.make(work, "FREE", percent=100, starts_at=clock.now(), by="Rae", at=clock.now())
    customer.add("soft-ball-65")
    customer.send("/checkout?code=1", "/checkout/code", code="FREE")
    link = customer.press_pay("collect:cambridge", email=EMAIL).location
    act(app, *verbs)
    if not verbs:
        assert customer.send(link, f"{link}/cancel").status_code == 303

    page = customer.client.get(link).text

    assert "Nothing was paid, so there is nothing to give back." in page
    assert "money" not in page
    assert "went back to you" not in page
    assert ("Credit note <a" in page) == (state(app) == "refunded")


def test_the_code_is_shown_once_it_is_ready_and_not_before(app: Flask, customer: Customer) -> None:
    link = customer.order()
    ((code,),) = rows(app, "SELECT code FROM shop_buyer")
    shown = f"{str(code)[:4]}-{str(code)[4:]}"
    assert shown not in customer.client.get(link).text

    act(app, "pack")

    page = customer.client.get(link).text
    assert shown in page
    assert "<svg" in page.partition(shown)[2]


@pytest.mark.parametrize("verbs", [(), ("pack",)])
def test_cancelling_before_it_leaves_gives_everything_back_and_the_units_to_the_shelf(
    app: Flask, customer: Customer, verbs: tuple[str, ...]
) -> None:
    before = shelf(app, "cambridge")
    link = customer.order(start="post:" if not verbs else "collect:cambridge")
    act(app, *verbs)

    cancelled = customer.send(link, f"{link}/cancel")

    assert cancelled.status_code == 303, cancelled.text
    assert state(app) == "refunded"
    assert shelf(app, "cambridge") == before
    ((paid, back),) = rows(
        app, "SELECT o.total_pence, r.amount_pence FROM shop_order o JOIN shop_refund r"
             " ON r.order_id = o.id WHERE r.state = 'succeeded'"
    )  # fmt: skip
    assert paid == back
    page = customer.client.get(link).text
    assert re.search(r"credit note <a [^>]*>CAM-C1</a>", page)
    assert "Cancel this order" not in page
    assert wrong(app) == []


def test_cancelling_twice_gives_back_once(app: Flask, customer: Customer) -> None:
    link = customer.order()
    page = customer.client.get(link).text

    first = customer.send(link, f"{link}/cancel")
    second = customer.client.post(f"{link}/cancel", data=hidden_fields(page))

    assert first.status_code == 303
    assert second.status_code == 409
    assert rows(app, "SELECT COUNT(*) FROM shop_refund") == [(1,)]


def test_what_has_left_is_sent_back_within_the_days_and_somebody_at_the_desk_is_told(
    app: Flask, customer: Customer
) -> None:
    link = customer.order()
    act(app, "pack", "hand_over")
    assert "You can cancel until" in customer.client.get(link).text

    told = customer.send(link, f"{link}/return")

    assert told.status_code == 303
    assert "We know that you are sending it back" in customer.client.get(link).text
    assert rows(app, "SELECT kind FROM shop_attention") == [("return-asked",)]


def test_a_second_notice_is_told_to_the_desk_and_a_second_press_is_not(
    app: Flask, customer: Customer
) -> None:
    link = customer.order()
    act(app, "pack", "hand_over")
    fields = hidden_fields(customer.client.get(link).text)
    customer.client.post(f"{link}/return", data=fields)
    with database_of(app).transaction() as work:
        work.execute(text("UPDATE shop_attention SET settled_at = raised_at, settled_by = 'Rae'"))

    again = customer.client.post(f"{link}/return", data=fields)

    assert again.status_code == 303
    assert rows(app, "SELECT COUNT(*) FROM shop_attention") == [(1,)]
    assert customer.send(link, f"{link}/return").status_code == 303
    assert rows(app, "SELECT COUNT(*) FROM shop_attention") == [(2,)]
    assert "We know that you are sending it back" in customer.client.get(link).text


def test_the_button_stays_while_something_can_come_back(app: Flask, customer: Customer) -> None:
    customer.add("soft-ball-65", 2)
    link = customer.pay(customer.press_pay("collect:cambridge").location)
    act(app, "pack", "hand_over")

    shown = []
    for units, pence in ((0, 50), (1, 500), (1, 550)):
        give_back(app, units, pence)
        shown.append("Tell us that it comes back" in customer.client.get(link).text)

    assert shown == [True, True, False]
    assert "Sending it back" not in customer.client.get(link).text


def give_back(app: Flask, units: int, pence: int) -> None:
    """Refund so many units, and so much, of the last order."""
    with database_of(app).transaction() as work:
        line_id = work.execute(text("SELECT MAX(id) FROM shop_order_line")).scalar_one()
        order_id = work.execute(text("SELECT MAX(id) FROM shop_order")).scalar_one()
        giving_back.of_lines(
            work, order_id, [Part(line_id, units, pence)], reason="late", press=presses.new(),
            by="Rae Ellis", at=clock.now(),
        )  # fmt: skip


def test_a_dispute_is_not_told_as_money_that_goes_back_until_it_is_lost(
    app: Flask, customer: Customer
) -> None:
    link = customer.order()
    act(app, "pack", "hand_over")
    shown = []
    for happened in (ReturnState.PENDING, ReturnState.SUCCEEDED):
        dispute(app, happened)
        page = customer.client.get(link).text
        shown.append(("back to you" in page, "Tell us that it comes back" in page))

    assert shown == [(False, True), (True, True)]
    assert "£5.50 went back to you." in page


def dispute(app: Flask, happened: ReturnState) -> None:
    """The bank of the last order's buyer asks for the money, or has decided."""
    with database_of(app).transaction() as work:
        number = work.execute(text("SELECT MAX(number) FROM shop_order")).scalar_one()
        order = online_orders.numbered(work, number)
        assert order
        payment = payments.of_order(work, order.id)[0].reference
        seen = ReturnSeen("du_1", payment, order.total_pence, happened, disputed=True)
        refund_answers.apply(work, order, "demo", seen, by="tick", at=clock.now())


def test_after_the_days_it_is_refused_in_words(
    app: Flask, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = customer.order()
    act(app, "pack", "hand_over")
    later = clock.now() + timedelta(days=15)
    fields = hidden_fields(customer.client.get(link).text)
    monkeypatch.setattr(clock, "now", lambda: later)

    refused = customer.client.post(f"{link}/return", data=fields)

    assert refused.status_code == 409
    assert "The 14 days to cancel are over" in refused.text
    assert "Sending it back" not in customer.client.get(link).text


def test_what_was_paid_at_the_desk_is_no_distance_sale_and_is_not_sent_back(
    app: Flask, desk: FlaskClient
) -> None:
    deliver(app, "cambridge", 1)
    reserving = make_app(database_of(app).engine.url, SHOP_RESERVE="yes")
    customer = Customer(reserving.test_client())
    customer.add("soft-ball-65")
    link = customer.press_pay("collect:cambridge", reserve="yes", email=EMAIL).location
    fields = hidden_fields(customer.client.get(link).text)
    ((number,),) = rows(app, "SELECT MAX(number) FROM shop_order WHERE channel = 'web'")
    sold = Customer(desk).send(f"/staff/online/{number}", f"/staff/online/{number}/sell",
                               method="card")  # fmt: skip
    assert (sold.status_code, state(app)) == (303, "collected")

    refused = customer.client.post(f"{link}/return", data=fields)

    assert refused.status_code == 409
    assert "You paid for it at the desk, so the 14 days do not apply." in refused.text
    assert "Tell us that it comes back" not in refused.text
    assert rows(app, "SELECT kind FROM shop_attention") == []


def test_a_lost_link_is_sent_and_the_answer_is_the_same_where_there_is_none(
    app: Flask, customer: Customer
) -> None:
    customer.order()
    ((number,),) = rows(app, "SELECT number FROM shop_order WHERE channel = 'web'")
    stranger = Customer(app.test_client())
    answers = [
        stranger.send("/order", "/order", number=str(asked), email=email)
        for asked, email in (
            (number, EMAIL.upper()),
            (number, "other@customer.example"),
            (999_999, EMAIL),
        )
    ]

    assert [a.status_code for a in answers] == [200] * 3
    assert len({a.text.partition("<main")[2] for a in answers}) == 1
    assert rows(app, "SELECT COUNT(*) FROM shop_outbox WHERE key LIKE '%link-%'") == [(1,)]


def test_asking_for_links_has_an_end(customer: Customer) -> None:
    answers = [
        customer.send("/order", "/order", number="1", email=EMAIL).status_code for _ in range(6)
    ]

    assert answers == [200] * 5 + [429]
