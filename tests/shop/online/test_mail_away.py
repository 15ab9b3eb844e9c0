"""A mail server that refuses, or says nothing, undoes no payment and holds up no notice."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from shop import mail, notices, outbox
from shop.letters import Letter
from shop.mail import Postman
from shop.mail_server import MailServer, Tls
from tests.mailserver.client import FROM, MailProcess
from tests.shop.online.conftest import Shop

ANSWER_BY = 5.0  # seconds: Stripe is told sooner than that

AWAY = (
    {"at": "hello", "say": "421 too busy"},
    {"at": "hello", "wait": 4},  # longer than we wait for it
    {"at": "body", "say": "451 try later"},
    {"at": "rcpt", "say": "450 not now"},
)


def draw(letter: Letter) -> tuple[str, str]:
    return letter.link, letter.link


@pytest.fixture
def postman(post_box: MailProcess, monkeypatch: pytest.MonkeyPatch) -> Postman:
    monkeypatch.setattr("shop.smtp.ANSWER_SECONDS", 1)
    server = MailServer(host="127.0.0.1", port=post_box.port, tls=Tls.OFF, from_=FROM)
    return Postman(server, "Riverside", b"key", "https://clinic.example/order/{}".format, draw)


@pytest.mark.parametrize("rule", AWAY, ids=["refuses", "hangs", "not-the-mail", "not-to-them"])
def test_an_order_is_paid_while_the_mail_server_is_away_and_its_mail_is_sent_once_later(
    shop: Shop, postman: Postman, post_box: MailProcess, rule: dict[str, Any]
) -> None:
    shop.receive(1)
    with shop.database.transaction() as work:
        outbox.put(
            work, "k", to="a@b.example", site="cambridge", subject="An earlier one", body="Hello",
            at=shop.clock(),
        )  # fmt: skip
    post_box.rule(**rule)
    sender = threading.Thread(target=mail.send_due, args=(shop.database, postman, shop.clock))
    sender.start()  # in the middle of which the notice comes
    order, _ = shop.paid()
    told = shop.fake.signed()[-1]

    started = time.monotonic()
    assert notices.take(shop.desk, told["body"].encode(), told["header"]) == "settled"
    assert time.monotonic() - started < ANSWER_BY

    sender.join(30)
    shop.clock.ahead += timedelta(hours=1)
    mail.send_due(shop.database, postman, shop.clock)  # tried in vain too
    assert shop.state(order) == "paid"
    assert post_box.taken() == []

    post_box.clear()
    shop.clock.ahead += timedelta(hours=1)
    assert mail.send_due(shop.database, postman, shop.clock).sent == 2
    assert mail.send_due(shop.database, postman, shop.clock).sent == 0
    subjects = [str(each["Subject"]) for each in post_box.mails()]
    assert sorted(subjects) == ["An earlier one", f"Order {order.number} is paid"]
    assert shop.state(order) == "paid"
    assert shop.wrong() == []
