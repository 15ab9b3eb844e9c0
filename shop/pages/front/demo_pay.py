"""The demo's payment page: it looks like the way to pay, and says that no money moves."""

from flask import abort, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import AnyOf

from shop.buyers import LONGEST_ADDRESS, LONGEST_EMAIL, LONGEST_NAME
from shop.errors import NotFound
from shop.gateways import GatewayRefused, PageState, Person
from shop.gateways.demo import Demo
from shop.pages import pages
from shop.pages.fields import LineField
from shop.pages.form import Form
from shop.state import here


class DemoPayForm(Form):
    """Made-up people are welcome: nothing is sent unless a mail server is set."""

    email = LineField("Email address", most=LONGEST_EMAIL)
    buyer = LineField("Name", most=LONGEST_NAME)
    address = LineField("Address", most=LONGEST_ADDRESS)
    press = StringField(validators=[AnyOf(["pay", "decline"], "Use one of the two buttons.")])


@pages.route("/demo-pay/<reference>", methods=["GET", "POST"])
def demo_pay(reference: str) -> ResponseReturnValue:
    """Pay, be declined, or go back, as on a real payment page. Not there outside the demo."""
    demo, form = here().gateway, DemoPayForm()
    if not isinstance(demo, Demo):
        abort(404)
    try:
        page = demo.page(reference)
    except GatewayRefused as unknown:
        raise NotFound("The demo has no such payment page.") from unknown
    sent = form.sent()
    if sent and form.press.data == "pay" and _paid(demo, form, reference):
        return redirect(page.success_url.replace("{CHECKOUT_SESSION_ID}", reference), 303)
    shown = render_template(
        "shop/front/demo_pay.html",
        form=form,
        page=page,
        is_open=demo.look(reference).state == PageState.OPEN,
        declined=sent,
    )
    return shown, 400 if form.errors else 200


def _paid(demo: Demo, form: DemoPayForm, reference: str) -> bool:
    person = Person(form.email.data, form.buyer.data, form.address.data)
    return demo.pay(reference, person).state == PageState.PAID
