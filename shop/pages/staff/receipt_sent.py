"""A receipt that is sent by mail, because its buyer wants no paper."""

from functools import partial

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, order_lines, presses, products, receipt_mail
from shop.db import retried
from shop.pages import pages
from shop.pages.staff import staff_here
from shop.pages.staff.press import act_once
from shop.pages.staff.receipt import MailForm
from shop.pages.staff.said import say
from shop.pages.staff.sale_page import draw, of_staff


@pages.post("/staff/sales/<number>/mail")
@retried
def sale_mail(number: str) -> ResponseReturnValue:
    """Queue it for an address that is not kept with the sale."""
    staff_here()
    form = MailForm()

    def send(work: Session) -> None:
        receipt = of_staff(work, number)
        lines = order_lines.lines_of(work, [receipt.order_id])
        known = products.by_sku(work, [line.sku for line in lines])
        links = [url_for(".product", slug=known[line.sku].slug, _external=True) for line in lines]
        receipt_mail.send(
            work, receipt, form.address.data, guides="\n".join(links),
            press=presses.hashed(form.press.data), at=clock.now(),
        )  # fmt: skip
        say("The receipt is on its way. The address is not kept with the sale.")

    return act_once(form, send, url_for(".sale", number=number), partial(draw, number))
