"""A message as it travels: plain text and the same in HTML, with nothing that is fetched.

All of it follows from its row and the settings, to the last byte: a repeat is the same mail.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from shop.mail_server import MailServer

LINK = "{link}"  # stands in a body for the order's own link
CODE = "{code}"  # and this for the code by which it is collected
LONGEST_SUBJECT = 150  # characters


@dataclass(frozen=True, slots=True)
class Letter:
    """`body` has paragraphs with an empty line between them. `link` and `code` are filled in for
    LINK and CODE where it has them; `uid` makes one mail of every repeat."""

    uid: str
    to: str
    subject: str
    body: str
    made_at: datetime
    link: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a letter. It may be the order's link, or show its code."""

    text: str
    is_link: bool = False
    shows_code: bool = False


def paragraphs(letter: Letter) -> list[list[Line]]:
    """The body with its link and code, paragraph by paragraph."""
    return [[_line(letter, said) for said in part.split("\n")] for part in _parts(letter.body)]


def compose(letter: Letter, server: MailServer, name: str, *, text: str, html: str) -> EmailMessage:
    """The whole mail. No text that somebody typed ends a header or begins one."""
    named = hashlib.sha256(letter.uid.encode()).hexdigest()[:40]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(one_line(name), addr_spec=server.from_)
    mail["To"] = Address(addr_spec=letter.to)
    mail["Subject"] = one_line(letter.subject)[:LONGEST_SUBJECT]
    mail["Date"] = letter.made_at
    mail["Message-ID"] = f"<{named}@{server.from_.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"={named}=")
    return mail


def one_line(text: str) -> str:
    """Printable, and without a line break of any kind."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _parts(body: str) -> list[str]:
    plain = body.replace("\r\n", "\n").replace("\r", "\n")
    return [part.strip("\n") for part in plain.split("\n\n") if part.strip()]


def _line(letter: Letter, said: str) -> Line:
    if letter.link and said == LINK:
        return Line(letter.link, is_link=True)
    if letter.code and CODE in said:
        return Line(one_line(said.replace(CODE, letter.code)), shows_code=True)
    return Line(one_line(said))
