"""Sending what waits in the outbox: text and HTML, nothing remote in it, each try written down.

A message is claimed in one transaction, sent with none open, and noted in another. Whoever dies
in between has it sent again later: twice is better than never.
"""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from io import BytesIO
from urllib.parse import unquote, urlsplit

import segno
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from shop import buyers, failpoints, network, order_links, outbox, sites
from shop.db import Database
from shop.errors import Refusal
from shop.outbox import LINK, OutboxRow

MOST_AT_ONCE = 100
SECONDS = 20  # that a mail server may take to answer
_PORTS = {"smtp": 25, "smtps": 465}
_CODE = "code@order"  # the name under which a picture travels with its mail


@dataclass(frozen=True, slots=True)
class Postman:
    """Where mail goes out, whom it comes from, and where an order's page is, by its token."""

    server: str
    from_: str
    name: str
    link: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it goes out. `code` is drawn in it too, so that the desk can scan it."""

    key: str
    to: str
    subject: str
    body: str
    code: str = ""


def send_due(database: Database, postman: Postman, now: Callable[[], datetime]) -> tuple[int, int]:
    """Try everything that is due once. How many went, and how many did not."""
    with database.reading() as work:
        due = outbox.due(work, at=now(), most=MOST_AT_ONCE)
    outcomes = [_try(database, postman, row_id, now) for row_id in due]
    return outcomes.count(True), outcomes.count(False)


def _try(
    database: Database, postman: Postman, row_id: int, now: Callable[[], datetime]
) -> bool | None:
    """Send one message. None where another process has it in hand."""
    with database.transaction() as work:
        row = outbox.claim(work, row_id, at=now())
        if row is None:
            return None
        try:
            letter = _letter(work, postman, row, now())
        except Refusal as refusal:
            outbox.not_sent(work, row, str(refusal))
            return False
    failpoints.reached("mail.after_claim")
    try:
        _deliver(postman, _message(postman, letter, now()))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        with database.transaction() as work:
            outbox.not_sent(work, row, f"{type(error).__name__}: {error}")
        return False
    failpoints.reached("mail.after_send")
    with database.transaction() as work:
        outbox.sent(work, row_id, at=now())
    return True


def _letter(work: Session, postman: Postman, row: OutboxRow, at: datetime) -> Letter:
    """Who a message goes to, and its link: known only now, so that neither lies about."""
    kind, _, which = row.to.partition(":")
    if kind == "order":
        return _to_buyer(work, postman, row, int(which), at)
    if kind != "site":
        return Letter(row.key, row.to, row.subject, row.body)
    site = sites.get(work, which)
    if not site.email:
        raise Refusal(f"{site.name} has no email address yet.")
    return Letter(row.key, site.email, row.subject, row.body)


def _to_buyer(
    work: Session, postman: Postman, row: OutboxRow, order_id: int, at: datetime
) -> Letter:
    buyer = buyers.of_order(work, order_id)
    if buyer is None or not buyer.email:
        raise Refusal("Nobody knows this buyer's email address any more.")
    link = postman.link(order_links.mint(work, order_id, at=at))
    code = buyer.code if buyers.in_groups(buyer.code) in row.body else ""
    return Letter(row.key, buyer.email, row.subject, row.body.replace(LINK, link), code)


def _message(postman: Postman, letter: Letter, at: datetime) -> EmailMessage:
    """The letter in text and in HTML. The same message has the same id however often it goes."""
    message = EmailMessage()
    domain = postman.from_.rpartition("@")[2]
    message["From"] = Address(postman.name, addr_spec=postman.from_)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = f"{letter.subject}, {postman.name}"
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{sha256(letter.key.encode()).hexdigest()[:32]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    message.add_alternative(_html(letter), subtype="html")
    if letter.code:
        drawn = BytesIO()
        segno.make_qr(letter.code).save(drawn, kind="png", scale=6)
        (_, html) = message.iter_parts()
        html.add_related(drawn.getvalue(), "image", "png", cid=f"<{_CODE}>")
    return message


def _html(letter: Letter) -> str:
    paragraphs = [_paragraph(part) for part in letter.body.split("\n\n")]
    if letter.code:
        picture = f'<p><img src="cid:{_CODE}" alt="Your code as a picture" width="174"></p>'
        paragraphs.append(Markup(picture))  # noqa: S704 - a constant
    return f'<!doctype html><html lang="en-GB"><body>{Markup().join(paragraphs)}</body></html>'


def _paragraph(part: str) -> Markup:
    lines = [
        Markup('<a href="{0}">{0}</a>').format(line) if line.startswith("http") else escape(line)
        for line in part.splitlines()
    ]
    return Markup("<p>{}</p>").format(Markup("<br>").join(lines))


def _deliver(postman: Postman, message: EmailMessage) -> None:
    """Hand it to the mail server, over TLS wherever the server can. Raises what smtplib raises."""
    network.about_to_call()
    where = urlsplit(postman.server)
    host, port = where.hostname or "", where.port or _PORTS[where.scheme]
    if where.scheme == "smtps":
        secure = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=secure)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    with server:
        server.ehlo()
        if where.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        server.send_message(message)
