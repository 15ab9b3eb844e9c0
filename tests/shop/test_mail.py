"""Mail that waits is sent once, at least once where somebody dies, and not for ever."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from shop import (
    alerts,
    buyers,
    mail,
    order_links,
    orders,
    outbox,
    purchase_mail,
    purchases,
    suppliers,
    tick,
)
from shop.db import Database
from shop.drafts import Channel, Fulfilment
from shop.errors import NotReady
from shop.letters import CODE, LINK, Letter
from shop.mail import Postman
from shop.mail_server import MailServer, Tls
from shop.outbox import OutboxRow
from tests.mailserver.client import FROM, MailProcess
from tests.shop.conftest import BALL, LONDON, NOON, received

ROOT = Path(__file__).resolve().parents[2]
ACME = "orders@acme.example"


def draw(letter: Letter) -> tuple[str, str]:
    said = f"{letter.body}\n{letter.link}\n{letter.code}\n"
    return said, f"<p>{said}</p>"


@dataclass
class Office:
    """A shop with a postman and a mail server, and a clock that a test moves."""

    database: Database
    postman: Postman
    post_box: MailProcess
    at: datetime = field(default=NOON)

    def put(self, key: str = "k", *, to: str = ACME, body: str = "Hello") -> int:
        with self.database.transaction() as work:
            outbox.put(work, key, to=to, site="ely", subject="A word", body=body, at=self.at)
            found = select(OutboxRow.id).where(OutboxRow.key == key)
            return work.scalars(found).one()

    def send(self) -> mail.Round:
        return mail.send_due(self.database, self.postman, lambda: self.at)

    def later(self, **how: float) -> None:
        self.at += timedelta(**how)

    def row(self, key: str = "k") -> OutboxRow:
        with self.database.reading() as work:
            return work.scalars(select(OutboxRow).where(OutboxRow.key == key)).one()

    def taken(self) -> list[str]:
        return [each["to"] for each in self.post_box.taken()]


@pytest.fixture
def office(database: Database, post_box: MailProcess) -> Office:
    server = MailServer(host="127.0.0.1", port=post_box.port, tls=Tls.OFF, from_=FROM)
    postman = Postman(server, "Riverside", b"key", "https://clinic.example/order/{}".format, draw)
    return Office(database, postman, post_box)


def test_what_waits_is_sent_once(office: Office) -> None:
    office.put()

    first, second = office.send(), office.send()

    assert (first.sent, second.sent, office.taken()) == (1, 0, [ACME])
    row = office.row()
    assert (row.sent_at, row.next_at, row.taken_until, row.problem) == (NOON, None, None, "")


def test_two_senders_at_once_send_each_mail_once(office: Office) -> None:
    """Each with connections of its own, as two calls of cron have."""
    for number in range(12):
        office.put(f"k{number}", to=f"box{number}@acme.example")
    together, rounds = threading.Barrier(4), []

    def one() -> None:
        mine = replace(office, database=Database(office.database.engine.url))
        together.wait(30)
        rounds.append(mine.send())
        mine.database.dispose()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sum(each.sent for each in rounds) == 12
    assert sorted(office.taken()) == sorted(f"box{n}@acme.example" for n in range(12))


def test_what_a_server_can_not_take_now_is_tried_after_growing_waits(office: Office) -> None:
    office.put()
    office.post_box.rule("rcpt", "451 4.7.1 come back", times=3)
    waits = []

    for _ in range(3):
        assert office.send().tried_again == 1
        row = office.row()
        assert row.next_at
        waits.append((row.next_at - office.at) / timedelta(minutes=1))
        office.at = row.next_at - timedelta(seconds=1)
        assert office.send() == mail.Round()
        office.at = row.next_at
    assert "451 4.7.1 come back" in office.row().problem

    assert (waits, office.send().sent, office.row().problem) == ([1, 2, 4], 1, "")


def test_nobody_tries_for_ever(office: Office) -> None:
    office.put()
    office.post_box.rule("rcpt", "451 come back")
    tries = 0

    while (next_at := office.row().next_at) is not None:
        office.at, tries = next_at, tries + 1
        office.send()

    assert tries == outbox.MOST_TRIES
    assert timedelta(days=1) < office.at - NOON < timedelta(days=2)
    with office.database.reading() as work:
        assert [row.key for row in outbox.failed(work)] == ["k"]
        assert outbox.waiting(work) == []


def test_a_no_for_good_is_not_tried_again_until_a_person_says_so(office: Office) -> None:
    row_id = office.put()
    office.post_box.rule("rcpt", "550 5.1.1 no such box", times=1)

    assert office.send().given_up == 1
    office.later(days=5)
    assert office.send() == mail.Round()
    with office.database.transaction() as work:
        assert outbox.again(work, row_id, site="ely", at=office.at)

    assert (office.send().sent, office.taken()) == (1, [ACME])


def test_a_mail_that_nobody_can_get_does_not_hold_up_the_others(office: Office) -> None:
    office.put("bad", to="no address")
    office.put("worse", to="x@y.example\r\nBcc: z@y.example")
    office.put("gone", to="order:99999")
    office.put("good")

    done = office.send()

    assert (done.given_up, done.sent, office.taken()) == (3, 1, [ACME])
    assert office.row("bad").problem.startswith("That is no email address.")
    assert "Nobody knows this buyer's email" in office.row("gone").problem


def test_a_mail_that_can_not_be_written_does_not_hold_up_the_others(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(letter: Letter) -> tuple[str, str]:
        return draw(letter) if letter.body == "Hello" else ({}[letter.body], "")

    office.postman = replace(office.postman, draw=broken)
    office.put("odd", body="Odd")
    office.put("good")

    done = office.send()

    assert (done.tried_again, done.sent) == (1, 1)
    assert "could not be written" in office.row("odd").problem
    assert "KeyError" in caplog.text


def test_a_server_that_is_away_is_asked_once_a_run(office: Office) -> None:
    for number in range(3):
        office.put(f"k{number}")
    office.post_box.rule("hello", "421 too busy")

    done = office.send()

    assert done.away == "The mail server said: 421 too busy"
    assert office.post_box.ask("begun") == 1
    assert [office.row(f"k{n}").tries for n in range(3)] == [1, 0, 0]
    office.post_box.clear()
    office.later(minutes=1)
    assert office.send().sent == 3


def test_no_transaction_is_open_while_a_slow_server_thinks(office: Office) -> None:
    """The till sells meanwhile: on SQLite, one open writer would stop it."""
    office.put()
    office.post_box.rule("body", "250 ok", wait=1.5)
    sender = threading.Thread(target=office.send)
    sender.start()
    while not office.post_box.ask("begun"):
        pass

    with office.database.transaction() as work:
        received(work, 1)
    still_sending = sender.is_alive()
    sender.join(30)

    assert still_sending
    assert office.taken() == [ACME]


def test_a_mail_in_somebodys_hands_is_left_to_them_until_they_must_be_dead(office: Office) -> None:
    row_id = office.put()
    with office.database.transaction() as work:
        assert outbox.take(work, row_id, at=office.at)

    office.later(minutes=4)
    assert office.send() == mail.Round()
    office.later(minutes=1)

    assert office.send().sent == 1


def test_a_person_does_not_send_what_is_being_sent(office: Office) -> None:
    row_id = office.put()
    office.post_box.rule("rcpt", "451 later", times=1)
    office.send()
    office.later(minutes=1)
    with office.database.transaction() as work:
        outbox.take(work, row_id, at=office.at)

    with office.database.transaction() as work:
        assert outbox.again(work, row_id, site="ely", at=office.at) is None
        assert outbox.again(work, row_id, site="ely", at=office.at + outbox.LEASE)


def test_who_was_too_slow_does_not_undo_what_another_one_did(office: Office) -> None:
    row_id = office.put()
    with office.database.transaction() as work:
        slow = outbox.take(work, row_id, at=office.at)
    assert slow
    office.later(minutes=6)
    assert office.send().sent == 1

    with office.database.transaction() as work:
        outbox.not_sent(work, slow, "The mail server hung up.", at=office.at)

    assert (office.row().sent_at, office.row().problem) == (office.at, "")


def test_who_dies_each_time_is_not_followed_for_ever(office: Office) -> None:
    row_id = office.put()
    for _ in range(outbox.MOST_TRIES):
        with office.database.transaction() as work:
            assert outbox.take(work, row_id, at=office.at)
        office.later(minutes=5)

    assert office.send().given_up == 1
    assert office.row().problem == "Whoever sent it broke off, each time."
    assert office.taken() == []


def test_what_waited_for_a_week_because_no_server_was_set_is_not_sent_unasked(
    office: Office,
) -> None:
    row_id = office.put()
    office.later(days=8)

    assert office.send().given_up == 1
    with office.database.transaction() as work:
        outbox.again(work, row_id, site="ely", at=office.at)

    assert office.send().sent == 1


def test_another_clinics_mail_is_not_ours_to_try_again(office: Office) -> None:
    row_id = office.put()
    office.post_box.rule("rcpt", "550 no", times=1)
    office.send()

    with office.database.transaction() as work:
        assert outbox.again(work, row_id, site="cambridge", at=office.at) is None
        assert outbox.failed(work, site="cambridge") == []
        assert len(outbox.failed(work, site="ely")) == 1


def test_without_what_its_links_need_no_mail_is_touched(office: Office) -> None:
    office.put()
    office.postman = replace(office.postman, problem="SECRET_KEY must be set to send mail.")

    with pytest.raises(NotReady, match="SECRET_KEY"):
        office.send()

    assert office.row().tries == 0


# Who dies half-way

DIE = """
import sys
from datetime import UTC, datetime
from sqlalchemy import make_url
from shop import mail
from shop.db import Database
from shop.mail import Postman
from shop.mail_server import MailServer, Tls
port, from_ = int(sys.argv[2]), "shop@clinic.example"
server = MailServer(host="127.0.0.1", port=port, tls=Tls.OFF, from_=from_)
postman = Postman(server, "Riverside", b"key", str, lambda letter: (letter.body, letter.body))
noon = datetime(2026, 6, 3, 11, tzinfo=UTC)
mail.send_due(Database(make_url(sys.argv[1])), postman, lambda: noon)
"""


@pytest.mark.parametrize(("point", "first"), [("mail.after_take", 0), ("mail.after_send", 1)])
def test_a_sender_that_is_killed_has_its_mail_sent_at_least_once(
    office: Office, point: str, first: int
) -> None:
    """Between the server's yes and our note there is a moment in which we can't know. The second
    mail is the same one then, so a mail program shows it once."""
    office.put()
    url = office.database.engine.url.render_as_string(hide_password=False)

    died = subprocess.run(
        [sys.executable, "-c", DIE, url, str(office.post_box.port)],
        cwd=ROOT,
        env={**os.environ, "SHOP_TEST_FAILPOINTS": "1", "SHOP_FAILPOINT": f"{point}:kill9"},
        check=False,
    )

    assert died.returncode == -signal.SIGKILL
    assert len(office.taken()) == first
    held = office.row().taken_until
    assert held
    office.at = held
    assert office.send().sent == 1
    ids = {str(each["Message-ID"]) for each in office.post_box.mails()}
    assert (len(office.taken()), len(ids)) == (first + 1, 1)


def test_an_answer_that_got_lost_means_the_same_mail_twice(office: Office) -> None:
    order_id = an_order(office)
    office.put(to=f"order:{order_id}", body=f"Look:\n{LINK}\n\n{CODE}")
    office.post_box.rule("body", keep=True, hang_up=True, times=1)

    assert office.send().away
    office.later(minutes=1)
    assert office.send().sent == 1

    first, second = (each["data"] for each in office.post_box.taken())
    assert first == second


# Who it goes to


def an_order(office: Office, email: str = "pat@customer.example") -> int:
    with office.database.transaction() as work:
        received(work, 2, site="ely")
        draft = orders.new(
            work, "ely", {BALL: 1}, channel=Channel.WEB, currency="GBP", vat_registered=True,
            fulfilment=Fulfilment.COLLECT,
        )  # fmt: skip
        order = orders.place(
            work, draft, press=orders.new_press(), at=NOON, hold_until=NOON + timedelta(days=1)
        )
        buyers.learn(work, order.id, email=email)
    return order.id


def test_a_buyer_gets_a_link_and_a_code_that_lie_nowhere_in_the_outbox(office: Office) -> None:
    order_id = an_order(office)
    office.put(to=f"order:{order_id}", body="Hello")

    office.send()

    (got,) = office.post_box.mails()
    body = got.get_body(("plain",))
    assert body
    _, link, code = body.get_content().split()
    token = link.rpartition("/")[2]
    with office.database.reading() as work:
        assert order_links.follow(work, token).id == order_id
        assert buyers.with_code(work, code)
        kept = str([vars(row) for row in work.scalars(select(OutboxRow))])
    assert "pat@" not in kept
    assert token not in kept
    assert code not in kept


def test_a_clinic_without_an_address_reads_the_business_address(office: Office) -> None:
    office.put("a", to="site:ely")
    office.send()
    with office.database.transaction() as work:
        work.execute(text("UPDATE shop_site SET email = 'ely@clinic.example'"))
    office.put("b", to="site:ely")
    office.send()

    assert office.taken() == [FROM, "ely@clinic.example"]


def test_the_days_digest_and_a_purchase_order_are_sent_by_tick(office: Office) -> None:
    with office.database.transaction() as work:
        received(work, 1)
        alerts.set_rule(work, "cambridge", BALL, minimum=2, target=4, by="anna", at=NOON)
        acme = suppliers.add(work, "Acme", email=ACME)
        made = purchases.draft(
            work, acme.id, "cambridge", [purchases.Wanted(BALL, 5, 200)], by="anna", at=NOON
        )
        purchases.order(work, made.number, by="anna", at=NOON)
        purchase_mail.queue(work, made.number, from_="Riverside", by="anna", at=NOON)

    done = {each.job: each for each in run_tick(office)}

    assert (done["mail"].ok, done["mail"].said) == (
        True, "2 sent, 0 to be tried again, 0 given up",
    )  # fmt: skip
    assert sorted(office.taken()) == sorted([ACME, FROM])
    said = " ".join(str(each["Subject"]) for each in office.post_box.mails())
    assert "Stock at Cambridge: 1 to look at" in said
    assert "Purchase order 1 from Riverside" in said
    with office.database.reading() as work:
        assert {row.site for row in work.scalars(select(OutboxRow))} == {"cambridge"}


def test_tick_says_that_the_mail_server_is_away_and_does_the_rest(office: Office) -> None:
    office.put()
    office.post_box.rule("hello", "554 go away")

    done = {each.job: each for each in run_tick(office)}

    assert not done["mail"].ok
    assert done["mail"].said == (
        "0 sent, 1 to be tried again, 0 given up. The mail server said: 554 go away"
    )
    assert done["seal"].ok


def test_tick_says_what_waits_where_no_mail_server_is_set(office: Office) -> None:
    office.put()

    done = {each.job: each for each in tick.run(office.database, LONDON, lambda: office.at)}

    assert (done["mail"].ok, done["mail"].said) == (True, "no mail server is set, and 1 wait")


def run_tick(office: Office) -> list[tick.Done]:
    return tick.run(office.database, LONDON, lambda: office.at, postman=office.postman)
