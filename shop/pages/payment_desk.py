"""The payment desk of the shop that this request, or this command, is about."""

from flask import current_app

from shop import clock
from shop.checkout import PaymentDesk
from shop.errors import Refusal
from shop.state import here


def payment_desk() -> PaymentDesk:
    """What taking money online needs. Raises Refusal where nobody pays online."""
    shop = here()
    if shop.gateway is None:
        raise Refusal("Nobody pays online here: STRIPE_SECRET_KEY is not set.")
    sender = current_app._get_current_object()  # type: ignore[attr-defined]
    settings = shop.settings
    return PaymentDesk(
        shop.database, shop.gateway, settings.zone, clock.now, sender, settings.zones
    )
