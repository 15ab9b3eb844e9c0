"""Online orders at the desk: packed, handed over by scan, posted, taken back, given back."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop import attention, clock, letters
from shop.attention import Kind
from shop.checks import verify
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import Post, deliver, shelf, sign_in
from tests.pages.conftest import hidden_fields
from tests.pages.forms_on import forms_on
from tests.pages.ordering import Customer, rows
from tests.pages.test_checkout import without_payment

Press = Callable[..., TestResponse]


@pytest.fixture
def customer(app: Flask, client: FlaskClient) -> Customer:
    deliver(app, "cambridge", 4)
    return Customer(client)


@pytest.fixture
def press(desk: FlaskClient, app: Flask) -> Press:
    """Press a button of the last online order's page."""

    def send(act: str, **values: str) -> TestResponse:
        page = f"/staff/online/{last(app)}"
        return Customer(desk).send(page, f"{page}/{act}", **values)

    return send


def last(app: Flask) -> int:
    ((number,),) = rows(app, "SELECT MAX(number) FROM shop_order WHERE channel = 'web'")
    assert isinstance(number, int)
    return number


def state(app: Flask) -> object:
    return rows(app, "SELECT state FROM shop_order WHERE channel = 'web' ORDER BY id")[-1][0]


def mails(app: Flask) -> list[str]:
    return [str(s) for (s,) in rows(app, "SELECT subject FROM shop_outbox ORDER BY id")]


def wrong(app: Flask) -> list[str]:
    return [check.name for check in verify(database_of(app)) if not check.ok]


def test_a_paid_order_stands_among_what_is_to_prepare(
    app: Flask, desk: FlaskClient, customer: Customer
) -> None:
    customer.order()

    page = desk.get("/staff/online").text

    assert str(last(app)) in page.partition("To prepare")[2]
    assert "Pat Poole" in page


def test_ready_is_one_press_and_tells_the_customer_with_hours_and_code(
    app: Flask, press: Press, customer: Customer
) -> None:
    customer.order()

    assert press("ready").status_code == 303

    assert state(app) == "ready"
    ((body,),) = rows(app, "SELECT body FROM shop_outbox WHERE key LIKE '%ready'")
    assert letters.CODE in str(body)  # it is filled in when the mail is sent
    assert "Monday to Saturday, 8am to 6pm" in str(body)
    assert "12 Mill Lane" in str(body)


def test_a_scanned_code_leads_to_the_order_and_hands_nothing_over_by_itself(
    app: Flask, desk: FlaskClient, press: Press, customer: Customer
) -> None:
    customer.order()
    press("ready")
    ((code,),) = rows(app, "SELECT code FROM shop_buyer")

    found = Customer(desk).send("/staff/online", "/staff/online", code=str(code).lower())

    assert found.location == f"/staff/online/{last(app)}"
    assert state(app) == "ready"
    assert press("hand-over").status_code == 303
    assert state(app) == "collected"
    assert rows(app, "SELECT \"by\" FROM shop_order_step WHERE state = 'collected'") == [
        ("Rae Ellis",)
    ]
    assert wrong(app) == []


def test_a_code_that_nobody_has_is_refused_in_words(desk: FlaskClient) -> None:
    for code in ("ABCD-EFGH", "1", "", "²", "9" * 30):
        refused = Customer(desk).send("/staff/online", "/staff/online", code=code)
        assert refused.status_code == 404
        assert "There is no online order with that code or number." in refused.text


def test_pressing_twice_is_pressing_once(app: Flask, desk: FlaskClient, customer: Customer) -> None:
    from tests.pages.conftest import hidden_fields

    customer.order()
    page = f"/staff/online/{last(app)}"
    fields = hidden_fields(desk.get(page).text)

    for _ in range(2):
        assert desk.post(f"{page}/ready", data=fields).status_code == 303

    assert mails(app).count(f"Order {last(app)} is ready") == 1


def test_a_parcel_goes_with_its_tracking_number_and_its_slip_says_nothing_of_a_body(
    app: Flask, desk: FlaskClient, press: Press, customer: Customer
) -> None:
    link = customer.order(start="post:")
    slip = desk.get(f"/staff/online/{last(app)}/packing").text

    assert press("posted", tracking="AB 1234").status_code == 303

    assert state(app) == "posted"
    assert "AB 1234" in customer.client.get(link).text
    assert "1 × Soft ball 6.5 cm" in slip
    ((body,),) = rows(app, "SELECT body FROM shop_outbox WHERE key LIKE '%posted'")
    assert "Tracking number: AB 1234" in str(body)


def test_what_nobody_collects_goes_back_to_the_shelf_and_waits_for_a_decision(
    app: Flask, desk: FlaskClient, press: Press, customer: Customer
) -> None:
    before = shelf(app, "cambridge")
    customer.order()
    press("ready")

    assert press("back").status_code == 303

    assert shelf(app, "cambridge") == before
    assert "Nobody came for it" in desk.get("/staff/attention").text
    assert press("refund", **refund(units="1"), reason="Nobody came").status_code == 303
    assert state(app) == "refunded"
    assert "Nothing needs anybody" in desk.get("/staff/attention").text
    assert wrong(app) == []


def refund(
    units: str, condition: str = "not-back", on_shelf: str = "no", **more: str
) -> dict[str, str]:
    typed = {"units": units, "condition": condition, "on_shelf": on_shelf, **more}
    return {f"lines-0-{name}": value for name, value in typed.items()}


def test_a_refund_by_line_gives_back_its_part_and_puts_back_what_can_be_sold(
    app: Flask, press: Press, customer: Customer
) -> None:
    customer.add("soft-ball-65", 2)
    customer.pay(customer.press_pay("collect:cambridge").location)
    press("ready")
    press("hand-over")
    before = shelf(app, "cambridge")

    given = press("refund", **refund("1", "sellable", "yes"), reason="Too soft")

    assert given.status_code == 303, given.text
    assert shelf(app, "cambridge") == before + 1
    assert rows(app, "SELECT state, amount_pence FROM shop_refund") == [("succeeded", 550)]
    assert any("refund" in subject for subject in mails(app))
    assert wrong(app) == []


def test_condition_and_shelf_are_two_answers_and_both_are_asked(
    app: Flask, press: Press, customer: Customer
) -> None:
    customer.order()
    press("ready")
    press("hand-over")

    refused = press("refund", **refund("1", "", ""), reason="Too soft")

    assert refused.status_code == 400
    assert "say its condition, and if it goes back on the shelf" in refused.text
    assert rows(app, "SELECT COUNT(*) FROM shop_refund") == [(0,)]


def test_never_more_than_was_paid_goes_back(app: Flask, press: Press, customer: Customer) -> None:
    customer.order()

    refused = press("refund", **refund("1", "sellable", "yes", amount="5.51"), reason="Too soft")

    assert refused.status_code == 409
    assert "Only £5.50" in refused.text
    assert rows(app, "SELECT COUNT(*) FROM shop_refund") == [(0,)]


def three_rollers(app: Flask, customer: Customer) -> str:
    """An order of £66.00, which is more than reception may give back; its page at the desk."""
    deliver(app, "cambridge", 4, "ROLL-45-M")
    customer.add("medium-roller-45", 3)
    customer.pay(customer.press_pay("collect:cambridge").location)
    return f"/staff/online/{last(app)}"


def test_reception_gives_back_up_to_a_limit_and_a_practitioner_nothing(
    app: Flask, post: Post, customer: Customer
) -> None:
    page = three_rollers(app, customer)
    typed = {**refund("3", "sellable", "yes"), "reason": "Too firm"}

    answers = {}
    for role, name in ((Role.PRACTITIONER, "Pia Shaw"), (Role.RECEPTION, "Rob Ward"),
                       (Role.MANAGER, "Max Lane")):  # fmt: skip
        who = sign_in(app, post, {"cambridge": role}, name)
        if role == Role.PRACTITIONER:
            answers[role] = 403 if "Give money back" not in who.get(page).text else 0
        else:
            answers[role] = Customer(who).send(page, f"{page}/refund", **typed).status_code

    assert answers == {Role.PRACTITIONER: 403, Role.RECEPTION: 403, Role.MANAGER: 303}


def test_a_second_press_of_a_refund_near_the_limit_leads_on_and_gives_nothing_more(
    app: Flask, post: Post, customer: Customer
) -> None:
    page = three_rollers(app, customer)
    rob = sign_in(app, post, {"cambridge": Role.RECEPTION}, "Rob Ward")
    post(rob, "/staff/site", site="cambridge")
    form = next(f for f in forms_on(rob.get(page).text, page) if f.action == f"{page}/refund")
    kept = {name: given[0] for name, given in form.values.items()}
    typed = {**kept, **refund("2", "sellable", "yes"), "reason": "Too firm"}

    answers = [rob.post(f"{page}/refund", data=typed).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert rows(app, "SELECT amount_pence FROM shop_refund") == [(4400,)]


def test_receptions_limit_is_for_all_that_goes_back_of_an_online_order(
    app: Flask, post: Post, customer: Customer
) -> None:
    page = three_rollers(app, customer)
    rob = Customer(sign_in(app, post, {"cambridge": Role.RECEPTION}, "Rob Ward"))

    answers = [
        rob.send(page, f"{page}/refund", **refund(units, "sellable", "yes"), reason="Too firm")
        for units in ("1", "2")
    ]

    assert [answer.status_code for answer in answers] == [303, 403]


def test_a_reservation_is_paid_and_handed_over_in_one_press(
    app: Flask, press: Press, desk: FlaskClient
) -> None:
    deliver(app, "cambridge", 2)
    before = shelf(app, "cambridge")
    customer = Customer(without_payment(app).test_client())
    customer.add("soft-ball-65")
    link = customer.press_pay("collect:cambridge", email="pat@customer.example", reserve="yes")

    sold = press("sell", method="cash")

    assert sold.status_code == 303, sold.text
    assert state(app) == "collected"
    assert shelf(app, "cambridge") == before - 1
    assert "Paid at the desk by cash" in customer.client.get(link.location).text
    assert "£5.50" in desk.get("/staff").text
    assert wrong(app) == []


def test_a_reservation_that_is_let_go_is_on_the_shelf_again(app: Flask, press: Press) -> None:
    deliver(app, "cambridge", 2)
    before = shelf(app, "cambridge")
    customer = Customer(without_payment(app).test_client())
    customer.add("soft-ball-65")
    customer.press_pay("collect:cambridge", email="pat@customer.example", reserve="yes")

    assert press("let-go").status_code == 303

    assert shelf(app, "cambridge") == before
    assert state(app) == "cancelled"
    assert wrong(app) == []


def test_an_order_of_another_clinic_is_not_found_without_a_role_there(
    app: Flask, post: Post, customer: Customer
) -> None:
    customer.order()
    ely = sign_in(app, post, {"ely": Role.MANAGER})

    assert ely.get(f"/staff/online/{last(app)}").status_code == 404


@pytest.mark.parametrize("act", ["ready", "hand-over", "posted", "back", "supply"])
def test_nothing_is_done_to_an_order_from_another_clinics_device(
    app: Flask, post: Post, customer: Customer, act: str
) -> None:
    customer.order()
    both = sign_in(app, post, {"cambridge": Role.MANAGER, "ely": Role.MANAGER})
    post(both, "/staff/site", site="cambridge")
    before, page = state(app), f"/staff/online/{last(app)}"
    fields = hidden_fields(both.get(page).text)
    post(both, "/staff/site", site="ely")

    token = hidden_fields(both.get("/staff/site").text)["csrf_token"]

    refused = both.post(f"{page}/{act}", data={**fields, "csrf_token": token})

    assert refused.status_code == 409
    assert "Choose the clinic of this order first." in refused.text
    assert state(app) == before


def test_what_somebody_has_seen_is_settled(app: Flask, post: Post) -> None:
    with database_of(app).transaction() as work:
        attention.raise_(work, Kind.UNKNOWN_ORDER, "pi_1", order_id=None, amount_pence=550,
                         at=clock.now())  # fmt: skip
    manager = sign_in(app, post, {"cambridge": Role.MANAGER})
    page = manager.get("/staff/attention").text
    assert "Look for it at Stripe" in page

    settled = Customer(manager).send("/staff/attention", "/staff/attention")

    assert settled.status_code == 303
    assert "Nothing needs anybody" in manager.get("/staff/attention").text


def test_a_manager_says_how_orders_are_had_from_a_clinic(app: Flask, post: Post) -> None:
    manager = sign_in(app, post, {"cambridge": Role.MANAGER})
    page = "/staff/collecting"

    saved = Customer(manager).send(
        page, page, hours="Every day, 9am to 5pm", ready_minutes="30", email="desk@clinic.example"
    )

    assert saved.status_code == 303, saved.text
    found = rows(app, "SELECT hours, ready_minutes, email FROM shop_site WHERE id = 'cambridge'")
    assert found == [("Every day, 9am to 5pm", 30, "desk@clinic.example")]


def test_reception_can_not_change_how_orders_are_had(desk: FlaskClient) -> None:
    assert desk.get("/staff/collecting").status_code == 403
