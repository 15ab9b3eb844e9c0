"""Transfers at the desk: packed by scanning, sent by one clinic, received by the other, once."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop import alerts, clock
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL, BARCODE, Post, sign_in
from tests.pages.stock_desk import count, fill, form_on, level, press, put

LIST = "/staff/stock/transfers"
ONE = f"{LIST}/1"
OTHER = "BALL-70-S"


@pytest.fixture(autouse=True)
def shelves(app: Flask) -> None:
    for site, units in (("cambridge", 10), ("ely", 0), ("newmarket", 5)):
        put(app, site, units)
        put(app, site, units, OTHER)


@pytest.fixture
def ely(app: Flask, post: Post) -> FlaskClient:
    """Reception at Ely."""
    return sign_in(app, post, {"ely": Role.RECEPTION})


def begin(desk: FlaskClient, code: str = BARCODE, way: str = "cambridge>ely") -> TestResponse:
    return press(desk, LIST, LIST, way=way, code=code)


def act(desk: FlaskClient, name: str, **fields: object) -> TestResponse:
    return press(desk, ONE, f"{ONE}/{name}", **fields)


def test_a_transfer_is_packed_by_scanning_and_nothing_moves_yet(
    app: Flask, desk: FlaskClient
) -> None:
    assert begin(desk).location == ONE
    for code in (BARCODE, f"3*{BARCODE}", OTHER):
        assert act(desk, "scan", code=code).status_code == 303

    page = desk.get(ONE).text

    assert "Transfer 1: Cambridge to Ely" in page
    assert "<b>5</b>" in page
    assert "Added 1 Soft air ball 7 cm." in page
    assert level(app, "shelf:cambridge") == 10


def test_the_buttons_beside_a_line_change_it(app: Flask, desk: FlaskClient) -> None:
    begin(desk, f"5*{BARCODE}")
    act(desk, "scan", code=OTHER)

    for button, sku in (("less", BALL), ("less", BALL), ("more", BALL), ("remove", OTHER)):
        assert act(desk, "line", **{button: sku}).status_code == 303

    page = desk.get(ONE).text
    assert "<b>4</b>" in page
    assert "Soft air ball" not in page
    assert "There is nothing in this transfer." in act(desk, "line", remove=BALL).text


def test_what_is_sent_is_on_its_way_and_both_clinics_see_it(
    app: Flask, desk: FlaskClient, ely: FlaskClient
) -> None:
    begin(desk, f"4*{BARCODE}")

    assert act(desk, "send").status_code == 303

    assert (level(app, "shelf:cambridge"), level(app, "transit:ely")) == (6, 4)
    for client in (desk, ely):
        assert "on the way" in client.get(LIST).text
        assert "Sent by Rae Ellis" in client.get(ONE).text
    assert "Receive what is filled in" in ely.get(ONE).text
    assert "Receive what is filled in" not in desk.get(ONE).text


def test_one_press_receives_all_of_it(app: Flask, desk: FlaskClient, ely: FlaskClient) -> None:
    begin(desk, f"4*{BARCODE}")
    act(desk, "send")

    assert act(ely, "receive").status_code == 303

    assert (level(app, "shelf:ely"), level(app, "transit:ely")) == (4, 0)
    assert "Transfer 1 is received." in ely.get(ONE).text
    assert "Closed by Sam Reed" in desk.get(ONE).text


def test_every_missing_or_broken_unit_has_its_reason_and_the_rest_stays_on_its_way(
    app: Flask, desk: FlaskClient, ely: FlaskClient
) -> None:
    begin(desk, f"9*{BARCODE}")
    act(desk, "send")
    said = {"arrived": "3", "broken": "2", "lost": "1", "returned": "1", "note": "Box was wet"}

    act(ely, "receive", **{f"lines-0-{name}": value for name, value in said.items()})

    levels = [level(app, f"{place}") for place in
              ("shelf:ely", "damaged:ely", "transit:ely", "shelf:cambridge")]  # fmt: skip
    assert levels == [3, 2, 2, 2]
    page = ely.get(ONE).text
    assert "The rest is still on its way" in page
    assert "2 Soft ball 6.5 cm: broken (Box was wet)" in page
    act(ely, "receive")
    assert level(app, "shelf:ely") == 5


def test_more_than_was_sent_is_refused_and_what_was_typed_is_kept(
    app: Flask, desk: FlaskClient, ely: FlaskClient
) -> None:
    begin(desk, f"4*{BARCODE}")
    act(desk, "send")

    answer = act(ely, "receive", **{"lines-0-arrived": "7"})

    assert answer.status_code == 409
    assert "Only 4 Soft ball 6.5 cm of transfer 1 are still missing" in answer.text
    assert 'value="7"' in answer.text
    assert level(app, "shelf:ely") == 0


@pytest.mark.parametrize("typed", ["-1", "x", "1.5", "99999"])
def test_a_number_that_is_none_is_refused_by_its_field(
    desk: FlaskClient, ely: FlaskClient, typed: str
) -> None:
    begin(desk, f"4*{BARCODE}")
    act(desk, "send")

    answer = act(ely, "receive", **{"lines-0-broken": typed})

    assert answer.status_code == 400
    assert "Enter a whole number from 0 to" in answer.text
    assert "Error: " in answer.text


def test_it_is_called_off_before_it_leaves_and_turned_back_after(
    app: Flask, desk: FlaskClient
) -> None:
    begin(desk, f"4*{BARCODE}")
    assert act(desk, "cancel").status_code == 303
    assert "Cancelled by Rae Ellis" in desk.get(ONE).text
    begin(desk, f"4*{BARCODE}")
    press(desk, f"{LIST}/2", f"{LIST}/2/send")
    assert level(app, "shelf:cambridge") == 6

    press(desk, f"{LIST}/2", f"{LIST}/2/cancel")

    assert (level(app, "shelf:cambridge"), level(app, "transit:ely")) == (10, 0)


def test_it_is_sent_from_its_own_clinic_and_received_at_the_other_only(
    app: Flask, desk: FlaskClient, ely: FlaskClient, post: Post
) -> None:
    begin(desk, f"4*{BARCODE}")
    token = fill(form_on(ely, ONE, f"{ONE}/cancel"))

    refused = ely.post(f"{ONE}/send", data=token)

    assert refused.status_code == 409
    assert "can only be sent at Cambridge" in refused.text
    act(desk, "send")
    token = fill(form_on(desk, ONE, f"{ONE}/cancel")) | {
        "lines-0-sku": BALL,
        "lines-0-arrived": "4",
    }
    assert "goes to Ely" in desk.post(f"{ONE}/receive", data=token).text
    elsewhere = sign_in(app, post, {"newmarket": Role.OWNER}, name="Nora Hill")
    assert elsewhere.get(ONE).status_code == 404
    assert (level(app, "transit:ely"), level(app, "shelf:ely")) == (4, 0)


def test_more_than_the_shelf_has_free_is_not_sent(app: Flask, desk: FlaskClient) -> None:
    begin(desk, f"11*{BARCODE}")

    assert "Too few" in desk.get(ONE).text
    answer = act(desk, "send")

    assert answer.status_code == 409
    assert "Only 10 Soft ball 6.5 cm left at Cambridge" in answer.text
    assert "Send it to Ely" in answer.text


@pytest.mark.parametrize("name", ["begin", "scan", "line", "send", "receive", "cancel"])
def test_a_second_press_of_any_form_does_nothing_more(
    app: Flask, desk: FlaskClient, ely: FlaskClient, name: str
) -> None:
    """A double press, a reload and Back all send the same form again."""
    presses: dict[str, Callable[[], tuple[FlaskClient, str, dict[str, object]]]] = {
        "begin": lambda: (desk, LIST, fill(form_on(desk, LIST, LIST), way="cambridge>ely",
                                           code=BARCODE)),
        "scan": lambda: (desk, f"{ONE}/scan", fill(form_on(desk, ONE, f"{ONE}/scan"),
                                                   code=BARCODE)),
        "line": lambda: (desk, f"{ONE}/line", fill(form_on(desk, ONE, f"{ONE}/line"), more=BALL)),
        "send": lambda: (desk, f"{ONE}/send", fill(form_on(desk, ONE, f"{ONE}/send"))),
        "receive": lambda: (ely, f"{ONE}/receive", fill(form_on(ely, ONE, f"{ONE}/receive"))),
        "cancel": lambda: (desk, f"{ONE}/cancel", fill(form_on(desk, ONE, f"{ONE}/cancel"))),
    }  # fmt: skip
    if name != "begin":
        begin(desk, f"4*{BARCODE}")
    if name == "receive":
        act(desk, "send")
    client, action, data = presses[name]()

    answers = [client.post(action, data=data).status_code for _ in range(3)]

    assert answers == [303, 303, 303]
    assert count(app, "shop_transfer") == 1
    units = {"begin": 1, "scan": 5, "line": 5}.get(name, 4)
    page = desk.get(ONE).text
    assert f"<b>{units}</b>" in page or f">{units}</td>" in page


def test_a_quick_scan_of_another_product_from_the_same_page_is_not_lost(
    desk: FlaskClient,
) -> None:
    begin(desk)
    shown = form_on(desk, ONE, f"{ONE}/scan")

    for code in (OTHER, BARCODE):
        desk.post(f"{ONE}/scan", data=fill(shown, code=code))

    assert "<b>2</b>" in desk.get(ONE).text
    assert "<b>1</b>" in desk.get(ONE).text


def test_words_that_fit_several_products_list_them(desk: FlaskClient) -> None:
    begin(desk)

    answer = act(desk, "scan", code="soft ball")

    assert answer.location == f"{ONE}?q=soft+ball"
    page = desk.get(answer.location).text
    assert "products fit “soft ball”. Enter takes the first." in page
    assert f'value="1*{BALL}"' in page


@pytest.mark.parametrize("code", ["", "5012345678900", "trombone", "0*BALL-65-S", "5*"])
def test_a_scan_that_means_nothing_is_said_and_changes_nothing(
    app: Flask, desk: FlaskClient, code: str
) -> None:
    begin(desk)

    answer = act(desk, "scan", code=code)

    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert "<b>1</b>" in desk.get(ONE).text


@pytest.mark.parametrize("way", ["", "cambridge>cambridge", "ely>newmarket", "x", "cambridge>"])
def test_a_transfer_goes_from_here_or_comes_here(app: Flask, desk: FlaskClient, way: str) -> None:
    assert begin(desk, way=way).status_code == 400
    assert count(app, "shop_transfer") == 0


def test_a_clinic_can_ask_for_some_of_anothers(app: Flask, ely: FlaskClient) -> None:
    assert begin(ely, way="newmarket>ely").status_code == 303

    page = ely.get(ONE).text

    assert "Newmarket to Ely" in page
    assert "Send it to" not in page


def test_what_another_clinic_has_months_of_is_proposed_and_one_press_begins_it(
    app: Flask, desk: FlaskClient, ely: FlaskClient
) -> None:
    put(app, "cambridge", 500)
    with database_of(app).transaction() as work:
        alerts.set_rule(work, "ely", BALL, minimum=3, target=8, by="test", at=clock.now())

    page = ely.get(LIST).text
    assert "Ely" in page[page.index("Worth moving") :]
    form = form_on(ely, LIST, LIST)
    proposed = fill(form) | {"way": "cambridge>ely", "add": f"8*{BALL}", "code": ""}
    assert f'value="8*{BALL}"' in page

    assert ely.post(LIST, data=proposed).status_code == 303
    assert "<b>8</b>" in ely.get(ONE).text


def test_a_practitioner_reads_transfers_and_changes_none(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    begin(desk)
    practitioner = sign_in(app, post, {"cambridge": Role.PRACTITIONER})

    assert practitioner.get(ONE).status_code == practitioner.get(LIST).status_code == 200
    token = {"csrf_token": form_on(practitioner, ONE, "/staff/sign-out").values["csrf_token"][0]}
    data = {**token, "press": "x" * 20, "code": BARCODE, "more": BALL, "way": "cambridge>ely"}
    for name in ("/scan", "/line", "/send", "/receive", "/cancel"):
        assert practitioner.post(ONE + name, data=data).status_code == 403, name
    assert practitioner.post(LIST, data=data).status_code == 403


@pytest.mark.parametrize("number", ["0", "2", "x", "-1", "1.0", "99999999999999999999"])
def test_a_transfer_that_does_not_exist_is_said_to(desk: FlaskClient, number: str) -> None:
    assert desk.get(f"{LIST}/{number}").status_code in (400, 404)
