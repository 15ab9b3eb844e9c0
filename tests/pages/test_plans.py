"""Plans on the screen: written in a few presses, opened with no name, bought, and taken back."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Date, bindparam, text
from werkzeug.test import TestResponse

from shop import clock, demand, demo_plans, plans, sites
from shop.pages.front.plan import MOST_CODES
from shop.staff import Role
from tests.conftest import database_of
from tests.pages.at_desk import BALL, Post, shelf, sign_in
from tests.pages.conftest import hidden_fields
from tests.pages.stock_desk import count, put
from tests.shop.conftest import LONDON

AREA, GUIDE = "blade_spine", "G01"
NEW = f"/staff/plans/new?area={AREA}"


@pytest.fixture
def priya(app: Flask, post: Post) -> FlaskClient:
    """A practitioner at Cambridge, where one soft ball is left."""
    put(app, "cambridge", 1)
    return sign_in(app, post, {"cambridge": Role.PRACTITIONER}, "Pia Stone")


def shown(client: FlaskClient, url: str) -> dict[str, str]:
    """Every text field and hidden field of a page, as a browser would send them back."""
    page = client.get(url).text
    typed = re.findall(r'<input[^>]*name="([^"]+)"[^>]*type="text"[^>]*value="([^"]*)"', page)
    return {**dict(typed), **hidden_fields(page)}


def write(client: FlaskClient, url: str = NEW, **fields: object) -> TestResponse:
    form: dict[str, object] = {**shown(client, url), "tools": BALL, "guides": GUIDE, **fields}
    return client.post(url.partition("?")[0], data=form)


def code_of(response: TestResponse) -> str:
    assert response.status_code == 303, response.text
    return response.location.rpartition("/")[2]


def act(client: FlaskClient, code: str, verb: str, **fields: str) -> TestResponse:
    form = shown(client, f"/staff/plans/{code}")
    return client.post(f"/staff/plans/{code}/{verb}", data={**form, **fields})


def read(response: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def written(app: Flask) -> int:
    """Plans that are not the demo's own."""
    with database_of(app).reading() as work:
        ours = text('SELECT COUNT(*) FROM shop_plan WHERE "by" <> :demo')
        return int(work.execute(ours, {"demo": demo_plans.BY}).scalar_one())


def next_open_day(app: Flask) -> str:
    with database_of(app).reading() as work:
        day = sites.next_opening(sites.get(work, "cambridge"), clock.day_of(clock.now(), LONDON))
    return f"{day:%A} {day.day} {day:%B %Y}"


def link_of(client: FlaskClient, code: str) -> str:
    sheet = act(client, code, "sheet", paper="a4")
    return sheet.location.removesuffix("/sheet?paper=a4")


# Writing


def test_a_practitioner_ticks_a_tool_and_a_guide_and_gets_a_code(
    app: Flask, priya: FlaskClient
) -> None:
    page = priya.get(NEW).text
    assert " checked" not in page.replace("have checked", "")  # nothing is ticked beforehand
    assert "You have checked that it is safe to use pressure here." in page

    code = code_of(write(priya))

    desk = priya.get(f"/staff/plans/{code}")
    assert f"{code[:4]}<wbr>{code[4:]}" in desk.text
    assert "<svg" in desk.text
    assert "/p/" in desk.text
    next_day = next_open_day(app)
    assert f"one is kept here until the end of {next_day}" in read(desk)
    assert shelf(app, "cambridge") == 0


def test_the_dose_stands_there_and_may_be_changed(priya: FlaskClient) -> None:
    usual = shown(priya, NEW)
    assert (usual["hold_seconds_G01"], usual["weeks_G01"]) == ("90", "2")

    code = code_of(write(priya, hold_seconds_G01="45", weeks_G01="3"))

    assert "hold up to 45 seconds" in read(priya.get(f"/staff/plans/{code}"))
    assert "for 3 weeks" in read(priya.get(f"/staff/plans/{code}"))


def test_a_mistake_is_said_and_what_was_typed_stays(app: Flask, priya: FlaskClient) -> None:
    answer = write(priya, hold_seconds_G01="a lot", note="Gently")

    assert answer.status_code == 400
    assert "Enter a whole number from 1 to 120." in answer.text
    assert 'value="a lot"' in answer.text
    assert 'value="Gently"' in answer.text
    assert written(app) == 0


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"tools": None, "guides": None}, "There is nothing in this plan yet"),
        ({"tools": "NONE"}, "This question has changed"),
        ({"guides": "G99"}, "This question has changed"),
        ({"area": "nowhere"}, "Choose an area from the list."),
        ({"press": ""}, "This page is out of date"),
        ({"note": "x" * 201}, "Use 200 characters or fewer."),
        ({"tools": "ROLLER-45-M", "guides": "G01"}, "None of the tools that you ticked is for"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(
    app: Flask, priya: FlaskClient, fields: dict[str, object], why: str
) -> None:
    answer = write(priya, **fields)

    assert 400 <= answer.status_code < 500
    assert why in unescape(answer.text) or "This question has changed" in answer.text
    assert written(app) == 0


def test_a_double_press_writes_one_plan(app: Flask, priya: FlaskClient) -> None:
    form: dict[str, object] = {**shown(priya, NEW), "tools": BALL, "guides": GUIDE}

    answers = [priya.post("/staff/plans/new", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert written(app) == 1


def test_what_is_out_proposes_the_nearest_equal_and_says_so(app: Flask, priya: FlaskClient) -> None:
    put(app, "cambridge", 0)
    put(app, "cambridge", 4, "BALL-70-S")
    before = _missed(app)

    page = read(priya.get(NEW))

    assert "None here." in page
    assert "Nearest equal: Soft air ball 7 cm, ball, 70 mm, soft, smooth, 4 here." in page

    code = code_of(write(priya))
    assert "None here to keep: Soft ball 6.5 cm." in read(priya.get(f"/staff/plans/{code}"))
    assert _missed(app) == before + 1


def test_what_is_usual_and_a_template_fill_the_page_with_one_press(priya: FlaskClient) -> None:
    code = code_of(write(priya, hold_seconds_G01="45"))
    assert act(priya, code, "template", name="Swimmers").status_code == 303

    start = priya.get("/staff/plans/new").text

    for words in ("Swimmers", "Soft ball 6.5 cm, 1 guide"):
        address = re.search(rf'href="([^"]+)">[^<]*{words}', start)
        assert address, words
        again = code_of(write(priya, unescape(address[1]), tools=BALL))
        assert "hold up to 45 seconds" in read(priya.get(f"/staff/plans/{again}"))


def test_a_change_keeps_the_code_and_says_the_day(app: Flask, priya: FlaskClient) -> None:
    code = code_of(write(priya))

    assert code_of(write(priya, f"/staff/plans/{code}/change", tools=None)) == code

    assert "version 2" in read(priya.get(f"/staff/plans/{code}"))
    assert "Updated" in read(priya.get(f"/p/{code}"))
    assert shelf(app, "cambridge") == 1


def test_a_template_is_retired_and_offered_no_more(priya: FlaskClient) -> None:
    code = code_of(write(priya))
    act(priya, code, "template", name="Swimmers")
    listed = "/staff/plans/templates"
    assert "Swimmers" in priya.get(listed).text

    assert priya.post(listed, data=hidden_fields(priya.get(listed).text)).status_code == 303

    assert "“Swimmers” is retired" in priya.get(listed).text
    assert "Swimmers" not in priya.get("/staff/plans/new").text


# Opening


@pytest.mark.parametrize("way", ["code", "link"])
def test_a_patient_sees_what_was_suggested_and_no_cache_keeps_it(
    priya: FlaskClient, client: FlaskClient, way: str
) -> None:
    code = code_of(write(priya, note="Start at a wall."))
    address = f"/p/{code}" if way == "code" else link_of(priya, code)

    page = client.get(address)

    said = read(page)
    assert "What your physiotherapist suggests" in said
    assert "From Pia at Cambridge" in said
    assert "Stone" not in said
    assert "Start at a wall." in said
    assert "Ball, 65 mm, soft, smooth" in said
    assert "£5.50 today" in said
    assert "One is kept for you at Cambridge" in said
    assert "Stop if it feels sharp" in said
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "<title>Your page" in page.text


def test_looking_uses_nothing_up_and_counts_once(
    app: Flask, priya: FlaskClient, client: FlaskClient
) -> None:
    code = code_of(write(priya))
    priya.get(f"/p/{code}")  # the desk's own look does not count
    assert _counted(app, "opened") == 0

    for _ in range(3):
        assert client.get(f"/p/{code}").status_code == 200

    assert _counted(app, "opened") == 1
    assert shelf(app, "cambridge") == 0


def test_the_price_is_todays(app: Flask, priya: FlaskClient, client: FlaskClient) -> None:
    code = code_of(write(priya))
    with database_of(app).transaction() as work:
        work.execute(
            text("UPDATE shop_product SET price_pence = 612 WHERE sku = :sku"), {"sku": BALL}
        )

    assert "£6.12 today" in read(client.get(f"/p/{code}"))


@pytest.mark.parametrize("code", ["ABCDEFGH", "O0000000", "short", "%00", "A" * 300, "x" * 22])
def test_a_wrong_code_says_what_to_check(client: FlaskClient, code: str) -> None:
    for url in (f"/p/{code}", f"/p/{code}/sheet", f"/p/{code}/reminders.ics"):
        answer = client.get(url)
        assert answer.status_code in (400, 404)
    typed = client.get("/p", query_string={"code": "O0000000"})
    assert typed.status_code == 404
    assert "never has a 0 or an O, and never a 1 or an I" in read(typed)
    assert 'value="O0000000"' in typed.text


def test_a_typed_code_leads_to_its_page(priya: FlaskClient, client: FlaskClient) -> None:
    code = code_of(write(priya))

    typed = client.get("/p", query_string={"code": f" {code[:4].lower()} {code[4:]}"})

    assert (typed.status_code, typed.location) == (303, f"/p/{code}")


def test_codes_cannot_be_guessed_in_a_row_and_links_are_not_counted(
    priya: FlaskClient, client: FlaskClient
) -> None:
    code = code_of(write(priya))
    link = link_of(priya, code)
    for _ in range(MOST_CODES):
        client.get("/p/ABCDEFGH")

    assert client.get(f"/p/{code}").status_code == 429
    assert client.get(link).status_code == 200


def test_a_plan_that_was_taken_back_says_that_it_has_ended(
    app: Flask, priya: FlaskClient, client: FlaskClient
) -> None:
    code = code_of(write(priya))
    assert act(priya, code, "revoke").status_code == 303

    answer = client.get(f"/p/{code}")

    assert answer.status_code == 410
    assert "This code has ended. Ask the desk for a new one." in read(answer)
    assert "This plan was taken back." in read(priya.get(f"/staff/plans/{code}"))
    assert shelf(app, "cambridge") == 1


def test_who_has_one_already_has_nothing_to_buy(priya: FlaskClient, client: FlaskClient) -> None:
    code = code_of(write(priya))

    page = client.get(f"/p/{code}?have=1")

    assert "You don’t need to buy anything" in read(page)
    assert "A tennis ball" in read(page)
    assert "With your own tool" in read(page)
    assert 'method="post"' not in page.text


def test_the_reminder_says_nothing_of_a_body_and_has_no_link(
    priya: FlaskClient, client: FlaskClient
) -> None:
    code = code_of(write(priya, weeks_G01="3"))

    file = client.get(f"/p/{code}/reminders.ics")

    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = file.text.split("\r\n")
    assert "RRULE:FREQ=DAILY;COUNT=21" in lines
    assert "SUMMARY:Ten minutes for yourself" in lines
    assert code not in file.text
    assert "http" not in file.text


@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_the_sheet_has_a_line_for_a_name_that_no_form_sends(
    priya: FlaskClient, client: FlaskClient, paper: str
) -> None:
    code = code_of(write(priya))

    sheet = client.get(f"/p/{code}/sheet?paper={paper}")

    assert f"tp-plan--{paper}" in sheet.text
    (name,) = re.findall(r'<input[^>]*id="tp-name"[^>]*>', sheet.text)
    assert " name=" not in name
    assert "<form" not in sheet.text.partition("<main")[2].partition("</main>")[0]
    assert "When to stop and call us" in read(sheet)
    assert code in read(sheet)


@pytest.mark.parametrize("page", ["/", "/help"])
def test_a_quiet_door_leads_to_where_a_code_is_typed(client: FlaskClient, page: str) -> None:
    shown_ = client.get(page)

    assert "Have you got a plan code from your physiotherapist? Open it here" in read(shown_)
    assert '<a href="/p">Open it here</a>' in shown_.text
    assert client.get("/p").status_code == 200


# Buying


def test_the_phone_pays_in_two_presses_and_types_nothing(
    app: Flask, priya: FlaskClient, client: FlaskClient
) -> None:
    """The last ball is kept for this plan, and passes to its order."""
    code = code_of(write(priya))
    page = client.get(f"/p/{code}").text
    assert "Pay on this phone, collect now" in page

    chosen = client.post(
        f"/p/{code}/basket", data={**hidden_fields(page), "way": "collect:cambridge"}
    )
    assert chosen.location == "/checkout?way=collect:cambridge"

    checkout = client.get(chosen.location).text
    (ticked,) = re.findall(r'<input(?=[^>]*checked)[^>]*name="way"[^>]*value="([^"]+)"', checkout)
    assert ticked == "collect:cambridge:550"
    paid = client.post("/checkout/pay", data={**hidden_fields(checkout), "way": ticked})

    assert paid.status_code == 303, paid.text
    assert "demo" in paid.location
    assert (shelf(app, "cambridge"), _counted(app, "bought")) == (0, 1)
    assert count(app, "shop_basket_plan") == 0


def test_pressing_twice_puts_one_in(app: Flask, priya: FlaskClient, client: FlaskClient) -> None:
    code = code_of(write(priya))
    form = {**hidden_fields(client.get(f"/p/{code}").text), "way": "collect:cambridge"}

    for _ in range(2):
        assert client.post(f"/p/{code}/basket", data=form).status_code == 303

    with database_of(app).reading() as work:
        assert work.execute(text("SELECT units FROM shop_basket_line")).scalars().all() == [1]


def test_one_press_at_the_desk_loads_it_and_the_last_one_is_sold(
    app: Flask, priya: FlaskClient, desk: FlaskClient, post: Callable[..., TestResponse]
) -> None:
    code = code_of(write(priya))
    assert code in desk.get("/staff/plans").text  # waiting at the desk

    assert act(desk, code, "till").location == "/staff/till"

    assert "1 left here" in read(desk.get("/staff/till"))
    paid = post(desk, "/staff/till/pay", code="", method="card")
    assert paid.status_code == 303, paid.text
    assert (shelf(app, "cambridge"), _counted(app, "bought")) == (0, 1)
    assert count(app, "shop_basket_plan") == 0
    waiting = read(desk.get("/staff/plans")).partition("The latest")[0]
    assert code not in waiting


@pytest.mark.parametrize("how", ["code", "small letters", "qr"])
def test_the_tills_one_field_takes_a_plans_code_and_its_qr_code(
    app: Flask, priya: FlaskClient, desk: FlaskClient, post: Post, how: str
) -> None:
    code = code_of(write(priya))
    link = f"https://clinic.example{link_of(priya, code)}"
    typed = {"code": code, "small letters": code.lower(), "qr": link}[how]
    till = desk.get("/staff/till").text
    assert "Waiting at the desk" in till
    assert code in till

    assert post(desk, "/staff/till", code=typed).location == "/staff/till"

    assert "Added Soft ball 6.5 cm. 1 left here." in read(desk.get("/staff/till"))


def test_the_till_says_what_is_wrong_with_a_plan_and_keeps_the_basket(
    priya: FlaskClient, desk: FlaskClient, post: Post
) -> None:
    code = code_of(write(priya))
    act(priya, code, "revoke")

    ended = post(desk, "/staff/till", code=code)
    nothing = post(desk, "/staff/till", code="https://clinic.example/p/ABCDEFGH")

    assert (ended.status_code, nothing.status_code) == (410, 404)
    assert "This code has ended" in read(ended)
    assert "never has a 0 or an O" in read(nothing)


def test_a_scanned_qr_or_a_typed_code_is_looked_up_at_the_desk(
    priya: FlaskClient, desk: FlaskClient
) -> None:
    code = code_of(write(priya))
    link = link_of(priya, code)

    for typed in (code, code.lower(), f"https://clinic.example{link}"):
        found = desk.get("/staff/plans", query_string={"code": typed})
        assert found.location == f"/staff/plans/{code}"
    wrong = desk.get("/staff/plans", query_string={"code": "O0000000"})
    assert wrong.status_code == 404
    assert 'value="O0000000"' in wrong.text


# Who may


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.MANAGER, Role.OWNER])
def test_practitioners_and_managers_write_plans(app: Flask, post: Post, role: Role) -> None:
    put(app, "cambridge", 1)
    client = sign_in(app, post, {"cambridge": role})

    assert code_of(write(client))


def test_a_plan_is_taken_back_at_its_own_clinic_only(
    app: Flask, post: Post, priya: FlaskClient
) -> None:
    code = code_of(write(priya))
    elsewhere = sign_in(app, post, {"ely": Role.PRACTITIONER}, "Eli Moor")

    refused = act(elsewhere, code, "revoke")

    assert refused.status_code == elsewhere.get(f"/staff/plans/{code}/change").status_code == 404
    assert "Change to that clinic first." in refused.text
    assert "Works until" in priya.get(f"/staff/plans/{code}").text
    form = shown(priya, f"/staff/plans/{code}")
    for _ in range(2):
        assert priya.post(f"/staff/plans/{code}/revoke", data=form).status_code == 303


def test_reception_looks_up_and_loads_and_writes_none(
    app: Flask, priya: FlaskClient, desk: FlaskClient
) -> None:
    code = code_of(write(priya))

    assert desk.get(f"/staff/plans/{code}").status_code == 200
    assert "New plan" not in desk.get("/staff/plans").text
    for url in ("/staff/plans/new", NEW, f"/staff/plans/{code}/change"):
        assert desk.get(url).status_code == 403
    form = shown(desk, f"/staff/plans/{code}")
    for verb in ("revoke", "template"):
        answer = desk.post(f"/staff/plans/{code}/{verb}", data={**form, "name": "x"})
        assert answer.status_code == 403
    assert desk.post("/staff/plans/new", data={**form, "area": AREA}).status_code == 403
    assert written(app) == 1


@pytest.mark.parametrize(
    "url", ["/staff/plans", "/staff/plans/new", "/staff/plans/templates", "/staff/plans/ABCDEFGH"]
)
def test_nobody_comes_in_without_signing_in(client: FlaskClient, url: str) -> None:
    assert client.get(url).location.endswith("/staff/sign-in")


def test_a_manager_says_on_which_days_the_clinic_is_open(app: Flask, post: Post) -> None:
    boss = sign_in(app, post, {"cambridge": Role.MANAGER})
    url = "/staff/opening-days"
    assert boss.get(url).text.count("checked") == 6

    form = hidden_fields(boss.get(url).text)
    assert boss.post(url, data={**form, "days": ["0", "6"]}).status_code == 303

    assert boss.get(url).text.count("checked") == 2
    form = hidden_fields(boss.get(url).text)
    assert boss.post(url, data=form).status_code == 400


def test_reception_does_not(desk: FlaskClient) -> None:
    assert desk.get("/staff/opening-days").status_code == 403


# What is stored


def test_no_order_no_mail_and_no_row_knows_of_the_plan(
    app: Flask, priya: FlaskClient, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The canary: an area, a guide and a practitioner stay with the plan and go nowhere else."""
    code = code_of(write(priya, note="CANARY"))
    page = client.get(f"/p/{code}").text
    client.post(f"/p/{code}/basket", data={**hidden_fields(page), "way": "collect:cambridge"})
    checkout = client.get("/checkout?way=collect:cambridge").text
    client.post("/checkout/pay", data={**hidden_fields(checkout), "way": "collect:cambridge:550"})

    hits = _tables_with(app, code, "CANARY", AREA)
    theirs = {"shop_plan", "shop_plan_version", "shop_plan_set", "shop_plan_count"}
    assert hits <= theirs
    assert "Pia Stone" not in checkout
    for word in (code, "CANARY", AREA):
        assert word not in caplog.text


def _tables_with(app: Flask, *words: str) -> set[str]:
    from shop.db import Base

    found = set()
    with database_of(app).reading() as work:
        for table in Base.metadata.sorted_tables:
            for row in work.execute(table.select()):
                if any(word in str(value) for value in row for word in words):
                    found.add(table.name)
    return found


def _counted(app: Flask, what: str) -> int:
    """Of today's plans for this area, at Cambridge; the demo has none."""
    its = f"SELECT SUM({what}) FROM shop_plan_count WHERE area = :area AND site = 'cambridge' "
    with database_of(app).reading() as work:
        today = {"area": AREA, "day": clock.day_of(clock.now(), LONDON)}
        day = text(its + "AND day = :day").bindparams(bindparam("day", type_=Date))
        return int(work.execute(day, today).scalar() or 0)


def _missed(app: Flask) -> int:
    with database_of(app).reading() as work:
        today = clock.day_of(clock.now(), LONDON)
        after = today + timedelta(days=1)
        return demand.over(work, today, after).get(("cambridge", BALL), 0)


def test_a_plan_is_found_by_no_part_of_a_link(app: Flask, priya: FlaskClient) -> None:
    code = code_of(write(priya))
    link = link_of(priya, code).rpartition("/")[2]
    with database_of(app).reading() as work:
        assert plans.with_link(work, link).code == code
    assert _tables_with(app, link) == set()
