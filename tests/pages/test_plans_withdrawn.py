"""A tool of open plans is withdrawn: who is told, who approves, what a patient reads meanwhile."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from shop import checks, plans
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL, Post, change_product, shelf, sign_in
from tests.pages.conftest import hidden_fields
from tests.pages.payloads import PAYLOADS
from tests.pages.stock_desk import put
from tests.pages.test_plans import act, code_of, read, write

SAME, LARGER, FIRMER = "BALL-70-S", "BALL-90-S", "BALL-65-M"
PAGE = "/staff/plans/withdrawn"


@pytest.fixture
def pia(app: Flask, post: Post) -> FlaskClient:
    """A practitioner at Cambridge, where there are two soft balls and four just as soft."""
    put(app, "cambridge", 2)
    put(app, "cambridge", 4, SAME)
    end_the_demos_plans(app)
    return sign_in(app, post, {"cambridge": Role.PRACTITIONER}, "Pia Stone")


def end_the_demos_plans(app: Flask) -> None:
    with database_of(app).transaction() as work:
        work.execute(text("UPDATE shop_plan SET bought = TRUE"))


def withdraw(app: Flask, *skus: str) -> None:
    for sku in skus or (BALL,):
        change_product(app, sku, on_sale=False)


def approve(client: FlaskClient, code: str = "all", **fields: str) -> TestResponse:
    form = {**hidden_fields(client.get(PAGE).text), "instead": SAME, "code": code, **fields}
    return client.post(PAGE, data=form)


def version(app: Flask, code: str) -> int:
    with database_of(app).reading() as work:
        return plans.with_code(work, code).version


def clean(app: Flask) -> bool:
    return [check for check in checks.verify(database_of(app)) if not check.ok] == []


# Who is told


def test_a_practitioner_is_told_how_many_plans_wait_and_nobody_while_none_does(
    app: Flask, pia: FlaskClient, desk: FlaskClient
) -> None:
    for _ in range(2):
        code_of(write(pia))
    assert "no longer sold" not in read(pia.get("/staff")) + read(pia.get("/staff/plans"))
    assert "No open plan at Cambridge has a tool that is no longer sold." in read(pia.get(PAGE))

    withdraw(app)

    assert "Plans with a tool no longer sold 2" in read(pia.get("/staff"))
    assert "2 open plans have a tool that is no longer sold" in read(pia.get("/staff/plans"))
    for url in ("/staff", "/staff/plans"):
        assert PAGE not in desk.get(url).text


def test_the_page_proposes_only_what_is_equal_with_this_shelfs_stock_beside_it(
    app: Flask, pia: FlaskClient
) -> None:
    code = code_of(write(pia))
    withdraw(app)

    page = pia.get(PAGE)

    assert "Ball, 65 mm, soft, smooth. In 1 open plan." in read(page)
    assert "Soft air ball 7 cm, £" in read(page)
    assert "Ball, 70 mm, soft, smooth. 4 here." in read(page)
    assert re.findall(r'name="instead"[^>]*value="([^"]+)"', page.text) == [SAME]
    assert code in page.text
    assert "Approve for all" not in page.text


def test_where_nothing_is_equal_it_says_so_and_offers_to_change_or_take_back(
    app: Flask, pia: FlaskClient
) -> None:
    code = code_of(write(pia))
    withdraw(app, BALL, SAME)

    page = pia.get(PAGE)

    assert "Nothing that we sell is of the same kind, as firm and of the same size." in read(page)
    assert f'href="/staff/plans/{code}/change"' in page.text
    assert "Approve" not in page.text
    form = hidden_fields(page.text)
    assert pia.post(f"/staff/plans/{code}/revoke", data=form).status_code == 303
    assert "No open plan" in read(pia.get(PAGE))


# Who approves


def test_one_press_changes_one_plan_and_says_what_is_kept(app: Flask, pia: FlaskClient) -> None:
    one, other = (code_of(write(pia, hold_seconds_G01="45")) for _ in range(2))
    withdraw(app)

    assert approve(pia, one).status_code == 303

    said = read(pia.get(PAGE))
    assert f"Changed plan {one}: Soft air ball 7 cm in place of Soft ball 6.5 cm." in said
    assert (version(app, one), version(app, other)) == (2, 1)
    assert (shelf(app, "cambridge"), shelf(app, "cambridge", SAME)) == (1, 3)
    desk = read(pia.get(f"/staff/plans/{one}"))
    assert "hold up to 45 seconds" in desk
    assert "version 2, by Pia Stone." in desk
    patient = read(app.test_client().get(f"/p/{one}"))
    assert "Updated" in patient
    assert "Soft air ball 7 cm" in patient
    assert "no longer sold" not in patient
    assert clean(app)


def test_another_press_changes_all_and_says_for_which_none_is_left(
    app: Flask, pia: FlaskClient
) -> None:
    codes = [code_of(write(pia)) for _ in range(2)]
    withdraw(app)
    put(app, "cambridge", 1, SAME)
    assert "Approve for all 2 plans" in pia.get(PAGE).text

    assert approve(pia).status_code == 303

    said = read(pia.get(PAGE))
    assert "Changed 2 plans: Soft air ball 7 cm in place of Soft ball 6.5 cm." in said
    assert re.search(rf"None here to keep for ({'|'.join(codes)})\.", said)
    assert [version(app, code) for code in codes] == [2, 2]
    assert clean(app)


def test_a_double_press_makes_one_version(app: Flask, pia: FlaskClient) -> None:
    code = code_of(write(pia))
    withdraw(app)
    form = {**hidden_fields(pia.get(PAGE).text), "instead": SAME, "code": code}

    assert [pia.post(PAGE, data=form).status_code for _ in range(2)] == [303, 303]

    assert version(app, code) == 2


def test_a_plan_that_was_taken_back_since_is_left_and_the_page_says_so(
    app: Flask, pia: FlaskClient
) -> None:
    one, other = (code_of(write(pia)) for _ in range(2))
    withdraw(app)
    form = {**hidden_fields(pia.get(PAGE).text), "instead": SAME, "code": one}
    act(pia, one, "revoke")

    answer = pia.post(PAGE, data=form)

    assert answer.status_code == 409
    assert "Nothing was changed: the plan was bought, changed or taken back" in read(answer)
    assert other in answer.text
    assert version(app, one) == 1


def test_nothing_else_is_put_in_whatever_is_sent(app: Flask, pia: FlaskClient) -> None:
    code = code_of(write(pia))
    withdraw(app)
    wrong = [{"instead": sku} for sku in (FIRMER, LARGER, BALL, "")]
    wrong += [{"gone": sku} for sku in (FIRMER, SAME, "")]
    wrong += [{field: each} for field in ("instead", "gone", "code") for each in PAYLOADS]

    for fields in wrong:
        answer = approve(pia, **{"code": code, **fields})
        assert 400 <= answer.status_code < 500, fields
        assert "<script>alert" not in answer.text, fields

    assert version(app, code) == 1


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.MANAGER, Role.OWNER])
def test_only_a_practitioner_of_the_clinic_approves(
    app: Flask, pia: FlaskClient, post: Post, role: Role
) -> None:
    code = code_of(write(pia))
    withdraw(app)
    form = {**hidden_fields(pia.get(PAGE).text), "instead": SAME, "code": code}
    other = sign_in(app, post, {"cambridge": role})
    form["csrf_token"] = hidden_fields(other.get("/staff/plans").text)["csrf_token"]

    looked = other.get(PAGE)
    answer = other.post(PAGE, data=form)

    assert looked.status_code == (403 if role == Role.RECEPTION else 200)
    assert 'name="code"' not in looked.text
    assert answer.status_code == 403
    assert version(app, code) == 1


def test_a_practitioner_of_another_clinic_changes_nothing_here(
    app: Flask, pia: FlaskClient, post: Post
) -> None:
    code = code_of(write(pia))
    withdraw(app)
    form = {**hidden_fields(pia.get(PAGE).text), "instead": SAME, "code": code}
    ely = sign_in(app, post, {"ely": Role.PRACTITIONER})
    form["csrf_token"] = hidden_fields(ely.get("/staff/plans").text)["csrf_token"]

    assert code not in ely.get(PAGE).text
    assert ely.post(PAGE, data=form).status_code == 409
    assert version(app, code) == 1


def test_who_works_at_two_clinics_is_told_of_the_other_one(
    app: Flask, pia: FlaskClient, post: Post
) -> None:
    code_of(write(pia))
    withdraw(app)
    both = sign_in(app, post, {"cambridge": Role.PRACTITIONER, "ely": Role.PRACTITIONER})
    post(both, "/staff/site", site="ely")

    assert "Cambridge: 1 plan waits." in read(both.get(PAGE))


def test_nobody_comes_in_without_signing_in(client: FlaskClient) -> None:
    assert client.get(PAGE).location.endswith("/staff/sign-in")
    assert client.post(PAGE).location.endswith("/staff/sign-in")


# What is read meanwhile


def test_the_patient_reads_what_to_do_and_can_still_buy_the_rest(
    app: Flask, pia: FlaskClient, client: FlaskClient
) -> None:
    put(app, "cambridge", 2, FIRMER)
    code = code_of(write(pia, tools=[BALL, FIRMER]))
    withdraw(app)

    page = client.get(f"/p/{code}")

    assert page.status_code == 200
    assert "Soft ball 6.5 cm is no longer sold. If you have one, go on using it." in read(page)
    assert "if it is like this: ball, 65 mm, soft, smooth." in read(page)
    assert "Or ask us what to use in its place: 01632" in read(page)
    form = {**hidden_fields(page.text), "way": "collect:cambridge"}
    assert client.post(f"/p/{code}/basket", data=form).status_code == 303
    with database_of(app).reading() as work:
        skus = work.execute(text("SELECT sku FROM shop_basket_line")).scalars().all()
    assert skus == [FIRMER]


def test_with_no_tool_left_nothing_is_sold_and_every_page_of_it_opens(
    app: Flask, pia: FlaskClient, client: FlaskClient, desk: FlaskClient, post: Post
) -> None:
    code = code_of(write(pia))
    form = {**hidden_fields(client.get(f"/p/{code}").text), "way": "collect:cambridge"}
    withdraw(app)

    assert client.post(f"/p/{code}/basket", data=form).status_code == 400
    assert "no longer sold" in read(client.get(f"/p/{code}/sheet"))
    assert "Ball, 65 mm, soft, smooth" in read(client.get(f"/p/{code}?have=1"))
    assert "I have one already" in read(client.get(f"/p/{code}"))
    for who in (pia, desk):
        assert "Soft ball 6.5 cm is no longer sold." in read(who.get(f"/staff/plans/{code}"))
    assert "What may take its place" in read(pia.get(f"/staff/plans/{code}"))
    assert "Ask a practitioner" in read(desk.get(f"/staff/plans/{code}"))
    typed = post(desk, "/staff/till", code=code)
    assert typed.status_code == 409
    assert "There is no tool in that plan to sell." in read(typed)
    assert "version 2" not in read(pia.get(f"/staff/plans/{code}"))
    change = read(pia.get(f"/staff/plans/{code}/change"))
    assert "Soft ball 6.5 cm is no longer sold, so it is not in this list." in change
