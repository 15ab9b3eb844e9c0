"""The last page of ours: how to have it, and Pay. Then the payment page, and the way back."""

from dataclasses import replace
from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from shop import baskets, buyers, checkout, clock, orders, payment_sessions, reservations, vouchers
from shop.db import reading, retried, transaction
from shop.drafts import Channel, Draft, Fulfilment
from shop.errors import NotFound, OutOfStock, Refusal, Unreadable
from shop.gateways import GatewayAway, PageSeen, PageState, stripe
from shop.order_states import UNPAID, OrderState
from shop.orders import Order
from shop.pages import pages
from shop.pages.front import basket_cookie, voucher_code
from shop.pages.front.basket import look
from shop.pages.front.checkout_form import CheckoutForm, Seen, value
from shop.pages.front.visitor import address_of, link_to, slow_down
from shop.pages.front.voucher_code import CodeForm
from shop.pages.payment_desk import payment_desk
from shop.pages.text import line
from shop.state import here
from shop.ways import Offered, Way

MOST_PRESSES = 60  # of Pay, from one address in an hour: a clinic's waiting room has one
MOST_LOOKS = 120  # at how a payment ended, by one visitor in an hour
_HOUR = timedelta(hours=1)
_CHANGED = "The price or the stock has changed. You have not been charged. Choose again."
_AWAY = "We can't open the payment page just now. You have not been charged. Try again."


@pages.get("/checkout")
def checkout_page() -> ResponseReturnValue:
    """One choice, the total of each, and the button that pays."""
    form = CheckoutForm(formdata=None)
    form.wished = line(request.args.get("way", ""))
    return draw(form)


@pages.post("/checkout/pay")
def checkout_pay() -> ResponseReturnValue:
    """Keep the units, save the order, and lead to the payment page: or reserve it."""
    form, token = CheckoutForm(), basket_cookie.token()
    with reading() as work:
        before = orders.pressed(work, form.press.data or "")
        seen = _look(work, form, token)
    try:
        good = form.sent()
        if before is not None and _is_done(before):
            return redirect(_after(before.id), 303)
        if not good:
            return draw(form, 400)
        slow_down("pay", most=MOST_PRESSES, window=_HOUR)
        way = _chosen(form, seen)
        if not seen.due_pence + way.postage_pence or form.reserve.data or not here().gateway:
            return _reserve(form, str(token), way)
        return _lead_to(_pay(form, str(token), way, again=before is not None))
    except OutOfStock as gone:
        form.refuse(form.way, _CHANGED)
        return draw(form, gone.status)
    except GatewayAway as away:
        form.refuse(form.way, _AWAY)
        return draw(form, away.status, same_press=True)
    except Refusal as refusal:
        form.refuse(form.way, str(refusal))
        return draw(form, refusal.status)


@pages.get("/checkout/return")
def checkout_return() -> ResponseReturnValue:
    """Back from the payment page: find out how it ended, and show the order."""
    slow_down("return", most=MOST_LOOKS, window=_HOUR)
    reference = line(request.args.get("session", ""))
    with reading() as work:
        session = payment_sessions.with_reference(work, reference)
    if session is None:
        raise NotFound("There is no such payment. Look in your email for your order's link.")
    try:
        checkout.settle(payment_desk(), reference, by="return")
    except GatewayAway:
        return render_template("shop/front/checking.html", reference=reference), 503
    return redirect(_after(session.order_id), 303)


@pages.get("/checkout/cancelled")
def checkout_cancelled() -> ResponseReturnValue:
    """Back without paying: the page ends, so that what it kept is free again at once."""
    token = basket_cookie.token()
    with reading() as work:
        order = baskets.order_of(work, token) if token else None
    if order is None:
        return redirect(url_for(".basket"), 303)
    try:
        checkout.give_up(payment_desk(), order.id, by="customer")
    except Refusal:  # the page ends by itself a little later
        return redirect(url_for(".basket", left=1), 303)
    with reading() as work:
        paid = orders.get(work, order.id).state not in UNPAID
    return redirect(_after(order.id) if paid else url_for(".basket", left=1), 303)


def draw(
    form: CheckoutForm,
    status: int = 200,
    *,
    same_press: bool = False,
    code_form: CodeForm | None = None,
) -> ResponseReturnValue:
    """The page as it stands, with what was refused on it."""
    with reading() as work:
        seen = _look(work, form, basket_cookie.token())
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
        offered=offered,
        hints=form.hints(offered.ways, seen.due_pence),
        code=seen.code,
        code_form=code_form or CodeForm(formdata=None),
        codes=codes,
        totals=seen.totals,
        online=gateway is not None,
        at_stripe=gateway is not None and gateway.name == stripe.NAME,
        reserves=_reserves(offered),
        days=reservations.DAYS,
    )
    return page, status


def _look(work: Session, form: CheckoutForm, token: str | None) -> Seen:
    """The basket and what can be chosen for it, which the form now offers."""
    shown = look(work, token)
    code = voucher_code.look_up(work, shown.goods_pence)
    due, ways = shown.goods_pence - code.off_pence, shown.offered.ways
    pays = here().gateway is not None  # on the page that asks where to send it
    ways = tuple(w for w in ways if w.fulfilment == "collect" or (pays and due + w.postage_pence))
    form.offer(ways, due)
    return Seen(shown.lines, replace(shown.offered, ways=ways), code, due)


def _reserves(offered: Offered) -> bool:
    allowed = here().gateway is None or bool(here().settings.reserve)
    return allowed and any(way.fulfilment == Fulfilment.COLLECT for way in offered.ways)


def _chosen(form: CheckoutForm, seen: Seen) -> Way:
    for way in seen.offered.ways:
        if value(way, seen.due_pence) == form.way.data:
            return way
    raise Unreadable(_CHANGED)


def _draft(work: Session, token: str, way: Way, chosen: str) -> Draft:
    """The basket as an order, if it still comes to the total that was chosen."""
    settings = here().settings
    draft = orders.new(
        work,
        way.site.id,
        baskets.to_buy(work, token),
        channel=Channel.WEB,
        currency=settings.currency,
        vat_registered=bool(settings.vat_number),
        fulfilment=way.fulfilment,
        postage_pence=way.postage_pence,
    )
    if off := voucher_code.look_up(work, draft.total_pence - draft.postage_pence).discount:
        draft = draft.less(off)
    if value(way, draft.total_pence - draft.postage_pence) != chosen:
        raise Refusal(_CHANGED)
    return draft


def _pay(form: CheckoutForm, token: str, way: Way, *, again: bool) -> PageSeen:
    """End what this basket had open, then keep its units anew and open their payment page."""
    desk = payment_desk()
    with reading() as work:
        before = baskets.order_of(work, token)
    if before is not None and not again and before.state == OrderState.PLACED:
        checkout.give_up(desk, before.id, by="customer")
    return checkout.open_page(desk, _begin(form, token, way))


@retried
def _begin(form: CheckoutForm, token: str, way: Way) -> int:
    desk = payment_desk()
    back = address_of(".checkout_return")
    with transaction() as work:
        order, session = checkout.begin(
            work,
            desk,
            _draft(work, token, way, form.way.data),
            press=form.press.data,
            success_url=f"{back}?session={{CHECKOUT_SESSION_ID}}",
            cancel_url=address_of(".checkout_cancelled"),
            plans=baskets.take_plans(work, token),
        )
        buyers.open_(work, order.id)
        baskets.pays_for(work, token, order.id)
    return session


def _is_done(order: Order) -> bool:
    """Whether a second press of the same page has nothing left to do: it is paid, or reserved."""
    with reading() as work:
        reserved = reservations.is_reservation(work, order)
    return order.state not in UNPAID or (reserved and order.state == OrderState.PLACED)


def _lead_to(page: PageSeen) -> ResponseReturnValue:
    if page.state == PageState.OPEN:
        return redirect(page.url, 303)
    return redirect(url_for(".checkout_return", session=page.reference), 303)


@retried
def _reserve(form: CheckoutForm, token: str, way: Way) -> ResponseReturnValue:
    """Keep it at the desk, or where nothing is due sell it at once, and show the order."""
    email, shop = form.address(), here()
    if form.errors or form.email.errors:
        return draw(form, 400)
    with reading() as work:
        allowed = _reserves(_look(work, form, token).offered)
    with transaction() as work:
        draft = _draft(work, token, way, form.way.data)
        if draft.total_pence and (not allowed or way.fulfilment != Fulfilment.COLLECT):
            raise Unreadable("That can't be paid at the desk. Choose a clinic to collect it from.")
        act = reservations.reserve if draft.total_pence else reservations.take_free
        order = act(
            work, draft, press=form.press.data, email=email, zone=shop.settings.zone,
            at=clock.now(), plans=baskets.take_plans(work, token),
        )  # fmt: skip
        baskets.take(work, token)
    return redirect(_after(order.id), 303)


@retried
def _after(order_id: int) -> str:
    """The order's own page. What was paid is out of the basket, and its code is used."""
    voucher_code.drop()
    token = basket_cookie.token()
    with transaction() as work:
        if token:
            baskets.tidy(work, token, at=clock.now())
        return link_to(work, orders.get(work, order_id))
