"""Mail from a buyer's order to their mail box, what is in it, and the page of what has not gone."""

import re
from datetime import timedelta
from email.message import EmailMessage
from html import unescape

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from shop import (
    alerts,
    buyers,
    clock,
    online_orders,
    order_mail,
    orders,
    outbox,
    purchase_mail,
    purchases,
    suppliers,
)
from shop.purchases import Wanted
from shop.staff import Role
from tests.conftest import database_of, make_app
from tests.mailserver.client import FROM, MailProcess
from tests.pages.at_desk import BALL, BALL_NAME, Post, deliver, sign_in
from tests.pages.conftest import hidden_fields
from tests.pages.finding import Finder
from tests.pages.ordering import EMAIL, Customer, rows
from tests.pages.stock_desk import press, put
from tests.pages.tables import seen

MAIL = "/staff/mail"
BASE = "https://clinic.example"


@pytest.fixture
def mailing(app: Flask, post_box: MailProcess) -> Flask:
    """The demo clinic with a mail server, and no shelf that anybody is told of."""
    return with_mail(app, post_box)


def with_mail(app: Flask, post_box: MailProcess, **settings: str) -> Flask:
    deliver(app, "cambridge", 5)
    with database_of(app).transaction() as work:
        for table in ("shop_stock_alert", "shop_stock_rule"):
            work.execute(text(f"DELETE FROM {table}"))
    url = database_of(app).engine.url
    return make_app(url, PUBLIC_BASE_URL=BASE, **post_box.settings, **settings)


@pytest.fixture
def customer(mailing: Flask) -> Customer:
    return Customer(mailing.test_client())


@pytest.fixture
def manager(mailing: Flask, post: Post) -> FlaskClient:
    return sign_in(mailing, post, {"cambridge": Role.MANAGER}, name="Mo Lane")


def tick(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["shop", "tick"])


def received(app: Flask, post_box: MailProcess) -> list[EmailMessage]:
    """What has come into the mail box once tick has run."""
    ran = tick(app)
    assert ran.exit_code == 0, ran.output
    return post_box.mails()


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content()).replace("\r\n", "\n")


def html(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body
    return str(body.get_content()).replace("\r\n", "\n")


def step(app: Flask, *told: str, **buyer: str) -> None:
    """Take the order's next step as the desk does, and queue what its buyer is told."""
    with database_of(app).transaction() as work:
        order_id = work.execute(text("SELECT MAX(id) FROM shop_order")).scalar_one()
        order = orders.get(work, order_id)
        if tracking := buyer.get("tracking"):
            buyers.sent_with(work, order_id, tracking)
        for verb in told:
            if verb == "ready":
                online_orders.pack(work, online_orders.placed(order), by="Rae", at=clock.now())
            getattr(order_mail, verb)(work, order, at=clock.now())


def test_who_has_paid_is_told_not_to_come_yet_and_where_to_look(
    mailing: Flask, customer: Customer, post_box: MailProcess
) -> None:
    customer.order()

    (mail,) = received(mailing, post_box)

    assert (mail["To"], mail["From"]) == (EMAIL, f"Riverside Physio <{FROM}>")
    assert re.fullmatch(r"Order \d+ is paid", str(mail["Subject"]))
    assert "Please don't come yet." in plain(mail)
    link = re.search(rf"{BASE}(/order/\S+)", plain(mail))
    assert link
    assert mailing.test_client().get(link[1]).status_code == 200
    assert f'<a href="{link[0]}">' in html(mail)


def test_who_may_fetch_it_is_told_where_when_and_with_which_code(
    mailing: Flask, customer: Customer, post_box: MailProcess
) -> None:
    customer.order()
    received(mailing, post_box)
    with database_of(mailing).transaction() as work:
        work.execute(text("UPDATE shop_site SET hours = 'Monday to Friday, 8am to 6pm'"))
    post_box.clear()
    step(mailing, "ready")

    (mail,) = received(mailing, post_box)

    ((code, address),) = rows(
        mailing, "SELECT b.code, s.address FROM shop_buyer b, shop_site s WHERE s.id = 'cambridge'"
    )
    assert f"Show this code at the desk: {str(code)[:4]}-{str(code)[4:]}" in plain(mail)
    assert "Monday to Friday, 8am to 6pm" in plain(mail)
    assert str(address) in plain(mail)
    picture = html(mail)
    assert picture.count("#000000") > 150
    assert len(set(re.findall(r"<tr>((?:<td[^>]*></td>)+)</tr>", picture))) > 15


def test_what_was_posted_has_its_tracking_number(
    mailing: Flask, customer: Customer, post_box: MailProcess
) -> None:
    customer.order(start="post:")
    step(mailing, "posted", tracking="AB 123 456 GB")

    mail = received(mailing, post_box)[-1]

    assert "is on its way" in str(mail["Subject"])
    assert "Tracking number: AB 123 456 GB" in plain(mail)


def test_who_cancels_hears_that_it_is_over_and_that_the_money_goes_back(
    mailing: Flask, customer: Customer, post_box: MailProcess
) -> None:
    link = customer.order()
    assert customer.send(link, f"{link}/cancel").status_code == 303

    subjects = [str(mail["Subject"]) for mail in received(mailing, post_box)]

    assert [re.sub(r"\d+", "N", each) for each in subjects] == [
        "Order N is paid", "Order N is cancelled", "Order N: a refund",
    ]  # fmt: skip
    assert "We give back all that you paid" in plain(post_box.mails()[1])
    assert "goes back the way that you paid" in plain(post_box.mails()[2])


def test_a_reservation_is_confirmed_with_its_code_and_its_end_is_told(
    app: Flask, post_box: MailProcess
) -> None:
    mailing = with_mail(app, post_box, SHOP_RESERVE="yes")
    customer = Customer(mailing.test_client())
    customer.add("soft-ball-65")
    placed = customer.press_pay("collect:cambridge", email=EMAIL, reserve="yes")
    assert placed.status_code == 303, placed.text
    customer.send(placed.location, f"{placed.location}/cancel")

    kept, over = received(mailing, post_box)

    assert "is kept for you" in str(kept["Subject"])
    assert "Show this code at the desk" in plain(kept)
    assert "Nothing was paid, so nothing is due." in plain(over)


def test_a_mail_fetches_nothing_and_holds_no_script_form_or_attachment(
    mailing: Flask, customer: Customer, post_box: MailProcess
) -> None:
    customer.order()
    step(mailing, "ready")

    for mail in received(mailing, post_box):
        drawn = html(mail)
        assert not re.search(r"<(img|script|link|style|form|iframe)|\ssrc=|url\(|\son\w+=", drawn)
        assert re.findall(r'href="([^"]+)/order/[^"/]+"', drawn) == [BASE]
        assert not list(mail.iter_attachments())
        assert mail.get_content_type() == "multipart/alternative"


def test_what_somebody_typed_is_text_in_a_mail(
    mailing: Flask, customer: Customer, post_box: MailProcess
) -> None:
    nasty = '<img src="https://evil.example/x">'
    customer.order(start="post:")
    step(mailing, "posted", tracking=nasty)

    mail = received(mailing, post_box)[-1]

    assert nasty in plain(mail)
    assert nasty not in html(mail)
    assert nasty in unescape(html(mail))


def test_nothing_of_a_body_a_guide_or_a_practitioner_is_in_any_mail(
    mailing: Flask, customer: Customer, post: Post, post_box: MailProcess
) -> None:
    """Somebody goes through the finder, then buys, is told everything there is, and the clinic is
    low and orders more. No name of a place on the body, muscle, guide or person is in a mail."""
    Finder(customer.client, post).go("head_temple")
    customer.client.get("/find/result")
    link = customer.order()
    step(mailing, "ready", "posted", "link", tracking="AB1")
    customer.send(link, f"{link}/cancel")
    put(mailing, "cambridge", 1)
    with database_of(mailing).transaction() as work:
        alerts.set_rule(work, "cambridge", BALL, minimum=3, target=9, by="t", at=clock.now())
        acme = suppliers.add(work, "Acme", email="orders@acme.example")
        made = purchases.draft(
            work, acme.id, "cambridge", [Wanted(BALL, 6, 200)], by="Priya Shah", at=clock.now()
        )
        purchases.order(work, made.number, by="Priya Shah", at=clock.now())
        purchase_mail.queue(work, made.number, from_="Riverside", by="Priya Shah", at=clock.now())

    mails = received(mailing, post_box)

    said = "\n".join(f"{mail.as_string()}\n{plain(mail)}\n{html(mail)}" for mail in mails)
    assert len(mails) == 8
    assert [word for word in canaries(mailing) if word in said.lower()] == []
    to_buyer = [plain(mail) + html(mail) for mail in mails if mail["To"] == EMAIL]
    assert len(to_buyer) == 6
    assert [each for each in to_buyer if BALL_NAME in each or "ball" in each.lower()] == []


def canaries(app: Flask) -> set[str]:
    """What a mail must not hold, in small letters: it is all in the finder, or about people."""
    library = next(iter(app.extensions["shop"].values())).library
    regions = library.regions.values()
    words = {word for each in regions for word in re.findall(r"[a-z]{4,}", each.label.lower())}
    words -= {"back", "below", "front", "inside", "middle", "outside", "side", "somewhere", "else",
              "sure", "under", "upper", "lower", "across", "base", "behind", "between", "your",
              "sole", "heel", "blade", "chest"}  # fmt: skip
    names = {muscle.name.lower() for each in regions for muscle in each.muscles}
    titles = {guide.title.lower() for guide in library.guides.values()}
    people = {str(name).lower() for (name,) in rows(app, "SELECT name FROM shop_staff")}
    said = {"pain", "trigger", "sensitiv", "diagnos", "treat", "massage", "exercise", "pat poole"}
    found = words | names | titles | people | said | set(library.regions)
    assert {"shoulder", "thigh", "temple", "head_temple", "priya shah"} <= found
    return found


# The page of what has not gone


def test_all_mail_has_gone(manager: FlaskClient) -> None:
    assert "All mail has gone." in manager.get(MAIL).text


def test_a_manager_reads_what_the_server_said_and_has_it_tried_again(
    mailing: Flask, customer: Customer, manager: FlaskClient, post_box: MailProcess
) -> None:
    customer.order()
    post_box.rule("rcpt", f"550 5.1.1 <{EMAIL.title()}> <b>No such box</b>", times=1)
    assert "0 sent, 0 to be tried again, 1 given up" in tick(mailing).output
    page = manager.get(MAIL).text
    assert "Failed" in seen(page)
    assert "The mail server said: 550 5.1.1 <that address> <b>No such box</b>" in unescape(page)
    assert "<b>No such box" not in page
    assert EMAIL not in page.lower()

    pressed = press(manager, MAIL, MAIL)

    assert pressed.status_code == 303
    assert "is tried again in a minute or so" in manager.get(MAIL).text
    assert len(received(mailing, post_box)) == 1
    assert "All mail has gone." in manager.get(MAIL).text
    assert rows(mailing, "SELECT act, by FROM shop_audit WHERE act = 'mail.again'") == [
        ("mail.again", "Mo Lane")
    ]


def test_what_waits_for_its_next_try_can_be_tried_at_once(
    mailing: Flask, customer: Customer, manager: FlaskClient, post_box: MailProcess
) -> None:
    customer.order()
    post_box.rule("rcpt", "451 4.7.1 later", times=1)
    tick(mailing)
    assert "Waiting" in manager.get(MAIL).text

    press(manager, MAIL, MAIL)

    assert len(received(mailing, post_box)) == 1


def test_a_second_press_of_the_same_page_does_nothing_more(
    mailing: Flask, customer: Customer, manager: FlaskClient, post_box: MailProcess
) -> None:
    customer.order()
    post_box.rule("rcpt", "550 no", times=2)
    tick(mailing)
    fields = hidden_fields(manager.get(MAIL).text)
    assert manager.post(MAIL, data=fields).status_code == 303
    tick(mailing)

    assert manager.post(MAIL, data=fields).status_code == 303

    assert tick(mailing).output.count("0 sent, 0 to be tried again, 0 given up") == 1


@pytest.mark.parametrize(
    ("letter", "status"), [("999", 404), ("x", 400), ("0", 400), ("", 400), ("9" * 12, 400)]
)
def test_a_mail_that_is_not_there_is_refused_in_words(
    mailing: Flask, customer: Customer, manager: FlaskClient, post_box: MailProcess,
    letter: str, status: int,
) -> None:  # fmt: skip
    customer.order()
    post_box.rule("rcpt", "550 no", times=1)
    tick(mailing)

    refused = press(manager, MAIL, MAIL, letter=letter)

    assert refused.status_code == status
    assert "There is a problem" in refused.text


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.PRACTITIONER])
def test_the_mail_is_for_managers(mailing: Flask, post: Post, role: Role) -> None:
    client = sign_in(mailing, post, {"cambridge": role})

    assert client.get(MAIL).status_code == 403
    assert MAIL not in client.get("/staff").text


def test_a_manager_sees_and_sends_their_own_clinics_mail_alone(
    mailing: Flask, customer: Customer, manager: FlaskClient, post: Post, post_box: MailProcess
) -> None:
    customer.order()
    post_box.rule("rcpt", "550 no", times=1)
    tick(mailing)
    fields = hidden_fields(manager.get(MAIL).text)
    other = sign_in(mailing, post, {"ely": Role.MANAGER}, name="Ed Fenn")
    empty = other.get(MAIL).text
    assert "All mail has gone." in empty

    mine = {**hidden_fields(other.get("/staff/stock/suppliers").text), "letter": fields["letter"]}

    assert other.post(MAIL, data=mine).status_code == 404


def test_without_a_mail_server_the_page_says_so(app: Flask, post: Post) -> None:
    client = sign_in(app, post, {"cambridge": Role.OWNER})

    assert "No mail server is set" in client.get(MAIL).text


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("PUBLIC_BASE_URL", "PUBLIC_BASE_URL must be set to send mail"),
     ("SECRET_KEY", "SECRET_KEY must be set to send mail")],
)  # fmt: skip
def test_tick_says_what_mail_needs_and_does_everything_else(
    mailing: Flask, customer: Customer, post_box: MailProcess, missing: str, sentence: str
) -> None:
    customer.order()
    mailing.config[missing] = None

    ran = tick(mailing)

    assert ran.exit_code == 1
    assert f"FAIL mail: {sentence}" in ran.output
    assert "ok   seal" in ran.output
    assert post_box.taken() == []


def test_the_daily_look_at_mail_is_cheap(mailing: Flask, manager: FlaskClient, statements) -> None:
    with database_of(mailing).transaction() as work:
        for number in range(40):
            outbox.put(work, f"k{number}", to="site:cambridge", site="cambridge", subject="s",
                       body="b", at=clock.now() - timedelta(days=1))  # fmt: skip

    with statements() as seen_statements:
        manager.get(MAIL)

    assert len(seen_statements) <= 8
