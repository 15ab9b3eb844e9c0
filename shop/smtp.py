"""The talk with a mail server: one message, within a minute, and what its answer means for us.

Nothing here knows of orders or tables. A message is taken only once the server has said so; an
answer that never came may have been a yes.
"""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from shop import network
from shop.mail_server import MailServer, Tls

ANSWER_SECONDS = 10  # until it is reached, and for each answer
LONGEST_SECONDS = 60  # of the whole talk, also with a server that answers a byte at a time
LONGEST_SAID = 180  # characters that are kept of an answer
SERVICE_ENDS = 421  # it hangs up, whatever was asked


class NotTaken(Exception):  # noqa: N818 - the server's answer, not an error of ours
    """A message did not go. The words are for whoever looks after the mail."""


class Refused(NotTaken):
    """A clear no to this message: it will be the same tomorrow."""


class Later(NotTaken):
    """Not now, to this message."""


class Away(NotTaken):
    """Nobody is there, or they don't take anything from us: other messages fare no better."""


def hand_over(server: MailServer, message: EmailMessage, to: str) -> None:
    """Give one message to the mail server. Raises NotTaken with what it said."""
    network.about_to_call()
    line = _line(server)
    try:
        with _in_time(line):
            _open(server, line)
            _say(server, line, message, to)
    except smtplib.SMTPResponseException as answer:
        raise Away(_said(answer.smtp_code, answer.smtp_error)) from answer
    except smtplib.SMTPException as error:
        raise Away(_words(str(error)) or "The mail server hung up.") from error
    except OSError as error:
        raise Away(f"The mail server is away: {_words(error.strerror or str(error))}") from error
    finally:
        line.close()


def _line(server: MailServer) -> smtplib.SMTP:
    """Not connected yet. It introduces itself by our own domain, not by this machine's name."""
    ours = server.from_.rpartition("@")[2]
    if server.tls == Tls.TLS:
        context = ssl.create_default_context()
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            timeout=ANSWER_SECONDS, local_hostname=ours, context=context
        )
    else:
        line = smtplib.SMTP(timeout=ANSWER_SECONDS, local_hostname=ours)
    line._host = server.host  # type: ignore[attr-defined]  # whose certificate it has to be
    return line


def _open(server: MailServer, line: smtplib.SMTP) -> None:
    code, said = line.connect(server.host, server.port)
    if code != 220:
        raise Away(_said(code, said))
    if server.tls == Tls.STARTTLS:
        line.starttls(context=ssl.create_default_context())
    if server.user:
        line.login(server.user, server.password)


def _say(server: MailServer, line: smtplib.SMTP, message: EmailMessage, to: str) -> None:
    try:
        line.sendmail(server.from_, [to], message.as_bytes())
    except smtplib.SMTPRecipientsRefused as refused:
        raise _no(*refused.recipients[to]) from refused
    except smtplib.SMTPDataError as refused:
        raise _no(refused.smtp_code, refused.smtp_error) from refused
    with suppress(smtplib.SMTPException, OSError):  # it has the message, whatever it says now
        line.quit()


def _no(code: int, said: bytes | str) -> NotTaken:
    if code == SERVICE_ENDS:
        return Away(_said(code, said))
    return Refused(_said(code, said)) if code >= 500 else Later(_said(code, said))


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"The mail server said: {_words(f'{code} {text}')}"


def _words(said: str) -> str:
    """One line of printable text, whatever a server sends."""
    plain = "".join(c if c.isprintable() else " " for c in said)
    return " ".join(plain.split())[:LONGEST_SAID]


@contextmanager
def _in_time(line: smtplib.SMTP) -> Iterator[None]:
    """Hang up on a server that keeps us for too long. Each answer alone may come in time."""
    alarm = threading.Timer(LONGEST_SECONDS, _hang_up, [line])
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


def _hang_up(line: smtplib.SMTP) -> None:
    if line.sock is not None:
        with suppress(OSError):
            socket.socket.shutdown(line.sock, socket.SHUT_RDWR)
