"""What the answers lead to: a tool that may suit and its guides, or a person to ask first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog import path, spots
from catalog.answers import Answers, Position, Press, Spot
from catalog.body import Region
from catalog.outcomes import Advice, Candidate, Referral, Urgent
from catalog.recommend import recommend
from catalog.safety import Sign, Topic
from shop import clock, product_range, stock
from shop.db import reading
from shop.pages import pages
from shop.pages.front import carried
from shop.pages.front.find import SCREENS, onward
from shop.pages.front.refinements import RefineForm
from shop.products import Product
from shop.sites import Site
from shop.state import here


@dataclass(frozen=True, slots=True)
class Shelves:
    """The range, what of it is free to sell at each clinic, and the clinics."""

    range_: Sequence[Product]
    free: Mapping[str, Mapping[str, int]]
    clinics: Sequence[Site]

    def named(self, sku: str) -> list[tuple[str, int]]:
        """One product's units, by the clinics' names."""
        free = self.free.get(sku, {})
        return [(clinic.name, free.get(clinic.id, 0)) for clinic in self.clinics]


@pages.route("/find/result", methods=["GET", "POST"])
def find_result() -> ResponseReturnValue:
    """Show the outcome, or take answers that fit it better. Leads back to an open question."""
    answers, library, form = carried.read(), here().library, RefineForm()
    if path.next_question(answers, library):
        return redirect(onward(answers), 303)
    form.prepare(answers, library)
    if form.sent():
        shown = make_response(redirect(url_for(".find_result"), 303))
        return carried.write(shown, form.refined(answers))
    name, known = outcome(answers)
    page = render_template(
        f"shop/front/{name}.html",
        form=form,
        told=_told(answers),
        lasting=False,
        **known,
    )
    return page, 200 if request.method == "GET" else 400


def outcome(answers: Answers) -> tuple[str, dict[str, Any]]:
    """Which kind of outcome it is, and what its template has to know."""
    shelves = _shelves()
    found = recommend(answers, _candidates(shelves), here().library)
    if isinstance(found, Urgent):
        return "urgent", {"urgent": found}
    if isinstance(found, Referral):
        return "referral", {"referral": found}
    return "result", {
        "advice": found,
        "products": {product.sku: product for product in shelves.range_},
        "free": shelves.free,
        "shelves": {product.sku: shelves.named(product.sku) for product in shelves.range_},
        "clinics": shelves.clinics,
        "leading": _leading(found, answers),
        "first_cards": here().library.first_cards(answers.signs or frozenset()),
    }


def _shelves() -> Shelves:
    with reading() as work:
        range_ = product_range.now(work)
        return Shelves(range_.listed, stock.free(work, at=clock.now()), range_.clinics)


def _candidates(shelves: Shelves) -> list[Candidate]:
    """The products as the advice sees them. Nobody has chosen a clinic, so all of them count."""
    return [
        Candidate(
            sku=product.sku,
            name=product.name,
            tool=product.tool,
            price_pence=product.price_pence,
            here=sum(shelves.free.get(product.sku, {}).values()),
            elsewhere=0,
        )
        for product in shelves.range_
    ]


def _leading(advice: Advice, answers: Answers) -> set[str]:
    """The guides that are shown in full: the first one, and each that is for one more place."""
    places = spots.find(answers, here().library).all
    covered: set[str] = set()
    leading: set[str] = set()
    for guide in (advised.guide for advised in advice.guides):
        new = places.intersection(guide.regions) - covered
        if new or not leading:
            leading.add(guide.id)
            covered |= new
    return leading


def _told(answers: Answers) -> list[tuple[str, list[str], str]]:
    """The answers in the person's own words: question, answers, and where to change them."""
    library = here().library
    rules = library.rules
    words = {
        "regions": lambda: _labels(library.regions, answers.regions),
        "safety": lambda: _labels(rules.topics, answers.safety),
        "signs": lambda: _labels(rules.signs, answers.signs),
        "spots": lambda: _spots_told(answers),
        "press": lambda: [answers.press.label] if isinstance(answers.press, Press) else [],
        "positions": lambda: [p.label for p in Position if p in (answers.positions or ())],
    }
    return [
        (_ASKED[name], words[name]() or ["None of these"], url_for(SCREENS[name]))
        for name in path.reached(answers, library)
    ]


def _labels(known: Mapping[str, Region | Topic | Sign], ids: Collection[str] | None) -> list[str]:
    """What these are called, in the order of the content."""
    return [item.label for id_, item in known.items() if id_ in (ids or ())]


def _spots_told(answers: Answers) -> list[str]:
    said = {id_ for told in (answers.spots or {}).values() for id_ in told}
    places = _labels(here().library.regions, said)
    return places + [spot.label for spot in Spot if spot in said]


_ASKED = {
    "regions": "Where",
    "safety": "Safety questions",
    "signs": "Which of these",
    "spots": "What brings it on",
    "press": "When pressed",
    "positions": "What you can do",
}
