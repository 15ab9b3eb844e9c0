"""Search: one field over guides, tools and sets, for people who know the word they want.

The words stand in the address, as in any shop's search: they name a tool or a place and are
no answers of the finder. The shop itself neither stores nor logs them; a web server in front
may log addresses, and then keeps what was typed. Somebody may still type how they feel, so no
cache keeps the page (a shared tablet's, a proxy's), search engines are told not to list it,
and the address goes to no other site (Referrer-Policy, as on every page).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, make_response, render_template, request
from sqlalchemy.orm import Session

from catalog import search as words_in
from catalog.findable import Named, NamedSet
from catalog.guides import Guide
from catalog.spelling import words_of
from shop import clock, product_range, stock
from shop.db import reading
from shop.pages import pages
from shop.pages.front.set import Free, ShownSet, sets_shown
from shop.product_range import Range
from shop.products import Product
from shop.sites import Site
from shop.state import here

LONGEST = 100  # letters of one search
MOST = 12  # guides, as many products and as many sets, that one search shows
TRY = ("neck", "shoulder blade", "buttock", "calf", "foam roller", "soft ball")

Shelf = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Results:
    """What one search shows, and of how many."""

    guides: Sequence[Guide] = ()
    products: Sequence[tuple[Product, Shelf]] = ()
    sets: Sequence[ShownSet] = ()
    all_guides: int = 0
    all_products: int = 0
    all_sets: int = 0
    read_as: str = ""
    worrying: bool = False


@pages.get("/search")
def search() -> Response:
    """Guides first: the advice is free, and may need no new tool."""
    words = " ".join(request.args.get("q", "").split())
    problem = _problem(words)
    results = Results()
    if words and not problem:
        with reading() as work:
            results = _results(work, words)
    page = render_template(
        "shop/front/search.html", words=words, problem=problem, results=results, ideas=TRY
    )
    response = make_response(page, 400 if problem else 200)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _problem(words: str) -> str:
    """What to do about words that can't be looked for."""
    if len(words) > LONGEST:
        return f"Use {LONGEST} letters or fewer. One or two words are enough."
    if words and not words_of(words):
        return "Type a word, such as neck or roller."
    return ""


def _results(work: Session, words: str) -> Results:
    library = here().library
    range_ = product_range.now(work)
    found = words_in.find(words, library.index, *_named(range_))
    skus, offers = found.skus[:MOST], [range_.set_on_sale(code) for code in found.sets[:MOST]]
    wanted = {*skus, *(part.sku for offer in offers for part in offer.parts)}
    free = stock.free(work, wanted, at=clock.now()) if wanted else {}
    return Results(
        guides=[library.guides[id_] for id_ in found.guides[:MOST]],
        products=[(range_.by_sku[sku], _shelf(sku, range_.clinics, free)) for sku in skus],
        sets=sets_shown(offers, range_, free),
        all_guides=len(found.guides),
        all_products=len(found.skus),
        all_sets=len(found.sets),
        read_as=found.read_as,
        worrying=found.worrying,
    )


def _named(range_: Range) -> tuple[list[Named], list[NamedSet]]:
    """All that is on sale, as the search sees it."""
    goods = [Named(one.sku, one.name, one.brand, one.tool) for one in range_.listed]
    sets = [
        NamedSet(
            one.code, one.name, one.summary, tuple(range_.by_sku[p.sku].name for p in one.parts)
        )
        for one in range_.sets
    ]
    return goods, sets


def _shelf(sku: str, clinics: Sequence[Site], free: Free) -> Shelf:
    """Its free units at every clinic, by the clinic's name."""
    return tuple((each.name, free.get(sku, {}).get(each.id, 0)) for each in clinics)
