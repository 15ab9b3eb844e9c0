"""A voucher's code on the last page: typed on a form of its own, so no script is needed."""

from datetime import timedelta

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from shop.db import reading
from shop.errors import Refusal
from shop.pages import pages
from shop.pages.front import basket_cookie, voucher_code
from shop.pages.front.basket import look
from shop.pages.front.checkout_form import CheckoutForm
from shop.pages.front.checkout_page import draw
from shop.pages.front.visitor import slow_down
from shop.pages.front.voucher_code import CodeForm

MOST_CODES = 20  # that one visitor tries in an hour


@pages.post("/checkout/code")
def checkout_code() -> ResponseReturnValue:
    """Use a code, or go on without one."""
    form = CodeForm()
    try:
        good = form.sent()
        if form.remove.data:
            voucher_code.drop()
            return redirect(url_for(".checkout_page"), 303)
        if not good:
            return draw(_unsent(), 400, code_form=form)
        slow_down("code", most=MOST_CODES, window=timedelta(hours=1))
        with reading() as work:
            shown = look(work, basket_cookie.token())
            found = voucher_code.find(work, form.code.data, shown.goods_pence, shown.inside)
    except Refusal as refusal:
        form.refuse(form.code, str(refusal))
        return draw(_unsent(), refusal.status, code_form=form)
    voucher_code.keep(str(found.voucher))
    return redirect(url_for(".checkout_page"), 303)


def _unsent() -> CheckoutForm:
    return CheckoutForm(formdata=None)
