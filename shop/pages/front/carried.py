"""Answers on their way from one screen to the next, in the visitor's own cookie.

Encrypted and authenticated, so that it can be neither read nor forged; only the finder's
addresses receive it; half an hour later it is worth nothing. The server keeps no copy.
"""

import json
import zlib
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
BLOCK = 512  # bytes: rounded up, or the cookie's length would say how much was ticked


def read() -> Answers:
    """The answers so far. None at all where the cookie is missing, stale or not from us.

    Neither where the content changed in between: what it asks now, nobody has answered.
    """
    try:
        packed = _box().decrypt(request.cookies.get(COOKIE, ""), ttl=SECONDS)
        content = json.loads(zlib.decompressobj().decompress(packed))  # leaves the padding
        if content["version"] != here().library.version:
            return Answers()
        return Answers.from_data(content["answers"])
    except (InvalidToken, ValueError, zlib.error):
        return Answers()


def write(response: Response, answers: Answers) -> Response:
    content = {"version": here().library.version, "answers": answers.as_data()}
    packed = zlib.compress(json.dumps(content).encode(), 9)
    blocks = -(-len(packed) // BLOCK)
    response.set_cookie(
        COOKIE,
        _box().encrypt(packed.ljust(blocks * BLOCK, b"\0")).decode(),
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


def _box() -> Fernet:
    secret = current_app.secret_key
    if not secret:
        raise NotReady("SECRET_KEY must be set: the finder's cookie is encrypted with it.")
    secret = secret.encode() if isinstance(secret, str) else secret
    key = HKDF(SHA256(), length=32, salt=None, info=b"sorespot finder cookie").derive(secret)
    return Fernet(urlsafe_b64encode(key))
