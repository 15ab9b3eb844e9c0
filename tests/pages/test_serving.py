"""Who is serving? A colleague takes the till over with a short code, and the basket stays."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from shop import clock, short_codes
from shop.accounts import MOST_WRONG_CODES, Account
from shop.orders import Order
from shop.receipts import Receipt
from shop.staff import Role
from tests.conftest import KEY, database_of
from tests.pages.at_desk import BARCODE, Post, deliver, sign_in

PAGE, OWN, CODE = "/staff/serving", "/staff/settings/code", "4711"
DEMO_PASSWORD = "reception-demo-only"
MANAGER = "Morgan Lee"


def person(app: Flask, name: str) -> str:
    with database_of(app).reading() as work:
        return str(work.scalars(select(Account.id).where(Account.name == name)).one())


def give_code(app: Flask, name: str, code: str = CODE) -> None:
    with database_of(app).transaction() as work:
        who = int(person(app, name))
        short_codes.choose(work, who, code, secret=KEY.encode(), token="", by=name, at=clock.now())


@pytest.fixture
def morgan(app: Flask) -> str:
    """The demo's manager, who has a short code."""
    give_code(app, MANAGER)
    return person(app, MANAGER)


def audit(app: Flask) -> list[tuple[str, str, str]]:
    with database_of(app).reading() as work:
        rows = work.execute(text('SELECT act, subject, "by" FROM shop_audit ORDER BY id'))
        return [tuple(row) for row in rows]


def test_after_the_switch_the_basket_is_the_same_and_the_sale_carries_the_new_name(
    app: Flask, desk: FlaskClient, post: Post, morgan: str
) -> None:
    deliver(app, "cambridge", 5)
    post(desk, "/staff/till", code=f"2*{BARCODE}")
    post(desk, "/staff/till/pay/discount", percent="10", reason="Box is dented")

    switched = post(desk, PAGE, who=morgan, code=CODE)

    assert switched.location == "/staff/till"
    page = desk.get("/staff/till").text
    assert "Morgan Lee is serving now." in page
    assert "Morgan Lee (by short code), at Cambridge" in page
    assert "Take £9.90" in desk.get("/staff/till/pay").text
    post(desk, "/staff/till/pay", code="")
    with database_of(app).reading() as work:
        receipt = work.scalars(select(Receipt).order_by(Receipt.id.desc())).first()
        order = work.get_one(Order, receipt.order_id)  # type: ignore[union-attr]
        by = work.execute(text('SELECT "by" FROM shop_stock_move ORDER BY id DESC')).scalars()
        assert by.first() == MANAGER
    assert order.discount_by == "Rae Ellis"  # who had agreed on it before
    assert ("took over", "Rae Ellis", MANAGER) in audit(app)


def test_a_manager_by_code_is_asked_for_a_managers_password_where_one_is_needed(
    app: Flask, desk: FlaskClient, post: Post, morgan: str
) -> None:
    deliver(app, "cambridge", 5)
    post(desk, "/staff/till", code=BARCODE)
    post(desk, PAGE, who=morgan, code=CODE)

    refused = post(desk, "/staff/till/pay/discount", percent="11", reason="A regular")

    assert refused.status_code == 403
    assert desk.get("/staff/vouchers").status_code == 403
    assert desk.get("/staff/mail").status_code == 403
    assert "Sign in with a password" in desk.get(PAGE).text


def test_the_first_person_does_not_come_back_without_a_code(
    app: Flask, desk: FlaskClient, post: Post, morgan: str
) -> None:
    post(desk, PAGE, who=morgan, code=CODE)

    refused = post(desk, PAGE, who=person(app, "Rae Ellis"), code="")

    assert refused.status_code == 400
    assert "Type your short code." in refused.text
    assert "Rae Ellis" not in desk.get(PAGE).text  # who has none


def test_the_old_cookie_is_worth_nothing_and_signing_out_ends_it_for_all(
    app: Flask, desk: FlaskClient, post: Post, morgan: str
) -> None:
    thief, cookie = app.test_client(), desk.get_cookie("sorespot")
    thief.set_cookie("sorespot", cookie.value)  # type: ignore[union-attr]
    post(desk, PAGE, who=morgan, code=CODE)
    assert thief.get("/staff").status_code == 303

    thief.set_cookie("sorespot", desk.get_cookie("sorespot").value)  # type: ignore[union-attr]
    post(desk, "/staff/sign-out", page="/staff")

    assert desk.get("/staff").location == "/staff/sign-in"
    assert thief.get("/staff").location == "/staff/sign-in"


def test_signing_in_with_a_password_ends_who_was_there_and_keeps_the_basket(
    app: Flask, desk: FlaskClient, post: Post, morgan: str
) -> None:
    deliver(app, "cambridge", 5)
    post(desk, "/staff/till", code=BARCODE)
    post(desk, PAGE, who=morgan, code=CODE)
    thief, cookie = app.test_client(), desk.get_cookie("sorespot")

    post(desk, "/staff/sign-in", email="manager@demo.example", password="manager-demo-only")

    thief.set_cookie("sorespot", cookie.value)  # type: ignore[union-attr]
    assert thief.get("/staff").location == "/staff/sign-in"
    assert desk.get("/staff/vouchers").status_code == 200
    assert "Soft ball 6.5 cm" in desk.get("/staff/till").text


def test_five_wrong_codes_lock_them_until_a_password_and_say_so(
    app: Flask, desk: FlaskClient, post: Post, morgan: str
) -> None:
    for _ in range(MOST_WRONG_CODES):
        wrong = post(desk, PAGE, who=morgan, code="9052")
        assert wrong.status_code == 400
        assert "That name and code don’t belong together. Try again." in wrong.text
        assert "9052" not in wrong.text

    locked = post(desk, PAGE, who=morgan, code=CODE)
    assert locked.status_code == 429
    assert "Whoever is serving has to sign in with their password." in locked.text
    post(desk, "/staff/sign-in", email="manager@demo.example", password="manager-demo-only")
    post(desk, "/staff/sign-in", email="reception@demo.example", password=DEMO_PASSWORD)

    assert post(desk, PAGE, who=morgan, code=CODE).status_code == 303


@pytest.mark.parametrize("who", ["", "x", "-1", "1" * 30])
def test_a_name_that_nobody_chose_is_refused(
    desk: FlaskClient, post: Post, morgan: str, who: str
) -> None:
    assert post(desk, PAGE, who=who, code=CODE).status_code == 400


def test_pressing_twice_switches_once(
    app: Flask, desk: FlaskClient, post: Post, morgan: str
) -> None:
    from tests.pages.conftest import hidden_fields

    form = {**hidden_fields(desk.get(PAGE).text), "who": morgan, "code": CODE}
    desk.post(PAGE, data=form)
    again = {**form, "csrf_token": hidden_fields(desk.get(PAGE).text)["csrf_token"]}

    assert desk.post(PAGE, data=again).location == "/staff/till"
    assert [act for act, *_ in audit(app)].count("took over") == 1


def test_one_chooses_a_code_with_ones_password_and_takes_it_away_again(
    app: Flask, desk: FlaskClient, post: Post
) -> None:
    refused = post(desk, OWN, code=CODE, password="not the password")
    assert refused.status_code == 400
    assert "That is not your password. Nothing was changed." in refused.text
    assert CODE not in refused.text

    assert post(desk, OWN, code=CODE, password=DEMO_PASSWORD).status_code == 303
    page = desk.get(OWN).text
    assert "Your short code is saved." in page
    assert "You chose one on" in page

    post(desk, f"{OWN}/remove", page=OWN, who=person(app, "Rae Ellis"))
    assert "That short code is gone." in desk.get(OWN).text
    assert ("short code removed", "Rae Ellis", "Rae Ellis") in audit(app)


def test_guessing_the_password_there_is_slowed_down_like_at_the_door(
    desk: FlaskClient, post: Post
) -> None:
    for _ in range(6):
        post(desk, OWN, code=CODE, password="not the password")

    assert post(desk, OWN, code=CODE, password=DEMO_PASSWORD).status_code == 429


@pytest.mark.parametrize("code", ["1234", "0000", "12", "1234567", "abcd"])
def test_a_bad_code_is_refused_in_words(desk: FlaskClient, post: Post, code: str) -> None:
    refused = post(desk, OWN, code=code, password=DEMO_PASSWORD)

    assert refused.status_code == 400
    assert "There is a problem" in refused.text


def test_the_owner_takes_a_colleagues_code_away_and_whom_it_let_in_is_out(
    app: Flask, desk: FlaskClient, post: Post, morgan: str
) -> None:
    owner = sign_in(app, post, {"cambridge": Role.OWNER})
    post(desk, PAGE, who=morgan, code=CODE)
    assert "Remove the code of Morgan Lee" in owner.get(OWN).text

    post(owner, f"{OWN}/remove", page=OWN, who=morgan)

    assert desk.get("/staff/till").location == "/staff/sign-in"
    assert ("short code removed", MANAGER, "Sam Reed") in audit(app)


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.MANAGER])
def test_nobody_else_takes_a_colleagues_code_away(
    app: Flask, post: Post, morgan: str, role: Role
) -> None:
    client = sign_in(app, post, {"cambridge": role})

    assert "Morgan Lee" not in client.get(OWN).text
    assert post(client, f"{OWN}/remove", page=OWN, who=morgan).status_code == 403


def test_a_person_of_another_clinic_is_not_among_those_who_can_serve(
    app: Flask, desk: FlaskClient, post: Post, morgan: str
) -> None:
    sign_in(app, post, {"ely": Role.RECEPTION}, "Ezra Fox")
    give_code(app, "Ezra Fox")

    assert "Ezra Fox" not in desk.get(PAGE).text
    refused = post(desk, PAGE, who=person(app, "Ezra Fox"), code=CODE)
    assert "That name and code don’t belong together." in refused.text


def test_an_account_that_is_switched_off_can_not_serve(
    app: Flask, desk: FlaskClient, post: Post, morgan: str
) -> None:
    with database_of(app).transaction() as work:
        work.execute(update(Account).where(Account.name == MANAGER).values(active=False))

    assert MANAGER not in desk.get(PAGE).text
    assert post(desk, PAGE, who=morgan, code=CODE).status_code == 400


def test_a_hosts_shop_knows_no_short_codes(app: Flask) -> None:
    from flask import Flask as Host

    from shop import Shop
    from shop.staff import Staff

    host = Host("host")
    host.config.update(SECRET_KEY=KEY, SHOP_ENV="development",
                       SHOP_DATABASE_URL=app.config["DATABASE_URL"])  # fmt: skip
    rae = Staff("7", "Rae", {"cambridge": Role.RECEPTION}, clock.now())
    Shop(staff=lambda: rae).init_app(host, url_prefix="/tools")
    client = host.test_client()

    page = client.get("/tools/staff/till", follow_redirects=True).text
    database_of(host).dispose()

    assert "Till" in page
    assert "serving" not in page
    assert client.get(f"/tools{PAGE}").status_code == 404
    assert client.get(f"/tools{OWN}").status_code == 404
