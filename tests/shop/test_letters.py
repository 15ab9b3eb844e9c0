"""A mail as it travels: nobody writes its headers, and a repeat is the same mail."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import letters, mail_address
from shop.errors import Unreadable
from shop.letters import CODE, LINK, Letter, Line
from shop.mail_server import MailServer

SERVER = MailServer(host="mail.example", port=587, from_="shop@clinic.example")
LETTER = Letter(
    "shop:order:7:ready", "pat@customer.example", "Order 7 is ready",
    f"It is ready.\n\n1 Mill Lane\nEly\n\nShow this code: {CODE}\n\nIt is here:\n{LINK}",
    datetime(2026, 6, 3, 11, tzinfo=UTC), "https://clinic.example/order/abc", "K7M4-QX2P",
)  # fmt: skip


def as_bytes(letter: Letter, name: str = "Riverside", text: str = "x\n") -> bytes:
    return letters.compose(letter, SERVER, name, text=text, html="<p>x</p>").as_bytes()


def test_its_link_and_code_stand_where_the_body_says() -> None:
    assert letters.paragraphs(LETTER) == [
        [Line("It is ready.")],
        [Line("1 Mill Lane"), Line("Ely")],
        [Line("Show this code: K7M4-QX2P", shows_code=True)],
        [Line("It is here:"), Line("https://clinic.example/order/abc", is_link=True)],
    ]


def test_a_letter_without_link_and_code_leaves_what_looks_like_them_alone() -> None:
    plain = replace(LETTER, link="", code="", body="A ball called {link} {code}")

    assert letters.paragraphs(plain) == [[Line("A ball called {link} {code}")]]


def test_a_repeat_is_the_same_mail_to_the_last_byte() -> None:
    assert as_bytes(LETTER) == as_bytes(LETTER)
    other = message_from_bytes(as_bytes(replace(LETTER, uid="another")), policy=policy.default)
    first = message_from_bytes(as_bytes(LETTER), policy=policy.default)
    assert first["Message-ID"] != other["Message-ID"]
    assert str(first["Message-ID"]).endswith("@clinic.example>")


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_subject_and_no_name_writes_another_header(subject: str, name: str) -> None:
    nasty = replace(LETTER, subject=f"a\r\nBcc: x@y.example\r\n\r\n{subject}")

    read = message_from_bytes(as_bytes(nasty, f"R\nCc: y@z.example{name}"), policy=policy.default)

    assert sorted(read.keys()) == sorted([
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
        "Content-Type",
    ])  # fmt: skip
    assert [a.addr_spec for a in read["From"].addresses] == ["shop@clinic.example"]
    assert [a.addr_spec for a in read["To"].addresses] == ["pat@customer.example"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("pat@customer.example", "pat@customer.example"),
        (" pat@customer.example ", "pat@customer.example"),
        ("o'neil+shop@mail.customer.example", "o'neil+shop@mail.customer.example"),
        ("pat@bücher.example", "pat@xn--bcher-kva.example"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_is_read_as_a_mail_server_reads_it(typed: str, read: str) -> None:
    assert mail_address.checked(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "", "pat", "@x.example", "pat@", "pat@customer", "a@b@c.example", "pat @x.example",
        "pat@x.example,sam@x.example", "pat@x.example\r\nBcc: sam@x.example", "pat@x..example",
        "<pat@x.example>", "Pat <pat@x.example>", "pat@-x.example", ".pat@x.example",
        "pät@x.example", "pat@x.example>\nRCPT TO:<sam@x.example", f"{'p' * 65}@x.example",
        f"p@{'x.' * 125}example",
        "pat@[127.0.0.1]", '"pat"@x.example', "pat@x.exam\0ple", "pat\n@x.example",
        "pat@x.example\n", "pat@" + "x" * 64 + ".example", "pat@\ud800.example",
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable, match="no email address"):
        mail_address.checked(typed)
