"""Answers on their way from one screen to the next, in the visitor's own cookie.

Encrypted and authenticated, so that it can be neither read nor forged; only the finder's
addresses receive it; half an hour later it is worth nothing. The server keeps no copy.
"""

import json
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Response, current_app, request, url_for

from catalog.answers import Answers
from shop.errors import NotReady
from shop.state import here

COOKIE = "shop_find"
SECONDS = 30 * 60


def read() -> Answers:
    """The answers so far. None at all where the cookie is missing, stale or not from us."""
    try:
        content = _box().decrypt(request.cookies.get(COOKIE, ""), ttl=SECONDS)
        answers = Answers.from_data(json.loads(content))
    except (InvalidToken, ValueError):
        return Answers()
    return answers if _known(answers) else Answers()


def write(response: Response, answers: Answers) -> Response:
    token = _box().encrypt(json.dumps(answers.as_data()).encode()).decode()
    response.set_cookie(
        COOKIE,
        token,
        max_age=SECONDS,
        path=url_for(".find"),
        httponly=True,
        samesite="Lax",
        secure=not here().settings.development,
    )
    return response


def clear(response: Response) -> Response:
    response.delete_cookie(COOKIE, path=url_for(".find"))
    return response


def _known(answers: Answers) -> bool:
    """Whether the content that runs now still asks these questions: it may have changed."""
    library = here().library
    regions, safety = answers.regions or (), answers.safety or frozenset()
    return all(region in library.regions for region in regions) and safety <= library.signs.keys()


def _box() -> Fernet:
    secret = current_app.secret_key
    if not secret:
        raise NotReady("SECRET_KEY must be set: the finder's cookie is encrypted with it.")
    secret = secret.encode() if isinstance(secret, str) else secret
    key = HKDF(SHA256(), length=32, salt=None, info=b"sorespot finder cookie").derive(secret)
    return Fernet(urlsafe_b64encode(key))
