"""The postman of the shop that this request, or this command, is about."""

from flask import current_app, url_for

from shop.mail import Postman
from shop.state import here

_HOME = "http://127.0.0.1:5000"  # where the demo is


def postman() -> Postman | None:
    """What sends mail, None where no mail server is set."""
    shop = here()
    if not shop.settings.mail_server:
        return None
    return Postman(shop.settings.mail_server, shop.settings.mail_from, shop.settings.name, _link)


def _link(token: str) -> str:
    """The whole address of an order's page, which a command has to be told."""
    base = str(current_app.config.get("PUBLIC_BASE_URL") or _HOME)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.test_request_context(base_url=base):
        return url_for(f"{here().name}.my_order", token=token, _external=True)
