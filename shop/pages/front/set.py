"""A set of products on its own page: what is in it, what it saves, and where all of it is."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from shop import baskets, clock, product_range, stock, ways
from shop.db import reading, retried, transaction
from shop.errors import Unreadable
from shop.pages import pages
from shop.pages.fields import WholeField
from shop.pages.form import Form
from shop.pages.front import basket_cookie
from shop.pages.front.basket import MOST_UNITS, TOO_MANY, led_back
from shop.pages.front.structured import set_data
from shop.product_range import Range
from shop.products import Product
from shop.set_offers import Offer
from shop.state import here

Free = Mapping[str, Mapping[str, int]]


class SetForm(Form):
    units = WholeField("How many?", low=1, high=MOST_UNITS, empty=1)


@dataclass(frozen=True, slots=True)
class ShownPart:
    product: Product
    units: int


@dataclass(frozen=True, slots=True)
class ShownSet:
    """`shelf` is pairs of a clinic's name and how many whole sets it has."""

    offer: Offer
    parts: tuple[ShownPart, ...]
    shelf: tuple[tuple[str, int], ...]

    @property
    def facts(self) -> tuple[Hashable, ...]:
        """All that a card shows of it."""
        return self.offer, self.shelf, tuple(part.product.facts for part in self.parts)


def sets_shown(offers: Iterable[Offer], range_: Range, free: Free) -> list[ShownSet]:
    """These sets, with what each clinic has of them."""
    return [_shown(offer, range_, free) for offer in offers]


@pages.get("/shop/sets/<slug>")
def set_page(slug: str) -> ResponseReturnValue:
    """What is in it, what it costs, and where there is a whole one."""
    return _draw(slug, SetForm(formdata=None))


@pages.post("/shop/sets/<slug>/add")
@retried
def set_add(slug: str) -> ResponseReturnValue:
    """Put all of its parts into the basket, or none of them."""
    form, token = SetForm(), basket_cookie.token_or_new()
    if not form.sent():
        return _draw(slug, form), 400
    try:
        with transaction() as work:
            now_in = baskets.add_set(work, token, slug, form.units.number, at=clock.now())
            if max(now_in.values()) > MOST_UNITS:
                raise Unreadable(TOO_MANY)
    except Unreadable as refusal:
        form.refuse(form.units, str(refusal))
        return _draw(slug, form), refusal.status
    return led_back(token)


def _draw(slug: str, form: Form) -> str:
    with reading() as work:
        range_ = product_range.now(work)
        offer = range_.set_on_sale(slug)
        free = stock.free(work, [part.sku for part in offer.parts], at=clock.now())
    shown = _shown(offer, range_, free)
    whole = {clinic.id: offer.free_at(free, clinic.id) for clinic in range_.clinics}
    settings = here().settings
    parcel = [(part.product, part.units) for part in shown.parts]
    return render_template(
        "shop/front/set.html",
        data=set_data(offer, whole.values()),
        form=form,
        set=shown,
        free=whole,
        clinics=range_.clinics,
        packed=all(part.product.packed for part in shown.parts),
        posted_pence=ways.cheapest(parcel, settings.postage, settings.postage_zones),
    )


def _shown(offer: Offer, range_: Range, free: Free) -> ShownSet:
    return ShownSet(
        offer,
        tuple(ShownPart(range_.by_sku[part.sku], part.units) for part in offer.parts),
        tuple((clinic.name, offer.free_at(free, clinic.id)) for clinic in range_.clinics),
    )
