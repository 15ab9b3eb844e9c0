"""Where Stripe tells us of payments: a machine's address, with no form, page or cookie."""

from flask import Response, jsonify, request

from shop import notices
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.payment_desk import payment_desk
from shop.state import here

MOST_BYTES = 262_144  # of one notice
AGAIN = 30  # seconds until Stripe may ask again, when we could not ask Stripe


@pages.post("/stripe/webhook")
def stripe_webhook() -> tuple[Response, int]:
    """200 for a notice that was dealt with, 400 for what Stripe never sent, 503 to hear it again.

    The signature is over the raw body, so that nothing may have read it as a form before; and
    it stands in place of a CSRF token, which a machine has not got.
    """
    if here().gateway is None:
        return jsonify(error="Nobody pays online here."), 404
    request.max_content_length = MOST_BYTES
    body = request.get_data(cache=False)
    try:
        outcome = notices.take(payment_desk(), body, request.headers.get("Stripe-Signature", ""))
    except Refusal as refusal:
        answer = jsonify(error=str(refusal))
        if refusal.status == 503:
            answer.headers["Retry-After"] = str(AGAIN)
        return answer, refusal.status
    return jsonify(outcome=outcome), 200
