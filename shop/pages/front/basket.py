"""A customer's basket: put in from a product, a guide or the advice, changed without a script."""

from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField

from shop import basket_contents, basket_stock, baskets, clock, ways
from shop.basket_contents import Inside
from shop.db import reading, retried, transaction
from shop.errors import Refusal, Unreadable
from shop.pages import pages
from shop.pages.fields import WholeField
from shop.pages.form import Form
from shop.pages.front import basket_cookie
from shop.products import Product
from shop.set_offers import Found
from shop.state import here

MOST_UNITS = 20  # of one product, for a customer


class AddForm(Form):
    sku = HiddenField()
    units = WholeField("How many?", low=1, high=MOST_UNITS, empty=1)


class ChangeForm(Form):
    """One line of the basket. `remove` is the button that takes it out."""

    sku = HiddenField()
    units = WholeField("How many?", low=0, high=MOST_UNITS)
    remove = StringField()


@dataclass(frozen=True, slots=True)
class Line:
    """`shelf` is pairs of a clinic's name and its free units; `form` changes the line."""

    product: Product
    units: int
    shelf: tuple[tuple[str, int], ...]
    form: ChangeForm

    @property
    def total_pence(self) -> int:
        return self.units * self.product.price_pence


@dataclass(frozen=True, slots=True)
class Shown:
    """A basket as it is shown, and the ways to have it."""

    lines: tuple[Line, ...]
    offered: ways.Offered
    inside: Inside
    sets: tuple[Found, ...] = ()

    @property
    def goods_pence(self) -> int:
        """What it costs with its sets, before any code."""
        return self.inside.range_.goods_pence(self.inside.units)


@pages.context_processor
def adding() -> dict[str, object]:
    """What the form that puts a product into the basket needs (`AddForm` reads it)."""
    return {"form_token": generate_csrf, "posted_for": _posted_for}


@pages.get("/basket")
def basket() -> ResponseReturnValue:
    """What is in the basket, what it costs, and where it is in stock."""
    return _draw(left="left" in request.args)


@pages.post("/basket/add")
@retried
def basket_add() -> ResponseReturnValue:
    """One more of a product, or as many as were asked for."""
    form = AddForm()
    if not form.sent():
        return _draw(form), 400
    token = basket_cookie.token_or_new()
    try:
        with transaction() as work:
            units = baskets.add(work, token, form.sku.data, form.units.number, at=clock.now())
            if units > MOST_UNITS:
                raise Unreadable(TOO_MANY)
    except Refusal as refusal:
        form.refuse(form.units, str(refusal))
        return _draw(form), refusal.status
    return led_back(token)


@pages.post("/basket/line")
@retried
def basket_line() -> ResponseReturnValue:
    """Another number of a product that is in the basket, or none of it."""
    form, token = ChangeForm(), basket_cookie.token()
    good = form.sent()
    if not good and not form.remove.data:
        return _draw(form), 400
    try:
        if token is None:
            raise Unreadable(_GONE)
        with transaction() as work:
            if form.sku.data not in basket_contents.look(work, token).units:
                raise Unreadable(_GONE)
            units = 0 if form.remove.data else form.units.number
            baskets.set_units(work, token, form.sku.data, units, at=clock.now())
    except Refusal as refusal:
        form.refuse(form.units, str(refusal))
        return _draw(form), refusal.status
    return led_back(token)


TOO_MANY = f"You can order up to {MOST_UNITS} of one product here. Call us if you need more."
_GONE = "That product is no longer in your basket."


def look(work: Session, token: str | None, *, press: str = "") -> Shown:
    """What is in the basket, at today's prices, with what each clinic has of it.

    `press` is the token of a form that was sent, to find out whether it was sent before.
    """
    inside = basket_contents.look(work, token or "", press=press)
    range_, now = inside.range_, clock.now()
    kept = baskets.plans_of(work, token) if token and inside.of_plans else ()
    waiting = inside.number if inside.waits else None
    free = basket_stock.free(work, kept, inside.units, order=waiting, at=now)
    lines = [
        Line(
            range_.by_sku[sku],
            units,
            tuple((clinic.name, free.get(sku, {}).get(clinic.id, 0)) for clinic in range_.clinics),
            ChangeForm(formdata=None, data={"sku": sku, "units": str(units)}),
        )
        for sku, units in inside.units.items()
    ]
    settings = here().settings
    offered = ways.offered(
        inside.units,
        settings.postage,
        range_=range_,
        free=free,
        free_from=settings.postage_free_pence,
        zones=settings.postage_zones,
    )
    return Shown(tuple(lines), offered, inside, range_.found(inside.units))


def _draw(form: Form | None = None, *, left: bool = False) -> str:
    token = basket_cookie.token()
    with reading() as work:
        shown = look(work, token)
    return render_template(
        "shop/front/basket.html",
        form=form or Form(formdata=None),
        lines=shown.lines,
        sets=shown.sets,
        total_pence=shown.goods_pence,
        offered=shown.offered,
        left=left,
    )


def led_back(token: str) -> Response:
    """To the basket, which this visitor's browser brings again."""
    response = make_response(redirect(url_for(".basket"), 303))
    return basket_cookie.keep(response, token)


def _posted_for(product: Product) -> int | None:
    """Pence that one of it costs by post at the least, None where it can only be collected."""
    settings = here().settings
    return ways.cheapest([(product, 1)], settings.postage, settings.postage_zones)
