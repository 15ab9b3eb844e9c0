"""Mail goes out of the outbox to a real server, once, in text and HTML, and is tried again."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from shop import buyers, clock, mail, online_orders, order_mail, orders, outbox, tick
from shop.db import Database
from shop.mail import Postman
from shop.outbox import MOST_TRIES
from tests.fakestripe.client import FakeStripe
from tests.shop.online.conftest import LONDON, Clock, Shop, desk_of

ROOT = Path(__file__).parents[2]
PATIENCE = 30


@dataclass
class Post:
    """The mail server's folder, and a postman that brings mail to it."""

    folder: Path
    postman: Postman

    def came(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [message_from_bytes(f.read_bytes(), policy=policy.default) for f in files]  # type: ignore[misc]


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    command = [sys.executable, "-m", "tests.smtp_server", str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        server = f"smtp://127.0.0.1:{port}"
        yield Post(tmp_path, Postman(server, "shop@clinic.example", "Riverside Physio", link))
    finally:
        process.terminate()
        process.wait(PATIENCE)
        process.stdout.close()


@pytest.fixture
def shop(database: Database, fake: FakeStripe) -> Shop:
    now = Clock()
    return Shop(database, desk_of(database, fake, now), fake, now)


def link(token: str) -> str:
    return f"https://clinic.example/order/{token}"


def put(database: Database, *, to: str = "pat@customer.example", key: str = "k") -> None:
    with database.transaction() as work:
        outbox.put(work, key, to=to, subject="Order 1", body="One.\n\nTwo <b>.", at=clock.now())


def send(database: Database, post: Post, later: timedelta = timedelta()) -> tuple[int, int]:
    return mail.send_due(database, post.postman, lambda: clock.now() + later)


def rows(database: Database) -> list[tuple[int, bool, str]]:
    with database.reading() as work:
        found = work.query(outbox.OutboxRow).all()
        return [(row.tries, row.sent_at is not None, row.problem) for row in found]


def test_a_message_goes_once_in_text_and_html_without_anything_remote(
    database: Database, post: Post
) -> None:
    put(database)

    assert send(database, post) == (1, 0)
    assert send(database, post) == (0, 0)

    (came,) = post.came()
    text, html = came.get_body(("plain",)), came.get_body(("html",))
    assert came["To"] == "pat@customer.example"
    assert came["From"] == "Riverside Physio <shop@clinic.example>"
    assert came["Subject"] == "Order 1, Riverside Physio"
    assert came["Auto-Submitted"] == "auto-generated"
    assert text is not None
    assert html is not None
    assert text.get_content() == "One.\n\nTwo <b>.\n"
    assert "<p>Two &lt;b&gt;.</p>" in html.get_content()
    assert "src=" not in html.get_content()


def test_what_does_not_go_is_tried_again_later_and_then_goes(
    database: Database, post: Post
) -> None:
    put(database)
    (post.folder / "refuse").touch()

    assert send(database, post) == (0, 1)
    assert send(database, post) == (0, 0)  # not due yet
    assert rows(database)[0][:2] == (1, False)
    assert "451" in rows(database)[0][2]

    (post.folder / "refuse").unlink()
    assert send(database, post, timedelta(minutes=2)) == (1, 0)
    assert rows(database) == [(2, True, "")]


def test_after_the_last_try_only_a_person_has_it_tried_again(
    database: Database, post: Post
) -> None:
    put(database)
    (post.folder / "hang-up").touch()

    for day in range(MOST_TRIES + 2):
        send(database, post, timedelta(days=day))
    assert rows(database)[0][0] == MOST_TRIES

    (post.folder / "hang-up").unlink()
    with database.transaction() as work:
        (failed,) = outbox.failed(work)
        assert outbox.again(work, failed.id, at=clock.now())
    assert send(database, post) == (1, 0)
    assert len(post.came()) == 1


def test_one_that_can_not_go_holds_up_no_other(database: Database, post: Post) -> None:
    put(database, to="not an address", key="a")
    put(database, to="site:cambridge", key="b")
    put(database, key="c")

    assert send(database, post) == (1, 2)
    with database.reading() as work:
        assert "no email address" in outbox.failed(work)[-1].problem


def test_tick_sends_mail_and_says_so(database: Database, post: Post) -> None:
    put(database)

    done = {
        each.job: each.said for each in tick.run(database, LONDON, clock.now, None, post.postman)
    }

    assert done["mail"] == "1 sent"


def test_where_no_server_is_set_mail_waits(database: Database) -> None:
    put(database)

    done = {each.job: each.said for each in tick.run(database, LONDON, clock.now)}

    assert done["mail"] == "no mail server is set"
    assert rows(database) == [(0, False, "")]


def test_a_paid_orders_mails_have_a_link_of_their_own_and_the_code_as_a_picture(
    shop: Shop, post: Post
) -> None:
    shop.receive(3)
    order, page = shop.paid()
    shop.settle(page)
    with shop.database.transaction() as work:
        online_orders.pack(work, order, by="rae", at=shop.clock())
        order_mail.ready(work, orders.get(work, order.id), at=shop.clock())
        code = buyers.open_(work, order.id).code

    assert mail.send_due(shop.database, post.postman, shop.clock) == (2, 0)

    paid, ready = post.came()
    assert paid["To"] == "pat@customer.example"
    assert f"Order {order.number} is paid" in paid["Subject"]
    assert "Please don't come yet" in paid.get_body(("plain",)).get_content()
    text = ready.get_body(("plain",)).get_content()
    assert f"{code[:4]}-{code[4:]}" in text
    assert "https://clinic.example/order/" in text
    assert any(part.get_content_type() == "image/png" for part in ready.walk())
    links = {
        m.get_body(("plain",)).get_content().partition("/order/")[2][:22] for m in (paid, ready)
    }
    assert len(links) == 2


def test_who_dies_with_a_message_in_hand_has_it_sent_by_the_next_try(
    database: Database, post: Post
) -> None:
    put(database)
    at: datetime = clock.now()
    with database.transaction() as work:
        (row_id,) = outbox.due(work, at=at)
        assert outbox.claim(work, row_id, at=at) is not None

    assert send(database, post) == (0, 0)
    assert send(database, post, timedelta(minutes=2)) == (1, 0)


def test_who_does_not_come_is_reminded_once_after_three_days(shop: Shop) -> None:
    shop.receive(1)
    order, page = shop.paid()
    shop.settle(page)
    with shop.database.transaction() as work:
        online_orders.pack(work, order, by="rae", at=shop.clock())

    def reminded() -> int:
        tick.run(shop.database, LONDON, shop.clock)
        return len(shop.rows("SELECT id FROM shop_outbox WHERE key LIKE '%reminder'"))

    counts = []
    for days in (2, 2, 1):
        shop.clock.ahead += timedelta(days=days)
        counts.append(reminded())

    assert counts == [0, 1, 1]
    assert shop.state(order) == "ready"
