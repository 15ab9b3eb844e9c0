"""The last page of ours: how to have it, and what that comes to."""

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import clock, reservations, vouchers
from shop.db import reading
from shop.drafts import Fulfilment
from shop.gateways import stripe
from shop.pages import pages
from shop.pages.front import basket_cookie, voucher_code
from shop.pages.front.basket import look
from shop.pages.front.checkout_form import CheckoutForm, Seen
from shop.pages.front.voucher_code import CodeForm
from shop.pages.text import line
from shop.state import here
from shop.ways import Offered


@pages.get("/checkout")
def checkout_page() -> ResponseReturnValue:
    """One choice, the total of each, and the button that pays."""
    form = CheckoutForm(formdata=None)
    form.wished = line(request.args.get("way", ""))
    return draw(form)


def draw(
    form: CheckoutForm,
    status: int = 200,
    *,
    same_press: bool = False,
    code_form: CodeForm | None = None,
) -> ResponseReturnValue:
    """The page as it stands, with what was refused on it."""
    with reading() as work:
        seen = chosen_from(work, form, basket_cookie.token())
        codes = vouchers.any_on(work, at=clock.now())
    if not seen.lines or (status == 200 and not seen.offered.ways):
        return redirect(url_for(".basket"), 303)
    if not same_press:
        form.renew()
    offered, gateway = seen.offered, here().gateway
    page = render_template(
        "shop/front/checkout.html",
        form=form,
        lines=seen.lines,
        sets=seen.sets,
        offered=offered,
        hints=form.hints(offered.ways, seen.due_pence),
        code=seen.code,
        code_form=code_form or CodeForm(formdata=None),
        codes=codes,
        totals=seen.totals,
        online=gateway is not None,
        at_stripe=gateway is not None and gateway.name == stripe.NAME,
        reserves=reserves(offered),
        days=reservations.DAYS,
    )
    return page, status


def chosen_from(work: Session, form: CheckoutForm, token: str | None) -> Seen:
    """The basket and what can be chosen for it, which the form now offers."""
    shown = look(work, token, press=form.press.data or "")
    code = voucher_code.look_up(work, shown.goods_pence, shown.inside)
    due, ways = shown.goods_pence - code.off_pence, shown.offered.ways
    pays = here().gateway is not None  # on the page that asks where to send it
    ways = tuple(w for w in ways if w.fulfilment == "collect" or (pays and due + w.postage_pence))
    form.offer(ways, due)
    offered = replace(shown.offered, ways=ways)
    return Seen(shown.lines, offered, code, due, shown.inside, shown.sets)


def reserves(offered: Offered) -> bool:
    allowed = here().gateway is None or bool(here().settings.reserve)
    return allowed and any(way.fulfilment == Fulfilment.COLLECT for way in offered.ways)
