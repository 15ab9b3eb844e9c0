"""Sending what waits in the outbox, and writing down how each try ended. Nobody else sends mail.

A message is taken in one transaction, sent with none open, and noted in another. Whoever dies
in between has it sent again, as the very same mail: at least once is what can be promised.
"""

import hashlib
import hmac
import logging
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum

from sqlalchemy.orm import Session

from shop import (
    buyers,
    failpoints,
    identity,
    letters,
    mail_address,
    order_links,
    outbox,
    sites,
    smtp,
)
from shop.db import Database, retried
from shop.errors import NotReady, Refusal
from shop.letters import Letter
from shop.mail_server import MailServer
from shop.outbox import OutboxRow

log = logging.getLogger("shop")
MOST_AT_ONCE = 100  # of one run
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Postman:
    """What sending needs. `name` is the business's, `key` makes the links in mails, `link` gives
    an order page's whole address, and `draw` a letter as text and as HTML.

    `problem` is what has to be set before any mail can go.
    """

    server: MailServer
    name: str
    key: bytes
    link: Callable[[str], str]
    draw: Callable[[Letter], tuple[str, str]]
    problem: str = ""


class Outcome(StrEnum):
    SENT = "sent"
    TRIED_AGAIN = "to be tried again"
    GIVEN_UP = "given up"
    NOT_OURS = "in other hands"


@dataclass(slots=True)
class Round:
    """What one run did. `away` is what stopped it: the server takes nothing from us now."""

    sent: int = 0
    given_up: int = 0
    tried_again: int = 0
    away: str = ""


def send_due(
    database: Database, postman: Postman, now: Clock, *, most: int = MOST_AT_ONCE
) -> Round:
    """Try once each message that is due. Raises NotReady where no mail can go.

    A server that takes nothing is asked no second time: the others wait for the next run.
    """
    if postman.problem:
        raise NotReady(postman.problem)
    with database.reading() as work:
        due = outbox.due(work, at=now(), most=most)
    done = Round()
    for row_id in due:
        outcome, done.away = _try(database, postman, row_id, now)
        done.sent += outcome == Outcome.SENT
        done.given_up += outcome == Outcome.GIVEN_UP
        done.tried_again += outcome == Outcome.TRIED_AGAIN
        if done.away:
            break
    return done


def _try(database: Database, postman: Postman, row_id: int, now: Clock) -> tuple[Outcome, str]:
    """Send one message. Gives how that ended, and why the server takes no other one either."""
    row, letter = _take(database, postman, row_id, now)
    if row is None:
        return Outcome.NOT_OURS, ""
    if letter is None:
        return Outcome.GIVEN_UP, ""
    failpoints.reached("mail.after_take")
    mail = _written(postman, letter)
    if mail is None:
        return _note(database, row, "It could not be written. The log says why.", now), ""
    try:
        smtp.hand_over(postman.server, mail, letter.to)
    except smtp.NotTaken as answer:
        said = _without(letter.to, str(answer))
        outcome = _note(database, row, said, now, for_good=isinstance(answer, smtp.Refused))
        return outcome, said if isinstance(answer, smtp.Away) else ""
    failpoints.reached("mail.after_send")
    _sent(database, row, now)
    return Outcome.SENT, ""


@retried
def _take(
    database: Database, postman: Postman, row_id: int, now: Clock
) -> tuple[OutboxRow | None, Letter | None]:
    """The message, and the letter that it makes; no letter where it can't go as it is."""
    at = now()
    with database.transaction() as work:
        row = outbox.take(work, row_id, at=at)
        if row is None:
            return None, None
        if problem := outbox.past_sending(row, at=at):
            outbox.give_up(work, row, problem)
            return row, None
        try:
            with work.begin_nested():
                return row, _letter(work, postman, row, at)
        except Refusal as refusal:
            outbox.give_up(work, row, str(refusal))
            return row, None


def _written(postman: Postman, letter: Letter) -> EmailMessage | None:
    """The whole mail. None where a host's own template breaks: the other mails still go."""
    try:
        text, html = postman.draw(letter)
        return letters.compose(letter, postman.server, postman.name, text=text, html=html)
    except Exception:
        log.exception("a mail could not be written")
        return None


@retried
def _sent(database: Database, row: OutboxRow, now: Clock) -> None:
    with database.transaction() as work:
        outbox.sent(work, row, at=now())


@retried
def _note(
    database: Database, row: OutboxRow, problem: str, now: Clock, *, for_good: bool = False
) -> Outcome:
    with database.transaction() as work:
        if for_good:
            outbox.give_up(work, row, problem)
        elif outbox.not_sent(work, row, problem, at=now()):
            return Outcome.TRIED_AGAIN
        return Outcome.GIVEN_UP


def _letter(work: Session, postman: Postman, row: OutboxRow, at: datetime) -> Letter:
    """Who it goes to is known only now, so that no address lies about. Raises Refusal."""
    kind, _, which = row.to.partition(":")
    uid, link, code, to = f"{identity.uid(work)}:{row.key}", "", "", row.to
    if kind == "order":
        buyer = buyers.of_order(work, int(which))
        if buyer is None or not buyer.email:
            raise Refusal("Nobody knows this buyer's email address any more.")
        to, code = buyer.email, buyers.in_groups(buyer.code)
        token = _token(postman.key, uid)
        order_links.keep(work, buyer.order_id, token, at=at)
        link = postman.link(token)
    elif kind == "site":  # a clinic without an address of its own reads the business's
        to = sites.get(work, which).email or postman.server.from_
    return Letter(uid, mail_address.checked(to), row.subject, row.body, row.made_at, link, code)


def _without(address: str, said: str) -> str:
    """What a server said, which likes to repeat the address: that one is written down once."""
    return re.sub(re.escape(address), "that address", said, flags=re.IGNORECASE)


def _token(key: bytes, uid: str) -> str:
    """The secret part of a mail's link: the same in a repeat, and nobody's to guess."""
    made = hmac.new(key, f"order link in {uid}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(made[:16]).decode().rstrip("=")
