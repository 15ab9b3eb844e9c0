"""How a plan is found: a short code for the desk and the eye, and a long link for a phone.

The code has no letter or number that is taken for another one, and is kept as it is, because the
desk reads it out. The link is a secret of 128 bits, of which only the hash is kept: printing a
plan once more mints another one.
"""

import hashlib
import re
import secrets

from shop.errors import NotFound

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 and O, no 1 and I
LENGTH = 8
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_LINK = re.compile(r"[A-Za-z0-9_-]{22}")
NOT_FOUND = (
    "We can’t find that code. Check it letter by letter: a code never has a 0 or an O, "
    "and never a 1 or an I."
)


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def new_link() -> str:
    return secrets.token_urlsafe(16)


def is_link(typed: str) -> bool:
    return bool(_LINK.fullmatch(typed))


def hashed(link: str) -> str:
    return hashlib.sha256(b"sorespot plan: " + link.encode()).hexdigest()


def tidied(typed: str) -> str:
    """What was typed as a code: in capitals, without the spaces and dashes that people put in."""
    return re.sub(r"[\s-]", "", typed).upper()


def is_code(typed: str) -> bool:
    return bool(_CODE.fullmatch(tidied(typed)))


def read(typed: str) -> str:
    """A code as it was made. Raises NotFound for what can't be one, and says what to check."""
    code = tidied(typed)
    if not _CODE.fullmatch(code):
        raise NotFound(NOT_FOUND)
    return code
