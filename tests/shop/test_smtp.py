"""The talk with a real mail server: what it takes, what its answers mean, how long it may be."""

import socket
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shop import letters, network, smtp
from shop.letters import Letter
from shop.mail_server import MailServer, Tls
from tests.mailserver.client import FROM, MailProcess
from tests.mailserver.talk import PASSWORD, USER

TO = "pat@customer.example"
LETTER = Letter("uid", TO, "A subject", "A body", datetime(2026, 6, 3, 11, tzinfo=UTC))


@pytest.fixture
def server(post_box: MailProcess) -> MailServer:
    return MailServer(host="127.0.0.1", port=post_box.port, tls=Tls.OFF, from_=FROM)


@pytest.fixture
def trusted(post_box: MailProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(post_box.certificate))


def send(server: MailServer, to: str = TO, text: str = "Hello\n") -> None:
    letter = replace(LETTER, to=to)
    mail = letters.compose(letter, server, "Riverside", text=text, html="<p>Hello</p>")
    smtp.hand_over(server, mail, to)


def test_a_mail_arrives_as_it_was_written(server: MailServer, post_box: MailProcess) -> None:
    send(server, text="Hëllo\n.\n..dots\nFrom me\n" + "x" * 2000 + "\n")

    (taken,), (mail,) = post_box.taken(), post_box.mails()

    assert (taken["to"], taken["from"].split()[0]) == (TO, f"FROM:<{FROM}>")
    body = mail.get_body(("plain",))
    assert body
    assert (
        body.get_content().replace("\r\n", "\n")
        == "Hëllo\n.\n..dots\nFrom me\n" + "x" * 2000 + "\n"
    )
    assert taken["ehlo"] == "clinic.example"


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.TLS])
def test_it_signs_in_over_an_encrypted_line(
    server: MailServer, post_box: MailProcess, trusted: None, tls: Tls
) -> None:
    port = post_box.tls_port if tls == Tls.TLS else post_box.port

    send(replace(server, tls=tls, port=port, user=USER, password=PASSWORD))

    (taken,) = post_box.taken()
    assert (taken["user"], taken["encrypted"]) == (USER, True)


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.TLS])
def test_a_certificate_that_nobody_vouches_for_ends_the_talk(
    server: MailServer, post_box: MailProcess, tls: Tls
) -> None:
    port = post_box.tls_port if tls == Tls.TLS else post_box.port

    with pytest.raises(smtp.Away, match="certificate verify failed"):
        send(replace(server, tls=tls, port=port))

    assert post_box.taken() == []


def test_a_server_that_offers_no_tls_gets_no_mail_and_no_password(
    server: MailServer, post_box: MailProcess
) -> None:
    post_box.ask("offer", starttls=False)

    with pytest.raises(smtp.Away, match="STARTTLS"):
        send(replace(server, tls=Tls.STARTTLS, user=USER, password=PASSWORD))

    assert post_box.taken() == []


def test_a_wrong_password_is_no_fault_of_the_mail(
    server: MailServer, post_box: MailProcess, trusted: None
) -> None:
    with pytest.raises(smtp.Away, match=r"535 5\.7\.8 Wrong name or password"):
        send(replace(server, tls=Tls.STARTTLS, user=USER, password="another"))


@pytest.mark.parametrize("at", ["rcpt", "data", "body"])
def test_a_no_for_good_and_a_no_for_now_are_told_apart(
    server: MailServer, post_box: MailProcess, at: str
) -> None:
    post_box.rule(at, "550 5.1.1 No such box", times=1)
    post_box.rule(at, "451 4.7.1 Come back in\ta while", times=1)

    with pytest.raises(smtp.Refused, match=r"said: 550 5\.1\.1 No such box"):
        send(server)
    with pytest.raises(smtp.Later, match=r"451 4\.7\.1 Come back in a while"):
        send(server)
    send(server)

    assert len(post_box.taken()) == 1


@pytest.mark.parametrize(
    "rule",
    [
        {"at": "hello", "say": "554 we take nothing from you"},
        {"at": "hello", "say": "421 too busy"},
        {"at": "hello", "hang_up": True},
        {"at": "ehlo", "hang_up": True},
        {"at": "mail", "say": "553 who are you?"},
        {"at": "mail", "say": "451 not now"},
        {"at": "rcpt", "say": "421 closing"},
        {"at": "rcpt", "hang_up": True},
        {"at": "body", "hang_up": True},
        {"at": "hello", "say": "rubbish"},
    ],
)
def test_a_server_that_takes_nothing_from_us_is_away(
    server: MailServer, post_box: MailProcess, rule: dict[str, object]
) -> None:
    post_box.ask("rule", **rule)

    with pytest.raises(smtp.Away) as away:
        send(server)

    assert str(away.value)
    assert post_box.taken() == []


def test_nobody_at_that_address_is_away(server: MailServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(smtp.Away, match="The mail server is away: Connection refused"):
            send(replace(server, port=free.getsockname()[1]))


def test_what_it_says_after_it_has_taken_a_mail_makes_no_difference(
    server: MailServer, post_box: MailProcess
) -> None:
    post_box.rule("quit", "500 what?", times=1)
    send(server)
    post_box.rule("quit", hang_up=True)
    send(server)

    assert len(post_box.taken()) == 2


def test_a_silent_server_is_left_alone_after_a_while(
    server: MailServer, post_box: MailProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 0.3)
    post_box.rule("rcpt", wait=3)
    begun = time.monotonic()

    with pytest.raises(smtp.Away):
        send(server)

    assert time.monotonic() - begun < 2


def test_a_server_that_answers_a_letter_at_a_time_is_left_alone_too(
    server: MailServer, post_box: MailProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each letter comes in time, so only the whole talk is too long."""
    monkeypatch.setattr(smtp, "LONGEST_SECONDS", 0.5)
    post_box.rule("hello", drip=0.2)
    begun = time.monotonic()

    with pytest.raises(smtp.Away):
        send(server)

    assert time.monotonic() - begun < 2


def test_an_endless_answer_is_cut_to_one_line(server: MailServer, post_box: MailProcess) -> None:
    lines = ["550-" + "word" * 40 + "\x1b[31m a"] * 9
    post_box.rule("rcpt", "\r\n".join([*lines, "550 the end"]))

    with pytest.raises(smtp.Refused) as refused:
        send(server)

    assert str(refused.value).isprintable()
    assert len(str(refused.value)) <= 202


def test_no_mail_is_sent_while_a_transaction_is_open(server: MailServer) -> None:
    with network.held_up(), pytest.raises(AssertionError, match="a transaction is open"):
        send(server)
