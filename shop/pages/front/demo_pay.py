"""The demo's payment page: it looks like the way to pay, and says that no money moves."""

from flask import abort, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import AnyOf

from shop.errors import NotFound
from shop.gateways import GatewayRefused, PageState
from shop.gateways.demo import Demo
from shop.pages import pages
from shop.pages.form import Form
from shop.state import here


class DemoPayForm(Form):
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
    if sent and form.press.data == "pay" and demo.pay(reference).state == PageState.PAID:
        return redirect(page.success_url.replace("{CHECKOUT_SESSION_ID}", reference), 303)
    shown = render_template(
        "shop/front/demo_pay.html",
        form=form,
        page=page,
        is_open=demo.look(reference).state == PageState.OPEN,
        declined=sent,
    )
    return shown, 400 if form.errors else 200
