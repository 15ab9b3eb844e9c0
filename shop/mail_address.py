"""An address that mail can go to, and nothing besides: no second one, no header, no command."""

import re

from shop.errors import Unreadable

LONGEST = 254  # characters: what a mail server takes
LONGEST_NAME = 64  # of them before the @
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)


def checked(typed: str) -> str:
    """The address as a mail server reads it. Raises Unreadable for what can't be one."""
    name, _, domain = typed.strip(" ").rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    good = _NAME.fullmatch(name) and all(_LABEL.fullmatch(label) for label in labels)
    whole = len(labels) > 1 or domain == "localhost"
    if not good or not whole or len(name) > LONGEST_NAME or len(f"{name}@{domain}") > LONGEST:
        raise Unreadable("That is no email address. Write it like pat@mail.example.")
    return f"{name}@{domain}"
