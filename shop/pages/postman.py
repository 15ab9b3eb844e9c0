"""The postman of the shop that this request, or this command, is about."""

from urllib.parse import urlsplit

import segno
from flask import current_app

from shop import letters
from shop.letters import Letter, Line
from shop.mail import Postman
from shop.state import here


def postman() -> Postman | None:
    """What sends mail, None where no mail server is set."""
    shop, config = here(), current_app.config
    server = shop.settings.mail_server
    if server is None:
        return None
    key = config.get("SECRET_KEY") or ""
    return Postman(
        server=server,
        name=shop.settings.name,
        key=key if isinstance(key, bytes) else str(key).encode(),
        link=order_page,
        draw=draw,
        problem=_missing(str(config.get("PUBLIC_BASE_URL") or ""), bool(key)),
    )


def order_page(token: str) -> str:
    """The whole address of an order's page, which a command has to be told."""
    base = urlsplit(str(current_app.config["PUBLIC_BASE_URL"]))
    root = base.path.rstrip("/") + str(current_app.config["APPLICATION_ROOT"]).rstrip("/")
    addresses = current_app.url_map.bind(base.netloc, root or "/", url_scheme=base.scheme)
    return addresses.build(f"{here().name}.my_order", {"token": token}, force_external=True)


def draw(letter: Letter) -> tuple[str, str]:
    """A letter as text and as HTML. Nothing in either is fetched from anywhere."""
    parts = letters.paragraphs(letter)
    values = {
        "name": here().settings.name,
        "subject": letters.one_line(letter.subject),
        "parts": parts,
        "squares": _squares(letter.code) if _shows_code(parts) else [],
    }
    text, html = (
        current_app.jinja_env.get_template(f"shop/mail/letter.{kind}").render(values)
        for kind in ("txt", "html")
    )
    return text, html


def _shows_code(parts: list[list[Line]]) -> bool:
    return any(line.shows_code for part in parts for line in part)


def _squares(code: str) -> list[list[bool]]:
    """The code's QR picture, row by row: a mail draws it as a table, so that none is attached.

    It holds the bare code, like the one on the order's page: the desk scans either.
    """
    return [[bool(dark) for dark in row] for row in segno.make_qr(code.replace("-", "")).matrix]


def _missing(base: str, has_key: bool) -> str:
    """What has to be set before a mail can lead anywhere."""
    if not has_key:
        return "SECRET_KEY must be set to send mail: it makes the links in it."
    if urlsplit(base).scheme not in ("http", "https"):
        return "PUBLIC_BASE_URL must be set to send mail: it is where the links in it lead."
    return ""
