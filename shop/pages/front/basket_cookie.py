"""The cookie by which a visitor's basket is found again: a random token, and nothing else."""

import re

from flask import Response, request, url_for

from shop import baskets, left_baskets
from shop.state import here

COOKIE = "shop_basket"
SECONDS = int(left_baskets.KEPT.total_seconds())  # as long as its basket is kept
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


def token() -> str | None:
    """This visitor's basket, None for who has put nothing in one yet."""
    sent = request.cookies.get(COOKIE, "")
    return sent if _TOKEN.fullmatch(sent) else None


def token_or_new() -> str:
    return token() or baskets.new_device()


def keep(response: Response, basket: str) -> Response:
    """Have the visitor's browser bring it again, for some days and to this shop alone."""
    response.set_cookie(
        COOKIE,
        basket,
        max_age=SECONDS,
        path=url_for(".home"),
        httponly=True,
        samesite="Lax",
        secure=not here().settings.development,
    )
    return response
