"""Where mail goes out: the server, how we sign in there, and the address that it comes from."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from shop import mail_address
from shop.errors import NotReady, Unreadable

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?", re.ASCII)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Tls(StrEnum):
    STARTTLS = "starttls"  # begins in the open, and is encrypted before anything is said
    TLS = "tls"  # encrypted from the first byte
    OFF = "off"  # not at all


PORTS = {Tls.STARTTLS: 587, Tls.TLS: 465, Tls.OFF: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """`from_` is what readers see as the sender. No `repr` shows the password."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = Tls.STARTTLS
    from_: str

    @property
    def is_here(self) -> bool:
        """Whether it is on this very machine, where nobody listens in between."""
        return self.host in _LOOPBACK


def read(
    *, host: str, port: str, user: str, password: str, tls: str, from_: str
) -> MailServer | None:
    """The server of these settings, None where none is named. Raises NotReady by setting."""
    if not host:
        named = {"PORT": port, "USER": user, "PASSWORD": password}
        if stray := next((name for name, value in named.items() if value), ""):
            raise NotReady(f"SHOP_SMTP_{stray} is set and SHOP_SMTP_HOST is not. Set both.")
        if from_:
            raise NotReady("SHOP_MAIL_FROM is set and SHOP_SMTP_HOST is not. Set both.")
        return None
    if not _HOST.fullmatch(host):
        raise NotReady("SHOP_SMTP_HOST must be the name of a mail server: mail.clinic.example.")
    if tls not in tuple(Tls):
        raise NotReady(f"SHOP_SMTP_TLS is starttls, tls or off, not {tls!r}.")
    if port and not (re.fullmatch(r"\d{1,5}", port, re.ASCII) and 0 < int(port) < 65536):
        raise NotReady("SHOP_SMTP_PORT must be a number from 1 to 65535.")
    if bool(user) != bool(password):
        raise NotReady("Set both SHOP_SMTP_USER and SHOP_SMTP_PASSWORD, or neither.")
    if not ((user + password).isprintable() and (user + password).isascii()):
        raise NotReady("SHOP_SMTP_USER and SHOP_SMTP_PASSWORD can only have plain characters.")
    return MailServer(
        host=host.strip("[]"), port=int(port or PORTS[Tls(tls)]), user=user, password=password,
        tls=Tls(tls), from_=_sender(from_),
    )  # fmt: skip


def _sender(typed: str) -> str:
    try:
        return mail_address.checked(typed)
    except Unreadable as refusal:
        raise NotReady(
            "SHOP_MAIL_FROM must be one mail address, such as shop@clinic.example."
        ) from refusal
