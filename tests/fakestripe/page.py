"""The hosted page: what the customer sees while their card is at work. No card is typed here."""

from flask import Blueprint, abort, redirect, render_template_string, request
from flask.typing import ResponseReturnValue

from tests.fakestripe.api import here
from tests.fakestripe.book import Refused

page = Blueprint("page", __name__)
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pay {{ total }}</title><link rel="icon" href="data:,">
<main>
{% if session.status == "open" %}
<h1>Pay {{ total }}</h1>
<ul>{% for line in session._lines %}<li>{{ line }}</li>{% endfor %}</ul>
{% if said %}<p role="alert">{{ said }}</p>{% endif %}
<form method="post"><button name="press" value="pay">Pay {{ total }}</button>
<button name="press" value="decline">Pay with a card that is declined</button></form>
{% if session.cancel_url %}<p><a href="{{ session.cancel_url }}">Back to the shop</a></p>{% endif %}
{% else %}
<h1>This page is {{ session.status }}</h1>
{% endif %}
</main></html>"""


@page.route("/c/pay/<id_>", methods=["GET", "POST"])
def pay(id_: str) -> ResponseReturnValue:
    stripe = here()
    said = ""
    with stripe.lock:
        stripe.book.end_overdue()
        try:
            session = stripe.book.get("checkout.session", id_)
            if request.form.get("press") == "pay":
                stripe.book.pay(id_)
                return redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", id_), 303)
            if request.form.get("press") == "decline":
                stripe.book.decline(id_)
                said = "Your card was declined. Try another one."
        except Refused as refused:
            abort(refused.status, str(refused))
    total = f"{session['amount_total'] / 100:.2f} {session['currency'].upper()}"
    return render_template_string(_PAGE, session=session, total=total, said=said)
